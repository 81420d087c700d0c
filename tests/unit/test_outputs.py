"""Where reports go: to stdout, to files, and to what a pipeline reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit import samples

from contract_check.cli.outputs import Output, parse_outputs, write
from contract_check.model.errors import UsageError
from contract_check.support.workflow_commands import inert

PAGE, NOTES = Output("terminal"), Output("github")


def test_without_options_it_is_what_the_place_shows(tmp_path: Path) -> None:
    file = tmp_path / "gl-code-quality-report.json"
    for environ, expected in (
        ({}, (PAGE,)),
        ({"GITHUB_ACTIONS": "true"}, (PAGE, NOTES)),
        ({"GITHUB_ACTIONS": "false"}, (PAGE,)),
        ({"GITLAB_CI": "true"}, (PAGE, Output("gitlab", file))),
    ):
        assert parse_outputs((), tmp_path, environ) == expected
    assert parse_outputs(("json",), tmp_path, {"GITHUB_ACTIONS": "true"}) == (Output("json"),)


def test_annotations_stand_beside_the_page_and_beside_nothing_else(tmp_path: Path) -> None:
    assert parse_outputs(("terminal", "github"), tmp_path) == (PAGE, NOTES)
    assert parse_outputs(("github",), tmp_path) == (NOTES,)
    with pytest.raises(UsageError, match="two reports would go to stdout"):
        parse_outputs(("json", "github"), tmp_path)
    with pytest.raises(UsageError, match="two reports would go to stdout"):
        parse_outputs(("terminal", "markdown"), tmp_path)


def test_the_job_summary_is_appended_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("what was there\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    written = write((PAGE, NOTES), samples.BREAK, color="never", verbose=False)
    lines = written.stdout.splitlines()
    assert [line[:8] for line in lines if line.startswith("::")] == ["::error ", "::warnin"]
    told = summary.read_text(encoding="utf-8")
    assert told.startswith(
        "what was there\n<!-- contract-check: market-data-store -->\n\n### ❌ BREAK"
    )


def test_a_summary_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "summary.md"))
    written = write((NOTES,), samples.BREAK, color="never", verbose=False)
    assert "summary.md can't be written" in written.lost[0].message


def test_the_page_holds_no_command_where_a_runner_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "::error::owned\n  ::set-output name=x::y\nx = '##[error]z'"
    assert samples.EXTRA_FORBIDDEN.witness is not None
    witness = samples.EXTRA_FORBIDDEN.witness.model_copy(update={"code": code})
    finding = samples.EXTRA_FORBIDDEN.model_copy(update={"witness": witness})
    report = samples.BREAK.model_copy(update={"findings": (finding,)})
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    shown = write((PAGE,), report, color="never", verbose=False).stdout
    assert not [line for line in shown.splitlines() if line.lstrip().startswith("::")]
    assert "##[" not in shown
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert "\n::error::owned\n" in write((PAGE,), report, color="never", verbose=False).stdout


def test_only_what_would_be_a_command_is_escaped() -> None:
    assert inert("a::b\n ::add-mask::x\n##[group]y ##vso[task]z #1") == (
        "a::b\n \\x3a:add-mask::x\n\\x23#[group]y \\x23#vso[task]z #1"
    )
