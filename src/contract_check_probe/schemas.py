"""Gives the JSON Schemas of models, with one set of definitions for all of them."""

from __future__ import annotations

import re
import warnings
from typing import Any

from contract_check_probe.importing import resolve
from contract_check_probe.limits import Exceeded, bounded, reason, within
from contract_check_probe.models import schema_alone

_ADDRESS = re.compile(r":\d+(?=$|[\[\],])")
_MODULE = re.compile(r"(?:[^.\[\],]+\.)+")


class Pool:
    """Makes schemas in validation mode: a class is described once, whoever refers to it.

    Args:
        seconds: that one model may take.
    """

    def __init__(self, seconds: float) -> None:
        self.definitions: dict[str, Any] = {}
        self._seconds = seconds
        self._names: dict[Any, str] = {}
        self._taken: set[str] = set()

    def told(self, ref: str) -> dict[str, Any]:
        """The `document` of a model, whose references lead to `definitions`; or why there is none,
        as `failure` where the model has none and as `gap` where it can't be had."""
        try:
            with within(self._seconds), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return self._schema_of(resolve(ref))
        except BaseException as error:  # noqa: BLE001 - whatever it raises, the others are told
            return {"gap": reason(error)}

    def _schema_of(self, cls: Any) -> dict[str, Any]:
        if not _is_plain(cls):
            return _alone(cls)
        known = self._names.get((f"{cls.__module__}.{cls.__qualname__}:{id(cls)}", "validation"))
        if known in self.definitions:
            return {"document": {"$ref": f"#/$defs/{known}"}}
        try:
            document = cls.model_json_schema(mode="validation", schema_generator=self._generator())
            document = dict(bounded(document))
        except (Exception, Exceeded):  # noqa: BLE001 - models without a JSON Schema are a fact
            return _alone(cls)
        for name, definition in document.pop("$defs", {}).items():
            self.definitions.setdefault(name, definition)
        return {"document": document}

    def _name_of(self, reference: Any, normalize: Any) -> str:
        """The key of a definition: the class's name, with its module where two share that."""
        if reference not in self._names:
            whole = _ADDRESS.sub("", reference[0])
            choices = [normalize(_MODULE.sub("", whole)), normalize(whole)]
            choices += [f"{choices[1]}__{len(self._names)}"]
            name = next(item for item in choices if item not in self._taken)
            self._taken.add(name)
            self._names[reference] = name
        return self._names[reference]

    def _generator(self) -> Any:
        from pydantic.json_schema import GenerateJsonSchema

        pool = self

        class Named(GenerateJsonSchema):
            """Gives a class the same key in every document."""

            def get_defs_ref(self, core_mode_ref: Any) -> Any:
                name: Any = pool._name_of(core_mode_ref, self.normalize_name)
                self._prioritized_defsref_choices[name] = [name]
                return name

        return Named


def _is_plain(cls: Any) -> bool:
    """Whether a model's schema is made as Pydantic makes it."""
    makers = [vars(base).get("model_json_schema") for base in cls.__mro__]
    return sum(maker is not None for maker in makers) == 1


def _alone(cls: Any) -> dict[str, Any]:
    schema, failure = schema_alone(cls)
    return {"document": schema} if failure is None else {"document": schema, "failure": failure}
