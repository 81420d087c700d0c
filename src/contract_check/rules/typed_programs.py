"""Programs that work out the type of a value from where it comes from, and try what is done to it.

At run time a function's annotation says what it returns; where it has none, its `return` or
`yield` says so if it makes an instance of a class there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contract_check.model.reading import Demand, Value
from contract_check.rules.interface import Program
from contract_check.rules.operations import needed
from contract_check.rules.uses import Given
from contract_check.rules.witnesses import import_of, statement

_HEAD = """import ast, collections.abc, contextlib, inspect, sys, textwrap, types, typing

"""
_FOLLOW = '''

def made(node, function):
    """The class whose instance an expression makes."""
    if isinstance(node, ast.Call):
        try:
            found = eval(ast.unparse(node.func), function.__globals__)
        except Exception:
            return typing.Any
        return found if isinstance(found, type) else typing.Any
    displays = {ast.Dict: dict, ast.List: list, ast.Set: set, ast.Tuple: tuple, ast.JoinedStr: str}
    constant = isinstance(node, ast.Constant)
    return type(node.value) if constant else displays.get(type(node), typing.Any)


def said(function, statement):
    """What all the `return` or `yield` of a function make, if that is one class."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return typing.Any
    kinds = {
        made(node.value, function)
        for node in ast.walk(tree)
        if isinstance(node, statement) and node.value is not None
    }
    return kinds.pop() if len(kinds) == 1 else typing.Any


def returned(function):
    inner = inspect.unwrap(function)
    managed = inner is not function and function.__code__.co_filename == contextlib.__file__
    try:
        kind = typing.get_type_hints(inner).get("return")
    except Exception:
        kind = None
    if kind is None:
        kind = said(inner, ast.Yield if managed else ast.Return)
        return typing.ContextManager[kind] if managed else kind
    return typing.ContextManager[typing.get_args(kind)[0]] if managed else kind


def plain(kind):
    return typing.get_origin(kind) or kind


def member(kind, name):
    found = inspect.getattr_static(kind, name, None)
    if isinstance(found, property):
        return returned(found.fget)
    found = getattr(found, "__func__", found)
    if inspect.isfunction(found):
        return found
    try:
        return typing.get_type_hints(kind).get(name, typing.Any)
    except Exception:
        return typing.Any


def arms(kind):
    if plain(kind) in (typing.Union, types.UnionType):
        return [arm for arm in typing.get_args(kind) if arm is not type(None)]
    return [kind]


def step(kind, name):
    """The type of what is got from a value."""
    if len(arms(kind)) != 1 or kind is typing.Any:
        return typing.Any
    kind = arms(kind)[0]
    items, owner = typing.get_args(kind), plain(kind)
    if name == "call":
        if inspect.isfunction(kind):
            return returned(kind)
        return kind if isinstance(owner, type) else typing.Any
    if not isinstance(owner, type):
        return typing.Any
    if name.startswith("."):
        return member(owner, name[1:])
    if name.startswith("["):
        key = ast.literal_eval(name[1:-1])
        hints = {} if owner.__module__ == "builtins" else typing.get_type_hints(owner)
        if key in hints:
            return hints[key]
        name = "getitem"
    if name == "await":
        return items[-1] if issubclass(owner, collections.abc.Awaitable) and items else kind
    if items and owner.__module__ in ("builtins", "collections", "collections.abc", "contextlib"):
        return items[-1] if name == "getitem" else items[0]
    special = {"iterate": "iter", "aiterate": "aiter"}.get(name, name)
    found = member(owner, f"__{special}__")
    given = returned(found) if inspect.isfunction(found) else typing.Any
    if name in ("iterate", "aiterate"):
        return typing.get_args(given)[0] if typing.get_args(given) else typing.Any
    return given

'''
_DECLARED = """
def has(kind, name):
    bodies = [vars(base) for base in kind.__mro__]
    keys = ("__annotations__", "__private_attributes__")
    declared = {item for body in bodies for key in keys for item in body.get(key, ())}
    methods = [getattr(item, "__func__", item) for body in bodies for item in body.values()]
    for code in [getattr(item, "__code__", None) for item in methods]:
        declared.update(code.co_names if code else ())
    return hasattr(kind, name) or name in declared or hasattr(kind, "__getattr__")

"""
_ITEM = """
def has_item(kind, key):
    if not hasattr(kind, "__getitem__"):
        return False
    if not hasattr(kind, "model_construct"):
        return True
    blank = kind.model_construct(**dict.fromkeys(kind.model_fields))
    try:
        blank[key]
    except (KeyError, AttributeError):
        return False
    return True

"""
_DONE: Mapping[str, str] = {
    "getitem": "Subject[{key}]",
    "iterate": "iter(Subject)",
    "len": "len(Subject)",
    "with": "type(Subject).__enter__",
    "async with": "type(Subject).__aenter__",
    "await": "type(Subject).__await__",
}


def constant_program(ref: str, steps: Sequence[str], demand: Demand) -> Program:
    """Does to a constant what the consumer does."""
    path = "".join(steps)
    lines = [import_of(ref, "Value"), f"Subject = Value{path}", ""]
    if demand.kind == "attribute":
        return statement(*lines, f"Subject.{demand.name}")
    if demand.kind == "call":
        given = Given(demand.positional, demand.keywords).written()
        bind = "bind_partial" if demand.open_ended else "bind"
        return statement("import inspect", *lines, f"inspect.signature(Subject).{bind}({given})")
    done = _DONE.get(demand.kind)
    if done is not None and (demand.name or demand.kind != "getitem"):
        return statement(*lines, done.format(key=demand.name))
    names = needed(demand.kind)
    return statement(
        *lines, f"assert any(hasattr(type(Subject), name) for name in {names!r}), Subject"
    )


def value_program(value: Value) -> Program:
    """Passes unless every type that the value can have lacks what is done to it."""
    module, _, path = value.origin.partition(":")
    owner, dot, name = path.rpartition(".")
    steps = (f".{name}", *value.steps) if dot else value.steps
    demand = value.demand
    condition = {
        "attribute": f"has(kind, {demand.name!r})",
        "call": "hasattr(kind, '__call__')",
        "getitem": f"has_item(kind, {demand.name})" if demand.name else "",
    }.get(demand.kind) or f"any(hasattr(kind, name) for name in {needed(demand.kind)!r})"
    helper = {"attribute": _DECLARED, "getitem": _ITEM if demand.name else ""}.get(demand.kind, "")
    lines = [
        f"{_HEAD}{import_of(f'{module}:{owner or path}', 'Subject')}",
        f"{_FOLLOW}{helper}",
        "found = Subject",
        f"for name in {steps!r}:",
        "    found = step(found, name)",
        "kinds = [plain(arm) for arm in arms(found)]",
        "known = all(isinstance(kind, type) and kind is not typing.Any for kind in kinds)",
        f"lacking = [kind for kind in kinds if known and not {condition}]",
        'assert not lacking or len(lacking) < len(kinds), f"it is {found} now"',
    ]
    return statement(*lines)
