"""The consumer's own tests in a run: where they are, what they need, and what they come to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from contract_check import environments, judge, observe, trials
from contract_check.environments import Workspace
from contract_check.judge import policy
from contract_check.model.errors import CheckError
from contract_check.model.report import (
    Finding,
    Severity,
    TestCounts,
    TestsReport,
    Unchecked,
    Verdict,
)
from contract_check.model.settings import TestSettings
from contract_check.model.snapshot import RecordedTest, RecordedTests
from contract_check.model.usage import CallUse
from contract_check.pipeline.state import Run
from contract_check.pipeline.subjects import Subject, hidden
from contract_check.pipeline.surroundings import surroundings
from contract_check.trials.findings import RULE

_SDIST = "sdist"


def prepare(run_: Run, workspace: Workspace) -> None:
    """Find the consumer's tests, and ask for what they need to be installed.

    Raises:
        CheckError: there are none.
    """
    asked = run_.settings.tests
    if asked is None:
        return
    folder = _checkout(run_, asked, workspace)
    if folder is None:
        return
    run_.test_folder = folder
    if run_.settings.environment is None:
        further = ("pytest", *_requirements(asked, folder))
        wanted = tuple(dict.fromkeys((*run_.settings.with_requirements, *further)))
        run_.settings = replace(run_.settings, with_requirements=wanted)


def _checkout(run_: Run, asked: TestSettings, workspace: Workspace) -> Path | None:
    consumer = run_.consumer
    if asked.optional and (consumer is None or consumer.kind != "path"):
        return None
    if consumer is None:
        raise CheckError(
            "the consumer's tests are asked for, and where they are is not known",
            stage="contract",
            hint="Name its checkout: --consumer-ref ./folder.",
        )
    folder = environments.checkout(consumer, run_.settings, workspace)
    missing = [
        path for path in asked.paths if path != _SDIST and not (folder / _file(path)).exists()
    ]
    if missing and asked.optional:
        return None
    if missing:
        raise CheckError(
            f"{', '.join(missing)}: there are no such tests in {consumer.source}",
            stage="contract",
            hint="Name them from the top of the consumer's project.",
        )
    return folder


def _file(path: str) -> str:
    return path.partition("::")[0]


def _requirements(asked: TestSettings, folder: Path) -> tuple[str, ...]:
    if asked.group is not None:
        found = environments.named_requirements(folder, asked.group)
        if found is None:
            raise CheckError(
                f"the consumer's project has no group or extra {asked.group!r}",
                stage="contract",
                hint="Name one that is in its pyproject.toml, or what the tests need by "
                "--tests-with.",
            )
        return (*found, *asked.requirements)
    return asked.requirements or environments.test_requirements(folder)


def try_tests(run_: Run, subjects: Sequence[Subject], workspace: Workspace) -> Tests | None:
    """Run the tests on every side; None where none are asked for, or they could not be run."""
    asked, folder = run_.settings.tests, run_.test_folder
    if asked is None or folder is None:
        return None
    told = f"{len(subjects)} environment{'s'[: len(subjects) - 1]}"
    try:
        with run_.stage("tests", told):
            tests = Tests(run_, asked, folder, subjects, workspace)
            tests.run()
            return tests
    except CheckError as error:
        run_.fail(error)
        return None


def conclude(run_: Run, tests: Tests | None) -> None:
    """Add to the judgement what is new with the candidate, or that nobody knows."""
    if run_.settings.tests is None or run_.test_folder is None or run_.examined is None:
        return
    if tests is not None:
        tests.conclude()
    elif (judgement := run_.examined.judgement).verdict is Verdict.COMPATIBLE:
        judgement = replace(judgement, verdict=Verdict.ERROR)
        run_.examined = replace(run_.examined, judgement=judgement)


def record_tests(run_: Run, subject: Subject, workspace: Workspace) -> RecordedTests | None:
    """What becomes of the consumer's tests with the baseline, run twice; None if none are asked
    for.

    Raises:
        CheckError: they came to no end, or to none that says anything.
    """
    asked, folder = run_.settings.tests, run_.test_folder
    if asked is None or folder is None:
        return None
    with run_.stage("tests", "1 environment"):
        return Tests(run_, asked, folder, [subject], workspace).recorded()


class Tests:
    """The consumer's tests in one run: run on every side, compared, and concluded from.

    Args:
        run_: the run.
        asked: which tests, and how.
        folder: the checkout that they lie in.
        subjects: the candidate, and the baseline if there is one.
        workspace: where everything temporary goes.
    """

    def __init__(
        self,
        run_: Run,
        asked: TestSettings,
        folder: Path,
        subjects: Sequence[Subject],
        workspace: Workspace,
    ) -> None:
        self._run = run_
        self._asked = asked
        self._folder = folder
        self._sides = [_side(subject) for subject in subjects if subject.recorded is None]
        self._snapshot = next((one.recorded for one in subjects if one.recorded), None)
        self._workspace = workspace
        self._surroundings = surroundings(subjects, run_.settings, workspace.new("tests"))
        self._staged = observe.stage_probe(self._surroundings.folder)

    def run(self) -> None:
        """Run them, and again what differs.

        Raises:
            CheckError: they came to no end, or to none that says anything.
        """
        arguments = [*self._options(), *self._paths()]
        known = self._known(arguments)
        try:
            runs = self._both(arguments, "tests")
            runs += [known] if known is not None else []
            baseline = runs[1] if len(runs) > 1 else None
            self._compared = trials.compare(runs[0], baseline, self._again)
        finally:
            self._end()
        self._runs = runs

    @property
    def shown(self) -> tuple[CallUse, ...]:
        """The values that they gave to models of the provider, with the baseline."""
        secrets = hidden(self._run.settings).values()
        return trials.uses(self._runs[-1].shown.built, tuple(secrets))

    def conclude(self) -> None:
        """Add to the judgement what they show."""
        self._conclude(self._runs, self._compared)

    def recorded(self) -> RecordedTests:
        """What became of each, for a snapshot.

        Raises:
            CheckError: they came to no end, or to none that says anything.
        """
        arguments = [*self._options(), *self._paths()]
        try:
            first, second = (self._both(arguments, name)[0] for name in ("tests", "again"))
        finally:
            self._end()
        names = sorted(first.results.keys() | second.results.keys())
        return RecordedTests(
            arguments=tuple(arguments),
            results=tuple(_recorded(name, first, second) for name in names),
        )

    def _end(self) -> None:
        self._surroundings.running.stop()
        observe.kill_run(self._surroundings.mark)

    def _known(self, arguments: Sequence[str]) -> trials.TestRun | None:
        """The run that a snapshot holds in place of one with the baseline."""
        if self._snapshot is None:
            return None
        tests = self._snapshot.tests
        if tests is None or list(tests.arguments) != list(arguments):
            raise CheckError(
                "the snapshot does not say what becomes of these tests with the baseline",
                stage="contract",
                side="baseline",
                hint="Take it with the same tests: contract-check snapshot --tests PATH.",
            )
        return trials.known_run({one.id: one.outcome for one in tests.results})

    def _watched(self) -> list[trials.Side]:
        """The sides, the baseline watched."""
        return [replace(side, watched=side.side == "baseline") for side in self._sides]

    def _options(self) -> list[str]:
        asked = self._asked
        chosen = (("-k", asked.keyword), ("-m", asked.marker))
        return [*(part for flag, text in chosen if text for part in (flag, text)), *asked.arguments]

    def _paths(self) -> list[str]:
        paths = [path for path in self._asked.paths if path != _SDIST]
        if paths or self._asked.paths != (_SDIST,):
            return paths
        usual = (name for name in ("tests", "test") if (self._folder / name).is_dir())
        return [next(usual, ".")]

    def _again(self, names: Sequence[str]) -> tuple[trials.TestRun, trials.TestRun | None]:
        # What can't be named as a test is run with what lies beside it.
        paths = [name.removesuffix(trials.CONFTEST) or "." for name in names]
        runs = self._both([*self._asked.arguments, *dict.fromkeys(paths)], "again")
        return runs[0], runs[1] if len(runs) > 1 else None

    def _both(self, arguments: Sequence[str], name: str) -> list[trials.TestRun]:
        with ThreadPoolExecutor(len(self._sides)) as pool:
            futures = [
                pool.submit(
                    trials.run_tests,
                    side,
                    arguments,
                    # In the folder that it may write to.
                    environments.copy_checkout(
                        self._folder,
                        self._surroundings.folder / f"{name}-{side.side}" / "checkout",
                    ),
                    surroundings=self._surroundings,
                    staged=self._staged,
                    name=f"{name}-{side.side}",
                    timeout=self._asked.timeout,
                )
                for side in (self._sides if name == "again" else self._watched())
            ]
            try:
                return [future.result() for future in futures]
            except BaseException:
                self._surroundings.running.stop()
                raise

    def _left(self, unchecked: Iterable[Unchecked]) -> Iterator[Unchecked]:
        """What neither rules nor tests reached: a body that a test ran, on both sides, was."""
        case = self._run.examined.case if self._run.examined else None
        reached = set(self._runs[-1].shown.reached)
        for one in unchecked:
            symbol = case.baseline.symbol(one.subject) if case and case.baseline else None
            names = {one.subject, (symbol.identity if symbol else None) or one.subject}
            if not (names & reached and one.reason.startswith(judge.NOT_RUN)):
                yield one

    def _conclude(self, runs: Sequence[trials.TestRun], compared: trials.Compared) -> None:
        run_, examined = self._run, self._run.examined
        assert examined is not None
        judgement = examined.judgement
        before = compared.before
        broken = compared.broken
        if run_.alone:  # what fails with the only one fails with the baseline
            before = tuple((name, one.raised) for one in broken for name in one.tests)
            broken = ()
        findings = _told(judgement.findings, broken, run_, compared=len(runs) > 1)
        listed = [
            Unchecked(subject=name, reason=f"{RULE}: {raised.first_line[:200]}")
            for name, raised in before
        ]
        unmet = [
            Unchecked(subject=name, reason="this test is flaky: run again, it came out otherwise")
            for name in compared.flaky
        ]
        unmet += [
            Unchecked(subject=name, reason="this test is met with the baseline alone")
            for name in compared.lost
        ]
        broke = policy.fails(run_.settings.policy, findings)
        incomplete = Verdict.ERROR if judgement.errors else Verdict.COMPATIBLE
        run_.examined = replace(
            examined,
            judgement=replace(
                judgement,
                verdict=Verdict.BREAK if broke else incomplete,
                findings=findings,
                preexisting=(*judgement.preexisting, *listed),
                unchecked=(*self._left(judgement.unchecked), *unmet),
            ),
        )
        run_.tests = TestsReport(
            source=run_.consumer.source if run_.consumer else "",
            arguments=(*self._options(), *self._paths()),
            candidate=_counts(runs[0]),
            baseline=_counts(runs[1]) if len(runs) > 1 else None,
            new_failures=sum(len(one.tests) for one in broken),
            flaky=compared.flaky,
        )


def _recorded(name: str, first: trials.TestRun, second: trials.TestRun) -> RecordedTest:
    one, other = first.results.get(name), second.results.get(name)
    if one is None or other is None or one.failed != other.failed:
        return RecordedTest(id=name, outcome="flaky")
    return RecordedTest(id=name, outcome=one.outcome)


def _side(subject: Subject) -> trials.Side:
    return trials.Side(
        side=subject.side,
        python=subject.python,
        sites=subject.sites,
        roots=subject.provider.roots,
        own=subject.site,
        files=subject.files,
        paths=subject.paths,
    )


def _told(
    findings: Iterable[Finding],
    broken: Iterable[trials.Broken],
    run_: Run,
    *,
    compared: bool,
) -> tuple[Finding, ...]:
    from contract_check.rules import catalogue

    breaking = {rule.id for rule in catalogue() if rule.severity is Severity.BREAK}
    stale = f"{policy.SUPPRESSION_UNUSED.id}:{RULE}:"
    known = [item for item in findings if not item.id.startswith(stale)]
    joined = trials.told(broken, known, breaking, compared)
    own = [item for item in joined if item.rule == RULE]
    rest = [item for item in joined if item.rule != RULE]
    mine = tuple(item for item in run_.settings.policy.suppressions if item.rule == RULE)
    only = run_.settings.policy.model_copy(update={"suppressions": mine})
    applied = policy.apply(only, own, datetime.date.today())
    return judge.ordered((*rest, *applied.findings, *applied.remarks))


def _counts(run: trials.TestRun) -> TestCounts:
    return TestCounts(
        passed=run.count("passed"),
        failed=run.count("failed"),
        errors=run.count("error"),
        skipped=run.count("skipped"),
        seconds=round(sum(result.seconds for result in run.results.values()), 3),
    )
