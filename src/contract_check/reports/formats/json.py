"""The report as one JSON document, as docs/report.schema.json describes it."""

from __future__ import annotations

import json
from typing import ClassVar

from pydantic_core import PydanticSerializationError

from contract_check.model.report import Report, Reports
from contract_check.reports.interface import RenderOptions


class Json:
    """The whole report, for programs."""

    name: ClassVar[str] = "json"
    summary: ClassVar[str] = "the whole report as one JSON document"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The document, indented by two; the options change nothing about it."""
        return _document(report)

    def render_all(self, reports: Reports, options: RenderOptions) -> str:
        """One document with the report of each consumer in `reports`."""
        return _document(reports)


def _document(told: Report | Reports) -> str:
    try:
        return told.model_dump_json(indent=2) + "\n"
    except PydanticSerializationError:
        return _with_replacements(told)


def _with_replacements(report: Report | Reports) -> str:
    """The document with U+FFFD for lone surrogates, which packages under test may well produce
    and which no JSON text can hold (RFC 8259, section 8.2)."""
    text = json.dumps(report.model_dump(), indent=2, ensure_ascii=False)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") + "\n"


FORMAT = Json()
