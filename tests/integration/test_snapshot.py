"""A baseline written down as a file: taken, committed, compared with, and refused where it is not
what was written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.packages import nothing_but
from tests.support import pair
from tests.support.tool import Tool

_FILE = "contract-check.snapshot.json"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[pair.Pair, Path]:
    """The pair, with a snapshot of its baseline beside its configuration."""
    folder = tmp_path_factory.mktemp("pair")
    here = pair.make(folder)
    (here.consumer / "contract-check.toml").write_text(
        '[provider]\nname = "acme-prices"\n[consumer]\nname = "acme-bills"\n'
    )
    (folder / "temporary").mkdir()
    tool = Tool(folder / "cache", here.consumer, folder / "temporary", here.env)
    done = tool("snapshot")
    assert done.code == 0, done
    assert done.stdout == (
        f"Wrote {_FILE}; now try: contract-check --provider-ref REF --baseline {_FILE}\n"
    )
    assert tool.left() == []
    return here, folder


@pytest.fixture
def tool(made: tuple[pair.Pair, Path]) -> Tool:
    here, folder = made
    return Tool(folder / "cache", here.consumer, folder / "temporary", here.env)


def test_a_break_is_proved_offline_from_the_file_alone(
    tool: Tool, made: tuple[pair.Pair, Path], tmp_path: Path
) -> None:
    # Of the provider there is nothing but the candidate: the baseline's wheel is gone.
    house = tmp_path / "house"
    house.mkdir()
    name = "acme_prices-2.0-py3-none-any.whl"
    (house / name).write_bytes((made[0].house / name).read_bytes())
    alone = Tool(tool.cache, tool.folder, tool.temporary, nothing_but(house))
    done = alone.json("--provider-ref", str(house / name), "--baseline", _FILE, "--offline")
    assert done.code == 1, done
    (found,) = (item for item in done.report["findings"] if item["severity"] == "break")
    assert found["rule"] == "call-no-longer-binds"
    assert (found["location"]["file"], found["location"]["line"]) == ("acme_bills/__init__.py", 7)
    assert found["witness"]["confirmed"] is True
    assert found["witness"]["baseline"] == "passes, by what the snapshot recorded"
    assert found["witness"]["candidate"].startswith("exit 1: TypeError")
    baseline = done.report["baseline"]
    assert (baseline["pin"]["version"], baseline["pin"]["source"]) == (
        "1.0",
        f"the snapshot {_FILE}",
    )
    assert done.report["environments"]["baseline"] is None
    assert tool.left() == []


def test_what_keeps_the_contract_passes(tool: Tool) -> None:
    done = tool.json("--provider-ref", "1.1", "--baseline", _FILE)
    assert (done.code, done.findings) == (0, {}), done
    assert {"subject": "types", "reason": _UNREAD} in done.report["unchecked"]


_UNREAD = (
    "Pyrefly did not read the consumer's sources: a snapshot holds no sources of the baseline to "
    "compare them with"
)


def test_it_is_the_same_text_each_time_and_said_where_it_is_not(tool: Tool) -> None:
    file = tool.folder / _FILE
    before = file.read_text()
    assert tool("snapshot", "--check").stdout == f"{_FILE} is up to date\n"
    other = tool("snapshot", "--check", "--baseline", "2.0")
    assert other.code == 1
    assert other.stdout.splitlines()[0] == f"{_FILE} is out of date:"
    assert '  provider.version: "1.0" -> "2.0"' in other.stdout.splitlines()
    assert file.read_text() == before
    assert tool("snapshot", "--output", "again.json").code == 0
    assert (tool.folder / "again.json").read_text() == before
    (tool.folder / "again.json").unlink()


def edited(text: str) -> str:
    return text.replace("currency", "currencies", 1)


def of_another_version(text: str) -> str:
    document: dict[str, Any] = json.loads(text)
    return json.dumps({**document, "schema_version": 7})


def cut(text: str) -> str:
    return text[: len(text) // 2]


def another_document(_: str) -> str:
    return '{"name": "x"}'


REFUSED = {
    edited: "was changed after contract-check wrote it: its digest does not fit, so what it says "
    "proves nothing",
    of_another_version: "is of schema version 7, and this contract-check reads version 1",
    cut: "is damaged, or no snapshot: it is not JSON",
    another_document: "is no snapshot of contract-check",
}


@pytest.mark.parametrize("change", REFUSED, ids=lambda change: change.__name__)
def test_a_file_that_is_not_what_was_written_is_an_error(
    tool: Tool, tmp_path: Path, change: Callable[[str], str]
) -> None:
    file = tmp_path / "other.json"
    file.write_text(change((tool.folder / _FILE).read_text()))
    done = tool.json("--provider-ref", "2.0", "--baseline", str(file))
    assert done.code == 3, done
    (error,) = done.report["errors"]
    assert (error["stage"], error["side"]) == ("refs", "baseline")
    assert error["message"].startswith(f"{file} {REFUSED[change]}")
    assert "contract-check snapshot" in error["hint"]
    assert tool("snapshot", "--check", "--output", str(file)).code == 3


def test_a_file_that_is_not_there_or_of_other_packages(tool: Tool, tmp_path: Path) -> None:
    missing = tool.json("--provider-ref", "2.0", "--baseline", "none.json")
    assert missing.code == 3
    assert missing.errors == [
        f"{tool.folder / 'none.json'} can't be read: No such file or directory"
    ]
    other = tool.json(
        *("--provider", "acme-models", "--consumer", "acme-bills", "--provider-ref", "2.0"),
        *("--baseline", _FILE),
    )
    assert other.code == 3
    assert other.errors[-1].endswith(
        "is a snapshot for acme-prices, and acme-models is in question"
    )


_IN_QUESTION = "acme-models is in question"


def test_a_configuration_that_names_it(tool: Tool) -> None:
    file = tool.folder / "contract-check.toml"
    before = file.read_text()
    file.write_text(f'baseline = "{_FILE}"\n{before}')
    try:
        assert tool.json("--provider-ref", "2.0").code == 1
        assert tool("snapshot", "--check").code == 0
    finally:
        file.write_text(before)
