"""Reads what Pydantic compiled a model to, cut where another class begins."""

from __future__ import annotations

import re
from typing import Any, Protocol

_ADDRESS = re.compile(r":\d{6,}")
_REFERENCES = ("ref", "schema_ref")
"""Entries of a schema whose value is made of the address of a class."""


class Putting(Protocol):
    """What takes the parts of values: see `walking.Walker`."""

    def put(self, node: Any, value: Any) -> None:
        """Add a value's parts to a node, and what it uses."""


class Compiled:
    """A class's compiled schema.

    Args:
        walker: what takes the values in it.
        cls: the class.
        schema: the whole schema, with the definitions that its parts refer to.
    """

    def __init__(self, walker: Putting, cls: type, schema: Any) -> None:
        self._walker = walker
        self._cls = cls
        whole = schema if isinstance(schema, dict) else {}
        found = whole.get("definitions", ()) if whole.get("type") == "definitions" else ()
        self._definitions = {item.get("ref"): item for item in found if isinstance(item, dict)}
        self._met: set[Any] = set()

    def put(self, node: Any, schema: Any, pieces: dict[str, Any] | None) -> None:
        """Add the parts of a schema to a node.

        Args:
            node: of the class's body, or of one of its fields.
            schema: the part in question.
            pieces: for a body, takes what each field is compiled to, which is then left out.
        """
        if isinstance(schema, dict):
            self._put_entries(node, schema, pieces)
        elif type(schema) in (list, tuple):
            for item in schema:
                self.put(node, item, pieces)
        else:
            self._walker.put(node, schema)

    def _put_entries(
        self, node: Any, schema: dict[str, Any], pieces: dict[str, Any] | None
    ) -> None:
        other = schema.get("cls")
        inside = other is self._cls and pieces is not None  # the class itself, in its own body
        if isinstance(other, type) and "schema" in schema and not inside:
            self._walker.put(node, other)
            return
        kind = schema.get("type")
        if kind == "definitions" and pieces is not None:
            # What nobody but the fields refers to is looked at with these.
            self.put(node, schema.get("schema"), pieces)
            return
        if kind == "definition-ref":
            self._put_definition(node, schema.get("schema_ref"), pieces)
            return
        if kind == "model-fields" and pieces is not None:
            pieces.update(schema.get("fields", {}))
            schema = {key: value for key, value in schema.items() if key != "fields"}
        for key, value in schema.items():
            node.parts.append(str(key))
            if key in _REFERENCES:
                node.parts.append(_ADDRESS.sub("", str(value)))
            else:
                self.put(node, value, pieces)

    def _put_definition(self, node: Any, ref: Any, pieces: dict[str, Any] | None) -> None:
        node.parts.append(f"to:{_ADDRESS.sub('', str(ref))}")
        if (id(node), ref) not in self._met:
            self._met.add((id(node), ref))
            self.put(node, self._definitions.get(ref), pieces)


def compiled_from(validator: Any) -> Any:
    """The schema that a validator was compiled from, as it would be copied; None if not known."""
    if type(validator).__name__ != "SchemaValidator":
        return None
    try:
        return validator.__reduce__()[1][0]
    except Exception:  # noqa: BLE001 - another version of pydantic-core may refuse
        return None
