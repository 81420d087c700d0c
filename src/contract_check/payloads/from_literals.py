"""Payloads with the literals that the consumer's own calls pass to a model."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from pydantic import JsonValue

from contract_check.model.observation import Payload
from contract_check.model.usage import CallUse
from contract_check.payloads.from_schemas import ONLY_REQUIRED, short_name, with_unique_ids

_MOST = 50
_FILLER = "text"
_Document = dict[str, JsonValue]


def from_literals(
    payloads: Sequence[Payload], calls: Iterable[CallUse], names: Mapping[str, str]
) -> tuple[Payload, ...]:
    """Return what the consumer's calls pass to a model, completed to whole documents.

    Args:
        payloads: the model's others, for what a call needs and passes as no literal.
        calls: of the model, or of its `model_validate`.
        names: alias to field name, for the top level of the model.

    Returns:
        For each call one payload, or one for each value of a loop over literals; some fifty at
        most. It holds what the model requires and what the call names. `place` is the call's.
    """
    plain = next((item for item in payloads if item.mode == "json"), None)
    if plain is None:
        return ()
    least = next((item for item in payloads if item.origin.startswith(ONLY_REQUIRED)), plain)
    made = (payload for call in calls for payload in _of_call(call, plain, least, _reversed(names)))
    return with_unique_ids(islice(made, _MOST))


def _reversed(names: Mapping[str, str]) -> Mapping[str, str]:
    return {field: alias for alias, field in names.items()}


def _of_call(
    call: CallUse, plain: Payload, least: Payload, aliases: Mapping[str, str]
) -> Iterator[Payload]:
    """The payloads of one call; a loop's values one after the other."""
    given: dict[str, list[ast.expr]] = {}
    for name, text in call.literals:
        given.setdefault(name, []).append(ast.parse(text, mode="eval").body)
    whole = isinstance(plain.data, dict) and not call.target.endswith(".model_validate")
    turns = max(map(len, given.values()), default=int(whole and not call.open_ended))
    for turn in range(turns):
        values = {name: items[min(turn, len(items) - 1)] for name, items in given.items()}
        data = (
            _constructed(call.keywords, values, plain.data, least.data, aliases)
            if whole
            else _validated(values.get("0"), plain.data, least.data, aliases)
        )
        if data is not None:
            yield Payload(
                id=f"{short_name(plain.model)}-literal-{call.place.line}",
                model=plain.model,
                origin=f"literal at {call.place.file}:{call.place.line}",
                data=data[0],
                mode="constructor" if whole else "python",
                fields=tuple(values) if whole else (),
                place=call.place,
            )


def _constructed(
    keywords: Iterable[str],
    values: Mapping[str, ast.expr],
    plain: JsonValue,
    least: JsonValue,
    aliases: Mapping[str, str],
) -> tuple[JsonValue] | None:
    """Keyword arguments: what the call names, and what else the model requires."""
    if not isinstance(plain, dict) or not isinstance(least, dict):
        return None
    document = dict(least)
    for name in keywords:
        alias = aliases.get(name, name)
        known = plain.get(alias)
        found = _filled(values[name], known) if name in values else None
        if found is None and alias not in plain:
            continue
        document.pop(alias, None)
        document[name] = known if found is None else found[0]
    return (document,)


def _validated(
    value: ast.expr | None, plain: JsonValue, least: JsonValue, aliases: Mapping[str, str]
) -> tuple[JsonValue] | None:
    """What `model_validate`, or a model that is no record, is given as it stands."""
    found = _filled(value, plain) if value is not None else None
    if found is None or not isinstance(plain, dict) or not isinstance(least, dict):
        return found
    (document,) = found
    if not isinstance(document, dict):
        return None
    replaced = {aliases.get(name, name) for name in document}
    return ({**{name: item for name, item in least.items() if name not in replaced}, **document},)


def _filled(node: ast.expr, plain: JsonValue) -> tuple[JsonValue] | None:
    """A literal as JSON, what is not known in it taken from the plain value; None for others."""
    match node:
        case ast.Constant(value=value) if value is ...:
            return (_FILLER if plain is None else plain,)
        case ast.Constant(value=None | bool() | str() | int() as value):
            return (value,)
        case ast.Constant(value=float() as value) if math.isfinite(value):
            return (value,)
        case ast.UnaryOp(operand=ast.Constant(value=int() | float() as value)):
            return (-value,)
        case ast.List(elts=items):
            first = plain[0] if isinstance(plain, list) and plain else None
            parts = [_filled(item, first) for item in items]
            return None if None in parts else ([part[0] for part in parts if part],)
        case ast.Dict(keys=keys, values=items):
            return _filled_members(keys, items, plain if isinstance(plain, dict) else {})
    return None


def _filled_members(
    keys: Sequence[ast.expr | None], items: Sequence[ast.expr], plain: _Document
) -> tuple[JsonValue] | None:
    any_member = next(iter(plain.values()), None)
    members: _Document = {}
    for key, item in zip(keys, items, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return None
        found = _filled(item, plain.get(key.value, any_member))
        if found is None:
            return None
        members[key.value] = found[0]
    return (members,)
