"""What findings are worth: severities a project set, and suppressions."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from contract_check.model.contracts import Policy, Suppression
from contract_check.model.report import Finding, Severity, SuppressedBy


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
        if (remark := _remark(item, number in used, today)) is not None
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
            id=f"policy-unused:{name}",
            rule="policy-unused",
            severity=Severity.WARNING,
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


def _remark(item: Suppression, used: bool, today: datetime.date) -> Finding | None:
    if used and not _expired(item, today):
        return None
    if _expired(item, today):
        rule, message = (
            "suppression-expired",
            f"the suppression of {item.rule} expired {item.expires}",
        )
    else:
        rule, message = "suppression-unused", f"the suppression of {item.rule} matches nothing"
    place = item.subject or item.contract or "configuration"
    return Finding(
        id=f"{rule}:{item.rule}:{place}:{item.path or ''}",
        rule=rule,
        severity=Severity.WARNING if rule == "suppression-expired" else Severity.INFO,
        directions=(),
        contract=item.contract,
        subject=place,
        path=item.path,
        message=f"{message} (reason given: {item.reason})",
        hint="Remove it from the configuration, or give it a new date and reason.",
    )
