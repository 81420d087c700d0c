"""One environment: what provider and consumer show together, without anything to compare with.

Where there is a baseline, what comparing shows names a cause better: most of these rank last.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pydantic import JsonValue

from contract_check.model.contracts import Contract
from contract_check.model.observation import (
    CallOutcome,
    Encoded,
    Failure,
    Outcome,
    Payload,
    Reading,
    Symbol,
)
from contract_check.model.report import Direction, Severity
from contract_check.rules import blame
from contract_check.rules.case import (
    CallPlan,
    Case,
    field_by_any_name,
    label_of,
    scenario_outcomes,
    short,
)
from contract_check.rules.evidence import children, first_issue, locus_at
from contract_check.rules.faults import (
    MOST_PROGRAMS,
    Collected,
    Fault,
    consumer_name,
    exercised,
    not_finite,
    refusals,
    replayed,
)
from contract_check.rules.interface import Draft, Example, Locus, Program, Rule
from contract_check.rules.witnesses import (
    accepted,
    as_json,
    call,
    holds,
    import_of,
    literal,
    passed_on,
    statement,
)

_SOURCE, _READS, _READ_BY = Direction.SOURCE, Direction.READS_OLD, Direction.READ_BY_OLD
_LITERAL_TYPES = frozenset({"str", "int", "float", "bool", "NoneType", "dict", "list"})
"""Types whose JSON form is one only: what a sample holds must come out as it is."""


def _not_a_subclass(case: Case) -> Iterator[Draft]:
    for contract in exercised(case, "extends"):
        provider = case.candidate.symbol(contract.provider)
        consumer = case.candidate.symbol(contract.consumer or "")
        if provider is None or consumer is None or provider.identity in consumer.bases:
            continue
        yield Draft(
            subject=contract.provider,
            message=f"{consumer_name(case, contract)} does not derive from {contract.provider}",
            hint=f"Derive it from {short(contract.provider)}; a class of the same name, or a "
            "fallback for a failed import, is another class.",
            loci=(Locus(label_of(consumer), None, (Locus(label_of(provider)),)),),
            contract=contract.name,
            check="subclass",
            location=case.place_of(contract.provider),
            programs=(
                statement(
                    import_of(contract.provider, "Base"),
                    import_of(contract.consumer or "", "Derived"),
                    "assert issubclass(Derived, Base), Derived.__mro__",
                ),
            ),
            observed=True,
        )


def _subset_faults(case: Case, contract: Contract) -> Iterator[Fault]:
    """What the provider makes of what the consumer writes, and of the contract's samples."""
    consumer = contract.consumer or contract.provider
    provider = contract.provider
    for payload, outcome in replayed(case, consumer):
        reading = outcome.read_by.get(provider)
        if payload.mode != "json" or reading is None or not_finite(outcome.attributes):
            continue
        for locus, words, check in _misread(case, contract, outcome, reading):
            program = passed_on(consumer, provider, payload.data, check)
            yield Fault(locus, words, program, "subset parse")
    for payload, outcome in replayed(case, provider):
        if payload.expect == "valid" and not outcome.accepted:
            for locus, words in refusals(case, contract, outcome.failure, provider):
                program = accepted(provider, payload.data, payload.mode)
                yield Fault(locus, f"the contract's {payload.origin}: {words}", program, "samples")
    for made, plan in _calls(case, contract):
        reading = made.outcome.read_by.get(provider) if made.outcome else None
        if made.outcome is None or reading is None:
            continue
        for locus, words, check in _misread(case, contract, made.outcome, reading):
            program = call(
                plan.target,
                plan.kwargs,
                import_of(provider, "Reader"),
                "written = result",
                "value = Reader.model_validate_json(written.model_dump_json(by_alias=True))",
                *([check] if check else []),
            )
            yield Fault(locus, words, program, "subset parse")


