"""What the Store never touches may change as it likes."""

from benchmarks.mutation.edits import (
    annotated,
    arguments,
    bases,
    config,
    everywhere,
    field,
    member,
    module,
    remove,
    replace,
    signature,
    start,
    text,
    without,
)
from benchmarks.mutation.families.places import (
    BACKPRESSURE,
    CODEC,
    CONTROL,
    ENVELOPE,
    EVENTS_INIT,
    FACTORY,
    FEDERATION,
    HEALTH,
    METRICS,
    ROOT,
)
from benchmarks.mutation.mutant import harmless

MUTANTS = (
    harmless(
        "exceptions-rebased",
        module(
            f"{ROOT}/errors.py",
            bases("PacingViolation", "Exception"),
            bases("SinkError", "Exception"),
        ),
    ),
    harmless(
        "envelope-not-generic",
        module(
            ENVELOPE,
            start("from typing import Any"),
            bases("EventEnvelope", "BaseModel"),
            annotated("EventEnvelope", "payload", "Any"),
        ),
    ),
    harmless(
        "rate-adjustment-field-required",
        module(BACKPRESSURE, field("RateAdjustment", "region: str")),
    ),
    harmless(
        "rate-adjustment-field-removed", module(BACKPRESSURE, without("RateAdjustment", "scale"))
    ),
    harmless(
        "rate-adjustment-bound",
        module(BACKPRESSURE, arguments("RateAdjustment", "scale", ge="0.5")),
    ),
    harmless(
        "probe-narrowed",
        module(HEALTH, field("Probe", "probe_type: str = Field(..., pattern='^live')")),
    ),
    harmless("probe-renamed", everywhere(r"\bProbe\b", "ProbeResult")),
    harmless("metric-point-without-name", module(METRICS, without("MetricPoint", "name"))),
    harmless(
        "metric-labels-strict", module(METRICS, config("Labels", "strict=True, extra='forbid'"))
    ),
    harmless("control-action-lost", module(CONTROL, without("ControlAction", "reload"))),
    harmless("control-action-value", module(CONTROL, field("ControlAction", "pause = 'PAUSE'"))),
    harmless(
        "audit-envelope-refuses",
        module(
            CONTROL,
            member(
                "AuditEnvelope", "def model_post_init(self, context):\n    raise ValueError('no')"
            ),
        ),
    ),
    harmless("node-status-types", module(FEDERATION, field("NodeStatus", "version: int"))),
    harmless(
        "codec-signature",
        module(
            CODEC,
            signature(
                "JsonCodec.encode", "self, payload, *, schema_id, key=None, include_hash=True"
            ),
        ),
    ),
    harmless(
        "test-bus-removed",
        module(FACTORY, replace("create_test_bus", "")),
        text(EVENTS_INIT, "create_event_bus, create_test_bus\n", "create_event_bus\n"),
        text(EVENTS_INIT, '        "create_test_bus",\n', ""),
    ),
    harmless("module-nobody-imports-removed", remove(f"{ROOT}/services/facade.py")),
)
