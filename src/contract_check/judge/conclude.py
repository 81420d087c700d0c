"""From suspicions and tried witnesses to findings, contract by contract."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from contract_check.judge import checks, policy, second
from contract_check.judge.advice import advised, shortened
from contract_check.judge.evidence import STRENGTH
from contract_check.judge.gather import gathered
from contract_check.judge.suspect import Suspicion, Suspicions
from contract_check.model.contracts import Policy
from contract_check.model.errors import Side
from contract_check.model.report import (
    ContractReport,
    Coverage,
    Direction,
    Finding,
    Location,
    ReportError,
    Severity,
    Unchecked,
    Verdict,
    Witness,
)
from contract_check.rules import Draft, Program, Rule
from contract_check.rules.case import Case

_NO_WITNESS = " (no witness program could be confirmed, so this is a warning)"
_NOT_RECORDED = " (the snapshot does not show that the baseline holds it, so this is a warning)"


@dataclass(frozen=True)
class Fault:
    """A witness program that gave no answer: nobody knows whether it holds.

    Args:
        side: where it was run.
        reason: how it ended, as in `killed by SIGSEGV`.
    """

    side: Side
    reason: str


@dataclass(frozen=True)
class Tried:
    """A witness program after it was run.

    Args:
        baseline: what happened there; None without a baseline.
        candidate: what happened there.
        confirmed: it failed with the candidate and, where there is one, passed with the baseline.
        fails_on_both: it failed with the baseline as well.
        fault: why there is no answer from one side.
        unproven: it failed with the candidate, and the snapshot that stands for the baseline does
            not show that it passes there.
    """

    program: Program
    baseline: str | None
    candidate: str
    confirmed: bool
    fails_on_both: bool = False
    fault: Fault | None = None
    unproven: bool = False

    @property
    def refuted(self) -> bool:
        """Whether it showed that what it was to prove is not so."""
        return not (self.confirmed or self.unproven)


@dataclass(frozen=True)
class Judgement:
    """Everything the judge has to say."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    preexisting: tuple[Unchecked, ...]
    contracts: tuple[ContractReport, ...]
    coverage: Coverage
    unchecked: tuple[Unchecked, ...]
    errors: tuple[ReportError, ...]


def conclude(
    case: Case,
    suspicions: Suspicions,
    tried: Mapping[int, Tried],
    rules: Policy,
    today: datetime.date,
) -> Judgement:
    """Judge.

    Args:
        case: the facts.
        suspicions: what `suspect` returned.
        tried: position of a suspicion to the witness that was confirmed, or else the last tried.
        rules: the project's policy.
        today: the day suppressions are held against.
    """
    findings: list[Finding] = []
    borne_out: list[Suspicion] = []
    standing = list(suspicions.preexisting)
    preexisting = [_listed(rule, draft) for rule, draft in standing]
    unanswered: list[ReportError] = []
    blind = checks.without_comparison(case)
    causes: dict[str, str] = {}
    for number, suspicion in enumerate(suspicions.found):
        witness = tried.get(number)
        if witness is not None and _contract(case, suspicion.draft) in blind:
            # Like a run without a baseline: what fails there says nothing.
            failed = witness.confirmed or witness.fails_on_both
            witness = replace(witness, baseline=None, confirmed=failed, fails_on_both=False)
        if witness is not None and witness.fails_on_both and not suspicion.rule.compares:
            preexisting.append(_listed(suspicion.rule, suspicion.draft))
            standing += [(suspicion.rule, suspicion.draft), *suspicion.others]
            continue
        if witness is not None and witness.fault is not None and suspicion.rule.compares:
            unanswered.append(_unanswered(suspicion, witness.fault))
            continue
        finding = _finding(case, suspicion, witness)
        if finding is not None:
            findings.append(finding)
            borne_out.append(suspicion)
            if suspicion.draft.cause is not None:
                causes[finding.id] = suspicion.draft.cause
    findings += second.unproven(case, findings)
    applied = policy.apply(rules, findings, today)
    reports = checks.contract_reports(case, borne_out, applied.findings, standing)
    told = tuple(advised(case, item) for item in gathered(applied.findings, causes))
    reports = _naming(reports, told)
    unchecked, errors = checks.not_checked(case, reports)
    errors = (*errors, *dict.fromkeys(unanswered))
    # Without any contract (a candidate that can't be installed) no name could be known.
    astray = policy.astray(rules, [item.name for item in reports]) if reports else ()
    return Judgement(
        verdict=_verdict(rules, applied.findings, bool(errors)),
        findings=ordered((*told, *applied.remarks, *astray)),
        preexisting=tuple(preexisting),
        contracts=reports,
        coverage=checks.coverage(case, reports),
        unchecked=(*unchecked, *second.not_read(case)),
        errors=errors,
    )