def _misread(
    case: Case, contract: Contract, outcome: Outcome, reading: Reading
) -> Iterator[tuple[Locus, str, str]]:
    """Where the provider reads something else than was written: place, words, condition."""
    provider = contract.provider
    if not reading.accepted:
        for locus, words in refusals(case, contract, reading.failure, provider):
            yield locus, words, ""
        return
    if reading.extra:
        words = f"it keeps {', '.join(reading.extra)}, which is no field of it"
        check = "assert not value.model_extra, value.model_extra"
        yield blame.home_of(case, contract), words, check
    written, read = outcome.json_, reading.json_
    if not isinstance(written, dict) or not isinstance(read, dict):
        return
    for name, value in read.items():
        if name in written and name not in reading.extra and written[name] != value:
            locus = locus_at(case, provider, (name,))
            words = f"{as_json(written[name])} is read as {as_json(value)}"
            yield locus, words, f"assert value.{name} == written.{name}, value"


def _is_overridden(case: Case, contract: Contract, name: str | None) -> bool:
    """Whether the consumer's class defines a field of the provider's anew."""
    provider = case.candidate.symbol(contract.provider)
    consumer = case.candidate.symbol(contract.consumer or "")
    if provider is None or consumer is None or name not in provider.fields:
        return False
    own = consumer.fields.get(name)
    return own is not None and case.is_consumer(own.owner)


def _subset(case: Case, *, overridden: bool) -> Iterator[tuple[Contract, Collected]]:
    for contract in exercised(case, "extends"):
        collected = Collected()
        collected.add(
            _as_override(case, contract, fault) if overridden else fault
            for fault in _subset_faults(case, contract)
            if _is_overridden(case, contract, fault.locus.path) is overridden
        )
        yield contract, collected


def _as_override(case: Case, contract: Contract, fault: Fault) -> Fault:
    """The same at the consumer's field: that is the one to change."""
    consumer = case.candidate.symbol(contract.consumer or "")
    assert consumer is not None
    locus = Locus(label_of(consumer), fault.locus.path, (fault.locus,))
    return replace(fault, locus=locus, check="override")


def _subset_parse_failed(case: Case) -> Iterator[Draft]:
    for contract, collected in _subset(case, overridden=False):
        yield from collected.drafts(
            case,
            contract,
            "the provider does not read what the consumer writes, at {place}: {words}",
            "The provider's model must accept what it does not know, drop it, and keep the rest.",
        )


def _core_field_overridden(case: Case) -> Iterator[Draft]:
    for contract, collected in _subset(case, overridden=True):
        yield from collected.drafts(
            case,
            contract,
            "{consumer} defines {place} anew, and the provider does not take what it writes "
            "there: {words}",
            "Give the field a type whose values the provider's field accepts, or another name.",
        )


def _superset_faults(case: Case, contract: Contract) -> Iterator[Fault]:
    """What the consumer makes of plain provider payloads, and of the contract's samples."""
    consumer = contract.consumer if contract.kind == "extends" else None
    reader = consumer or contract.provider
    for payload, outcome in replayed(case, reader):
        if payload.expect == "valid" and not outcome.accepted:
            for locus, words in refusals(case, contract, outcome.failure, reader):
                program = accepted(reader, payload.data, payload.mode)
                yield Fault(locus, f"the contract's {payload.origin}: {words}", program, "samples")
    if consumer is None:
        return
    for payload, outcome in replayed(case, contract.provider):
        reading = outcome.read_by.get(consumer)
        if payload.mode != "json" or reading is None or reading.accepted:
            continue
        if not_finite(outcome.attributes):
            continue
        for locus, words in refusals(case, contract, reading.failure, consumer):
            program = passed_on(contract.provider, consumer, payload.data)
            yield Fault(locus, words, program, "superset parse")


def _superset_parse_failed(case: Case) -> Iterator[Draft]:
    for contract in exercised(case, "extends", "uses"):
        collected = Collected()
        collected.add(_superset_faults(case, contract))
        yield from collected.drafts(
            case,
            contract,
            "{consumer} does not read a payload of the provider, at {place}: {words}",
            "What the contract declares, and what the provider alone writes, must be read.",
        )


