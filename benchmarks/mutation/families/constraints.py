"""Which values are allowed."""

from benchmarks.mutation.edits import annotated, arguments, config, module, replace, start
from benchmarks.mutation.families.places import BACKPRESSURE, ENVELOPE, HEALTH
from benchmarks.mutation.mutant import Change, breaking, harmless, warning

_EVENT, _STATUS, _COMPONENT = "FeedbackEvent", "HealthStatus", "HealthComponent"


def _event(name: str, **values: str | None) -> Change:
    return module(BACKPRESSURE, arguments(_EVENT, name, **values))


MUTANTS = (
    breaking("queue-size-positive", "bound-tightened", _event("queue_size", ge=None, gt="0")),
    breaking("capacity-at-most", "bound-tightened", _event("capacity", le="500")),
    breaking("capacity-at-least", "bound-tightened", _event("capacity", gt="100")),
    breaking("ts-before-2020", "bound-tightened", _event("ts", lt="1577836800")),
    breaking("coordinator-short", "length-tightened", _event("coordinator_id", max_length="5")),
    breaking(
        "service-short",
        "length-tightened",
        module(HEALTH, arguments(_STATUS, "service", max_length="8")),
    ),
    breaking(
        "details-one-entry",
        "length-tightened",
        module(HEALTH, arguments(_COMPONENT, "details", max_length="1")),
    ),
    breaking(
        "components-one",
        "length-tightened",
        module(HEALTH, arguments(_STATUS, "components", max_length="1")),
    ),
    breaking(
        "envelope-id-not-empty",
        "length-tightened",
        module(ENVELOPE, arguments("EventEnvelope", "id", min_length="1")),
    ),
    breaking(
        "coordinator-pattern", "pattern-tightened", _event("coordinator_id", pattern="'^[a-z]+$'")
    ),
    breaking(
        "schema-id-pattern",
        "pattern-tightened",
        module(ENVELOPE, arguments("EventMeta", "schema_id", pattern="r'^[a-z_]+/[A-Z]\\w+$'")),
    ),
    breaking("capacity-multiple", "multiple-of-tightened", _event("capacity", multiple_of="10")),
    breaking(
        "state-lost",
        "literal-narrowed",
        module(HEALTH, replace("HealthState", "HealthState = Literal['healthy', 'unhealthy']")),
    ),
    breaking(
        "component-state-lost",
        "literal-narrowed",
        module(HEALTH, annotated(_COMPONENT, "state", "Literal['healthy', 'degraded']")),
    ),
    breaking(
        "track-lost",
        "literal-narrowed",
        module(ENVELOPE, annotated("EventMeta", "track", "Literal['v1']")),
    ),
    breaking(
        "level-subset",
        "literal-narrowed type-narrowed",
        module(
            BACKPRESSURE,
            start("from typing import Literal"),
            annotated(_EVENT, "level", "Literal[BackpressureLevel.soft, BackpressureLevel.hard]"),
        ),
    ),
    warning("ts-finite", "finite-required", _event("ts", allow_inf_nan="False")),
    warning("queue-size-any", "constraint-loosened", _event("queue_size", ge=None)),
    warning("capacity-may-be-zero", "constraint-loosened", _event("capacity", gt=None, ge="0")),
    warning(
        "state-added",
        "constraint-loosened type-widened",
        module(
            HEALTH,
            replace(
                "HealthState",
                "HealthState = Literal['healthy', 'degraded', 'unhealthy', 'unknown']",
            ),
        ),
    ),
    warning(
        "track-added",
        "constraint-loosened type-widened",
        module(ENVELOPE, annotated("EventMeta", "track", "Literal['v1', 'v2', 'v3']")),
    ),
    harmless("ge-1-for-gt-0", _event("capacity", gt=None, ge="1")),
    harmless(
        "positive-int-for-gt-0",
        module(
            BACKPRESSURE,
            start("from pydantic import PositiveInt"),
            annotated(_EVENT, "capacity", "PositiveInt"),
            arguments(_EVENT, "capacity", gt=None),
        ),
    ),
    harmless(
        "constraint-in-annotated",
        module(
            BACKPRESSURE,
            start("from typing import Annotated"),
            annotated(_EVENT, "queue_size", "Annotated[int, Field(ge=0)]"),
            arguments(_EVENT, "queue_size", ge=None),
        ),
    ),
    harmless("min-length-zero", _event("coordinator_id", min_length="0")),
    # Pydantic takes the last bound it is told of, which is the annotation's.
    warning(
        "second-weaker-bound",
        "constraint-loosened",
        module(
            BACKPRESSURE,
            start("from typing import Annotated"),
            annotated(_EVENT, "queue_size", "Annotated[int, Field(ge=-5)]"),
        ),
    ),
    harmless(
        "literal-reordered",
        module(
            HEALTH,
            replace("HealthState", "HealthState = Literal['unhealthy', 'healthy', 'degraded']"),
        ),
    ),
    harmless(
        "literal-of-literals",
        module(
            HEALTH,
            replace(
                "HealthState",
                "_Up = Literal['healthy', 'degraded']\nHealthState = Literal[_Up, 'unhealthy']",
            ),
        ),
    ),
    harmless("multiple-of-one", _event("queue_size", multiple_of="1")),
    harmless(
        "hidden-input-in-errors", module(BACKPRESSURE, config(_EVENT, "hide_input_in_errors=True"))
    ),
)
