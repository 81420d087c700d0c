"""Contract by contract: which checks were exercised, and what came of them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from contract_check.judge.modules import (
    advice,
    blames_provider,
    nothing_imported,
    unimportable,
)
from contract_check.judge.suspect import Suspicion, severity_of
from contract_check.model.contracts import Contract, is_symbol_name
from contract_check.model.observation import Encoded, Failure, Observation, Outcome, Symbol
from contract_check.model.report import (
    Check,
    ContractReport,
    Coverage,
    FieldCoverage,
    Finding,
    ReportError,
    Severity,
    Unchecked,
)
from contract_check.rules import Draft, Rule
from contract_check.rules.case import Case, module_failures, short
from contract_check.rules.uses import call_targets, met_behind

_EXPLAIN_ABSENCE = frozenset({"imports", "subclassing", "collisions", "enums"})
"""Families of rules that say why something the consumer needs can't be had."""

_BY_KIND: dict[str, tuple[str, ...]] = {
    "extends": ("import", "subclass", "override", "round trip", "subset parse", "superset parse"),
    "uses": ("import", "round trip"),
    "enum": ("import", "enum values"),
    "endpoint": ("import", "response"),
    "function": ("import", "signature"),
    "protocol": ("import", "members"),
    "import": ("import",),
}

NOT_RUN = "the body is not run by any scenario"
"""How the reason begins why a function is not checked; tests that call it run it."""


def contract_reports(
    case: Case,
    borne_out: Sequence[Suspicion],
    findings: Sequence[Finding],
    standing: Iterable[tuple[Rule, Draft]],
) -> tuple[ContractReport, ...]:
    """What each contract came to.

    Args:
        case: the facts.
        borne_out: the suspicions that became findings, in the order of `findings`.
        findings: after policy.
        standing: what fails with the baseline in the same way. It is no break, and what fails by
            it has not passed either.
    """
    failed = _failed_checks(borne_out, findings)
    before = _failed_before(case, standing)
    explained = any(_explains_absence(suspicion) for suspicion in borne_out)
    by_place = {(f.rule, f.subject, f.path): f for f in findings if f.suppressed is None}
    causes = [
        (suspicion, by_place[place])
        for suspicion in borne_out
        if (place := _place_of(suspicion)) in by_place and _explains_absence(suspicion)
    ]
    return tuple(
        _contract_report(case, contract, failed, before, explained, causes)
        for contract in case.contracts
    )


def _explains_absence(suspicion: Suspicion) -> bool:
    return suspicion.rule.family in _EXPLAIN_ABSENCE and suspicion.severity is Severity.BREAK


def _place_of(suspicion: Suspicion) -> tuple[str, str, str | None]:
    return suspicion.rule.id, suspicion.draft.subject, suspicion.draft.path


_Cause = tuple[Suspicion, Finding]
"""What says why something can't be had, and the finding it became."""

_Place = tuple[str, str]
"""A contract and a check of it, by their names."""


def _failed_checks(
    borne_out: Sequence[Suspicion], findings: Sequence[Finding]
) -> dict[_Place, list[Finding]]:
    failed: dict[_Place, list[Finding]] = {}
    by_place = {(f.rule, f.subject, f.path): f for f in findings if f.severity is Severity.BREAK}
    for suspicion in borne_out:
        finding = by_place.get(_place_of(suspicion))
        if finding is None or finding.suppressed is not None:
            continue
        places = {(item.contract, item.check) for item in suspicion.drafts if item.check}
        if finding.contract and not places:
            places.add((finding.contract, "comparison"))
        for contract, check in places:
            if contract and check:
                failed.setdefault((contract, check), []).append(finding)
    return failed


def _failed_before(case: Case, standing: Iterable[tuple[Rule, Draft]]) -> dict[_Place, str]:
    """What fails with the baseline too, with the words of what fails first."""
    failed: dict[_Place, str] = {}
    for rule, draft in standing:
        contract = draft.contract or case.contract_for(draft.subject)
        if contract and draft.check and severity_of(rule, draft) is Severity.BREAK:
            failed.setdefault((contract, draft.check), draft.message)
    return failed


