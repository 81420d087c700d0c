"""What annotations name, and how they are written."""

from __future__ import annotations

import inspect
import types
import typing
from typing import Any

from contract_check_probe.encoding import identity, safe_repr, scrub


def annotation_text(value: Any) -> str:
    """An annotation as people write it."""
    if isinstance(value, str):
        return value
    if isinstance(value, type) and not isinstance(value, types.GenericAlias):
        return value.__qualname__
    origin = typing.get_origin(value)
    if origin is typing.Union or origin is types.UnionType:
        return " | ".join(annotation_text(arm) for arm in typing.get_args(value))
    if origin is typing.Literal:
        return f"Literal[{', '.join(safe_repr(item) for item in typing.get_args(value))}]"
    if origin is typing.Annotated:
        return annotation_text(typing.get_args(value)[0])
    if origin is not None:
        name = getattr(origin, "__qualname__", str(origin))
        return f"{name}[{', '.join(annotation_text(item) for item in typing.get_args(value))}]"
    if value is Ellipsis:
        return "..."
    if isinstance(value, list):  # what a Callable takes
        return f"[{', '.join(annotation_text(item) for item in value)}]"
    return scrub(str(value)).replace("typing.", "")


def types_in(annotation: Any) -> list[str]:
    """`module:qualname` of every class that an annotation names."""
    return list(dict.fromkeys(map(identity, classes_in(annotation))))


def classes_in(annotation: Any) -> list[type]:
    """The classes that an annotation names, built-in ones aside."""
    found: list[type] = []
    pending = [annotation]
    while pending:
        item = pending.pop(0)
        is_class = isinstance(item, type) and not isinstance(item, types.GenericAlias)
        if is_class and item.__module__ != "builtins":
            found.append(item)
        pending.extend(typing.get_args(item))
    return found


def arms_in(annotation: Any) -> list[str]:
    """The arms of a union, as text."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return arms_in(typing.get_args(annotation)[0])
    if origin is typing.Union or origin is types.UnionType:
        return [annotation_text(arm) for arm in typing.get_args(annotation)]
    return []


def own_annotations(base: type) -> Any:
    """The annotations in the body of a class."""
    own = vars(base).get("__annotations__")
    if own is None and hasattr(base, "__annotate__"):
        own = inspect.get_annotations(base)
    return own or {}
