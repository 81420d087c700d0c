"""What `/healthz` and `/readyz` answer with."""

from benchmarks.mutation.edits import member, module, start
from benchmarks.mutation.families.places import HEALTH
from benchmarks.mutation.mutant import breaking, harmless

MUTANTS = (
    breaking(
        "response-can-not-be-written",
        "endpoint-failed dump-changed json-changed roundtrip-lost",
        module(
            HEALTH,
            start("from pydantic import field_serializer"),
            member(
                "HealthStatus",
                """
                @field_serializer("components", when_used="json")
                def by_name(self, value):
                    return {component.label: component.state for component in value}
                """,
            ),
        ),
    ),
    breaking(
        "response-refused-for-this-service",
        "payload-rejected endpoint-failed",
        module(
            HEALTH,
            start("from pydantic import field_validator"),
            member(
                "HealthStatus",
                """
                @field_validator("version")
                def calendar(cls, value):
                    if not value.startswith("20"):
                        raise ValueError("versions are years now")
                    return value
                """,
            ),
        ),
    ),
    breaking(
        "database-component-refused",
        "payload-rejected endpoint-failed",
        module(
            HEALTH,
            start("from pydantic import field_validator"),
            member(
                "HealthComponent",
                """
                @field_validator("name")
                def qualified(cls, value):
                    if value == "database":
                        raise ValueError("say which database")
                    return value
                """,
            ),
        ),
    ),
    harmless(
        "schema-title",
        module(
            HEALTH,
            member("HealthStatus", "model_config = {'title': 'Health of a service'}"),
        ),
    ),
)
