"""Operations: does Python's own syntax still work on what the provider hands out?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from contract_check.model.observation import Signature, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import OperationUse
from contract_check.rules.case import Case, short
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.uses import contract_of, met_behind, where
from contract_check.rules.witnesses import import_of, statement

_SOURCE = (Direction.SOURCE,)
_METHODS: dict[str, tuple[str, ...]] = {
    "iterate": ("__iter__", "__getitem__"),
    "unpack": ("__iter__", "__getitem__"),
    "contains": ("__contains__", "__iter__", "__getitem__"),
    "reversed": ("__reversed__", "__getitem__"),
    "async iterate": ("__aiter__",),
    "with": ("__enter__",),
    "async with": ("__aenter__",),
    "bool": ("__bool__", "__len__"),
    "int": ("__int__", "__index__"),
    "float": ("__float__", "__index__"),
    "lt": ("__lt__", "__gt__"),
    "gt": ("__gt__", "__lt__"),
    "le": ("__le__", "__ge__"),
    "ge": ("__ge__", "__le__"),
    "str": ("__str__", "__repr__"),
    "format": ("__format__", "__str__", "__repr__"),
    "repr": ("__repr__",),
    "mapping": ("keys",),
    "subscript": ("__class_getitem__",),
    "dataclass": ("__dataclass_fields__",),
    "match": ("__match_args__",),
}
"""What one of must be there for an operation; others need the method of their own name. Those
of the language reference, "Special method names"."""
_TEXTS = frozenset({"str", "format", "repr"})
_SIGNS = {
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "add": "+", "sub": "-", "mul": "*",
    "matmul": "@", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "and": "&",
    "or": "|", "xor": "^", "neg": "-", "invert": "~",
}  # fmt: skip
_SAID = {
    "iterate": "iterates over",
    "unpack": "unpacks",
    "contains": "uses `in` on",
    "async iterate": "says `async for` over",
    "with": "enters (`with`)",
    "async with": "enters (`async with`)",
    "await": "awaits",
    "len": "takes the length of",
    "getitem": "indexes",
    "setitem": "assigns items of",
    "delitem": "deletes items of",
    "call": "calls",
    "hash": "hashes (as a key or in a set)",
    "next": "calls next() on",
    "anext": "calls anext() on",
    "mapping": "spreads (`**`)",
    "subscript": "writes `[...]` after",
    "dataclass": "treats as a dataclass",
    "match": "matches (`case …(…)`)",
    "bool": "tests the truth of",
    "str": "makes text of",
    "format": "makes text of",
    "repr": "makes text (repr) of",
    **{name: f"uses `{sign}` on" for name, sign in _SIGNS.items()},
}
_LACKS = {
    "dataclass": "is no dataclass any more",
    "match": "can't be matched by position any more",
    "subscript": "is not generic any more",
    "hash": "can't be hashed any more",
}
_YIELDS = {
    "generator": frozenset({"iterate", "next", "unpack", "contains", "eq", "hash", "bool"}),
    "async generator": frozenset({"async iterate", "anext", "eq", "hash", "bool"}),
    "coroutine": frozenset({"await", "eq", "hash", "bool"}),
    "context manager": frozenset({"with", "call", "eq", "hash", "bool"}),
    "async context manager": frozenset({"async with", "call", "eq", "hash", "bool"}),
}
"""What can be done with the result of a call, by the kind of the function."""
_TELLS = frozenset({"with", "async with", "await", "async iterate", "next", "anext"})
"""What a plain value seldom takes."""
_PROMISES = re.compile(r"Iterat|Generator|Context|Awaitable|Coroutine|Future|Task")


def said_of(operation: str) -> str:
    """What the consumer does, as the middle of a sentence: `iterates over`."""
    return _SAID.get(operation, f"uses {operation} on")


def needed(operation: str) -> tuple[str, ...]:
    """The special methods one of which an operation needs."""
    return _METHODS.get(operation, (f"__{operation}__",))


def operations(case: Case) -> dict[tuple[str, str], list[OperationUse]]:
    """What the consumer does, by what it does it with and how, in order."""
    found: dict[tuple[str, str], list[OperationUse]] = {}
    for use in case.usage.operations:
        owners = {use.owner: None} if use.owner.endswith("()") else {}
        owners |= dict.fromkeys(met_behind(case, use.owner))
        for owner in owners:
            found.setdefault((owner, use.operation), []).append(use)
    return found


def _operation_lost(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    seen: set[tuple[str, str]] = set()
    for (owner, operation), uses in operations(case).items():
        key = (case.label(owner), operation)
        if key in seen:
            continue
        make = _lost_by_function if owner.endswith("()") else _lost_by_class
        draft = make(case, owner, operation, uses)
        if draft is not None:
            seen.add(key)
            yield draft


def _lost_by_class(
    case: Case, owner: str, operation: str, uses: list[OperationUse]
) -> Draft | None:
    assert case.baseline is not None
    before, now = case.baseline.symbol(owner), case.candidate.symbol(owner)
    if before is None or now is None or not before.bases or not now.bases:
        return None
    enums = [item for item in (before, now) if item.kind == "enum"]
    if len(enums) == 1 or (enums and before.enum_base != now.enum_base):
        return None  # the family of enums says what they lost
    if enums and operation in _TEXTS:
        return None  # that of enums is `enum-text-changed`
    names = needed(operation)
    name = next((item for item in names if item in before.special), None)
    if name is None:
        return None
    program, mild = _has_program(owner, names, operation), operation in ("bool", "repr")
    if operation == "subscript" and name in now.special:
        return _other_parameters(case, owner, before, now, uses)
    if set(names) & set(now.special):
        own = _own_text(before, now, names) if operation in _TEXTS else None
        if own is None:
            return None
        name, program, mild = own, _own_program(owner, own), True
    consumer = case.candidate.consumer.name
    return Draft(
        subject=owner,
        path=name,
        message=f"{short(owner)} {_LACKS.get(operation, f'has no {name} any more')}; {consumer} "
        f"{_SAID.get(operation, f'uses {operation}() on')} "
        f"{'it' if operation == 'subscript' else 'an instance'} at "
        f"{where(use.place for use in uses)}",
        hint=f"Let {short(owner)} offer it as before.",
        loci=(Locus(case.label(owner), name), *_inherited(case, owner, before, name)),
        contract=contract_of(case, case.label(owner)),
        location=min(use.place for use in uses),
        programs=(program,),
        severity=Severity.WARNING if mild else None,
    )


def _other_parameters(
    case: Case, owner: str, before: Symbol, now: Symbol, uses: list[OperationUse]
) -> Draft | None:
    """A generic class that takes another number of types than the consumer gives it."""
    was, count = before.type_parameters, now.type_parameters
    places = [use.place for use in uses if use.detail == f"{was} types"]
    if was is None or count is None or was == count or not places:
        return None
    return Draft(
        subject=owner,
        path="__class_getitem__",
        message=f"{short(owner)} takes {count} type{'s'[: count - 1]} in [...], and took {was}; "
        f"{case.candidate.consumer.name} gives it {was} at {where(places)}",
        hint=f"Offer the other form of {short(owner)} under a new name.",
        loci=(Locus(case.label(owner), "__class_getitem__"),),
        contract=contract_of(case, case.label(owner)),
        location=min(places),
        programs=(
            statement(import_of(owner, "Subject"), "", f"Subject[{', '.join(['int'] * was)}]"),
        ),
    )


def _own_text(before: Symbol, now: Symbol, names: Sequence[str]) -> str | None:
    """The method that made the text, where another one makes it now."""
    name = next((item for item in names if item in before.members), None)
    return name if name not in now.members else None


def _own_program(owner: str, name: str) -> Program:
    return statement(
        import_of(owner, "Subject"),
        "",
        "libraries = ('builtins', 'pydantic', 'enum')",
        "own = [base for base in Subject.__mro__ "
        "if base.__module__.partition('.')[0] not in libraries]",
        f"assert any({name!r} in vars(base) for base in own), Subject",
    )


def _inherited(case: Case, owner: str, before: Symbol, name: str) -> Iterator[Locus]:
    """The consumer's class loses what the provider's, from which it derives, lost; a model's hash
    comes with its configuration."""
    if name == "__hash__" and before.kind == "model":
        yield Locus(case.label(owner), "model_config.frozen")
    if case.is_consumer(owner) and (member := before.members.get(name)) is not None:
        yield Locus(case.label(member.owner), name)


def _has_program(owner: str, names: tuple[str, ...], operation: str) -> Program:
    lines = [import_of(owner, "Subject"), ""]
    if operation == "subscript":
        return statement(*lines, "Subject[int]")
    return statement(
        *lines,
        f"names = {names!r}",
        "bodies = [vars(base) for base in Subject.__mro__ "
        "if base is not object or '__hash__' in names]",
        "found = [next((body[name] for body in bodies if name in body), None) for name in names]",
        f'assert any(item is not None for item in found), f"{short(owner)} has none of {{names}}"',
    )


def _lost_by_function(
    case: Case, owner: str, operation: str, uses: list[OperationUse]
) -> Draft | None:
    for subject, member in returning(case, owner):
        if member is None and (now := _became_class(case, subject)) is not None:
            return _lost_by_becoming(case, subject, now, operation, uses)
        old, new = signatures(case, subject, member)
        if old is None or new is None:
            continue
        manages = any(item.flavor.endswith("context manager") for item in (old, new))
        if old.is_async is not new.is_async and not manages:
            continue  # that it became async, or stopped to be, is `sync-async-changed`
        severity = _worth(old, new, operation)
        if severity is None:
            continue
        name = short(subject) + (f".{member}" if member else "")
        return Draft(
            subject=subject,
            path=member,
            message=f"{name}() gives {_given(new)} now, and gave {_given(old)}; "
            f"{case.candidate.consumer.name} {_SAID.get(operation, f'uses {operation} on')} it "
            f"at {where(use.place for use in uses)}",
            hint=f"Keep {name} as it was, and offer the other form under a new name.",
            loci=(Locus(case.label(subject), member),),
            contract=contract_of(case, case.label(subject)),
            location=min(use.place for use in uses),
            programs=(_flavor_program(subject, member, old, new),),
            severity=severity,
        )
    return None


def _became_class(case: Case, subject: str) -> Symbol | None:
    before = case.baseline.symbol(subject) if case.baseline is not None else None
    now = case.candidate.symbol(subject)
    changed = before is not None and before.kind == "function" and now is not None and now.bases
    return now if changed else None


def _lost_by_becoming(
    case: Case, subject: str, now: Symbol, operation: str, uses: list[OperationUse]
) -> Draft | None:
    """A class in the place of a function, whose instances lack what was done with the result."""
    names = needed(operation)
    if operation in ("eq", "bool", *_TEXTS) or now.open_attributes or set(names) & set(now.special):
        return None
    return Draft(
        subject=subject,
        path=names[0],
        message=f"{short(subject)} is a class without {names[0]} now; "
        f"{case.candidate.consumer.name} {_SAID.get(operation, f'uses {operation} on')} what it "
        f"gives at {where(use.place for use in uses)}",
        hint=f"Keep {short(subject)} a function, or let the class offer {names[0]}.",
        loci=(Locus(case.label(subject), names[0]),),
        contract=contract_of(case, case.label(subject)),
        location=uses[0].place,
        programs=(
            statement(
                import_of(subject, "Subject"),
                "",
                f"names = {names!r}",
                "is_class = isinstance(Subject, type)",
                "assert not is_class or any(hasattr(Subject, name) for name in names), Subject",
            ),
        ),
    )


def returning(case: Case, result: str) -> Iterator[tuple[str, str | None]]:
    """The functions, or classes and methods, that are behind `module:make()`."""
    function = result.removesuffix("()")
    if case.candidate.symbol(function) is not None:
        yield function, None
        return
    owner, _, member = function.rpartition(".")
    if ":" in owner:
        for ref in met_behind(case, owner):
            yield ref, member


def signatures(
    case: Case, subject: str, member: str | None
) -> tuple[Signature | None, Signature | None]:
    """Those of a function or method, with the baseline and with the candidate."""
    found: list[Signature | None] = []
    for observation in (case.baseline, case.candidate):
        symbol = observation.symbol(subject) if observation is not None else None
        if symbol is None:
            found.append(None)
        elif member is None:
            found.append(symbol.signature)
        else:
            described = symbol.members.get(member)
            found.append(described.signature if described is not None else None)
    return found[0], found[1]


def _worth(old: Signature, new: Signature, operation: str) -> Severity | None:
    """How bad it is that a function changed its kind, for one who does this with the result."""
    if old.flavor == new.flavor or "unknown" in (old.flavor, new.flavor):
        return None
    if operation not in _YIELDS.get(old.flavor, {operation}):
        return None  # it did not work before
    if new.flavor != "plain":
        return None if operation in _YIELDS[new.flavor] else Severity.BREAK
    if operation not in _TELLS or _PROMISES.search(new.returns or "") or new.types:
        return None
    return Severity.WARNING if new.returns is None else Severity.BREAK


def _given(signature: Signature) -> str:
    if signature.flavor != "plain":
        article = "an" if signature.flavor.startswith("a") else "a"
        return f"{article} {signature.flavor}"
    return signature.returns or "a plain value"


def _flavor_program(subject: str, member: str | None, old: Signature, new: Signature) -> Program:
    tests = {
        "generator": "inspect.isgeneratorfunction(inner) and not managed",
        "async generator": "inspect.isasyncgenfunction(inner) and not managed",
        "coroutine": "inspect.iscoroutinefunction(inner)",
        "context manager": "inspect.isgeneratorfunction(inner) and managed",
        "async context manager": "inspect.isasyncgenfunction(inner) and managed",
    }
    condition = tests.get(old.flavor) or f"not ({tests[new.flavor]})"
    return statement(
        "import contextlib, inspect",
        import_of(subject, "Subject"),
        "",
        f"function = Subject{f'.{member}' if member else ''}",
        "inner = inspect.unwrap(function)",
        "managed = function is not inner and function.__code__.co_filename == contextlib.__file__",
        f"assert {condition}, function",
    )


RULES = (
    Rule(
        id="operation-lost",
        family="operations",
        summary="The consumer uses an operation (`len(x)`, `x[key]`, …) that an object lost",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_operation_lost,
        rank=8,
    ),
)