def _contract_report(
    case: Case,
    contract: Contract,
    failed: Mapping[_Place, Sequence[Finding]],
    before: Mapping[_Place, str],
    explained: bool,
    causes: Sequence[_Cause],
) -> ContractReport:
    problem = _import_problem(case, contract)
    if problem is not None and not explained:
        # No finding says why: that is a check that did not happen, not a break.
        problem = dataclasses.replace(problem, providers_fault=False)
    checks: list[Check] = []
    for name in _planned(contract, case):
        place = (contract.name, name)
        if place in failed:
            checks.append(_failed(name, failed[place]))
        elif problem is not None and not (problem.imported and name == "import"):
            if name == "import":
                why = _behind(case, problem, causes)
                checks.append(
                    Check(name=name, status="failed", detail=problem.reason, findings=why)
                )
            else:
                checks.append(Check(name=name, status="skipped", detail=problem.reason))
        elif place in before:
            detail = f"with the baseline too, so it is no break: {before[place]}"
            checks.append(Check(name=name, status="failed", detail=detail, preexisting=True))
        else:
            checks.append(Check(name=name, status="passed", detail=_detail(case, contract, name)))
    compared = failed.get((contract.name, "comparison"))
    if case.baseline is not None and contract.kind != "endpoint":
        checks.append(_comparison(case, case.baseline, contract, compared, problem))
    if problem is None and _broken_baseline(case, contract) is not None:
        problem = _Problem("there is nothing to compare it with", False, imported=True)
    return ContractReport(
        name=contract.name,
        kind=contract.kind,
        provider=contract.provider,
        consumer=contract.consumer or contract.app,
        declared=contract.declared,
        compatibility=case.compatibility_of(contract),
        status=_status(checks, problem),
        checks=tuple(checks),
        payloads=len(list(_outcomes(case, contract))),
    )


def _behind(case: Case, problem: _Problem, causes: Iterable[_Cause]) -> tuple[str, ...]:
    """The findings that say why a contract can't be had, though another contract met them."""
    symbol = problem.missing
    if symbol is None or symbol.failure is None or not problem.providers_fault:
        return ()
    failure = symbol.failure
    module, name = failure.missing_module or "", failure.missing_name
    gone = {case.label(symbol.ref), case.label(module), case.label(f"{module}:{name}")}
    raised = f"{failure.type}: {failure.message}"
    return tuple(
        dict.fromkeys(
            finding.id
            for suspicion, finding in causes
            if any(
                draft.same == raised or gone & {locus.label for locus in draft.loci}
                for draft in suspicion.drafts
            )
        )
    )


def _failed(name: str, findings: Sequence[Finding]) -> Check:
    return Check(
        name=name,
        status="failed",
        detail=findings[0].message,
        findings=tuple(dict.fromkeys(finding.id for finding in findings)),
    )


def _comparison(
    case: Case,
    baseline: Observation,
    contract: Contract,
    findings: Sequence[Finding] | None,
    problem: _Problem | None,
) -> Check:
    if findings:
        return _failed("comparison", findings)
    broken = _broken_baseline(case, contract)
    if broken is not None:
        return Check(name="comparison", status="skipped", detail=broken.message)
    before = baseline.symbol(contract.provider)
    if before is None or before.kind == "missing":
        detail = f"the baseline has no {contract.provider}"
        return Check(name="comparison", status="skipped", detail=detail)
    return Check(name="comparison", status="passed" if problem is None else "skipped")


def _status(
    checks: Iterable[Check], problem: _Problem | None
) -> Literal["passed", "failed", "unchecked"]:
    """`unchecked` where it can't be exercised for a reason that is not the provider's."""
    if problem is not None and not problem.imported:
        return "failed" if problem.providers_fault else "unchecked"
    if any(check.status == "failed" for check in checks):
        return "failed"
    return "passed" if problem is None else "unchecked"


