"""How this room refuses, and how it names what exists near an unknown name."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Iterable

from packaging.version import InvalidVersion, Version

from contract_check.model.errors import CheckError, UsageError
from contract_check.support.redact import redact

_SHOWN = 120


def shown(text: str) -> str:
    """Text somebody handed in, fit to be printed: redacted, quoted, short, escaped."""
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return repr(redact(short))


def refuse(message: str, hint: str = "") -> UsageError:
    """The error for text that can never be a ref."""
    return UsageError(message, hint=hint)


def failed(message: str, hint: str = "", detail: str = "") -> CheckError:
    """The error for a ref that could not be resolved; `detail` must be redacted already."""
    return CheckError(message, stage="refs", hint=hint, detail=detail)


def as_version(text: str) -> Version | None:
    """The version a text stands for (PEP 440, a leading `v` is allowed), or None."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def nearest(wanted: str, names: Iterable[str], count: int = 5) -> tuple[str, ...]:
    """The existing names nearest to one that does not exist, best first.

    Versions are near by their place in the order of versions, the same version in another
    spelling first; other names by their letters.

    Args:
        wanted: the name that was asked for.
        names: the names that exist.
        count: at most how many are returned.
    """
    known = sorted(set(names))
    version = as_version(wanted)
    versions = [(parsed, name) for name in known if (parsed := as_version(name)) is not None]
    if version is not None and versions:
        return _nearest_versions(version, versions, count)
    lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(wanted.lower(), lower, n=count, cutoff=0.5)
    within = [name for name in lower if wanted.lower() in name and name not in close]
    return tuple(lower[name] for name in [*close, *within][:count])


def _nearest_versions(
    wanted: Version, versions: list[tuple[Version, str]], count: int
) -> tuple[str, ...]:
    same = [name for version, name in versions if version == wanted]
    others = sorted((version, name) for version, name in versions if version != wanted)
    place = bisect_left([version for version, _ in others], wanted)
    # The one below stands at distance 1, the one above at distance 1 too: below goes first.
    by_distance = sorted(
        range(len(others)), key=lambda index: (_distance(index, place), index >= place)
    )
    return (*same, *(others[index][1] for index in by_distance))[:count]


def _distance(index: int, place: int) -> int:
    return place - index if index < place else index - place + 1


def nearest_hint(names: Iterable[str]) -> str:
    """The sentence that offers the names, best first, or nothing if there are none."""
    best, *others = (*names, "")
    also = ", ".join(filter(None, others))
    return f"try {best}" + (f" (also near: {also})" if also else "") if best else ""
