"""What the documentation says is there: commands, files, schemas, and the words of errors."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import jsonschema_rs
import pytest
import typer
from typer.testing import CliRunner

from contract_check.cli.app import app
from contract_check.config.schema import json_schema
from contract_check.environments.failures import Attempt, explain
from contract_check.environments.python import _versions_here
from contract_check.model.errors import CheckError
from contract_check.model.problems import PROBLEMS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
# The command line's page is made of the help itself, its examples too.
PAGES = sorted(
    {*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"} - {DOCS / "cli.md"}
)
PROJECT = '[project]\nname = "acme-app"\nversion = "1"\ndependencies = ["acme-core>=1"]\n'
RUN = {"explain", "rules", "doctor", "init"}


def commands() -> Iterator[tuple[str, str]]:
    """Page and command line, of every contract-check that a page shows."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        blocks = re.findall(r"(?ms)^```(?:sh|console)?\n(.*?)^```", text)
        lines = [line.strip() for block in blocks for line in block.splitlines()]
        lines += re.findall(r"`(contract-check [^`]+)`", text)
        for line in lines:
            found = re.match(r"(?:\$ )?(?:\.venv/bin/)?(contract-check .*)", line)
            if found and "…" not in line and "REF" not in line and "[" not in line:
                yield page.relative_to(ROOT).as_posix(), found[1].split("  #")[0]


COMMANDS = sorted(set(commands()))


def test_there_are_commands() -> None:
    assert len(COMMANDS) > 12


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_every_command_is_one_that_the_tool_takes(
    page: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [word for word in shlex.split(line.split(" | ")[0])[1:] if word not in ("&&",)]
    if words and words[0] in RUN:
        if any(word.isupper() for word in words):  # `explain RULE`: a form, not a command
            return
        (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        return
    main = typer.main.get_command(app)
    try:
        main.make_context("contract-check", words, resilient_parsing=False)
    except click.exceptions.Exit:
        pass  # --help, --version
    except click.exceptions.UsageError as error:
        pytest.fail(f"{page}: {line}: {error.format_message()}")


def test_the_configuration_schema_is_a_schema_and_takes_what_is_documented() -> None:
    schema = json_schema()
    assert jsonschema_rs.meta.is_valid(schema)
    kept = json.loads((DOCS / "contract-check.schema.json").read_text(encoding="utf-8"))
    assert kept == schema, "run `make docs`"
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    block = re.search(r"(?s)```toml\n# contract-check\.toml\n(.*?)```", text)
    assert block is not None
    jsonschema_rs.validate(schema, tomllib.loads(block[1]))
    assert not jsonschema_rs.is_valid(schema, {"provider": {"nmae": "x"}})
    assert jsonschema_rs.is_valid(schema, {"memory-limit": 4096, "fail-on": "warning"})


def _sentences() -> str:
    """Every text in the sources, with formatted parts left out."""
    found = []
    for file in (ROOT / "src" / "contract_check").rglob("*.py"):
        if file.name == "problems.py" or "examples" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return "\n".join(found)


def test_every_error_of_the_list_is_one_that_the_tool_says() -> None:
    told = _sentences()
    assert [item.name for item in PROBLEMS if item.says not in told] == []
    assert len({item.name for item in PROBLEMS}) == len(PROBLEMS)
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    assert [item.name for item in PROBLEMS if f"| {item.name} |" not in page] == []


ATTEMPT = Attempt(
    provider="core", consumer="app", python_version="3.11.7", side="candidate", offline=False
)


@pytest.mark.parametrize(
    ("output", "message", "hint"),
    [
        (
            "error: failed to write: No space left on device (os error 28)",
            "No space is left in a folder, where the candidate environment is made.",
            "TMPDIR",
        ),
        (
            "error: failed to create directory `/x`: Permission denied (os error 13)",
            "A folder that the candidate environment is made in may not be written.",
            "TMPDIR",
        ),
        (
            "HTTP status client error (403 Forbidden) for url (https://***@index/simple/x/)",
            "An index refused to give the packages of the candidate environment.",
            "credentials",
        ),
        (
            "error: Failed to fetch: dns error: failed to lookup address information",
            "The packages of the candidate environment can't be fetched: the network or the "
            "index does not answer.",
            "proxy",
        ),
        (
            "Failed to build x: PermissionError: [Errno 13] Permission denied",
            "A package of the candidate environment can't be built.",
            "by hand",
        ),
    ],
)
def test_what_an_installer_says_becomes_a_cause_and_an_advice(
    output: str, message: str, hint: str
) -> None:
    error = explain(output, ATTEMPT)
    assert isinstance(error, CheckError)
    assert error.message == message
    assert hint in error.hint
    assert output.split(":")[0].split(" (")[0] in error.detail


def test_the_pythons_that_are_there_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyenv" / "versions" / "3.9.18").mkdir(parents=True)
    (tmp_path / "uv" / "cpython-3.14.1-linux-x86_64-gnu").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    for name in ("python3.10", "python3.14", "python3.10-config"):
        (tmp_path / "bin" / name).touch()
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = _versions_here()
    assert found[0] == "3.14.1"
    assert found[-1] == "3.9.18"
    assert "3.10" in found
    assert "3.14" not in found
