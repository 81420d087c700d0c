"""Documents that others wrote, nested too deeply or with numbers that are too long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contract_check.support.cache import TimedCache
from contract_check.support.documents import json_of, toml_of


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "1" * 10_000, "{"])
def test_json_that_can_not_be_read_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever its words
        json_of(text)


def test_toml_that_is_nested_too_deeply_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        toml_of("a = " + "[" * 50_000 + "]" * 50_000)


def test_a_kept_document_that_is_nested_too_deeply_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text("[" * 200_000, encoding="utf-8")
    assert TimedCache(tmp_path).get("key", 1000) is None


@pytest.mark.parametrize("name", ["contract-check.toml", "pyproject.toml"])
def test_a_deep_file_of_the_project_is_a_clear_error(tmp_path: Path, name: str) -> None:
    deep = "[project]\nname = 'x'\n[tool.y]\na = " + "[" * 50_000 + "]" * 50_000
    (tmp_path / name).write_text(deep, encoding="utf-8")
    command = [sys.executable, "-m", "contract_check", "--provider-ref", ".", "--consumer", "y"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode in (2, 3), done
    assert "nested too deeply" in done.stdout + done.stderr


def test_what_nobody_foresaw_is_no_verdict(tmp_path: Path) -> None:
    code = (
        "import sys, contract_check.cli.exits as exits, contract_check.cli as cli\n"
        "def broken(*_): raise MemoryError('even this')\n"
        "exits.flush = exits.confess = broken\n"
        "sys.argv = ['contract-check', '--version']\n"
        "cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 4
