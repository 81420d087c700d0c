"""Exceptions: does what the provider raises still end where the consumer catches it?"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from contract_check.model.observation import Observation, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import Handler, Place, Region
from contract_check.rules.case import Case, short
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.uses import call_targets, contract_of, where
from contract_check.rules.witnesses import import_of, statement

_RAISES_AGAIN = "Raise()"
_BUILT_IN_METHODS = frozenset(
    name for kind in (dict, list, set, str, bytes, io.TextIOWrapper) for name in dir(kind)
)
"""Names that say nothing of whose method is called."""


@dataclass(frozen=True)
class Escape:
    """A handler that an exception no longer ends in.

    Args:
        place: of the handler.
        known: whether what it guards is known to call what raises the exception; else it calls
            something of which that is not known.
    """

    place: Place
    known: bool


def _not_caught(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    used = [ref for ref, _ in _uses(case)]
    raised = _raised(case, case.baseline, used) & _raised(case, case.candidate, used)
    seen: set[str] = set()
    for base in dict.fromkeys(ref for ref, _ in case.usage.caught):
        before, now = case.baseline.symbol(base), case.candidate.symbol(base)
        if before is None or now is None or "missing" in (before.kind, now.kind):
            continue
        kept = {case.label(heir) for heir in now.heirs}
        for heir in before.heirs:
            if heir not in raised or case.label(heir) in kept or case.label(heir) in seen:
                continue
            found = escapes(case, heir, base)
            if not found or _by_another(case, heir, before, kept):
                continue
            seen.add(case.label(heir))
            known = [item for item in found if item.known]
            places = [item.place for item in known or found]
            yield Draft(
                subject=heir,
                message=f"{short(heir)} no longer derives from {short(base)}: "
                f"{case.candidate.consumer.name} catches {short(base)} at {where(places)} and "
                "calls what may raise it",
                hint=f"Keep {short(base)} among the bases of {short(heir)}.",
                loci=(Locus(case.label(heir), "__bases__"),),
                contract=contract_of(case, case.label(heir), case.label(base)),
                location=min(places),
                programs=(_program(heir, base),),
                severity=None if known else Severity.WARNING,
            )


def _by_another(case: Case, heir: str, base: Symbol, kept: Collection[str]) -> bool:
    """Whether a class between the two lost the base, which `base-lost` says of it."""
    assert case.baseline is not None
    return any(
        heir in item.heirs and item.identity in base.heirs and case.label(item.identity) not in kept
        for item in case.baseline.described.symbols.values()
        if item.identity is not None
    )


def escapes(case: Case, heir: str, base: str) -> tuple[Escape, ...]:
    """The handlers of a base in which an exception ended with the baseline, and does not now.

    An exception is followed from the calls that may raise it to the handler around them, or around
    the calls of the function that they stand in.

    Args:
        case: with a baseline.
        heir: the exception.
        base: the class that it does not derive from any more.
    """
    assert case.baseline is not None
    symbol = case.baseline.symbol(heir)
    identity = (symbol.identity if symbol is not None else None) or heir
    uses = _uses(case)
    raising = {
        ref
        for ref in dict.fromkeys(ref for ref, _ in uses)
        if identity in _raised(case, case.baseline, [ref])
    }
    sources = [(place, True) for ref, place in uses if ref in raising]
    files = {place.file for place, _ in sources}
    sources += [
        (place, known and place.file in files)
        for place, known in _perhaps(case, identity, case.is_provider(base))
    ]
    found: dict[Place, bool] = {}
    for handler, known in _followed(case, identity, sources):
        if base in handler.names:
            found[handler.place] = found.get(handler.place, False) or known
    return tuple(Escape(place, known) for place, known in found.items())


def _perhaps(case: Case, identity: str, own: bool) -> Iterator[tuple[Place, bool]]:
    """Where it is not known what the consumer calls, and whether it will be what raises this.

    Args:
        case: with a baseline.
        identity: of the exception.
        own: what is caught is a class of the provider's, so that its code is meant.
    """
    assert case.baseline is not None
    raising = {
        name
        for item in case.baseline.described.symbols.values()
        if identity in item.raised and case.is_provider(item.ref)
        for name in item.members
    }
    for use in case.usage.reached:
        name = use.target.removeprefix("?.")
        if use.target == "?" or (use.target == "yield" and _is_guarded(case, use.place)):
            yield use.place, own
        elif name in raising:
            yield use.place, own or name not in _BUILT_IN_METHODS


def _is_guarded(case: Case, place: Place) -> bool:
    return bool(_tries_around(case, place, _function_at(case, place)))


def _followed(
    case: Case, heir: str, sources: Iterable[tuple[Place, bool]]
) -> Iterator[tuple[Handler, bool]]:
    """The handlers that lose an exception on its way from these places through the callers."""
    pending = list(sources)
    seen: set[tuple[str, bool]] = set()
    while pending:
        place, known = pending.pop()
        function = _function_at(case, place)
        fate = _fate(case, heir, _tries_around(case, place, function))
        if isinstance(fate, Handler):
            yield fate, known
        key = (function[0] if function is not None else "", known)
        if fate is not None or function is None or key in seen:
            continue
        seen.add(key)
        pending += _callers(case, function[0], known)


def _callers(case: Case, function: str, known: bool) -> Iterator[tuple[Place, bool]]:
    """Where a function of the consumer's is called: itself, one that it overrides, or what its
    decorator was put around."""
    owner, _, name = function.rpartition(":")[2].rpartition(".")
    makers = {decorator for item, decorator in case.usage.decorated if item == function}
    for use in case.usage.reached:
        of, _, called = use.target.rpartition(":")[2].rpartition(".")
        overridden = called == name and bool(owner) and of not in ("", "?")
        if use.target == function or overridden:
            yield use.place, known
        elif use.target == f"?.{name}":
            yield use.place, False
        elif use.target == "?" and makers:
            inside = _function_at(case, use.place)
            if inside is not None and any(inside[0].startswith(f"{item}.") for item in makers):
                yield use.place, known


def _function_at(case: Case, place: Place) -> tuple[str, Region] | None:
    """The innermost function of the consumer's that a place stands in."""
    around = [item for item in case.usage.functions if item[1].holds(place)]
    return max(around, key=lambda item: item[1].first, default=None)


