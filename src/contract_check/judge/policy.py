"""What findings are worth: severities a project set, and suppressions."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from contract_check.model.contracts import Policy, Suppression
from contract_check.model.report import Finding, Severity, SuppressedBy


@dataclass(frozen=True)
class Remark:
    """What a report may say of the policy itself. It is no rule: no policy applies to it.

    Args:
        id: kebab-case, as a rule's.
        summary: one line, no full stop.
        doc: Markdown under the headings *What it means* and *What to do*.
    """

    id: str
    severity: Severity
    summary: str
    doc: str


SUPPRESSION_EXPIRED = Remark(
    id="suppression-expired",
    severity=Severity.WARNING,
    summary="A suppression counts no more, as its last day is past",
    doc="""
## What it means
The `expires` of an entry under `[[policy.suppress]]` lies before today. What it names counts again.

## What to do
Mend what it names and remove the entry, or give it a new date and reason.
""",
)
SUPPRESSION_UNUSED = Remark(
    id="suppression-unused",
    severity=Severity.INFO,
    summary="A suppression matches no finding of this run",
    doc="""
## What it means
No finding has the rule of an entry under `[[policy.suppress]]` at the `subject`, `path` and
`contract` that the entry names: what it was for is mended, or one of the names is mistyped.

## What to do
Correct the name where the report says that the rule is met at another place; else remove the entry.
""",
)
POLICY_UNUSED = Remark(
    id="policy-unused",
    severity=Severity.WARNING,
    summary="Severities are set for a contract that there is none of",
    doc="""
## What it means
A table `[policy.contracts.NAME]` names a contract that is neither declared nor found in the
consumer's code, so it changes nothing.

## What to do
Correct the name: the report lists the names of all contracts. Or remove the table.
""",
)
REMARKS = (POLICY_UNUSED, SUPPRESSION_EXPIRED, SUPPRESSION_UNUSED)


@dataclass(frozen=True)
class Applied:
    """Findings after policy, and remarks about the policy itself."""

    findings: tuple[Finding, ...]
    remarks: tuple[Finding, ...]


def apply(policy: Policy, findings: Iterable[Finding], today: datetime.date) -> Applied:
    """Set severities, suppress what is known, and say which suppressions are stale.

    Args:
        policy: the project's.
        findings: as judged.
        today: the day suppressions are held against.
    """
    kept: list[Finding] = []
    used: set[int] = set()
    for finding in findings:
        severity = _severity(policy, finding)
        if severity is None:
            continue
        finding = finding.model_copy(update={"severity": severity})
        number = next(
            (n for n, item in enumerate(policy.suppressions) if _matches(item, finding)), None
        )
        if number is not None:
            used.add(number)
            item = policy.suppressions[number]
            if not _expired(item, today):
                by = SuppressedBy(reason=item.reason, expires=item.expires)
                finding = finding.model_copy(update={"suppressed": by})
        kept.append(finding)
    remarks = [
        remark
        for number, item in enumerate(policy.suppressions)
        if (remark := _remark(item, number in used, today, kept)) is not None
    ]
    return Applied(tuple(kept), tuple(remarks))


def astray(policy: Policy, contracts: Collection[str]) -> tuple[Finding, ...]:
    """Remarks about severities that are set for a contract there is none of.

    Args:
        policy: the project's.
        contracts: the names of all contracts of the run, declared and derived.
    """
    return tuple(
        Finding(
            id=f"{POLICY_UNUSED.id}:{name}",
            rule=POLICY_UNUSED.id,
            severity=POLICY_UNUSED.severity,
            directions=(),
            contract=None,
            subject=f"policy.contracts.{name}",
            message=f"the policy for the contract {name!r} changes nothing: there is no such "
            "contract",
            hint=_near(name, contracts),
        )
        for name in policy.contracts
        if name not in contracts
    )


def _near(name: str, contracts: Collection[str]) -> str:
    near = difflib.get_close_matches(name, contracts, n=3, cutoff=0.5)
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    return f"{meant}The report lists the names of all contracts."


def fails(policy: Policy, findings: Iterable[Finding]) -> bool:
    """Whether the findings make the verdict `break`."""
    worst = {Severity.BREAK} if policy.fail_on == "break" else {Severity.BREAK, Severity.WARNING}
    return any(finding.severity in worst and finding.suppressed is None for finding in findings)


def _severity(policy: Policy, finding: Finding) -> Severity | None:
    own = policy.contracts.get(finding.contract or "", {}).get(finding.rule)
    chosen = own or policy.severities.get(finding.rule)
    if chosen is None:
        return finding.severity
    return None if chosen == "off" else Severity(chosen)


def _matches(item: Suppression, finding: Finding) -> bool:
    return (
        item.rule == finding.rule
        and item.subject in (None, finding.subject)
        and item.path in (None, finding.path)
        and item.contract in (None, finding.contract)
    )


def _expired(item: Suppression, today: datetime.date) -> bool:
    return item.expires is not None and datetime.date.fromisoformat(item.expires) < today


def _remark(
    item: Suppression, used: bool, today: datetime.date, findings: Iterable[Finding]
) -> Finding | None:
    if _expired(item, today):
        remark = SUPPRESSION_EXPIRED
        message = f"the suppression of {item.rule} expired {item.expires}"
        hint = "Remove it from the configuration, or give it a new date and reason."
    elif used:
        return None
    else:
        remark = SUPPRESSION_UNUSED
        message = f"the suppression of {item.rule} matches nothing"
        hint = _elsewhere(item, [finding for finding in findings if finding.rule == item.rule])
    place = item.subject or item.contract or "configuration"
    return Finding(
        id=f"{remark.id}:{item.rule}:{place}:{item.path or ''}",
        rule=remark.id,
        severity=remark.severity,
        directions=(),
        contract=item.contract,
        subject=place,
        path=item.path,
        message=f"{message} (reason given: {item.reason})",
        hint=hint,
    )


def _elsewhere(item: Suppression, findings: Collection[Finding]) -> str:
    """Where the rule is met instead: at another place than what one key of the suppression says."""
    if not findings:
        return f"Remove it from the configuration: {item.rule} is not met anywhere."
    for key in ("path", "subject", "contract"):
        wanted: str | None = getattr(item, key)
        loose = item.model_copy(update={key: None})
        others = {getattr(found, key) or "" for found in findings if _matches(loose, found)} - {""}
        if wanted is not None and others:
            near = difflib.get_close_matches(wanted, others, n=3, cutoff=0.0)
            return f"{item.rule} is not met at this {key}, but at: {', '.join(near)}."
    places = dict.fromkeys(".".join(filter(None, (f.subject, f.path))) for f in findings)
    return f"{item.rule} is met at other places: {', '.join([*places][:3])}."
