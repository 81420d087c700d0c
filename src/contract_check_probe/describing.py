"""Says what a symbol is: fields, schemas, configuration, MRO, members, signatures."""

from __future__ import annotations

import ast
import dataclasses
import enum
import inspect
import types
import typing
from functools import partial
from typing import Any

from contract_check_probe.annotated import annotation_text, classes_in, own_annotations
from contract_check_probe.encoding import RAISED, encode, identity, safe_repr, scrub
from contract_check_probe.failures import describe_failure
from contract_check_probe.importing import modules_asked, resolve
from contract_check_probe.limits import Exceeded, Parts, alarm, bounded, interruptible, reason
from contract_check_probe.models import describe_model, is_model
from contract_check_probe.refusing import refusals
from contract_check_probe.results import body, handed_out, returns, tuple_size
from contract_check_probe.surface import built_in, flavor, heirs, plain, raised, rewired, surface

_FOREIGN = frozenset(
    {"builtins", "typing", "typing_extensions", "abc", "enum", "pydantic", "collections"}
)
_MACHINERY = frozenset(
    """__module__ __doc__ __dict__ __weakref__ __annotations__ __qualname__ __orig_bases__
    __parameters__ __abstractmethods__ __class_vars__ __private_attributes__ __signature__
    __slots__ __match_args__ __static_attributes__ __firstlineno__ __annotate__ __annotate_func__
    __annotations_cache__ __new__ __protocol_attrs__ __non_callable_proto_members__
    __dataclass_fields__ __dataclass_params__ __type_params__ __getstate__ __setstate__
    model_config model_fields model_computed_fields Config""".split()
)
_KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "positional-only",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "positional-or-keyword",
    inspect.Parameter.VAR_POSITIONAL: "var-positional",
    inspect.Parameter.KEYWORD_ONLY: "keyword-only",
    inspect.Parameter.VAR_KEYWORD: "var-keyword",
}
_NO_SIGNATURE: dict[str, Any] = {"parameters": None, "flavor": "unknown", "types": []}
_SECONDS = 5.0
UNKNOWN_TEXT = "contract-check-unknown"
UNKNOWN_NUMBER = 987654321


def describe(ref: str, *, imported: bool = False, seconds: float = _SECONDS) -> dict[str, Any]:
    """Everything that can be said of a symbol without calling into it.

    What can't be said is left out, and stands in its `gaps`: the part (empty for the whole) to the
    reason.

    Args:
        ref: `module` or `module:qualified.name`.
        imported: it is taken by `from module import name`.
        seconds: that one part of it may take.
    """
    with alarm(seconds):
        try:
            with interruptible():
                found = resolve(ref, imported=imported)
        except Exceeded as error:
            return _unknown(ref, error)
        except BaseException as error:  # noqa: BLE001 - the host judges
            return {"ref": ref, "kind": "missing", "failure": describe_failure(error)}
        parts = Parts()
        try:
            fact: dict[str, Any] = {"ref": ref, **_described(found, parts)}
            bounded(fact)
        except BaseException as error:  # noqa: BLE001 - whatever it raises, the others are told
            return _unknown(ref, error)
    return {**fact, "gaps": parts.gaps} if parts.gaps else fact


def _unknown(ref: str, error: BaseException) -> dict[str, Any]:
    return {"ref": ref, "kind": "value", "gaps": {"": reason(error)}}


def _described(found: Any, parts: Parts) -> dict[str, Any]:
    if isinstance(found, types.ModuleType):
        return {"kind": "module", "identity": str(found.__name__)}
    if isinstance(found, type) and not isinstance(found, types.GenericAlias):
        return _describe_class(found, parts)
    if typing.get_origin(found) is not None:
        return dict(parts.take("", lambda: _describe_alias(found), {"kind": "alias"}))
    if callable(found) and not isinstance(found, typing.TypeVar):
        named = {"kind": "function", "identity": parts.take("", lambda: identity(found), "")}
        return {
            **named,
            "signature": parts.take("signature", lambda: _callable(found), _NO_SIGNATURE),
            "deprecated": parts.take("deprecated", lambda: _deprecated(found), None),
            "raised": parts.take("raised", lambda: raised(found), []),
            "attributes": parts.take("attributes", lambda: _attributes(found), []),
            "open_attributes": parts.take(
                "attributes", lambda: hasattr(type(found), "__getattr__"), True
            ),
        }
    value = parts.take("value", lambda: bounded(encode(found)), None)
    return {"kind": "value", "value": value}


def _attributes(found: Any) -> list[str]:
    return sorted(set(dir(found)) - set(dir(describe)))


