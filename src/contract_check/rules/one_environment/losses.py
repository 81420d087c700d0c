"""Given values that do not come out again: what round trips and factories share."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import JsonValue

from contract_check.model.observation import Encoded
from contract_check.rules.encoded import children
from contract_check.rules.witnesses import as_json

_LITERAL_TYPES = frozenset({"str", "int", "float", "bool", "NoneType", "dict", "list"})
"""Types whose JSON form is one only: what a sample holds must come out as it is."""
_Path = tuple[str | int, ...]


def lost(
    given: JsonValue,
    written: JsonValue,
    alias: JsonValue,
    encoded: Encoded | None,
    path: _Path = (),
) -> Iterator[tuple[_Path, JsonValue, str]]:
    """Where given values do not come out: path, value, what came out instead.

    Args:
        given: what was put in.
        written: what came out, by name.
        alias: the same by alias.
        encoded: the value itself; text is compared only where its type has one form in JSON.
    """
    inner = children(encoded) if isinstance(encoded, dict) else None
    elements = encoded.get("u") if isinstance(encoded, dict) else None
    if isinstance(elements, list):
        if all(map(_has_one_form, elements)) and _texts(given) != _texts(written):
            yield path, given, as_json(written)
    elif isinstance(given, dict) and isinstance(written, dict):
        other = alias if isinstance(alias, dict) else {}
        for key, value in given.items():
            if key not in written and key not in other:
                yield (*path, key), value, "nothing"
                continue
            found = written.get(key, other.get(key))
            deeper = (inner or {}).get(key)
            yield from lost(value, found, other.get(key, found), deeper, (*path, key))
    elif isinstance(given, list) and isinstance(written, list) and len(given) == len(written):
        others = alias if isinstance(alias, list) else written
        for index, value in enumerate(given):
            deeper = (inner or {}).get(index)
            yield from lost(value, written[index], others[index], deeper, (*path, index))
    elif given != written and _has_one_form(encoded):
        yield path, given, as_json(written)


def _texts(value: JsonValue) -> set[str]:
    """The items of a list that was read as a set or written from one."""
    return {json.dumps(item) for item in (value if isinstance(value, list) else [value])}


def _has_one_form(encoded: Encoded | None) -> bool:
    if not isinstance(encoded, dict):
        return encoded is None
    return "e" in encoded or encoded.get("t") in _LITERAL_TYPES
