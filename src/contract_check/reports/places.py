"""Where a finding is shown in the consumer's checkout."""

from __future__ import annotations

from contract_check.model.report import Finding, Location, Report, Reports

_MANIFEST = "pyproject.toml"


def each(told: Report | Reports) -> tuple[Report, ...]:
    """The report of every consumer."""
    return told.reports if isinstance(told, Reports) else (told,)


def path_of(location: Location) -> str:
    """The file from the top of the consumer's repository, or else as it is installed."""
    return location.path or location.file


def manifest_of(report: Report) -> str:
    """The file that what concerns the consumer as a whole is shown at.

    Services that annotate files refuse a finding without one, so there is always one.
    """
    return report.consumer.manifest or _MANIFEST


def lines_of(finding: Finding) -> tuple[Location, ...]:
    """Every line of the consumer's that meets a finding, the first one first."""
    if finding.locations:
        return finding.locations
    return (finding.location,) if finding.location else ()


def place_of(report: Report, finding: Finding) -> tuple[str, int]:
    """The file and line, counted from 1, that a finding is shown at."""
    lines = lines_of(finding)
    if not lines:
        return manifest_of(report), 1
    return path_of(lines[0]), max(lines[0].line, 1)


def what(finding: Finding) -> str:
    """What changed, in one text: `acme.models:Order, at lines`."""
    return f"{finding.subject}, at {finding.path}" if finding.path else finding.subject
