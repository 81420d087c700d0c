"""What the rules about calls share: whom a call is of, and the sources of their examples."""

from __future__ import annotations

from collections.abc import Iterable

from contract_check.model.report import Direction
from contract_check.model.usage import Place

SOURCE = (Direction.SOURCE,)


def call_of(member: str | None, places: Iterable[Place]) -> str | None:
    """The same method called at the same lines, of a protocol and of what stands in for it."""
    if member is None:
        return None
    return " ".join((member, *sorted(f"{place.file}:{place.line}" for place in places)))