def _tries_around(
    case: Case, place: Place, function: tuple[str, Region] | None
) -> list[tuple[Handler, ...]]:
    """The handlers around a place in its function, the innermost first."""
    around = [
        item
        for item in case.usage.tries
        if item.region.holds(place) and (function is None or item.region.first >= function[1].first)
    ]
    around.sort(key=lambda item: (item.region.first, -item.region.last), reverse=True)
    return [item.handlers for item in around]


def _fate(case: Case, heir: str, levels: list[tuple[Handler, ...]]) -> Handler | bool | None:
    """What becomes of an exception inside some handlers.

    Returns:
        the handler that does not get it any more, True where it ends as before, None where it
        leaves them.
    """
    assert case.baseline is not None
    for number, handlers in enumerate(levels):
        before = _catching(case, case.baseline, handlers, heir)
        if before is None or before.body == _RAISES_AGAIN:
            continue
        inner = (_catching(case, case.candidate, level, heir) for level in levels[number:])
        now = next((handler for handler in inner if handler is not None), None)
        return True if now is not None and now.body == before.body else before
    return None


def _catching(
    case: Case, observation: Observation, handlers: tuple[Handler, ...], heir: str
) -> Handler | None:
    return next(
        (
            handler
            for handler in handlers
            if any(_is_heir(case, observation, heir, name) for name in handler.names)
        ),
        None,
    )


def _is_heir(case: Case, observation: Observation, heir: str, name: str) -> bool:
    wanted = case.label(heir)
    if name in ("builtins:BaseException", "builtins:Exception") or case.label(name) == wanted:
        return True
    symbol = observation.symbol(name)
    heirs = (*symbol.heirs, symbol.identity or "") if symbol is not None else ()
    return wanted in map(case.label, heirs)


def _uses(case: Case) -> list[tuple[str, Place]]:
    """What the consumer calls, reads from, or uses with Python's own syntax, and where."""
    found = [(use.via or use.target, use.place) for use in case.usage.calls]
    found += [(use.owner.removesuffix("()"), use.place) for use in case.usage.members]
    found += [(use.owner.removesuffix("()"), use.place) for use in case.usage.operations]
    return found


def _raised(case: Case, observation: Observation, targets: Iterable[str]) -> frozenset[str]:
    """The exceptions that the code of some targets names."""
    found: set[str] = set()
    for target in dict.fromkeys(targets):
        for ref in (target, *(ref for ref, _ in call_targets(case, target))):
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


RULES = (
    Rule(
        id="exception-not-caught",
        family="exceptions",
        summary="An exception no longer derives from the one that the consumer catches",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE,),
        witness="code",
        check=_not_caught,
        rank=10,
    ),
)
