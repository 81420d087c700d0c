"""Payloads a contract declares, putting groups together, constructor calls, and shrinking."""

from __future__ import annotations

from typing import Any

from pydantic import JsonValue

from contract_check.model.contracts import Contract
from contract_check.model.observation import Payload
from contract_check.payloads import (
    constructor_variants,
    from_samples,
    from_schema,
    merge,
    minimal,
)

HEALTH: dict[str, JsonValue] = {
    "service": "store",
    "state": "healthy",
    "components": [{"name": "db", "state": "healthy"}],
}


def contract(**changes: Any) -> Contract:
    given: dict[str, Any] = {"name": "health", "kind": "uses", "provider": "core:Health"}
    return Contract(**{**given, **changes})


def payload(data: JsonValue, name: str = "M-a", **changes: Any) -> Payload:
    return Payload(**{"id": name, "model": "m:M", "origin": "base", "data": data, **changes})


def test_samples_and_named_values_are_valid() -> None:
    made = from_samples(
        contract(
            samples=(HEALTH,),
            values={"state": ("healthy", "degraded"), "components.0.state": ("unhealthy",)},
        ),
        "core:Health",
    )
    assert [p.id for p in made] == [
        "Health-health-sample-1",
        "Health-health-state-value-2",
        "Health-health-components.0.state-value-1",
    ]
    assert [p.expect for p in made] == ["valid"] * 3
    assert made[1].data == {**HEALTH, "state": "degraded"}
    assert made[1].fields == ("state",)
    assert made[2].data == {**HEALTH, "components": [{"name": "db", "state": "unhealthy"}]}
    assert "components.0.name" in made[0].fields


def test_a_named_value_takes_the_first_sample_with_room_for_it() -> None:
    second: dict[str, Any] = {**HEALTH, "components": [{"name": "db"}, {"name": "bus"}]}
    made = from_samples(
        contract(samples=(HEALTH, second), values={"components.1.name": ("x", None)}), "core:Health"
    )
    names: list[Any] = ["x", None]
    assert [p.data for p in made[2:]] == [
        {**HEALTH, "components": [{"name": "db"}, {"name": name}]} for name in names
    ]
    assert from_samples(contract(values={"state": ("healthy",)}), "core:Health") == ()


def test_an_enum_has_no_payloads() -> None:
    enum = contract(kind="enum", members={"ok": "ok"}, samples=({"a": 1},))
    assert from_samples(enum, "core:Level") == ()


def test_merge_keeps_the_first_of_equal_documents() -> None:
    first = payload({"a": 1, "b": 2}, expect="valid")
    same = payload({"b": 2, "a": 1}, "M-b")
    other_type = payload({"a": 1.0, "b": 2}, "M-a")
    other_model = payload({"a": 1, "b": 2}, "M-a", model="n:M")
    other_mode = payload({"a": 1, "b": 2}, "M-c", mode="python")
    merged = merge([first, same], [other_type, other_model, other_mode])
    assert merged[0] is first
    assert [p.id for p in merged] == ["M-a", "M-a~2", "M-a~3", "M-c"]


def test_merge_limits_each_model() -> None:
    groups = [payload({"n": n}, f"M-{n}", model=m) for m in ("m:M", "n:M") for n in range(5)]
    assert [(p.model, p.data) for p in merge(groups, limit=2)] == [
        ("m:M", {"n": 0}), ("m:M", {"n": 1}), ("n:M", {"n": 0}), ("n:M", {"n": 1}),
    ]  # fmt: skip


def test_merging_again_changes_nothing() -> None:
    merged = merge([payload({"n": n}) for n in range(4)])
    assert merge(merged) == merged


def test_constructor_calls_use_field_names() -> None:
    schema: dict[str, JsonValue] = {
        "type": "object",
        "properties": {"the-level": {"enum": ["ok", "soft"]}, "n": {"type": "integer"}},
        "required": ["the-level"],
    }
    payloads = from_schema(schema, model="m:M")
    made = {p.id: p for p in constructor_variants(payloads, {"the-level": "level"})}
    base = payloads[0].data
    assert isinstance(base, dict)
    by_field = {"level": "ok", "n": base["n"]}
    assert made["M-base-call"].data == by_field
    assert made["M-base-call"].mode == "constructor"
    assert made["M-base-call-by-alias"].data == base
    assert (made["M-base-by-name"].mode, made["M-base-by-name"].data) == ("json", by_field)
    assert made["M-base-python"].mode == "python"
    assert made["M-the-level-is-soft-python"].data == {**base, "the-level": "soft"}
    assert "M-the-level-is-soft-call" not in made
    assert {p.expect for p in made.values()} == {"unknown"}
    assert not any("missing" in name for name in made)


def test_without_aliases_there_is_one_call_a_document() -> None:
    sample = payload(HEALTH, "M-sample", origin="sample 1", expect="valid")
    miss = payload({}, "M-miss", expect="invalid")
    made = constructor_variants([sample, miss], {})
    assert [(p.id, p.mode) for p in made] == [
        ("M-sample-call", "constructor"),
        ("M-sample-python", "python"),
    ]


def test_minimal_leaves_what_the_failure_needs() -> None:
    big: JsonValue = {
        "service": "a-long-service-name",
        "components": [{"name": "db", "state": "up"}, {"name": "bus", "state": "down"}],
        "note": "n" * 200,
    }

    def fails(document: JsonValue) -> bool:
        components = document.get("components") if isinstance(document, dict) else None
        return isinstance(components, list) and any(
            isinstance(each, dict) and each.get("state") == "down" for each in components
        )

    assert minimal(payload(big), fails) == {"components": [{"state": "down"}]}


def test_minimal_asks_no_more_often_than_it_may() -> None:
    asked: list[JsonValue] = []

    def fails(document: JsonValue) -> bool:
        asked.append(document)
        return True

    wide: JsonValue = {f"k{n}": ["x" * 50] * 20 for n in range(50)}
    minimal(payload({"keep": wide}), lambda d: fails(d) and "k49" in str(d), calls=7)
    assert len(asked) == 7


def test_minimal_returns_the_document_when_nothing_can_go() -> None:
    assert minimal(payload({"a": 1}), lambda document: False) == {"a": 1}
    assert minimal(payload(HEALTH), lambda document: True, calls=0) == HEALTH
    assert minimal(payload("abcdefgh"), lambda d: isinstance(d, str) and "abc" in d) == "abcd"
