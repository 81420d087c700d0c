"""A check that did not happen is never a pass: two small packages of our own, and the real Core."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from tests.packages import project
from tests.support.core import Change, at_import, core_copy, replaced
from tests.support.tool import Tool

pytestmark = pytest.mark.registry

PROVIDER = "from pydantic import BaseModel\n\n\nclass Order(BaseModel):\n    size: int\n"
CONSUMER = "from pond import Order\n\n\nclass Special(Order):\n    note: str = ''\n"
CONTRACT = """
[provider]
name = "pond"
[consumer]
name = "frog"
[[contract]]
name = "order"
kind = "extends"
provider = "{provider}"
consumer = "{consumer}"
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    project(tmp_path / "pond", "pond", "1.0", requires=["pydantic"], source=PROVIDER)
    project(tmp_path / "frog", "frog", "1.0", requires=["pond"], source=CONSUMER)
    return tmp_path


def configured(packages: Path, provider: str, consumer: str) -> str:
    file = packages / "contract-check.toml"
    file.write_text(CONTRACT.format(provider=provider, consumer=consumer), encoding="utf-8")
    return str(file)


def options(packages: Path, *more: str, baseline: str = "none") -> list[str]:
    refs = ["--core-ref", str(packages / "pond"), "--store-ref", str(packages / "frog")]
    return [*refs, "--baseline", baseline, *more]


@pytest.mark.parametrize("provider", ["pond:Order", "pond.Order"])
def test_the_pair_itself_is_compatible(packages: Path, tool: Tool, provider: str) -> None:
    file = configured(packages, provider, "frog:Special")
    done = tool.json(*options(packages, "--config", file))
    assert (done.code, done.report["verdict"]) == (0, "compatible")


@pytest.mark.parametrize("baseline", ["none", "same"])
@pytest.mark.parametrize(
    ("provider", "consumer", "named"),
    [
        ("pond:Ordr", "frog:Special", "pond:Ordr"),
        ("pond.Ordr", "frog:Special", "pond:Ordr"),
        ("pond:Order", "frog:Speciel", "frog:Speciel"),
    ],
)
def test_a_contract_that_names_what_is_not_there(
    packages: Path, tool: Tool, provider: str, consumer: str, named: str, baseline: str
) -> None:
    file = configured(packages, provider, consumer)
    before = "none" if baseline == "none" else str(_copy(packages))
    done = tool.json(*options(packages, "--config", file, baseline=before))
    assert done.code == 3
    assert done.report["findings"] == []
    (error,) = done.report["errors"]
    assert error["stage"] == "contract"
    assert f"the contract 'order' could not be exercised: {named}" in error["message"]
    assert "Correct what the contract names" in error["hint"]


def _copy(packages: Path) -> Path:
    folder = packages / "before"
    project(folder, "pond", "0.9", requires=["pydantic"], source=PROVIDER)
    return folder


def test_packages_that_have_nothing_to_do_with_each_other(packages: Path, tool: Tool) -> None:
    project(packages / "toad", "toad", "1.0", source="answer = 42\n")
    refs = ["--core-ref", str(packages / "pond"), "--store-ref", str(packages / "toad")]
    done = tool.json("--provider", "pond", "--consumer", "toad", *refs, "--baseline", "none")
    assert done.code == 3
    (error,) = done.report["errors"]
    assert "nothing was checked: toad takes nothing of pond" in error["message"]


def test_the_consumer_is_found_from_a_folder_inside_it(packages: Path, tool: Tool) -> None:
    inside = packages / "frog" / "docs" / "pictures"
    inside.mkdir(parents=True)
    file = configured(packages, "pond:Order", "frog:Special")
    there = dataclasses.replace(tool, folder=inside)
    done = there.json("--core-ref", str(packages / "pond"), "--baseline", "none", "--config", file)
    assert done.code == 0
    assert done.report["consumer"]["pin"]["source"] == str(packages / "frog")


LATE = """
import importlib

__all__ = ["FeedbackEvent"]


def __getattr__(name):
    if name in __all__:
        return getattr(importlib.import_module(f"{__name__}.backpressure"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
"""


def _looked_up_late(text: str) -> str:
    """Core's telemetry with one name of it looked up when somebody asks (PEP 562)."""
    return text.replace("FeedbackEvent, ", "").replace('    "FeedbackEvent",\n', "") + LATE


@pytest.mark.parametrize("gone", [False, True])
def test_a_name_that_core_looks_up_late(tmp_path: Path, tool: Tool, gone: bool) -> None:
    late: dict[str, Change] = {"telemetry/__init__.py": _looked_up_late}
    before = core_copy(tmp_path, late, name="before", version="1.4.60")
    if gone:
        late["telemetry/backpressure.py"] = replaced("class FeedbackEvent(", "class Feedback(")
    core = core_copy(tmp_path, late)
    done = tool.json("--core-ref", str(core), "--baseline", str(before))
    assert done.code == (1 if gone else 0), done
    rules = {"symbol-removed"} & {finding["rule"] for finding in done.report["findings"]}
    assert rules == ({"symbol-removed"} if gone else set())


@pytest.mark.parametrize("code", ["from pond import Order\nOrder(size=1\n", "\n\nreturn 1\n"])
def test_a_scenario_that_can_not_be_compiled(packages: Path, tool: Tool, code: str) -> None:
    file = configured(packages, "pond:Order", "frog:Special")
    scenario = f"[[contract.scenario]]\nname = 'works'\ncode = '''\n{code}'''\n"
    Path(file).write_text(Path(file).read_text(encoding="utf-8") + scenario, encoding="utf-8")
    done = tool(*options(packages, "--config", file))
    assert (done.code, done.stdout) == (2, ""), done
    line = 2 if code.startswith("from") else 3
    assert f"contract 'order', scenario 'works', line {line} of its code: " in done.stderr
    assert "contract-check.toml" in done.stderr


def test_what_fails_on_both_sides_has_neither_passed_nor_broken(packages: Path, tool: Tool) -> None:
    file = configured(packages, "pond:Order", "frog:Special")
    scenario = "[[contract.scenario]]\nname = 'works'\ncode = 'assert 1 == 2'\n"
    Path(file).write_text(Path(file).read_text(encoding="utf-8") + scenario, encoding="utf-8")
    done = tool(*options(packages, "--config", file, baseline=str(_copy(packages))))
    assert done.code == 0, done
    assert "as before  order  extends" in done.stdout
    assert "as before scenario: works: with the baseline too, so it is no break" in done.stdout
    assert "1 failure that the baseline has as well" in done.stdout.splitlines()[-1]


def test_a_baseline_that_can_not_be_imported(tmp_path: Path, tool: Tool) -> None:
    raises = at_import("raise RuntimeError('not configured')")
    before = core_copy(tmp_path, raises, name="before", version="1.4.60")
    done = tool.json("--core-ref", "1.4.61", "--baseline", str(before))
    assert done.code == 3, done
    (error,) = done.report["errors"]
    assert error["side"] == "baseline"
    assert "the baseline can't be imported" in error["message"]
    assert "RuntimeError in market_data_core/__init__.py, line 1: not config" in error["message"]
