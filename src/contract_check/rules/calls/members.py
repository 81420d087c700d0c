"""Methods and attributes that are gone."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.report import Severity
from contract_check.rules.calls import undescribed
from contract_check.rules.calls.common import SOURCE, call_of
from contract_check.rules.case import Case, short
from contract_check.rules.interface import Draft, Locus, Rule
from contract_check.rules.uses import (
    contract_of,
    lost_members,
    where,
)
from contract_check.rules.wording import a_


def _member_removed(case: Case) -> Iterator[Draft]:
    from_base = {case.label(use.provider) for use in case.usage.subclasses}
    for lost in lost_members(case):
        if case.label(lost.subject) in from_base:
            continue  # what a class of the consumer's inherited is `inherited-member-lost`
        name = short(lost.subject)
        verb = "calls" if lost.was.endswith("method") else "reads"
        fate = "is gone" if lost.now is None else f"was {a_(lost.was)} and is {a_(lost.now)} now"
        yield Draft(
            subject=lost.subject,
            path=lost.member,
            message=f"{name}.{lost.member} {fate}; {case.candidate.consumer.name} {verb} it "
            f"at {where(lost.places)}",
            hint=f"Keep {lost.member} as it was, if only as an alias.",
            loci=(Locus(case.label(lost.subject), lost.member),),
            contract=contract_of(case, case.label(lost.subject)),
            location=min(lost.places),
            programs=(lost.program,),
            cause=call_of(lost.member, lost.places),
        )
    if case.baseline is not None:
        yield from undescribed.members(case)


RULES = (
    Rule(
        id="member-removed",
        family="calls",
        summary="An attribute or method that the consumer uses is gone",
        severity=Severity.BREAK,
        directions=SOURCE,
        witness="code",
        check=_member_removed,
        rank=45,
    ),
)
