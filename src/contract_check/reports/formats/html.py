"""The report as one HTML file: nothing is fetched, and nothing in it but our own script can run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from contract_check.model.report import Finding, Report, Reports, Severity, Unchecked, Verdict
from contract_check.reports.interface import RenderOptions
from contract_check.reports.places import each, lines_of, path_of, what
from contract_check.reports.summary import (
    active,
    break_count,
    first_line,
    plural,
    state_of,
    verdict_line,
)
from contract_check.reports.text import one_line, printable

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES = Path(__file__).parents[1] / "templates"
_HEADINGS = {Severity.BREAK: "Breaks", Severity.WARNING: "Warnings", Severity.INFO: "Notes"}
_WORDS = {Verdict.COMPATIBLE: "Compatible", Verdict.BREAK: "Break", Verdict.ERROR: "Not checked"}


@dataclass(frozen=True)
class Shown:
    """A finding on the page.

    Args:
        anchor: its id on the page, by which it is linked to.
        number: of its severity in its report, from 1.
        places: file and line, from the top of the consumer's repository.
        search: what the filter looks in, in small letters.
    """

    finding: Finding
    anchor: str
    number: int
    what: str
    places: tuple[str, ...]
    search: str


class Html:
    """The verdict, findings that fold and can be filtered, and what was exercised."""

    name: ClassVar[str] = "html"
    summary: ClassVar[str] = "one HTML file: filter, fold, both sides of each witness"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The page."""
        return _page(report)

    def render_all(self, reports: Reports, options: RenderOptions) -> str:
        """One page: a table of the consumers, then a part for each."""
        return _page(reports)


def _page(told: Report | Reports) -> str:
    script = (_TEMPLATES / "report.js").read_text(encoding="utf-8")
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    text: str = _template().render(
        told=told,
        verdict=verdict_line(told),
        word=_WORDS[told.verdict],
        reports=[(f"consumer-{n}", report) for n, report in enumerate(each(told), 1)],
        several=isinstance(told, Reports),
        script=script,
        style=style,
        script_hash=_hash(script),
        style_hash=_hash(style),
    )
    return text.rstrip() + "\n"


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"line": one_line, "text": printable, "state": state_of}
    environment.globals |= {
        "groups": _groups,
        "suppressed": _suppressed,
        "alike": _alike,
        "counts": _counts,
        "plural": plural,
        "first_line": first_line,
        "break_count": break_count,
        "words": _WORDS,
        "what": what,
    }
    return environment.get_template("report.html.jinja")


def _hash(text: str) -> str:
    """As a Content-Security-Policy names what may run (CSP level 3, section 2.3.1)."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _groups(anchor: str, report: Report) -> list[tuple[str, str, list[Shown]]]:
    """Severity, heading and findings, the worst first."""
    found = []
    for severity, heading in _HEADINGS.items():
        alike = [finding for finding in active(report) if finding.severity is severity]
        shown = [_shown(anchor, number, finding) for number, finding in enumerate(alike, 1)]
        if shown:
            found.append((severity.value, f"{heading} ({len(shown)})", shown))
    return found


def _shown(anchor: str, number: int, finding: Finding) -> Shown:
    places = tuple(f"{path_of(at)}:{at.line}" for at in lines_of(finding))
    parts = (finding.rule, finding.message, what(finding), finding.contract or "", *places)
    return Shown(
        finding=finding,
        anchor=f"{anchor}-{finding.severity.value}-{number}",
        number=number,
        what=what(finding),
        places=places,
        search=one_line(" ".join(parts)).lower(),
    )


def _suppressed(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.suppressed is not None]


def _alike(entries: Iterable[Unchecked]) -> list[tuple[str, list[str]]]:
    """Reason to the subjects that have it, in a row."""
    return [
        (reason, [entry.subject for entry in alike])
        for reason, alike in groupby(entries, key=lambda entry: entry.reason)
    ]


def _counts(report: Report) -> list[tuple[str, str]]:
    coverage = report.coverage
    return [
        ("contracts", f"{coverage.exercised} of {coverage.contracts}"),
        ("fields", f"{coverage.fields.exercised} of {coverage.fields.seen}"),
        ("payloads", str(coverage.payloads)),
        ("call sites", str(coverage.call_sites)),
    ]


FORMAT = Html()
