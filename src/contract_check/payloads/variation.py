"""One change of a document: what it is, how telling it is, and whether it should be accepted."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from pydantic import JsonValue

Aim = Literal["inside", "outside", "free"]
"""`inside` must satisfy the schema and `outside` must not; of `free` the schema is not asked."""


class Rank:
    """How telling a variation is: the lower, the longer it stays when the corpus is cut."""

    BASE: Final = 0
    VALUE: Final = 1
    BOUND: Final = 2
    ARM: Final = 3
    OPTIONAL: Final = 4
    EXTRA: Final = 5
    TEXT: Final = 6
    NEAR: Final = 7
    COERCED: Final = 8
    WRONG: Final = 9
    LARGE: Final = 10


class Variation(NamedTuple):
    """A value for a node, differing from the node's plain one in one thing.

    Args:
        value: the whole value of the node.
        why: what was changed, in words that follow the path (`at its minimum`).
        slug: the same for an id.
        rank: see `Rank`.
        aim: see `Aim`.
        path: where below the node the change is.
    """

    value: JsonValue
    why: str
    slug: str
    rank: int
    aim: Aim
    path: tuple[str, ...] = ()
