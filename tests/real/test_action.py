"""The action, the recipes and the hook do what they say: their steps are run as a runner would."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.packages import repository
from tests.support import pair as pairs
from tests.support.pair import Pair

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "recipes"
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return pairs.make(tmp_path_factory.mktemp("pair"), below="services/bills")


@dataclass(frozen=True)
class Ended:
    """A step that ran: what a person sees, and what the next step reads."""

    status: int
    output: str
    outputs: dict[str, str]
    summary: str


def run_step(name: str, inputs: dict[str, str], pair: Pair, temporary: Path) -> Ended:
    """Run a step of the action in the consumer's checkout, with its `env` filled in.

    The tool is the one of the tests: what it takes to install it is not this test's matter.
    """
    (step,) = [step for step in ACTION["runs"]["steps"] if step["name"] == name]
    given = {key: entry.get("default", "") for key, entry in ACTION["inputs"].items()} | inputs
    env = {
        key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
        for key, value in step["env"].items()
    }
    tool = temporary / "contract-check" / "bin"
    tool.mkdir(parents=True, exist_ok=True)
    for program in ("contract-check", "python"):
        (tool / program).unlink(missing_ok=True)
        (tool / program).write_text(f'#!/bin/sh\nexec {BIN / program} "$@"\n', encoding="utf-8")
        (tool / program).chmod(0o755)
    output, summary = temporary / "output", temporary / "summary.md"
    output.write_text("", encoding="utf-8")
    summary.unlink(missing_ok=True)
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=pair.consumer,
        env={
            **os.environ,
            **pair.env,
            "CONTRACT_CHECK_CACHE_DIR": str(pair.house.parent / "cache"),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(temporary),
            **env,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
        check=False,
    )
    lines = output.read_text(encoding="utf-8").splitlines()
    return Ended(
        done.returncode,
        done.stdout,
        dict(line.split("=", 1) for line in lines),
        summary.read_text(encoding="utf-8") if summary.exists() else "",
    )


def check(pair: Pair, temporary: Path, **inputs: str) -> Ended:
    named = {key.replace("_", "-"): value for key, value in inputs.items()}
    known = {"provider": "acme-prices", "consumer": "acme-bills"}
    return run_step("Check", known | named, pair, temporary)


def test_a_break_fails_the_step_and_is_shown_at_its_line(pair: Pair, tmp_path: Path) -> None:
    ended = check(pair, tmp_path, core_ref="2.0", formats="\n  sarif=out.sarif  \n\n")
    assert ended.status == 1, ended.output
    report = Path(ended.outputs["report"])
    assert ended.outputs == {"report": str(report), "verdict": "break", "breaks": "1"}
    assert json.loads(report.read_text(encoding="utf-8"))["verdict"] == "break"
    place = "file=services/bills/src/acme_bills/__init__.py,line=7"
    assert [line for line in ended.output.splitlines() if line.startswith(f"::error {place}")]
    assert ended.summary == f"{report.with_suffix('.md').read_text(encoding='utf-8')}\n"
    assert "### ❌ BREAK: acme-bills 0.1" in ended.summary
    sarif = pair.consumer / "out.sarif"
    assert json.loads(sarif.read_text(encoding="utf-8"))["version"] == "2.1.0"
    sarif.unlink()


def test_a_pass_passes(pair: Pair, tmp_path: Path) -> None:
    ended = check(pair, tmp_path, core_ref="1.1", baseline="1.0")
    assert ended.status == 0, ended.output
    assert (ended.outputs["verdict"], ended.outputs["breaks"]) == ("compatible", "0")
    assert not [line for line in ended.output.splitlines() if line.startswith("::error")]


def test_a_check_that_did_not_happen_is_no_pass(pair: Pair, tmp_path: Path) -> None:
    ended = check(pair, tmp_path, core_ref="9.9")
    assert ended.status == 3, ended.output
    assert (ended.outputs["verdict"], ended.outputs["breaks"]) == ("error", "0")
    assert "::error title=contract-check%3A could not check::" in ended.output
    assert ended.summary.splitlines()[2].startswith("### ⚠️ COULD NOT CHECK")


def test_a_wrong_input_is_an_error_without_a_report(pair: Pair, tmp_path: Path) -> None:
    ended = check(pair, tmp_path, core_ref="1.1", compatibility="sideways")
    assert ended.status == 2, ended.output
    assert ended.outputs == {"verdict": "error", "breaks": "0"}


@pytest.mark.parametrize(
    "ref", ["$(touch PWNED)", "1.1; touch PWNED", "--version", "1\n::error::x"]
)
def test_a_hostile_ref_runs_nothing(pair: Pair, tmp_path: Path, ref: str) -> None:
    ended = check(pair, tmp_path, core_ref=ref)
    assert ended.status in {2, 3}, ended.output
    assert not [*tmp_path.rglob("PWNED"), *pair.top.rglob("PWNED")]
    assert not [line for line in ended.output.splitlines() if line.startswith("::error::x")]


def test_every_output_and_input_is_what_the_steps_know() -> None:
    told = json.dumps(ACTION["runs"]["steps"])
    for name in ACTION["inputs"]:
        assert f"inputs.{name}" in told
    for name, entry in ACTION["outputs"].items():
        assert entry["value"] == f"${{{{ steps.check.outputs.{name} }}}}"


# --- the comment

GH = """#!/bin/sh
echo "$@" >> "$GH_LOG"
case "$*" in
  *"--paginate"*) cat "$GH_COMMENTS" ;;
