"""Reports for machines and pages: against their schemas, and with text that tries to break out."""

from __future__ import annotations

import functools
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import xmlschema
from markdown_it import MarkdownIt
from tests.unit import samples

from contract_check.model.report import (
    Finding,
    Location,
    Report,
    ReportError,
    Reports,
    Severity,
    SuppressedBy,
    Timings,
    Unchecked,
    Verdict,
    Witness,
)
from contract_check.reports import RenderOptions, find_format
from contract_check.rules import rule

SCHEMAS = Path(__file__).parents[1] / "schemas"
STARTED = Timings(total=1.74, started="2026-11-28T19:00:00")
GITLAB: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]+$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/.]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""What GitLab's documentation and its own validator (codeclimate.json) ask for."""

ATTACKS = {
    "command": "::error file=a.py::owned",
    "old command": "##[error]owned ##[set-output name=x]y",
    "newline": "a\n::set-output name=verdict::compatible\r\n::add-mask::x",
    "encoded newline": "a%0A::error::owned%0D%25",
    "summary": "</summary></details><script>alert(1)</script><img src=x onerror=alert(1)>",
    "markdown": "[click](https://evil.example) ![x](https://evil.example/x.png) `` ` ``` | a | #1",
    "mention": "@octocat https://evil.example www.evil.example me@evil.example <!-- gone -->",
    "fence": "```\n</details>\n```` ~~~ <b>bold</b>",
    "xml": "]]></failure><testcase name='x'/>&amp;&#0;<![CDATA[",
    "escape": "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp\u2066\ud800\x00",
    "long": "x" * 10_000,
    "long words": "lorem <b>ipsum</b> " * 600,
    "braces": "{0} {{ '{{' }} {% raw %} ${{ github.token }}",
}
ALL = {**samples.ALL, "several": samples.SEVERAL}
EVERY = pytest.mark.parametrize("told", ALL.values(), ids=ALL.keys())
ATTACKED = pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())


def rendered(name: str, told: Report | Reports) -> str:
    found, options = find_format(name), RenderOptions()
    if isinstance(told, Reports):
        return found.render_all(told, options)
    return found.render(told, options)


def started(told: Report | Reports) -> Report | Reports:
    """As a real run has it: with its time."""
    if isinstance(told, Reports):
        return told.model_copy(update={"reports": tuple(map(started, told.reports))})
    return told.model_copy(update={"timings": STARTED})


def hostile(text: str) -> Report:
    """A report that holds this text wherever packages under test have a hand in it."""
    location = Location(file="a.py", line=1, path=text)
    finding = samples.EXTRA_FORBIDDEN.model_copy(
        update={
            "message": text,
            "subject": text,
            "path": text,
            "hint": text,
            "location": location,
            "locations": (location, location),
            "witness": Witness(kind="code", code=text, baseline=text, candidate=text),
        }
    )
    accepted = finding.model_copy(update={"id": "2", "suppressed": SuppressedBy(reason=text)})
    return samples.BREAK.model_copy(
        update={
            "timings": STARTED,
            "findings": (finding, accepted),
            "errors": (ReportError(stage="probe", message=text, hint=text, detail=text),),
            "unchecked": (Unchecked(subject=text, reason=text),),
            "preexisting": (Unchecked(subject=text, reason=text),),
            "notes": (text,),
            "contracts": tuple(
                contract.model_copy(
                    update={
                        "checks": tuple(
                            check.model_copy(update={"name": text, "detail": text})
                            for check in contract.checks
                        )
                    }
                )
                for contract in samples.BREAK.contracts
            ),
        }
    )


def many(count: int) -> Report:
    """A report of that many breaks, as of a package that lost everything."""
    findings = tuple(
        samples.EXTRA_FORBIDDEN.model_copy(
            update={"id": f"{number}", "path": f"field_{number}", "message": f"break {number} " * 9}
        )
        for number in range(count)
    )
    return samples.BREAK.model_copy(update={"findings": findings})


# --- JUnit


@functools.cache
def junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMAS / "junit.xsd")


def suites(told: Report | Reports) -> list[ElementTree.Element]:
    text = rendered("junit", started(told))
    junit_schema().validate(text)
    return list(ElementTree.fromstring(text))


