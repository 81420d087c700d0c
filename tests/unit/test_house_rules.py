"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "src" / "contract_check" / "rules" / "examples"
HOST = sorted(
    path
    for path in (ROOT / "src" / "contract_check").rglob("*.py")
    if not path.is_relative_to(EXAMPLES)
)
PROBE = sorted((ROOT / "src" / "contract_check_probe").rglob("*.py"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT / "src"))


def _imports(node: ast.AST) -> Iterator[str]:
    """The top-level packages imported when the module is loaded, not by a function later."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                continue
            case ast.Import():
                yield from (alias.name.partition(".")[0] for alias in child.names)
            case ast.ImportFrom(level=0, module=str(module)):
                yield module.partition(".")[0]
            case _:
                yield from _imports(child)


@pytest.mark.parametrize("path", PROBE, ids=_name)
def test_the_probe_loads_with_the_standard_library_alone(path: Path) -> None:
    loaded = set(_imports(ast.parse(path.read_text(encoding="utf-8"))))
    assert loaded <= sys.stdlib_module_names | {"contract_check_probe"}


def _exits(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if called in {"print", "exit", "quit", "sys.exit", "os._exit", "typer.Exit"}:
            yield node.lineno  # type: ignore[attr-defined]


def _is_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)


@pytest.mark.parametrize("path", [p for p in HOST if "cli" not in p.parts], ids=_name)
def test_only_the_command_line_prints_or_exits(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if not _is_main(node)]
    assert list(_exits(tree)) == []


_PUBLISHING = {"id-token": "write", "attestations": "write"}
"""What a job needs that publishes without a token: no access to the repository at all."""


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_pin_actions_and_keep_inputs_out_of_scripts(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["permissions"] in ({"contents": "read"}, _PUBLISHING)
        for step in job.get("steps", []):
            assert "${{" not in step.get("run", "")
            if step.get("uses", "./") != "./":  # the project's own action, at this commit
                assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", step["uses"])


def test_relative_links_in_the_docs_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
