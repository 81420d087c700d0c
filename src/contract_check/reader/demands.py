"""What the code at a diagnostic does, and with which expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from contract_check.model.reading import Demand, Diagnostic
from contract_check.reader.syntax import Source

_SIGNS: Mapping[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.MatMult: "matmul", ast.Div: "truediv",
    ast.FloorDiv: "floordiv", ast.Mod: "mod", ast.Pow: "pow", ast.BitAnd: "and",
    ast.BitOr: "or", ast.BitXor: "xor", ast.LShift: "lshift", ast.RShift: "rshift",
    ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert",
    ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
}  # fmt: skip
_BUILT_IN = {
    **dict.fromkeys(
        ("all", "any", "dict", "enumerate", "frozenset", "iter", "list", "map", "max", "min",
         "set", "sorted", "sum", "tuple", "zip"),
        "iterate",
    ),
    **{name: name for name in ("abs", "float", "hash", "int", "len", "next", "reversed", "round")},
}  # fmt: skip
"""What a built-in function does with what it is given."""


def demanded(
    source: Source, node: ast.AST, diagnostic: Diagnostic
) -> Iterator[tuple[ast.expr, Demand]]:
    """What is done at a diagnostic: each expression with what the code asks of it.

    Args:
        source: the file.
        node: the smallest node that the diagnostic points to.
        diagnostic: it.
    """
    match diagnostic.aspect:
        case "attribute" | "import":
            yield from _attribute(source, node)
        case "call" | "instance":
            yield from _call(source, node)
        case "key":
            yield from _item(source, node)
        case "operation" | "argument":
            yield from _operation(source, node)


def _attribute(source: Source, node: ast.AST) -> Iterator[tuple[ast.expr, Demand]]:
    if isinstance(node, ast.Attribute):
        yield node.value, Demand("attribute", node.attr)
        above = source.parents.get(node)
        if isinstance(above, ast.Call) and above.func is node:
            yield node, arguments(above)


def _call(source: Source, node: ast.AST) -> Iterator[tuple[ast.expr, Demand]]:
    for above in source.around(node):
        if isinstance(above, ast.Call):
            yield above.func, arguments(above)
            return
        if isinstance(above, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for item in above.decorator_list:
                if item is node:
                    yield item, Demand("call", positional=1)
            return


def _item(source: Source, node: ast.AST) -> Iterator[tuple[ast.expr, Demand]]:
    for above in source.around(node):
        if isinstance(above, ast.Subscript):
            yield above.value, Demand(_subscripted(above), _constant(above.slice))
            return


def _subscripted(node: ast.Subscript) -> str:
    if isinstance(node.ctx, ast.Store):
        return "setitem"
    return "delitem" if isinstance(node.ctx, ast.Del) else "getitem"


def _constant(node: ast.expr) -> str:
    return repr(node.value) if isinstance(node, ast.Constant) else ""


def _operation(source: Source, node: ast.AST) -> Iterator[tuple[ast.expr, Demand]]:
    above = source.parents.get(node)
    match node, above:
        case ast.Subscript(), _:
            yield node.value, Demand(_subscripted(node), _constant(node.slice))
        case ast.BinOp(), _:
            yield node.left, Demand(_SIGNS.get(type(node.op), ""))
        case ast.UnaryOp(), _ if type(node.op) in _SIGNS:
            yield node.operand, Demand(_SIGNS[type(node.op)])
        case ast.Compare(), _ if len(node.ops) == 1:
            yield from _compared(node)
        case ast.AugAssign(), _:
            yield node.target, Demand(_SIGNS.get(type(node.op), ""))
        case ast.Await(), _:
            yield node.value, Demand("await")
        case _:
            yield from _used_by(source, node, above)


def _compared(node: ast.Compare) -> Iterator[tuple[ast.expr, Demand]]:
    if isinstance(node.ops[0], (ast.In, ast.NotIn)):
        yield node.comparators[0], Demand("contains")
    elif type(node.ops[0]) in _SIGNS:
        yield node.left, Demand(_SIGNS[type(node.ops[0])])


def _used_by(
    source: Source, node: ast.AST, above: ast.AST | None
) -> Iterator[tuple[ast.expr, Demand]]:
    """What the code around an expression does with it."""
    match above:
        case ast.For(iter=used) | ast.comprehension(iter=used, is_async=0) if used is node:
            yield used, Demand("iterate")
        case ast.AsyncFor(iter=used) | ast.comprehension(iter=used) if used is node:
            yield used, Demand("async iterate")
        case ast.withitem(context_expr=used) if used is node:
            entered = isinstance(source.parents.get(above), ast.AsyncWith)
            yield used, Demand("async with" if entered else "with")
        case ast.Await(value=used) if used is node:
            yield used, Demand("await")
        case ast.Starred(value=used) | ast.YieldFrom(value=used) if used is node:
            yield used, Demand("iterate")
        case ast.keyword(arg=None, value=used) if used is node:
            yield used, Demand("mapping")
        case ast.Assign(targets=[target, *_]) | ast.For(target=target) if target is node:
            yield from _unpacked(above, target)
        case ast.Call(func=ast.Name(id=name), args=[used, *_]) if used is node:
            if name in _BUILT_IN:
                yield used, Demand(_BUILT_IN[name])
        case ast.Call(func=called) if called is node:
            yield called, arguments(above)


def _unpacked(above: ast.AST, target: ast.expr) -> Iterator[tuple[ast.expr, Demand]]:
    if isinstance(above, ast.Assign) and isinstance(target, (ast.Tuple, ast.List)):
        starred = any(isinstance(item, ast.Starred) for item in target.elts)
        yield above.value, Demand("unpack", "" if starred else str(len(target.elts)))


def arguments(call: ast.Call) -> Demand:
    """What a call asks of what is called."""
    starred = any(isinstance(item, ast.Starred) for item in call.args)
    named = [item.arg for item in call.keywords if item.arg is not None]
    return Demand(
        "call",
        positional=sum(not isinstance(item, ast.Starred) for item in call.args),
        keywords=tuple(named),
        open_ended=starred or len(named) < len(call.keywords),
    )
