"""One run, from settings to report: the only module that sees every stage."""

from __future__ import annotations

import datetime
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from contract_check import __version__, environments, judge, observe, refs, usage
from contract_check.environments import Environment, PythonTooOld, Workspace
from contract_check.model.contracts import Contract
from contract_check.model.errors import CheckError, Side
from contract_check.model.observation import (
    Described,
    Installed,
    Observation,
    Payload,
    Replayed,
    Runtime,
)
from contract_check.model.refs import Package, Pin
from contract_check.model.report import (
    EnvironmentReport,
    Environments,
    PackageReport,
    PinReport,
    Report,
    ReportError,
    Timings,
    Tool,
    Unchecked,
    Verdict,
)
from contract_check.model.settings import Progress, Settings
from contract_check.model.usage import Usage
from contract_check.observe import plan
from contract_check.rules import catalogue
from contract_check.rules.case import CallPlan, Case
from contract_check.support.redact import redact

_EXIT_CODES = {Verdict.COMPATIBLE: 0, Verdict.BREAK: 1, Verdict.ERROR: 3}
_MOST_TRIES = 6
_WORKERS = 4


@dataclass(frozen=True)
class Subject:
    """One environment under examination, however it came about.

    Args:
        paths: folders put in front of `sys.path`, for packages that are not installed.
        site: the folder that the consumer's sources lie in.
        files: the consumer's files, relative to it.
    """

    side: Side
    python: Path
    provider: Installed
    consumer: Installed
    site: Path
    files: tuple[str, ...]
    paths: tuple[Path, ...] = ()
    packages: Mapping[str, str] = field(default_factory=dict)
    requirement: str | None = None
    admits: bool | None = None


@dataclass(frozen=True)
class Examined:
    """What examining came to."""

    case: Case
    judgement: judge.Judgement
    probe_seconds: float
    judge_seconds: float


@dataclass
class _Run:
    """What is known so far, so that a run that fails can still report it."""

    settings: Settings
    progress: Progress
    started: float = field(default_factory=time.perf_counter)
    candidate: Pin | None = None
    consumer: Pin | None = None
    baseline: Pin | None = None
    built: environments.Built | None = None
    examined: Examined | None = None
    judgement: judge.Judgement | None = None
    errors: list[ReportError] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, detail: str = "") -> Iterator[None]:
        self.progress.stage(name, detail)
        before = time.perf_counter()
        try:
            yield
        finally:
            self.timings[name] = self.timings.get(name, 0.0) + time.perf_counter() - before


def run(settings: Settings, progress: Progress, *, cwd: Path) -> Report:
    """Check whether the candidate still fits the consumer.

    Args:
        settings: complete.
        progress: told what is going on.
        cwd: the current folder; relative refs and the default consumer are looked up in it.

    Returns:
        The report. What could not be checked is in it, as verdict `error`.

    Raises:
        UsageError: the settings contradict each other or hold a text that is no ref.
    """
    run_ = _Run(settings, progress)
    with Workspace(keep=settings.keep_environments, progress=progress) as workspace:
        try:
            _prepare(run_, workspace, cwd)
            assert run_.built is not None
            _examine(run_, workspace)
        except PythonTooOld as error:
            _judge_python(run_, workspace, error)
        except CheckError as error:
            run_.errors.append(_error(error))
    return _report(run_)


def _judge_python(run_: _Run, workspace: Workspace, error: PythonTooOld) -> None:
    """A candidate that leaves this Python out is a break, unless the baseline does so as well."""
    if error.side != "candidate":
        run_.errors.append(_error(error))
        return
    try:
        run_.judgement = _without_candidate(run_, workspace, error)
    except PythonTooOld:
        run_.errors.append(_error(error))
    except CheckError as other:
        run_.errors += [_error(error), _error(other)]


