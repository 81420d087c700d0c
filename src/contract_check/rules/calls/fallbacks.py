"""Calls that stand in for one another: `try: f(new=1)`, `except TypeError: f(old=1)`.

A consumer that works with several versions tries one way to call and falls back on another. Where
one of the two binds, the other breaks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contract_check.model.usage import TryUse
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
    return [site for site in known if not any(_stands_in(site, known, item) for item in tries)]


def _stands_in(site: Site, sites: Sequence[Site], tried: TryUse) -> bool:
    first = [item for item in sites if tried.region.holds(item.use.place)]
    for handler in tried.handlers:
        if handler.region is None or not _REFUSALS & set(handler.names):
            continue
        second = [item for item in sites if handler.region.holds(item.use.place)]
        for here, there in ((first, second), (second, first)):
            if site in here and any(item.locus == site.locus and _fits(item) for item in there):
                return True
    return False


def _fits(site: Site) -> bool:
    parameters = site.now.parameters
    return parameters is not None and misfit(parameters, site.given) is None
