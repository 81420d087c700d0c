"""Under what names fields are read and written."""

from benchmarks.mutation.edits import arguments, config, module, start
from benchmarks.mutation.families.places import BACKPRESSURE, ENVELOPE, HEALTH
from benchmarks.mutation.mutant import breaking, harmless

_EVENT = "FeedbackEvent"
_CAMEL = start("from pydantic.alias_generators import to_camel")

MUTANTS = (
    breaking(
        "alias",
        "input-name-changed",
        module(BACKPRESSURE, arguments(_EVENT, "queue_size", alias="'queueSize'")),
    ),
    breaking(
        "validation-alias",
        "input-name-changed",
        module(BACKPRESSURE, arguments(_EVENT, "coordinator_id", validation_alias="'coordinator'")),
    ),
    breaking(
        "serialization-alias",
        "output-name-changed",
        module(BACKPRESSURE, arguments(_EVENT, "queue_size", serialization_alias="'queueSize'")),
    ),
    breaking(
        "component-alias",
        "input-name-changed",
        module(HEALTH, arguments("HealthComponent", "name", alias="'component'")),
    ),
    breaking(
        "status-serialization-alias",
        "output-name-changed",
        module(HEALTH, arguments("HealthStatus", "service", serialization_alias="'serviceName'")),
    ),
    breaking(
        "meta-alias",
        "input-name-changed",
        module(ENVELOPE, arguments("EventMeta", "schema_id", alias="'schemaId'")),
    ),
    breaking(
        "alias-generator",
        "input-name-changed",
        module(BACKPRESSURE, _CAMEL, config(_EVENT, "alias_generator=to_camel")),
    ),
    breaking(
        "alias-generator-by-name-too",
        "output-name-changed",
        module(
            BACKPRESSURE, _CAMEL, config(_EVENT, "alias_generator=to_camel, populate_by_name=True")
        ),
    ),
    breaking(
        "written-by-alias",
        "output-name-changed",
        module(
            BACKPRESSURE,
            _CAMEL,
            config(
                _EVENT, "alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True"
            ),
        ),
    ),
    breaking(
        "alias-path",
        "input-name-changed",
        module(
            BACKPRESSURE,
            start("from pydantic import AliasPath"),
            arguments(_EVENT, "level", validation_alias="AliasPath('state', 'level')"),
        ),
    ),
    harmless(
        "second-name-accepted",
        module(
            BACKPRESSURE,
            start("from pydantic import AliasChoices"),
            arguments(_EVENT, "queue_size", validation_alias="AliasChoices('queue_size', 'depth')"),
        ),
        silent=False,
    ),
    harmless(
        "alias-equal-to-name", module(BACKPRESSURE, arguments(_EVENT, "source", alias="'source'"))
    ),
)
