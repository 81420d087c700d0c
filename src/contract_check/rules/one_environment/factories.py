"""Factories of the consumer, called as the contract declares."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from contract_check.model.contracts import Contract
from contract_check.model.observation import CallOutcome, Failure
from contract_check.model.report import Direction, Severity
from contract_check.rules import blame
from contract_check.rules.case import CallPlan, Case
from contract_check.rules.faults import Collected, Fault, exercised, refusals
from contract_check.rules.interface import Draft, Rule
from contract_check.rules.issues import locus_at
from contract_check.rules.one_environment.losses import lost
from contract_check.rules.witnesses import as_json, call, import_of

_SOURCE, _READ_BY = Direction.SOURCE, Direction.READ_BY_OLD


def planned_calls(case: Case, contract: Contract) -> Iterator[tuple[CallOutcome, CallPlan]]:
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
        for outcome, plan in planned_calls(case, contract):
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
        for outcome, plan in planned_calls(case, contract):
            collected.add(_gaps(case, contract, outcome, plan))
        yield from collected.drafts(
            case,
            contract,
            "a factory of {consumer} loses a value that it is given, at {place}: {words}",
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
        missed = lost(given, written, made.outcome.json_alias, made.outcome.attributes)
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


RULES = (
    Rule(
        id="factory-failed",
        family="one environment",
        summary="A factory of the consumer fails, or returns something else",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="code",
        check=_factory_failed,
        rank=90,
        compares=False,
    ),
    Rule(
        id="factory-incomplete",
        family="one environment",
        summary="A factory of the consumer returns an object that lacks a value it was given",
        severity=Severity.BREAK,
        directions=(_SOURCE, _READ_BY),
        witness="code",
        check=_factory_incomplete,
        rank=91,
        compares=False,
    ),
)
