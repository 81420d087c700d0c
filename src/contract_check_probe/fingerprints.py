"""Says of what models are made, code included, so that the host can tell what is the same.

The answer holds `nodes` (name to its hash and the names that it uses, see `walking`), `models`
(ref to the name of its node), `fields` (name of a model's node to those of its fields, each the
node `<model>.<field>`, beside `<model> body`) and `everywhere`: the nodes that any model may depend
on, as they change what is nobody's own while they are imported: statements of modules that call or
assign to something, and what of these packages was put into modules of others.
"""

from __future__ import annotations

import ast
import re
import sys
import types
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from contract_check_probe.importing import resolve
from contract_check_probe.walking import OPAQUE, Walker

_MAY_ACT = re.compile(
    r"^(?:if|try|for|while|with|del|async|[A-Za-z_][\w.\[\]\"' ]*[.\[(\]])", re.MULTILINE
)
"""A line of a module that may do more than give something a name."""
_HARMLESS = frozenset({"model_rebuild", "update_forward_refs"})
"""Methods of Pydantic's that complete the model they are called on, which is looked at later."""
_LABELS = frozenset({"__module__", "__qualname__", "__name__", "__doc__"})
_HARMLESS_TESTS = frozenset(
    "startswith endswith isinstance issubclass hasattr getattr callable list tuple dir get".split()
)


def fingerprint(arguments: dict[str, Any]) -> dict[str, Any]:
    """Walk through what `symbols` are made of; `own` are the packages whose code is followed,
    `provider` those of them that are the provider's. Where that fails, nothing is known."""
    try:
        return _fingerprint(arguments)
    except Exception:  # noqa: BLE001 - foreign objects may raise anything when looked at
        return {"nodes": {}, "models": {}, "fields": {}, "everywhere": [OPAQUE]}


def _fingerprint(arguments: dict[str, Any]) -> dict[str, Any]:
    provider = frozenset(arguments["provider"])
    walker = Walker({*arguments["own"], *provider, *_built_on(provider)})
    models: dict[str, str | None] = {}
    for ref in arguments["symbols"]:
        try:
            found = resolve(ref)
        except BaseException:  # noqa: BLE001 - what can't be had has no fingerprint
            continue
        models[ref] = walker.class_node(found) if isinstance(found, type) else None
    everywhere = [*_effects(walker), *_put_elsewhere(walker)]
    walker.walk()
    return {
        "nodes": {name: [node.digest(), list(node.uses)] for name, node in walker.nodes.items()},
        "models": models,
        "fields": walker.fields,
        "everywhere": everywhere,
    }


def _top(name: object) -> str:
    return name.partition(".")[0] if isinstance(name, str) else ""


def _modules() -> list[tuple[str, types.ModuleType]]:
    return [
        (name, module)
        for name, module in sorted(sys.modules.items())
        if isinstance(module, types.ModuleType)
    ]


def _built_on(provider: frozenset[str]) -> Iterator[str]:
    """The packages that hold something of the provider's: their code leads to its."""
    found: set[str] = set()
    for name, module in _modules():
        if _top(name) in found or _top(name) in ("contract_check_probe", "__main__"):
            continue
        for value in list(vars(module).values()):
            home = value.__name__ if type(value) is types.ModuleType else _home(value)
            if _top(home) in provider:
                found.add(_top(name))
                break
    return iter(found)


def _home(value: Any) -> Any:
    """The module that an object was made in, whatever name it was given since.

    Packages label what they offer on with a `__module__` of their own, be it another package's.
    """
    if isinstance(value, types.FunctionType):
        return value.__globals__.get("__name__")
    if isinstance(value, type):
        made = map(_unwrapped, list(vars(value).values()))
        found = next((item for item in made if type(item) is types.FunctionType), None)
        return value.__module__ if found is None else _home(found)
    return None


def _unwrapped(value: Any) -> Any:
    """The function in a static or class method. No attribute of anything else is asked for: that
    may run code, as that of a module which is imported when it is used."""
    return value.__func__ if type(value) in (staticmethod, classmethod) else value


def _effects(walker: Walker) -> list[str]:
    """A node for what each module does at its top, apart from giving things names."""
    found: list[str] = []
    for name, module in _modules():
        source = _source_of(module) if walker.is_own(name) else ""
        if source is None:
            found.append(f"e:{name}")
            walker.add(found[-1], lambda node: node.uses.update({"*": None}))
            continue
        names = vars(module)
        statements = _acting(source, names) if _MAY_ACT.search(source) else []
        if statements:
            code = compile(ast.Module(statements, []), "<statements>", "exec")
            found.append(f"e:{name}")
            walker.add(found[-1], partial(walker.put_running, code=code, names=names))
    return found


