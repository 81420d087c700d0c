"""Reading a JSON Schema: references, `allOf`, union arms, and the exact validator beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import jsonschema_rs
from pydantic import JsonValue

from contract_check.payloads.patterns import LIMITED

Schema = dict[str, JsonValue]
Trail = tuple[str, ...]
"""The references that led to a node, outermost first."""

VISITS: Final = 2
"""How often one reference may be met on the way to a node: a recursive model once inside itself."""

_ANNOTATIONS: Final = frozenset(
    {"title", "description", "default", "examples", "deprecated", "discriminator", "$schema"}
)
_HIGHEST: Final = frozenset(
    {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
)
_LOWEST: Final = frozenset(
    {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
)
_KEYS_OF_TYPE: Final = (
    ("object", ("properties", "additionalProperties", "patternProperties", "required",
                "propertyNames", "minProperties", "maxProperties")),
    ("array", ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains")),
    ("string", ("pattern", "minLength", "maxLength", "format", "contentMediaType")),
    ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
)  # fmt: skip


class NoValue(Exception):  # noqa: N818 - caught in this room, it never leaves it
    """No value of a node can be made: it admits none, or its recursion has no end."""


class SchemaDocument:
    """A whole JSON Schema and the references inside it.

    Args:
        root: the document; anything that is no object counts as the schema that admits all.
    """

    def __init__(self, root: JsonValue) -> None:
        self.root: Schema = root if isinstance(root, dict) else {}

    def resolve(self, node: JsonValue, trail: Trail) -> tuple[Schema, Trail]:
        """Return a node with its references followed and its `allOf` merged.

        Raises:
            NoValue: for `false`, a dangling reference, or one followed too often.
        """
        if node is False:
            raise NoValue("the schema admits nothing")
        if not isinstance(node, dict):
            return {}, trail
        while isinstance(pointer := node.get("$ref"), str):
            if trail.count(pointer) >= VISITS:
                raise NoValue(f"{pointer} never ends")
            siblings = {key: value for key, value in node.items() if key != "$ref"}
            trail = (*trail, pointer)
            target = self._target(pointer)
            node = merged(target, siblings) if siblings else target
        if isinstance(parts := node.get("allOf"), list):
            node, trail = self._join(node, parts, trail)
        return node, trail

    def _join(self, node: Schema, parts: list[JsonValue], trail: Trail) -> tuple[Schema, Trail]:
        whole = {key: value for key, value in node.items() if key != "allOf"}
        for part in parts:
            resolved, trail = self.resolve(part, trail)
            whole = merged(whole, resolved)
        return whole, trail

    def _target(self, pointer: str) -> Schema:
        found: JsonValue = self.root
        for step in pointer.removeprefix("#").strip("/").split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            if name and (not isinstance(found, dict) or (found := found.get(name)) is None):
                raise NoValue(f"{pointer} leads nowhere")
        return found if isinstance(found, dict) else {}

    def accepts_at(self, node: Schema) -> Callable[[JsonValue], bool]:
        """Return the exact judgement of a node of this document."""
        definitions = self.root.get("$defs")
        return judge(node if definitions is None else {**node, "$defs": definitions}) or _everything


def merged(first: Schema, second: Schema) -> Schema:
    """Return one schema that stands for both; what can't be said in one stays under `allOf`."""
    whole = dict(first)
    for key, value in second.items():
        if key not in whole or key in _ANNOTATIONS or whole[key] == value:
            whole[key] = value
        else:
            _merge_key(whole, key, value)
    return whole


