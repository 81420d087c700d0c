"""`python -m benchmarks.real_tests`: real packages whose sdist has tests, one step that breaks each
and one that does not.

With `--by-hand` the same tests are run twice with `uv run --with`, as a person would, for the time.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.packages import PROJECT


@dataclass(frozen=True)
class Step:
    """A consumer, and two versions of what it builds on.

    Args:
        breaks: whether it is known to break the consumer.
        paths: the tests, from the top of the sdist.
        needs: what the tests need beside pytest.
    """

    consumer: str
    version: str
    provider: str
    before: str
    now: str
    breaks: bool
    paths: tuple[str, ...] = ("tests",)
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As people say it."""
        return f"{self.consumer} {self.version}, {self.provider} {self.before} -> {self.now}"


_FLASK = ("flask", "2.2.2", "werkzeug")
_LOGIN = ("flask-login", "0.6.2", "werkzeug")
_TYPER = ("typer", "0.15.1", "click")
_JINJA = ("jinja2", "2.11.3", "markupsafe")
_WTF = ("flask-wtf", "1.1.1", "flask")
STEPS = (
    Step(*_FLASK, "2.2.3", "3.0.0", True),
    Step(*_FLASK, "2.2.2", "2.2.3", False),
    Step(
        *_LOGIN,
        "2.2.3",
        "3.0.0",
        True,
        needs=("flask<2.3", "asgiref", "blinker", "semantic-version"),
    ),
    Step(
        *_LOGIN,
        "2.2.2",
        "2.2.3",
        False,
        needs=("flask<2.3", "asgiref", "blinker", "semantic-version"),
    ),
    Step(*_TYPER, "8.1.8", "8.2.0", True, needs=("shellingham", "rich", "coverage")),
    Step(*_TYPER, "8.1.7", "8.1.8", False, needs=("shellingham", "rich", "coverage")),
    Step(*_JINJA, "2.0.1", "2.1.0", True),
    Step(*_JINJA, "2.0.0", "2.0.1", False),
    Step(
        *_WTF, "2.3.3", "3.0.0", True, needs=("flask-reuploaded", "email-validator", "wtforms<3.2")
    ),
    Step(
        *_WTF, "2.3.2", "2.3.3", False, needs=("flask-reuploaded", "email-validator", "wtforms<3.2")
    ),
)


def check(step: Step, folder: Path) -> str:
    """Run the tool on a step, and return a row of the table."""
    command = [sys.executable, "-m", "contract_check", "--provider", step.provider]
    command += ["--consumer", step.consumer, "--consumer-ref", step.version]
    command += ["--provider-ref", step.now, "--baseline", step.before, "--format", "json"]
    command += [word for path in step.paths for word in ("--tests", path)]
    command += [word for need in step.needs for word in ("--tests-with", need)]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if not done.stdout:
        return f"| {step.name} | exit {done.returncode} | {done.stderr.strip()[-160:]} | | | | |"
    report: dict[str, Any] = json.loads(done.stdout)
    breaks = {item["rule"] for item in report["findings"] if item["severity"] == "break"}
    tests = report["tests"] or {}
    counts = [tests.get(side) or {} for side in ("baseline", "candidate")]
    failed = [count.get("failed", 0) + count.get("errors", 0) for count in counts]
    right = report["exit_code"] == (1 if step.breaks else 0)
    errors = "; ".join(item["message"] for item in report["errors"])[:200]
    told = ", ".join(sorted(breaks)) + (f" (error: {errors})" if errors else "")
    return (
        f"| {step.name} | exit {report['exit_code']}{'' if right else ' **wrong**'} | {told} "
        f"| {tests.get('new_failures', '')} | {failed[0]} of {sum(_numbers(counts[0]))} "
        f"| {len(tests.get('flaky', ()))} | {seconds:.1f} |"
    )


def _numbers(count: dict[str, Any]) -> list[int]:
    return [count.get(name, 0) for name in ("passed", "failed", "errors", "skipped")]


def by_hand(step: Step, folder: Path) -> str:
    """Run the tests with both versions, one after the other, and return a row."""
    started = time.perf_counter()
    download = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--no-binary",
        ":all:",
    ]
    download += ["--dest", str(folder), f"{step.consumer}=={step.version}"]
    subprocess.run(download, check=True, capture_output=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "sdist", filter="data")
    (top,) = (folder / "sdist").iterdir()
    uv = str(PROJECT / ".venv" / "bin" / "uv")
    said = []
    for version in (step.before, step.now):
        command = [uv, "run", "--no-project", "--python", sys.executable, "--with", "pytest"]
        wanted = (f"{step.consumer}=={step.version}", f"{step.provider}=={version}", *step.needs)
        command += [word for need in wanted for word in ("--with", need)]
        done = subprocess.run(
            [*command, "pytest", "-q", "-p", "no:cacheprovider", *step.paths],
            cwd=top, capture_output=True, text=True, check=False,
        )  # fmt: skip
        said.append((done.stdout.strip() or done.stderr.strip()).splitlines()[-1][:80])
    return f"| {step.name} | {said[0]} | {said[1]} | {time.perf_counter() - started:.1f} |"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--by-hand", action="store_true")
    parser.add_argument("--only", default="", help="the steps whose name has this in it")
    chosen = parser.parse_args()
    print(
        "| step | before | now | seconds |\n|---|---|---|---|"
        if chosen.by_hand
        else "| step | verdict | findings | new failures | failing before | flaky | seconds |\n"
        "|---|---|---|---|---|---|---|",
        flush=True,
    )
    for step in STEPS:
        if chosen.only in step.name:
            with tempfile.TemporaryDirectory() as folder:
                row = (by_hand if chosen.by_hand else check)(step, Path(folder))
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
