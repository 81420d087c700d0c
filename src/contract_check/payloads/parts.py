"""What differs between two schemas in some properties, where the others are the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pydantic import JsonValue

from contract_check.model.observation import Payload
from contract_check.payloads.difference import from_difference
from contract_check.payloads.schema import NoValue, Schema, SchemaDocument


def from_properties(
    old: Schema, new: Schema, plain: Payload, properties: Collection[str]
) -> tuple[Payload, ...]:
    """Return documents on which two versions of a schema disagree about some properties.

    Args:
        old: the JSON Schema of one version.
        new: that of the other, which differs in these properties alone.
        plain: a document of the model; what it has of other properties stays.
        properties: their names.
    """
    if not isinstance(plain.data, dict):
        return from_difference(old, new, model=plain.model)
    before, now = (_without_others(schema, properties) for schema in (old, new))
    rest = {name: value for name, value in plain.data.items() if name not in properties}
    made: list[Payload] = []
    for payload in from_difference(before, now, model=plain.model):
        if isinstance(payload.data, dict):
            given = {name: value for name, value in payload.data.items() if name in properties}
            made.append(payload.model_copy(update={"data": {**rest, **given}}))
    return tuple(made)


def _without_others(schema: Schema, properties: Collection[str]) -> Schema:
    """A schema in which all but some properties may be anything."""
    document = SchemaDocument(schema)
    try:
        root, _ = document.resolve(schema, ())
    except NoValue:
        return schema
    known = root.get("properties")
    if not isinstance(known, dict):
        return schema
    kept: dict[str, JsonValue] = {
        name: part if name in properties else True for name, part in known.items()
    }
    pruned: Schema = {key: value for key, value in root.items() if key != "$defs"}
    pruned["properties"] = kept
    if definitions := _needed(schema.get("$defs"), pruned):
        pruned["$defs"] = definitions
    return pruned


def _needed(definitions: JsonValue, schema: Schema) -> dict[str, JsonValue]:
    """The definitions that a schema leads to."""
    found: dict[str, JsonValue] = {}
    pending: list[JsonValue] = [schema]
    while pending and isinstance(definitions, dict):
        for name in _references(pending.pop()):
            if name not in found and name in definitions:
                found[name] = definitions[name]
                pending.append(definitions[name])
    return found


def _references(value: JsonValue) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(pointer := value.get("$ref"), str):
            yield pointer.removeprefix("#/$defs/").replace("~1", "/").replace("~0", "~")
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
