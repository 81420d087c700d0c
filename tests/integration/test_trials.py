"""The consumer's tests as people run them: `--tests`, with real environments."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from tests.packages import project
from tests.support.tool import Tool

from contract_check.support.landlock import version

pytestmark = pytest.mark.registry  # pytest itself is installed beside the packages

_OLD = "def price(amount):\n    return amount * 2\n"
_NEW = "def price(amount):\n    return amount * 3\n"
_STORE = "from acme_models import price\n\n\ndef total():\n    return price(2)\n"
_OWN = ("--provider", "acme-models", "--consumer", "acme-store", "--baseline", "../models")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def tool(tmp_path: Path, kept: Path) -> Tool:
    (tmp_path / "temporary").mkdir()
    project(tmp_path / "models", "acme-models", "1.0.0", source=_OLD)
    project(tmp_path / "new", "acme-models", "1.1.0", source=_NEW)
    here = project(
        tmp_path / "store", "acme-store", "0.1.0", requires=["acme-models"], source=_STORE
    )
    (here / "tests").mkdir()
    return Tool(kept, here, tmp_path / "temporary")


def write(tool: Tool, text: str) -> Path:
    file = tool.folder / "tests" / "test_store.py"
    file.write_text(text)
    return file


def test_a_body_that_returns_something_else_is_seen_by_the_tests_alone(tool: Tool) -> None:
    write(
        tool,
        "import pathlib\n\nfrom acme_store import total\n\n\n"
        "def test_total():\n    assert total() == 4\n\n\n"
        "def test_again():\n    assert total() > 0\n\n\n"
        "def test_before():\n    assert total() == 5\n\n\n"
        "def test_other():\n"
        "    seen = pathlib.Path('/tmp') / 'nothing'\n    assert not seen.exists()\n",
    )
    (tool.folder / "contract-check.toml").write_text(
        '[provider]\nname = "acme-models"\n[consumer]\nname = "acme-store"\ntests = "tests"\n'
    )
    done = tool.json("--provider-ref", "../new", "--baseline", "../models")
    assert done.code == 1, done
    (found,) = (item for item in done.report["findings"] if item["severity"] == "break")
    assert found["rule"] == "consumer-test-failed"
    assert found["tests"] == ["tests/test_store.py::test_total"]
    assert found["message"].startswith(
        "the test tests/test_store.py::test_total fails: AssertionError: assert 6 == 4"
    )
    assert (found["location"]["file"], found["location"]["line"]) == ("tests/test_store.py", 7)
    counts = done.report["tests"]
    assert (counts["baseline"]["passed"], counts["baseline"]["failed"]) == (3, 1)
    assert (counts["candidate"]["passed"], counts["candidate"]["failed"]) == (2, 2)
    (before,) = done.report["preexisting"]
    assert before["subject"] == "tests/test_store.py::test_before"
    assert tool.left() == []


_NASTY = """
import os, pathlib, signal, subprocess, sys, time
from acme_store import total

HOME = pathlib.Path.home()


def test_sees_nothing_of_another_run():
    left = [pathlib.Path("left"), HOME / "left", pathlib.Path(os.environ["TMPDIR"]) / "left"]
    assert not any(path.exists() for path in left)
    assert "LEFT" not in os.environ
    for path in left:
        path.write_text("x")
    os.environ["LEFT"] = "1"


def test_prints_a_megabyte():
    os.write(1, b"x" * (1 << 20))
    os.write(2, b"y" * (1 << 20))


def test_leaves_a_daemon():
    subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
    )
    if os.fork() == 0:
        os.setsid()
        time.sleep(600)
        os._exit(0)


def test_kills_its_parent():
    try:
        os.kill(os.getppid(), signal.SIGKILL)
    except PermissionError:
        return
    raise SystemExit("it could")


def test_total():
    assert total() > 0
