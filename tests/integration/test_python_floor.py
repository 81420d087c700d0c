"""A candidate that leaves this Python out: a break, unless the baseline leaves it out as well."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.packages import nothing_but, wheel

from contract_check.model.refs import Package
from contract_check.model.report import Report
from contract_check.model.settings import Settings, Silent
from contract_check.pipeline import run


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    house = tmp_path / "house"
    wheel(house, "tcore", "1.0")
    wheel(house, "tcore", "3.0", requires_python=">=3.99")
    wheel(house, "tcore", "3.1", requires_python=">=3.98")
    wheel(house, "tstore", "1.0", requires=["tcore"])
    for name, value in nothing_but(house).items():
        monkeypatch.setenv(name, value)
    return Settings(
        provider=Package("tcore"),
        consumer=Package("tstore"),
        provider_ref=str(house / "tcore-3.0-py3-none-any.whl"),
        consumer_ref=str(house / "tstore-1.0-py3-none-any.whl"),
        cache_dir=tmp_path / "cache",
    )


def _checked(settings: Settings, baseline: str, folder: Path) -> Report:
    house = folder / "house"
    ref = baseline if baseline == "none" else str(house / f"tcore-{baseline}-py3-none-any.whl")
    chosen = Settings(**{**vars(settings), "baseline": ref})
    return run(chosen, Silent(), cwd=folder)


@pytest.mark.parametrize("baseline", ["none", "1.0"])
def test_a_python_that_is_left_out_is_a_break(
    settings: Settings, tmp_path: Path, baseline: str
) -> None:
    report = _checked(settings, baseline, tmp_path)
    assert report.errors == ()
    assert (report.verdict, report.exit_code) == ("break", 1)
    (finding,) = report.findings
    assert (finding.rule, finding.severity) == ("python-floor-raised", "break")
    assert ">=3.99" in finding.message
    assert finding.witness is not None
    assert finding.witness.confirmed
    assert finding.witness.baseline == (None if baseline == "none" else "exit 0")


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_a_release_for_other_pythons_is_a_break_as_well(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installer: str
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "house"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    released = Settings(**{**vars(settings), "provider_ref": "3.0", "installer": installer})
    report = _checked(released, "1.0", tmp_path)
    assert report.errors == ()
    assert report.verdict == "break"
    (finding,) = report.findings
    assert (finding.rule, finding.severity) == ("python-floor-raised", "break")
    assert ">=3.99" in finding.message
    assert report.provider.pin is not None
    assert report.provider.pin.version == "3.0"


def test_the_witness_fails_where_the_candidate_is(settings: Settings, tmp_path: Path) -> None:
    witness = _checked(settings, "none", tmp_path).findings[0].witness
    assert witness is not None
    metadata = tmp_path / "site" / "tcore-3.0.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Metadata-Version: 2.1\nName: tcore\nVersion: 3.0\n"
                        "Requires-Python: >=3.99\n")  # fmt: skip
    path = f"import sys; sys.path.insert(0, {str(metadata.parent.parent)!r})\n"
    done = subprocess.run(
        [sys.executable, "-I", "-c", path + witness.code], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert ">=3.99" in done.stderr


def test_a_python_that_both_leave_out_is_no_fault_of_the_candidate(
    settings: Settings, tmp_path: Path
) -> None:
    report = _checked(settings, "3.1", tmp_path)
    assert (report.verdict, report.exit_code) == ("error", 3)
    assert report.findings == ()
    assert report.errors[0].message.startswith("python-floor-raised: tcore needs Python >=3.99")


def test_the_total_time_counts_from_when_the_caller_started(
    settings: Settings, tmp_path: Path
) -> None:
    an_hour_ago = time.perf_counter() - 3600
    chosen = Settings(**{**vars(settings), "provider_ref": str(tmp_path / "nothing.whl")})
    report = run(chosen, Silent(), cwd=tmp_path, started=an_hour_ago)
    assert report.verdict == "error"
    assert report.timings.total >= 3600
    assert run(chosen, Silent(), cwd=tmp_path).timings.total < 3600
