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


class NewNames:
    """Knows the names that only the new one of two schemas has at a place.

    Args:
        old: the JSON Schema of one version; a mapping of it, and what may be anything, has every
            name. A model that keeps what it does not know has no more names than it states:
            nobody wrote the others.
        new: that of the other.
    """

    def __init__(self, old: dict[str, JsonValue], new: dict[str, JsonValue]) -> None:
        self._old, self._new = _Side(old), _Side(new)

    def are_in(self, document: JsonValue) -> bool:
        """Return whether a document holds such a name, at any depth."""
        old, new = self._old, self._new
        return self._are_in(document, old.below([old.root]), new.below([new.root]))

    def _are_in(self, value: JsonValue, old: list[Schema], new: list[Schema]) -> bool:
        if isinstance(value, dict):
            old, new = self._old.fitting(old, value), self._new.fitting(new, value)
            if _only_models(old) and any(_has(new, name) and not _has(old, name) for name in value):
                return True
            return any(
                self._are_in(
                    item, self._old.below(_members(old, name)), self._new.below(_members(new, name))
                )
                for name, item in value.items()
                if isinstance(item, dict | list)
            )
        if isinstance(value, list):
            return any(
                self._are_in(
                    item, self._old.below(_items(old, index)), self._new.below(_items(new, index))
                )
                for index, item in enumerate(value)
                if isinstance(item, dict | list)
            )
        return False


class _Side:
    """One of the two schemas, with the nodes that may describe a value: all arms of all unions.

    A node is resolved once, and counts once at a place: in a schema of models that hold one another
    their number would double with each level of a document.
    """

    def __init__(self, root: dict[str, JsonValue]) -> None:
        self._document = SchemaDocument(root)
        self._known: dict[int, tuple[JsonValue, tuple[Schema, ...]]] = {}

    @property
    def root(self) -> Schema:
        """The node of a whole document."""
        return self._document.root

    def below(self, schemas: Iterable[JsonValue]) -> list[Schema]:
        """The nodes that a value may be described by at one of some places, each once."""
        found: dict[int, Schema] = {}
        for schema in schemas:
            for node in self._arms(schema):
                found.setdefault(id(node), node)
        return list(found.values())

    def fitting(self, nodes: list[Schema], value: dict[str, JsonValue]) -> list[Schema]:
        """The nodes that an object fits by its tags and by what it must hold; all, where none
        does."""
        fitting = [node for node in nodes if not is_model(node) or self._fits(node, value)]
        return fitting if any(is_model(node) for node in fitting) else nodes

    def _fits(self, node: Schema, value: dict[str, JsonValue]) -> bool:
        required = node.get("required")
        if isinstance(required, list) and not all(name in value for name in required):
            return False
        properties = properties_of(node)
        for name in value.keys() & properties.keys():
            taken = [option for arm in self._arms(properties[name]) for option in _options(arm)]
            if taken and value[name] not in taken:
                return False
        return True

    def _arms(self, schema: JsonValue) -> tuple[Schema, ...]:
        known = self._known.get(id(schema))
        if known is None:
            # The schema is kept along, else another one could come to have its identity.
            known = schema, tuple(_arms(self._document, schema, ()))
            self._known[id(schema)] = known
        return known[1]


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