def _describe_alias(found: Any) -> dict[str, Any]:
    literal = typing.get_origin(found) is typing.Literal
    return {
        "kind": "alias",
        "value": encode(scrub(annotation_text(found))),
        "literals": [_plain(value) for value in typing.get_args(found)] if literal else None,
    }


def _plain(value: Any) -> Any:
    value = value.value if isinstance(value, enum.Enum) else value
    return (
        value if isinstance(value, (str, int, float, bool)) or value is None else safe_repr(value)
    )


def _describe_class(cls: type, parts: Parts) -> dict[str, Any]:
    fact: dict[str, Any] = {
        "kind": "class",
        "identity": identity(cls),
        "bases": [identity(base) for base in cls.__mro__ if base is not object],
        "final": bool(vars(cls).get("__final__", False)),
        "abstract": parts.take("abstract", lambda: _abstract(cls), []),
        "hashable": cls.__hash__ is not None,
        "deprecated": parts.take("deprecated", lambda: _deprecated(cls), None),
        "constructor": parts.take("constructor", lambda: _callable(cls), _NO_SIGNATURE),
        "members": _members(cls, parts),
        "private_overrides": parts.take("members", lambda: _private_overrides(cls), {}),
        "raised": parts.take("raised", lambda: raised(cls), []),
        **surface(cls, parts),
    }
    if issubclass(cls, BaseException):
        fact["heirs"] = parts.take("heirs", lambda: heirs(cls), [])
    if issubclass(cls, enum.Enum):
        return {**fact, "kind": "enum", **_describe_enum(cls, parts)}
    if is_model(cls):
        return {**fact, "kind": "model", **describe_model(cls, parts)}
    if getattr(cls, "_is_protocol", False):
        return {
            **fact,
            "kind": "protocol",
            "protocol_members": parts.take("members", lambda: _protocol_members(cls), []),
            "runtime_checkable": bool(getattr(cls, "_is_runtime_protocol", False)),
            "implementers": parts.take("implementers", lambda: _implementers(cls), []),
        }
    return fact


def _abstract(cls: type) -> list[str]:
    return sorted(getattr(cls, "__abstractmethods__", ()) or ())


def _deprecated(found: Any) -> str | None:
    own = vars(found) if isinstance(found, type) else getattr(found, "__dict__", {})
    message = own.get("__deprecated__")
    return None if message is None else str(message)


def _callable(found: Any) -> dict[str, Any]:
    try:
        signature = inspect.signature(found)
    except (ValueError, TypeError, NameError, AttributeError):
        # Builtins have none; annotations that can't be evaluated hide it as well.
        taken = built_in(found) if isinstance(found, type) else None
        known = taken is not None
        return {"parameters": taken, "built_in": known, "types": [], **_given(found, None)}
    empty = inspect.Parameter.empty
    factories = _factories(found)
    return {
        **_given(found, signature),
        "parameters": [
            {
                "name": parameter.name,
                "kind": _KINDS[parameter.kind],
                "required": parameter.default is empty
                and parameter.kind
                not in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD),
                "default": None if parameter.default is empty else safe_repr(parameter.default),
                "made": factories.get(parameter.name),
                "annotation": None
                if parameter.annotation is empty
                else annotation_text(parameter.annotation),
                "types": []
                if isinstance(found, type)
                else _named_types(found, parameter.annotation),
            }
            for parameter in signature.parameters.values()
        ],
        "body": body(vars(found).get("__init__") if isinstance(found, type) else found),
        "rewired": rewired(found),
        "refusals": refusals(found),
        "items": None if isinstance(found, type) else tuple_size(_unwrapped(found)),
        "returns": None
        if signature.return_annotation is empty
        else annotation_text(signature.return_annotation),
        "types": []
        if isinstance(found, type)
        else _named_types(found, signature.return_annotation),
    }


def _given(found: Any, signature: inspect.Signature | None) -> dict[str, Any]:
    """What a call gives at once, by the function's own code or that of what it hands on."""
    kind = flavor(found)
    is_async = not isinstance(found, type) and (_is_async(found) or _is_async(_unwrapped(found)))
    opaque: list[str] = []
    own = inspect.isfunction(found) and _unwrapped(found) is found
    if own and (is_async or kind == "plain") and not _says_plain(found, signature):
        handed, opaque = handed_out(found)
        if not is_async and handed is not None:
            kind, is_async = handed, True
    return {"is_async": is_async, "flavor": kind, "opaque": opaque}


def _says_plain(found: Any, signature: inspect.Signature | None) -> bool:
    """Whether a return annotation leaves out that the result is awaited."""
    annotation = inspect.Signature.empty if signature is None else signature.return_annotation
    if annotation is inspect.Signature.empty:
        return False
    anything = ("Any", "object", "typing.Any")
    if isinstance(annotation, typing.TypeVar) or annotation_text(annotation) in anything:
        return False
    return not any(hasattr(item, "__await__") for item in _named_classes(found, annotation))


