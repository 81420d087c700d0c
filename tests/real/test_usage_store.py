"""What the real market-data-store 0.6.73 takes from market-data-core."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from contract_check.model.usage import CallUse, Place, Usage
from contract_check.usage import places, read_installed, used_symbols

pytestmark = pytest.mark.registry

CORE = frozenset({"market_data_core"})
LEVEL = "market_data_core.telemetry:BackpressureLevel"
EVENT = "market_data_core.telemetry:FeedbackEvent"
PUBLISHER = "market_data_store/pulse/publisher.py"
FEEDBACK = "market_data_store/coordinator/feedback.py"
DRIFT = "market_data_store/telemetry/drift_reporter.py"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Store alone, unpacked."""
    target = tmp_path_factory.mktemp("store")
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv) if uv.exists() else "uv", "pip", "install", "--quiet", "--no-deps"]
    command += ["--target", str(target), "--python", sys.executable, "market-data-store==0.6.73"]
    subprocess.run(command, check=True, timeout=120)
    return target


@pytest.fixture(scope="module")
def files(site: Path) -> list[str]:
    distribution = PathDistribution(next(site.glob("market_data_store-*.dist-info")))
    return [file.as_posix() for file in distribution.files or ()]


@pytest.fixture(scope="module")
def usage(site: Path, files: list[str]) -> Usage:
    return read_installed(site, files, CORE, field_types={EVENT: {"level": LEVEL}})


def call(usage: Usage, file: str, target: str) -> CallUse:
    (found,) = [c for c in usage.calls if c.place.file == file and c.target == target]
    return found


def test_every_import_is_found(usage: Usage) -> None:
    assert [(i.place.file, i.place.line, i.module, i.name) for i in usage.imports] == [
        ("datastore/service/app.py", 16, "market_data_core.telemetry", "HealthStatus"),
        ("datastore/service/app.py", 16, "market_data_core.telemetry", "HealthComponent"),
        (
            "market_data_store/coordinator/__init__.py",
            16,
            "market_data_core.telemetry",
            "BackpressureLevel",
        ),
        (FEEDBACK, 22, "market_data_core.telemetry", "FeedbackEvent"),
        (FEEDBACK, 22, "market_data_core.telemetry", "BackpressureLevel"),
        (
            "market_data_store/coordinator/queue.py",
            6,
            "market_data_core.telemetry",
            "BackpressureLevel",
        ),
        (PUBLISHER, 14, "market_data_core.events", "create_event_bus"),
        (PUBLISHER, 15, "market_data_core.events.envelope", "EventEnvelope"),
        (PUBLISHER, 15, "market_data_core.events.envelope", "EventMeta"),
        (PUBLISHER, 16, "market_data_core.events.protocols", "EventBus"),
        (PUBLISHER, 17, "market_data_core.telemetry", "BackpressureLevel"),
        (PUBLISHER, 138, "market_data_core.telemetry", "FeedbackEvent"),
        (DRIFT, 155, "market_data_core.events", "EventEnvelope"),
        (DRIFT, 155, "market_data_core.events", "EventMeta"),
    ]
    lazy = [(i.place.file, i.guarded) for i in usage.imports if i.lazy]
    # The reporter catches every exception around all its work: that expects no lost import.
    assert lazy == [(PUBLISHER, False), (DRIFT, False), (DRIFT, False)]


def test_the_stores_event_and_its_own_members(usage: Usage) -> None:
    (event,) = usage.subclasses
    assert (event.provider, event.consumer) == (
        EVENT,
        "market_data_store.coordinator.feedback:FeedbackEvent",
    )
    assert event.members == ("utilization", "create")
    assert event.fields == ("reason",)
    assert event.place == Place(FEEDBACK, 28)


def test_calls_with_their_arguments(usage: Usage) -> None:
    meta = call(usage, PUBLISHER, "market_data_core.events.envelope:EventMeta")
    assert meta.keywords == ("schema_id", "track", "headers")
    assert meta.literals == (("schema_id", "'telemetry.FeedbackEvent'"),)
    assert meta.place.line == 150
    bus = call(usage, PUBLISHER, "market_data_core.events:create_event_bus")
    assert (bus.positional, bus.keywords) == (0, ("backend", "redis_url"))
    made = call(usage, FEEDBACK, "market_data_store.coordinator.feedback:FeedbackEvent")
    assert made.via == EVENT
    assert made.keywords[-2:] == ("ts", "reason")
    status = [c.place.line for c in usage.calls if c.target.endswith(":HealthStatus")]
    assert status == [93, 121]


def test_both_ways_of_publishing_are_told_apart(usage: Usage) -> None:
    publish = "market_data_core.events.protocols:EventBus.publish"
    through_property = call(usage, PUBLISHER, publish)
    assert (through_property.positional, through_property.keywords) == (2, ("key",))
    through_another_class = call(usage, DRIFT, publish)
    assert (through_another_class.positional, through_another_class.keywords) == (1, ())
    assert (through_property.awaited, through_another_class.awaited) == (True, True)
    assert through_another_class.place.line == 188


def test_members_that_are_read(usage: Usage) -> None:
    by_class = {(m.owner.partition(":")[2], m.member) for m in usage.members}
    assert by_class == {
        ("HealthComponent", "state"),
        ("FeedbackEvent", "queue_size"),
        ("FeedbackEvent", "capacity"),
        ("FeedbackEvent", "coordinator_id"),
        ("FeedbackEvent", "level"),
        ("BackpressureLevel", "hard"),
        ("BackpressureLevel", "soft"),
        ("BackpressureLevel", "ok"),
        ("BackpressureLevel", "value"),
        ("EventMeta", "headers"),
    }
    assert places(usage, f"{LEVEL}.hard") == (Place("market_data_store/coordinator/queue.py", 127),)


def test_what_the_store_offers_on(usage: Usage) -> None:
    assert [(name, provider) for name, provider, _ in usage.reexports] == [
        ("market_data_store:BackpressureLevel", LEVEL),
        ("market_data_store.coordinator:BackpressureLevel", LEVEL),
    ]
    assert usage.unreadable == ()


def test_the_symbols_the_store_uses(usage: Usage) -> None:
    assert used_symbols(usage) == (
        "market_data_core.events.envelope:EventEnvelope",
        "market_data_core.events.envelope:EventMeta",
        "market_data_core.events.protocols:EventBus",
        "market_data_core.events:EventEnvelope",
        "market_data_core.events:EventMeta",
        "market_data_core.events:create_event_bus",
        LEVEL,
        EVENT,
        "market_data_core.telemetry:HealthComponent",
        "market_data_core.telemetry:HealthStatus",
    )
