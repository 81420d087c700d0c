"""Why this consumer meets what a rule suspects: a line, a value, a declaration, or nothing."""

from __future__ import annotations

from contract_check.judge.suspect import Suspicion
from contract_check.model.report import Evidence, Location
from contract_check.rules.case import Case


def of(case: Case, suspicion: Suspicion, contract: str | None) -> Evidence:
    """What shows that this consumer meets a suspicion.

    Args:
        case: the facts.
        suspicion: what was suspected.
        contract: the name of the contract it was met in, if in one.
    """
    known = next((draft.evidence for draft in suspicion.drafts if draft.evidence), None)
    if known is not None:
        return known
    if any(item.name == contract and item.declared for item in case.contracts):
        return "declared"
    return "code" if locations(suspicion) else "none"


def locations(suspicion: Suspicion) -> tuple[Location, ...]:
    """Every line of the consumer's that meets it: the leading draft's own first."""
    places = [
        place
        for draft in suspicion.drafts
        for place in (*filter(None, (draft.location,)), *draft.places)
    ]
    return tuple(Location(file=item.file, line=item.line) for item in dict.fromkeys(places))