"""


@pytest.mark.skipif(version() < 6, reason="no Landlock that keeps signals in")
def test_what_tests_leave_behind_nobody_else_sees(tool: Tool) -> None:
    write(tool, _NASTY)
    before = sorted(path.name for path in tool.folder.iterdir())
    for _ in range(2):
        done = tool.json(*_OWN, "--provider-ref", "../new", "--tests", "tests")
        assert done.code == 0, done
        assert done.report["tests"]["candidate"]["passed"] == 5
        assert tool.left() == []
    assert sorted(path.name for path in tool.folder.iterdir()) == before


ENDS = {
    "exits": ("import os; os._exit(0)", "candidate: the consumer's tests ended early, with status"),
    "killed": (
        "import os; os.kill(os.getpid(), 9)",
        "the consumer's tests ended early, by signal 9",
    ),
    "hangs": (
        "import time; time.sleep(900)",
        "came to no end within 8 s, in tests/test_store.py::",
    ),
}


@pytest.mark.parametrize("case", ENDS)
def test_a_run_that_ended_early_is_no_pass(tool: Tool, case: str) -> None:
    statement, said = ENDS[case]
    write(tool, f"def test_one():\n    {statement}\n\n\ndef test_two():\n    pass\n")
    (tool.folder / "contract-check.toml").write_text(
        '[provider]\nname = "acme-models"\n[consumer]\nname = "acme-store"\n'
        '[consumer.tests]\npaths = ["tests"]\ntimeout = 8\n'
    )
    done = tool.json("--provider-ref", "../new", "--baseline", "../models")
    assert done.code == 3, done
    assert any(said in message for message in done.errors), done.errors
    assert tool.left() == []


def test_nothing_collected_and_another_provider_are_errors(tool: Tool, tmp_path: Path) -> None:
    write(tool, "x = 1\n")
    done = tool.json(*_OWN, "--provider-ref", "../new", "--tests", "tests")
    assert done.code == 3
    assert "no test was collected" in done.errors[0]
    missing = tool.json(*_OWN, "--provider-ref", "../new", "--tests", "test/contracts")
    assert missing.code == 3
    assert missing.errors[0].startswith("test/contracts: there are no such tests in")
    copy = tool.folder / "vendored" / "acme_models"
    copy.mkdir(parents=True)
    (copy / "__init__.py").write_text(_OLD)
    (tool.folder / "conftest.py").write_text("import sys\nsys.path.insert(0, 'vendored')\n")
    write(tool, "from acme_store import total\n\n\ndef test_total():\n    assert total() == 4\n")
    other = tool.json(*_OWN, "--provider-ref", "../new", "--tests", "tests")
    assert other.code == 3
    assert "the consumer's tests imported another acme_models, from" in other.errors[0]


def test_an_interruption_while_tests_run_leaves_nothing(tool: Tool) -> None:
    write(tool, "import time\n\n\ndef test_one():\n    time.sleep(600)\n")
    process = tool.start(*_OWN, "--provider-ref", "../new", "--tests", "tests", "--verbose")
    until = time.monotonic() + 120
    assert process.stderr is not None
    for line in process.stderr:
        if "running the consumer's tests" in line or time.monotonic() > until:
            break
    time.sleep(2)
    os.kill(process.pid, 2)
    done = tool.finish(process, timeout=60)
    assert done.code == 130
    assert tool.left() == []


_MODELS = """
import time
from pydantic import BaseModel, Field


class Order(BaseModel):
    amount: int = Field(le=100)
    token: str = ""


def order(text):
    return Order(amount=int(text))


def paid(order, rate=2):
    return order.amount * rate
"""
_SHOP = """
from acme_models import Order, order, paid


def make(given):
    return Order(**given)


def total(text):
    return paid(order(text))
