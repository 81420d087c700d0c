"""Question and answer with the probes: from environments that are ready to the facts of a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from contract_check import observe, reader, usage
from contract_check.model.code import ProviderCode
from contract_check.model.contracts import Contract
from contract_check.model.errors import Side
from contract_check.model.observation import Described, Observation, Payload, Replayed
from contract_check.model.reading import Reading
from contract_check.model.settings import Settings
from contract_check.model.usage import CallUse, Place, Usage
from contract_check.observe import plan
from contract_check.observe.changes import Changes
from contract_check.pipeline import provided
from contract_check.pipeline.sameness import changes_between
from contract_check.pipeline.subjects import (
    Subject,
    handed,
    hidden,
    observation,
    provider_sources,
)
from contract_check.rules import catalogue
from contract_check.rules.alternatives import read_where_taken, taken
from contract_check.rules.case import CallPlan, Case
from contract_check.rules.settings import lost_variables
from contract_check.usage.variables import named_variables

_VALIDATE = ".model_validate"


def observe_all(
    subjects: Sequence[Subject],
    sessions: Sequence[observe.Session],
    settings: Settings,
    pool: ThreadPoolExecutor,
    checking: Future[Reading],
    shown: Sequence[CallUse] = (),
) -> Case:
    """Ask the probes of every subject, and put together what they said.

    Args:
        subjects: the candidate, and the baseline if there is one.
        sessions: their probes, in the same order.
        settings: contracts and variables.
        pool: what runs on both sides at once.
        checking: what a type checker says of the consumer's sources, being found out.
        shown: the consumer's calls that were watched, each of a class as that calls itself.

    Raises:
        CheckError: a probe gave no answer.
    """
    candidate = subjects[0]
    roots = frozenset(root for subject in subjects for root in subject.provider.roots)
    modules = plan.modules(settings.contracts, candidate.consumer.modules, settings.import_all)
    declared = plan.symbols(settings.contracts, Usage())
    sources = [provider_sources(subject, roots) for subject in subjects]
    reading = pool.submit(
        usage.read_installed, candidate.site, candidate.files, roots, provider_files=sources
    )
    asked_first = [pool.submit(session.observe, modules, declared) for session in sessions]
    # Made ready while the probes import the packages: the rules, and what reads the answers.
    catalogue()
    observe.make_ready()
    first = [answer.result() for answer in asked_first]
    checked = checking.result()
    used = reader.merged(reading.result(), checked.uses)
    described = list(
        pool.map(
            lambda session, told: _describe_rest(session, told, used, declared, roots),
            sessions,
            first,
        )
    )
    holders = (*plan.holding(described, used, roots), *_given(checked))
    described = _evened(sessions, described, holders)
    met, unmet, read, answered = _met(sessions, used, checked, described)
    met = replace(met, calls=(*met.calls, *_as_spelled(shown, described[-1])))
    contracts = _with_derived(settings.contracts, met, described, holders)
    own_code = pool.submit(_own_code, subjects, used, described)
    changes = changes_between(subjects, sessions, described, settings, pool)
    described = list(
        pool.map(lambda session, told: _with_schemas(session, told, changes), sessions, described)
    )
    asked = plan.questions(
        contracts,
        described[0],
        described[1] if len(described) > 1 else None,
        handed(settings),
        met,
        settings.compatibility,
        changes,
    )
    if isinstance(sessions[-1], observe.Recorded):
        further = sessions[-1].further(asked.payloads)
        asked = replace(asked, payloads=(*asked.payloads, *further))
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
    for session, about in zip(sessions, subjects, strict=True):
        provided.check(about, session.finish(provided.asked(about)), session.surroundings)
    observations = [
        observation(subject, told, answers)
        for subject, told, answers in zip(subjects, described, replayed, strict=True)
    ]
    code = own_code.result()
    return Case(
        variables=_variables(candidate, observations, settings),
        version_tests=answered,
        names_before=subjects[-1].recorded.names if subjects[-1].recorded else {},
        code=code[0],
        code_before=code[-1],
        candidate=observations[0],
        baseline=observations[1] if len(observations) > 1 else None,
        contracts=contracts,
        usage=met,
        reading=read,
        unmet=unmet,
        payloads=payloads,
        calls={
            name: CallPlan(contract, target, kwargs)
            for name, (contract, target, kwargs) in asked.targets.items()
        },
        expectations=asked.expectations,
        consumer_from=settings.consumer_from,
        compatibility=settings.compatibility,
        env=settings.env,
        hidden=hidden(settings),
        unchanged=changes.same,
        beyond_limit=asked.left_out,
    )


def _as_spelled(shown: Sequence[CallUse], described: Described) -> Iterator[CallUse]:
    """Calls of the models that are described, by the names that the consumer has for them."""
    spelled = {
        symbol.identity: ref for ref, symbol in described.symbols.items() if symbol.kind == "model"
    }
    for call in shown:
        made = call.target.removesuffix(_VALIDATE)
        if (ref := spelled.get(made)) is not None:
            yield replace(call, target=f"{ref}{call.target[len(made) :]}")


def _variables(
    about: Subject, observations: Sequence[Observation], settings: Settings
) -> tuple[tuple[str, Place], ...]:
    """Where the consumer names variables that settings no longer read."""
    names = lost_variables(observations[-1], observations[0])
    if not names:
        return ()
    asked = Path(settings.consumer_ref) if settings.consumer_ref else None
    folder = asked if asked is not None and asked.is_dir() else None
    return named_variables(names, about.site, about.files, folder)


def _describe_rest(
    session: observe.Session,
    told: Described,
    used: Usage,
    declared: Sequence[str],
    roots: frozenset[str],
) -> Described:
    """Describe what the consumer's sources name, and the provider's classes inside fields."""
    rest = [ref for ref in plan.symbols((), used) if ref not in declared]
    members = plan.followed(used)
    given = frozenset(call.target for call in used.calls if call.own)
    imported = plan.imported(used)
    for _ in range(4):
        if rest:
            more = session.observe((), rest, imported)
            told = told.model_copy(update={"symbols": {**told.symbols, **more.symbols}})
        rest = [ref for ref in plan.nested(told, roots, members, given) if ref not in told.symbols]
        if not rest:
            break
    return told


def _with_schemas(session: observe.Session, told: Described, changes: Changes) -> Described:
    """With the JSON Schemas of the models that may differ."""
    refs = sorted(  # so that both sides give their definitions the same names
        ref
        for ref, symbol in told.symbols.items()
        if symbol.kind == "model" and changes.of(ref) is not None
    )
    symbols = dict(told.symbols)
    for ref, found in (session.schemas(refs) if refs else {}).items():
        symbol = symbols[ref]
        gaps = symbol.gaps if found.gap is None else {**symbol.gaps, "schema_validation": found.gap}
        update = {"schema_validation": found.document, "schema_failure": found.failure}
        symbols[ref] = symbol.model_copy(update={**update, "gaps": gaps})
    return told.model_copy(update={"symbols": symbols})


def _met(
    sessions: Sequence[observe.Session],
    used: Usage,
    checked: Reading,
    described: Sequence[Described],
) -> tuple[Usage, frozenset[str], Reading, tuple[tuple[str, str, bool | None], ...]]:
    """What of the consumer's code runs with the candidate, see `rules.alternatives`; the same of
    what the type checker says; and what the candidate answered to the consumer's tests."""
    tests = [(condition.module, condition.test) for condition in used.conditions]
    answers = [session.evaluate(tests) for session in sessions] if tests else [()]
    before = answers[1] if len(answers) > 1 else None
    met, unmet = taken(used, described[0], answers[0], before)
    read = read_where_taken(checked, used, described[0], answers[0], before)
    answered = tuple((*test, answer) for test, answer in zip(tests, answers[0], strict=True))
    return met, unmet, read, answered


