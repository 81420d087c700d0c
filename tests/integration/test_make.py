"""`make run` hands on what it is given, and runs none of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAND_IN = "import json, sys\nprint(json.dumps(sys.argv[1:]))\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's Makefile, set up, with a command that prints its arguments."""
    for name in ("Makefile", "pyproject.toml", "scripts/setup"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    command = tmp_path / ".venv" / "bin" / "contract-check"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!{sys.executable}\n{STAND_IN}", encoding="utf-8")
    command.chmod(0o755)
    (tmp_path / ".venv" / ".ready-tool").touch()
    return tmp_path


def _make_run(project: Path, *variables: str) -> list[str]:
    made = subprocess.run(
        ["make", "run", *variables],
        cwd=project,
        env={"PATH": os.environ["PATH"]},  # and no variables of a make that runs these tests
        capture_output=True,
        text=True,
        check=True,
    )
    arguments: list[str] = json.loads(made.stdout)
    return arguments


def test_variables_become_options(project: Path) -> None:
    given = ("CORE_REF=v1.4.61", "STORE_REF=0.6.25", "BASELINE=none", "ARGS=--offline -v")
    assert _make_run(project, *given) == [
        "--core-ref=v1.4.61",
        "--store-ref=0.6.25",
        "--baseline=none",
        "--offline",
        "-v",
    ]


@pytest.mark.parametrize(
    "ref",
    [
        "$(shell touch PWNED)",
        "$$(touch PWNED)",
        "`touch PWNED`",
        "'; touch PWNED; '",
        '"; touch PWNED; "',
        "--upload-pack=touch PWNED",
        "$HOME $(CORE_REF)",
    ],
)
def test_a_hostile_ref_arrives_as_it_is(project: Path, ref: str) -> None:
    assert _make_run(project, f"CORE_REF={ref}") == [f"--core-ref={ref}"]
    assert not (project / "PWNED").exists()