def _without_candidate(run_: _Run, workspace: Workspace, error: PythonTooOld) -> judge.Judgement:
    """Judge by the metadata alone: the candidate can't be installed."""
    settings = run_.settings
    told = Described(
        runtime=Runtime(
            python=error.python_version, implementation="", platform=sys.platform, pydantic=None
        )
    )
    provider = Installed(
        name=settings.provider.name,
        version=(run_.candidate.version if run_.candidate else None) or "",
        requires_python=error.requires_python,
    )
    consumer = Installed(
        name=settings.consumer.name,
        version=(run_.consumer.version if run_.consumer else None) or "",
    )
    known = None
    if run_.baseline is not None and not _same(run_.candidate, run_.baseline):
        known = _subject(
            environments.build(
                settings, run_.baseline, run_.consumer, None, workspace, run_.progress
            ).candidate
        )
    case = Case(
        candidate=Observation(provider=provider, consumer=consumer, described=told),
        baseline=None if known is None else _observation(known, told, Replayed()),
        contracts=(),
    )
    floor = [item for item in catalogue() if item.id == "python-floor-raised"]
    suspicions = judge.suspect(case, floor)
    tried = {
        number: _tried_without(suspicion, known, run_, workspace.new("witness"))
        for number, suspicion in enumerate(suspicions.found)
    }
    policy, today = settings.policy, datetime.date.today()
    judgement = judge.conclude(case, suspicions, tried, policy, today)
    reason = f"{settings.provider.name} can't be installed with this Python"
    unchecked = tuple(Unchecked(subject=item.name, reason=reason) for item in settings.contracts)
    return replace(judgement, unchecked=unchecked)


def _tried_without(
    suspicion: judge.Suspicion, known: Subject | None, run_: _Run, folder: Path
) -> judge.Tried:
    """The witness, run with the baseline; with the candidate there is no environment to run it."""
    program = suspicion.programs[0]
    done = None
    if known is not None:
        surroundings = observe.Surroundings(
            folder=folder,
            env={},
            timeout=run_.settings.timeout,
            memory_limit=run_.settings.memory_limit,
        )
        done = observe.run_program(
            known.python, program.code, surroundings=surroundings, name="python"
        )
    return judge.Tried(
        program=program,
        baseline=None if done is None else done.summary,
        candidate="can't be installed",
        confirmed=done is None or done.passed,
    )


def _error(error: CheckError) -> ReportError:
    return ReportError(
        stage=error.stage,
        side=error.side,
        message=error.message,
        hint=error.hint,
        detail=error.detail,
    )


def _prepare(run_: _Run, workspace: Workspace, cwd: Path) -> None:
    """Refs to pins, pins to environments."""
    settings = run_.settings
    resolver = refs.Resolver(
        python=settings.python,
        offline=settings.offline,
        refresh=settings.refresh,
        exclude_newer=settings.exclude_newer,
        cache_dir=settings.cache_dir,
        installer=settings.installer,
        workspace=workspace.new("refs"),
        cwd=cwd,
    )
    with run_.stage("resolve", f"{settings.provider.name} {settings.provider_ref or ''}".strip()):
        if settings.provider_ref is not None:
            run_.candidate = resolver.resolve(refs.parse(settings.provider_ref), settings.provider)
        if settings.environment is None:
            run_.consumer = _consumer_pin(settings, resolver)
            run_.baseline = _baseline_pin(run_, resolver, workspace)
    compared = run_.baseline
    if _same(run_.candidate, run_.baseline):
        compared = None
        run_.notes.append(
            "the candidate is the baseline, so only what one environment shows was checked"
        )
    with run_.stage("install", _installing(run_)):
        run_.built = environments.build(
            settings, run_.candidate, run_.consumer, compared, workspace, run_.progress
        )


def _consumer_pin(settings: Settings, resolver: refs.Resolver) -> Pin:
    if settings.consumer_ref is None:
        return resolver.default_consumer(settings.consumer)
    return resolver.resolve(refs.parse(settings.consumer_ref), settings.consumer)


def _baseline_pin(run_: _Run, resolver: refs.Resolver, workspace: Workspace) -> Pin | None:
    """The baseline asked for, else what the consumer declares; None where it is the candidate."""
    settings = run_.settings
    if settings.baseline == "none" or run_.candidate is None:
        return None
    if settings.baseline is not None:
        return resolver.resolve(refs.parse(settings.baseline), settings.provider)
    assert run_.consumer is not None
    requirement = environments.consumer_requirement(settings, run_.consumer, workspace)
    if requirement is None:
        run_.notes.append(
            f"{settings.consumer.name} declares no requirement on {settings.provider.name}, so "
            "there is no baseline; name one with --baseline"
        )
        return None
    try:
        return resolver.declared(requirement, settings.provider)
    except CheckError as error:
        raise CheckError(
            f"the baseline, which {settings.consumer.name} declares as "
            f"{redact(requirement)!r}, can't be had: {error.message}",
            stage=error.stage,
            side="baseline",
            hint="Name another with --baseline REF (a version, tag, folder, ...), or do without "
            "with --baseline none.",
            detail=error.detail,
        ) from error


