"""What a format string asks of the values it is given."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

_CONVERSIONS = {"s": "str", "r": "repr"}
_PERCENT = re.compile(r"%(?:%|[-+ #0]*\d*(?:\.\d+)?([a-zA-Z]))")


def by_percent(text: str) -> tuple[str, ...] | None:
    """What `text % values` asks of each value: `str`, `repr`, or nothing of note.

    Args:
        text: the format, as of "printf-style String Formatting" in the library reference.

    Returns:
        one for each value, or None where the format counts them in another way.
    """
    found = [match[1] for match in _PERCENT.finditer(text)]
    if len(found) != len(re.findall("%%|%", text)):
        return None  # a width of `*`, or names in parentheses
    return tuple(_CONVERSIONS.get(letter, "") for letter in found if letter)


def by_braces(text: str) -> Iterator[tuple[int | str, str]]:
    """What `text.format(...)` asks of its arguments.

    Args:
        text: the format, as of "Format String Syntax" in the library reference.

    Returns:
        position or keyword, and `format`, `str` or `repr`; of the arguments themselves, not of
        their parts.
    """
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return
    position = 0
    for _, name, _, conversion in fields:
        if name is None:
            continue
        operation = _CONVERSIONS.get(conversion, "") if conversion else "format"
        if name == "":
            yield position, operation
            position += 1
        elif name.isdigit():
            yield int(name), operation
        elif name.isidentifier():
            yield name, operation
