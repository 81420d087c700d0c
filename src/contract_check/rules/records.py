"""Records: dataclasses, named tuples, typed dictionaries, and what may be assigned to objects."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from contract_check.model.observation import Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import OperationUse, Place
from contract_check.rules.annotations import parts
from contract_check.rules.case import Case, short
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.operations import operations, returning, signatures
from contract_check.rules.uses import annotations_of, contract_of, kind_of, met_behind, where
from contract_check.rules.witnesses import import_of, statement

_SOURCE = (Direction.SOURCE,)
_TAKEN_OUT = re.compile(r"(\.__(next|getitem|item_\d+)__\(\))+$")


def _layout_changed(case: Case) -> Iterator[Draft]:
    yield from _named_tuples(case)
    yield from _returned_tuples(case)
    yield from _written_tuples(case)


def _named_tuples(case: Case) -> Iterator[Draft]:
    """Named tuples that the consumer takes apart by position."""
    seen: set[str] = set()
    for before, now, use in _taken_apart(case):
        if before.layout is None or now.layout is None or case.label(before.ref) in seen:
            continue
        found = _misplaced(before.layout, now.layout, use)
        if found is None:
            continue
        seen.add(case.label(before.ref))
        reason, program = found
        name = short(before.ref)
        yield Draft(
            subject=before.ref,
            message=f"{name} {reason}; {case.candidate.consumer.name} takes it apart by position "
            f"at {where([use.place])}",
            hint=f"Keep the fields of {name} in their order and number, or make a new class.",
            loci=(Locus(case.label(before.ref)),),
            contract=contract_of(case, case.label(before.ref)),
            location=use.place,
            programs=(
                statement(
                    import_of(before.ref, "Subject"),
                    "",
                    "layout = list(Subject._fields)",
                    f"assert {program}, layout",
                ),
            ),
        )


def _taken_apart(case: Case) -> Iterator[tuple[Symbol, Symbol, OperationUse]]:
    for (owner, operation), uses in operations(case).items():
        before = case.baseline.symbol(owner) if case.baseline is not None else None
        now = case.candidate.symbol(owner)
        if operation in ("unpack", "getitem") and before is not None and now is not None:
            for use in uses:
                yield before, now, use


def _misplaced(
    before: Sequence[str], now: Sequence[str], use: OperationUse
) -> tuple[str, str] | None:
    """What is wrong, in words and as a condition; a field that only has another name is not."""
    number = use.detail.lstrip("-").isdigit()
    if use.operation == "unpack":
        if number and int(use.detail) == len(before) != len(now):
            return f"has {len(now)} fields now, and had {len(before)}", (
                f"len(layout) == {len(before)}"
            )
        places = range(min(len(before), len(now)))
        if "+" in use.detail:
            return _misplaced_around_star(before, now, use.detail)
    elif number:
        place = int(use.detail)
        if place >= len(before) or place < -len(before):
            return None
        if place >= len(now) or place < -len(now):
            return f"has {len(now)} fields now, and had {len(before)}", f"len(layout) > {place}"
        places = range(place % len(before), place % len(before) + 1)
        if place < 0:  # counted from the end
            if now[place] == before[place] or before[place] not in now:
                return None
            return f"has {now[place]!r} where it had {before[place]!r}", (
                f"layout[{place}] == {before[place]!r}"
            )
    else:
        return None
    for place in places:
        if place < len(now) and now[place] != before[place] and before[place] in now:
            return f"has {now[place]!r} where it had {before[place]!r}", (
                f"layout[{place}] == {before[place]!r}"
            )
    return None


def _misplaced_around_star(
    before: Sequence[str], now: Sequence[str], detail: str
) -> tuple[str, str] | None:
    """The same for `first, *rest, last = …`: what the starred name takes may be anything."""
    head, _, tail = detail.partition("+")
    first, last = int(head), int(tail)
    if len(before) < first + last:
        return None
    if len(now) < first + last:
        return f"has {len(now)} fields now, and had {len(before)}", f"len(layout) >= {first + last}"
    for place in (*range(first), *range(-last, 0)):
        if now[place] != before[place] and before[place] in now:
            return f"has {now[place]!r} where it had {before[place]!r}", (
                f"layout[{place}] == {before[place]!r}"
            )
    return None


def _returned_tuples(case: Case) -> Iterator[Draft]:
    """Functions whose annotations say a tuple, which the consumer takes apart by position."""
    seen: set[tuple[str, str | None]] = set()
    for (owner, operation), uses in operations(case).items():
        if operation not in ("unpack", "getitem") or not owner.endswith("()"):
            continue
        for subject, member in returning(case, _TAKEN_OUT.sub("", owner)):
            before, now = _tuples(case, owner)
            for use in uses if (subject, member) not in seen and before and now else ():
                found = _misplaced(before, now, use)
                if found is None:
                    continue
                seen.add((subject, member))
                reason, condition = found
                name = short(subject) + (f".{member}" if member else "")
                yield Draft(
                    subject=subject,
                    path=member,
                    message=f"what {name}() gives {reason.replace('field', 'item')}; "
                    f"{case.candidate.consumer.name} takes it apart by position at "
                    f"{where([use.place])}",
                    hint=f"Keep what {name}() gives in its order and number, or offer the other "
                    "form under a new name.",
                    loci=(Locus(case.label(subject), member),),
                    contract=contract_of(case, case.label(subject)),
                    location=use.place,
                    programs=(_items_program(subject, member, condition),),
                )
                break


def _written_tuples(case: Case) -> Iterator[Draft]:
    """Functions without an annotation that write out a tuple of another length now."""
    seen: set[tuple[str, str | None]] = set()
    for (owner, operation), uses in operations(case).items():
        if operation != "unpack" or not owner.endswith("()"):
            continue
        for subject, member in returning(case, owner):
            before, now = signatures(case, subject, member)
            if before is None or now is None or before.returns or now.returns:
                continue
            places = [use.place for use in uses if use.detail == str(before.items)]
            if before.items == now.items or now.items is None or not places:
                continue
            if (subject, member) in seen:
                continue
            seen.add((subject, member))
            name = short(subject) + (f".{member}" if member else "")
            yield Draft(
                subject=subject,
                path=member,
                message=f"{name}() gives {now.items} items now, and gave {before.items}; "
                f"{case.candidate.consumer.name} takes them apart at {where(places)}",
                hint=f"Keep what {name}() gives in its order and number, or offer the other "
                "form under a new name.",
                loci=(Locus(case.label(subject), member),),
                contract=contract_of(case, case.label(subject)),
                location=min(places),
                programs=(_written_items(subject, member, before.items or 0),),
            )


def _written_items(subject: str, member: str | None, count: int) -> Program:
    return statement(
        "import ast, inspect, textwrap",
        import_of(subject, "Subject"),
        "",
        f"source = inspect.getsource(Subject{f'.{member}' if member else ''})",
        "nodes = list(ast.walk(ast.parse(textwrap.dedent(source))))",
        "returned = [node.value for node in nodes if isinstance(node, ast.Return)]",
        "sizes = {len(value.elts) for value in returned if isinstance(value, ast.Tuple)}",
        f"assert sizes == {{{count}}}, sizes",
    )


def _tuples(case: Case, owner: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The items of the tuples that something is annotated with, by names that can be compared.

    Nothing where they are not the same ones in another order, or more or fewer of them.
    """
    found: list[tuple[str, ...]] = []
    for observation in (case.baseline, case.candidate):
        told = [] if observation is None else list(annotations_of(case, observation, owner))
        items = parts(told[0][0]) if len(told) == 1 else None
        found.append(tuple(_item(text, place) for place, text in enumerate(items or ())))
    before, now = found
    fewer, more = sorted((Counter(before), Counter(now)), key=Counter.total)
    return (before, now) if fewer <= more else ((), ())


