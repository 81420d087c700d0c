"""Annotations, as the probe writes them, compared as types."""

from __future__ import annotations

import ast
from enum import Enum, auto
from functools import lru_cache

_ANYTHING = frozenset({"Any", "object"})
_BARE = frozenset({"list", "dict", "set", "frozenset", "tuple", "type", "Sequence", "Mapping"})
_NULLS = frozenset({"None", "NoneType"})


class Relation(Enum):
    """How a type stands to another."""

    SAME = auto()
    NARROWER = auto()
    WIDER = auto()
    OTHER = auto()


_LONGEST = 100
"""Of two types, in a sentence."""


def arms(annotation: str) -> tuple[str, ...]:
    """The arms of a union in order, without None; the whole of what is none."""
    return tuple(arm for arm in _arms(annotation) if arm not in _NULLS)


def nullable(annotation: str) -> bool:
    """Whether a type admits None by its spelling."""
    return any(arm in _NULLS or arm in _ANYTHING for arm in _arms(annotation))


def literals(annotation: str) -> frozenset[str]:
    """The values of all Literals in a type, as their reprs."""
    tree = _tree(annotation)
    found: set[str] = set()
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
            found.update(map(ast.unparse, _elements(node.slice)))
    return frozenset(found)


@lru_cache(maxsize=4096)
def without_literals(annotation: str) -> str:
    """A type with its Literals emptied, so that only the rest of it is compared."""
    tree = _tree(annotation)
    if tree is None:
        return annotation
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
            node.slice = ast.Constant("")
    return ast.unparse(tree)


@lru_cache(maxsize=4096)
def relation(old: str, new: str) -> Relation:
    """How a new type stands to the old one, None in unions left aside."""
    return _unions(arms(old), arms(new))


def _unions(old: tuple[str, ...], new: tuple[str, ...]) -> Relation:
    narrower = all(any(fits(arm, other) for other in old) for arm in _beside(old, new))
    wider = all(any(fits(arm, other) for other in new) for arm in _beside(new, old))
    if narrower and wider:
        return Relation.SAME
    if narrower:
        return Relation.NARROWER
    return Relation.WIDER if wider else Relation.OTHER


def _beside(one: tuple[str, ...], other: tuple[str, ...]) -> list[str]:
    """The arms of the other that the one does not spell alike."""
    spelled = frozenset(one)
    return [arm for arm in other if arm not in spelled]


@lru_cache(maxsize=4096)
def fits(inner: str, outer: str) -> bool:
    """Whether all values of one type are values of another, as far as spelling tells."""
    if inner == outer or outer in _ANYTHING:
        return True
    if inner in _ANYTHING:
        return False
    one, other = head(inner), head(outer)
    if one[0] == "Literal" and other[0] == "Literal":
        return set(one[1]) <= set(other[1])
    if one[0] == "Literal":
        return all(_literal_type(value) == outer for value in one[1])
    if one[0] != other[0]:
        return False
    if not other[1]:
        return one[0] in _BARE
    if not one[1]:
        return one[0] in _BARE and all(item in _ANYTHING for item in other[1])
    return len(one[1]) == len(other[1]) and all(
        _unions(_arms(b), _arms(a)) in (Relation.SAME, Relation.NARROWER)
        for a, b in zip(one[1], other[1], strict=True)
    )


def _literal_type(value: str) -> str:
    try:
        return type(ast.literal_eval(value)).__name__
    except (ValueError, SyntaxError):
        return ""


@lru_cache(maxsize=4096)
def told(before: str, after: str) -> str:
    """Two types for a sentence: `from int to str`; of long unions only the arms that differ.

    >>> told("A | B", "A | C")
    'from A | B to A | C'
    """
    if len(before) + len(after) > _LONGEST:
        old, new = _arms(before), _arms(after)
        rest = " | …" if set(old) & set(new) else ""
        before, after = (
            _cut(" | ".join(arm for arm in own if arm not in other) or "…") + rest
            for own, other in ((old, new), (new, old))
        )
    return f"from {before} to {after}"


def _cut(text: str) -> str:
    most = _LONGEST // 2
    return text if len(text) <= most else f"{text[: most - 1]}…"


@lru_cache(maxsize=4096)
def head(annotation: str) -> tuple[str, tuple[str, ...]]:
    """A type's name and what is in its brackets: `("dict", ("str", "int"))` for
    `dict[str, int]`."""
    node = _tree(annotation)
    if isinstance(node, ast.Subscript):
        return ast.unparse(node.value), tuple(map(ast.unparse, _elements(node.slice)))
    return annotation, ()


def _elements(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]


@lru_cache(maxsize=4096)
def _arms(annotation: str) -> tuple[str, ...]:
    node = _tree(annotation)
    return (annotation,) if node is None else tuple(_flat(node))


def _flat(node: ast.expr) -> list[str]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_flat(node.left), *_flat(node.right)]
    if isinstance(node, ast.Subscript):
        name = ast.unparse(node.value)
        if name == "Optional":
            return [*_flat(node.slice), "None"]
        if name == "Union":
            return [arm for item in _elements(node.slice) for arm in _flat(item)]
    return [ast.unparse(node)]


def _tree(annotation: str) -> ast.expr | None:
    try:
        return ast.parse(annotation, mode="eval").body
    except SyntaxError:
        return None
