"""The main job on the real packages: released Cores against released Stores."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version
from tests.support.core import at_import, core_copy, replaced
from tests.support.tool import Tool

pytestmark = pytest.mark.registry

CONTRACTS = {
    "core-version",
    "feedback-event",
    "backpressure-level",
    "health-component",
    "health-status",
    "healthz",
    "readyz",
    "event-bus",
    "event-envelope",
    "event-meta",
}
CORES = ("1.2.0", "1.2.34", "v1.4.0", "1.4.61")
STORES = {"0.6.0": "1.2.8", "0.6.25": "1.2.37", "0.6.73": "1.4.61"}
"""Releases of the Store, and the lowest Core that each one's requirement admits."""


def test_the_main_job_names_what_it_checked(tool: Tool) -> None:
    done = tool(
        "--core-ref", "v1.4.61", "-v", "--format", "terminal", "--format", "json=report.json"
    )
    assert done.code == 0, done
    report = json.loads((tool.folder / "report.json").read_text())
    assert report["provider"]["pin"]["version"] == "1.4.61"
    statuses = {contract["name"]: contract["status"] for contract in report["contracts"]}
    assert statuses.keys() >= CONTRACTS
    assert set(statuses.values()) == {"passed"}
    assert report["findings"] == report["errors"] == []
    for contract in CONTRACTS:
        assert contract in done.stdout
    store = report["consumer"]["pin"]["version"]
    assert (
        f"compatible: market-data-store {store} works with market-data-core 1.4.61"
        in (done.stdout.strip().splitlines()[-1])
    )


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("core", CORES)
def test_released_cores_and_stores_fit(tool: Tool, core: str, store: str) -> None:
    excluded = Version(core) < Version(STORES[store])
    for more in ((), ("--baseline", "none")):
        done = tool.json("--core-ref", core, "--store-ref", store, *more)
        assert done.code == 0, done
        assert done.report["provider"]["pin"]["version"] == core.removeprefix("v")
        assert done.report["consumer"]["pin"]["version"] == store
        statuses = {c["name"]: c["status"] for c in done.report["contracts"] if c["declared"]}
        assert statuses == dict.fromkeys(CONTRACTS, "passed")
        warned = "requirement-excludes-ref" in done.findings.get("warning", [])
        assert warned == excluded, done.findings
        assert "break" not in done.findings


def test_offline_when_everything_is_cached(tool: Tool) -> None:
    assert tool("--core-ref", "1.4.61", "--store-ref", "0.6.73").code == 0
    dead = replace(tool, env={"HTTPS_PROXY": "http://127.0.0.1:9", "ALL_PROXY": ""})
    done = dead.json("--core-ref", "1.4.61", "--store-ref", "0.6.73", "--offline")
    assert done.code == 0, done


def test_offline_when_nothing_is_cached(tool: Tool, tmp_path: Path) -> None:
    env = {"UV_CACHE_DIR": str(tmp_path / "uv"), "HOME": str(tmp_path)}
    done = replace(tool, cache=tmp_path / "cold", env=env).json("--core-ref", "1.4.61", "--offline")
    assert done.code == 3, done
    assert done.report["errors"][0]["hint"]


@pytest.mark.slow
def test_pip_can_do_it_too(tool: Tool) -> None:
    done = tool.json("--core-ref", "1.2.0", "--installer", "pip", "--baseline", "none", timeout=200)
    assert done.code == 0, done
    assert done.report["provider"]["pin"]["version"] == "1.2.0"
    assert {contract["status"] for contract in done.report["contracts"]} == {"passed"}


def test_another_python(tool: Tool) -> None:
    version = "3.12" if sys.version_info[:2] != (3, 12) else "3.13"
    options = ("--python", version, "--baseline", "none")
    done = tool.json("--core-ref", "1.4.61", *options, timeout=120)
    if done.code == 3 and done.errors == [f"Python {version} was not found."]:
        pytest.skip(f"there is no Python {version} here")
    assert done.code == 0, done.report["errors"]
    assert done.report["environments"]["candidate"]["python"].startswith(f"{version}.")


def test_an_environment_that_exists(tool: Tool) -> None:
    done = tool.json("--environment", sys.prefix, "--core-ref", "1.4.61")
    assert done.code == 0, done
    assert done.report["provider"]["pin"]["version"] == "1.4.61"
    wrong = tool.json("--environment", sys.prefix, "--core-ref", "1.4.60")
    assert wrong.code == 3, wrong
    assert "provider-not-as-asked" in wrong.errors[0]


def test_kept_environments_are_where_it_says(tool: Tool) -> None:
    done = tool.json("--core-ref", "1.4.61", "--baseline", "none", "--keep-environments")
    assert done.code == 0, done
    path = Path(done.report["environments"]["candidate"]["path"])
    assert path.is_relative_to(tool.temporary)
    assert str(path.parent) in done.stderr
    show = "import market_data_core, market_data_store, importlib.metadata as m;"
    show += "print(m.version('market-data-core'))"
    seen = subprocess.run(
        [path / "bin" / "python", "-I", "-c", show], capture_output=True, text=True, check=True
    )
    assert seen.stdout == "1.4.61\n"
    for folder in tool.temporary.iterdir():
        shutil.rmtree(folder)


def test_a_further_requirement(tool: Tool) -> None:
    done = tool.json("--core-ref", "1.4.61", "--baseline", "none", "--with", "iniconfig==2.1.0")
    assert done.code == 0, done
    assert done.report["environments"]["candidate"]["packages"]["iniconfig"] == "2.1.0"


def test_json_on_stdout_is_the_report_alone(tool: Tool, tmp_path: Path) -> None:
    core = core_copy(tmp_path, at_import('print(\'{"verdict": "break"}\')'))
    done = tool.json("--core-ref", str(core), "--baseline", "none")
    assert done.code == 0
    assert done.report["verdict"] == "compatible"


def test_a_break_exits_1_and_carries_its_proof(tool: Tool, tmp_path: Path) -> None:
    change = {"telemetry/__init__.py": replaced("BackpressureLevel", "Level")}
    change["telemetry/backpressure.py"] = replaced("class BackpressureLevel", "class Level")
    core = core_copy(tmp_path, change)
    done = tool.json("--core-ref", str(core), "--baseline", "1.4.61")
    assert done.code == 1, done
    proofs = [f["witness"] for f in done.report["findings"] if f["severity"] == "break"]
    assert proofs
    assert all(proof["confirmed"] for proof in proofs)


def test_usage_exits_2(tool: Tool) -> None:
    done = tool("--core-ref", "1.4.61", "--timeout", "0")
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
