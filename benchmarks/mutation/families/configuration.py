"""`model_config`."""

from benchmarks.mutation.edits import arguments, config, module
from benchmarks.mutation.families.places import BACKPRESSURE, ENVELOPE, HEALTH
from benchmarks.mutation.mutant import Change, breaking, harmless, warning

_EVENT, _STATUS, _COMPONENT = "FeedbackEvent", "HealthStatus", "HealthComponent"


def _event(settings: str) -> Change:
    return module(BACKPRESSURE, config(_EVENT, settings))


MUTANTS = (
    breaking("extra-forbidden", "extra-forbidden", _event("extra='forbid'")),
    breaking("extra-kept", "subset-parse-failed", _event("extra='allow'")),
    breaking("strict", "strict-enabled", _event("strict=True")),
    breaking("strict-health", "strict-enabled", module(HEALTH, config(_STATUS, "strict=True"))),
    breaking(
        "strict-field",
        "strict-enabled type-narrowed",
        module(BACKPRESSURE, arguments(_EVENT, "queue_size", strict="True")),
    ),
    breaking("enum-values-used", "enum-values-used", _event("use_enum_values=True")),
    breaking("upper-case", "strings-rewritten", _event("str_to_upper=True")),
    breaking(
        "lower-case", "strings-rewritten", module(HEALTH, config(_STATUS, "str_to_lower=True"))
    ),
    breaking("whitespace-stripped", "strings-rewritten", _event("str_strip_whitespace=True")),
    breaking("all-texts-short", "length-tightened", _event("str_max_length=6")),
    breaking(
        "no-empty-texts",
        "length-tightened",
        module(ENVELOPE, config("EventEnvelope", "str_min_length=1")),
    ),
    warning("frozen-lost", "hash-lost", module(BACKPRESSURE, config(_EVENT, lose="frozen"))),
    warning("finite-configured", "finite-required", _event("allow_inf_nan=False")),
    warning(
        "numbers-as-text",
        "payload-accepted constraint-loosened type-widened",
        _event("coerce_numbers_to_str=True"),
    ),
    harmless("config-class-to-dict", _event("")),
    harmless(
        "frozen-model-nobody-changes",
        module(HEALTH, config(_COMPONENT, "frozen=True")),
        silent=False,
    ),
    # Nothing there is coerced from JSON, and the Store gives it nothing but texts.
    harmless(
        "strict-where-all-is-text",
        module(HEALTH, config(_COMPONENT, "strict=True")),
        silent=False,
    ),
    harmless("title", _event("title='Feedback'")),
    harmless("schema-extra", _event("json_schema_extra={'examples': [{'queue_size': 3}]}")),
    harmless("docstrings-as-descriptions", _event("use_attribute_docstrings=True")),
    harmless("deferred-build", module(HEALTH, config(_STATUS, "defer_build=True"))),
    harmless("assignment-validated", module(HEALTH, config(_STATUS, "validate_assignment=True"))),
    harmless("defaults-validated", module(HEALTH, config(_COMPONENT, "validate_default=True"))),
    harmless(
        "arbitrary-types-no-longer",
        module(ENVELOPE, config("EventEnvelope", lose="arbitrary_types_allowed")),
    ),
    harmless("extra-ignore-spelled-out", _event("extra='ignore'")),
)
