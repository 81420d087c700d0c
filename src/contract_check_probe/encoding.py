"""Python values as JSON, with their types.

`{"t": "int", "v": 5}` for what JSON has; `{"t": "float", "v": "nan"}` for what it lacks;
`{"t": "pkg:Level", "e": "soft", "v": {...}}` for a member of an enum;
`{"t": "pkg:Model", "f": {name: value}}` for a model, a dataclass or a named tuple;
`{"t": "list", "i": [...]}` for sequences; `{"t": "set", "u": [...]}` for sets, sorted;
`{"t": "dict", "d": [[key, value], ...]}`, sorted by key;
`{"t": "datetime.datetime", "v": text}` for values that have one text;
`{"t": type, "r": repr}` for the rest. `"<unstable>"` in place of a value says that it differed
between two readings (a clock, a random id).

A type is named by its top-level package and qualified name, so that a class that moved between
modules of its package and is offered at its old place still counts as the same.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import fractions
import ipaddress
import math
import pathlib
import re
import uuid
from typing import Any

from contract_check_probe.places import named

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
_TEXTUAL = (
    datetime.date,
    datetime.time,
    datetime.timedelta,
    datetime.tzinfo,
    decimal.Decimal,
    uuid.UUID,
    pathlib.PurePath,
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
)
_DEEPEST = 24
_LONGEST = 100_000
VOLATILE = "<unstable>"


RAISED = (Exception, SystemExit, KeyboardInterrupt, GeneratorExit)
"""What foreign code may raise of its own accord."""


class TooLarge(Exception):
    """A value holds more than an answer has room for."""


def scrub(text: str) -> str:
    """A text without memory addresses and this environment's folders."""
    return named(_ADDRESS.sub("", text))


def safe_repr(value: object) -> str:
    """repr(value), shortened, even where that raises."""
    try:
        return scrub(repr(value))[:2000]
    except RAISED as error:
        return f"<{type(value).__name__}: repr raised {type(error).__name__}>"


def identity(value: Any) -> str:
    """`module:qualname` as a class or function states them."""
    module = getattr(value, "__module__", None) or ""
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", "")
    return f"{module}:{name}"


def type_name(kind: type) -> str:
    """The name of a type, as values are labelled with."""
    module = kind.__module__
    if module == "builtins":
        return kind.__name__
    # A parametrized generic model is labelled like its origin: its arguments show in its fields.
    return f"{module.partition('.')[0]}:{kind.__qualname__.partition('[')[0]}"


def encode(value: Any, depth: int = 0) -> Any:
    """The value as JSON with types.

    Raises:
        TooLarge: it holds more than an answer has room for.
    """
    kind = type(value)
    if (kind is str or kind is bool or value is None) and depth <= _DEEPEST:
        return {"t": kind.__name__, "v": value}
    label = type_name(kind)
    if depth > _DEEPEST:
        return {"t": label, "r": "…"}
    if kind is dict or kind is list:
        return _encode_compound(value, label, depth)
    if isinstance(value, enum.Enum):
        return {"t": label, "e": value.name, "v": encode(value.value, depth + 1)}
    if isinstance(value, bool):
        return {"t": label, "v": value}
    if isinstance(value, int):
        return {"t": label, "v": int(value) if -(2**53) < value < 2**53 else str(int(value))}
    if isinstance(value, float):
        number = float(value)
        return {"t": label, "v": number if math.isfinite(number) else str(number)}
    if isinstance(value, str):
        return {"t": label, "v": str.__str__(value)}
    if isinstance(value, (bytes, bytearray)):
        return {"t": label, "v": bytes(value).hex()}
    # A Fraction is asked for by its class: as an abstract one it is slow to ask about the rest.
    if isinstance(value, _TEXTUAL) or fractions.Fraction in kind.__mro__:
        return {"t": label, "v": str(value)}
    return _encode_compound(value, label, depth)


def _encode_compound(value: Any, label: str, depth: int) -> Any:
    if isinstance(value, (dict, list, tuple, set, frozenset)) and len(value) > _LONGEST:
        raise TooLarge(f"{label} of {len(value)} items")
    if (fields := _fields_of(value)) is not None:
        return {"t": label, "f": {name: encode(item, depth + 1) for name, item in fields.items()}}
    if isinstance(value, dict):
        return {
            "t": label,
            "d": [
                [encode(key, depth + 1), encode(item, depth + 1)] for key, item in _by_key(value)
            ],
        }
    if isinstance(value, (set, frozenset)):
        return {"t": label, "u": sorted((encode(v, depth + 1) for v in value), key=repr)}
    if isinstance(value, (list, tuple)):
        return {"t": label, "i": [encode(v, depth + 1) for v in value]}
    return {"t": label, "r": safe_repr(value)}


def _by_key(value: dict[Any, Any]) -> list[tuple[Any, Any]]:
    items = list(value.items())
    if all(type(key) is str for key, _ in items):
        return sorted(items, key=lambda item: item[0])
    return sorted(items, key=lambda item: repr(encode(item[0])))


def _fields_of(value: Any) -> dict[str, Any] | None:
    kind = type(value)
    if kind is dict or kind is list:
        return None
    declared = getattr(kind, "model_fields", None) or getattr(kind, "__pydantic_fields__", None)
    if isinstance(declared, dict):
        fields = {name: _attribute(value, name, field) for name, field in declared.items()}
        extra = getattr(value, "model_extra", None)
        return {**fields, **extra} if isinstance(extra, dict) else fields
    if hasattr(kind, "model_fields"):  # a model without fields
        return {}
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        return dict(zip(kind._fields, value, strict=False))
    return None


def _attribute(value: Any, name: str, field: Any) -> Any:
    """A field's value. A deprecated one warns whoever reads it, which is not to be us."""
    if getattr(field, "deprecated", None) and name in vars(value):
        return vars(value)[name]
    return getattr(value, name, VOLATILE)


def settle(first: Any, second: Any) -> Any:
    """The parts two readings of the same thing agree on; the others become `"<unstable>"`."""
    if first == second:
        return first
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        if first.get("t") == second.get("t"):
            return {key: settle(first[key], second[key]) for key in first}
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return [settle(a, b) for a, b in zip(first, second, strict=True)]
    return VOLATILE


def arranged(document: Any, encoded: Any) -> Any:
    """A JSON document with the lists sorted that were written from sets.

    Args:
        document: what an object was written as.
        encoded: the object's Python dump, encoded: it says where the sets are.
    """
    if not isinstance(encoded, dict):
        return document
    if isinstance(document, list):
        if "u" in encoded:
            inner = next(iter(encoded["u"]), None)
            return sorted((arranged(item, inner) for item in document), key=repr)
        items = encoded.get("i", ())
        if len(items) == len(document):
            return [arranged(*pair) for pair in zip(document, items, strict=True)]
    if isinstance(document, dict) and "d" in encoded:
        known = {str(key.get("v")): value for key, value in encoded["d"] if isinstance(key, dict)}
        return {name: arranged(item, known.get(name)) for name, item in document.items()}
    return document


def plain_json(value: Any, depth: int = 0) -> Any:
    """The nearest that JSON has to a value: it lacks NaN, and names that are no text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if depth > _DEEPEST * 4:
        return "…"
    if isinstance(value, dict):
        return {str(name): plain_json(item, depth + 1) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_json(item, depth + 1) for item in value]
    return safe_repr(value)
