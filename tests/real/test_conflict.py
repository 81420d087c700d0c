"""A candidate whose requirements contradict the consumer's can't be installed: that is a break."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.packages import nothing_but, wheel
from tests.support.tool import Tool

OPTIONS = ["--provider", "acme-core", "--consumer", "acme-app", "--store-ref", "1.0"]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    for version in ("1.0", "2.0"):
        wheel(folder, "acme-dep", version)
        wheel(folder, "acme-core", version, requires=[f"acme-dep=={version}"])
    source = {"acme_app/__init__.py": "import acme_core\n"}
    requires = ["acme-core>=1.0", "acme-dep<2"]
    wheel(folder, "acme-app", "1.0", requires=requires, files=source)
    return folder


def test_it_names_the_two_requirements(tool: Tool, house: Path) -> None:
    mine = replace(tool, env=nothing_but(house))
    done = mine.json(*OPTIONS, "--core-ref", "2.0")
    assert done.code == 1, done
    (finding,) = done.report["findings"]
    assert (finding["rule"], finding["severity"]) == ("dependency-conflict", "break")
    assert "acme-core 2.0 asks for acme-dep==2.0" in finding["message"]
    assert "for acme-dep<2" in finding["message"]
    assert finding["witness"]["confirmed"] is True
    assert finding["witness"]["candidate"] == "can't be installed"
    assert done.report["errors"] == []


def test_where_the_baseline_conflicts_too_nothing_was_checked(tool: Tool, house: Path) -> None:
    mine = replace(tool, env=nothing_but(house))
    wheel(house, "acme-core", "1.5", requires=["acme-dep>=2"])
    done = mine.json(*OPTIONS, "--core-ref", "2.0", "--baseline", "1.5")
    assert done.code == 3, done
    assert done.errors[0].startswith("dependency-conflict: ")
