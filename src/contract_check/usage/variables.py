"""Where the consumer names environment variables: in its sources, configuration and `.env`."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from contract_check.model.usage import Place

_ENDS = (".env", ".toml", ".yaml", ".yml", ".cfg", ".ini", ".sh", ".json")
_NAMES = frozenset({"Dockerfile", "Makefile", "Procfile", "justfile", ".envrc"})
_LARGEST = 200_000
"""Bytes of a configuration file that is read."""
_MOST_FILES = 400


def named_variables(
    names: Collection[str], site: Path, files: Sequence[str], folder: Path | None
) -> tuple[tuple[str, Place], ...]:
    """Where variables are named.

    Args:
        names: of the variables.
        site: the folder that the consumer's sources lie in.
        files: its Python files, relative to it.
        folder: the consumer's project, if it is one on this disk; its configuration is at the top.
    """
    found: dict[tuple[str, Place], None] = {}
    for file in files:
        for name, line in _in_source(names, site / file):
            found.setdefault((name, Place(file, line)))
    for path in _configuration(folder) if folder is not None else ():
        for name, line in _in_text(names, path):
            found.setdefault((name, Place(path.name, line)))
    return tuple(found)


def _in_source(names: Collection[str], path: Path) -> Iterator[tuple[str, int]]:
    try:
        text = path.read_text(encoding="utf-8")
        if not any(name in text for name in names):
            return
        tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError):
        return  # the reader of sources tells of it
    docs = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs:
            if node.value in names:
                yield node.value, node.lineno
        elif isinstance(node, ast.keyword) and node.arg in names:
            yield str(node.arg), node.value.lineno


def _configuration(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())[:_MOST_FILES]
    except OSError:
        return
    for path in entries:
        known = path.name in _NAMES or path.name.startswith(".env") or path.suffix in _ENDS
        if known and path.is_file() and path.stat().st_size <= _LARGEST:
            yield path


def _in_text(names: Collection[str], path: Path) -> Iterator[tuple[str, int]]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    wanted = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, names))})(?![\w-])")
    for number, line in enumerate(lines, 1):
        if not line.lstrip().startswith("#") and (match := wanted.search(line)):
            yield match[1], number
