"""The type checker is not run where it would say the same of both sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_check.reader import tells_the_same

_SAME = {
    "nothing differs": ("x: int = 1", "x: int = 1"),
    "a docstring": ('def f() -> int:\n    """One."""', 'def f() -> int:\n    """Two."""'),
    "a comment": ("x = 1  # one", "x = 1"),
    "a version": ('__version__ = "1.0"', '__version__ = "1.1"'),
    "the body of an annotated function": (
        "def f(a) -> int:\n    return a",
        "def f(a) -> int:\n    return a + 1",
    ),
    "the body of an annotated method": (
        "class A:\n    async def f(self) -> int:\n        return 1",
        "class A:\n    async def f(self) -> int:\n        return 2",
    ),
}
_OTHER = {
    "a parameter": ("def f(a) -> int: return a", "def f(a, b) -> int: return a"),
    "what a function without annotations returns": (
        "def f(a):\n    return 1",
        "def f(a):\n    return 'x'",
    ),
    "an attribute that a method gives": (
        "class A:\n    def __init__(self) -> None:\n        self.x = 1",
        "class A:\n    def __init__(self) -> None:\n        self.y = 1",
    ),
    "a function that is only declared": (
        "class A:\n    def f(self) -> int:\n        return 1",
        "class A:\n    def f(self) -> int: ...",
    ),
    "a decorator": ("def f() -> int: return 1", "@staticmethod\ndef f() -> int: return 1"),
    "a tuple that is the version": ("VERSION = (1, 0)", "VERSION = (1, 0, 'final')"),
    "a base": ("class A(B): pass", "class A(C): pass"),
    "what can't be parsed": ("x = 1", "x = "),
}


def _sides(folder: Path, texts: tuple[str, str]) -> list[dict[str, Path]]:
    found = []
    for side, text in zip(("old", "new"), texts, strict=True):
        (folder / side).mkdir()
        file = folder / side / "prov.py"
        file.write_text(text, encoding="utf-8")
        found.append({"prov.py": file})
    return found


@pytest.mark.parametrize("name", _SAME)
def test_what_no_other_module_sees_is_the_same(name: str, tmp_path: Path) -> None:
    assert tells_the_same(*_sides(tmp_path, _SAME[name]))


@pytest.mark.parametrize("name", _OTHER)
def test_what_other_modules_see_is_not(name: str, tmp_path: Path) -> None:
    assert not tells_the_same(*_sides(tmp_path, _OTHER[name]))


def test_files_that_one_side_alone_has(tmp_path: Path) -> None:
    old, new = _sides(tmp_path, ("x = 1", "x = 1"))
    assert not tells_the_same(old, {**new, "more.py": new["prov.py"]})
    assert not tells_the_same({}, {})