def _planned(contract: Contract, case: Case) -> tuple[str, ...]:
    names = list(_BY_KIND[contract.kind])
    if contract.kind in ("uses", "extends") and _symbol_kind(case, contract) not in ("model", None):
        names = ["import"]
    if contract.samples:
        names.append("samples")
    if contract.values:
        names.append("values")
    names.extend(dict.fromkeys(f"factory {item.call}" for item in contract.factories))
    names.extend(f"scenario: {item.name}" for item in contract.scenarios)
    return tuple(names)


def _symbol_kind(case: Case, contract: Contract) -> str | None:
    symbol = case.candidate.symbol(contract.provider)
    return None if symbol is None or symbol.kind == "missing" else symbol.kind


@dataclass(frozen=True)
class _Problem:
    """Why a contract can't be exercised.

    Args:
        reason: in words.
        providers_fault: whether that is the provider's doing.
        imported: whether both of its sides can be had all the same.
        missing: the side that can't be had.
    """

    reason: str
    providers_fault: bool
    imported: bool = False
    missing: Symbol | None = None


def _import_problem(case: Case, contract: Contract) -> _Problem | None:
    for ref in filter(None, (contract.provider, contract.consumer, contract.app)):
        symbol = case.candidate.symbol(ref)
        if symbol is None:
            return _Problem(f"{ref} was not described", False)
        if "" in symbol.gaps:
            return _Problem(f"{ref} could not be described: {symbol.gaps['']}", False)
        if symbol.kind == "missing":
            failure = symbol.failure
            reason = f"{failure.type}: {failure.message}" if failure else "missing"
            blamed = failure is None or case.is_provider(ref) or blames_provider(case, failure)
            return _Problem(f"{ref} can't be had: {reason}", blamed, missing=symbol)
    if _symbol_kind(case, contract) == "model" and contract.kind in ("uses", "extends"):
        return _not_exercised(case, contract)
    return None


def _not_exercised(case: Case, contract: Contract) -> _Problem | None:
    """A model that accepted nothing was not exercised, and that is no pass.

    Where the baseline accepted something, the refusals are findings, which say so themselves.
    """
    placed = case.declared_places.get(contract.name, frozenset())
    homeless = [path for path in contract.values if path not in placed]
    if homeless:
        reason = f"no sample of the contract has room for the values of {', '.join(homeless)}"
        return _Problem(reason, False, imported=True)
    refs = {contract.provider, contract.consumer}
    if refs & case.accepting or refs - {None} <= case.unchanged:
        return None
    called = {name for name, plan in case.calls.items() if plan.contract == contract.name}
    if any(item.id in called and not item.failure for item in case.candidate.replayed.calls):
        return None
    return _Problem(
        f"no payload that was made for {contract.provider} is accepted by it; declare samples",
        False,
        imported=True,
    )


def _detail(case: Case, contract: Contract, name: str) -> str:
    if name in ("round trip", "subset parse", "superset parse"):
        number = len(list(_outcomes(case, contract)))
        return f"{number} payloads" if number else "the same on both sides, code included"
    if name == "enum values":
        symbol = case.candidate.symbol(contract.provider)
        return ", ".join(member.name for member in symbol.enum_members) if symbol else ""
    if contract.kind == "endpoint" and name == "response":
        outcome = next(
            (item for item in case.candidate.replayed.http if item.id == contract.name), None
        )
        return f"{contract.request} answered {outcome.status}" if outcome else ""
    return ""


def _outcomes(case: Case, contract: Contract) -> Iterable[Outcome]:
    refs = {contract.provider, contract.consumer} - {None}
    if contract.kind not in ("extends", "uses"):
        return
    for ref in refs:
        yield from case.outcomes_of.get(ref or "", ())