def _roundtrip_faults(case: Case, contract: Contract, model: str) -> Iterator[Fault]:
    for payload, outcome in replayed(case, model):
        if not outcome.accepted:
            continue
        for locus, words in _roundtrips(case, contract, model, outcome):
            program = holds(
                model,
                payload.data,
                "Model.model_validate_json(value.model_dump_json(by_alias=True)) == value",
                mode=payload.mode,
            )
            yield Fault(locus, words, program, "round trip")
        if payload.expect == "valid" and isinstance(payload.data, dict):
            yield from _losses(case, contract, payload, outcome)


def _roundtrips(
    case: Case, contract: Contract, model: str, outcome: Outcome
) -> Iterator[tuple[Locus, str]]:
    if not_finite(outcome.attributes):
        return
    if outcome.roundtrip == "refused":
        for locus, words in refusals(case, contract, outcome.roundtrip_failure, model):
            yield locus, f"its own JSON is refused: {words}"
    elif outcome.roundtrip == "different":
        path, _, words = outcome.roundtrip_detail.partition(": ")
        parts = tuple(path.split(".")) if path else ()
        yield locus_at(case, model, parts), f"comes back different: {words}"
    elif outcome.roundtrip == "unserializable" and outcome.failure is not None:
        name = _foreign(outcome.attributes)
        words = f"can't be written as JSON: {first_issue(outcome.failure)}"
        if name is not None:
            yield locus_at(case, model, (name,)), words
            return
        for locus, _ in refusals(case, contract, outcome.failure, model):
            yield locus, words


def _foreign(attributes: Encoded | None) -> str | None:
    """The first field whose value is of no type that can be told apart from its repr."""
    fields = children(attributes) if isinstance(attributes, dict) else None
    for name, value in (fields or {}).items():
        if isinstance(value, dict) and "r" in value:
            return str(name)
    return None


def _losses(case: Case, contract: Contract, payload: Payload, outcome: Outcome) -> Iterator[Fault]:
    """Values of a declared sample that do not come out again."""
    assert isinstance(payload.data, dict)
    symbol = case.candidate.symbol(payload.model)
    by_name = {_field_name(symbol, key): value for key, value in payload.data.items()}
    for path, value, found in _lost(by_name, outcome.json_, outcome.json_alias, outcome.attributes):
        locus = locus_at(case, payload.model, path)
        access = "".join(f"[{part!r}]" for part in path)
        is_set = isinstance(value, list)  # other lists are compared item by item
        lines = [
            "import json",
            import_of(payload.model, "Model"),
            "",
            f"payload = {literal(payload.data)}",
            "value = Model.model_validate_json(json.dumps(payload))",
            "written = json.loads(value.model_dump_json(by_alias=False))",
            f"found, wanted = written{access}, {value!r}",
            *(["found, wanted = (sorted(each, key=repr) for each in (found, wanted))"] * is_set),
            "assert found == wanted, written",
        ]
        program = Program("\n".join(lines) + "\n", kind="payload")
        words = f"the {payload.origin} holds {as_json(value)} and {found} comes out"
        yield Fault(locus, words, program, "samples")


def _field_name(symbol: Symbol | None, key: str) -> str:
    found = field_by_any_name(symbol, key) if symbol is not None else None
    return found.name if found is not None else key


_Path = tuple[str | int, ...]


def _lost(
    given: JsonValue,
    written: JsonValue,
    alias: JsonValue,
    encoded: Encoded | None,
    path: _Path = (),
) -> Iterator[tuple[_Path, JsonValue, str]]:
    """Where given values do not come out: path, value, what came out instead.

    Args:
        given: what was put in.
        written: what came out, by name.
        alias: the same by alias.
        encoded: the value itself; text is compared only where its type has one form in JSON.
    """
    inner = children(encoded) if isinstance(encoded, dict) else None
    elements = encoded.get("u") if isinstance(encoded, dict) else None
    if isinstance(elements, list):
        if all(map(_has_one_form, elements)) and _texts(given) != _texts(written):
            yield path, given, as_json(written)
    elif isinstance(given, dict) and isinstance(written, dict):
        other = alias if isinstance(alias, dict) else {}
        for key, value in given.items():
            if key not in written and key not in other:
                yield (*path, key), value, "nothing"
                continue
            found = written.get(key, other.get(key))
            deeper = (inner or {}).get(key)
            yield from _lost(value, found, other.get(key, found), deeper, (*path, key))
    elif isinstance(given, list) and isinstance(written, list) and len(given) == len(written):
        others = alias if isinstance(alias, list) else written
        for index, value in enumerate(given):
            deeper = (inner or {}).get(index)
            yield from _lost(value, written[index], others[index], deeper, (*path, index))
    elif given != written and _has_one_form(encoded):
        yield path, given, as_json(written)


