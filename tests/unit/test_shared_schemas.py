"""Schemas of many models with one set of definitions are those that Pydantic gives each of them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from contract_check.observe.definitions import Definitions
from contract_check_probe.schemas import Pool


class Leaf(BaseModel):
    size: int = Field(default=1, ge=0)


class Node(BaseModel):
    left: Leaf
    again: Node | None = None


class Root(BaseModel):
    """Holds both."""

    node: Node
    leaf: Leaf | None = None


class Own(BaseModel):
    leaf: Leaf

    @classmethod
    def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
        return {"type": "object", "$defs": {"Leaf": {"type": "string"}}}


class Hooked(BaseModel):
    call: Any = Field(default=None, json_schema_extra={"x": 1})
    made: type[Leaf] | None = None


class Outer:
    class Leaf(BaseModel):
        other: str


class Both(BaseModel):
    one: Leaf
    other: Outer.Leaf


_MODELS: list[type[BaseModel]] = [Root, Leaf, Node, Own, Hooked, Both, Outer.Leaf]


def _told(order: list[type[BaseModel]]) -> dict[str, Any]:
    pool = Pool(5.0)
    told = {cls.__qualname__: pool.told(f"{__name__}:{cls.__qualname__}") for cls in order}
    shared = Definitions(pool.definitions)
    return {name: shared.whole(one["document"]) for name, one in told.items()}


def _same(one: Any, other: Any, ours: Any, theirs: Any) -> bool:
    """Whether two schemas are the same, whatever their definitions are called."""
    if isinstance(one, dict) and isinstance(other, dict):
        if "$ref" in one and "$ref" in other:
            names = [item["$ref"].rpartition("/")[2] for item in (one, other)]
            first, second = ours["$defs"][names[0]], theirs["$defs"][names[1]]
            return bool(first.get("title") == second.get("title"))
        keys = [{key for key in item if key != "$defs"} for item in (one, other)]
        return keys[0] == keys[1] and all(_same(one[k], other[k], ours, theirs) for k in keys[0])
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(_same(*pair, ours, theirs) for pair in pairs)
    return bool(one == other)


@pytest.mark.parametrize("order", [_MODELS, _MODELS[::-1]], ids=["forwards", "backwards"])
def test_each_schema_is_the_models_own(order: list[type[BaseModel]]) -> None:
    told = _told(order)
    for cls in _MODELS:
        theirs = cls.model_json_schema()
        ours = told[cls.__qualname__]
        assert _same(ours, theirs, ours, theirs), cls
        assert len(ours.get("$defs", {})) == len(theirs.get("$defs", {}))


def test_definitions_are_the_same_objects() -> None:
    told = _told(_MODELS)
    assert told["Root"]["$defs"]["Leaf"] is told["Node"]["$defs"]["Leaf"]


def test_what_has_no_schema_says_why() -> None:
    assert "Nowhere" in Pool(5.0).told(f"{__name__}:Nowhere")["gap"]