def not_checked(
    case: Case, reports: Sequence[ContractReport]
) -> tuple[tuple[Unchecked, ...], tuple[ReportError, ...]]:
    """What was not checked and why, and which of it makes the run incomplete."""
    unchecked = list(unimportable(case))
    unchecked += [Unchecked(subject=subject, reason=reason) for subject, reason in case.left_out]
    unchecked += [Unchecked(subject=file, reason=reason) for file, reason in case.usage.unreadable]
    unchecked += _not_followed(case)
    unchecked += _never_run(case)
    broken = without_comparison(case)
    errors = [
        ReportError(
            stage="contract",
            side="candidate",
            message=f"the contract {report.name!r} could not be exercised: {_reason(report)}",
            hint="Correct what the contract names, install what is missing with --with, or pass "
            "what its import needs with --env.",
        )
        for report in reports
        if report.status == "unchecked"
        and report.name not in broken
        and (report.declared or _was_there(case, report))
    ]
    errors += _each_once(broken.values())
    if not errors and case.candidate.described.modules:
        errors += (
            [*_nothing_checked(case, reports)]
            or _roots_not_imported(case, reports)
            or [*nothing_imported(case)]
        )
    unchecked += [
        Unchecked(subject=report.name, reason="its contract could not be exercised")
        for report in reports
        if report.status == "unchecked"
    ]
    return tuple(unchecked), tuple(errors)


def _roots_not_imported(case: Case, reports: Sequence[ContractReport]) -> list[ReportError]:
    """What the consumer's packages say that can't even be imported, for no fault of the candidate.

    Contracts that are found in the code of such a package are not checked by looking at the
    provider alone. Where another package of the consumer's can be imported, they are listed.
    """
    failed = {outcome.name for outcome, _ in module_failures(case.candidate)}
    if not case.consumer_roots <= failed:
        return []
    lost = [report for report in reports if report.status == "unchecked"]
    before = (
        {outcome.name for outcome, _ in module_failures(case.baseline)} if case.baseline else set()
    )
    return [
        ReportError(
            stage="contract",
            side="candidate",
            message=f"{outcome.name} itself can't be imported"
            f"{', nor can it with the baseline' if outcome.name in before else ''}, so "
            f"{len(lost)} of {len(reports)} contracts could not be exercised: "
            f"{failure.type}: {failure.message}",
            hint=_correct_the_import(case, [failure])
            or advice(case, failure)
            or f"Find third parties that {case.candidate.consumer.name} works with "
            "(--exclude-newer DATE, or --with 'NAME<VERSION'), or pass what its import needs with "
            "--env.",
        )
        for outcome, failure in module_failures(case.candidate)
        if lost and outcome.name in case.consumer_roots
        if outcome.name in before or not blames_provider(case, failure)
    ]


def _not_followed(case: Case) -> Iterator[Unchecked]:
    """What the consumer uses in a way that is neither read from its sources nor replayed."""
    for place, what in case.usage.unfollowed:
        yield Unchecked(
            subject=f"{place.file}:{place.line}",
            reason=f"{what} that is only known when it runs was not followed",
        )
    for found in case.usage.subclasses:
        base = case.candidate.symbol(found.provider)
        if base is not None and base.kind == "model" and not is_symbol_name(found.consumer):
            yield Unchecked(
                subject=f"{found.place.file}:{found.place.line}",
                reason=f"{short(found.consumer).rpartition('.')[2]} can't be imported by name: "
                f"only the provider's {short(found.provider)} was replayed",
            )
    for ref in dict.fromkeys(use.via or use.target for use in case.usage.calls):
        symbol = case.candidate.symbol(ref)
        if symbol is not None and symbol.validated:
            yield Unchecked(
                subject=ref,
                reason="a Pydantic dataclass: its fields are compared, but what it accepts was "
                "not replayed",
            )


def _never_run(case: Case) -> Iterator[Unchecked]:
    """The functions, methods and properties of the provider's whose bodies nothing runs.

    Of them only what is declared is compared. A scenario runs those that its code or its contract
    names, a factory those that it names.
    """
    programs = [item for contract in case.contracts for item in contract.scenarios]
    words = {word for item in programs for word in re.findall(r"\w+", item.code)}
    words |= {item.call for contract in case.contracts for item in contract.factories}
    run = {item.provider for item in case.contracts if item.scenarios or item.factories}
    for ref in dict.fromkeys((*_called(case), *_read(case))):
        if ref not in run and not words & {short(ref), ref.rpartition(".")[2]}:
            yield Unchecked(
                subject=ref,
                reason=f"{NOT_RUN}, so what it returns was not compared; "
                "see `contract-check explain scenario-failed`",
            )


