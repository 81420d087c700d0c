"""What a report proves can be proved again by hand, and the same inputs give the same report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.core import core_copy, replaced
from tests.support.tool import Tool

pytestmark = pytest.mark.registry


def _renamed(text: str) -> str:
    """A parameter that the Store passes by keyword bears another name."""
    text = replaced("redis_url: str | None = None,", "url: str | None = None,")(text)
    return replaced("redis_url_resolved = redis_url or", "redis_url_resolved = url or")(text)


BREAKS = {
    "telemetry/backpressure.py": replaced("Field(..., ge=0", "Field(..., ge=1"),
    "telemetry/health.py": replaced('"degraded", "unhealthy"]', '"degraded"]'),
    "events/factory.py": _renamed,
}


@pytest.fixture
def core(tmp_path: Path) -> Path:
    return core_copy(tmp_path, BREAKS)


def environment(folder: Path, *requirements: str) -> Path:
    """A plain environment, made without the tool: the consumer first, then the provider alone."""
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(folder)], check=True)
    python = folder / "bin" / "python"
    install = [uv, "pip", "install", "-q", "--python", str(python)]
    subprocess.run([*install, requirements[0]], check=True)
    subprocess.run([*install, "--no-deps", *requirements[1:]], check=True)
    return python


def test_witnesses_from_a_json_report_run_by_hand(core: Path, tool: Tool, tmp_path: Path) -> None:
    done = tool.json("--core-ref", str(core))
    assert done.code == 1
    breaks = [item for item in done.report["findings"] if item["severity"] == "break"]
    assert {item["rule"] for item in breaks} == {
        "bound-tightened",
        "literal-narrowed",
        "call-no-longer-binds",
    }
    old = environment(tmp_path / "old", "market-data-store==0.6.73", "market-data-core==1.4.61")
    new = environment(tmp_path / "new", "market-data-store==0.6.73", str(core))
    for item in breaks:
        assert item["witness"]["confirmed"]
        program = tmp_path / "witness.py"
        program.write_text(item["witness"]["code"], encoding="utf-8")
        codes = [
            subprocess.run([python, "-I", program], capture_output=True, check=False).returncode
            for python in (old, new)
        ]
        assert codes[0] == 0, item["rule"]
        assert codes[1] != 0, item["rule"]


def test_the_same_inputs_give_the_same_report(core: Path, tool: Tool) -> None:
    first, second = (_timeless(tool.json("--core-ref", str(core)).report) for _ in range(2))
    assert first == second
    assert json.dumps(first) == json.dumps(second)


def _timeless(report: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in report.items() if name != "timings"}