def _same(one: Pin | None, other: Pin | None) -> bool:
    """Whether two pins are the same immutable thing."""
    return one is not None and other is not None and one.requirement == other.requirement


def _installing(run_: _Run) -> str:
    pins = (run_.candidate, run_.consumer)
    return ", ".join(f"{pin.name} {pin.version or pin.source}" for pin in pins if pin)


def _examine(run_: _Run, workspace: Workspace) -> None:
    built, settings = run_.built, run_.settings
    assert built is not None
    subjects = [_subject(built.candidate)]
    if built.baseline is not None:
        subjects.append(_subject(built.baseline))
    with run_.stage("probe", f"{len(subjects)} environment{'s'[: len(subjects) - 1]}"):
        run_.examined = examine(subjects, settings, workspace.new("probe"))
    run_.timings["judge"] = run_.examined.judge_seconds
    run_.timings["probe"] -= run_.examined.judge_seconds


def _subject(environment: Environment) -> Subject:
    return Subject(
        side=environment.side,
        python=environment.python,
        provider=environments.contents(environment.provider),
        consumer=environments.contents(environment.consumer),
        site=environment.consumer.location,
        files=environments.files(environment.consumer),
        packages=environment.packages,
        requirement=environment.requirement,
        admits=environment.admits,
    )


def examine(subjects: Sequence[Subject], settings: Settings, folder: Path) -> Examined:
    """Observe environments that are ready, and judge.

    Args:
        subjects: the candidate, and the baseline if there is one.
        settings: contracts, policy, limits and variables.
        folder: an empty folder of the run.

    Raises:
        CheckError: a probe gave no answer.
    """
    before = time.perf_counter()
    surroundings = observe.Surroundings(
        folder=folder,
        env=_environment(settings),
        timeout=settings.timeout,
        memory_limit=settings.memory_limit,
    )
    staged = observe.stage_probe(folder)
    try:
        # The pool is left last: by then what its threads wait for has ended.
        with ThreadPoolExecutor(_WORKERS) as pool, ExitStack() as stack:
            stack.callback(surroundings.running.stop)
            sessions = [
                stack.enter_context(
                    observe.ProbeSession(
                        subject.python,
                        subject.side,
                        staged=staged,
                        surroundings=surroundings,
                        paths=subject.paths,
                    )
                )
                for subject in subjects
            ]
            case = _observe(subjects, sessions, settings, pool)
            probed = time.perf_counter()
            suspicions = judge.suspect(case)
            judged = time.perf_counter()
            tried = _try_witnesses(suspicions.found, subjects, surroundings, pool)
        confirmed = time.perf_counter()
        judgement = judge.conclude(case, suspicions, tried, settings.policy, datetime.date.today())
    finally:
        observe.kill_marked(surroundings.mark)
    done = time.perf_counter()
    return Examined(
        case=case,
        judgement=judgement,
        probe_seconds=(probed - before) + (confirmed - judged),
        judge_seconds=(judged - probed) + (done - confirmed),
    )


def _environment(settings: Settings) -> dict[str, str]:
    return {**settings.env, **_handed(settings)}


def _handed(settings: Settings) -> dict[str, str]:
    """The variables that the person hands on and that are set."""
    return {name: os.environ[name] for name in settings.pass_env if name in os.environ}


