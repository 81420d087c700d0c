"""Fields that come, go and change."""

from benchmarks.mutation.edits import annotated, arguments, field, member, module, start, without
from benchmarks.mutation.families.places import BACKPRESSURE, ENVELOPE, HEALTH
from benchmarks.mutation.mutant import breaking, harmless, warning

_EVENT, _STATUS, _COMPONENT = "FeedbackEvent", "HealthStatus", "HealthComponent"

MUTANTS = (
    # removed
    breaking("source-removed", "field-removed", module(BACKPRESSURE, without(_EVENT, "source"))),
    breaking("ts-removed", "field-removed", module(BACKPRESSURE, without(_EVENT, "ts"))),
    breaking(
        "queue-size-removed", "field-removed", module(BACKPRESSURE, without(_EVENT, "queue_size"))
    ),
    breaking("details-removed", "field-removed", module(HEALTH, without(_COMPONENT, "details"))),
    breaking("components-removed", "field-removed", module(HEALTH, without(_STATUS, "components"))),
    breaking("headers-removed", "field-removed", module(ENVELOPE, without("EventMeta", "headers"))),
    breaking("key-removed", "field-removed", module(ENVELOPE, without("EventEnvelope", "key"))),
    # renamed
    breaking(
        "queue-size-renamed",
        "field-renamed",
        module(
            BACKPRESSURE,
            field(
                _EVENT,
                "depth: int = Field(..., ge=0, description='Current queue size')",
                "queue_size",
            ),
        ),
    ),
    breaking(
        "state-renamed",
        "field-renamed",
        module(
            HEALTH,
            field(
                _COMPONENT, "status: HealthState = Field(..., description='Health state')", "state"
            ),
        ),
    ),
    breaking(
        "schema-id-renamed",
        "field-renamed",
        module(ENVELOPE, field("EventMeta", "schema_name: str = Field(...)", "schema_id")),
    ),
    # required
    breaking(
        "event-wants-tenant",
        "required-field-added",
        module(BACKPRESSURE, field(_EVENT, "tenant: str")),
    ),
    breaking(
        "status-wants-region", "required-field-added", module(HEALTH, field(_STATUS, "region: str"))
    ),
    breaking(
        "component-wants-time",
        "required-field-added",
        module(HEALTH, field(_COMPONENT, "checked_at: float")),
    ),
    breaking(
        "meta-wants-producer",
        "required-field-added",
        module(ENVELOPE, field("EventMeta", "producer: str")),
    ),
    breaking(
        "envelope-wants-partition",
        "required-field-added",
        module(ENVELOPE, field("EventEnvelope", "partition: int")),
    ),
    breaking(
        "source-required",
        "field-became-required",
        module(
            BACKPRESSURE,
            field(
                _EVENT,
                "source: str = Field(..., description='Source component (store, pipeline, etc.)')",
            ),
        ),
    ),
    breaking(
        "details-required",
        "field-became-required",
        module(HEALTH, arguments(_COMPONENT, "details", default_factory=None)),
    ),
    # null
    breaking(
        "key-not-null", "null-removed", module(ENVELOPE, annotated("EventEnvelope", "key", "str"))
    ),
    breaking(
        "hash-not-null", "null-removed", module(ENVELOPE, annotated("EventMeta", "hash", "str"))
    ),
    # types
    breaking(
        "details-of-integers",
        "type-changed type-narrowed",
        module(HEALTH, annotated(_COMPONENT, "details", "dict[str, int]")),
    ),
    breaking(
        "queue-size-text", "type-changed", module(BACKPRESSURE, field(_EVENT, "queue_size: str"))
    ),
    breaking(
        "ts-datetime",
        "type-changed",
        module(
            BACKPRESSURE,
            start("from datetime import datetime"),
            annotated(_EVENT, "ts", "datetime"),
        ),
    ),
    breaking(
        "capacity-decimal",
        "type-changed",
        module(
            BACKPRESSURE,
            start("from decimal import Decimal"),
            annotated(_EVENT, "capacity", "Decimal"),
        ),
    ),
    breaking(
        "components-by-name",
        "type-changed",
        module(HEALTH, annotated(_STATUS, "components", "dict[str, HealthComponent]")),
    ),
    breaking(
        "coordinator-uuid",
        "type-narrowed type-changed",
        module(
            BACKPRESSURE,
            start("from uuid import UUID"),
            annotated(_EVENT, "coordinator_id", "UUID"),
        ),
    ),
    breaking(
        "ts-whole-seconds",
        "type-narrowed type-changed",
        module(BACKPRESSURE, annotated(_EVENT, "ts", "int")),
    ),
    breaking(
        "status-ts-whole-seconds",
        "type-narrowed type-changed",
        module(HEALTH, annotated(_STATUS, "ts", "int")),
    ),
    breaking(
        "state-plain-enum",
        "type-changed attribute-type-changed",
        module(
            HEALTH,
            start("from enum import Enum"),
            start(
                """
                class State(Enum):
                    healthy = "healthy"
                    degraded = "degraded"
                    unhealthy = "unhealthy"
                """
            ),
            annotated(_COMPONENT, "state", "State"),
        ),
    ),
    # defaults
    breaking(
        "source-default",
        "default-changed",
        module(BACKPRESSURE, arguments(_EVENT, "source", default="'core'")),
    ),
    breaking(
        "track-default",
        "default-changed",
        module(ENVELOPE, arguments("EventMeta", "track", default="'v2'")),
    ),
    breaking(
        "details-default",
        "default-changed",
        module(
            HEALTH, arguments(_COMPONENT, "details", default_factory="lambda: {'origin': 'core'}")
        ),
    ),
    # what is no longer written
    breaking(
        "source-excluded",
        "field-excluded",
        module(BACKPRESSURE, arguments(_EVENT, "source", exclude="True")),
    ),
    breaking(
        "details-excluded",
        "field-excluded",
        module(HEALTH, arguments(_COMPONENT, "details", exclude="True")),
    ),
    breaking(
        "status-ts-excluded",
        "field-excluded",
        module(HEALTH, arguments(_STATUS, "ts", exclude="True")),
    ),
    breaking(
        "source-class-variable",
        "field-became-attribute",
        module(
            BACKPRESSURE,
            start("from typing import ClassVar"),
            field(_EVENT, "source: ClassVar[str] = 'store'"),
        ),
    ),
    breaking(
        "source-property",
        "field-became-attribute",
        module(
            BACKPRESSURE,
            without(_EVENT, "source"),
            member(_EVENT, "@property\ndef source(self) -> str:\n    return 'store'"),
        ),
    ),
    breaking(
        "source-computed",
        "field-became-attribute",
        module(
            BACKPRESSURE,
            start("from pydantic import computed_field"),
            without(_EVENT, "source"),
            member(
                _EVENT, "@computed_field\n@property\ndef source(self) -> str:\n    return 'store'"
            ),
        ),
    ),
    # worth a word
    warning(
        "version-optional",
        "field-became-optional",
        module(
            HEALTH,
            field(
                _STATUS, "version: str = Field(default='unknown', description='Service version')"
            ),
        ),
    ),
    warning(
        "version-may-be-null",
        "null-added",
        module(HEALTH, annotated(_STATUS, "version", "str | None")),
    ),
    warning(
        "coordinator-may-be-number",
        "type-widened",
        module(BACKPRESSURE, annotated(_EVENT, "coordinator_id", "str | int")),
    ),
    warning(
        "details-may-be-numbers",
        "type-widened",
        module(HEALTH, annotated(_COMPONENT, "details", "dict[str, str | int]")),
    ),
    warning(
        "queue-size-deprecated",
        "field-deprecated",
        module(BACKPRESSURE, arguments(_EVENT, "queue_size", deprecated="'use depth'")),
    ),
    # nothing
    harmless(
        "optional-field-added", module(BACKPRESSURE, field(_EVENT, "trace_id: str | None = None"))
    ),
    harmless(
        "optional-list-added",
        module(HEALTH, field(_STATUS, "tags: list[str] = Field(default_factory=list)")),
    ),
    harmless(
        "optional-meta-field-added",
        module(ENVELOPE, field("EventMeta", "producer: str | None = None")),
    ),
    harmless(
        "default-value-for-factory",
        module(HEALTH, arguments(_COMPONENT, "details", default_factory=None, default="{}")),
        silent=False,
    ),
    harmless(
        "factory-for-default-value",
        module(
            BACKPRESSURE,
            arguments(_EVENT, "source", default=None, default_factory="lambda: 'store'"),
        ),
        silent=False,
    ),
    harmless(
        "frozen-field-nobody-sets",
        module(HEALTH, arguments(_STATUS, "version", frozen="True")),
        silent=False,
    ),
)
