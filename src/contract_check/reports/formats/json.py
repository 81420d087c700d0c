"""The report as one JSON document, as docs/report.schema.json describes it."""

from __future__ import annotations

import json
from typing import ClassVar

from pydantic_core import PydanticSerializationError

from contract_check.model.report import Report, Reports
from contract_check.reports.interface import RenderOptions
from contract_check.reports.text import is_unsafe


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
        text = told.model_dump_json(indent=2) + "\n"
    except PydanticSerializationError:
        text = _with_replacements(told)
    return visible(text)


def visible(text: str) -> str:
    """JSON with escapes for what a terminal acts on or nobody sees: C1 controls, characters that
    change the direction of text, `##[`. They stand in strings alone, so nothing else changes."""
    text = text.replace("##[", "#\\u0023[")
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(_escaped(character) if is_unsafe(character) else character for character in text)


def _escaped(character: str) -> str:
    return character if character == "\n" else json.dumps(character)[1:-1]


def _with_replacements(report: Report | Reports) -> str:
    """The document with U+FFFD for lone surrogates, which packages under test may well produce
    and which no JSON text can hold (RFC 8259, section 8.2)."""
    text = json.dumps(report.model_dump(), indent=2, ensure_ascii=False)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") + "\n"


FORMAT = Json()