def _observe(
    subjects: Sequence[Subject],
    sessions: Sequence[observe.ProbeSession],
    settings: Settings,
    pool: ThreadPoolExecutor,
) -> Case:
    candidate = subjects[0]
    roots = frozenset(root for subject in subjects for root in subject.provider.roots)
    modules = plan.modules(settings.contracts, candidate.consumer.modules, settings.import_all)
    declared = plan.symbols(settings.contracts, Usage())
    reading = pool.submit(usage.read_installed, candidate.site, candidate.files, roots)
    first = list(pool.map(lambda session: session.observe(modules, declared), sessions))
    used = reading.result()
    described = [
        _describe_rest(session, told, used, declared, roots)
        for session, told in zip(sessions, first, strict=True)
    ]
    described = _evened(sessions, described)
    contracts = _with_derived(settings.contracts, used, described)
    asked = plan.questions(
        contracts,
        described[0],
        described[1] if len(described) > 1 else None,
        _handed(settings),
    )
    replayed = list(
        pool.map(
            lambda session: session.replay(
                payloads=asked.payloads,
                calls=asked.calls,
                scenarios=asked.scenarios,
                http=asked.http,
            ),
            sessions,
        )
    )
    payloads = {payload.id: payload for payload in asked.payloads}
    if len(sessions) == 2:
        replayed, crossed = _cross(asked, sessions, replayed)
        payloads.update(crossed)
    for session in sessions:
        session.finish()
    observations = [
        _observation(subject, told, answers)
        for subject, told, answers in zip(subjects, described, replayed, strict=True)
    ]
    return Case(
        candidate=observations[0],
        baseline=observations[1] if len(observations) > 1 else None,
        contracts=contracts,
        usage=used,
        payloads=payloads,
        calls={
            name: CallPlan(contract, target, kwargs)
            for name, (contract, target, kwargs) in asked.targets.items()
        },
        expectations=asked.expectations,
        env=settings.env,
    )


def _describe_rest(
    session: observe.ProbeSession,
    told: Described,
    used: Usage,
    declared: Sequence[str],
    roots: frozenset[str],
) -> Described:
    """Describe what the consumer's sources name, and the provider's classes inside fields."""
    rest = [ref for ref in plan.symbols((), used) if ref not in declared]
    for _ in range(4):
        if rest:
            more = session.observe((), rest)
            told = told.model_copy(update={"symbols": {**told.symbols, **more.symbols}})
        rest = [ref for ref in plan.nested(told, roots) if ref not in told.symbols]
        if not rest:
            break
    return told


def _evened(
    sessions: Sequence[observe.ProbeSession], described: Sequence[Described]
) -> list[Described]:
    """Each side told of the implementations that the other one found: a class that no longer
    conforms is not found where that is so."""
    named = plan.implementers(described)
    evened: list[Described] = []
    for session, told in zip(sessions, described, strict=True):
        rest = [ref for ref in named if ref not in told.symbols]
        if rest:
            more = session.observe((), rest)
            told = told.model_copy(update={"symbols": {**told.symbols, **more.symbols}})
        evened.append(told)
    return evened


def _with_derived(
    declared: tuple[Contract, ...], used: Usage, described: Sequence[Described]
) -> tuple[Contract, ...]:
    """The declared contracts, and one for everything else that the consumer uses."""
    symbols = {**described[0].symbols}
    for ref, symbol in described[-1].symbols.items():
        if symbols.get(ref) is None or symbols[ref].kind == "missing":
            symbols[ref] = symbol
    return (*declared, *plan.derived(declared, used, symbols))


def _cross(
    asked: plan.Questions,
    sessions: Sequence[observe.ProbeSession],
    replayed: list[Replayed],
) -> tuple[list[Replayed], dict[str, Payload]]:
    """What each side writes is replayed on the other side too."""
    crossed: dict[str, Payload] = {}
    results: list[Replayed] = []
    writers: tuple[tuple[int, int, Side], ...] = ((0, 1, "baseline"), (1, 0, "candidate"))
    for here, there, writer in writers:
        more = plan.cross(asked.payloads, replayed[there].outcomes, replayed[here].outcomes, writer)
        own = replayed[here]
        if more:
            answers = sessions[here].replay(payloads=more)
            own = own.model_copy(update={"outcomes": (*own.outcomes, *answers.outcomes)})
            crossed.update({payload.id: payload for payload in more})
        results.append(own)
    return results, crossed


def _observation(subject: Subject, described: Described, replayed: Replayed) -> Observation:
    return Observation(
        provider=subject.provider,
        consumer=subject.consumer,
        requirement=subject.requirement,
        admits=subject.admits,
        packages=dict(subject.packages),
        described=described,
        replayed=replayed,
    )