def _texts(value: JsonValue) -> set[str]:
    """The items of a list that was read as a set or written from one."""
    return {json.dumps(item) for item in (value if isinstance(value, list) else [value])}


def _has_one_form(encoded: Encoded | None) -> bool:
    if not isinstance(encoded, dict):
        return encoded is None
    return "e" in encoded or encoded.get("t") in _LITERAL_TYPES


def _roundtrip_failed(case: Case) -> Iterator[Draft]:
    for contract in exercised(case, "extends", "uses"):
        consumer = contract.consumer if contract.kind == "extends" else None
        collected = Collected()
        collected.add(_roundtrip_faults(case, contract, consumer or contract.provider))
        yield from collected.drafts(
            case,
            contract,
            "{consumer} does not survive being written and read, at {place}: {words}",
            "What a model reads it must write, and read again to the same value.",
        )


@dataclass(frozen=True)
class _Refused:
    """A value the contract names and a model refuses."""

    contract: Contract
    locus: Locus
    value: JsonValue
    program: Program


def _enum_values_differ(case: Case) -> Iterator[Draft]:
    """Values refused everywhere for one reason (a shared alias of a Literal) are one cause."""
    refused: dict[tuple[str, str | None], list[_Refused]] = {}
    for contract in exercised(case, "extends", "uses"):
        for item in _refused_values(case, contract):
            refused.setdefault((item.locus.label, item.locus.path), []).append(item)
    alike: dict[str, list[list[_Refused]]] = {}
    for items in refused.values():
        values = sorted({json.dumps(item.value, sort_keys=True) for item in items})
        alike.setdefault("\0".join(values), []).append(items)
    for group in alike.values():
        loci = tuple(items[0].locus for items in group)
        for number, items in enumerate(group):
            yield _values_draft(case, items, (*loci[number:], *loci[:number]))


def _values_draft(case: Case, items: list[_Refused], loci: tuple[Locus, ...]) -> Draft:
    contract, locus = items[0].contract, items[0].locus
    subject = case.ref_of(locus.label)
    values = ", ".join(dict.fromkeys(repr(item.value) for item in items))
    places = ", ".join(f"{short(case.ref_of(item.label))}.{item.path}" for item in loci)
    return Draft(
        subject=subject,
        path=locus.path,
        message=f"{places} no longer accepts {values}, which the contract names",
        hint="Keep every value that the contract names, or change the contract on both sides.",
        loci=loci,
        contract=contract.name,
        check="values",
        location=case.place_of(contract.provider),
        programs=tuple(dict.fromkeys(item.program for item in items))[:MOST_PROGRAMS],
        observed=True,
    )


def _refused_values(case: Case, contract: Contract) -> Iterator[_Refused]:
    model = (contract.consumer if contract.kind == "extends" else None) or contract.provider
    for name, values in contract.values.items():
        parts = name.split(".")
        for value in values:
            for payload, outcome in replayed(case, model):
                if payload.expect != "valid" or outcome.accepted or outcome.failure is None:
                    continue
                issues = [
                    issue
                    for issue in outcome.failure.errors
                    if [str(part) for part in issue.loc[: len(parts)]] == parts
                ]
                if issues and _at(payload.data, parts) == value:
                    locus = locus_at(case, model, issues[0].loc)
                    program = accepted(model, payload.data, payload.mode)
                    yield _Refused(contract, locus, value, program)


