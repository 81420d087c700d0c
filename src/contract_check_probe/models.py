"""Says what a Pydantic model is: configuration, fields, schemas."""

from __future__ import annotations

import typing
from functools import partial
from typing import Any

from contract_check_probe.annotated import annotation_text, arms_in, own_annotations, types_in
from contract_check_probe.encoding import RAISED, encode, identity, safe_repr, settle
from contract_check_probe.limits import Parts, bounded, reason


def is_model(cls: type) -> bool:
    """Whether a class is a model of Pydantic 2."""
    return any(
        base.__module__ == "pydantic.main" and base.__name__ == "BaseModel" for base in cls.__mro__
    )


def describe_model(cls: Any, parts: Parts) -> dict[str, Any]:
    """What a model reads and writes, its JSON Schema aside, see `schemas`."""
    return {
        "config": parts.take("config", lambda: _config(cls), {}),
        "fields": {
            name: parts.take(f"fields.{name}", partial(_field, cls, name, field), _unknown(name))
            for name, field in parts.take("fields", lambda: _model_fields(cls), {}).items()
        },
        "computed": parts.take("computed", lambda: _computed(cls), []),
    }


def _config(cls: Any) -> dict[str, str]:
    items = sorted(getattr(cls, "model_config", {}).items(), key=lambda item: str(item[0]))
    return {str(key): safe_repr(value) for key, value in items}


def _computed(cls: Any) -> list[str]:
    # Of older Pydantic the class has a property of that name, for its instances.
    return sorted(cls.__pydantic_decorators__.computed_fields)


def _unknown(name: str) -> dict[str, Any]:
    return {"name": name, "annotation": "Any", "required": False}


def _model_fields(cls: Any) -> dict[str, Any]:
    fields = getattr(cls, "__pydantic_fields__", None)
    if not isinstance(fields, dict):
        fields = cls.model_fields
    return typing.cast("dict[str, Any]", fields)


def schema_alone(cls: Any) -> tuple[dict[str, Any] | None, str | None]:
    """A model's JSON Schema in validation mode, with definitions of its own.

    Returns:
        the schema, with anything allowed where a part of it has none; and why that is.
    """
    try:
        return bounded(cls.model_json_schema(mode="validation")), None
    except Exception as error:  # noqa: BLE001 - models without a JSON Schema are a fact
        return _schema_of_what_has_one(cls), reason(error)


def _schema_of_what_has_one(cls: Any) -> dict[str, Any] | None:
    from pydantic.json_schema import GenerateJsonSchema

    class Tolerant(GenerateJsonSchema):
        def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> dict[str, Any]:
            return {}

    try:
        found = cls.model_json_schema(mode="validation", schema_generator=Tolerant)
    except Exception:  # noqa: BLE001 - a hook of the model's own may raise anything
        found = _schema_by_fields(cls, Tolerant)
    return typing.cast("dict[str, Any]", bounded(found))


def _schema_by_fields(cls: Any, generator: Any) -> dict[str, Any]:
    """A schema put together of those of the fields."""
    properties: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    required: list[str] = []
    for name, field in _model_fields(cls).items():
        called = field.alias if isinstance(field.alias, str) else name
        schema = _schema_of_field(field, generator)
        definitions.update(schema.pop("$defs", {}))
        properties[called] = schema
        if field.is_required():
            required.append(called)
    told = {"type": "object", "title": cls.__name__, "properties": properties, "required": required}
    return {**told, "$defs": definitions} if definitions else told


def _schema_of_field(field: Any, generator: Any) -> dict[str, Any]:
    from pydantic import TypeAdapter

    annotation = field.annotation
    for item in field.metadata:
        annotation = typing.Annotated[annotation, item]
    try:
        adapter: Any = TypeAdapter(annotation)
        schema = adapter.json_schema(mode="validation", schema_generator=generator)
    except Exception:  # noqa: BLE001 - whatever it raises, the other fields have a schema
        return {}
    return typing.cast("dict[str, Any]", schema)


def _field(cls: type, name: str, field: Any) -> dict[str, Any]:
    factory = getattr(field, "default_factory", None)
    required = bool(field.is_required())
    default: Any = None
    if factory is not None:
        default = _factory_default(factory)
    elif not required:
        default = encode(field.default)
    deprecated = getattr(field, "deprecated", None)
    return {
        "name": name,
        "annotation": annotation_text(field.annotation),
        "required": required,
        "default_kind": "factory" if factory is not None else ("none" if required else "value"),
        "default": default,
        "alias": _alias(field.alias),
        "validation_alias": _alias(field.validation_alias),
        "serialization_alias": field.serialization_alias,
        "constraints": [safe_repr(item) for item in field.metadata],
        "discriminator": None if field.discriminator is None else str(field.discriminator),
        "frozen": bool(field.frozen),
        "exclude": bool(field.exclude),
        "deprecated": None if not deprecated else str(getattr(deprecated, "message", deprecated)),
        "owner": _field_owner(cls, name),
        "types": types_in(field.annotation),
        "arms": arms_in(field.annotation),
    }


def _factory_default(factory: Any) -> Any:
    try:
        return settle(encode(factory()), encode(factory()))
    except TypeError:
        return None  # a factory that takes the validated data shows in replay
    except RAISED as error:
        return {"t": "!", "r": reason(error)}


def _alias(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    choices = getattr(value, "choices", None)
    if choices is not None:
        return {"choices": [_alias(choice) for choice in choices]}
    path = getattr(value, "path", None)
    return {"path": list(path)} if path is not None else safe_repr(value)


def _field_owner(cls: type, name: str) -> str:
    """The class that annotates a field; for `class Names(RootModel[...])` that is Names."""
    given = cls
    for base in cls.__mro__:
        library = base.__module__.partition(".")[0] == "pydantic"
        if name in own_annotations(base) and not library:
            return identity(base)
        if not library and "[" not in base.__name__ and name in getattr(base, "model_fields", ()):
            given = base
    return identity(given)
