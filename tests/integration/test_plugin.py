"""`pytest --contracts` in a project of its own: green, red at the right item, silent unasked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.packages import wheel

_MODEL = "from pydantic import BaseModel\n\n\nclass Order(BaseModel):\n    id: int\n{config}"
_BROKEN = "    model_config = {'extra': 'forbid'}\n"
_STORE = "from acme_models import Order\n\n\nclass Special(Order):\n    note: str = ''\n"
_CONFIG = """
[provider]
name = "acme-models"
[consumer]
name = "acme-store"
[[contract]]
name = "order"
kind = "extends"
provider = "acme_models:Order"
consumer = "acme_store:Special"
samples = [{ id = 1, note = "x" }]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project, and a folder of packages that is put in front of this environment's."""
    (tmp_path / "contract-check.toml").write_text(_CONFIG)
    (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n")
    return tmp_path


def installed(folder: Path, config: str) -> Path:
    """An environment with the two packages, and this one's packages beneath."""
    house = folder / "house"
    made = [
        wheel(
            house,
            "acme-models",
            "1.0",
            files={"acme_models/__init__.py": _MODEL.format(config=config)},
        ),
        wheel(
            house,
            "acme-store",
            "1.0",
            requires=["acme-models"],
            files={"acme_store/__init__.py": _STORE},
        ),
    ]
    environment = folder / "environment"
    uv = Path(sys.executable).with_name("uv")
    quiet = ("--quiet", "--no-config", "--offline")
    subprocess.run([uv, "venv", *quiet, "--python", sys.executable, environment], check=True)
    python = environment / "bin" / "python"
    install: list[str | Path] = [
        uv,
        "pip",
        "install",
        *quiet,
        "--no-deps",
        "--python",
        python,
        *made,
    ]
    subprocess.run(install, check=True)
    (site,) = environment.glob("lib/*/site-packages")
    own = Path(pytest.__file__).parents[1]
    sources = Path(__file__).parents[2] / "src"
    (site / "own.pth").write_text(f"{own}\n{sources}\n")
    return python


def ran(folder: Path, python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CONTRACT_CHECK_CACHE_DIR": str(folder / "cache")}
    command = [str(python), "-m", "pytest", "-p", "no:cacheprovider", "-rA", *arguments]
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=240, check=False
    )


def told(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Item to outcome, as pytest's own summary says."""
    found = re.findall(r"^(PASSED|FAILED|SKIPPED|ERROR) (\S+::.*?)(?: - .*)?$", done.stdout, re.M)
    return {name: outcome for outcome, name in found}


def test_green_with_a_provider_that_fits_and_red_at_the_check_that_does_not(folder: Path) -> None:
    python = installed(folder, "")
    unasked = ran(folder, python)
    assert unasked.returncode == 0, unasked
    assert told(unasked) == {"test_own.py::test_own": "PASSED"}
    green = ran(folder, python, "--contracts")
    assert green.returncode == 0, green
    outcomes = told(green)
    assert outcomes["contracts::order::subclass"] == "PASSED"
    assert outcomes["contracts::order::subset parse"] == "PASSED"
    assert set(outcomes.values()) <= {"PASSED", "SKIPPED"}
    (site,) = (folder / "environment").glob("lib/*/site-packages")
    (site / "acme_models" / "__init__.py").write_text(_MODEL.format(config=_BROKEN))
    red = ran(folder, python, "--contracts")
    assert red.returncode == 1, red
    outcomes = told(red)
    assert {name for name, one in outcomes.items() if one == "FAILED"} == {
        "contracts::order::samples",
        "contracts::order::subset parse",
    }
    assert "subset-parse-failed: " in red.stdout
    assert "what to do: " in red.stdout


def test_a_configuration_that_can_not_be_used_is_a_usage_error(folder: Path) -> None:
    (folder / "contract-check.toml").write_text("[provider]\nname = 'x'\nnmae = 'x'\n")
    done = ran(folder, Path(sys.executable), "--contracts")
    assert done.returncode == 4
    assert "--contracts: " in done.stderr
    assert "nmae" in done.stderr
