"""Small changes of sources, put together by the families.

A `Step` alters one module's tree; `module` makes a `Change` of some steps. What a step puts in
is written as Python text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from benchmarks.mutation.mutant import Change, Files

Step = Callable[[ast.Module], None]
_Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def module(path: str, *steps: Step) -> Change:
    """Alter one module by its tree."""

    def change(files: Files) -> None:
        if path not in files:
            raise ValueError(f"there is no {path}")
        tree = ast.parse(files[path])
        for step in steps:
            before = ast.dump(tree)
            step(tree)
            if ast.dump(tree) == before:
                raise ValueError(f"a step alters nothing in {path}")
        files[path] = ast.unparse(ast.fix_missing_locations(tree)) + "\n"

    return change


# --- whole files -------------------------------------------------------------------------------


def text(path: str, old: str, new: str) -> Change:
    """Replace one piece of a file's text."""

    def change(files: Files) -> None:
        if old not in files.get(path, ""):
            raise ValueError(f"{path} does not hold {old!r}")
        files[path] = files[path].replace(old, new)

    return change


def append(path: str, addition: str) -> Change:
    """Add text at a file's end; the file is made if it is not there."""

    def change(files: Files) -> None:
        files[path] = files.get(path, "") + addition

    return change


def everywhere(pattern: str, new: str, within: str = "") -> Change:
    """Replace a regular expression in every Python file whose path starts with `within`."""

    def change(files: Files) -> None:
        for path, source in files.items():
            if path.endswith(".py") and path.startswith(within):
                files[path] = re.sub(pattern, new, source)

    return change


def move(old: str, new: str) -> Change:
    """Move a file, or all files of a folder (`a/b/`)."""

    def change(files: Files) -> None:
        for path in [path for path in files if path.startswith(old)]:
            files[new + path.removeprefix(old)] = files.pop(path)

    return change


def remove(path: str) -> Change:
    """Take a file away."""

    def change(files: Files) -> None:
        if files.pop(path, None) is None:
            raise ValueError(f"there is no {path}")

    return change


# --- top level ---------------------------------------------------------------------------------


def start(code: str) -> Step:
    """Put statements after the imports that a module begins with."""

    def step(tree: ast.Module) -> None:
        position = 0
        for number, statement in enumerate(tree.body):
            docstring = number == 0 and isinstance(statement, ast.Expr)
            if not docstring and not isinstance(statement, ast.Import | ast.ImportFrom):
                break
            position = number + 1
        tree.body[position:position] = _statements(code)

    return step


def end(code: str) -> Step:
    """Put statements at a module's end."""
    return lambda tree: tree.body.extend(_statements(code))


def replace(name: str, code: str) -> Step:
    """Put statements in the place of a definition or an assignment; none to remove it."""

    def step(tree: ast.Module) -> None:
        position = _position(tree.body, name)
        tree.body[position : position + 1] = _statements(code)

    return step


def drop(name: str) -> Step:
    """Take a definition or an assignment away."""
    return replace(name, "")


def rename(old: str, new: str) -> Step:
    """Rename a definition and every mention of it in the module."""

    def step(tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, _Definition) and node.name == old:
                node.name = new
            elif isinstance(node, ast.Name) and node.id == old:
                node.id = new
            elif isinstance(node, ast.alias) and node.name == old:
                node.name = new
            elif isinstance(node, ast.Constant) and node.value == old:
                node.value = new

    return step


def decorate(target: str, decorator: str) -> Step:
    """Decorate `Class`, `function` or `Class.method`."""
    return lambda tree: _find(tree, target).decorator_list.insert(0, _expression(decorator))


def documented(target: str, words: str | None) -> Step:
    """Give a definition another docstring, or none."""

    def step(tree: ast.Module) -> None:
        body = _find(tree, target).body
        if ast.get_docstring(_find(tree, target)) is not None:
            del body[0]
        if words is not None:
            body.insert(0, ast.Expr(ast.Constant(words)))

    return step


# --- classes -----------------------------------------------------------------------------------


def field(owner: str, code: str, name: str | None = None) -> Step:
    """Put a field in the place of the one of the same name (or of `name`), or at the end."""

    def step(tree: ast.Module) -> None:
        body = _class(tree, owner).body
        (new,) = _statements(code)
        try:
            body[_position(body, name or _name(new))] = new
        except ValueError:
            if name is not None:
                raise
            body.append(new)

    return step


def member(owner: str, code: str) -> Step:
    """Add statements to a class."""
    return lambda tree: _class(tree, owner).body.extend(_statements(code))


def without(owner: str, name: str) -> Step:
    """Take a field, member or method away."""

    def step(tree: ast.Module) -> None:
        body = _class(tree, owner).body
        del body[_position(body, name)]

    return step


def bases(owner: str, code: str) -> Step:
    """Give a class other bases: what stands between the parentheses."""

    def step(tree: ast.Module) -> None:
        (new,) = _statements(f"class _({code}): ...")
        assert isinstance(new, ast.ClassDef)
        _class(tree, owner).bases, _class(tree, owner).keywords = new.bases, new.keywords

    return step


