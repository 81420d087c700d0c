"""What a node says of its members and items."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from contract_check.payloads.patterns import compiled
from contract_check.payloads.schema import Schema
from contract_check.payloads.values import count_key

_TEXT: Schema = {"type": "string"}


def required_of(node: Schema) -> list[str]:
    """Return the names an object must have."""
    names = node.get("required")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def properties_of(node: Schema) -> dict[str, JsonValue]:
    """Return the schemas of an object's named properties."""
    properties = node.get("properties")
    return properties if isinstance(properties, dict) else {}


def is_model(node: Schema) -> bool:
    """Return whether an object is a model, with named properties, and not a mapping."""
    return "properties" in node


def open_schema(node: Schema, name: str | None = None) -> JsonValue:
    """Return the schema of a mapping's values, or of the one under `name`; texts if it has none."""
    patterns = node.get("patternProperties")
    if name is not None and isinstance(patterns, dict):
        for pattern, schema in patterns.items():
            checker = compiled(pattern)
            if checker is not None and checker(name):
                return schema
    rule = node.get("additionalProperties", True)
    return _TEXT if rule is True else rule


def prefix_of(node: Schema) -> list[JsonValue]:
    """Return the schemas of a tuple's items."""
    prefix = node.get("prefixItems")
    return prefix if isinstance(prefix, list) else []


def item_schema(node: Schema, index: int) -> JsonValue:
    """Return the schema of the item at an index, texts if it has none."""
    prefix = prefix_of(node)
    if index < len(prefix):
        return prefix[index]
    items = node.get("items", True)
    return _TEXT if items is True or items is False else items


def sizes_of(node: Schema) -> Iterator[tuple[int, str, bool]]:
    """Yield the lengths an array is tried with: length, words, whether the schema admits it."""
    least, most = count_key(node, "minItems") or 0, count_key(node, "maxItems")
    ahead = len(prefix_of(node))
    if least == 0:
        yield 0, "empty", True
    if not ahead:
        yield 2, "with two items", True
        yield 1, "with one item", True
    if least:
        yield least, "as short as it may be", True
        yield least - 1, "too short", False
    if most is not None:
        yield most, "as long as it may be", True
        yield most + 1, "too long", False