esac
"""


@pytest.mark.parametrize(
    ("ids", "sent"),
    [
        ("", "--method POST repos/o/r/issues/7/comments"),
        ("41\n42\n", "--method PATCH repos/o/r/issues/comments/41"),
    ],
)
def test_one_comment_is_made_and_then_updated(tmp_path: Path, ids: str, sent: str) -> None:
    (tmp_path / "gh").write_text(GH, encoding="utf-8")
    (tmp_path / "gh").chmod(0o755)
    (tmp_path / "ids").write_text(ids, encoding="utf-8")
    (tmp_path / "report.md").write_text("<!-- contract-check: x -->\n\ntext\n", encoding="utf-8")
    subprocess.run(
        [RECIPES / "action" / "comment.sh"],
        env={
            "PATH": f"{tmp_path}{os.pathsep}{os.defpath}",
            "GH_LOG": str(tmp_path / "log"),
            "GH_COMMENTS": str(tmp_path / "ids"),
            "GITHUB_REPOSITORY": "o/r",
            "PULL_REQUEST": "7",
            "REPORT": str(tmp_path / "report.json"),
        },
        check=True,
        timeout=60,
    )
    asked, told = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert asked.startswith("api repos/o/r/issues/7/comments --paginate")
    assert told == f"api --silent {sent} -F body=@{tmp_path}/report.md"


# --- recipes


def test_the_proposed_version_is_read_from_the_lock_files_change(tmp_path: Path) -> None:
    lock = '[[package]]\nname = "market-data-core"\nversion = "{}"\n'
    (tmp_path / "uv.lock").write_text(lock.format("1.4.55"), encoding="utf-8")
    (tmp_path / "requirements-dev.txt").write_text("other==1\n", encoding="utf-8")
    base = repository(tmp_path)

    def proposed() -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, RECIPES / "proposed_version.py", "Market_Data.Core", "--base", base],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    assert proposed() == (0, "")
    (tmp_path / "requirements-dev.txt").write_text("other==2\n", encoding="utf-8")
    assert proposed() == (0, "")
    (tmp_path / "uv.lock").write_text(lock.format("1.4.61"), encoding="utf-8")
    assert proposed() == (0, "old=1.4.55\nnew=1.4.61\n")
    (tmp_path / "uv.lock").write_text(lock.format("1;x"), encoding="utf-8")
    assert proposed() == (1, "")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("requirements.txt", "a==1\ncore[x] == 1.0 \\\n", "a==1\ncore[x] == 2.0 \\\n"),
        ("Pipfile.lock", '{"default": {"core": {"version": "==1.0"}}}',
         '{"default": {"core": {"version": "==2.0"}}}'),
        ("pylock.toml", '[[packages]]\nname = "core"\nversion = "1.0"\n',
         '[[packages]]\nname = "core"\nversion = "2.0"\n'),
    ],
)  # fmt: skip
def test_every_kind_of_lock_file_is_read(tmp_path: Path, file: str, old: str, new: str) -> None:
    (tmp_path / file).write_text(old, encoding="utf-8")
    base = repository(tmp_path)
    (tmp_path / file).write_text(new, encoding="utf-8")
    output = tmp_path / "output"
    subprocess.run(
        [sys.executable, RECIPES / "proposed_version.py", "core", "--base", base],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "GITHUB_OUTPUT": str(output)},
        check=True,
    )
    assert output.read_text(encoding="utf-8") == "old=1.0\nnew=2.0\n"


WAITING_GH = """#!/bin/sh
echo "$@" >> "$GH_LOG"
case "$1 $2" in
  "run list") test -n "$GH_RUN" && echo "$GH_RUN"; true ;;
  "run watch") exit "$GH_CODE" ;;
