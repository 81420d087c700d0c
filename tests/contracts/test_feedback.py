"""Backpressure feedback: Core owns the event and its levels, the Store extends the event."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from market_data_core import telemetry as core
from market_data_store.coordinator import feedback as store
from pydantic import ValidationError

EVENT: dict[str, Any] = {
    "coordinator_id": "bars",
    "queue_size": 850,
    "capacity": 1000,
    "level": "soft",
    "source": "store",
    "ts": 1760745600.25,
}


def test_the_stores_event_is_cores_event() -> None:
    assert issubclass(store.FeedbackEvent, core.FeedbackEvent)
    assert set(core.FeedbackEvent.model_fields) <= set(store.FeedbackEvent.model_fields)


def test_create_fills_what_core_requires() -> None:
    before = time.time()
    event = store.FeedbackEvent.create("bars", 3, 4, core.BackpressureLevel.hard, reason="full")
    assert (event.coordinator_id, event.queue_size, event.capacity) == ("bars", 3, 4)
    assert event.level is core.BackpressureLevel.hard
    assert (event.source, event.reason) == ("store", "full")
    assert before <= event.ts <= time.time()
    assert event.utilization == 0.75


@pytest.mark.parametrize("level", ["ok", "soft", "hard"])
def test_an_event_survives_json(level: str) -> None:
    event = store.FeedbackEvent(**{**EVENT, "level": level, "reason": "queue_recovered"})
    again = store.FeedbackEvent.model_validate_json(event.model_dump_json())
    assert again == event
    assert again.level is core.BackpressureLevel(level)


def test_core_reads_what_the_store_writes_and_drops_the_rest() -> None:
    written = store.FeedbackEvent(**EVENT, reason="circuit_open").model_dump_json()
    read = core.FeedbackEvent.model_validate_json(written).model_dump(mode="json")
    assert read.items() >= EVENT.items()  # Core may have added optional fields
    assert set(read) <= set(core.FeedbackEvent.model_fields)


def test_the_store_reads_what_core_writes() -> None:
    written = core.FeedbackEvent(**EVENT).model_dump_json()
    read = store.FeedbackEvent.model_validate_json(written).model_dump(mode="json")
    assert read.items() >= {**EVENT, "reason": None}.items()


def test_both_refuse_the_same() -> None:
    wrong: dict[str, Any] = {"queue_size": -1, "capacity": 0, "level": "panic"}
    for model in (core.FeedbackEvent, store.FeedbackEvent):
        with pytest.raises(ValidationError) as refused:
            model.model_validate(EVENT | wrong)
        assert [error["loc"] for error in refused.value.errors()] == [(name,) for name in wrong]


def test_levels_are_strings_with_these_values() -> None:
    assert {level.name: level.value for level in core.BackpressureLevel} == {
        "ok": "ok",
        "soft": "soft",
        "hard": "hard",
    }
    assert all(isinstance(level, str) for level in core.BackpressureLevel)
    assert json.dumps({"level": core.BackpressureLevel.soft}) == '{"level": "soft"}'
    assert store.BackpressureLevel is core.BackpressureLevel
