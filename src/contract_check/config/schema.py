"""The JSON Schema of the configuration file; kept as docs/contract-check.schema.json."""

from __future__ import annotations

import json

from pydantic import JsonValue

from contract_check.config.document import Document

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, JsonValue]:
    """The schema, JSON Schema 2020-12, of `contract-check.toml` and of `[tool.contract-check]`."""
    generated: dict[str, JsonValue] = Document.model_json_schema(by_alias=True)
    generated["title"] = "Configuration of contract-check"
    return {"$schema": _DIALECT, **generated}


def text() -> str:
    """The schema as it is kept in the docs."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
