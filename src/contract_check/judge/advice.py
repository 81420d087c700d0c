"""What to do about a finding: first what the consumer can do, whose maintainer most readers are."""

from __future__ import annotations

from contract_check.model.report import Finding, Severity
from contract_check.rules.case import Case

LONGEST = 200
"""Characters of a message."""
_MOST_LINES = 3


def advised(case: Case, finding: Finding) -> Finding:
    """A break with the consumer's choices before those of the provider.

    Args:
        case: the facts.
        finding: as a rule tells it; its hint speaks to the provider.
    """
    if finding.severity is not Severity.BREAK or case.baseline is None:
        return finding
    if "tay below" in finding.hint or "tay with" in finding.hint:
        return finding
    first = f"{_stay(case)}{_change(finding)}"
    hint = f"{first}. For {case.candidate.provider.name}: {_lowered(finding.hint)}"
    return finding.model_copy(update={"hint": hint})


def _stay(case: Case) -> str:
    """`Stay below core 2.0`; by the baseline where versions do not tell the two apart."""
    assert case.baseline is not None
    name = case.candidate.provider.name
    before, now = (_numbers(side.provider.version) for side in (case.baseline, case.candidate))
    if before < now:
        return f"Stay below {name} {case.candidate.provider.version}"
    if before > now:
        return f"Stay above {name} {case.candidate.provider.version}"
    return f"Stay with the {name} that works"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("+")[0].split(".") if part.isdigit())


def _change(finding: Finding) -> str:
    places = [f"{item.file}:{item.line}" for item in finding.locations[:_MOST_LINES]]
    more = len(finding.locations) - len(places)
    if not places:
        return ""
    rest = f" and {more} more" if more else ""
    return f", or change {', '.join(places)}{rest}"


def _lowered(hint: str) -> str:
    """As the end of a sentence; names keep their capitals."""
    word = hint.partition(" ")[0]
    return hint[:1].lower() + hint[1:] if word.isalpha() and word.istitle() else hint


def shortened(message: str) -> str:
    """A message of at most `LONGEST` characters."""
    return message if len(message) <= LONGEST else f"{message[: LONGEST - 1].rstrip()}…"
