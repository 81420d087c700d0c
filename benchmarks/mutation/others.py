"""Today's alternatives, put before the same mutants.

- The project's contract tests (`tests/contracts`), run by pytest on the installed packages: they
  stand for the Store's own, which are in neither its wheel nor its sdist.
- griffe with its Pydantic extension: a static comparison of the two packages.
- jsoncompat: a comparison of the JSON Schemas of the models that the Store uses, in both modes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import packages
from benchmarks.mutation.bench import Bench

NAMES = ("contract tests", "griffe", "jsoncompat")
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Others:
    """The alternatives, ready.

    Args:
        python: an environment with griffe and jsoncompat.
        suite: a copy of the contract tests, away from this project's own configuration.
        schemas: the unchanged Core's.
    """

    bench: Bench
    python: Path
    suite: Path
    schemas: dict[str, Any]

    def see(self, content: Path) -> dict[str, bool]:
        """Which of them calls the mutant a break."""
        return {
            "contract tests": _suite_fails(self.bench, self.suite, content),
            "griffe": self._griffe(content),
            "jsoncompat": self._jsoncompat(content),
        }

    def _griffe(self, content: Path) -> bool:
        return self._ask("compare_api.py", str(self.bench.core), str(content))

    def _jsoncompat(self, content: Path) -> bool:
        new = _schemas(self.bench, content)
        if new is None:
            return True  # there is nothing left to compare: its user notices
        return self._ask("compare_schemas.py", json.dumps(self.schemas), json.dumps(new))

    def _ask(self, program: str, old: str, new: str) -> bool:
        done = subprocess.run(
            [self.python, _HERE / "outside" / program],
            input=json.dumps([old, new]),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if done.returncode not in (0, 1):
            raise SystemExit(f"{program}: {done.stderr[-800:]}")
        return done.returncode == 1


def prepare(bench: Bench) -> Others:
    """Make the environment of the alternatives, and check that they accept the unchanged Core."""
    group = f"{packages.PROJECT / 'pyproject.toml'}:bench"
    python = packages.environment(bench.folder / "others", "--group", group)
    suite = bench.folder / "suite"
    shutil.copytree(
        packages.PROJECT / "tests" / "contracts",
        suite,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (suite / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    schemas = _schemas(bench, bench.core)
    if schemas is None:
        raise SystemExit("the unchanged Core's schemas can't be had")
    others = Others(bench, python, suite, schemas)
    wrong = [name for name, seen in others.see(bench.core).items() if seen]
    if wrong:
        raise SystemExit(f"the unchanged Core is refused by: {', '.join(wrong)}")
    return others


def _suite_fails(bench: Bench, suite: Path, content: Path) -> bool:
    command: list[str | Path] = [
        bench.python,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        suite,
    ]
    try:
        return packages.output(command, PYTHONPATH=str(content)).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def _schemas(bench: Bench, content: Path) -> dict[str, Any] | None:
    done = packages.output(
        [bench.python, _HERE / "outside" / "print_schemas.py"], PYTHONPATH=str(content)
    )
    if done.returncode:
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
