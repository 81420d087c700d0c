"""Prints every sentence that a person may read from the tool, by file: `make messages`.

Taken from the sources: the texts of three words and more that are neither docstrings (but those of
commands, which are their help) nor program text. What is filled in stands in braces.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

SOURCES = Path(__file__).parent.parent / "src" / "contract_check"
_NOT_OURS = SOURCES / "rules" / "examples"
_WORD = re.compile(r"[`'\"(]?[A-Za-z][a-z]*(?:'[a-z]+)?[`'\")]?[,.;:?]?")
_LEAST_WORDS = 3
_PROGRAM = re.compile(
    r"(for|if|with|while|except|def|async def) .*:( #.*)?$|.*\(\?|.*\\[bdw]|for \w+ in \S+$"
    r"|(async )?def |import |assert |function = |found = |List |List\b|list |dict "
)


def messages(sources: Path = SOURCES) -> Mapping[str, tuple[str, ...]]:
    """Every sentence, by the file that says it, in the order in which it stands there.

    Args:
        sources: the folder of the package.
    """
    found = {}
    for path in sorted(sources.rglob("*.py")):
        if not path.is_relative_to(_NOT_OURS):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            told = tuple(dict.fromkeys(filter(_is_sentence, _texts(tree))))
            found.update({path.relative_to(sources).as_posix(): told} if told else {})
    return found


def _texts(node: ast.AST) -> Iterator[str]:
    """The texts in a piece of source, each whole, without docstrings."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Expr(value=ast.Constant()):
                continue
            case ast.JoinedStr():
                yield _joined(child)
            case ast.Constant(value=str(text)):
                yield _one_line(text)
            case _:
                if _is_command(child) and (about := ast.get_docstring(child)):  # type: ignore[arg-type]
                    yield _one_line(about.partition("\f")[0])
                yield from _texts(child)


def _joined(node: ast.JoinedStr) -> str:
    parts = [
        part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"  # type: ignore[attr-defined]
        for part in node.values
    ]
    return _one_line("".join(map(str, parts)))


def _one_line(text: str) -> str:
    return " ".join(text.replace("\b", "").split())


def _is_command(node: ast.AST) -> bool:
    """Whether a function takes options of Typer's, so that its docstring is its help."""
    return isinstance(node, ast.FunctionDef) and "typer." in ast.unparse(node.args)


def _is_sentence(text: str) -> bool:
    words = [word for word in text.split() if _WORD.fullmatch(word)]
    if len(words) < _LEAST_WORDS or _PROGRAM.match(text):
        return False
    try:
        ast.parse(re.sub(r"\{[^}]*\}", "x", text))
    except (SyntaxError, ValueError):
        return True
    return False  # program text, as in witnesses


def main() -> int:
    """Print the list, or of it the files whose path begins as given."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("under", nargs="?", default="", help="as rules/ or cli/app.py")
    under = parser.parse_args().under
    for name, told in messages().items():
        if name.startswith(under):
            print(f"\n{name}")
            print("\n".join(f"  {text}" for text in told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
