"""Environments of the real packages."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.packages import repository
from tests.support.tool import Tool

from contract_check.environments import (
    Built,
    Environment,
    Workspace,
    build,
    consumer_requirement,
    reproduce,
)
from contract_check.model.refs import Package, Pin
from contract_check.model.settings import Settings, Silent

pytestmark = pytest.mark.registry


def version(name: str, number: str) -> Pin:
    return Pin(name, "version", number, f"{name}=={number}", "registry", version=number)


def core(number: str) -> Pin:
    return version("market-data-core", number)


STORE = version("market-data-store", "0.6.73")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        provider=Package("market-data-core"),
        consumer=Package("market-data-store"),
        provider_ref=None,
        cache_dir=tmp_path_factory.mktemp("cache"),
    )


def make(
    settings: Settings, workspace: Workspace, candidate: Pin, baseline: Pin | None = None
) -> Built:
    return build(settings, candidate, STORE, baseline, workspace, Silent())


def run(environment: Environment, code: str) -> str:
    return subprocess.run(
        [environment.python, "-I", "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


SEEN = (
    "import importlib.metadata as m, market_data_core, market_data_store.coordinator.feedback as f;"
    "print(m.version('market-data-core'), m.version('market-data-store'),"
    " f.FeedbackEvent.__mro__[1].__module__.partition('.')[0])"
)


def test_a_core_that_the_store_excludes_beside_the_one_it_asks_for(settings: Settings) -> None:
    with Workspace() as workspace:
        built = make(settings, workspace, core("1.2.0"), core("1.4.61"))
        assert built.baseline is not None
        assert run(built.candidate, SEEN) == "1.2.0 0.6.73 market_data_core"
        assert run(built.baseline, SEEN) == "1.4.61 0.6.73 market_data_core"
        assert built.candidate.admits is False
        assert built.baseline.admits is True
        assert built.candidate.requirement == "market-data-core<2.0.0,>=1.4.61"
        only = {line.rpartition(" only with the ")[2] for line in built.differences}
        assert only == {"candidate"}
        assert any(line.startswith("redis ") for line in built.differences)
        same = built.candidate.packages["pydantic"], built.baseline.packages["pydantic"]
        assert same[0] == same[1]
        assert "redis" in built.third_parties
        assert "market-data-core" not in built.third_parties


def test_releases_with_the_same_needs_share_one_base(settings: Settings) -> None:
    with Workspace() as workspace:
        built = make(settings, workspace, core("1.4.60"), core("1.4.61"))
        assert built.baseline is not None
        assert built.differences == ()
        assert built.candidate.site[1] == built.baseline.site[1]


def test_what_the_store_asks_of_core(settings: Settings) -> None:
    with Workspace() as workspace:
        asked = consumer_requirement(settings, STORE, workspace)
    assert asked == "market-data-core<2.0.0,>=1.4.61"


def test_third_parties_are_dated_and_the_two_packages_exempt(settings: Settings) -> None:
    with Workspace() as workspace:
        dated = replace(settings, exclude_newer="2026-06-01")
        built = make(dated, workspace, core("1.4.61"))
        newest = make(settings, workspace, core("1.4.61"))
    assert built.candidate.packages["market-data-store"] == "0.6.73"
    assert built.candidate.packages["fastapi"] != newest.candidate.packages["fastapi"]


def test_offline_once_everything_is_cached(settings: Settings) -> None:
    with Workspace() as workspace:
        make(settings, workspace, core("1.4.61"))
        offline = replace(settings, offline=True)
        assert make(offline, workspace, core("1.4.61")).candidate.provider.version == "1.4.61"


HATCHLING = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "market-data-core"
version = "9.9.9"
dependencies = ["pydantic>=2"]
"""


