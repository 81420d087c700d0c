"""Values that a contract names for a field."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from contract_check.model.contracts import Contract
from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case, short
from contract_check.rules.faults import MOST_PROGRAMS, exercised, replayed
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.issues import locus_at
from contract_check.rules.witnesses import accepted

_READS, _READ_BY = Direction.READS_OLD, Direction.READ_BY_OLD


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
        message=f"{places} does not accept {values}, which the contract names",
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


RULES = (
    Rule(
        id="enum-values-differ",
        family="one environment",
        summary="A value that the contract names for a field is refused",
        severity=Severity.BREAK,
        directions=(_READS, _READ_BY),
        witness="payload",
        check=_enum_values_differ,
        rank=62,
        compares=False,
    ),
)
