"""What the Store inherits from."""

from benchmarks.mutation.edits import (
    bases,
    decorate,
    end,
    member,
    module,
    replace,
    start,
    without,
)
from benchmarks.mutation.families.places import BACKPRESSURE, HEALTH
from benchmarks.mutation.mutant import breaking, harmless

_EVENT = "FeedbackEvent"

MUTANTS = (
    breaking(
        "class-final",
        "subclass-refused",
        module(BACKPRESSURE, start("from typing import final"), decorate(_EVENT, "final")),
    ),
    breaking(
        "init-subclass-refuses",
        "subclass-refused",
        module(
            BACKPRESSURE,
            member(
                _EVENT,
                """
                def __init_subclass__(cls, **options):
                    raise TypeError("FeedbackEvent is closed")
                """,
            ),
        ),
    ),
    breaking(
        "init-subclass-wants-argument",
        "subclass-refused",
        module(
            BACKPRESSURE,
            member(
                _EVENT,
                """
                def __init_subclass__(cls, *, channel, **options):
                    super().__init_subclass__(**options)
                """,
            ),
        ),
    ),
    breaking(
        "metaclass-refuses",
        "subclass-refused",
        module(
            BACKPRESSURE,
            start("from pydantic._internal._model_construction import ModelMetaclass"),
            replace(
                "RateAdjustment",
                """
                class RateAdjustment(BaseModel):
                    provider: str
                    scale: float = Field(..., ge=0.0, le=1.0)
                    reason: BackpressureLevel
                    ts: float
                """,
            ),
            start(
                """
                class Sealing(ModelMetaclass):
                    def __new__(mcs, name, bases, namespace, **options):
                        if any(isinstance(base, mcs) for base in bases):
                            raise TypeError(f"{name} can't extend a sealed model")
                        return super().__new__(mcs, name, bases, namespace, **options)
                """
            ),
            bases(_EVENT, "BaseModel, metaclass=Sealing"),
        ),
    ),
    breaking(
        "abstract-method-added",
        "abstract-method-added",
        module(
            BACKPRESSURE,
            start("from abc import ABC, abstractmethod"),
            bases(_EVENT, "BaseModel, ABC"),
            member(
                _EVENT,
                """
                @abstractmethod
                def describe(self) -> str: ...
                """,
            ),
            # Core itself stays usable: it has one of its own that is concrete.
            end(
                """
                class PlainFeedbackEvent(FeedbackEvent):
                    def describe(self) -> str:
                        return self.coordinator_id
                """
            ),
        ),
    ),
    breaking(
        "abstract-property-added",
        "abstract-method-added",
        module(
            BACKPRESSURE,
            start("from abc import ABC, abstractmethod"),
            bases(_EVENT, "BaseModel, ABC"),
            member(
                _EVENT,
                """
                @property
                @abstractmethod
                def severity(self) -> int: ...
                """,
            ),
        ),
    ),
    breaking(
        "base-became-generic-root",
        "symbol-kind-changed base-lost type-changed constructor-changed field-removed",
        module(
            HEALTH,
            start("from pydantic import RootModel"),
            replace("HealthComponent", "class HealthComponent(RootModel[dict[str, str]]): ..."),
        ),
    ),
    breaking(
        "override-clashes",
        "override-signature-clash",
        module(
            BACKPRESSURE,
            member(
                _EVENT,
                """
                @classmethod
                def create(cls, *, event_id: str, body: bytes) -> "FeedbackEvent":
                    raise NotImplementedError
                """,
            ),
        ),
    ),
    harmless(
        "base-class-inserted",
        module(
            BACKPRESSURE,
            start("class TelemetryModel(BaseModel):\n    '''Base of events.'''"),
            bases(_EVENT, "TelemetryModel"),
        ),
    ),
    harmless(
        "mixin-added",
        module(
            HEALTH,
            start("class Named:\n    def label(self) -> str:\n        return type(self).__name__"),
            bases("HealthComponent", "Named, BaseModel"),
        ),
    ),
    harmless(
        "init-subclass-that-takes-notes",
        module(
            BACKPRESSURE,
            start("_known = []"),
            member(
                _EVENT,
                """
                def __init_subclass__(cls, **options):
                    super().__init_subclass__(**options)
                    _known.append(cls)
                """,
            ),
        ),
    ),
    harmless(
        "final-class-nobody-extends",
        module(HEALTH, start("from typing import final"), decorate("HealthStatus", "final")),
    ),
    harmless(
        "fields-moved-to-a-base",
        module(
            HEALTH,
            start("class _Stated(BaseModel):\n    name: str = Field(..., description='Name')"),
            without("HealthComponent", "name"),
            bases("HealthComponent", "_Stated"),
        ),
    ),
)
