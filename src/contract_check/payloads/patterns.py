"""Strings that match a regular expression, made from its syntax tree and checked against it.

A handful of spellings is enough here (the shortest, longer ones, and one for each choice a class or
a branch offers), so this is no general generator: what it can't make it does not return.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

import jsonschema_rs
from pydantic import JsonValue

# The standard library's own parser of regular expressions; it has no stubs, hence the door here.
_sre: Final[Any] = importlib.import_module("re._parser")

_CATEGORIES: Final = {
    "CATEGORY_DIGIT": "7",
    "CATEGORY_NOT_DIGIT": "d",
    "CATEGORY_WORD": "w",
    "CATEGORY_NOT_WORD": "-",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": "s",
}
_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_PRINTABLE: Final = "".join(chr(code) for code in range(48, 123)) + " -!\u00e9"
_LAST_PICK: Final = 3
_PLANS: Final = tuple(
    (extra, pick) for extra in (3, 0, 1, 8, 24, 64) for pick in (0, 1, 2, 3)
)  # fmt: skip
LONGEST: Final = 512


LIMITED: Final = jsonschema_rs.FancyRegexOptions(backtrack_limit=100_000)
"""After so many steps back in one text, a pattern counts as not matching."""
_MOST_OPEN: Final = 2
"""Open repetitions side by side that Python's own engine gets through in time."""


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Callable[[str], bool] | None:
    """Return whether a text matches a pattern, or None where that can't be told in time.

    Pydantic's patterns are those of Rust's `regex`. The engine here is as quick as that one, and
    stops where a pattern looks back and forth for too long. What it can't read is left to Python's
    engine, which knows no limit, if the pattern is simple.
    """
    schema: dict[str, JsonValue] = {"type": "string", "pattern": pattern}
    try:
        return jsonschema_rs.validator_for(schema, pattern_options=LIMITED).is_valid
    except (ValueError, TypeError):
        pass
    try:
        return _searching(re.compile(pattern)) if _is_simple(list(_sre.parse(pattern))) else None
    except (re.error, RecursionError, OverflowError):
        return None


def _searching(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.search(text) is not None


def _is_simple(tree: Iterable[tuple[Any, Any]]) -> bool:
    """Whether there are few open repetitions, and none in another one."""
    found = [name for name in _names(tree, inside=False) if name in ("open", "nested")]
    return len(found) <= _MOST_OPEN and "nested" not in found


def _names(tree: Iterable[tuple[Any, Any]], *, inside: bool) -> Iterator[str]:
    for code, argument in tree:
        if str(code) in _REPEATS:
            yield "nested" if inside else "open"
        for part in argument if isinstance(argument, tuple | list) else ():
            if isinstance(part, _sre.SubPattern):
                yield from _names(part, inside=inside or str(code) in _REPEATS)
            elif isinstance(part, list):  # the arms of a branch
                for arm in part:
                    if isinstance(arm, _sre.SubPattern):
                        yield from _names(arm, inside=inside)


@lru_cache(maxsize=512)
def matching(pattern: str, shortest: int = 0, longest: int | None = None) -> tuple[str, ...]:
    """Return different strings that match, the most ordinary first.

    Args:
        pattern: a regular expression, searched for as JSON Schema does.
        shortest: the least length, in characters.
        longest: the greatest length, in characters.

    Returns:
        Nothing where none of the spellings tried matches.
    """
    checker = compiled(pattern)
    if checker is None:
        return ()
    try:
        tree = list(_sre.parse(pattern))
    except (re.error, RecursionError, OverflowError):
        return ()
    made = []
    for extra, pick in _PLANS:
        text = "".join(_spell(tree, extra, pick, {}))[:LONGEST]
        made.append(text)
        if len(text) < shortest:  # an unanchored pattern may be met anywhere in the text
            made.append(text + "x" * (shortest - len(text)))
    top = LONGEST if longest is None else longest
    fits = (text for text in made if shortest <= len(text) <= top and checker(text))
    return tuple(dict.fromkeys(fits))


def longer_matching(pattern: str) -> tuple[str, ...]:
    """Return further strings that match a pattern whose end is open."""
    checker = compiled(pattern)
    made = (f"{text}-{number}" for number in (2, 3) for text in matching(pattern))
    return tuple(text for text in made if checker is not None and checker(text))


def unmatched(pattern: str, near: str, shortest: int = 0, longest: int | None = None) -> str | None:
    """Return a string close to `near` that does not match, of allowed length, or None."""
    checker = compiled(pattern)
    if checker is None:
        return None
    tries = [near + "!", "!" + near, near[:-1] + "!", "!" * max(1, shortest), near[:-1], ""]
    top = LONGEST if longest is None else longest
    for text in tries:
        if shortest <= len(text) <= top and not checker(text):
            return text
    return None


def _spell(
    tree: Iterable[tuple[Any, Any]],
    extra: int,
    pick: int,
    groups: dict[int, str],
    room: int = LONGEST,
) -> Iterator[str]:
    for code, argument in tree:
        yield from _spell_one(str(code), argument, extra, pick, groups, room)


def _spell_one(
    name: str, argument: Any, extra: int, pick: int, groups: dict[int, str], room: int
) -> Iterator[str]:
    if name == "LITERAL":
        yield chr(argument)
    elif name == "NOT_LITERAL":
        yield _other_than([("LITERAL", argument)], pick)
    elif name == "ANY":
        yield "anyx"[pick]
    elif name == "IN":
        yield _member([(str(kind), value) for kind, value in argument], pick)
    elif name == "BRANCH":
        branches = argument[1]
        yield from _spell(branches[pick % len(branches)], extra, pick, groups, room)
    elif name == "SUBPATTERN":
        text = "".join(_spell(argument[-1], extra, pick, groups, room))
        if argument[0] is not None:
            groups[argument[0]] = text
        yield text
    elif name == "ATOMIC_GROUP":
        yield from _spell(argument, extra, pick, groups, room)
    elif name == "GROUPREF":
        yield groups.get(argument, "")
    elif name in _REPEATS:
        least, most, inner = argument
        times = min(int(most), int(least) + extra, room)
        for _ in range(times):  # what is repeated in repetitions shares the room
            yield from _spell(inner, min(extra, 3), pick, groups, max(1, room // times))


def _member(items: list[tuple[str, Any]], pick: int) -> str:
    if items[0][0] == "NEGATE":
        return _other_than(items[1:], pick)
    kind, value = items[pick % len(items)]
    if kind == "RANGE":
        low, high = value
        # The last one too: a class that became narrower usually lost its end.
        return chr(high if pick == _LAST_PICK else min(high, low + pick))
    return chr(value) if kind == "LITERAL" else _CATEGORIES.get(str(value), "x")


def _other_than(items: list[tuple[str, Any]], pick: int) -> str:
    fits = [char for char in _PRINTABLE[pick * 17 :] + _PRINTABLE if not _holds(items, char)]
    return fits[0] if fits else "\u4e2d"


def _holds(items: list[tuple[str, Any]], char: str) -> bool:
    for kind, value in items:
        if kind == "LITERAL" and ord(char) == value:
            return True
        if kind == "RANGE" and value[0] <= ord(char) <= value[1]:
            return True
        if kind == "CATEGORY" and _in_category(str(value), char):
            return True
    return False


def _in_category(name: str, char: str) -> bool:
    kind = name.removeprefix("CATEGORY_").removeprefix("NOT_")
    found = {
        "DIGIT": char.isdigit(),
        "WORD": char.isalnum() or char == "_",
        "SPACE": char.isspace(),
    }.get(kind, False)
    return not found if "NOT_" in name else found