def _item(text: str, place: int) -> str:
    """The name of a class; whatever else stands there is as good as what stood there."""
    name = text.strip("'\"").rpartition(".")[2]
    return name if name.isidentifier() and name not in ("Any", "object") else f"item {place}"


def _items_program(subject: str, member: str | None, condition: str) -> Program:
    return statement(
        "import ast, inspect",
        import_of(subject, "Subject"),
        "",
        f"found = inspect.signature(Subject{f'.{member}' if member else ''}).return_annotation",
        "text = found if isinstance(found, str) else inspect.formatannotation(found)",
        "tuples = [",
        "    getattr(node.slice, 'elts', [node.slice])",
        "    for node in ast.walk(ast.parse(text))",
        "    if isinstance(node, ast.Subscript)",
        "    and ast.unparse(node.value).rpartition('.')[2].lower() == 'tuple'",
        "]",
        "layout = [ast.unparse(item).strip('\"\\'').rpartition('.')[2] for item in tuples[0]]",
        f"assert {condition}, layout",
    )


def _not_assignable(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    for (ref, member), places in _assigned(case).items():
        before, now = case.baseline.symbol(ref), case.candidate.symbol(ref)
        if before is None or now is None or not before.bases or not now.bases:
            continue
        found = _refusal(case, ref, member, before, now)
        if found is None:
            continue
        reason, program = found
        name = short(ref)
        yield Draft(
            subject=ref,
            path=member,
            message=f"{reason}; {case.candidate.consumer.name} assigns {name}.{member} at "
            f"{where(places)}",
            hint=f"Let {name}.{member} be assigned as before, or make a changed copy in the "
            "consumer.",
            loci=(Locus(case.label(ref), member),),
            contract=contract_of(case, case.label(ref)),
            location=min(places),
            programs=(statement(import_of(ref, "Subject"), "", program),),
        )


def _assigned(case: Case) -> dict[tuple[str, str], list[Place]]:
    found: dict[tuple[str, str], list[Place]] = {}
    for use in case.usage.members:
        if use.stored and use.on_instance and ":" in use.owner:
            for ref in met_behind(case, use.owner):
                found.setdefault((ref, use.member), []).append(use.place)
    return found


def _refusal(
    case: Case, ref: str, member: str, before: Symbol, now: Symbol
) -> tuple[str, str] | None:
    """Why an attribute can't be assigned any more, and a statement that fails where that is so."""
    name = short(ref)
    if now.frozen and not before.frozen:
        return f"{name} is a frozen dataclass now", (
            "assert not Subject.__dataclass_params__.frozen, Subject"
        )
    if member in now.read_only and member not in before.read_only:
        return f"{name}.{member} is a property without a setter now", (
            f"assert getattr(Subject.__dict__.get({member!r}), 'fset', True), Subject.{member}"
        )
    derived = any(case.label(use.provider) == case.label(ref) for use in case.usage.subclasses)
    if now.slotted and not before.slotted and kind_of(now, member) is None and not derived:
        return f"{name} has __slots__ now, and none for {member}", (
            f"assert hasattr(Subject, {member!r}) or Subject.__dictoffset__, Subject.__slots__"
        )
    return None


def _typed_key_changed(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    for (owner, operation), uses in operations(case).items():
        before, now = case.baseline.symbol(owner), case.candidate.symbol(owner)
        if operation != "getitem" or before is None or now is None:
            continue
        if before.typed_keys is None or now.typed_keys is None:
            continue
        for key, places in _keys(uses).items():
            if key in before.typed_keys and key not in now.typed_keys:
                yield _key_draft(case, owner, key, places, "has no such key any more", None)
            elif before.typed_keys.get(key) and not now.typed_keys[key]:
                words = "need not have that key any more"
                yield _key_draft(case, owner, key, places, words, Severity.WARNING)


def _keys(uses: Sequence[OperationUse]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for use in uses:
        key = ast.literal_eval(use.detail) if use.detail else None
        if isinstance(key, str):
            found.setdefault(key, []).append(use.place)
    return found


def _key_draft(
    case: Case, owner: str, key: str, places: list[Place], words: str, severity: Severity | None
) -> Draft:
    held = "Subject.__required_keys__"
    if severity is None:
        held += " | Subject.__optional_keys__"
    return Draft(
        subject=owner,
        path=key,
        message=f"{short(owner)} {words}: {key!r}, which {case.candidate.consumer.name} reads "
        f"at {where(places)}",
        hint=f"Keep {key!r}, or read it with `get` in the consumer.",
        loci=(Locus(case.label(owner), key),),
        contract=contract_of(case, case.label(owner)),
        location=min(places),
        programs=(_holds_key(owner, held, key),),
        severity=severity,
    )


def _holds_key(owner: str, held: str, key: str) -> Program:
    return statement(
        import_of(owner, "Subject"), "", f"keys = {held}", f"assert {key!r} in keys, keys"
    )


RULES = (
    Rule(
        id="tuple-layout-changed",
        family="records",
        summary="The consumer unpacks a tuple whose items have another order or number now",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_layout_changed,
        rank=12,
    ),
    Rule(
        id="attribute-not-assignable",
        family="records",
        summary="The consumer assigns an attribute that can't be assigned any more",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_not_assignable,
        rank=15,
    ),
    Rule(
        id="typed-key-removed",
        family="records",
        summary="A typed dictionary lost a key that the consumer reads, or may leave it out now",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_typed_key_changed,
        rank=15,
    ),
)
