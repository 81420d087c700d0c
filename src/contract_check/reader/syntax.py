"""Where a diagnostic points to in the syntax of a file."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from contract_check.model.reading import Diagnostic
from contract_check.reader.interface import Span


@dataclass(frozen=True)
class Source:
    """One file of the consumer, parsed.

    Args:
        file: relative to the folder of the sources.
        tree: what it says.
        lines: its lines as bytes, which the tree's columns count.
        parents: each node's.
    """

    file: str
    tree: ast.Module
    lines: tuple[bytes, ...]
    parents: dict[ast.AST, ast.AST]

    @property
    def module(self) -> str:
        """The dotted name it is imported by."""
        return self.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def can_be_asked(self, node: ast.expr) -> bool:
        """Whether something may be put around an expression without another meaning."""
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return False
        if isinstance(node, (ast.Starred, ast.Slice)):
            return False
        # Where an expression stands inside a formatted string is not told before Python 3.12.
        return not any(isinstance(item, ast.JoinedStr) for item in self.around(node))

    def span(self, node: ast.expr) -> Span:
        """Where an expression stands, in characters."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return Span(
            node.lineno,
            self._characters(node.lineno, node.col_offset),
            node.end_lineno,
            self._characters(node.end_lineno, node.end_col_offset),
        )

    def _characters(self, line: int, column: int) -> int:
        return len(self.lines[line - 1][:column].decode(errors="replace"))

    def at(self, found: Diagnostic) -> ast.AST | None:
        """The smallest node that holds all that a diagnostic points to."""
        first = (found.line, self._bytes(found.line, found.column - 1))
        last = (found.end_line, self._bytes(found.end_line, found.end_column - 1))
        best: ast.AST | None = None
        size: tuple[int, int] | None = None
        for node in ast.walk(self.tree):
            if not isinstance(node, (ast.expr, ast.stmt, ast.keyword, ast.pattern, ast.arg)):
                continue
            if node.end_lineno is None or node.end_col_offset is None:
                continue
            begins, ends = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
            if begins <= first and last <= ends:
                extent = (ends[0] - begins[0], ends[1] - begins[1])
                if size is None or extent <= size:
                    best, size = node, extent
        return best

    def _bytes(self, line: int, column: int) -> int:
        if not 0 < line <= len(self.lines):
            return 0
        return len(self.lines[line - 1].decode(errors="replace")[:column].encode())

    def statement(self, found: Diagnostic) -> tuple[int, int]:
        """The first and the last line of the statement that a diagnostic is in.

        Of one that holds others (`if`, `def`) only the lines before these.
        """
        for node in self.around(self.at(found)):
            if isinstance(node, ast.stmt):
                inner = getattr(node, "body", None)
                last = inner[0].lineno - 1 if inner else node.end_lineno or found.end_line
                return min(node.lineno, found.line), max(last, found.end_line)
        return found.line, found.end_line

    def around(self, node: ast.AST | None) -> Iterator[ast.AST]:
        """A node and what it stands in, from the inside."""
        while node is not None:
            yield node
            node = self.parents.get(node)


def parsed(file: str, text: bytes) -> Source | None:
    """A file, parsed; None where that can't be done."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return Source(file, tree, tuple(text.splitlines(keepends=True)), parents)