def _source_of(module: types.ModuleType) -> str | None:
    """A module's source; None for compiled code, empty for a package without a file."""
    file = getattr(module, "__file__", None)
    if file is None:
        return ""
    if not str(file).endswith(".py"):
        return None
    try:
        with open(file, "rb") as opened:
            return opened.read().decode(errors="replace")
    except OSError:
        return None


def _acting(source: str, names: dict[str, Any]) -> list[ast.stmt]:
    try:
        return [item for item in ast.parse(source).body if _acts(item, names)]
    except (SyntaxError, ValueError, RecursionError):
        return []


def _acts(item: ast.stmt, names: dict[str, Any]) -> bool:
    """Whether a statement may change what belongs to other packages.

    What it does to the module's own objects shows in these.
    """
    if isinstance(item, ast.Expr):
        called = item.value.func if isinstance(item.value, ast.Call) else None
        if isinstance(called, ast.Attribute):
            known = isinstance(called.value, ast.Name) and _is_container(called.value.id, names)
            return not known and called.attr not in _HARMLESS
        return not isinstance(item.value, ast.Constant)
    if isinstance(item, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = item.targets if isinstance(item, ast.Assign) else [item.target]
        return any(not _stays(target, names) for target in targets)
    if isinstance(item, ast.If) and _is_main(item.test):
        return any(_acts(part, names) for part in item.orelse)
    if isinstance(item, ast.For) and _only_labels(item):
        return False
    if isinstance(item, (ast.If, ast.Try, ast.ClassDef)):
        return any(_acts(part, names) for part in _statements(ast.iter_child_nodes(item)))
    return isinstance(item, (ast.Delete, ast.With, ast.For, ast.While, ast.AsyncWith))


def _only_labels(item: ast.stmt) -> bool:
    """Whether a statement does nothing but say where objects come from, which shows in these:
    `for name in __all__: setattr(namespace[name], "__module__", "package")`."""
    if isinstance(item, (ast.For, ast.If, ast.Try)):
        tests = [part for part in ast.iter_child_nodes(item) if isinstance(part, ast.expr)]
        calls = [node for test in tests for node in ast.walk(test) if isinstance(node, ast.Call)]
        inner = [*_statements(ast.iter_child_nodes(item))]
        return all(_called(call) in _HARMLESS_TESTS for call in calls) and all(
            _only_labels(part) for part in inner
        )
    if isinstance(item, ast.Expr) and isinstance(item.value, ast.Call):
        call = item.value
        return (
            _called(call) == "setattr"
            and len(call.args) == 3
            and isinstance(call.args[1], ast.Constant)
            and call.args[1].value in _LABELS
        )
    if isinstance(item, ast.Assign):
        return all(isinstance(one, ast.Attribute) and one.attr in _LABELS for one in item.targets)
    return isinstance(item, (ast.Pass, ast.Continue, ast.Break))


def _called(call: ast.Call) -> str:
    """The last part of the name of what is called."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def _stays(target: ast.expr, names: dict[str, Any]) -> bool:
    """Whether an assignment gives a name, or changes an object of the module's own."""
    if isinstance(target, (ast.Name, ast.Tuple, ast.List, ast.Starred)):
        return True
    holder = target.value if isinstance(target, (ast.Attribute, ast.Subscript)) else None
    if not isinstance(holder, ast.Name):
        return False
    value = names.get(holder.id)
    own = isinstance(value, (type, types.FunctionType)) and value.__module__ == names["__name__"]
    return own or _is_container(holder.id, names)


def _is_container(name: str, names: dict[str, Any]) -> bool:
    return type(names.get(name)) in (list, dict, set)


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and ast.unparse(test) == "__name__ == '__main__'"


def _statements(nodes: Iterable[Any]) -> Iterator[ast.stmt]:
    for node in nodes:
        if isinstance(node, ast.stmt):
            yield node
        elif isinstance(node, ast.ExceptHandler):
            yield from node.body


def _put_elsewhere(walker: Walker) -> list[str]:
    """A node for each name of others' modules and classes that holds code of these packages."""
    found: list[str] = []
    for name, module in _modules():
        if walker.is_own(name) or _top(name) in ("contract_check_probe", "__main__"):
            continue
        for key, value in list(vars(module).items()):
            if _is_placed(walker, value):
                _place(walker, found, f"x:{name}:{key}", value)
            elif isinstance(value, type) and value.__module__ == name:
                for attribute, inner in list(vars(value).items()):
                    if _is_placed(walker, _unwrapped(inner)):
                        _place(walker, found, f"x:{name}:{key}.{attribute}", inner)
    return found


def _is_placed(walker: Walker, value: Any) -> bool:
    if type(value) is not types.FunctionType:
        return False
    return walker.is_own(value.__globals__.get("__name__"))


def _place(walker: Walker, found: list[str], name: str, value: Any) -> None:
    found.append(name)
    walker.add(name, lambda node: walker.put(node, value))
