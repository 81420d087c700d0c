"""Says what instances can be asked for: operators, attributes, the layout of their data."""

from __future__ import annotations

import abc
import contextlib
import dataclasses
import dis
import functools
import inspect
import types
import typing
from collections.abc import Iterator
from typing import Any

from contract_check_probe.encoding import encode, identity
from contract_check_probe.limits import Parts
from contract_check_probe.refusing import always_raises

_OPERATORS = tuple(
    f"__{name}__"
    for name in """len getitem setitem delitem contains iter next reversed aiter anext await enter
    exit aenter aexit call hash bool str repr format eq lt le gt ge int float index abs round neg
    pos invert add sub mul matmul truediv floordiv mod pow lshift rshift and xor or
    radd rsub rmul rmatmul rtruediv rfloordiv rmod rpow rlshift rrshift rand rxor ror""".split()
)
_TAKEN: dict[type, dict[str, str]] = {
    dict: {"items": "positional-only", "members": "var-keyword"},
    str: dict.fromkeys(("object", "encoding", "errors"), "positional-or-keyword"),
    bytes: dict.fromkeys(("source", "encoding", "errors"), "positional-or-keyword"),
    int: {"number": "positional-only", "base": "positional-or-keyword"},
    **{kind: {"items": "positional-only"} for kind in (set, frozenset)},
}
"""What the constructors of built-in classes take of which `inspect` knows nothing. From the
library reference, "Built-in Types"."""
_KEYWORDS: dict[type, tuple[str, ...]] = {
    ImportError: ("name", "path"),
    AttributeError: ("name", "obj"),
    NameError: ("name",),
}
"""The keywords of built-in exceptions; any number of arguments by position all of them take."""
_CONSTRUCTED_OTHERWISE = (UnicodeError, BaseExceptionGroup)
_MOST_WRAPPERS = 20
_MACHINERY = frozenset({"builtins", "typing", "typing_extensions", "abc", "enum", "pydantic"})
_DYNAMIC = frozenset({"__dict__", "setattr", "__setattr__"})
"""Names in a class's code that say it sets attributes by names that are not written there."""


def surface(cls: type, parts: Parts) -> dict[str, Any]:
    """What can be done with a class and its instances, beyond its public members."""
    return {
        "special": parts.take("special", lambda: _special(cls), []),
        "type_parameters": parts.take("type_parameters", lambda: _type_parameters(cls), None),
        "attributes": parts.take("attributes", lambda: sorted(_assigned(cls) | _private(cls)), []),
        "open_attributes": parts.take("attributes", lambda: _sets_others(cls), True),
        "read_only": parts.take("read_only", lambda: _read_only(cls), []),
        "frozen": parts.take("frozen", lambda: _is_frozen(cls), False),
        "validated": parts.take("frozen", lambda: _is_validated(cls), False),
        "slotted": not getattr(cls, "__dictoffset__", 0),
        "layout": parts.take("layout", lambda: _layout(cls), None),
        "typed_keys": parts.take("typed_keys", lambda: _typed_keys(cls), None),
    }


def _read_only(cls: type) -> list[str]:
    return sorted(
        name
        for name in dir(cls)
        if isinstance(raw := inspect.getattr_static(cls, name, None), property) and raw.fset is None
    )


def _is_frozen(cls: type) -> bool:
    return bool(getattr(getattr(cls, "__dataclass_params__", None), "frozen", False))


def _is_validated(cls: type) -> bool:
    return dataclasses.is_dataclass(cls) and hasattr(cls, "__pydantic_validator__")


def _special(cls: type) -> list[str]:
    """The special methods that its instances have, those of every object aside."""
    found = [name for name in _OPERATORS if _has(cls, name)]
    found += ["__dataclass_fields__"] if dataclasses.is_dataclass(cls) else []
    found += ["__match_args__"] if getattr(cls, "__match_args__", ()) else []
    found += ["keys"] if hasattr(cls, "keys") else []
    found += ["__class_getitem__"] if _is_subscriptable(cls) else []
    return found


def _has(cls: type, name: str) -> bool:
    for base in cls.__mro__:
        if name in vars(base):
            plain = base is object and name != "__hash__"
            return not plain and vars(base)[name] is not None
    return False