def _factories(found: Any) -> dict[str, str]:
    """What the fields of a dataclass hold that have a factory; what is new each time is left
    out."""
    made: dict[str, str] = {}
    if isinstance(found, type) and dataclasses.is_dataclass(found):
        for field in dataclasses.fields(found):
            if field.default_factory is dataclasses.MISSING:
                continue
            try:
                first, second = repr(field.default_factory()), repr(field.default_factory())
            except RAISED:
                continue
            if first == second == scrub(first):
                made[str(field.name)] = first[:2000]
    return made


def _is_async(found: Any) -> bool:
    return inspect.iscoroutinefunction(found) or inspect.isasyncgenfunction(found)


def _unwrapped(found: Any) -> Any:
    """What a decorator that kept `__wrapped__` was put around."""
    try:
        return inspect.unwrap(found)
    except ValueError:  # wrapped around itself
        return found


def _named_types(found: Any, annotation: Any) -> list[str]:
    return list(dict.fromkeys(map(identity, _named_classes(found, annotation))))


def _named_classes(found: Any, annotation: Any) -> list[type]:
    """The classes that an annotation of a function names; what can't be resolved is left out."""
    if not isinstance(annotation, str):
        return [] if annotation is inspect.Signature.empty else classes_in(annotation)
    names = getattr(_unwrapped(found), "__globals__", {})
    resolved: list[type] = []
    try:
        parsed = ast.parse(annotation, mode="eval")
    except SyntaxError:
        return []
    for node in ast.walk(parsed):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name: Any = node.value  # quoted inside the annotation
        else:
            name = getattr(node, "id", None)
        value = names.get(name) if name else None
        if isinstance(value, type) and value.__module__ != "builtins":
            resolved.append(value)
    return resolved


def _decorated(base: type) -> frozenset[str]:
    """Pydantic's validators and serializers: they show in behaviour, nobody calls them."""
    decorators = vars(base).get("__pydantic_decorators__")
    kinds = (
        "validators", "root_validators", "field_validators", "model_validators",
        "field_serializers", "model_serializers",
    )  # fmt: skip
    return frozenset(name for kind in kinds for name in getattr(decorators, kind, None) or ())


def _members(cls: type, parts: Parts) -> dict[str, Any]:
    found: dict[str, Any] = {}
    hidden = _decorated(cls)
    nested = "" if is_model(cls) else "Config"  # of a model it is configuration
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] in _FOREIGN:
            continue
        for name, raw in vars(base).items():
            if name in found or name in hidden or not (_is_shown(name) or name == nested):
                continue
            unknown = {"kind": "value", "owner": identity(base)}
            fact = parts.take(f"members.{name}", partial(_member, base, raw), unknown)
            if fact is not None:
                found[name] = fact
        for name in () if is_model(cls) else own_annotations(base):
            if name not in found and _is_shown(name):
                found[name] = {"kind": "value", "owner": identity(base)}
    return found


def _private_overrides(cls: type) -> dict[str, Any]:
    """The private methods that stand in the bodies of two classes of its MRO: the nearest one."""
    bodies = [base for base in cls.__mro__ if base.__module__.partition(".")[0] not in _FOREIGN]
    found: dict[str, Any] = {}
    seen: dict[str, tuple[type, Any]] = {}
    for base in bodies:
        for name, raw in vars(base).items():
            if name.startswith("_") and not name.startswith("__") and inspect.isfunction(raw):
                if name in seen and name not in found:
                    found[name] = _member(*seen[name])
                seen.setdefault(name, (base, raw))
    return found


def _is_shown(name: str) -> bool:
    if name in _MACHINERY or name.startswith("__pydantic"):
        return False
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def _member(base: type, raw: Any) -> dict[str, Any] | None:
    owner = identity(base)
    if isinstance(raw, (staticmethod, classmethod)):
        kind = "staticmethod" if isinstance(raw, staticmethod) else "classmethod"
        return {
            "kind": kind,
            "owner": owner,
            "signature": _callable(raw.__func__),
            "stub": _is_stub(raw.__func__),
        }
    if isinstance(raw, property) or (hasattr(raw, "func") and hasattr(raw, "attrname")):
        getter = getattr(raw, "fget", None) or getattr(raw, "func", None)
        told = _callable(getter) if inspect.isfunction(getter) else {}
        return {
            "kind": "property",
            "owner": owner,
            "stub": _is_stub(getattr(raw, "fget", None)),
            "annotation": told.get("returns"),
            "refusals": told.get("refusals", []),
            "types": told.get("types", []),
        }
    if inspect.isfunction(raw):
        signature, stub = _callable(raw), _is_stub(raw)
        return {"kind": "method", "owner": owner, "signature": signature, "stub": stub}
    if isinstance(raw, enum.Enum):
        return None
    if isinstance(raw, type):
        names = sorted(set(dir(raw)) - set(dir(type)) - set(dir(object)))
        return {"kind": "value", "owner": owner, "names": names}
    if type(raw).__name__ == "member_descriptor":
        return {"kind": "value", "owner": owner}
    wrapped = getattr(raw, "wrapped", None)
    if wrapped is not None:  # a Pydantic decorator: validators and serializers show in behaviour
        return {"kind": "property", "owner": owner} if isinstance(wrapped, property) else None
    return {"kind": "value", "owner": owner, "value": safe_repr(raw), "constant": plain(raw)}


