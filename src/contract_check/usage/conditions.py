"""Tests of the consumer's that can be asked for: is the provider new enough, has it this name?

Which branch of `if VERSION >= (2, 0)` runs depends on what is installed. The probe evaluates such
a test in the consumer's own module, so no reading of ours has to know how versions are told.
"""

from __future__ import annotations

import ast

from contract_check.usage.scopes import holder
from contract_check.usage.values import Scope

_HARMLESS_CALLS = frozenset(
    """
    bool callable find_spec getattr hasattr int isinstance issubclass len parse parse_version str
    tuple version Version split startswith endswith partition rpartition strip lstrip
    """.split()
)
"""The last names of functions that change nothing: built-in ones, and those that read versions."""

_PLAIN = (
    ast.Attribute,
    ast.BoolOp,
    ast.Call,
    ast.Compare,
    ast.Constant,
    ast.GeneratorExp,
    ast.ListComp,
    ast.Name,
    ast.Slice,
    ast.Subscript,
    ast.Tuple,
    ast.UnaryOp,
    ast.comprehension,
    ast.boolop,
    ast.cmpop,
    ast.unaryop,
    ast.expr_context,
    ast.keyword,
)


def askable(test: ast.expr, scope: Scope) -> frozenset[str] | None:
    """The names of a module that a test is about.

    Args:
        test: what an `if` asks.
        scope: the block it stands in.

    Returns:
        None where it is about a function's own names, or evaluating it may change something.
    """
    used: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(test):
        if not isinstance(node, _PLAIN):
            return None
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                if name not in _HARMLESS_CALLS:
                    return None
            case ast.Call():
                return None
            case ast.Name(id=name, ctx=ast.Store()):
                bound.add(name)
            case ast.Name(id=name):
                used.add(name)
    used -= bound
    return frozenset(used) if used and all(_is_global(scope, name) for name in used) else None


def _is_global(scope: Scope, name: str) -> bool:
    """Whether a name is the module's, or built in."""
    found = holder(scope, name)
    return found is None or found.kind == "module"
