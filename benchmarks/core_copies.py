"""`python -m benchmarks.core_copies`: which breaks of Core rules see, which the Store's tests see.

The Store's own tests (its sdist's) and this project's contract tests are run as one, with
Core 1.4.61 as the baseline and copies of it as candidates: ten broken in different ways, ten
changed and harmless. Needs the package registry, or a cache that an earlier run filled.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.core import Change, core_copy, replaced

from benchmarks.packages import CORE, PROJECT, STORE

_FEEDBACK = "telemetry/backpressure.py"
_HEALTH = "telemetry/health.py"
_FACTORY = "events/factory.py"
_ENVELOPE = "events/envelope.py"
_INMEM = "events/adapters/inmem.py"


def _key_first(text: str) -> str:
    first = text.index("    id: str = Field(")
    second = text.index("    key: str | None = Field(", first)
    third = text.index("    ts: float", second)
    return text[:first] + text[second:third] + text[first:second] + text[third:]


BROKEN: Mapping[str, Mapping[str, Change]] = {
    "a bound is tightened": {
        _FEEDBACK: replaced(
            "queue_size: int = Field(..., ge=0", "queue_size: int = Field(..., ge=1"
        )
    },
    "a required field is new": {
        _FEEDBACK: replaced("    source: str = Field(", "    region: str\n    source: str = Field(")
    },
    "a field is renamed": {_FEEDBACK: replaced("coordinator_id:", "coordinator:")},
    "an enum member is gone": {_FEEDBACK: replaced('    hard = "hard"', '    full = "hard"')},
    "an enum value is another": {_FEEDBACK: replaced('hard = "hard"', 'hard = "HARD"')},
    "a state is gone": {_HEALTH: replaced('["healthy", "degraded", ', '["healthy", ')},
    "a parameter is gone": {_FACTORY: replaced("    redis_url: str | None = None,\n", "    *,\n")},
    "a function is gone": {
        "events/__init__.py": replaced("create_event_bus", "make_event_bus"),
        _FACTORY: replaced("create_event_bus", "make_event_bus"),
    },
    "a field became required": {
        _ENVELOPE: replaced("key: str | None = Field(default=None,", "key: str = Field(...,")
    },
    "a body returns something else": {
        _INMEM: replaced("                key=key,\n", "                key=None,\n")
    },
}
"""Copies that break the Store, by what changes."""

HARMLESS: Mapping[str, Mapping[str, Change]] = {
    "an optional field is new": {
        _FEEDBACK: replaced(
            "    source: str = Field(", "    zone: str = ''\n    source: str = Field("
        )
    },
    "a bound is written otherwise": {
        _FEEDBACK: replaced("ge=0, description", "gt=-1, description")
    },
    "descriptions are others": {_FEEDBACK: replaced("Current queue size", "Messages that wait")},
    "a docstring is longer": {_HEALTH: replaced("Health check contracts.", "Contracts of health.")},
    "a function is new": {_FACTORY: lambda text: f"{text}\n\ndef no_bus() -> None:\n    return\n"},
    "a private name is gone": {_FACTORY: replaced("_REDIS_AVAILABLE", "_HAS_REDIS")},
    "a parameter with a default is new": {
        _FACTORY: replaced(
            '    track: str = "v1",\n', '    track: str = "v1",\n    size: int = 0,\n'
        )
    },
    "a body is written otherwise": {
        _FACTORY: replaced("redis_url or os.getenv", "redis_url if redis_url else os.getenv")
    },
    "a class that the Store does not use lost a field": {
        _HEALTH: replaced(
            "    message: str | None = Field(default=None", "    note: str | None = Field(None"
        )
    },
    "fields stand in another order": {_ENVELOPE: _key_first},
}
"""Copies that break nothing."""


@dataclass(frozen=True)
class Seen:
    """What one run said.

    Args:
        rules: the rules whose findings are breaks, `consumer-test-failed` aside.
        tests: how many tests fail anew.
        seconds: wall time.
    """

    exit_code: int
    rules: tuple[str, ...]
    tests: int
    seconds: float
    errors: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """Who sees a break."""
        told = [*(["rules"] if self.rules else []), *(["tests"] if self.tests else [])]
        return " and ".join(told) or "nobody"


def check(core: Path, store: Path, folder: Path) -> Seen:
    """Run the tool on one copy.

    Args:
        core: the copy's project.
        store: the Store's checkout.
        folder: an empty folder to run in.
    """
    command = [sys.executable, "-m", "contract_check", "--core-ref", str(core)]
    command += ["--store-ref", str(store), "--baseline", CORE, "--tests", "tests"]
    command += ["--format", "json"]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if not done.stdout:
        return Seen(done.returncode, (), 0, seconds, (done.stderr.strip()[-200:],))
    report: dict[str, Any] = json.loads(done.stdout)
    breaks = [item for item in report["findings"] if item["severity"] == "break"]
    rules = {item["rule"] for item in breaks} - {"consumer-test-failed"}
    tests = report["tests"]["new_failures"] if report["tests"] else 0
    errors = tuple(item["message"] for item in report["errors"])
    return Seen(done.returncode, tuple(sorted(rules)), tests, seconds, errors)


def store_checkout(folder: Path) -> Path:
    """The Store's sdist, unpacked, with this project's contract tests among its own."""
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
    download += ["--dest", str(folder / "sdist"), f"market-data-store=={STORE}"]
    subprocess.run(download, check=True, capture_output=True)
    (archive,) = (folder / "sdist").glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "store", filter="data")
    (made,) = (folder / "store").iterdir()
    shutil.copytree(PROJECT / "tests" / "contracts", made / "tests" / "contracts")
    return made


def rows(only: Sequence[str]) -> list[tuple[str, str, Mapping[str, Change]]]:
    """What is to be shown, and the change."""
    told = [("break", name, change) for name, change in BROKEN.items()]
    told += [("harmless", name, change) for name, change in HARMLESS.items()]
    return [row for row in told if not only or row[1] in only]


def main() -> int:
    """Print the table; return how many rows are wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="names of copies")
    chosen = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        top = Path(temporary)
        store = store_checkout(top)
        print("| kind | copy | seen by | rules | new failures | exit | seconds |")
        print("|---|---|---|---|---|---|---|", flush=True)
        for number, (kind, name, change) in enumerate(rows(chosen.only)):
            (top / f"run-{number}").mkdir()
            seen = check(
                core_copy(top, change, name=f"core-{number}"), store, top / f"run-{number}"
            )
            right = seen.exit_code == (1 if kind == "break" else 0)
            wrong += not right
            told = ", ".join(seen.rules) or "; ".join(seen.errors)[:120]
            mark = "" if right else " **wrong**"
            print(
                f"| {kind} | {name} | {seen.by}{mark} | {told} | {seen.tests} | {seen.exit_code} "
                f"| {seen.seconds:.1f} |",
                flush=True,
            )
    print(f"{wrong} wrong")
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(), 1))
