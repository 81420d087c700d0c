"""Rules that a run of the consumer's own code meets: no description and no replay shows them."""

from __future__ import annotations

from dataclasses import dataclass

from contract_check.model.report import Severity


@dataclass(frozen=True)
class RunRule:
    """A rule without a function that recognizes it.

    Args:
        id: kebab-case.
        severity: by default.
        summary: one line, no full stop.
        doc: Markdown under the headings of every rule.
    """

    id: str
    severity: Severity
    summary: str
    doc: str


TEST_FAILED = RunRule(
    id="consumer-test-failed",
    severity=Severity.BREAK,
    summary="A test of the consumer passes with the baseline and fails with the candidate",
    doc="""
## What it means
The consumer's own tests were run on both sides (`--tests`). With the candidate one of them fails
that passes with the baseline, in a second run as well. Tests that fail with the same exception at
the same line are one finding. Where a rule's finding explains the failure, that finding is told
and names the tests; this one stands for what no description shows, as what a function returns.

## Why it breaks
The consumer's authors wrote down what they rely on, and it holds no more.

## Example
The provider's `price()` returns cents and returned euros before. Its signature is the same. The
consumer's `test_total` compares the sum with 12.5, and fails.

## What to do
Read the test. Keep what it relies on in the provider, or change the consumer and its requirement
together. A test that fails on both sides, or comes out otherwise when it is run again, is listed
and no break.
""",
)
RUN_RULES = (TEST_FAILED,)
"""Rules that a run of the consumer's own code meets. The policy applies to them as to all rules."""
