"""The wheel and the sdist, built, installed into clean environments elsewhere, and run there."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import uv
from tests.support import pair as pairs
from tests.support.pair import Pair

from contract_check import __version__

ROOT = Path(__file__).parents[2]
NAME = f"market_data_contract_check-{__version__}"

pytestmark = [pytest.mark.registry, pytest.mark.slow]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is released: the release's workflow keeps the very files that are tried here."""
    wanted = os.environ.get("CONTRACT_CHECK_DIST")
    folder = Path(wanted) if wanted else tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [uv.find_uv_bin(), "build", "--quiet", "--out-dir", folder, ROOT],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return folder


@dataclass(frozen=True)
class Elsewhere:
    """A clean environment with the tool, and a folder that holds no sources."""

    program: Path
    folder: Path

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> tuple[int, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        kept |= {k: v for k, v in os.environ.items() if k.startswith(("PIP_", "UV_", "SSL_"))}
        done = subprocess.run(
            [self.program, *arguments],
            cwd=self.folder,
            env={**kept, "CONTRACT_CHECK_CACHE_DIR": str(self.folder / "cache"), **(env or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
        )
        return done.returncode, done.stdout + done.stderr


def install(file: Path, folder: Path) -> Elsewhere:
    """Install one file into an environment of its own, as a person does."""
    home = folder / "environment"
    program = uv.find_uv_bin()
    subprocess.run([program, "venv", "--quiet", "--python", sys.executable, home], check=True)
    done = subprocess.run(
        [program, "pip", "install", "--quiet", "--python", home, file],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    (folder / "here").mkdir()
    return Elsewhere(home / "bin" / "contract-check", folder / "here")


def test_the_wheel_holds_what_it_needs_and_nothing_else(dist: Path) -> None:
    names = zipfile.ZipFile(dist / f"{NAME}-py3-none-any.whl").namelist()
    assert {name.split("/")[0] for name in names} == {
        "contract_check",
        "contract_check_probe",
        f"{NAME}.dist-info",
    }
    for name in ("report.html.jinja", "report.css", "report.js"):
        assert f"contract_check/reports/templates/{name}" in names
    with tarfile.open(dist / f"{NAME}.tar.gz") as archive:
        packed = archive.getnames()
    for name in ("README.md", "CHANGELOG.md", "LICENSE", "docs/index.md", "action.yml"):
        assert f"{NAME}/{name}" in packed


@pytest.mark.parametrize("file", [f"{NAME}-py3-none-any.whl", f"{NAME}.tar.gz"])
def test_it_runs_without_its_sources(dist: Path, tmp_path: Path, file: str) -> None:
    tool = install(dist / file, tmp_path)
    assert tool.run("--version") == (0, f"contract-check {__version__}\n")
    code, said = tool.run("explain", "field-removed")
    assert (code, "What to do" in said) == (0, True)
    pair: Pair = pairs.make(tmp_path / "pair")
    page = tool.folder / "report.html"
    code, said = tool.run(
        *pair.options,
        *("--core-ref", "2.0", "--store-ref", str(pair.consumer)),
        *("--format", "terminal", "--format", f"html={page}"),
        *("--format", f"junit={tool.folder / 'report.xml'}"),
        env=dict(pair.env),
    )
    assert code == 1, said
    assert "call-no-longer-binds" in said
    assert "call-no-longer-binds" in page.read_text(encoding="utf-8")


def test_the_main_job_runs_from_the_wheel(dist: Path, tmp_path: Path) -> None:
    tool = install(dist / f"{NAME}-py3-none-any.whl", tmp_path)
    code, said = tool.run("--core-ref", "v1.4.61")
    assert code == 0, said
    assert said.splitlines()[-1].startswith("compatible: market-data-store ") or (
        "\ncompatible: market-data-store " in said
    )
