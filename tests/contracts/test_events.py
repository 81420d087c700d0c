"""Events: the Store publishes its feedback on the bus that Core makes."""

from __future__ import annotations

import asyncio
from importlib.metadata import requires, version
from typing import Any

from market_data_core import telemetry as core
from market_data_core.events import create_event_bus
from market_data_core.events.envelope import EventEnvelope, EventMeta
from market_data_store.coordinator.feedback import FeedbackEvent
from market_data_store.pulse.config import PulseConfig
from market_data_store.pulse.publisher import FeedbackPublisherService
from packaging.requirements import Requirement


async def _first(bus: Any, stream: str) -> Any:
    async for delivered in bus.subscribe(stream, group="tests", consumer="one"):
        return delivered
    raise AssertionError(f"nothing was published on {stream}")


def _received(bus: Any, stream: str) -> Any:
    return asyncio.wait_for(_first(bus, stream), timeout=5)


def test_an_envelope_with_a_store_event_reaches_a_subscriber() -> None:
    async def publish_and_receive() -> tuple[str, Any]:
        bus = create_event_bus(backend="inmem")
        event = FeedbackEvent.create("bars", 1, 2, core.BackpressureLevel.soft, reason="test")
        meta = EventMeta(
            schema_id="telemetry.FeedbackEvent", track="v1", headers={"reason": "test"}
        )
        envelope: EventEnvelope[Any] = EventEnvelope(
            id="", key="bars", ts=event.ts, meta=meta, payload=event
        )
        published = await bus.publish("mdp.telemetry.feedback", envelope, key="bars")
        return published, await _received(bus, "mdp.telemetry.feedback")

    published, delivered = asyncio.run(publish_and_receive())
    assert (delivered.id, delivered.key) == (published, "bars")
    assert delivered.payload.payload.level is core.BackpressureLevel.soft
    assert delivered.payload.meta.headers == {"reason": "test"}


def test_the_stores_publisher_puts_cores_event_on_the_bus() -> None:
    async def publish_and_receive() -> Any:
        service = FeedbackPublisherService(PulseConfig(enabled=True, backend="inmem"))
        bus = service._ensure_bus()
        await service.publish_feedback("bars", 9, 10, core.BackpressureLevel.hard, reason="full")
        return await _received(bus, f"{service.cfg.ns}.telemetry.feedback")

    envelope = asyncio.run(publish_and_receive()).payload
    assert isinstance(envelope.payload, core.FeedbackEvent)
    assert (envelope.payload.queue_size, envelope.payload.capacity) == (9, 10)
    assert envelope.meta.headers["reason"] == "full"
    assert float(envelope.meta.headers["utilization"]) == 0.9


def test_the_stores_requirement_admits_the_installed_core() -> None:
    declared = [Requirement(text) for text in requires("market-data-store") or []]
    core_requirements = [need for need in declared if need.name == "market-data-core"]
    assert core_requirements
    for need in core_requirements:
        assert need.specifier.contains(version("market-data-core"), prereleases=True), str(need)