def _is_subscriptable(cls: type) -> bool:
    if hasattr(type(cls), "__getitem__"):
        return True
    generic = getattr(cls, "__pydantic_generic_metadata__", None)
    if isinstance(generic, dict):
        return bool(generic.get("parameters"))
    if any(base is typing.Generic for base in cls.__mro__):
        return bool(getattr(cls, "__parameters__", ()))
    return hasattr(cls, "__class_getitem__")


def _top(module: str | None) -> str:
    return (module or "").partition(".")[0]


def _type_parameters(cls: type) -> int | None:
    """How many types a generic class takes; None where that is not one number."""
    generic = getattr(cls, "__pydantic_generic_metadata__", None)
    found = generic.get("parameters") if isinstance(generic, dict) else None
    found = found or getattr(cls, "__parameters__", None)
    plain = isinstance(found, tuple) and all(isinstance(item, typing.TypeVar) for item in found)
    return len(found) if found and plain else None


def _bodies(cls: type) -> Iterator[dict[str, Any]]:
    """The bodies of a class and its bases, the machinery's aside."""
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] not in _MACHINERY:
            yield dict(vars(base))


def _functions(cls: type) -> Iterator[types.CodeType]:
    """The code of every function in those bodies."""
    for body in _bodies(cls):
        for raw in body.values():
            found: Any = raw
            if isinstance(raw, (staticmethod, classmethod)):
                found = raw.__func__
            elif isinstance(raw, property):
                found = raw.fget
            elif isinstance(raw, functools.cached_property):
                found = raw.func
            if inspect.isfunction(found):
                with contextlib.suppress(ValueError):  # wrapped around itself
                    found = inspect.unwrap(found)
            if inspect.isfunction(found) and _top(found.__module__) not in _MACHINERY:
                yield found.__code__


def _assigned(cls: type) -> set[str]:
    """The attributes that methods assign on their first parameter."""
    names = {str(field.name) for field in getattr(cls, "__attrs_attrs__", ())}  # attrs' own list
    for code in _functions(cls):
        if not code.co_argcount:
            continue
        me, loaded = code.co_varnames[0], False
        for instruction in dis.get_instructions(code):
            if instruction.opname == "STORE_ATTR" and loaded:
                names.add(instruction.argval)
            value = instruction.argval
            last = value[-1] if isinstance(value, tuple) and value else value
            loaded = instruction.opname.startswith("LOAD_FAST") and last == me
    return names


def _sets_others(cls: type) -> bool:
    for body in _bodies(cls):
        asked = (body.get("__getattr__"), body.get("__getattribute__"))
        if any(item is not None and not always_raises(item) for item in asked):
            return True
    return any(_DYNAMIC & set(code.co_names) for code in _functions(cls))


def _private(cls: type) -> set[str]:
    """Names with an underscore in the class's own bodies and its bases'."""
    found = {
        name for body in _bodies(cls) for name in (*body, *body.get("__private_attributes__", ()))
    }
    return {
        name
        for name in found
        if name.startswith("_") and not name.startswith("__") and not name.startswith("_abc_")
    }


def _layout(cls: type) -> list[str] | None:
    """The fields of a tuple with names, in order."""
    names = getattr(cls, "_fields", None)
    if issubclass(cls, tuple) and isinstance(names, tuple):
        return [str(name) for name in names]
    return None


def _typed_keys(cls: type) -> dict[str, bool] | None:
    """The keys of a TypedDict, and whether each must be there."""
    if not typing.is_typeddict(cls) and not hasattr(cls, "__total__"):
        return None
    required: frozenset[str] = getattr(cls, "__required_keys__", frozenset())
    optional: frozenset[str] = getattr(cls, "__optional_keys__", frozenset())
    return {str(name): name in required for name in sorted((*required, *optional), key=str)}


def flavor(found: Any) -> str:
    """What calling a function gives at once, as far as its own code says it."""
    if isinstance(found, type):
        return "plain"
    try:
        inner = inspect.unwrap(found)
    except ValueError:  # wrapped around itself
        return "unknown"
    if inner is not found:
        code = getattr(found, "__code__", None)
        if inspect.iscode(code) and code.co_filename == contextlib.__file__:
            manages = {"contextmanager": "context manager"}
            manages["asynccontextmanager"] = "async context manager"
            return manages.get(code.co_qualname.partition(".")[0], "unknown")
        if _own_flavor(found) == "plain" and _own_flavor(inner) in ("plain", "generator"):
            return "unknown"  # a decorator may have made anything of it
    return _own_flavor(inner)


_FAITHFUL = frozenset({"contextlib", "functools", "warnings", "typing_extensions"})
"""Modules whose decorators hand on the arguments that they are given."""


