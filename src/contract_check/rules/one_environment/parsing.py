"""Does each side read what the other writes?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contract_check.model.contracts import Contract
from contract_check.model.observation import Outcome, Reading
from contract_check.model.report import Direction, Severity
from contract_check.rules import blame
from contract_check.rules.case import Case, short
from contract_check.rules.faults import (
    Collected,
    Fault,
    consumer_name,
    exercised,
    not_finite,
    refusals,
    replayed,
)
from contract_check.rules.interface import Draft, Locus, Rule
from contract_check.rules.issues import locus_at
from contract_check.rules.one_environment.factories import planned_calls
from contract_check.rules.witnesses import accepted, as_json, call, import_of, passed_on, statement

_SOURCE, _READS, _READ_BY = Direction.SOURCE, Direction.READS_OLD, Direction.READ_BY_OLD


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
            loci=(Locus(case.label_of(consumer), None, (Locus(case.label_of(provider)),)),),
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
    for made, plan in planned_calls(case, contract):
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
    locus = Locus(case.label_of(consumer), fault.locus.path, (fault.locus,))
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
            "{consumer} redefines {place}, and the provider refuses what it writes there: {words}",
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


RULES = (
    Rule(
        id="not-a-subclass",
        family="one environment",
        summary="The consumer's model does not derive from the provider's, as the contract says",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="code",
        check=_not_a_subclass,
        rank=60,
        compares=False,
    ),
    Rule(
        id="core-field-overridden",
        family="one environment",
        summary="The consumer redefines a field, and the provider refuses the new values",
        severity=Severity.BREAK,
        directions=(_SOURCE, _READ_BY),
        witness="payload",
        check=_core_field_overridden,
        rank=61,
        compares=False,
    ),
    Rule(
        id="superset-parse-failed",
        family="one environment",
        summary="The consumer does not read a plain payload of the provider",
        severity=Severity.BREAK,
        directions=(_READS,),
        witness="payload",
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
        check=_subset_parse_failed,
        rank=93,
        compares=False,
    ),
)
