"""What no description shows: validators, serializers, warnings."""

from benchmarks.mutation.edits import annotated, decorate, member, module, start
from benchmarks.mutation.families.places import BACKPRESSURE, ENVELOPE, HEALTH
from benchmarks.mutation.mutant import Change, breaking, harmless, warning

_EVENT, _STATUS, _COMPONENT = "FeedbackEvent", "HealthStatus", "HealthComponent"
_TOOLS = start(
    "from typing import Annotated, Any\n"
    "from pydantic import AfterValidator, BeforeValidator, PlainSerializer\n"
    "from pydantic import field_serializer, field_validator, model_serializer, model_validator\n"
    "from pydantic_core import PydanticCustomError\n"
)


def _event(code: str) -> Change:
    return module(BACKPRESSURE, _TOOLS, member(_EVENT, code))


def _health(owner: str, code: str) -> Change:
    return module(HEALTH, _TOOLS, member(owner, code))


_REWRITES = "value-rewritten"
_DUMPS = "dump-changed"
_JSON = "json-changed"
_REFUSES = "payload-rejected"

MUTANTS = (
    breaking(
        "validator-refuses-what-is-written",
        _REFUSES,
        _event(
            """
            @field_validator("source")
            def known_source(cls, value):
                if value not in ("pipeline", "provider"):
                    raise ValueError("unknown source")
                return value
            """
        ),
    ),
    breaking(
        "validator-refuses-dashes",
        _REFUSES,
        _event(
            """
            @field_validator("coordinator_id")
            def plain(cls, value):
                if "-" in value:
                    raise ValueError("no dashes")
                return value
            """
        ),
    ),
    breaking(
        "cross-field-validator",
        _REFUSES,
        _event(
            """
            @model_validator(mode="after")
            def fits(self):
                if self.queue_size >= self.capacity:
                    raise ValueError("the queue holds more than it can")
                return self
            """
        ),
    ),
    breaking(
        "degraded-needs-details",
        _REFUSES,
        _health(
            _COMPONENT,
            """
            @model_validator(mode="after")
            def explained(self):
                if self.state == "degraded" and not self.details:
                    raise ValueError("say why")
                return self
            """,
        ),
    ),
    breaking(
        "meta-schema-known",
        _REFUSES,
        module(
            ENVELOPE,
            _TOOLS,
            member(
                "EventMeta",
                """
                @field_validator("schema_id")
                def known(cls, value):
                    if not value.startswith("market."):
                        raise ValueError("unknown schema")
                    return value
                """,
            ),
        ),
    ),
    breaking(
        "meta-header-reserved",
        _REFUSES,
        module(
            ENVELOPE,
            _TOOLS,
            member(
                "EventMeta",
                """
                @field_validator("headers")
                def free(cls, value):
                    if "source" in value:
                        raise ValueError("a reserved header")
                    return value
                """,
            ),
        ),
    ),
    breaking(
        "model-post-init-refuses",
        _REFUSES,
        _event(
            """
            def model_post_init(self, context):
                if self.level == "hard" and self.queue_size < self.capacity // 2:
                    raise ValueError("hard too early")
            """
        ),
    ),
    breaking(
        "validator-lowers-case",
        _REWRITES,
        _event(
            "@field_validator('coordinator_id')\ndef lower(cls, value):\n    return value.lower()"
        ),
    ),
    breaking(
        "validator-prefixes",
        _REWRITES,
        module(
            BACKPRESSURE,
            _TOOLS,
            annotated(
                _EVENT, "source", "Annotated[str, AfterValidator(lambda text: f'core:{text}')]"
            ),
        ),
    ),
    breaking(
        "validator-clamps",
        _REWRITES,
        _event(
            "@field_validator('queue_size')\ndef clamp(cls, value):\n    return min(value, 100)"
        ),
    ),
    breaking(
        "validator-rounds-time",
        _REWRITES,
        _health(
            _STATUS,
            "@field_validator('ts')\ndef whole(cls, value):\n    return round(value, 0)",
        ),
    ),
    breaking(
        "before-validator-rewrites",
        _REWRITES,
        _event(
            """
            @model_validator(mode="before")
            @classmethod
            def soften(cls, data: Any):
                if isinstance(data, dict) and data.get("level") in ("hard",):
                    return {**data, "level": "soft"}
                return data
            """
        ),
    ),
    breaking(
        "post-init-rewrites",
        _REWRITES,
        _health(
            _STATUS,
            """
            def model_post_init(self, context):
                if not self.components:
                    self.state = "unhealthy"
            """,
        ),
    ),
    breaking(
        "details-stripped-of-blanks",
        _REWRITES,
        _health(
            _COMPONENT,
            """
            @field_validator("details")
            def dense(cls, value):
                return {key: text for key, text in value.items() if text.strip()}
            """,
        ),
    ),
    breaking(
        "serializer-for-json-alone",
        _JSON,
        _event(
            """
            @field_serializer("ts", when_used="json")
            def text(self, value: float):
                return str(value)
            """
        ),
    ),
    breaking(
        "json-details-flattened",
        _JSON,
        _health(
            _COMPONENT,
            """
            @field_serializer("details", when_used="json")
            def pairs(self, value):
                return [f"{key}={text}" for key, text in value.items()]
            """,
        ),
    ),
    breaking(
        "serializer-rounds",
        _DUMPS,
        _event(
            """
            @field_serializer("ts")
            def whole(self, value: float) -> float:
                return round(value, 0)
            """
        ),
    ),
    breaking(
        "serializer-wraps",
        _DUMPS,
        _event(
            """
            @model_serializer(mode="wrap")
            def wrapped(self, handler):
                return {"event": handler(self)}
            """
        ),
    ),
    breaking(
        "serializer-drops-empty",
        _DUMPS,
        _health(
            _COMPONENT,
            """
            @model_serializer(mode="wrap")
            def lean(self, handler):
                return {name: value for name, value in handler(self).items() if value}
            """,
        ),
    ),
    breaking(
        "serializer-of-envelope-drops-null",
        _DUMPS,
        module(
            ENVELOPE,
            _TOOLS,
            member(
                "EventEnvelope",
                """
                @model_serializer(mode="wrap")
                def lean(self, handler):
                    written = handler(self)
                    return {name: written[name] for name in written if written[name] is not None}
                """,
            ),
        ),
    ),
    breaking(
        "level-a-plain-string",
        "attribute-type-changed",
        module(
            BACKPRESSURE,
            _TOOLS,
            annotated(
                _EVENT,
                "level",
                "Annotated[BackpressureLevel, AfterValidator(lambda level: level.value)]",
            ),
        ),
    ),
    breaking(
        "headers-read-only",
        "attribute-type-changed",
        module(
            ENVELOPE,
            _TOOLS,
            start("from types import MappingProxyType"),
            annotated(
                "EventMeta",
                "headers",
                "Annotated[dict[str, str], AfterValidator(MappingProxyType), "
                "PlainSerializer(dict)]",
            ),
        ),
    ),
    breaking(
        "capacity-a-string",
        "attribute-type-changed type-changed",
        module(
            BACKPRESSURE,
            _TOOLS,
            start("from decimal import Decimal"),
            annotated(
                _EVENT, "capacity", "Annotated[int, AfterValidator(str), PlainSerializer(int)]"
            ),
        ),
    ),
    breaking(
        "written-as-it-can-not-be-read",
        "roundtrip-lost json-changed dump-changed",
        module(
            BACKPRESSURE,
            _TOOLS,
            annotated(
                _EVENT,
                "queue_size",
                "Annotated[int, PlainSerializer(lambda number: f'{number} items')]",
            ),
        ),
    ),
    breaking(
        "annotation-that-nothing-defines",
        "payload-rejected type-changed constructor-changed",
        module(BACKPRESSURE, annotated(_EVENT, "source", "'SourceName'")),
    ),
    breaking(
        "each-event-once",
        _REFUSES,
        _event(
            """
            @model_validator(mode="after")
            def once(self):
                seen = globals().setdefault("_seen", set())
                if (self.coordinator_id, self.ts) in seen:
                    raise ValueError("seen before")
                seen.add((self.coordinator_id, self.ts))
                return self
            """
        ),
    ),
    breaking(
        "json-by-hand",
        "json-changed roundtrip-lost",
        _event(
            """
            def model_dump_json(self, **options):
                return super().model_dump_json(**options).replace("hard", "HARD")
            """
        ),
    ),
    warning(
        "unknown-level-accepted",
        "payload-accepted",
        _event(
            """
            @field_validator("level", mode="before")
            def lenient(cls, value):
                known = ("ok", "soft", "hard")
                return value if value in known else "hard"
            """
        ),
    ),
    warning(
        "other-error-type",
        "error-changed",
        _event(
            """
            @field_validator("queue_size", mode="before")
            def refuse(cls, value):
                if isinstance(value, int) and value < 0:
                    raise PydanticCustomError("negative_queue", "a queue can't be negative")
                return value
            """
        ),
    ),
    warning(
        "warns-when-made",
        "warning-added",
        _event(
            """
            def model_post_init(self, context):
                import warnings
                warnings.warn("FeedbackEvent goes away in 2.0", FutureWarning, stacklevel=2)
            """
        ),
    ),
    warning(
        "class-deprecated",
        "warning-added import-warns",
        module(
            HEALTH,
            start("from typing_extensions import deprecated"),
            decorate(_COMPONENT, "deprecated('use ComponentHealth')"),
        ),
    ),
    warning(
        "base-class-deprecated",
        "warning-added import-warns",
        module(
            BACKPRESSURE,
            start("from typing_extensions import deprecated"),
            decorate(_EVENT, "deprecated('use PressureEvent')"),
        ),
    ),
    harmless(
        "validator-that-does-nothing",
        _event("@field_validator('source')\ndef same(cls, value):\n    return value"),
    ),
    harmless(
        "model-validator-that-does-nothing",
        _event("@model_validator(mode='after')\ndef same(self):\n    return self"),
    ),
    harmless(
        "wrap-validator-that-does-nothing",
        _event(
            """
            @field_validator("level", mode="wrap")
            def same(cls, value, handler):
                return handler(value)
            """
        ),
    ),
    harmless(
        "serializer-that-does-nothing",
        _event("@field_serializer('source')\ndef same(self, value: str) -> str:\n    return value"),
    ),
    harmless(
        "model-serializer-that-does-nothing",
        _event(
            "@model_serializer(mode='wrap')\ndef same(self, handler):\n    return handler(self)"
        ),
    ),
    harmless(
        "post-init-that-does-nothing", _event("def model_post_init(self, context):\n    pass")
    ),
    harmless(
        "method-added", _event("def is_urgent(self) -> bool:\n    return self.level == 'hard'")
    ),
    harmless(
        "class-variable-added",
        module(
            HEALTH,
            start("from typing import ClassVar"),
            member(_STATUS, "schema_id: ClassVar[str] = 'telemetry.HealthStatus'"),
        ),
    ),
    harmless("repr-changed", _event("def __repr__(self):\n    return f'<{self.coordinator_id}>'")),
)