def rewired(found: Any) -> bool:
    """Whether a decorator stands around a function, or a class's `__init__`, that may hand on
    other arguments than it is given."""
    if isinstance(found, type):
        found = inspect.getattr_static(found, "__init__", None)
    for _ in range(_MOST_WRAPPERS):
        inner = getattr(found, "__wrapped__", None)
        if inner is None:
            return getattr(found, "__signature__", None) is not None
        names = getattr(found, "__globals__", None)
        home = type(found).__module__ if names is None else str(names.get("__name__"))
        if home not in _FAITHFUL:
            return True
        found = inner
    return True


def _own_flavor(found: Any) -> str:
    if inspect.iscoroutinefunction(found):
        return "coroutine"
    if inspect.isasyncgenfunction(found):
        return "async generator"
    return "generator" if inspect.isgeneratorfunction(found) else "plain"


def built_in(cls: type) -> list[dict[str, Any]] | None:
    """What the constructor takes that a class has from a built-in one; None where that is not
    known or it has one of its own."""
    bases = [base for base in cls.__mro__ if base is not object]
    known = next((base for base in bases if base.__module__ == "builtins"), None)
    own = bases[: bases.index(known)] if known is not None else bases
    if known is None or any("__new__" in vars(base) or "__init__" in vars(base) for base in own):
        return None
    if type(cls).__call__ not in (type.__call__, abc.ABCMeta.__call__):
        return None
    if issubclass(known, BaseException) and not issubclass(known, _CONSTRUCTED_OTHERWISE):
        keywords = next((_KEYWORDS[base] for base in known.__mro__ if base in _KEYWORDS), ())
        return [_taken("args", "var-positional"), *(_taken(n, "keyword-only") for n in keywords)]
    names = _TAKEN.get(known)
    return None if names is None else [_taken(name, kind) for name, kind in names.items()]


def _taken(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "kind": kind, "required": False}


def heirs(cls: type) -> list[str]:
    """The loaded exceptions that are caught where this one is, itself left out."""
    found: dict[str, None] = {}
    pending = [cls]
    while pending:
        heirs_of: list[type] = type.__subclasses__(pending.pop(0))
        for heir in heirs_of:
            if identity(heir) not in found:
                found[identity(heir)] = None
                pending.append(heir)
    return sorted(found)


def raised(found: Any) -> list[str]:
    """The exception classes that a function names in its code, or in what it calls of its own
    package."""
    root = str(getattr(found, "__module__", "")).partition(".")[0]
    names: dict[str, None] = {}
    seen: set[int] = set()
    pending = [found]
    while pending and len(seen) < 400:
        item = pending.pop(0)
        if id(item) in seen or str(getattr(item, "__module__", "")).partition(".")[0] != root:
            continue
        seen.add(id(item))
        if isinstance(item, type) and issubclass(item, BaseException):
            names[identity(item)] = None
        elif isinstance(item, type):
            pending.extend(_code_of(item))
        else:
            pending.extend(_globals_named(item))
    return sorted(names)


def _code_of(cls: type) -> list[Any]:
    """The functions in a class's own body, and its bases."""
    values: list[Any] = list(cls.__bases__)
    for raw in list(vars(cls).values()):
        inner: Any = raw
        if isinstance(raw, (staticmethod, classmethod)):
            inner = raw.__func__
        elif isinstance(raw, property):
            inner = raw.fget
        elif isinstance(raw, functools.cached_property):
            inner = raw.func
        values += [inner] if callable(inner) else []
    return values


def _globals_named(found: Any) -> list[Any]:
    try:
        inner: Any = inspect.unwrap(found)
        known, pending = inner.__globals__, [inner.__code__]
    except Exception:  # noqa: BLE001 - no function, wrapped around itself, or a proxy that refuses
        return []
    named: list[Any] = []
    while pending:
        code = pending.pop()
        if inspect.iscode(code):
            named += [known[name] for name in code.co_names if name in known]
            pending.extend(code.co_consts)
    return named


def plain(value: Any) -> Any:
    """A constant's value with its type, or None for what has no text of its own."""
    encoded = encode(value)
    return None if _opaque(encoded) else encoded


def _opaque(encoded: Any) -> bool:
    if isinstance(encoded, dict):
        return "r" in encoded or any(_opaque(item) for item in encoded.values())
    return isinstance(encoded, list) and any(_opaque(item) for item in encoded)