def _empty(self: Any) -> Any: ...


async def _empty_async(self: Any) -> Any: ...


_STUBS = frozenset((_empty.__code__.co_code[::2], _empty_async.__code__.co_code[::2]))
"""What stubs are compiled to, without the instructions' arguments."""


def _is_stub(function: Any) -> bool:
    """Whether a body is only `...`, `pass`, a docstring or `raise NotImplementedError`."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    if code.co_names:
        return bool(code.co_names == ("NotImplementedError",))
    constants = [item for item in code.co_consts if item is not None and item != function.__doc__]
    return not constants and code.co_code[::2] in _STUBS and not returns(function)


def _protocol_members(cls: type) -> list[str]:
    names: set[str] = set()
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] in _FOREIGN or not getattr(
            base, "_is_protocol", False
        ):
            continue
        names.update(name for name in vars(base) if _is_shown(name))
        names.update(vars(base).get("__annotations__", {}))
    return sorted(
        name
        for name in names
        if not name.startswith("_abc")
        and name not in ("__init__", "__subclasshook__", "__class_getitem__")
    )


def _implementers(protocol: type) -> list[str]:
    """Classes of the modules asked for that have every member of a protocol.

    Names count, signatures don't: the host compares those.
    """
    names = _protocol_members(protocol)
    found: list[str] = []
    for module in modules_asked() if names else ():
        for item in list(vars(module).values()):
            if not isinstance(item, type) or item.__module__ != module.__name__:
                continue
            if getattr(item, "_is_protocol", False) or item is protocol:
                continue
            known = {name for base in item.__mro__ for name in own_annotations(base)}
            if all(name in known or hasattr(item, name) for name in names):
                found.append(identity(item))
    return list(dict.fromkeys(found))


def _describe_enum(cls: type[enum.Enum], parts: Parts) -> dict[str, Any]:
    members = []
    for name, member in cls.__members__.items():
        fact = {"name": name, "value": None, "alias_of": None}
        members.append(
            parts.take(f"enum_members.{name}", partial(_enum_member, name, member), fact)
        )
    base = [kind.__name__ for kind in (str, int, float) if issubclass(cls, kind)]
    return {
        "enum_members": members,
        "enum_base": base,
        "enum_fallback": parts.take("enum_fallback", lambda: _fallback(cls), None),
        "enum_readings": parts.take("enum_readings", lambda: _readings(cls), {}),
    }


def _enum_member(name: str, member: enum.Enum) -> dict[str, Any]:
    return {
        "name": name,
        "value": encode(member.value),
        "text": _text(lambda: str(member)),
        "formatted": _text(lambda: format(member)),
        "alias_of": None if member.name == name else member.name,
    }


def _text(make: Any) -> str:
    try:
        return scrub(str(make()))
    except RAISED as error:
        return f"<raised {type(error).__name__}>"


def _fallback(cls: type[enum.Enum]) -> Any:
    """What becomes of a value that no member has; for a flag, of a bit that none has."""
    if issubclass(cls, enum.Flag):
        values = [int(member.value) for member in cls.__members__.values()]
        return _read(cls, 1 << (max(values, default=0).bit_length() + 2))
    return _read(cls, UNKNOWN_NUMBER if issubclass(cls, int) else UNKNOWN_TEXT)


def _readings(cls: type[enum.Enum]) -> dict[str, str]:
    """Other writings of the members' texts and names that the enum reads, with the member."""
    found: dict[str, str] = {}
    values = {member.value for member in cls}
    for member in list(cls)[:8]:
        if not isinstance(member.value, str):
            continue
        text = str(member.value)
        for other in (text.upper(), text.lower(), f" {text} ", member.name, member.name.lower()):
            if other not in values and other not in found:
                read = _read(cls, other)
                if isinstance(read, dict) and "e" in read:
                    found[other] = str(read["e"])
    return found


def _read(cls: type[enum.Enum], value: Any) -> Any:
    try:
        return encode(cls(value))
    except RAISED:  # refusing is the normal case, however it is done
        return None