def _evened(
    sessions: Sequence[observe.Session],
    described: Sequence[Described],
    holders: Sequence[str],
) -> list[Described]:
    """Each side told of the implementations that the other one found, as a class that no longer
    conforms is not found where that is so, and of the consumer's `holders`."""
    named = (*plan.implementers(described), *holders)
    evened: list[Described] = []
    for session, told in zip(sessions, described, strict=True):
        rest = [ref for ref in named if ref not in told.symbols]
        if rest:
            more = session.observe((), rest)
            told = told.model_copy(update={"symbols": {**told.symbols, **more.symbols}})
        evened.append(told)
    return evened


def _with_derived(
    declared: tuple[Contract, ...],
    used: Usage,
    described: Sequence[Described],
    holders: Sequence[str],
) -> tuple[Contract, ...]:
    """The declared contracts, and one for everything else that the consumer uses."""
    symbols = {**described[0].symbols}
    for ref, symbol in described[-1].symbols.items():
        known = symbols.get(ref)
        if known is None or known.kind == "missing" or "" in known.gaps:
            symbols[ref] = symbol
    return (*declared, *plan.derived(declared, used, symbols, holders))


def _own_code(
    subjects: Sequence[Subject], used: Usage, described: Sequence[Described]
) -> tuple[ProviderCode, ...]:
    """What each side's own code does with what it is handed."""
    roots = frozenset(root for subject in subjects for root in subject.provider.roots)
    if (snapshot := subjects[-1].recorded) is not None:
        known = snapshot.observation.provider.modules
        new = (name for name in subjects[0].provider.modules if name not in known)
        modules = (*snapshot.code.modules, *new) if snapshot.code.modules else ()
        files = provider_sources(subjects[0], roots)
        return usage.read_beside(files, used, modules), snapshot.code.code
    sides = [provider_sources(subject, roots) for subject in subjects]
    homes = plan.homes(used, described)
    return usage.read_sides(sides, used, homes) or (ProviderCode(),)


def _cross(
    asked: plan.Questions,
    sessions: Sequence[observe.Session],
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


def _given(checked: Reading) -> tuple[str, ...]:
    """What the type checker says the consumer works with, and what nothing else would name: the
    protocols and the consumer's classes that it brings together, the classes of what is operated
    on, and where the values come from whose types changed."""
    given = [ref for protocol, own, _ in checked.given for ref in (protocol, own)]
    named = [use.owner for use in checked.uses.operations]
    for ref in (*named, *(value.origin for value in checked.values)):
        module, _, path = ref.partition(":")
        given.append(f"{module}:{path.partition('.')[0]}")
    return tuple(dict.fromkeys(given))