@EVERY
def test_junit_follows_the_schema_and_has_a_suite_for_each_consumer(told: Report | Reports) -> None:
    count = len(told.reports) if isinstance(told, Reports) else 1
    assert [suite.get("name") for suite in suites(told)] == ["market-data-store"] * count


def test_junit_a_break_fails_and_a_warning_is_text() -> None:
    suite = suites(samples.BREAK)[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("5", "2", "1")
    cases = {(case.get("classname"), case.get("name")): case for case in suite.iter("testcase")}
    assert list(cases["feedback-event", "import"]) == []
    failure = cases["feedback-event", "findings"].find("failure")
    assert failure is not None
    assert failure.get("type") == "extra-forbidden"
    assert failure.get("message") == samples.EXTRA_FORBIDDEN.message
    assert "where: market_data_store/pulse/publisher.py:74" in (failure.text or "")
    assert "FeedbackEvent.model_validate_json(" in (failure.text or "")
    error = cases["healthz", "request"].find("error")
    assert error is not None
    assert error.get("message") == "fastapi is not installed"
    output = suite.findtext("system-out") or ""
    assert output.startswith("BREAK: market-data-store 0.6.73 does not work with")
    assert "warning: requirement-excludes-ref: market-data-store 0.6.73 requires" in output


def test_junit_what_could_not_be_checked_is_an_error() -> None:
    suite = suites(samples.ERROR)[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("1", "0", "1")
    error = suite.find("testcase/error")
    assert error is not None
    assert error.get("message") == "market-data-core has no version or tag v9.9.9"
    assert "The nearest are v1.4.9 and v1.4.61." in (error.text or "")


def test_junit_compatible_fails_nothing() -> None:
    suite = suites(samples.COMPATIBLE)[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "0", "0")
    assert "suppressed: extra-forbidden" in (suite.findtext("system-out") or "")


def test_junit_fails_where_the_policy_makes_a_warning_a_break() -> None:
    report = samples.COMPATIBLE.model_copy(update={"verdict": Verdict.BREAK, "exit_code": 1})
    assert suites(report)[0].get("failures") == "1"


# --- SARIF


@functools.cache
def sarif_schema() -> Any:
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    # Its one pattern holds a stray bracket, which later editions mended.
    schema["definitions"]["run"]["properties"]["language"]["pattern"] = "^[a-zA-Z]{2}"
    schema["definitions"]["toolComponent"]["properties"]["language"]["pattern"] = "^[a-zA-Z]{2}"
    return jsonschema_rs.validator_for(schema)


def runs(told: Report | Reports) -> list[dict[str, Any]]:
    document = json.loads(rendered("sarif", started(told)))
    assert [str(problem) for problem in sarif_schema().iter_errors(document)] == []
    found: list[dict[str, Any]] = document["runs"]
    return found


@EVERY
def test_sarif_follows_the_official_schema_with_a_run_for_each_consumer(
    told: Report | Reports,
) -> None:
    count = len(told.reports) if isinstance(told, Reports) else 1
    assert len(runs(told)) == count


def test_sarif_a_break_is_an_error_at_its_line_with_the_rules_help() -> None:
    (run,) = runs(samples.BREAK)
    result = run["results"][0]
    assert (result["ruleId"], result["level"]) == ("extra-forbidden", "error")
    described = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    known = rule("extra-forbidden")
    assert known is not None
    assert described["id"] == "extra-forbidden"
    assert described["help"]["markdown"] == known.doc.strip()
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "market_data_store/pulse/publisher.py"
    assert place["region"] == {"startLine": 74}
    related = result["relatedLocations"][-1]["logicalLocations"][0]
    assert related["fullyQualifiedName"] == "market_data_core.telemetry.FeedbackEvent.utilization"
    assert result["properties"]["witness"]["confirmed"] is True
    assert run["invocations"][0]["executionSuccessful"] is True
    assert run["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        "pyproject.toml"
    )


def test_sarif_a_fingerprint_does_not_move_with_the_line() -> None:
    moved = samples.EXTRA_FORBIDDEN.model_copy(update={"location": Location(file="b.py", line=9)})
    report = samples.BREAK.model_copy(update={"findings": (moved,)})
    prints = [
        runs(told)[0]["results"][0]["partialFingerprints"] for told in (samples.BREAK, report)
    ]
    assert prints[0] == prints[1]


def test_sarif_what_could_not_be_checked_is_no_success() -> None:
    (run,) = runs(samples.ERROR)
    assert run["invocations"][0]["executionSuccessful"] is False
    told = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert told.startswith("market-data-core has no version or tag v9.9.9\nThe nearest are")


def test_sarif_suppressions_say_why() -> None:
    (run,) = runs(samples.COMPATIBLE)
    suppressed = [result for result in run["results"] if "suppressions" in result]
    assert [item["suppressions"][0]["justification"] for item in suppressed] == [
        "agreed with the Core team (until 2027-01-01)"
    ]


def test_sarif_names_a_path_with_spaces_as_a_uri() -> None:
    location = Location(file="a.py", line=3, path="my folder/ü%20/a.py")
    finding = samples.EXTRA_FORBIDDEN.model_copy(
        update={"location": location, "locations": (location,)}
    )
    (run,) = runs(samples.BREAK.model_copy(update={"findings": (finding,)}))
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "my%20folder/%C3%BC%2520/a.py"
    assert unquote(place["uri"]) == location.path


# --- GitLab


def issues(told: Report | Reports) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(rendered("gitlab", told))
    jsonschema_rs.validate(GITLAB, found)
    return found


@EVERY
def test_gitlab_follows_the_schema_with_unique_fingerprints(told: Report | Reports) -> None:
    prints = [issue["fingerprint"] for issue in issues(told)]
    assert len(prints) == len(set(prints))


def test_gitlab_severities_and_places() -> None:
    told = [
        (issue["check_name"], issue["severity"], issue["location"]["path"])
        for issue in issues(samples.BREAK)
    ]
    assert told == [
        ("extra-forbidden", "critical", "market_data_store/pulse/publisher.py"),
        ("requirement-excludes-ref", "minor", "pyproject.toml"),
    ]
    assert [issue["check_name"] for issue in issues(samples.COMPATIBLE)] == [
        "requirement-excludes-ref"
    ]


def test_gitlab_what_could_not_be_checked_blocks() -> None:
    (issue,) = issues(samples.ERROR)
    assert (issue["check_name"], issue["severity"]) == ("could-not-check", "blocker")
    assert issue["description"].startswith("could not be checked: market-data-core has no version")


# --- GitHub


def annotated(told: Report | Reports) -> list[tuple[str, dict[str, str], str]]:
    """Kind, properties and message of each line, decoded as the runner does it."""
    found = []
    for line in rendered("github", told).strip("\n").split("\n"):
        if not line:
            continue
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert match, line
        pairs = dict(pair.split("=", 1) for pair in match[2].split(","))
        found.append(
            (match[1], {name: _decoded(text) for name, text in pairs.items()}, _decoded(match[3]))
        )
    return found


def _decoded(text: str) -> str:
    for code, character in (
        ("%0D", "\r"),
        ("%0A", "\n"),
        ("%3A", ":"),
        ("%2C", ","),
        ("%25", "%"),
    ):
        text = text.replace(code, character)
    return text


def test_github_annotates_the_line_with_cause_and_advice() -> None:
    (kind, about, message), (second, _, _) = annotated(samples.BREAK)
    assert (kind, second) == ("error", "warning")
    assert about == {
        "file": "market_data_store/pulse/publisher.py",
        "line": "74",
        "title": "break: extra-forbidden",
    }
    assert message.splitlines() == [
        samples.EXTRA_FORBIDDEN.message,
        "What: market_data_core.telemetry:FeedbackEvent, at utilization",
        f"What to do: {samples.EXTRA_FORBIDDEN.hint}",
        "More: contract-check explain extra-forbidden",
    ]


def test_github_shows_ten_of_a_kind_and_says_how_many_there_are_more() -> None:
    assert len(annotated(many(10))) == 10
    shown = annotated(many(37))
    assert len(shown) == 10
    assert shown[-1][2] == "28 more findings of this kind: see the job summary."


def test_github_what_could_not_be_checked_is_an_error() -> None:
    ((kind, about, message),) = annotated(samples.ERROR)
    assert (kind, about["title"]) == ("error", "contract-check: could not check")
    assert message.startswith("market-data-core has no version or tag v9.9.9\n")


# --- Markdown


class _Tags(HTMLParser):
    """What a browser would see of rendered Markdown."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "hr":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _renderer() -> MarkdownIt:
    """Markdown as GitHub reads it: addresses become links, bare names of hosts do not."""
    renderer = MarkdownIt("gfm-like", {"html": True})
    assert renderer.linkify is not None
    renderer.linkify.set({"fuzzy_link": False})
    return renderer


def page(told: Report | Reports) -> _Tags:
    text = rendered("markdown", told)
    assert len(text) <= 60_000
    tags = _Tags()
    tags.feed(_renderer().render(text))
    assert tags.open == [], "an element is not closed"
    return tags


@EVERY
def test_markdown_holds_the_verdict_and_every_finding(told: Report | Reports) -> None:
    shown = page(told).text
    for report in told.reports if isinstance(told, Reports) else (told,):
        for finding in report.findings:
            if finding.suppressed is None:
                assert finding.rule in shown
        for error in report.errors:
            assert error.stage in shown


def test_markdown_starts_with_a_mark_and_the_verdict() -> None:
    lines = rendered("markdown", samples.BREAK).splitlines()
    assert lines[0] == "<!-- contract-check: market-data-store -->"
    assert lines[2].startswith("### ❌ BREAK: market-data-store 0.6.73 does not work with")
    assert (
        "| **break** | `market_data_store/pulse/publisher.py:74` | FeedbackEvent of "
        "market-data-core now refuses members it does not know. | `extra-forbidden` |"
    ) in lines


@pytest.mark.parametrize("count", [60, 500, 3000])
def test_markdown_leaves_out_whole_parts_and_says_so(count: int) -> None:
    report = many(count)
    shown = page(report)
    text = rendered("markdown", report)
    assert text.count("<details>") == text.count("</details>")
    assert f"And {count - 40} breaks more." in text
    assert "Left out, to stay below 60,000 characters" in text or count == 60
    assert {"details", "summary", "table"} <= shown.seen


def test_markdown_of_several_begins_with_a_table_of_them() -> None:
    text = rendered("markdown", samples.SEVERAL)
    assert text.splitlines()[2].startswith("### ❌ BREAK: of 3 consumers of market-data-core")
    assert text.index("| ⚠️ | market-data-store 0.6.73 |") < text.index("####")


# --- hostile text


_HARMLESS = {
    "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "code", "details",
    "summary", "ul", "li", "pre",
}  # fmt: skip


@ATTACKED
def test_nothing_in_a_message_becomes_markup_or_a_link_in_markdown(text: str) -> None:
    shown = page(hostile(text))
    assert shown.seen <= _HARMLESS
    assert shown.attributes <= {"class", "style"}
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown.text)
    assert _only_in_code(hostile(text))


def _only_in_code(report: Report) -> bool:
    """Whether mentions and addresses stand in code alone, where nothing is made of them."""
    html = _renderer().render(rendered("markdown", report))
    bare = re.sub(r"(?s)<(code|pre)[^>]*>.*?</\1>", "", html)
    return not re.search(r"@\w|\w://\w|www\.", bare)


@ATTACKED
def test_nothing_in_a_message_starts_a_workflow_command(text: str) -> None:
    shown = annotated(hostile(text))
    assert [kind for kind, _, _ in shown] == ["error", "error"]
    assert all(len(message) <= 4_000 for _, _, message in shown)
    assert all(set(about) <= {"file", "line", "title"} for _, about, _ in shown)


@ATTACKED
def test_nothing_in_a_message_adds_a_case(text: str) -> None:
    (suite,) = suites(hostile(text))
    assert len(list(suite.iter("testcase"))) == 6
    assert max(len(case.get("name") or "") for case in suite.iter("testcase")) <= 200


@ATTACKED
def test_documents_for_machines_stay_whole(text: str) -> None:
    (run,) = runs(hostile(text))
    assert len(run["results"]) == 2
    assert len(issues(hostile(text))) == 2
    raw = json.dumps(run, ensure_ascii=False)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", raw)


@ATTACKED
def test_nothing_in_a_message_moves_the_cursor_of_a_terminal(text: str) -> None:
    shown = rendered("terminal", hostile(text))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


def test_severity_and_finding_are_what_the_formats_know() -> None:
    """A new severity would need a word in every format."""
    assert {severity.value for severity in Severity} == {"break", "warning", "info"}
    assert Finding.model_fields["severity"].annotation is Severity
