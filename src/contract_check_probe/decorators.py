"""Validators and serializers of a model that belong to some of its fields, and to nothing else."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_OF_FIELDS = ("validators", "field_validators", "field_serializers")
_BY_NAME = frozenset({"getattr", "vars", "dir", "__dict__", "attrgetter", "methodcaller", "eval"})


def decorators_of_fields(
    cls: type, fields: Mapping[str, Any], is_own: Callable[[object], bool]
) -> dict[str, Any]:
    """The decorators that name the fields they are for, by the attribute that holds them.

    None of a class whose code looks attributes up by a name that it makes: it may call any.

    Args:
        cls: a model.
        fields: its fields.
        is_own: whether a module is one whose code is followed.
    """
    kept = vars(cls).get("__pydantic_decorators__")
    found = {
        attribute: decorator
        for kind in _OF_FIELDS
        for attribute, decorator in (getattr(kept, kind, None) or {}).items()
        if set(getattr(decorator.info, "fields", ("*",))) <= fields.keys()
    }
    if not found or any(_looks_up(base) for base in cls.__mro__ if is_own(base.__module__)):
        return {}
    return found


def without(held: Any, apart: Mapping[str, Any]) -> dict[str, Any]:
    """What a model's decorators are, some of them left out.

    Args:
        held: the kinds of decorators, each with those of its kind.
        apart: the attributes that are left out.
    """
    kinds = dict(held)
    for kind in _OF_FIELDS:
        if isinstance(kinds.get(kind), dict):
            kinds[kind] = {name: one for name, one in kinds[kind].items() if name not in apart}
    return kinds


def _looks_up(cls: type) -> bool:
    return any(not _BY_NAME.isdisjoint(_names(code)) for code in _codes(cls))


def _codes(cls: type) -> Iterator[types.CodeType]:
    for value in vars(cls).values():
        for held in (value, *(getattr(value, name, None) for name in ("wrapped", "fget", "fset"))):
            code = getattr(getattr(held, "__func__", held), "__code__", None)
            if isinstance(code, types.CodeType):
                yield code


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for item in code.co_consts:
        if isinstance(item, types.CodeType):
            yield from _names(item)