def _merge_key(whole: Schema, key: str, value: JsonValue) -> None:
    old = whole[key]
    if (
        key in _HIGHEST | _LOWEST
        and isinstance(old, int | float)
        and isinstance(value, int | float)
    ):
        whole[key] = max(old, value) if key in _HIGHEST else min(old, value)
    elif key == "required" and isinstance(old, list) and isinstance(value, list):
        whole[key] = [*old, *(name for name in value if name not in old)]
    elif key in ("properties", "$defs") and isinstance(old, dict) and isinstance(value, dict):
        both: Schema = {**old, **value}
        for name in old.keys() & value.keys():
            both[name] = {"allOf": [old[name], value[name]]}
        whole[key] = {name: both[name] for name in (*old, *(n for n in value if n not in old))}
    elif key in ("enum", "type") and (common := _common(old, value)):
        whole[key] = common if key == "enum" or len(common) > 1 else common[0]
    else:
        leftover = whole.get("allOf")
        whole["allOf"] = [*(leftover if isinstance(leftover, list) else []), {key: value}]


def _common(first: JsonValue, second: JsonValue) -> list[JsonValue]:
    others = second if isinstance(second, list) else [second]
    return [value for value in (first if isinstance(first, list) else [first]) if value in others]


def arms_of(node: Schema) -> list[Schema] | None:
    """Return the arms of a union, in order, each whole; None where the node is no union."""
    for key in ("anyOf", "oneOf"):
        if isinstance(arms := node.get(key), list):
            rest = {k: v for k, v in node.items() if k != key and k not in _ANNOTATIONS}
            return [
                merged(rest, arm) if isinstance(arm, dict) else rest
                for arm in arms
                if arm is not False
            ]
    if isinstance(types := node.get("type"), list):
        return [{**node, "type": one} for one in types]
    return None


def most_arms(schema: JsonValue) -> int:
    """Return how many arms the widest union anywhere in a schema has."""
    if isinstance(schema, list):
        return max(map(most_arms, schema), default=0)
    if not isinstance(schema, dict):
        return 0
    own = (len(arms) for key in ("anyOf", "oneOf") if isinstance(arms := schema.get(key), list))
    return max((*own, *map(most_arms, schema.values())), default=0)


def type_of(node: Schema) -> str:
    """Return the node's JSON type, inferred from its keywords where none is given, or `any`."""
    if isinstance(stated := node.get("type"), str):
        return stated
    for name, keys in _KEYS_OF_TYPE:
        if any(key in node for key in keys):
            return name
    return "any"


def needs_search(node: Schema) -> bool:
    """Return whether a node has demands that the generator can only meet by trying."""
    return "not" in node or "allOf" in node or ("anyOf" in node and "oneOf" in node)


def judge(schema: JsonValue) -> Callable[[JsonValue], bool] | None:
    """Return the exact judgement of a schema, or None where `compiled` has none."""
    validator = compiled(schema)
    return None if validator is None else validator.is_valid


def compiled(schema: JsonValue) -> jsonschema_rs.Validator | None:
    """Return the exact validator of a schema, formats included.

    Returns:
        None where the schema can't be compiled even without its regular expressions, which may
        be written in a dialect of their own.
    """
    for candidate in (schema, without_patterns(schema)):
        try:
            return jsonschema_rs.validator_for(
                _validated(candidate), validate_formats=True, pattern_options=LIMITED
            )
        except (ValueError, TypeError, jsonschema_rs.ReferencingError):
            continue
    return None


def _validated(schema: JsonValue) -> dict[str, JsonValue] | bool:
    return schema if isinstance(schema, dict | bool) else {}


def _everything(_value: JsonValue) -> bool:
    return True


def without_patterns(schema: JsonValue) -> JsonValue:
    """Return a schema that asks for no regular expression."""
    if isinstance(schema, list):
        return [without_patterns(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: without_patterns(value)
        for key, value in schema.items()
        if not (key == "pattern" and isinstance(value, str)) and key != "patternProperties"
    }


def canonical(value: JsonValue) -> str:
    """Return a document's one spelling: `1` and `1.0` differ, the order of keys does not."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def leaf_paths(value: JsonValue, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every member of a document, outermost first."""
    members: Mapping[str, JsonValue] = {}
    if isinstance(value, dict):
        members = value
    elif isinstance(value, list):
        members = {str(index): item for index, item in enumerate(value)}
    for name, member in members.items():
        yield (*path, name)
        yield from leaf_paths(member, (*path, name))
