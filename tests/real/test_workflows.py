"""The workflows do what they say: their `run:` steps are executed, as a runner would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
INSTALL, CHECK = "Install contract-check", "Check the contracts"

pytestmark = pytest.mark.registry


@dataclass(frozen=True)
class Ended:
    """A step that ran: its exit status, and what a person and a program can read of it."""

    status: int
    output: str
    summary: str
    report: dict[str, Any] | None
    folder: Path


def _load(name: str) -> dict[str, Any]:
    workflow: dict[str, Any] = yaml.safe_load((WORKFLOWS / name).read_text(encoding="utf-8"))
    # YAML 1.1 reads the key `on` as true.
    return {str(key): value for key, value in workflow.items()}


def _filled_in(text: str, context: dict[str, str]) -> str:
    """The text with its `${{ expressions }}` replaced; an unknown one is an error."""
    return re.sub(r"\$\{\{\s*([\w.]+)\s*\}\}", lambda found: context[found[1]], text)


def _inputs(caller: str, context: dict[str, str]) -> dict[str, str]:
    """What the reusable workflow gets from one that calls it, defaults included."""
    declared = _load("_contracts_reusable.yml")["True"]["workflow_call"]["inputs"]
    (job,) = _load(caller)["jobs"].values()
    assert job["uses"] == "./.github/workflows/_contracts_reusable.yml"
    handed = {name: _filled_in(value, context) for name, value in job["with"].items()}
    assert handed.keys() <= declared.keys()
    return {name: entry.get("default", "") for name, entry in declared.items()} | handed


def _run_step(name: str, inputs: dict[str, str], runner_temp: Path, folder: Path) -> Ended:
    """Run one step of the reusable workflow in a folder, with the shell that GitHub uses."""
    (job,) = _load("_contracts_reusable.yml")["jobs"].values()
    (step,) = [step for step in job["steps"] if step["name"] == name]
    context = {f"inputs.{key}": value for key, value in inputs.items()}
    given = {key: _filled_in(value, context) for key, value in step["env"].items()}
    summary, report = folder / "summary.md", runner_temp / "contract-report.json"
    report.unlink(missing_ok=True)
    ended = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "RUNNER_TEMP": str(runner_temp),
            "GITHUB_STEP_SUMMARY": str(summary),
            **given,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
        check=False,
    )
    return Ended(
        status=ended.returncode,
        output=ended.stdout,
        summary=summary.read_text(encoding="utf-8") if summary.exists() else "",
        report=json.loads(report.read_text(encoding="utf-8")) if report.exists() else None,
        folder=folder,
    )


@pytest.fixture(scope="module")
def runner_temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner's temporary folder after the install step."""
    folder = tmp_path_factory.mktemp("runner")
    inputs = {"tool": str(ROOT)}
    ended = _run_step(INSTALL, inputs, folder, tmp_path_factory.mktemp("checkout"))
    assert ended.status == 0, ended.output
    assert "0.1.0" in ended.output
    return folder


def test_a_dispatched_check_of_a_good_core_passes(runner_temp: Path, tmp_path: Path) -> None:
    context = {"inputs.core_ref": "v1.4.61", "inputs.store_ref": ""}
    inputs = _inputs("dispatch_contracts.yml", context)
    ended = _run_step(CHECK, inputs, runner_temp, tmp_path)
    assert ended.status == 0, ended.output
    assert ended.report is not None
    assert ended.report["verdict"] == "compatible"
    assert ended.report["provider"]["requested"] == "v1.4.61"
    assert ended.report["provider"]["pin"]["version"] == "1.4.61"
    assert "1.4.61" in ended.output
    assert ended.summary.startswith(
        "<!-- contract-check: market-data-store -->\n\n### ✅ compatible"
    )
    assert "market-data-core 1.4.61" in ended.summary


def test_a_release_of_core_is_checked(runner_temp: Path, tmp_path: Path) -> None:
    inputs = _inputs("core_release.yml", {"github.event.client_payload.core_ref": "1.2.34"})
    inputs |= {"store_ref": "0.6.25"}
    ended = _run_step(CHECK, inputs, runner_temp, tmp_path)
    assert ended.status == 0, ended.output
    assert ended.report is not None
    assert ended.report["provider"]["pin"]["version"] == "1.2.34"
    assert ended.report["consumer"]["pin"]["version"] == "0.6.25"


def test_a_core_that_does_not_exist_fails_the_step(runner_temp: Path, tmp_path: Path) -> None:
    inputs = _inputs(
        "dispatch_contracts.yml", {"inputs.core_ref": "v9.9.9", "inputs.store_ref": ""}
    )
    ended = _run_step(CHECK, inputs, runner_temp, tmp_path)
    assert ended.status == 3, ended.output
    assert ended.report is not None
    assert ended.report["verdict"] == "error"


HOSTILE = [
    "$(touch PWNED)",
    "`touch PWNED`",
    '"; touch PWNED; "',
    "v1.4.61; touch PWNED",
    "v1.4.61\ntouch PWNED",
    "--upload-pack=touch PWNED",
    "$GITHUB_STEP_SUMMARY",
]
CASES = [(where, ref) for where in ("core_ref", "store_ref") for ref in HOSTILE]


@pytest.mark.parametrize(("where", "ref"), [*CASES, ("core_ref", "")])
def test_a_hostile_ref_runs_nothing(
    where: str, ref: str, runner_temp: Path, tmp_path: Path
) -> None:
    context = {"inputs.core_ref": "v1.4.61", "inputs.store_ref": ""} | {f"inputs.{where}": ref}
    inputs = _inputs("dispatch_contracts.yml", context)
    ended = _run_step(CHECK, inputs, runner_temp, tmp_path)
    assert ended.status in {2, 3}, ended.output
    assert not [*runner_temp.rglob("PWNED"), *tmp_path.rglob("PWNED")]
    assert "Traceback" not in ended.output