def _at(data: JsonValue, parts: Iterable[str]) -> JsonValue:
    for part in parts:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def _calls(case: Case, contract: Contract) -> Iterator[tuple[CallOutcome, CallPlan]]:
    for outcome in case.candidate.replayed.calls:
        plan = case.calls.get(outcome.id)
        if plan is not None and plan.contract == contract.name:
            yield outcome, plan


def _check_of(outcome: CallOutcome) -> str:
    """The contract's check of a factory: its call stands in the middle of the id."""
    return f"factory {outcome.id.partition('/')[2].rpartition('/')[0]}"


def _factory_failed(case: Case) -> Iterator[Draft]:
    for contract in exercised(case, "extends", "uses"):
        collected = Collected()
        for outcome, plan in _calls(case, contract):
            collected.add(_call_faults(case, contract, outcome, plan))
        yield from collected.drafts(
            case,
            contract,
            "a factory of {consumer} fails at {place}: {words}",
            "The consumer calls it as it stands: keep what it passes valid, or give it a default.",
        )


def _call_faults(
    case: Case, contract: Contract, outcome: CallOutcome, plan: CallPlan
) -> Iterator[Fault]:
    check, model = _check_of(outcome), contract.consumer or contract.provider
    if outcome.failure is not None:
        for locus, words in refusals(case, contract, outcome.failure, model):
            yield Fault(locus, words, call(plan.target, plan.kwargs), check)
        return
    symbol = case.candidate.symbol(model)
    if symbol is not None and symbol.identity not in outcome.bases:
        program = call(
            plan.target,
            plan.kwargs,
            import_of(model, "Expected"),
            "assert isinstance(result, Expected), type(result)",
        )
        words = f"it returns {outcome.type}"
        yield Fault(blame.home_of(case, contract), words, program, check)


def _factory_incomplete(case: Case) -> Iterator[Draft]:
    for contract in exercised(case, "extends", "uses"):
        collected = Collected()
        for outcome, plan in _calls(case, contract):
            collected.add(_gaps(case, contract, outcome, plan))
        yield from collected.drafts(
            case,
            contract,
            "what a factory of {consumer} is given is lost at {place}: {words}",
            "Keep the field under its name; a model drops silently what it does not know.",
        )


def _gaps(case: Case, contract: Contract, made: CallOutcome, plan: CallPlan) -> Iterator[Fault]:
    """Values given that the result does not hold, and properties that fail on it."""
    check, model = _check_of(made), contract.consumer or contract.provider
    written = made.outcome.json_ if made.outcome is not None else None
    if made.outcome is not None and isinstance(written, dict):
        given = {key: _json(value) for key, value in plan.kwargs.items() if value is not None}
        # An argument need not be called like the field it fills.
        given = {
            key: value for key, value in given.items() if key in written or not _in(value, written)
        }
        missed = _lost(given, written, made.outcome.json_alias, made.outcome.attributes)
        for path, value, found in missed:
            locus = locus_at(case, model, path)
            access = "".join(f"[{part!r}]" for part in path)
            program = call(
                plan.target,
                plan.kwargs,
                "import json",
                "written = json.loads(result.model_dump_json())",
                f"assert written{access} == {value!r}, written",
            )
            yield Fault(locus, f"given {as_json(value)}, {found} comes out", program, check)
    for name, encoded in made.properties.items():
        if isinstance(encoded, dict) and encoded.get("t") == "!":
            kind, _, message = str(encoded.get("r", "")).partition(": ")
            failure = Failure(type=kind, message=message)
            for locus, words in refusals(case, contract, failure, model):
                program = call(plan.target, plan.kwargs, f"result.{name}")
                yield Fault(locus, f"its property {name} raises {words}", program, check)


def _json(value: object) -> JsonValue:
    found: JsonValue = json.loads(json.dumps(value))
    return found


def _in(value: JsonValue, document: JsonValue) -> bool:
    """Whether a value stands anywhere in a document."""
    if value == document and type(value) is type(document):
        return True
    inner: Iterable[JsonValue] = ()
    if isinstance(document, dict):
        inner = document.values()
    elif isinstance(document, list):
        inner = document
    return any(_in(value, item) for item in inner)


