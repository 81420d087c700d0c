"""What a person is told to do where packages are not released: seen in whole runs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.packages import project, repository

from contract_check.model.refs import Package
from contract_check.model.report import Report
from contract_check.model.settings import Settings, Silent
from contract_check.pipeline import run


@pytest.fixture
def nothing_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = tmp_path / "index"
    index.mkdir()
    monkeypatch.setenv("UV_DEFAULT_INDEX", index.as_uri())


def tag(folder: Path, name: str) -> None:
    subprocess.run(["git", "tag", name], cwd=folder, check=True)


def checked(folder: Path, cwd: Path, core: str, store: str | None, baseline: str | None) -> Report:
    settings = Settings(
        provider=Package("tcore"),
        consumer=Package("tstore"),
        provider_ref=core,
        consumer_ref=store,
        baseline=baseline,
        cache_dir=folder / "cache",
    )
    return run(settings, Silent(), cwd=cwd)


@pytest.mark.usefixtures("nothing_released")
def test_a_baseline_that_is_only_a_tag_is_taken(tmp_path: Path) -> None:
    core = project(tmp_path / "core", "tcore", "1.0.0")
    commit = repository(core)
    tag(core, "v1.0.0")
    store = project(tmp_path / "store", "tstore", "0.1.0", requires=["tcore==1.0.0"])
    report = checked(tmp_path, store, "../core", None, None)
    assert report.baseline is not None
    assert report.baseline.pin is not None
    assert report.baseline.pin.commit == commit
    (note,) = report.baseline.pin.notes
    assert note.startswith("tcore was not found in the registry: took v1.0.0, the lowest tag")


@pytest.mark.usefixtures("nothing_released")
def test_inside_the_consumers_folder_its_tags_are_known(tmp_path: Path) -> None:
    core = project(tmp_path / "core", "tcore", "1.0.0")
    store = project(tmp_path / "store", "tstore", "0.1.0", requires=["tcore"])
    commit = repository(store)
    tag(store, "v0.1.0")
    report = checked(tmp_path, store, str(core), "v0.1.0", "none")
    assert report.consumer.pin is not None
    assert report.consumer.pin.commit == commit
