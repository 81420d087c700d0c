"""The lean suite, tests/contracts, against changed Cores: neither too strict nor too lenient."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.support.core import Change, core_copy, replaced

_SUITE = str(Path(__file__).parents[1] / "contracts")


def _run(core: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a copy of the suite with another Core in front of the installed one."""
    command = [sys.executable, "-m", "pytest", "-q", "--confcutdir", _SUITE, "--rootdir", _SUITE]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", _SUITE],
        cwd=folder,
        env={"PYTHONPATH": str(core), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_optional_fields_that_core_adds_are_no_break(tmp_path: Path) -> None:
    core = core_copy(
        tmp_path,
        {
            "telemetry/backpressure.py": replaced(
                "    ts: float = Field(..., description",
                "    zone: str | None = None\n    ts: float = Field(..., description",
            ),
            "telemetry/health.py": replaced(
                "    state: HealthState = Field(",
                "    zone: str | None = None\n    state: HealthState = Field(",
            ),
        },
    )
    done = _run(core, tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        (
            {"telemetry/backpressure.py": replaced('soft = "soft"', 'soft = "SOFT"')},
            "test_levels_are_strings_with_these_values",
        ),
        (
            {
                "telemetry/backpressure.py": replaced(
                    "    class Config:\n        frozen = True",
                    '    class Config:\n        frozen = True\n        extra = "allow"',
                )
            },
            "test_core_reads_what_the_store_writes_and_drops_the_rest",
        ),
        (
            {
                "telemetry/health.py": replaced(
                    "details: dict[str, str] = Field(",
                    "details: dict[str, str] = Field(exclude=True, ",
                )
            },
            "test_status_holds_components_in_every_state",
        ),
    ],
)
def test_a_break_fails_the_suite(
    tmp_path: Path, changes: Mapping[str, Change], failing: str
) -> None:
    done = _run(core_copy(tmp_path, changes), tmp_path)
    assert done.returncode == 1, done.stdout
    assert failing in done.stdout
