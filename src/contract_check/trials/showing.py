"""What the tests did with the provider, as uses of the consumer's: values that it shows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from pydantic import JsonValue

from contract_check.model.usage import CallUse, Place
from contract_check.support.redact import redact
from contract_check.trials.running import BuiltModel

_OPEN = "..."
_SECRET = re.compile(r"token|passw|secret|credential|(api|private|access)_?key", re.IGNORECASE)


def uses(built: Iterable[BuiltModel], secrets: Collection[str] = ()) -> tuple[CallUse, ...]:
    """The calls that built models, with their values as literals.

    Args:
        built: as it was watched; each target is the class as it calls itself.
        secrets: texts that nobody is to see. A value that holds one, or looks like one, is left
            open.
    """
    return tuple(_use(one, secrets) for one in built)


def _use(one: BuiltModel, secrets: Collection[str]) -> CallUse:
    place = Place(one.file, one.line)
    if one.way == "validate":
        given = (("0", _literal(one.data, "", secrets)),)
        target = f"{one.model}.model_validate"
        return CallUse(target, 1, (), False, False, place, literals=given)
    members = one.data if isinstance(one.data, dict) else {}
    literals = tuple(_members(members, secrets))
    return CallUse(one.model, 0, tuple(members), False, False, place, literals=literals)


def _members(members: dict[str, JsonValue], secrets: Collection[str]) -> Iterator[tuple[str, str]]:
    for name, value in members.items():
        text = _literal(value, name, secrets)
        if text != _OPEN:
            yield name, text


def _literal(value: JsonValue, name: str, secrets: Collection[str]) -> str:
    """A value as Python source, with `...` for what is not known or not for anyone's eyes."""
    if _SECRET.search(name):
        return _OPEN
    if isinstance(value, str):
        hidden = redact(value) != value or any(secret in value for secret in secrets)
        return _OPEN if hidden else repr(value)
    if isinstance(value, list):
        return f"[{', '.join(_literal(item, '', secrets) for item in value)}]"
    if isinstance(value, dict):
        inner = value.get("members")
        if not isinstance(inner, dict):
            return _OPEN
        items = (f"{key!r}: {_literal(item, key, secrets)}" for key, item in inner.items())
        return f"{{{', '.join(items)}}}"
    return repr(value)
