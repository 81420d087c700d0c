"""Faults that one environment shows, put together by place: what several families share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from contract_check.model.contracts import Contract
from contract_check.model.observation import Encoded, Failure, Outcome, Payload
from contract_check.rules import blame
from contract_check.rules.case import Case, short
from contract_check.rules.interface import Draft, Locus, Program
from contract_check.rules.issues import first_issue

MOST_PROGRAMS = 3


@dataclass(frozen=True)
class Fault:
    """Something wrong at one place.

    Args:
        locus: where.
        words: what happened, as the end of a sentence.
        program: shows it.
        check: the contract's check that fails by it.
    """

    locus: Locus
    words: str
    program: Program
    check: str


@dataclass
class Collected:
    """The faults of one contract, by place, with the programs that show each."""

    faults: dict[tuple[str, str | None], list[Fault]] = field(default_factory=dict)

    def add(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self.faults.setdefault((fault.locus.label, fault.locus.path), []).append(fault)

    def drafts(self, case: Case, contract: Contract, says: str, hint: str) -> Iterator[Draft]:
        """One draft for each place and check; `says` has the name of the place and the words."""
        for faults in self.faults.values():
            for check in dict.fromkeys(fault.check for fault in faults):
                yield _draft(case, contract, [f for f in faults if f.check == check], says, hint)


def _draft(case: Case, contract: Contract, faults: list[Fault], says: str, hint: str) -> Draft:
    first = faults[0]
    subject = case.ref_of(first.locus.label)
    name = short(subject) + (f".{first.locus.path}" if first.locus.path else "")
    programs = dict.fromkeys(fault.program for fault in faults)
    return Draft(
        subject=subject,
        path=first.locus.path,
        message=says.format(
            place=name,
            words=first.words,
            provider=short(contract.provider),
            consumer=consumer_name(case, contract),
        ),
        hint=hint,
        loci=(first.locus,),
        contract=contract.name,
        check=first.check,
        location=case.place_of(contract.provider),
        programs=tuple(programs)[:MOST_PROGRAMS],
        observed=True,
    )


def consumer_name(case: Case, contract: Contract) -> str:
    return f"{case.candidate.consumer.name}'s {short(contract.consumer or contract.provider)}"


def exercised(case: Case, *kinds: str) -> Iterator[Contract]:
    """The contracts whose sides are both there; what is missing has rules of its own."""
    for contract in case.contracts_of(*kinds):
        refs = [ref for ref in (contract.provider, contract.consumer, contract.app) if ref]
        symbols = [case.candidate.symbol(ref) for ref in refs]
        if all(symbol is not None and symbol.kind != "missing" for symbol in symbols):
            yield contract


def replayed(case: Case, model: str | None) -> Sequence[tuple[Payload, Outcome]]:
    """The payloads of a model that the candidate replayed."""
    return case.replays.get(model or "", ())


def refusals(
    case: Case, contract: Contract, failure: Failure | None, model: str, code: str = ""
) -> Iterator[tuple[Locus, str]]:
    """Each place that a refusal points at, with what is wrong there."""
    if failure is None:
        return
    if not failure.errors:
        for locus in blame.loci_of(case, contract, failure, model, code):
            yield locus, first_issue(failure)
        return
    seen: set[Locus] = set()
    for issue in failure.errors:
        alone = failure.model_copy(update={"errors": (issue,)})
        for locus in blame.loci_of(case, contract, alone, model, code):
            if locus not in seen:
                seen.add(locus)
                yield locus, first_issue(alone)


def not_finite(value: Encoded | None) -> bool:
    """Whether there is a number in it that JSON can't hold (RFC 8259, 6): no model can write it."""
    if isinstance(value, dict):
        if value.get("t") == "float" and isinstance(value.get("v"), str):
            return True
        return any(not_finite(item) for item in value.values())
    return isinstance(value, list) and any(not_finite(item) for item in value)