esac
"""


@pytest.mark.parametrize(("run", "code", "status"), [("99", 0, 0), ("99", 1, 1), ("", 0, 3)])
def test_a_release_waits_for_its_consumers(
    tmp_path: Path, run: str, code: int, status: int
) -> None:
    (tmp_path / "gh").write_text(WAITING_GH, encoding="utf-8")
    (tmp_path / "gh").chmod(0o755)
    done = subprocess.run(
        [RECIPES / "github" / "start_and_wait.sh"],
        env={
            "PATH": f"{tmp_path}{os.pathsep}{os.defpath}",
            "GH_LOG": str(tmp_path / "log"),
            "GH_RUN": run,
            "GH_CODE": str(code),
            "CONSUMER": "o/store",
            "CORE_REF": "v1.5.0",
            "TRIES": "2",
            "PAUSE": "0.01",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == status, done.stderr
    started = (tmp_path / "log").read_text(encoding="utf-8").splitlines()[0]
    assert re.fullmatch(
        r"workflow run dispatch_contracts\.yml --repo o/store -f core_ref=v1\.5\.0 "
        r"-f asked_by=asked-\d+-\d+-\d+",
        started,
    )
    assert ("did not appear" in done.stderr) == (not run)


def _home(folder: Path) -> Path:
    """A folder that looks like the recipe's installation, with the tests' own tool."""
    (folder / "bin").mkdir(parents=True)
    for program in ("contract-check", "python"):
        (folder / "bin" / program).symlink_to(BIN / program)
    return folder


def test_the_shell_recipe_leaves_its_reports(pair: Pair, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(pair.top, checkout)
    project = checkout / "services" / "bills"
    done = subprocess.run(
        ["sh", RECIPES / "shell" / "check.sh", "2.0", *pair.options],
        cwd=project,
        env={
            **os.environ,
            **pair.env,
            "CONTRACT_CHECK_CACHE_DIR": str(pair.house.parent / "cache"),
            "CONTRACT_CHECK_HOME": str(_home(tmp_path / "home")),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 1, done.stderr
    assert json.loads((project / "report.json").read_text(encoding="utf-8"))["exit_code"] == 1
    assert 'failures="1"' in (project / "report.xml").read_text(encoding="utf-8")
    assert "<title>Break: acme-prices 2.0" in (project / "report.html").read_text(encoding="utf-8")


def test_the_gitlab_job_leaves_what_it_declares(pair: Pair, tmp_path: Path) -> None:
    file = RECIPES / "gitlab" / "contract-check.gitlab-ci.yml"
    job = yaml.safe_load(file.read_text(encoding="utf-8"))["contract-check"]
    checkout = tmp_path / "checkout"
    shutil.copytree(pair.top, checkout)
    project = checkout / "services" / "bills"
    home = _home(tmp_path / "home")
    script = job["script"][-1].replace("/tmp/contract-check", str(home))
    done = subprocess.run(
        ["sh", "-ec", script],
        cwd=project,
        env={
            **os.environ,
            **pair.env,
            "CONTRACT_CHECK_CACHE_DIR": str(pair.house.parent / "cache"),
            "CONTRACT_CHECK_ARGS": " ".join(pair.options),
            "GITLAB_CI": "true",
            "CORE_REF": "2.0",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 1, done.stderr
    declared = [*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()]
    assert all((project / name).is_file() for name in declared)
    (issue,) = json.loads((project / "gl-code-quality-report.json").read_text(encoding="utf-8"))
    assert issue["location"]["path"] == "services/bills/src/acme_bills/__init__.py"


def test_the_hook_runs_the_command_that_is_installed() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (hook,) = yaml.safe_load(text)
    assert (hook["id"], hook["entry"], hook["language"]) == (
        *("contract-check", "contract-check", "python"),
    )
    assert (BIN / hook["entry"]).exists()
    assert hook["pass_filenames"] is False
    for name in ("src/a.py", "pyproject.toml", "uv.lock", "requirements-dev.txt"):
        assert re.search(hook["files"], name)
