"""Several consumers in one run, from the provider's checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.packages import nothing_but, project, repository
from tests.support.tool import Tool

from contract_check.config import Options, load_all
from contract_check.model.errors import UsageError

_OLD = "def price(amount, note=''):\n    return amount\n"
_NEW = "def price(amount):\n    return amount\n"
_BROKEN = "from acme_models import price\n\n\ndef total():\n    return price(2, note='x')\n"
_FINE = "from acme_models import price\n\n\ndef total():\n    return price(2)\n"
_DEADLY = "import os\nfrom acme_models import price\n\nos._exit(3)\n"


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    for name in ("house", "temporary"):
        (tmp_path / name).mkdir()
    made = project(tmp_path / "models", "acme-models", "1.0.0", source=_OLD)
    repository(made)
    subprocess.run(["git", "tag", "v1.0.0"], cwd=made, check=True)
    (made / "acme_models" / "__init__.py").write_text(_NEW)
    for name, source in (("broken", _BROKEN), ("fine", _FINE), ("deadly", _DEADLY)):
        project(tmp_path / name, f"acme-{name}", "0.1", requires=["acme-models>=1"], source=source)
    env = nothing_but(tmp_path / "house")
    return Tool(tmp_path / "cache", made, tmp_path / "temporary", env)


def consumers(*texts: str) -> tuple[str, ...]:
    return tuple(part for text in texts for part in ("--consumer", text))


def test_one_broken_one_fine_one_that_ends_the_process_and_one_that_does_not_exist(
    tool: Tool,
) -> None:
    named = ("../fine", "../deadly", "../broken", "acme-gone==0.9")
    done = tool.json("--provider-ref", ".", *consumers(*named))
    assert done.code == 1, done
    report = done.report
    assert [one["consumer"]["name"] for one in report["reports"]] == [
        "acme-fine",
        "acme-deadly",
        "acme-broken",
        "acme-gone",
    ]
    assert [one["exit_code"] for one in report["reports"]] == [0, 3, 1, 3]
    assert report["provider"]["name"] == "acme-models"
    assert (
        "the package registry has no package acme-gone"
        in (report["reports"][3]["errors"][0]["message"])
    )
    assert tool.left() == []


def test_the_configuration_names_them_once_and_the_table_tells_all(tool: Tool) -> None:
    (tool.folder / "contract-check.toml").write_text(
        '[provider]\nname = "acme-models"\nconsumers = ["../fine", "../broken"]\n'
    )
    done = tool("--provider-ref", ".")
    assert done.code == 1, done
    lines = done.stdout.splitlines()
    start = lines.index("Consumers (2)")
    assert lines[start + 1].split()[:3] == ["compatible", "acme-fine", "0.1"]
    assert lines[start + 2].split()[:3] == ["break", "acme-broken", "0.1"]
    assert lines[start + 2].endswith("1 break")
    assert lines[-1].startswith("BREAK: of 2 consumers of acme-models 1.0.0")
    alone = tool.json("--provider-ref", ".", *consumers("../fine"))
    assert (alone.code, alone.report["consumer"]["name"]) == (0, "acme-fine")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("a b",), "is neither a package nor a folder"),
        (("acme>=1",), "names no single version"),
        (("acme", "-x"), "is neither a package nor a folder"),
    ],
)
def test_what_is_no_consumer(tmp_path: Path, typed: tuple[str, ...], said: str) -> None:
    options = Options(provider_ref="1.0", provider="core", consumers=typed)
    with pytest.raises(UsageError, match=said):
        load_all(options, tmp_path, {}, {})


def test_what_a_consumer_is_from_how_it_is_typed(tmp_path: Path) -> None:
    typed = ("store", "shop[web]==2.1", "./scripts", "../ibkr", "x @ git+https://h/x@v1")
    options = Options(provider_ref="1.0", provider="core", consumers=typed)
    found = load_all(options, tmp_path, {}, {"../ibkr": "ibkr"})
    assert [(one.consumer.name, one.consumer_ref, one.consumer.extras) for one in found] == [
        ("store", None, ()),
        ("shop", "2.1", ("web",)),
        ("scripts", None, ()),
        ("ibkr", "path:../ibkr", ()),
        ("x", "git+https://h/x@v1", ()),
    ]
    assert found[2].consumer_path == tmp_path / "scripts"
