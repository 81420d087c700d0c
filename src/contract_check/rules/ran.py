"""Rules that a run of the consumer's own code meets: no description and no replay shows them."""

from __future__ import annotations

from dataclasses import dataclass

from contract_check.model.report import Severity
from contract_check.rules.library import document_of


@dataclass(frozen=True)
class RunRule:
    """A rule without a function that recognizes it.

    Args:
        id: kebab-case.
        severity: by default.
        summary: one line, no full stop.
    """

    id: str
    severity: Severity
    summary: str

    @property
    def doc(self) -> str:
        """Markdown under the headings of every rule."""
        return document_of(self.id)


TEST_FAILED = RunRule(
    id="consumer-test-failed",
    severity=Severity.BREAK,
    summary="A test of the consumer passes with the baseline and fails with the candidate",
)
RUN_RULES = (TEST_FAILED,)
"""Rules that a run of the consumer's own code meets. The policy applies to them as to all rules."""
