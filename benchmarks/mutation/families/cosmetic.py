"""Rewritten, and the same."""

from benchmarks.mutation.edits import (
    annotated,
    append,
    arguments,
    documented,
    everywhere,
    field,
    module,
    reordered,
    start,
    text,
)
from benchmarks.mutation.families.places import (
    BACKPRESSURE,
    CORE_INIT,
    ENVELOPE,
    FACTORY,
    HEALTH,
    TELEMETRY_INIT,
)
from benchmarks.mutation.mutant import harmless

_EVENT, _STATUS = "FeedbackEvent", "HealthStatus"

MUTANTS = (
    harmless(
        "docstring-changed", module(BACKPRESSURE, documented(_EVENT, "Tells how full a queue is."))
    ),
    harmless("docstring-removed", module(HEALTH, documented(_STATUS, None))),
    harmless(
        "enum-docstring-changed",
        module(BACKPRESSURE, documented("BackpressureLevel", "How bad it is.")),
    ),
    harmless(
        "comments", everywhere(r"(?m)^(class \w+)", r"# revised\n\1", "market_data_core/telemetry/")
    ),
    harmless(
        "description-changed",
        module(BACKPRESSURE, arguments(_EVENT, "queue_size", description="'How many wait'")),
    ),
    harmless(
        "descriptions-removed",
        module(
            HEALTH,
            arguments(_STATUS, "ts", description=None),
            arguments(_STATUS, "service", description=None),
        ),
    ),
    harmless("field-title", module(BACKPRESSURE, arguments(_EVENT, "ts", title="'Time'"))),
    harmless(
        "examples-added",
        module(BACKPRESSURE, arguments(_EVENT, "coordinator_id", examples="['bars']")),
    ),
    harmless(
        "fields-reordered",
        module(BACKPRESSURE, reordered(_EVENT, "ts", "capacity", "coordinator_id", "queue_size")),
    ),
    harmless(
        "health-fields-reordered", module(HEALTH, reordered(_STATUS, "ts", "version", "service"))
    ),
    harmless(
        "optional-for-none",
        module(
            ENVELOPE,
            start("from typing import Optional"),
            annotated("EventEnvelope", "key", "Optional[str]"),
        ),
    ),
    harmless("union-reordered", module(ENVELOPE, annotated("EventMeta", "hash", "None | str"))),
    harmless(
        "type-alias",
        module(
            HEALTH,
            start("Details = dict[str, str]"),
            annotated("HealthComponent", "details", "Details"),
        ),
    ),
    harmless(
        "old-style-generics",
        module(
            HEALTH,
            start("from typing import Dict, List"),
            annotated("HealthComponent", "details", "Dict[str, str]"),
            annotated(_STATUS, "components", "List[HealthComponent]"),
        ),
    ),
    harmless(
        "future-annotations",
        text(
            HEALTH,
            "from typing import Literal\n",
            "from __future__ import annotations\n\nfrom typing import Literal\n",
        ),
    ),
    harmless("default-without-field", module(BACKPRESSURE, field(_EVENT, "source: str = 'store'"))),
    harmless(
        "annotated-without-default",
        module(
            HEALTH,
            start("from typing import Annotated"),
            field(_STATUS, "service: Annotated[str, Field(description='Service')]"),
        ),
    ),
    harmless(
        "all-reordered",
        text(
            TELEMETRY_INIT,
            '    "BackpressureLevel",\n    "FeedbackEvent",\n',
            '    "FeedbackEvent",\n    "BackpressureLevel",\n',
        ),
    ),
    harmless("all-left-out", text(TELEMETRY_INIT, "__all__ = [", "_names = [")),
    harmless(
        "prints-on-import", append(CORE_INIT, '\nprint(\'{"verdict": "break", "exit_code": 1}\')\n')
    ),
    harmless(
        "logs-on-import",
        append(FACTORY, "\nimport logging\n\nlogging.getLogger(__name__).warning('loaded')\n"),
    ),
    harmless(
        "private-helper-added",
        append(
            BACKPRESSURE, "\n\ndef _share(event):\n    return event.queue_size / event.capacity\n"
        ),
    ),
    harmless(
        "new-type",
        module(
            BACKPRESSURE,
            start("from typing import TypeAlias"),
            start("Count: TypeAlias = int"),
            annotated(_EVENT, "queue_size", "Count"),
        ),
    ),
)