def config(owner: str, settings: str = "", *, lose: str = "") -> Step:
    """Set entries of a model's configuration, in the spelling of Pydantic 2.

    Args:
        settings: keyword arguments, as in `extra='forbid', strict=True`.
        lose: an entry to take away.
    """

    def step(tree: ast.Module) -> None:
        body = _class(tree, owner).body
        entries: list[ast.keyword] = []
        for statement in [s for s in body if _name(s) == "Config"]:
            assert isinstance(statement, ast.ClassDef)
            body.remove(statement)
            for entry in statement.body:
                assert isinstance(entry, ast.Assign)
                if _name(entry) != lose:
                    entries.append(ast.keyword(_name(entry), entry.value))
        call = _expression(f"dict({settings})")
        assert isinstance(call, ast.Call)
        call.keywords = [*entries, *call.keywords]
        target = ast.Name("model_config", ast.Store())
        body.append(ast.Assign([target], call))

    return step


def arguments(owner: str, name: str, **values: str | None) -> Step:
    """Set keyword arguments of a field's `Field(...)`, as text; None takes one away."""

    def step(tree: ast.Module) -> None:
        body = _class(tree, owner).body
        statement = body[_position(body, name)]
        assert isinstance(statement, ast.AnnAssign)
        call = statement.value
        assert isinstance(call, ast.Call)
        call.keywords = [entry for entry in call.keywords if entry.arg not in values]
        for key, value in values.items():
            if value is not None:
                call.keywords.append(ast.keyword(key, _expression(value)))

    return step


def annotated(owner: str, name: str, annotation: str) -> Step:
    """Give a field another annotation and leave the rest as it is."""

    def step(tree: ast.Module) -> None:
        body = _class(tree, owner).body
        statement = body[_position(body, name)]
        assert isinstance(statement, ast.AnnAssign)
        statement.annotation = _expression(annotation)

    return step


def reordered(owner: str, *names: str) -> Step:
    """Put these members of a class in this order, where the first of them stands."""

    def step(tree: ast.Module) -> None:
        body = _class(tree, owner).body
        chosen = [body[_position(body, name)] for name in names]
        slots = sorted(body.index(statement) for statement in chosen)
        for slot, statement in zip(slots, chosen, strict=True):
            body[slot] = statement

    return step


# --- functions ---------------------------------------------------------------------------------


def signature(target: str, code: str, *, is_async: bool | None = None) -> Step:
    """Give a function other parameters: what stands between the parentheses."""

    def step(tree: ast.Module) -> None:
        (new,) = _statements(f"def _({code}): ...")
        assert isinstance(new, ast.FunctionDef)
        found = _find(tree, target)
        assert isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef)
        found.args = new.args

    return step


def as_async(target: str, yes: bool) -> Step:
    """Make a function or method a coroutine, or no longer one."""

    def step(tree: ast.Module) -> None:
        found = _find(tree, target)
        assert isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef)
        kind = ast.AsyncFunctionDef if yes else ast.FunctionDef
        new = kind(
            name=found.name,
            args=found.args,
            body=found.body,
            decorator_list=found.decorator_list,
            returns=found.returns,
        )
        owner, _, _ = target.rpartition(".")
        body = _class(tree, owner).body if owner else tree.body
        body[body.index(found)] = new

    return step


def first(target: str, code: str) -> Step:
    """Put statements at the start of a function's body, after its docstring."""

    def step(tree: ast.Module) -> None:
        found = _find(tree, target)
        position = 0 if ast.get_docstring(found) is None else 1
        found.body[position:position] = _statements(code)

    return step


def renamed_argument(target: str, old: str, new: str) -> Step:
    """Rename a parameter and its mentions in the body."""

    def step(tree: ast.Module) -> None:
        for node in ast.walk(_find(tree, target)):
            if isinstance(node, ast.arg) and node.arg == old:
                node.arg = new
            elif isinstance(node, ast.Name) and node.id == old:
                node.id = new

    return step


def renamed_method(owner: str, old: str, new: str) -> Step:
    """Rename a method, not its callers."""

    def step(tree: ast.Module) -> None:
        found = _find(tree, f"{owner}.{old}")
        found.name = new

    return step


# --- finding -----------------------------------------------------------------------------------


def _statements(code: str) -> list[ast.stmt]:
    lines = code.splitlines()
    indents = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    if len(lines) > 1 and not lines[0].strip():
        cut = min(indents)
        code = "\n".join(line[cut:] for line in lines[1:])
    return ast.parse(code).body


def _expression(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


def _name(statement: ast.stmt) -> str | None:
    """What a statement defines, if that is one name."""
    if isinstance(statement, _Definition):
        return statement.name
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return None


def _position(body: list[ast.stmt], name: str | None) -> int:
    for number, statement in enumerate(body):
        if name is not None and _name(statement) == name:
            return number
    raise ValueError(f"nothing here is called {name}")


def _class(tree: ast.Module, name: str) -> ast.ClassDef:
    found = tree.body[_position(tree.body, name)]
    if not isinstance(found, ast.ClassDef):
        raise ValueError(f"{name} is no class")
    return found


def _find(tree: ast.Module, target: str) -> _Definition:
    owner, _, name = target.rpartition(".")
    body = _class(tree, owner).body if owner else tree.body
    found = body[_position(body, name)]
    if not isinstance(found, _Definition):
        raise ValueError(f"{target} is no definition")
    return found
