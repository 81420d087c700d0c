"""The ways out of a function that has no annotation."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, field

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass
class Outcomes:
    """What a function hands out.

    Args:
        returned: the values of its `return` statements.
        yielded: those of its `yield`, for a generator.
        assigned: the names that it binds in one place, with what they are bound to, in order.
    """

    returned: list[ast.expr] = field(default_factory=list)
    yielded: list[ast.expr] = field(default_factory=list)
    assigned: dict[str, ast.expr] = field(default_factory=dict)


def outcomes(node: FunctionNode) -> Outcomes:
    """Read a function's body for what it hands out; nested functions and classes left out.

    Returns:
        nothing for one that yields what another generator does.
    """
    found = Outcomes()
    bound: Counter[str] = Counter(
        argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)
    )
    delegates = False
    todo: list[ast.AST] = list(reversed(node.body))
    while todo:
        current = todo.pop()
        match current:
            case ast.Return(value=ast.expr() as value):
                found.returned.append(value)
            case ast.Yield(value=ast.expr() as value):
                found.yielded.append(value)
            case ast.YieldFrom() | ast.Yield():
                delegates = True
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                bound[name] += 1
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                bound.update(names)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.assigned[name] = value
        if not isinstance(current, _SCOPES):
            todo.extend(reversed(list(ast.iter_child_nodes(current))))
    found.assigned = {name: value for name, value in found.assigned.items() if bound[name] == 1}
    return Outcomes() if delegates else found
