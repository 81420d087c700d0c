"""Reports as people and programs read them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
from tests.unit import samples

from contract_check.model.report import Check, Report, TestCounts, TestsReport, Unchecked
from contract_check.reports import RenderOptions, find_format, format_names
from contract_check.reports.schema import json_schema, text
from contract_check.reports.summary import verdict_line
from contract_check.reports.text import printable

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
EVERY = pytest.mark.parametrize("report", samples.ALL.values(), ids=samples.ALL.keys())


def terminal(report: Report, **options: object) -> str:
    return find_format("terminal").render(report, RenderOptions(**options))  # type: ignore[arg-type]


def last_line(report: Report) -> str:
    return terminal(report).splitlines()[-1]


def test_a_format_is_called_like_its_module() -> None:
    assert {"json", "terminal"} <= set(format_names())
    assert [find_format(name).name for name in format_names()] == list(format_names())
    assert all(find_format(name).summary for name in format_names())
    with pytest.raises(KeyError):
        find_format("interface")


@EVERY
def test_the_json_report_follows_the_published_schema(report: Report) -> None:
    document = json.loads(find_format("json").render(report, RenderOptions()))
    jsonschema_rs.validate(json.loads(SCHEMA.read_text(encoding="utf-8")), document)
    assert document["schema_version"] == 1
    assert document["verdict"] == report.verdict.value


def test_several_consumers_are_one_json_document() -> None:
    document = json.loads(find_format("json").render_all(samples.SEVERAL, RenderOptions()))
    jsonschema_rs.validate(json.loads(SCHEMA.read_text(encoding="utf-8")), document)
    assert [one["verdict"] for one in document["reports"]] == ["compatible", "break", "error"]
    assert (document["verdict"], document["exit_code"]) == ("break", 1)


def test_several_consumers_are_a_table_and_then_a_page_each() -> None:
    lines = find_format("terminal").render_all(samples.SEVERAL, RenderOptions()).splitlines()
    start = lines.index("Consumers (3)")
    assert lines[start + 1].split()[:2] == ["compatible", "market-data-store"]
    assert lines[start + 2].split()[0] == "break"
    assert lines[start + 2].endswith("1 break")
    error = next(n for n, line in enumerate(lines) if line.startswith("  error "))
    assert "market-data-core has no version or tag v9.9.9" in lines[error + 1]
    assert last_line(samples.BREAK) in lines
    assert lines[-1] == (
        "BREAK: of 3 consumers of market-data-core 1.4.61, 1 broken, 1 not checked, 1 compatible"
    )


@pytest.mark.parametrize("name", format_names())
def test_every_format_tells_of_several_consumers(name: str) -> None:
    text = find_format(name).render_all(samples.SEVERAL, RenderOptions())
    assert text.endswith("\n")


def test_the_published_schema_is_up_to_date_and_a_schema() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == text(), "run `make docs`"
    assert jsonschema_rs.meta.is_valid(json_schema())


def test_the_schema_accepts_added_members_and_no_lost_ones() -> None:
    document = json.loads(find_format("json").render(samples.BREAK, RenderOptions()))
    document["new_member"] = document["findings"][0]["new_member"] = 1
    assert jsonschema_rs.is_valid(json_schema(), document)
    del document["findings"][0]["rule"]
    assert not jsonschema_rs.is_valid(json_schema(), document)


def test_the_last_line_is_the_verdict() -> None:
    assert last_line(samples.COMPATIBLE) == (
        "compatible: market-data-store 0.6.73 works with market-data-core 1.4.61 "
        "(2 contracts, 213 payloads, 1 warning, 1 suppressed) in 1.7 s"
    )
    assert last_line(samples.BREAK) == (
        "BREAK: market-data-store 0.6.73 does not work with market-data-core 1.4.61 "
        "(2 of 3 contracts, 213 payloads, 1 break, 1 warning, "
        "1 failure that the baseline has as well) in 1.7 s"
    )
    assert last_line(samples.ERROR) == (
        "COULD NOT CHECK: market-data-store 0.6.73 with market-data-core v9.9.9: "
        "market-data-core has no version or tag v9.9.9"
    )
    bug = samples.ERROR.model_copy(update={"exit_code": 4})
    assert verdict_line(bug).startswith("BUG IN CONTRACT-CHECK: ")


def test_a_break_is_told_with_all_that_is_needed_to_act() -> None:
    shown = terminal(samples.BREAK)
    for expected in (
        "provider     market-data-core 1.4.61 (asked for: v1.4.61, from PyPI)",
        "consumer     market-data-store 0.6.73 (from PyPI)",
        "its newest release",
        "baseline     market-data-core 1.4.55",
        "Python 3.11.7, pydantic 2.14.3, 2 packages, linux-x86_64",
        "differs      pydantic 2.14.3 with the candidate, 2.13.0 with the baseline",
        "note         the requirement of market-data-store was overridden",
        "✗ FAILED     feedback-event  extends, 57 payloads",
        "FAILED subset-parse: extra fields are refused",
        "✓ 1 contract passed, --verbose lists them",
        "- unchecked  healthz         endpoint",
        "skipped request: fastapi is not installed",
        "Breaks (1)",
        "1. break: extra-forbidden  in contract feedback-event",
        "FeedbackEvent of market-data-core now refuses members it does not know.",
        "market_data_core.telemetry:FeedbackEvent, at utilization",
        "market_data_store/pulse/publisher.py:74",
        "baseline     exit 0",
        "candidate    exit 1: ValidationError: Extra inputs are not permitted",
        "\nfrom market_data_core.telemetry import FeedbackEvent\n",
        "what to do   Let the model ignore unknown members again, or release it as a",
        "contract-check explain extra-forbidden",
        "Warnings (1)",
        "uv pip install -p env market-data-core==1.4.55\n",
        "env-candidate/bin/python -I witness.py",
        "market_data_store.jobs: celery is not installed",
        "readyz: no database was given",
        "31 of 31 fields",
    ):
        assert expected in shown


def test_a_contract_names_all_that_was_found_in_it() -> None:
    more = samples.EXTRA_FORBIDDEN.model_copy(
        update={"id": "2", "rule": "field-removed", "path": "size", "contract": None}
    )
    check = Check(name="comparison", status="failed", detail="it was", findings=("2",))
    contract = samples.FEEDBACK.model_copy(update={"status": "failed", "checks": (check,)})
    findings = (samples.EXTRA_FORBIDDEN, samples.EXCLUDED, more)
    page = terminal(
        samples.BREAK.model_copy(update={"contracts": (contract,), "findings": findings})
    )
    assert "see break 1 extra-forbidden (utilization), break 2 field-removed (size)" in page
    assert "2. break: field-removed" in page


def test_what_fails_with_the_baseline_too_is_not_taken_for_a_break() -> None:
    before = Check(name="samples", status="failed", detail="as it did: no", preexisting=True)
    contract = samples.FEEDBACK.model_copy(update={"status": "failed", "checks": (before,)})
    listed = (Unchecked(subject="a:B", reason="no"), Unchecked(subject="a:C", reason="no"))
    report = samples.COMPATIBLE.model_copy(update={"contracts": (contract,), "preexisting": listed})
    page = terminal(report, color=True)
    assert re.search(r"\x1b\[33m- as before", page)
    assert re.search(r"\x1b\[33m *as before samples: as it did: no", page)
    assert "FAILED" not in page
    assert "1 suppressed, 2 failures that the baseline has as well)" in verdict_line(report)


def test_what_was_not_checked_is_cut_off_at_the_terminal_alone() -> None:
    why = "nobody runs it"
    entries = tuple(Unchecked(subject=f"core:f{n}", reason=why) for n in range(9))
    report = samples.COMPATIBLE.model_copy(update={"unchecked": entries})
    names = [entry.subject for entry in entries]

    short = " ".join(terminal(report).split())
    whole = " ".join(terminal(report, verbose=True).split())

    assert f"{', '.join(names[:6])} and 3 more (--verbose names them): {why}" in short
    assert f"{', '.join(names)}: {why}" in whole
    document = json.loads(find_format("json").render(report, RenderOptions()))
    assert [item["subject"] for item in document["unchecked"]] == names


def test_an_error_is_told_with_stage_side_and_advice() -> None:
    shown = terminal(samples.ERROR)
    assert "error: refs, candidate" in shown
    assert "what to do   The nearest are v1.4.9 and v1.4.61." in shown
    assert "fatal: couldn't find remote ref v9.9.9" in shown
    assert "passed" not in shown


def test_what_is_suppressed_is_listed_and_does_not_count() -> None:
    shown = terminal(samples.COMPATIBLE)
    assert "agreed with the Core team, until 2027-01-01" in " ".join(shown.split())
    assert "Breaks" not in shown


@EVERY
def test_it_fits_80_columns_and_holds_no_escape_sequence(report: Report) -> None:
    lines = terminal(report).splitlines()
    assert not [line for line in lines if re.search(r"[^\n -~✓✗…]", line)]
    # The verdict and programs are never wrapped, so that they can be searched for and copied.
    prose = [line for line in lines[:-1] if "model_validate_json" not in line]
    assert max(map(len, prose)) <= 80


@EVERY
def test_colour_adds_styles_and_changes_no_text(report: Report) -> None:
    plain = terminal(report)
    colored = terminal(report, color=True)
    assert "\x1b[" in colored
    without = re.sub(r"\x1b\[[\d;]*m", "", colored)
    assert [line.rstrip() for line in without.splitlines()] == plain.splitlines()


def test_text_of_the_packages_under_test_can_do_nothing() -> None:
    for color in (False, True):
        shown = terminal(samples.HOSTILE, color=color)
        assert "[bold red]ok[/] \\x1b[2J\\x1b]0;owned\\x07" in shown
        assert not re.search("[\x07\u202e\u200b\ud800\r]|\x1b[^[]|\x1b\\[2J", shown)


def test_without_symbols_it_is_ascii() -> None:
    assert terminal(samples.BREAK, symbols=False).isascii()


def test_verbose_lists_packages_and_every_check() -> None:
    shown = terminal(samples.COMPATIBLE, verbose=True)
    assert "fastapi 0.120.0, pydantic 2.14.3" in shown
    assert "      passed subset-parse\n" in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢字", "plain é 漢字"),
        ("a\tb\r\nc", "a\tb\nc"),
        ("a\rb", "a\\rb"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u2028\ufeff", "\\u2028\\ufeff"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_the_terminal_says_how_the_consumers_tests_ended() -> None:
    tests = TestsReport(
        source="./store",
        baseline=TestCounts(passed=3, failed=1),
        candidate=TestCounts(passed=1, failed=2, errors=1),
        new_failures=2,
        flaky=("tests/test_a.py::test_b",),
    )
    found = samples.BREAK.findings[0].model_copy(update={"tests": ("t.py::test_one",)})
    report = samples.BREAK.model_copy(update={"tests": tests, "findings": (found,)})
    lines = [" ".join(line.split()) for line in terminal(report).splitlines()]
    assert "tests t.py::test_one" in lines
    start = lines.index("The consumer's tests (2 new failures)")
    assert lines[start + 1 : start + 4] == [
        "baseline 3 passed, 1 failed, 0 skipped",
        "candidate 1 passed, 2 failed, 0 skipped, 1 error",
        "flaky tests/test_a.py::test_b",
    ]