def test_a_folder_and_its_commit_with_a_backend_from_the_registry(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "core"
    (folder / "market_data_core").mkdir(parents=True)
    (folder / "market_data_core" / "__init__.py").write_text("here = True\n")
    (folder / "pyproject.toml").write_text(HATCHLING)
    commit = repository(folder)
    before = sorted(folder.rglob("*"))
    name = "market-data-core"
    pins = (
        Pin(name, "path", None, str(folder), "folder", sha256="x", path=folder),
        Pin(name, "git", None, f"{name} @ git+{folder.as_uri()}@{commit}", "git", commit=commit),
    )
    with Workspace() as workspace:
        built = make(settings, workspace, *pins)
        assert built.baseline is not None
        for environment in (built.candidate, built.baseline):
            assert environment.provider.version == "9.9.9"
            assert run(environment, "import market_data_core as c; print(c.here)") == "True"
    assert sorted(folder.rglob("*")) == before


@pytest.mark.slow
def test_the_commands_that_make_the_environment_by_hand(settings: Settings, tmp_path: Path) -> None:
    with Workspace() as workspace:
        made = make(settings, workspace, core("1.2.0")).candidate
        commands = reproduce(made, core("1.2.0"), STORE)
    version_here = ".".join(map(str, sys.version_info[:2]))
    assert commands[0] == f"python{version_here} -m venv env-candidate"
    script = "\n".join(["set -e", *commands]).replace(f"python{version_here}", sys.executable, 1)
    subprocess.run(["sh", "-c", script], cwd=tmp_path, check=True, capture_output=True)
    said = subprocess.run(
        [tmp_path / "env-candidate" / "bin" / "python", "-I", "-c", SEEN],
        capture_output=True,
        text=True,
    )
    assert said.stdout.strip() == "1.2.0 0.6.73 market_data_core"


RUN = """
import json, sys
from pathlib import Path
from contract_check.environments import Workspace, build
from contract_check.model.refs import Package, Pin
from contract_check.model.settings import Settings, Silent
settings = Settings(Package("market-data-core"), Package("market-data-store"), None,
                    cache_dir=Path(sys.argv[1]))
def pin(name, number):
    return Pin(name, "version", None, f"{name}=={number}", "", version=number)
with Workspace(parent=Path(sys.argv[2])) as workspace:
    built = build(settings, pin("market-data-core", sys.argv[3]),
                  pin("market-data-store", "0.6.73"), None, workspace, Silent())
    print(built.candidate.provider.version, len(built.candidate.packages))
"""


def test_four_builds_at_once_with_an_empty_cache(tmp_path: Path) -> None:
    parent = tmp_path / "temporary"
    parent.mkdir()
    numbers = ["1.4.61", "1.2.0", "1.4.61", "1.2.0"]
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", RUN, str(tmp_path / "cache"), str(parent), number],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in numbers
    ]
    said = [one.communicate(timeout=200) for one in runs]
    assert [error for _out, error in said] == [""] * 4
    assert [out.split()[0] for out, _error in said] == numbers
    layers = [path for path in (tmp_path / "cache" / "bases").iterdir() if path.name[0] != "."]
    assert len(layers) == 2
    assert list(parent.iterdir()) == []


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_building_a_folder_leaves_nothing_in_the_temporary_folder(
    tool: Tool, tmp_path: Path, installer: str
) -> None:
    for name, needs in (("pond", []), ("frog", ["pond"])):
        (tmp_path / name / name).mkdir(parents=True)
        uses = "from pond import size\n\nlong = size()\n" if needs else ""
        source = uses or "def size():\n    return 1\n"
        (tmp_path / name / name / "__init__.py").write_text(source, encoding="utf-8")
        (tmp_path / name / "pyproject.toml").write_text(
            f'[project]\nname = "{name}"\nversion = "1"\ndependencies = {needs}\n\n'
            '[build-system]\nrequires = ["setuptools"]\n'
            'build-backend = "setuptools.build_meta"\n',
            encoding="utf-8",
        )
    refs = ["--core-ref", str(tmp_path / "pond"), "--store-ref", str(tmp_path / "frog")]
    pair = ["--provider", "pond", "--consumer", "frog", "--baseline", "none"]
    done = tool.json(*refs, *pair, "--installer", installer, "--refresh")
    assert done.code == 0, str(done)
    assert list(tool.temporary.iterdir()) == []
