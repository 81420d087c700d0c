"""The verdict in one line, for the end of a terminal report and for people who asked for a file."""

from __future__ import annotations

from collections import Counter

from contract_check.model.report import Finding, PackageReport, Report, Reports, Severity, Verdict
from contract_check.reports.text import one_line

_NOUNS = {Severity.BREAK: "break", Severity.WARNING: "warning", Severity.INFO: "note"}


def verdict_line(report: Report | Reports) -> str:
    """The answer as a sentence that begins with the verdict."""
    if isinstance(report, Reports):
        return _verdict_of_all(report)
    consumer, provider = state_of(report.consumer), state_of(report.provider)
    took = f" in {report.timings.total:.1f} s" if report.timings.total else ""
    if report.exit_code == 4:
        return f"BUG IN CONTRACT-CHECK: {consumer} with {provider} was not checked"
    match report.verdict:
        case Verdict.COMPATIBLE:
            answer = f"compatible: {consumer} works with {provider}"
        case Verdict.BREAK:
            answer = f"BREAK: {consumer} does not work with {provider}"
        case Verdict.ERROR:
            reason = f": {one_line(report.errors[0].message)}" if report.errors else ""
            return f"COULD NOT CHECK: {consumer} with {provider}{reason}"
    return f"{answer} ({counts(report)}){took}"


def _verdict_of_all(reports: Reports) -> str:
    provider, count = state_of(reports.provider), len(reports.reports)
    found = Counter(report.verdict for report in reports.reports)
    if found[Verdict.COMPATIBLE] == count:
        return f"compatible: all {plural(count, 'consumer')} work with {provider}"
    told = [
        f"{found[verdict]} {word}"
        for verdict, word in (
            (Verdict.BREAK, "broken"),
            (Verdict.ERROR, "not checked"),
            (Verdict.COMPATIBLE, "compatible"),
        )
        if found[verdict]
    ]
    verdict = "BREAK" if found[Verdict.BREAK] else "COULD NOT CHECK"
    return f"{verdict}: of {plural(count, 'consumer')} of {provider}, {', '.join(told)}"


def first_line(report: Report) -> str:
    """What stands beside a consumer in a table: its first break, or why it was not checked."""
    breaks = [item for item in active(report) if item.severity is Severity.BREAK]
    if breaks:
        return one_line(breaks[0].message)
    if report.verdict is Verdict.ERROR and report.errors:
        return one_line(report.errors[0].message)
    return ""


def break_count(report: Report) -> int:
    """How many breaks count."""
    return sum(item.severity is Severity.BREAK for item in active(report))


def counts(report: Report) -> str:
    """How much was looked at and what was found: `8 contracts, 213 payloads, 1 warning`.

    Where contracts could not be exercised, `6 of 8 contracts`.
    """
    lost = len(report.contracts) > report.coverage.exercised
    exercised = f"{report.coverage.exercised} of " if lost else ""
    parts = [
        f"{exercised}{plural(len(report.contracts), 'contract')}",
        plural(report.coverage.payloads, "payload"),
    ]
    found = Counter(finding.severity for finding in active(report))
    parts += [plural(found[severity], noun) for severity, noun in _NOUNS.items() if found[severity]]
    suppressed = len(report.findings) - len(active(report))
    parts += [f"{suppressed} suppressed"] if suppressed else []
    if report.preexisting:
        parts.append(f"{plural(len(report.preexisting), 'failure')} that the baseline has as well")
    if report.verdict is not Verdict.ERROR and report.errors:
        parts.append(f"incomplete: {plural(len(report.errors), 'error')}")
    return ", ".join(parts)


def active(report: Report) -> tuple[Finding, ...]:
    """The findings that count: those that nobody suppressed."""
    return tuple(finding for finding in report.findings if finding.suppressed is None)


def places(finding: Finding) -> str:
    """Every line that meets it: `app/_mapper.py:402, 415, app/main.py:7`."""
    found = finding.locations or ((finding.location,) if finding.location else ())
    lines: dict[str, list[str]] = {}
    for place in found:
        lines.setdefault(place.file, []).append(str(place.line))
    return ", ".join(f"{file}:{', '.join(dict.fromkeys(at))}" for file, at in lines.items())


def state_of(package: PackageReport) -> str:
    """A package and the state it was pinned to, as briefly as it stays unmistakable."""
    pin = package.pin
    if pin is None:
        return one_line(f"{package.name} {package.requested or ''}".strip())
    version = pin.version or ""
    if pin.commit:
        version = f"{version} (commit {pin.commit[:12]})".strip()
    elif pin.kind in ("path", "wheel", "url"):
        version = f"{version} ({pin.source or package.requested})".strip()
    return one_line(f"{package.name} {version or package.requested or ''}".strip())


def plural(count: int, noun: str) -> str:
    """`1 break`, `2 breaks`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