def _scenario_failed(case: Case) -> Iterator[Draft]:
    outcomes = scenario_outcomes(case.candidate)
    for contract in exercised(case, *_KINDS):
        for scenario in contract.scenarios:
            outcome = outcomes.get(f"{contract.name}/{scenario.name}")
            if outcome is None or outcome.failure is None:
                continue
            collected = Collected()
            program = Program(scenario.code)
            check = f"scenario: {scenario.name}"
            collected.add(
                Fault(locus, words, program, check)
                for locus, words in refusals(
                    case, contract, outcome.failure, contract.provider, scenario.code
                )
            )
            yield from collected.drafts(
                case,
                contract,
                f"the scenario {scenario.name!r} fails".replace("{", "{{").replace("}", "}}")
                + " at {place}: {words}",
                "The witness is the scenario as the contract declares it: run it for the whole "
                "traceback.",
            )


_KINDS = ("extends", "uses", "enum", "endpoint", "function", "protocol", "import")


_EVENT = """
from pydantic import BaseModel

class Event(BaseModel):
    name: str
    size: int = 0
"""
_DERIVED = """
from provider import Event as Base

class Event(Base):
    note: str | None = None
"""
_MAKER = """
from provider import Event as Base

class Event(Base):
    @classmethod
    def create(cls, name: str, size: int) -> "Event":
        return cls(name=name, size=size)
"""
_EXTENDS = """
[[contract]]
name = "event"
kind = "extends"
provider = "provider:Event"
consumer = "consumer:Event"
"""
_FACTORY = (
    _EXTENDS
    + """
[[contract.factories]]
call = "create"
kwargs = { name = "a", size = 3 }
"""
)
_STATE = """
from typing import Literal
from pydantic import BaseModel

class Health(BaseModel):
    state: Literal["up", "down"]
"""
_STATES = """
[[contract]]
name = "health"
kind = "uses"
provider = "provider:Health"
values = { state = ["up", "slow"] }
samples = [{ state = "up" }]
"""
_SCENARIO = """
[[contract]]
name = "bus"
kind = "function"
provider = "provider:make_bus"
[[contract.scenario]]
name = "a message arrives"
code = '''
from provider import make_bus

bus = make_bus()
bus.append("hello")
assert list(bus) == ["hello"], list(bus)
'''
"""

