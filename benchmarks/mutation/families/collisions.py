"""Names that Core adds and the Store has already."""

from benchmarks.mutation.edits import field, member, module
from benchmarks.mutation.families.places import BACKPRESSURE
from benchmarks.mutation.mutant import Change, breaking, harmless, warning

_EVENT = "FeedbackEvent"
_SHADOWS = "field-shadows-consumer-attribute"
_COLLIDES = "field-collides-with-consumer-field"


def _with(code: str) -> Change:
    return module(BACKPRESSURE, field(_EVENT, code))


MUTANTS = (
    breaking("field-named-like-property", _SHADOWS, _with("utilization: float = 0.0")),
    breaking(
        "optional-field-named-like-property",
        _SHADOWS,
        _with("utilization: float | None = Field(default=None, description='Share in use')"),
    ),
    breaking("field-named-like-factory", _SHADOWS, _with("create: str | None = None")),
    breaking("field-of-other-type", _COLLIDES, _with("reason: int = 0")),
    breaking("field-required-here", _COLLIDES, _with("reason: str = Field(..., min_length=1)")),
    breaking(
        "field-of-fewer-values",
        _COLLIDES,
        module(
            BACKPRESSURE,
            field(_EVENT, "reason: str | None = Field(default=None, pattern='^[A-Z]{2,4}$')"),
        ),
    ),
    warning(
        "property-of-the-same-name",
        "attribute-shadowed",
        module(
            BACKPRESSURE,
            member(
                _EVENT,
                """
                @property
                def utilization(self) -> float:
                    return round(100 * self.queue_size / self.capacity, 1)
                """,
            ),
        ),
    ),
    harmless("same-field-as-the-consumers", _with("reason: str | None = None")),
    harmless("field-with-a-name-of-its-own", _with("region: str | None = None")),
    harmless("private-attribute", _with("_cache: dict[str, int] = {}")),
)
