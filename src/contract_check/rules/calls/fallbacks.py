"""Calls that stand in for one another: `try: f(new=1)`, `except TypeError: f(old=1)`.

A consumer that works with several versions tries one way to call and falls back on another. Where
one of the two binds, the other breaks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from contract_check.model.usage import Place, Region, TryUse
from contract_check.rules.case import Case
from contract_check.rules.uses import Site, misfit

_REFUSALS = frozenset(f"builtins:{name}" for name in ("TypeError", "Exception", "BaseException"))


def without_fallbacks(sites: Iterable[Site], tries: Sequence[TryUse]) -> list[Site]:
    """The calls for which no other call stands in.

    Args:
        sites: calls of the consumer, with what both sides take.
        tries: its blocks whose exceptions are caught.

    Returns:
        All but those of which a call of the same thing, on the other side of a `try` that catches
        `TypeError`, binds with the candidate.
    """
    known = list(sites)
    in_file: dict[str, list[int]] = {}
    for number, site in enumerate(known):
        in_file.setdefault(site.use.place.file, []).append(number)
    spared: set[int] = set()
    for item in tries:
        for handler in item.handlers:
            if handler.region is not None and _REFUSALS & set(handler.names):
                near = in_file.get(item.region.file, ())
                spared.update(_standing_in(item.region, handler.region, near, known))
    return [site for number, site in enumerate(known) if number not in spared]


def _standing_in(
    tried: Region, handled: Region, near: Sequence[int], sites: Sequence[Site]
) -> Iterator[int]:
    """Which of the calls in a file another one stands in for, across one `except`."""
    first = [number for number in near if tried.holds(sites[number].use.place)]
    second = [number for number in near if handled.holds(sites[number].use.place)]
    for here, there in ((first, second), (second, first)):
        bound = {sites[number].locus for number in there if _fits(sites[number])}
        yield from (number for number in here if sites[number].locus in bound)


def is_caught(case: Case, place: Place, error: str) -> bool:
    """Whether the consumer catches what is raised at a line.

    Args:
        case: the facts.
        place: the line.
        error: the name of the exception's class; `?` where that is not known.
    """
    names = {error, "Exception", "BaseException"}
    return any(
        item.region.holds(place)
        and any(
            name.rpartition(":")[2].rpartition(".")[2] in names
            for handler in item.handlers
            for name in handler.names
        )
        for item in case.usage.tries
    )


def _fits(site: Site) -> bool:
    parameters = site.now.parameters
    return parameters is not None and misfit(parameters, site.given) is None
