"""Types: what the provider hands out is of another type, and what a type checker says alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contract_check.model.observation import Observation, Signature
from contract_check.model.reading import Demand, Value
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import OperationUse
from contract_check.rules.case import Case, short
from contract_check.rules.interface import Draft, Locus, Rule
from contract_check.rules.operations import said_of
from contract_check.rules.typed_programs import constant_program, value_program
from contract_check.rules.uses import contract_of, where

_UNKNOWN = re.compile(r"\b(Unknown|Any)\b")
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"})
_STEPS: Mapping[str, str] = {
    "__getitem__()": "getitem",
    "__next__()": "iterate",
    "__enter__()": "enter",
    "__aenter__()": "aenter",
    "__await__()": "await",
}


@dataclass(frozen=True)
class _Origin:
    """The provider's name that a value comes from.

    Args:
        subject: `module:Name` of the function, class or constant.
        member: of the class, or None.
    """

    subject: str
    member: str | None

    @property
    def name(self) -> str:
        return short(self.subject) + (f".{self.member}" if self.member else "")


def _origin(ref: str) -> _Origin:
    module, _, path = ref.partition(":")
    owner, dot, name = path.rpartition(".")
    return _Origin(f"{module}:{owner}", name) if dot else _Origin(ref, None)


def _value_type_changed(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    by_origin: dict[tuple[str, Demand], list[Value]] = {}
    for value in (*case.reading.values, *_by_key(case)):
        by_origin.setdefault((value.origin, value.demand), []).append(value)
    for values in by_origin.values():
        draft = _draft(case, values)
        if draft is not None:
            yield draft


def _draft(case: Case, values: list[Value]) -> Draft | None:
    value = values[0]
    origin = _origin(value.origin)
    assert case.baseline is not None
    before = case.baseline.symbol(origin.subject)
    now = case.candidate.symbol(origin.subject)
    if before is None or now is None or "missing" in (before.kind, now.kind):
        return None
    if not _differs(case, origin) or _is_unknown(value.before):
        return None
    constant = origin.member is None and all(step.startswith(".") for step in value.steps)
    program = (
        constant_program(value.origin, value.steps, value.demand)
        if constant
        else value_program(value)
    )
    places = sorted({item.place for item in values})
    gives = "gives" if "call" in value.steps else "is"
    gave = "gave" if "call" in value.steps else "was"
    return Draft(
        subject=origin.subject,
        path=origin.member,
        message=f"{origin.name}{'()' if 'call' in value.steps else ''} {gives} {_told(value.now)} "
        f"now, and {gave} {_told(value.before)}; {case.candidate.consumer.name} "
        f"{_does(value.demand)} it at {where(places)}",
        hint=f"Keep what {origin.name} {gave}, or offer the other form under a new name.",
        loci=(Locus(case.label(origin.subject), origin.member),),
        contract=contract_of(case, case.label(origin.subject)),
        location=places[0],
        places=tuple(places),
        programs=(program,),
    )


def _is_unknown(text: str) -> bool:
    return _UNKNOWN.fullmatch(text.strip()) is not None or not text.strip()


def _told(text: str) -> str:
    """A type without the names of modules, shortened."""
    plain = re.sub(r"\b[a-z_][\w]*\.(?=[\w.]*\w)", "", text)
    return plain if len(plain) <= 60 else f"{plain[:57]}..."


def _does(demand: Demand) -> str:
    if demand.kind == "attribute":
        return f"takes {demand.name} from"
    if demand.kind == "getitem" and demand.name:
        return f"takes [{demand.name}] from"
    return said_of(demand.kind)


def _differs(case: Case, origin: _Origin) -> bool:
    """Whether more than the annotation of a function is another one: its code, or what it is."""
    old, new = (_signature(side, origin) for side in (case.baseline, case.candidate) if side)
    if old is None or new is None or old.body is None or new.body is None:
        return True
    return old.body != new.body


def _signature(observation: Observation, origin: _Origin) -> Signature | None:
    symbol = observation.symbol(origin.subject)
    if symbol is None or origin.member is None:
        return symbol.signature if symbol is not None else None
    found = symbol.members.get(origin.member)
    return found.signature if found is not None else None


def _by_key(case: Case) -> Iterator[Value]:
    """Dictionaries that became something else, and that the consumer reads by literal keys."""
    for use in case.usage.operations:
        if use.operation == "getitem" and use.detail.startswith(("'", '"')):
            yield from _keyed(case, use)


def _keyed(case: Case, use: OperationUse) -> Iterator[Value]:
    made, sign, rest = use.owner.partition("()")
    names = [part for part in rest.split(".") if part]
    if not sign or any(part not in _STEPS for part in names):
        return
    origin = _origin(made)
    old, new = (_signature(side, origin) for side in (case.baseline, case.candidate) if side)
    before, now = (item.returns or "" if item is not None else "" for item in (old, new))
    if new is None or _last(before) not in _MAPPINGS or not new.types or _last(now) in _MAPPINGS:
        return
    steps = ("call", *_steps(case, use, names))
    if old is not None and old.is_async:
        steps = ("call", "await", *(step for step in steps[1:] if step != "await"))
    yield Value(made, steps, before, now, Demand("getitem", use.detail), use.place)


def _steps(case: Case, use: OperationUse, names: list[str]) -> Iterator[str]:
    """What is done one after the other, with the key where an item is taken by a literal one."""
    owner = use.owner.partition("()")[0] + "()"
    for part in names:
        keys = [
            item.detail
            for item in case.usage.operations
            if item.owner == owner
            and item.operation == "getitem"
            and item.place.file == use.place.file
            and item.place.line <= use.place.line
            and item.detail
        ]
        yield f"[{keys[-1]}]" if _STEPS[part] == "getitem" and keys else _STEPS[part]
        owner = f"{owner}.{part}"


def _last(annotation: str) -> str:
    return annotation.strip("'\" ").partition("[")[0].rpartition(".")[2]


def _type_checker_only(case: Case) -> Iterator[Draft]:
    """Nothing here: what no finding explains is known when all else is judged (`judge.second`)."""
    del case
    return iter(())


RULES = (
    Rule(
        id="value-type-changed",
        family="types",
        summary="The provider returns a value of another type, which lacks what the consumer uses",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE,),
        witness="code",
        check=_value_type_changed,
        rank=14,
    ),
    Rule(
        id="type-checker-only",
        family="types",
        summary="A type checker reports a line with the candidate only; no run confirms it",
        severity=Severity.WARNING,
        directions=(Direction.SOURCE,),
        witness="code",
        check=_type_checker_only,
        rank=90,
    ),
)
