"""What the text of an annotation says of what is inside a container."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable

_SEQUENCES = frozenset(
    """list List set Set frozenset FrozenSet deque Deque Sequence MutableSequence Iterable Iterator
    Collection Generator AsyncIterable AsyncIterator AsyncGenerator AbstractSet MutableSet
    Reversible KeysView ValuesView""".split()
)
_MAPS = frozenset("dict Dict Mapping MutableMapping defaultdict DefaultDict OrderedDict".split())
_TUPLES = frozenset({"tuple", "Tuple"})
_AWAITABLES = frozenset({"Awaitable", "Coroutine", "Future", "Task"})
_MANAGERS = frozenset(
    """ContextManager AbstractContextManager AsyncContextManager
    AbstractAsyncContextManager""".split()
)
_ITEM = re.compile(r"__item_(\d+)__")


def is_container(text: str) -> bool:
    """Whether an annotation names a container, or a context manager, so that the classes in it are
    those inside."""
    return _opened(text)[0] in _SEQUENCES | _MAPS | _TUPLES | _MANAGERS


def parts(text: str) -> tuple[str, ...] | None:
    """The annotations of a tuple's items, or None where it is no tuple of a fixed length."""
    name, items = _opened(text)
    return items if name in _TUPLES and items and items[-1] != "..." else None


def taken_by_callable(text: str) -> int | None:
    """How many arguments a Callable is given, or None where that is not said."""
    name, items = _opened(text)
    taken = _parsed(items[0]) if name == "Callable" and len(items) == 2 else None
    return len(taken.elts) if isinstance(taken, ast.List) else None


def inside(text: str, member: str) -> str | None:
    """The annotation of what is taken out of something, or None where that is not known.

    Args:
        text: the annotation of the container.
        member: how it is taken: `__next__` (iterated over), `__getitem__`, `__item_0__` (by that
            position), `__enter__`, or one of the methods of containers.
    """
    name, items = _opened(text)
    if name in _TUPLES:
        return _of_tuple(items, member)
    if name in _SEQUENCES and items:
        taking = ("__next__", "__getitem__", "pop", "popleft")
        return items[0] if member in taking or _ITEM.fullmatch(member) else None
    if name in _MANAGERS and items:
        return items[0] if member in ("__enter__", "__aenter__") else None
    if name in _MAPS and len(items) == 2:
        return _of_map(items[0], items[1], member)
    return None


def _of_tuple(items: tuple[str, ...], member: str) -> str | None:
    position = _ITEM.fullmatch(member)
    if items and items[-1] == "...":
        return items[0] if member in ("__next__", "__getitem__") or position else None
    if position is not None and int(position[1]) < len(items):
        return items[int(position[1])]
    return None


def _of_map(key: str, value: str, member: str) -> str | None:
    known = {
        "__next__": key,
        "keys": f"list[{key}]",
        "values": f"list[{value}]",
        "items": f"list[tuple[{key}, {value}]]",
    }
    if member in ("__getitem__", "get", "pop", "setdefault") or _ITEM.fullmatch(member):
        return value
    return known.get(member)


def named(text: str, identities: Iterable[str]) -> tuple[str, ...]:
    """Those of some classes (`module:qualname`) that an annotation names."""
    names = _names(text)
    return tuple(item for item in identities if item.rpartition(":")[2] in names)


def _names(text: str) -> Collection[str]:
    tree = _parsed(text)
    found: set[str] = set()
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(_names(node.value))
        elif isinstance(node, ast.Name | ast.Attribute):
            found.update((ast.unparse(node), ast.unparse(node).rpartition(".")[2]))
    return found


def _opened(text: str) -> tuple[str, tuple[str, ...]]:
    """The name of a generic, and its arguments; without the wrappers that change nothing here."""
    node = _parsed(text)
    while node is not None:
        match node:
            case ast.Constant(value=str() as quoted):
                node = _parsed(quoted)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                node = _other_than_none(left, right)
            case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
                items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                if name == "Union":
                    node = _other_than_none(*items)
                elif name in ("Optional", "Annotated"):
                    node = items[0]
                elif name in _AWAITABLES:
                    node = items[-1]
                else:
                    return name, tuple(ast.unparse(item) for item in items)
            case _:
                return "", ()
    return "", ()


def _other_than_none(*arms: ast.expr) -> ast.expr | None:
    """The one arm of a union that says something; with two of them it may be either."""
    told = [arm for arm in arms if ast.unparse(arm) not in ("None", "NoneType")]
    return told[0] if len(told) == 1 else None


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None
