"""Does a model read again what it writes?"""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.contracts import Contract
from contract_check.model.observation import Encoded, Outcome, Payload, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case, field_by_any_name
from contract_check.rules.encoded import children
from contract_check.rules.faults import Collected, Fault, exercised, not_finite, refusals, replayed
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.issues import first_issue, locus_at
from contract_check.rules.one_environment.losses import lost
from contract_check.rules.witnesses import as_json, holds, import_of, literal

_SOURCE, _READ_BY = Direction.SOURCE, Direction.READ_BY_OLD


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
    for path, value, found in lost(by_name, outcome.json_, outcome.json_alias, outcome.attributes):
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


def _roundtrip_failed(case: Case) -> Iterator[Draft]:
    for contract in exercised(case, "extends", "uses"):
        consumer = contract.consumer if contract.kind == "extends" else None
        collected = Collected()
        collected.add(_roundtrip_faults(case, contract, consumer or contract.provider))
        yield from collected.drafts(
            case,
            contract,
            "{consumer} is another value after it is written and read back, at {place}: {words}",
            "Let the model write every value that it read, and read it back as the same value.",
        )


RULES = (
    Rule(
        id="roundtrip-failed",
        family="one environment",
        summary="A model does not write back what it read, or can't read what it wrote",
        severity=Severity.BREAK,
        directions=(_SOURCE, _READ_BY),
        witness="payload",
        check=_roundtrip_failed,
        rank=94,
        compares=False,
    ),
)
