"""Exceptions: does what the provider raises still end where the consumer catches it?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from contract_check.model.observation import Observation, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import CallUse, Place
from contract_check.rules.case import Case, label, short
from contract_check.rules.interface import Draft, Example, Locus, Program, Rule
from contract_check.rules.uses import call_targets, contract_of, where
from contract_check.rules.witnesses import import_of, statement
from contract_check.rules.wording import doc


def _not_caught(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    raised = _raised(case, case.baseline) & _raised(case, case.candidate)
    seen: set[str] = set()
    for base, places in _caught(case).items():
        before, now = case.baseline.symbol(base), case.candidate.symbol(base)
        if before is None or now is None or "missing" in (before.kind, now.kind):
            continue
        kept = {label(heir) for heir in now.heirs}
        for heir in before.heirs:
            if heir not in raised or label(heir) in kept or label(heir) in seen:
                continue
            if _caught_besides(case, heir, base) or _by_another(case, heir, before, kept):
                continue
            seen.add(label(heir))
            near = near_its_calls(case, heir, base)
            yield Draft(
                subject=heir,
                message=f"{short(heir)} no longer derives from {short(base)}: "
                f"{case.candidate.consumer.name} catches {short(base)} at {where(places)} and "
                "calls what may raise it",
                hint=f"Keep {short(base)} among the bases of {short(heir)}.",
                loci=(Locus(label(heir), "__bases__"),),
                contract=contract_of(case, label(heir), label(base)),
                location=min(places),
                programs=(_program(heir, base),),
                severity=None if near else Severity.WARNING,
            )


def _caught(case: Case) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for ref, place in case.usage.caught:
        found.setdefault(ref, []).append(place)
    return found


def _by_another(case: Case, heir: str, base: Symbol, kept: Collection[str]) -> bool:
    """Whether a class between the two lost the base, which `base-lost` says of it."""
    assert case.baseline is not None
    return any(
        heir in item.heirs and item.identity in base.heirs and label(item.identity) not in kept
        for item in case.baseline.described.symbols.values()
        if item.identity is not None
    )


def _caught_besides(case: Case, heir: str, base: str) -> bool:
    """Whether the handlers at every place that names the base name another that still catches."""
    places = {place for ref, place in case.usage.caught if ref == base}
    for place in places:
        others = [ref for ref, there in case.usage.caught if there == place and ref != base]
        symbols = [case.candidate.symbol(ref) for ref in others]
        covered = label(heir) in {label(ref) for ref in others} or any(
            symbol is not None and label(heir) in {label(item) for item in symbol.heirs}
            for symbol in symbols
        )
        if not covered:
            return False
    return bool(places)


def near_its_calls(case: Case, heir: str, base: str) -> bool:
    """Whether a base is caught in a module of the consumer's that calls what may raise an heir.

    A handler that names the heir as well still catches it.
    """
    observation = case.baseline or case.candidate
    symbol = observation.symbol(heir)
    identity = (symbol.identity if symbol is not None else None) or heir
    by_name = {place for ref, place in case.usage.caught if label(ref) == label(heir)}
    files = {place.file for ref, place in case.usage.caught if ref == base and place not in by_name}
    here = [use for use in case.usage.calls if use.place.file in files]
    return identity in _raised(case, observation, here)


def _raised(
    case: Case, observation: Observation, calls: Iterable[CallUse] | None = None
) -> frozenset[str]:
    """The exceptions that the code of what the consumer calls (or of some calls) names."""
    found: set[str] = set()
    for use in case.usage.calls if calls is None else calls:
        targets = [ref for ref, _ in call_targets(case, use.target)]
        for ref in (*targets, use.via or use.target):
            symbol = observation.symbol(ref)
            if symbol is not None and "builtins:BaseException" not in symbol.bases:
                found.update(symbol.raised)
    return frozenset(found)


def _program(heir: str, base: str) -> Program:
    module, _, name = base.partition(":")
    bring = [] if module == "builtins" else [import_of(base, "Base")]
    return statement(
        import_of(heir, "Raised"),
        *bring,
        "",
        f"assert issubclass(Raised, {name if module == 'builtins' else 'Base'}), Raised",
    )


_ERRORS = """
class BusError(Exception):
    pass

class BusTimeout(BusError):
    pass

class Refused(BusError):
    pass

def publish(item):
    if item is None:
        raise BusTimeout("late")
    return item

def admit(item):
    if item is None:
        raise Refused("no")
    return item
"""
_LOST = _ERRORS.replace("BusTimeout(BusError)", "BusTimeout(Exception)")
_CATCHES = """
from provider import BusError, publish

def send(item):
    try:
        return publish(item)
    except BusError:
        return None
"""

RULES = (
    Rule(
        id="exception-not-caught",
        family="exceptions",
        summary="An exception no longer derives from the one that the consumer catches",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE,),
        witness="code",
        doc=doc(
            "The consumer has `except Base`, for an exception of the provider or a built-in one, "
            "and calls something whose code names an exception that derived from `Base` and does "
            "not any more.",
            "What was caught goes on to whoever called the consumer, and ends the task or request.",
            "`class BusTimeout(BusError)` becomes `class BusTimeout(Exception)`, and the consumer "
            "catches `BusError` around `publish`.",
            "Keep the base class; a class may have several: `class BusTimeout(BusError, "
            "TimeoutError)`.",
        ),
        examples=(
            Example(title="another base", old=_ERRORS, new=_LOST, consumer=_CATCHES),
            Example(
                title="a built-in base that the consumer catches",
                old=_ERRORS.replace("BusTimeout(BusError)", "BusTimeout(BusError, ValueError)"),
                new=_ERRORS,
                consumer=_CATCHES.replace("BusError, ", "").replace("BusError", "ValueError"),
            ),
            Example(
                title="a class comes in between",
                old=_ERRORS,
                new=_ERRORS.replace(
                    "class BusTimeout(BusError)",
                    "class Late(BusError):\n    pass\n\nclass BusTimeout(Late)",
                ),
                consumer=_CATCHES,
                breaks=False,
            ),
            Example(
                title="an exception that nothing the consumer calls raises",
                old=_ERRORS,
                new=_ERRORS.replace("Refused(BusError)", "Refused(Exception)"),
                consumer=_CATCHES,
                breaks=False,
            ),
            Example(
                title="another handler catches it as well",
                old=_ERRORS,
                new=_LOST,
                consumer=_CATCHES.replace("except BusError", "except (BusError, Exception)"),
                breaks=False,
            ),
        ),
        check=_not_caught,
        rank=10,
    ),
)
