"""What a call gives back: at once or to be awaited, and of which type."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from contract_check.model.observation import Signature, Symbol
from contract_check.model.report import Severity
from contract_check.rules.calls.common import SOURCE, call_of
from contract_check.rules.case import Case, short
from contract_check.rules.fields.annotations import fits, head
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.uses import (
    AWAITABLE,
    Site,
    contract_of,
    sites,
    where,
)
from contract_check.rules.witnesses import import_of, statement

_PLAIN_TYPE = re.compile(r"(?!.*(Annotated|Callable)\[)[A-Za-z_](?:[\w\[\], |'\"-]|\.(?!\.))*")


def _sync_async_changed(case: Case) -> Iterator[Draft]:
    seen: set[Locus] = set()
    for site in sites(case):
        if site.constructs or site.before.is_async is site.now.is_async or site.locus in seen:
            continue
        if any(item.flavor.endswith("context manager") for item in (site.before, site.now)):
            continue  # what is done with its result is `operation-lost`
        if site.use.later:
            continue  # who calls it may await it
        if _is_done(case, site, "ask"):
            continue  # the consumer takes it either way
        other = site.before if site.now.is_async else site.now
        if AWAITABLE.search(other.returns or ""):
            continue  # a plain function that hands out something to await is as good
        awaited = _awaits(case, site)
        if site.now.is_async and awaited:
            continue  # so what it returned before is to be awaited
        unknown = set(site.now.opaque) - set(site.before.opaque)
        seen.add(site.locus)
        now = "async" if site.now.is_async else "no longer async"
        effect = (
            f"does not await it, and gets {_handed_by(site.now)} instead of the result"
            if site.now.is_async
            else "awaits it, which fails on a plain result"
            if awaited
            else f"takes what it returns for {_handed_by(site.before)}"
        )
        yield Draft(
            subject=site.subject,
            path=site.member,
            message=f"{site.name} is {now}; {case.candidate.consumer.name} {effect} "
            f"at {where([site.use.place])}",
            hint=f"Keep {site.name} as it was, and offer the other form under a new name.",
            loci=(site.locus,),
            contract=contract_of(case, case.label(site.subject)),
            location=site.use.place,
            programs=(_async_program(site),),
            severity=Severity.WARNING if unknown and not site.now.is_async else None,
            cause=call_of(site.member, [site.use.place]),
        )


def _handed_by(signature: Signature) -> str:
    """What a call of an async function gives at once."""
    return "an async generator" if signature.flavor == "async generator" else "a coroutine"


def _awaits(case: Case, site: Site) -> bool:
    """Whether the consumer awaits what a call gives, there or after it was given a name."""
    return site.use.awaited or _is_done(case, site, "await")


def _is_done(case: Case, site: Site, operation: str) -> bool:
    """Whether the consumer does something with what a call of that target gives."""
    results = (f"{site.use.target}()", site.use.target)
    return any(use.operation == operation and use.owner in results for use in case.usage.operations)


def _async_program(site: Site) -> Program:
    expected = "" if site.before.is_async else "not "
    return statement(
        "import inspect",
        import_of(site.subject, "Subject"),
        "",
        f"function = inspect.unwrap({site.expression})",
        f"assert {expected}(inspect.iscoroutinefunction(function) or "
        "inspect.isasyncgenfunction(function)), function",
    )


def _return_changed(case: Case) -> Iterator[Draft]:
    seen: set[Locus] = set()
    for site in sites(case):
        before, now = site.before.returns, site.now.returns
        if site.constructs or site.locus in seen or before is None or now is None:
            continue
        if same_or_narrower(now, before) or _of_a_subclass(case, now, before):
            continue
        seen.add(site.locus)
        yield Draft(
            subject=site.subject,
            path=site.member,
            message=f"{site.name} is declared to return {_said(now)}, no longer {_said(before)}; "
            f"{case.candidate.consumer.name} calls it at {where([site.use.place])}",
            hint="Check what the consumer does with the result.",
            loci=(site.locus,),
            contract=contract_of(case, case.label(site.subject)),
            location=site.use.place,
            programs=_return_programs(site, before),
            cause=call_of(site.member, [site.use.place]),
        )


def _said(annotation: str) -> str:
    return re.sub(r"\bNoneType\b", "None", annotation)


def same_or_narrower(now: str, before: str) -> bool:
    """Whether an annotation promises all that another one did, as far as its text tells."""
    known = _arms(before)
    return all(
        any(fits(arm, other) or _offers(arm, other) for other in known) for arm in _arms(now)
    )


def _offers(now: str, before: str) -> bool:
    """Whether a collection can be used as what another one was declared to be: a list as what can
    be iterated over."""
    (kind, items), (promised, wanted) = head(now), head(before)
    if kind not in _OFFERED_BY.get(promised, ()):
        return False
    return all(same_or_narrower(*pair) for pair in zip(items, wanted, strict=False))


_SEQUENCES = ("list", "tuple", "deque", "Sequence", "MutableSequence")
_SETS = ("set", "frozenset", "AbstractSet", "MutableSet")
_MAPS = ("dict", "defaultdict", "OrderedDict", "Mapping", "MutableMapping")
_OFFERED_BY: Mapping[str, tuple[str, ...]] = {
    "Sequence": _SEQUENCES,
    "MutableSequence": ("list", "deque"),
    "AbstractSet": _SETS,
    "MutableSet": ("set",),
    "Mapping": _MAPS,
    "MutableMapping": ("dict", "defaultdict", "OrderedDict"),
    "dict": ("defaultdict", "OrderedDict"),
    "Collection": (*_SEQUENCES, *_SETS, *_MAPS),
    "Iterable": (*_SEQUENCES, *_SETS, *_MAPS, "Collection", "Iterator", "Generator"),
    "Iterator": ("Generator",),
    "AsyncIterable": ("AsyncIterator", "AsyncGenerator"),
    "AsyncIterator": ("AsyncGenerator",),
}
"""What collections can be used in the place of another, by the table in the library reference,
"Collections Abstract Base Classes"."""
_SPELLINGS = {
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Tuple": "tuple",
    "Type": "type",
    "NoneType": "None",
}


def _arms(annotation: str) -> frozenset[str]:
    """The alternatives of an annotation, spelled in one way."""
    try:
        return _alternatives(ast.parse(annotation.strip(), mode="eval").body)
    except SyntaxError:
        return frozenset((annotation,))


def _alternatives(node: ast.expr) -> frozenset[str]:
    match node:
        case ast.Constant(value=str() as quoted):
            return _arms(quoted)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return frozenset((_SPELLINGS.get(name, name),))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _alternatives(left) | _alternatives(right)
        case ast.Subscript(value=origin, slice=inner):
            return _subscripted(_one(origin), inner)
    return frozenset((ast.unparse(node),))


def _subscripted(origin: str, inner: ast.expr) -> frozenset[str]:
    items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if origin == "Literal":
        return frozenset(f"Literal[{ast.unparse(item)}]" for item in items)
    if origin == "Optional":
        return _alternatives(inner) | {"None"}
    if origin == "Union":
        return frozenset[str]().union(*(_alternatives(item) for item in items))
    if origin == "Annotated":
        return _alternatives(items[0])
    return frozenset((f"{origin}[{', '.join(_one(item) for item in items)}]",))


def _one(node: ast.expr) -> str:
    return " | ".join(sorted(_alternatives(node)))


def _of_a_subclass(case: Case, now: str, before: str) -> bool:
    """Whether a class is returned that is one of those that were."""
    names = {name: item for item in _classes(case) for name in (short(item.ref),)}
    wanted = _arms(before)
    for arm in _arms(now):
        found = names.get(arm)
        bases = {base.rpartition(":")[2] for base in found.bases} if found else {arm}
        if not bases & wanted:
            return False
    return True


def _classes(case: Case) -> Iterable[Symbol]:
    return (item for item in case.candidate.described.symbols.values() if item.bases)


def _return_programs(site: Site, before: str) -> tuple[Program, ...]:
    if not _PLAIN_TYPE.fullmatch(before):
        return ()
    return (
        statement(
            "import inspect, types, typing",
            import_of(site.subject, "Subject"),
            "",
            "",
            "def spelled(kind):",
            "    if isinstance(kind, str):",
            "        return kind",
            "    if typing.get_origin(kind) is typing.Literal:",
            "        return f\"Literal[{', '.join(map(repr, typing.get_args(kind)))}]\"",
            "    origin, items = typing.get_origin(kind), [*map(spelled, typing.get_args(kind))]",
            "    if origin in (typing.Union, types.UnionType):",
            "        return ' | '.join(items)",
            "    name = getattr(origin or kind, '__qualname__', str(kind).replace('typing.', ''))",
            "    return f\"{name}[{', '.join(items)}]\" if items else name",
            "",
            "",
            f"found = spelled(inspect.signature({site.expression}).return_annotation)",
            f"assert found == {before!r}, found",
        ),
    )


RULES = (
    Rule(
        id="sync-async-changed",
        family="calls",
        summary="A function the consumer calls became async, or stopped being so",
        severity=Severity.BREAK,
        directions=SOURCE,
        witness="code",
        check=_sync_async_changed,
        rank=13,
    ),
    Rule(
        id="return-changed",
        family="calls",
        summary="A function the consumer calls is declared to return something else",
        severity=Severity.WARNING,
        directions=SOURCE,
        witness="code",
        check=_return_changed,
        rank=48,
    ),
)
