"""Definitions that many JSON Schemas share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_PREFIX = "#/$defs/"


class Definitions:
    """The definitions of one side.

    Args:
        shared: name to definition, each of which may refer to others.
    """

    def __init__(self, shared: Mapping[str, Any]) -> None:
        self._shared = shared
        self._referred: dict[str, frozenset[str]] = {}

    def whole(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return a document with the definitions that it leads to; they are not copied.

        As Pydantic has it, one that is nothing but a reference is what that refers to, unless this
        leads to itself.
        """
        found = self._reached(document)
        if document.keys() == {"$ref"}:
            name = next(_references(document), "")
            inside = self._reached(self._shared.get(name, {}))
            if name in self._shared and name not in inside:
                document, found = self._shared[name], inside
        if not found:
            return document
        own = document.get("$defs", {})
        return {**document, "$defs": {**{name: found[name] for name in sorted(found)}, **own}}

    def _reached(self, document: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        pending = [*_references(document)]
        while pending:
            name = pending.pop()
            if name not in found and name in self._shared:
                found[name] = self._shared[name]
                pending.extend(self._next(name))
        return found

    def _next(self, name: str) -> frozenset[str]:
        if name not in self._referred:
            self._referred[name] = frozenset(_references(self._shared[name]))
        return self._referred[name]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        pointer = value.get("$ref")
        if isinstance(pointer, str) and pointer.startswith(_PREFIX):
            yield pointer.removeprefix(_PREFIX).replace("~1", "/").replace("~0", "~")
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