RULES = (
    Rule(
        id="not-a-subclass",
        family="one environment",
        summary="The consumer's model does not derive from the provider's, as the contract says",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="code",
        doc="""
## What it means
The contract says that one class extends the other, and `issubclass` says no.

## Why it breaks
Whoever takes the provider's class (`isinstance`, annotations, registries) refuses the consumer's.

## Example
The consumer falls back to a class of its own where an import fails, and nobody notices.

## What to do
Derive it from the provider's class, or correct the contract.
""",
        examples=(
            Example(
                title="a class of the same name",
                new=_EVENT,
                consumer="from pydantic import BaseModel\nimport provider\n\n"
                "class Event(BaseModel):\n    name: str\n    size: int = 0\n",
                contracts=_EXTENDS,
            ),
            Example(
                title="a class in between",
                new=_EVENT,
                consumer=_DERIVED.replace("Event(Base)", "Middle(Base)")
                + "\nclass Event(Middle):\n    pass\n",
                contracts=_EXTENDS,
                breaks=False,
            ),
        ),
        check=_not_a_subclass,
        rank=60,
        compares=False,
    ),
    Rule(
        id="core-field-overridden",
        family="one environment",
        summary="The consumer redefines a field to something that the provider does not take",
        severity=Severity.BREAK,
        directions=(_SOURCE, _READ_BY),
        witness="payload",
        doc="""
## What it means
A field that the provider's model defines is defined anew by the consumer's, and what the consumer
writes there the provider refuses or reads as something else.

## Why it breaks
The consumer's instances pass for the provider's, and fail at whoever reads them as such.

## Example
The provider's `size: int` becomes `size: str` in the consumer's class.

## What to do
Narrow the field, don't replace it; or give the consumer's field another name.
""",
        examples=(
            Example(
                title="a number becomes text",
                new=_EVENT,
                consumer=_DERIVED + "    size: str = 'large'\n",
                contracts=_EXTENDS,
            ),
            Example(
                title="the same field with a description",
                new=_EVENT,
                consumer=_DERIVED.replace("import Event", "import Event")
                + "    size: int = 0\n    'How large it is.'\n",
                contracts=_EXTENDS,
                breaks=False,
            ),
        ),
        check=_core_field_overridden,
        rank=61,
        compares=False,
    ),
    Rule(
        id="enum-values-differ",
        family="one environment",
        summary="A value that the contract names for a field is refused",
        severity=Severity.BREAK,
        directions=(_READS, _READ_BY),
        witness="payload",
        doc="""
## What it means
The contract lists values that a field must accept, and one of them is refused.

## Why it breaks
The consumer writes and reads that value: constructing the model fails.

## Example
The contract names `up`, `slow` and `down`; the provider's `Literal` holds `up` and `down`.

## What to do
Keep every value the contract names, or change the contract on both sides first.
""",
        examples=(
            Example(
                title="a value of a Literal that is not there",
                new=_STATE,
                consumer="from provider import Health\n",
                contracts=_STATES,
            ),
            Example(
                title="more values than the contract names",
                new=_STATE.replace('"down"', '"down", "slow"'),
                consumer="from provider import Health\n",
                contracts=_STATES,
                breaks=False,
            ),
        ),
        check=_enum_values_differ,
        rank=62,
        compares=False,
    ),
    Rule(
        id="factory-failed",
        family="one environment",
        summary="A factory of the consumer fails, or returns something else",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="code",
        doc="""
## What it means
A call that the contract declares, with the arguments that it declares, raises an error or returns
no instance of the consumer's class.

## Why it breaks
This is how the consumer makes its instances: it makes none any more.

## Example
The provider's model has a new required field that the consumer's `create()` does not pass.

## What to do
Give what is new a default, or release a consumer that passes it first.
""",
        examples=(
            Example(
                title="a new required field",
                new=_EVENT + "    region: str\n",
                consumer=_MAKER,
                contracts=_FACTORY,
            ),
            Example(
                title="a new optional field",
                new=_EVENT + "    region: str = ''\n",
                consumer=_MAKER,
                contracts=_FACTORY,
                breaks=False,
            ),
        ),
        check=_factory_failed,
        rank=90,
        compares=False,
    ),
    Rule(
        id="factory-incomplete",
        family="one environment",
        summary="What a factory of the consumer is given is not in what it returns",
        severity=Severity.BREAK,
        directions=(_SOURCE, _READ_BY),
        witness="code",
        doc="""
## What it means
The factory succeeds, but a value it was given comes out changed or not at all, or a property of
the consumer's class fails on the result.

## Why it breaks
Models ignore arguments they don't know: a field that went takes the consumer's data with it
without an error.

## Example
The provider's model loses `size`; `create(size=3)` still works, and its result has no size.

## What to do
Keep the field under its name.
""",
        examples=(
            Example(
                title="the field is gone",
                new=_EVENT.replace("    size: int = 0\n", ""),
                consumer=_MAKER,
                contracts=_FACTORY,
            ),
            Example(
                title="an argument with another name than its field",
                new=_EVENT,
                consumer=_MAKER.replace("size: int", "large: int").replace(
                    "size=size", "size=large"
                ),
                contracts=_FACTORY.replace("size = 3", "large = 3"),
                breaks=False,
            ),
        ),
        check=_factory_incomplete,
        rank=91,
        compares=False,
    ),
    Rule(
        id="superset-parse-failed",
        family="one environment",
        summary="The consumer does not read a plain payload of the provider",
        severity=Severity.BREAK,
        directions=(_READS,),
        witness="payload",
        doc="""
## What it means
What the provider's model writes by itself, or a sample that the contract declares, is refused by
the model the consumer reads with.

## Why it breaks
Events of other writers, which know the provider's model alone, can't be read.

## Example
The consumer's class adds a field without a default.

## What to do
Give what the consumer adds a default; keep what samples declare valid.
""",
        examples=(
            Example(
                title="the consumer adds a required field",
                new=_EVENT,
                consumer=_DERIVED.replace("note: str | None = None", "note: str"),
                contracts=_EXTENDS,
            ),
            Example(
                title="the consumer adds an optional field",
                new=_EVENT,
                consumer=_DERIVED,
                contracts=_EXTENDS,
                breaks=False,
            ),
        ),
        check=_superset_parse_failed,
        rank=92,
        compares=False,
    ),
    Rule(
        id="subset-parse-failed",
        family="one environment",
        summary="The provider does not read what the consumer writes",
        severity=Severity.BREAK,
        directions=(_READ_BY,),
        witness="payload",
        doc="""
## What it means
The provider's model refuses what the consumer's model writes, keeps what it should drop, or reads
one of its own fields as something else.

## Why it breaks
Readers that know the provider's model alone are the ones the events are for.

## Example
`extra="forbid"` on the provider's model: what the consumer adds makes the event unreadable.

## What to do
Leave the provider's model at ignoring what it does not know.
""",
        examples=(
            Example(
                title="extras are forbidden",
                new=_EVENT.replace("BaseModel):", "BaseModel, extra='forbid'):"),
                consumer=_DERIVED,
                contracts=_EXTENDS,
            ),
            Example(
                title="extras are kept",
                new=_EVENT.replace("BaseModel):", "BaseModel, extra='allow'):"),
                consumer=_DERIVED,
                contracts=_EXTENDS,
            ),
            Example(
                title="extras are ignored as by default",
                new=_EVENT.replace("BaseModel):", "BaseModel, extra='ignore'):"),
                consumer=_DERIVED,
                contracts=_EXTENDS,
                breaks=False,
            ),
        ),
        check=_subset_parse_failed,
        rank=93,
        compares=False,
    ),
    Rule(
        id="roundtrip-failed",
        family="one environment",
        summary="What a model reads it does not write, or does not read again",
        severity=Severity.BREAK,
        directions=(_SOURCE, _READ_BY),
        witness="payload",
        doc="""
## What it means
An instance written as JSON and read again is refused or differs; or a value that a declared
sample holds does not come out.

## Why it breaks
Everything that is stored, queued or sent goes this way.

## Example
A required field is excluded from dumps: what is written can't be read.

## What to do
Let the model read what it writes.
""",
        examples=(
            Example(
                title="a required field that is not written",
                new=_EVENT.replace("import BaseModel", "import BaseModel, Field").replace(
                    "name: str", "name: str = Field(exclude=True)"
                ),
                consumer="from provider import Event\n",
            ),
            Example(
                title="a serializer that changes nothing",
                new=_EVENT.replace("import BaseModel", "import BaseModel, field_serializer")
                + "\n    @field_serializer('name')\n    def _name(self, value):\n"
                "        return value\n",
                consumer="from provider import Event\n",
                breaks=False,
            ),
        ),
        check=_roundtrip_failed,
        rank=94,
        compares=False,
    ),
    Rule(
        id="scenario-failed",
        family="one environment",
        summary="A program that the contract declares fails",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="code",
        doc="""
## What it means
The contract holds a small program that must run without an error, and it raises one.

## Why it breaks
The program is what the two packages do together, in a few lines.

## Example
`make_bus()` returns something that does not hand on what is put in.

## What to do
Run the witness: it is the program itself. Where no other rule names the cause, its traceback does.
""",
        examples=(
            Example(
                title="a bus that loses messages",
                new="class Bus(list):\n    def append(self, item):\n        pass\n\n"
                "def make_bus():\n    return Bus()\n",
                consumer="from provider import make_bus\n",
                contracts=_SCENARIO,
            ),
            Example(
                title="another sort of bus",
                new="from collections import deque\n\ndef make_bus():\n    return deque()\n",
                consumer="from provider import make_bus\n",
                contracts=_SCENARIO,
                breaks=False,
            ),
        ),
        check=_scenario_failed,
        rank=95,
        compares=False,
    ),
)