def _called(case: Case) -> Iterator[str]:
    """The provider's functions and methods that the consumer calls."""
    for target in dict.fromkeys(use.target for use in case.usage.calls):
        for ref, member in call_targets(case, target):
            symbol = case.candidate.symbol(ref)
            if member is not None:
                yield from _member(case, ref, member, "method", "classmethod", "staticmethod")
            elif symbol is not None and symbol.kind == "function" and case.is_provider(ref):
                yield ref


def _read(case: Case) -> Iterator[str]:
    """The provider's properties that the consumer reads."""
    reads = ((use.owner, use.member) for use in case.usage.members if not use.stored)
    for owner, member in dict.fromkeys(reads):
        for ref in met_behind(case, owner):
            yield from _member(case, ref, member, "property")


def _member(case: Case, ref: str, name: str, *kinds: str) -> Iterator[str]:
    """A member of one of these kinds, where it is the provider's, and has a body of its own."""
    symbol = case.candidate.symbol(ref)
    found = symbol.members.get(name) if symbol is not None else None
    if found is None or found.kind not in kinds or found.stub or name.startswith("_"):
        return
    if case.is_provider(found.owner):
        yield f"{ref}.{name}"


def _reason(report: ContractReport) -> str:
    return next((check.detail for check in report.checks if check.detail), "no reason given")


def _was_there(case: Case, report: ContractReport) -> bool:
    """Whether the baseline has what the candidate lost, and no `except` of the consumer's catches
    that."""
    before = case.baseline.symbol(report.provider) if case.baseline is not None else None
    now = case.candidate.symbol(report.provider)
    had = before is not None and before.kind != "missing"
    gone = now is None or now.kind == "missing"
    return had and gone and not case.is_guarded(report.provider)


def without_comparison(case: Case) -> dict[str, ReportError]:
    """The contracts that could not be compared as the baseline can't be imported, and why."""
    return {
        contract.name: error
        for contract in case.contracts
        if (error := _broken_baseline(case, contract)) is not None
    }


def _broken_baseline(case: Case, contract: Contract) -> ReportError | None:
    """Why a contract can't be compared: the baseline breaks when it is imported.

    What the baseline does not have yet is new in the candidate, and no error.
    """
    for ref in filter(None, (contract.provider, contract.consumer, contract.app)):
        before = case.baseline.symbol(ref) if case.baseline is not None else None
        now = case.candidate.symbol(ref)
        if before is None or before.failure is None or now is None or now.kind == "missing":
            continue
        place = case.broken_at(before.failure)
        if place is not None:
            return ReportError(
                stage="contract",
                side="baseline",
                message="the baseline can't be imported, so there is nothing to compare with: "
                f"{before.failure.type} in {place}: {before.failure.message}",
                hint="Name another with --baseline REF (a version, tag, folder, ...), or do "
                "without with --baseline none.",
            )
    return None


def _each_once(errors: Iterable[ReportError]) -> Iterator[ReportError]:
    told: set[str] = set()
    for error in errors:
        if error.message not in told:
            told.add(error.message)
            yield error


def _nothing_checked(case: Case, reports: Sequence[ContractReport]) -> Iterator[ReportError]:
    if not reports:
        yield _nothing_to_check(case)
    elif all(_is_missing(item) and not case.is_guarded(item.provider) for item in reports):
        yield ReportError(
            stage="contract",
            message="nothing was checked: no contract could be exercised, as "
            f"{_reason(reports[0])}",
            hint=_correct_the_import(case, _failures(case, reports))
            or "Install what is missing with --with, or pass what its import needs with --env.",
        )


def _failures(case: Case, reports: Iterable[ContractReport]) -> list[Failure]:
    symbols = [case.candidate.symbol(report.provider) for report in reports]
    return [item.failure for item in symbols if item is not None and item.failure is not None]