"""


def test_what_tests_build_is_a_value_and_what_they_call_is_checked(
    tool: Tool, tmp_path: Path
) -> None:
    (tmp_path / "models" / "acme_models" / "__init__.py").write_text(_MODELS)
    (tmp_path / "new" / "acme_models" / "__init__.py").write_text(_MODELS.replace("100", "50"))
    (tool.folder / "acme_store" / "__init__.py").write_text(_SHOP)
    write(
        tool,
        "from acme_store import make, total\n\n\n"
        # It asserts nothing that the candidate breaks, as it takes any failure.
        "def test_large():\n"
        "    try:\n"
        "        made = make({'amount': 70 + 7, 'token': 's3cr3t-s3cr3t'})\n"
        "    except ValueError:\n"
        "        return\n"
        "    assert made.amount == 77\n\n\n"
        "def test_total():\n    assert total('20') == 40\n",
    )
    needs = ("--with", "pydantic")
    without = tool.json(*_OWN, *needs, "--provider-ref", "../new")
    assert without.code == 0, without
    unchecked = {item["subject"] for item in without.report["unchecked"]}
    assert {"acme_models:order", "acme_models:paid"} <= unchecked
    done = tool.json(*_OWN, *needs, "--provider-ref", "../new", "--tests", "tests")
    assert done.code == 1, done
    (found,) = (item for item in done.report["findings"] if item["severity"] == "break")
    assert (found["rule"], found["evidence"]) == ("bound-tightened", "value")
    assert (found["location"]["file"], found["location"]["line"]) == ("acme_store/__init__.py", 6)
    assert found["witness"]["confirmed"] is True
    assert "s3cr3t" not in done.stdout
    left = {item["subject"] for item in done.report["unchecked"]}
    assert not {"acme_models:order", "acme_models:paid"} & left


def test_a_snapshot_holds_what_became_of_the_tests(tool: Tool) -> None:
    write(
        tool,
        "import random\nfrom acme_store import total\n\n\n"
        "def test_total():\n    assert total() == 4\n\n\n"
        "def test_before():\n    assert total() == 5\n\n\n"
        "def test_fine():\n    assert total() > 0\n",
    )
    own = _OWN[:4]
    taken = tool("snapshot", *own, "--baseline", "../models", "--tests", "tests")
    assert taken.code == 0, taken
    file = "contract-check.snapshot.json"
    done = tool.json(*own, "--provider-ref", "../new", "--baseline", file, "--tests", "tests")
    assert done.code == 1, done
    (found,) = (item for item in done.report["findings"] if item["severity"] == "break")
    assert found["tests"] == ["tests/test_store.py::test_total"]
    (before,) = done.report["preexisting"]
    assert before["subject"] == "tests/test_store.py::test_before"
    counts = done.report["tests"]
    assert (counts["baseline"]["passed"], counts["baseline"]["failed"]) == (2, 1)
    other = tool.json(
        *own, "--provider-ref", "../new", "--baseline", file, "--tests", "tests/test_store.py"
    )
    assert other.code == 3
    assert other.errors == [
        "the snapshot does not say what becomes of these tests with the baseline"
    ]


def test_a_conftest_that_fails_takes_all_tests_along(tool: Tool, tmp_path: Path) -> None:
    (tmp_path / "new" / "acme_models" / "__init__.py").write_text(_OLD.replace("price", "cost"))
    write(tool, "def test_one(total):\n    assert total == 4\n\n\ndef test_two():\n    pass\n")
    (tool.folder / "tests" / "conftest.py").write_text(
        "import pytest\nimport acme_store\n\n\n"
        "@pytest.fixture\ndef total():\n    return acme_store.total()\n"
    )
    done = tool.json(*_OWN, "--provider-ref", "../new", "--tests", "tests")
    assert done.code == 1, done
    assert [error for error in done.errors if "pytest" in error] == []
    (found,) = (item for item in done.report["findings"] if item["severity"] == "break")
    assert (found["rule"], found["tests"]) == ("symbol-removed", ["tests/conftest.py"])
    assert [item for item in done.report["unchecked"] if "::" in item["subject"]] == []
