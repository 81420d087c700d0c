"""Documents that hold a name that only the candidate knows: nobody wrote them before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from contract_check.payloads.schema import NoValue, Schema, SchemaDocument, Trail, arms_of, type_of
from contract_check.payloads.shapes import is_model, item_schema, open_schema, properties_of


def adds_names(old: dict[str, JsonValue], new: dict[str, JsonValue]) -> bool:
    """Return whether the new schema may have a name at a place where the old one has not.

    False only where every definition that the new one holds names nothing but what the old one
    names in the definition of the same key: then no document holds a new name.
    """
    before, now = _named(old), _named(new)
    return any(names - before.get(key, frozenset()) for key, names in now.items())


def _named(schema: dict[str, JsonValue]) -> dict[str, frozenset[str]]:
    """The places of properties in each definition, and at the top, as `items.properties.name`."""
    definitions = schema.get("$defs")
    parts: dict[str, JsonValue] = dict(definitions) if isinstance(definitions, dict) else {}
    parts[""] = {key: value for key, value in schema.items() if key != "$defs"}
    return {key: frozenset(_names(part, "")) for key, part in parts.items()}


def _names(value: JsonValue, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield f"{place}.{key}={item}" if key == "$ref" else f"{place}.{key}"
            yield from _names(item, f"{place}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            pointer = item.get("$ref") if isinstance(item, dict) else None
            yield f"{place}.{index}.{pointer}"
            yield from _names(item, f"{place}.{index}")


def holds_new_name(
    document: JsonValue, old: dict[str, JsonValue], new: dict[str, JsonValue]
) -> bool:
    """Return whether a document holds, at any depth, a name that only the new schema has there.

    Args:
        document: what is read.
        old: the JSON Schema of one version; a mapping of it, and what may be anything, has every
            name. A model that keeps what it does not know has no more names than it states:
            nobody wrote the others.
        new: that of the other.
    """
    sides = SchemaDocument(old), SchemaDocument(new)
    return _holds(document, *((side, list(_arms(side, side.root, ()))) for side in sides))


_Place = tuple[SchemaDocument, list[Schema]]
"""A schema document, and its nodes that may describe one value: all arms of all unions."""


def _holds(value: JsonValue, old: _Place, new: _Place) -> bool:
    if isinstance(value, dict):
        old, new = ((side[0], _fitting(side, value)) for side in (old, new))
        if _only_models(old[1]) and any(
            _has(new[1], name) and not _has(old[1], name) for name in value
        ):
            return True
        return any(
            _holds(item, *(_below(side, _members(side[1], name)) for side in (old, new)))
            for name, item in value.items()
        )
    if isinstance(value, list):
        return any(
            _holds(item, *(_below(side, _items(side[1], index)) for side in (old, new)))
            for index, item in enumerate(value)
        )
    return False


def _fitting(side: _Place, value: dict[str, JsonValue]) -> list[Schema]:
    """The nodes that an object fits by its tags and by what it must hold; all, where none does."""
    document, nodes = side
    fitting = [node for node in nodes if not is_model(node) or _fits(document, node, value)]
    return fitting if any(is_model(node) for node in fitting) else nodes


def _fits(document: SchemaDocument, node: Schema, value: dict[str, JsonValue]) -> bool:
    required = node.get("required")
    if isinstance(required, list) and not all(name in value for name in required):
        return False
    for name, schema in properties_of(node).items():
        taken = [option for arm in _arms(document, schema, ()) for option in _options(arm)]
        if taken and name in value and value[name] not in taken:
            return False
    return True


def _options(node: Schema) -> list[JsonValue]:
    """The values of a Literal or an enum; none where other values are taken too."""
    if "const" in node:
        return [node["const"]]
    options = node.get("enum")
    return options if isinstance(options, list) else []


def _only_models(nodes: list[Schema]) -> bool:
    """Whether only models describe an object: no mapping, and nothing that may be anything."""
    kinds = {type_of(node) for node in nodes}
    objects = [node for node in nodes if type_of(node) == "object"]
    return "any" not in kinds and bool(objects) and all(map(is_model, objects))


def _has(nodes: list[Schema], name: str) -> bool:
    return any(name in properties_of(node) for node in nodes)


def _members(nodes: Iterable[Schema], name: str) -> Iterator[JsonValue]:
    for node in nodes:
        if name in properties_of(node):
            yield properties_of(node)[name]
        elif type_of(node) == "object" and not is_model(node):
            yield open_schema(node, name)


def _items(nodes: Iterable[Schema], index: int) -> Iterator[JsonValue]:
    return (item_schema(node, index) for node in nodes if type_of(node) == "array")


def _below(side: _Place, schemas: Iterable[JsonValue]) -> _Place:
    document = side[0]
    return document, [node for schema in schemas for node in _arms(document, schema, ())]


def _arms(document: SchemaDocument, schema: JsonValue, trail: Trail) -> Iterator[Schema]:
    """The nodes that a value at a node may be described by."""
    try:
        node, trail = document.resolve(schema, trail)
    except NoValue:
        return
    arms = arms_of(node)
    if arms is None:
        yield node
    for arm in arms or ():
        yield from _arms(document, arm, trail)