def _try_witnesses(
    suspicions: Sequence[judge.Suspicion],
    subjects: Sequence[Subject],
    surroundings: observe.Surroundings,
    pool: ThreadPoolExecutor,
) -> dict[int, judge.Tried]:
    """Run each suspicion's programs until one is confirmed."""

    def attempt(number: int) -> judge.Tried | None:
        last: judge.Tried | None = None
        for position, program in enumerate(suspicions[number].programs[:_MOST_TRIES]):
            runs = [
                observe.run_program(
                    subject.python,
                    program.code,
                    surroundings=surroundings,
                    name=f"witness-{number}-{position}-{subject.side}",
                    paths=subject.paths,
                )
                for subject in subjects
            ]
            baseline = runs[1] if len(runs) > 1 else None
            last = judge.Tried(
                program=program,
                baseline=None if baseline is None else baseline.summary,
                candidate=runs[0].summary,
                confirmed=not runs[0].passed and (baseline is None or baseline.passed),
                fails_on_both=not runs[0].passed and baseline is not None and not baseline.passed,
            )
            if last.confirmed:
                break
        return last

    outcomes = pool.map(attempt, range(len(suspicions)))
    return {number: tried for number, tried in enumerate(outcomes) if tried is not None}


def _report(run_: _Run) -> Report:
    settings, examined = run_.settings, run_.examined
    judged = examined.judgement if examined else run_.judgement
    errors = (*run_.errors, *(judged.errors if judged else ()))
    verdict = judged.verdict if judged else Verdict.ERROR
    built = run_.built
    candidate = built.candidate if built else None
    return Report(
        tool=Tool(version=__version__),
        verdict=verdict,
        exit_code=_EXIT_CODES[verdict],
        errors=errors,
        provider=_package(settings.provider, settings.provider_ref, run_.candidate, candidate),
        consumer=_package(
            settings.consumer,
            settings.consumer_ref,
            run_.consumer,
            candidate,
            consumer=True,
        ),
        baseline=_package(
            settings.provider, settings.baseline, run_.baseline, built.baseline if built else None
        )
        if run_.baseline is not None
        else None,
        environments=_environments(run_),
        contracts=judged.contracts if judged else (),
        findings=judged.findings if judged else (),
        preexisting=judged.preexisting if judged else (),
        coverage=judged.coverage
        if judged
        else Report.model_fields["coverage"].get_default(call_default_factory=True),
        unchecked=judged.unchecked if judged else (),
        timings=Timings(
            total=round(time.perf_counter() - run_.started, 3),
            **{name: round(seconds, 3) for name, seconds in run_.timings.items()},
        ),
        notes=tuple(run_.notes),
        reproduce=_reproduce(run_),
    )


def _package(
    package: Package,
    requested: str | None,
    pin: Pin | None,
    environment: Environment | None,
    *,
    consumer: bool = False,
) -> PackageReport:
    installed = None
    if environment is not None:
        installed = environment.consumer if consumer else environment.provider
    shown = refs.parse(requested).text if requested is not None else None
    if pin is None:
        found = installed and PinReport(
            kind="path", version=installed.version, source=str(installed.location)
        )
        return PackageReport(name=package.name, requested=shown, pin=found)
    return PackageReport(
        name=package.name,
        requested=shown,
        pin=PinReport(
            kind=pin.kind,
            version=pin.version or (installed.version if installed else None),
            commit=pin.commit,
            source=pin.source,
            sha256=pin.sha256,
            notes=pin.notes,
        ),
    )


def _environments(run_: _Run) -> Environments:
    built = run_.built
    if built is None:
        return Environments()
    keep = run_.settings.keep_environments
    return Environments(
        candidate=_environment_report(built.candidate, keep),
        baseline=_environment_report(built.baseline, keep) if built.baseline else None,
        differences=built.differences,
    )


def _environment_report(environment: Environment, keep: bool) -> EnvironmentReport:
    return EnvironmentReport(
        python=environment.python_version,
        platform=environment.platform,
        packages=dict(environment.packages),
        path=str(environment.root) if keep and environment.root else None,
    )


def _reproduce(run_: _Run) -> dict[str, tuple[str, ...]]:
    built = run_.built
    if built is None or run_.consumer is None or run_.candidate is None:
        return {}
    commands = {"candidate": environments.reproduce(built.candidate, run_.candidate, run_.consumer)}
    if built.baseline is not None and run_.baseline is not None:
        commands["baseline"] = environments.reproduce(built.baseline, run_.baseline, run_.consumer)
    return commands