def _correct_the_import(case: Case, failures: Iterable[Failure]) -> str | None:
    """What to do where the provider is there and has no such name; None where that is not it."""
    lacking: dict[str, list[str]] = {}
    for failure in failures:
        module, name = failure.missing_module, failure.missing_name
        if module is None or not case.is_provider(module):
            return None
        lacking.setdefault(module if name else module.rpartition(".")[0], []).append(
            name or module.rpartition(".")[2]
        )
    told = [
        f"{module} has no {', '.join(dict.fromkeys(names))}" for module, names in lacking.items()
    ]
    return f"{' and '.join(told)}: correct the import." if told else None


def _is_missing(report: ContractReport) -> bool:
    return report.status == "unchecked" and any(
        check.name == "import" and check.status == "failed" for check in report.checks
    )


def _nothing_to_check(case: Case) -> ReportError:
    consumer, provider = case.candidate.consumer.name, case.candidate.provider.name
    whence = (
        f"{consumer} is the consumer that {case.consumer_from} names for another provider: "
        "name yours with --consumer. "
        if case.consumer_from
        else ""
    )
    return ReportError(
        stage="contract",
        message=f"nothing was checked: {consumer} takes nothing of {provider} that could be found "
        "in its code, and no contract is declared",
        hint=f"{whence}Check which packages are meant (--provider, --consumer, --consumer-ref), or "
        "declare contracts in contract-check.toml.",
    )


def coverage(case: Case, reports: Sequence[ContractReport]) -> Coverage:
    """Counts of what was exercised with the candidate."""
    seen: set[tuple[str, str]] = set()
    for contract in case.contracts:
        ref = contract.consumer or contract.provider
        # What can't be had has at least the fields it had before, or those of the provider's side.
        sides = [side for side in (case.candidate, case.baseline) if side is not None]
        known = (side.symbol(name) for name in (ref, contract.provider) for side in sides)
        there = (item for item in known if item is not None and item.kind != "missing")
        if (symbol := next(there, None)) is not None and ref not in case.unchanged:
            seen.update((ref, name) for name in symbol.fields)
    exercised: set[tuple[str, str]] = set()
    for outcome in case.candidate.replayed.outcomes:
        if outcome.accepted:
            exercised.update((outcome.model, name) for name in _names(outcome.attributes))
    modelled = {
        ref
        for contract in case.contracts
        for ref in (contract.provider, contract.consumer)
        if ref is not None and (symbol := case.candidate.symbol(ref)) is not None
        if symbol.kind == "model"
    }
    return Coverage(
        contracts=len(reports),
        exercised=sum(map(_was_exercised, reports)),
        call_sites=len(case.usage.calls),
        payloads=len(case.candidate.replayed.outcomes),
        left_out=case.beyond_limit,
        models=len(modelled),
        unchanged=len(modelled & case.unchanged),
        fields=FieldCoverage(seen=len(seen), exercised=len(seen & _aliased(case, exercised))),
    )


def _was_exercised(report: ContractReport) -> bool:
    """Whether none of its own checks was skipped."""
    own = (check for check in report.checks if check.name != "comparison")
    return report.status != "unchecked" and all(check.status != "skipped" for check in own)


def _aliased(case: Case, exercised: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The fields exercised under every ref that names the same class."""
    by_identity: dict[str, list[Symbol]] = {}
    for symbol in case.candidate.described.symbols.values():
        by_identity.setdefault(symbol.identity or symbol.ref, []).append(symbol)
    found: set[tuple[str, str]] = set()
    for ref, name in exercised:
        named = case.candidate.symbol(ref)
        same = by_identity.get(named.identity or ref, []) if named is not None else []
        found.update((item.ref, name) for item in same)
        found.add((ref, name))
    return found


def _names(attributes: Encoded) -> Iterable[str]:
    if isinstance(attributes, dict):
        fields = attributes.get("f")
        if isinstance(fields, dict):
            return fields.keys()
    return ()
