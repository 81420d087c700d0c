"""The JSON Schema of the JSON report, generated from the report's model.

`python -m contract_check.reports.schema` prints it; it is kept as docs/report.schema.json.
"""

from __future__ import annotations

import json
import sys

from pydantic import JsonValue, TypeAdapter

from contract_check.model.report import SCHEMA_VERSION, Report, Reports

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, JsonValue]:
    """The schema, JSON Schema 2020-12: of one report, or of those of several consumers.

    Unknown members are allowed everywhere: members may be added to the report without a new
    `schema_version`, and a reader with an older schema has to accept them.
    """
    either: TypeAdapter[Report | Reports] = TypeAdapter(Report | Reports)
    generated = _open(either.json_schema(mode="serialization"))
    assert isinstance(generated, dict)
    generated["title"] = f"contract-check report, version {SCHEMA_VERSION}"
    return {"$schema": _DIALECT, **generated}


def text() -> str:
    """The schema as it is kept in the docs."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _open(node: JsonValue) -> JsonValue:
    """The schema without `additionalProperties: false`."""
    if isinstance(node, list):
        return [_open(item) for item in node]
    if isinstance(node, dict):
        return {
            key: _open(value)
            for key, value in node.items()
            if not (key == "additionalProperties" and value is False)
        }
    return node


if __name__ == "__main__":
    sys.stdout.write(text())