def _naming(
    reports: tuple[ContractReport, ...], told: tuple[Finding, ...]
) -> tuple[ContractReport, ...]:
    """Contracts whose checks name the findings that are told, where several became one."""
    leads = {
        _identity(lead.rule, spot.contract, spot.subject, spot.path): lead.id
        for lead in told
        for spot in lead.also
    }
    return tuple(
        report.model_copy(
            update={
                "checks": tuple(
                    check.model_copy(
                        update={
                            "findings": tuple(
                                dict.fromkeys(leads.get(name, name) for name in check.findings)
                            )
                        }
                    )
                    for check in report.checks
                )
            }
        )
        for report in reports
    )


def _verdict(rules: Policy, findings: tuple[Finding, ...], incomplete: bool) -> Verdict:
    """A proven break outranks an incomplete check."""
    if policy.fails(rules, findings):
        return Verdict.BREAK
    return Verdict.ERROR if incomplete else Verdict.COMPATIBLE


def _finding(case: Case, suspicion: Suspicion, tried: Tried | None) -> Finding | None:
    """The finding, or None where nothing observable follows from a difference."""
    draft, rule = suspicion.draft, suspicion.rule
    confirmed = tried is not None and tried.confirmed
    severity, remark = suspicion.severity, ""
    unproven = tried is not None and tried.unproven
    if (rule.compares or rule.proved or unproven) and not confirmed:
        if not (suspicion.observed or unproven):
            return None
        if severity is Severity.BREAK:
            severity, remark = Severity.WARNING, _NOT_RECORDED if unproven else _NO_WITNESS
    contract = _contract(case, draft)
    places = tuple(Location(file=item.file, line=item.line) for item in suspicion.met.places)
    return Finding(
        id=_identity(rule.id, contract, draft.subject, draft.path),
        rule=rule.id,
        severity=severity,
        directions=_directions(suspicion),
        contract=contract,
        subject=draft.subject,
        path=draft.path,
        message=shortened(draft.message) + remark,
        hint=draft.hint,
        location=next(iter(places), None),
        locations=places,
        evidence=suspicion.met.evidence,
        witness=None if tried is None else _witness(tried),
    )


def _contract(case: Case, draft: Draft) -> str | None:
    return draft.contract or case.contract_for(draft.subject)


def _witness(tried: Tried) -> Witness:
    return Witness(
        kind=tried.program.kind,
        code=tried.program.code,
        baseline=tried.baseline,
        candidate=tried.candidate,
        confirmed=tried.confirmed,
    )


def _directions(suspicion: Suspicion) -> tuple[Direction, ...]:
    """Every direction in which the cause breaks something, in the order of the design."""
    met: set[Direction] = set(suspicion.draft.directions or suspicion.rule.directions)
    for rule, draft in suspicion.others:
        met.update(draft.directions or rule.directions)
    if suspicion.met.evidence in ("code", "value") and suspicion.severity is Severity.BREAK:
        met.add(Direction.SOURCE)
    return tuple(direction for direction in Direction if direction in met)


def _identity(rule: str, contract: str | None, subject: str, path: str | None) -> str:
    text = "\0".join((rule, contract or "", subject, path or ""))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _unanswered(suspicion: Suspicion, fault: Fault) -> ReportError:
    """A difference was seen, and the program that would prove it gave no answer."""
    about = suspicion.draft.subject + (f" {suspicion.draft.path}" if suspicion.draft.path else "")
    return ReportError(
        stage="probe",
        side=fault.side,
        message=f"{fault.side}: the witness for {suspicion.rule.id} of {about} gave no answer: "
        f"{fault.reason}",
        hint="The code under test ends or blocks the process; neither importing nor using it may "
        "do that. Raise --timeout if it is only slow.",
    )


def _listed(rule: Rule, draft: Draft) -> Unchecked:
    return Unchecked(subject=draft.subject, reason=f"{rule.id}: {draft.message}")


def ordered(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings as they are reported: the worst first, then by contract, subject and path."""
    worth = {severity: number for number, severity in enumerate(Severity)}
    return tuple(
        sorted(
            findings,
            key=lambda item: (
                item.suppressed is not None,
                worth[item.severity],
                STRENGTH.index(item.evidence),
                item.contract or "~",
                item.subject,
                item.path or "",
                item.rule,
            ),
        )
    )
