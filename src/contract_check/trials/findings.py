"""New failures as findings: with that of a rule where both have one cause, else by themselves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable

from contract_check.model.report import Direction, Finding, Location, Severity, Witness
from contract_check.trials.comparison import Broken

RULE = "consumer-test-failed"
_MOST_NAMED = 3
_WORD = re.compile(r"\w+")


def told(
    broken: Iterable[Broken], findings: Iterable[Finding], breaking: Collection[str], compared: bool
) -> tuple[Finding, ...]:
    """The findings of the rules and of the tests.

    Args:
        broken: new failures, by cause.
        findings: what the rules found; one of them that explains a failure is led by the rule and
            proved by the test.
        breaking: the ids of rules that are breaks by default: a risk of theirs that a test meets
            is one.
        compared: whether there is a baseline.
    """
    known = list(findings)
    own: list[Finding] = []
    for one in broken:
        number = next((n for n, f in enumerate(known) if _explains(f, one, breaking)), None)
        if number is None:
            own.append(_finding(one, compared))
        else:
            known[number] = _proved(known[number], one)
    return (*known, *own)


def _explains(finding: Finding, one: Broken, breaking: Collection[str]) -> bool:
    if finding.suppressed is not None or finding.rule not in breaking:
        return False
    raised = one.raised
    places = [(place.file, place.line) for place in finding.locations]
    if raised.line is not None and any(
        line == raised.line and (file == raised.file or f"{raised.file}".endswith(f"/{file}"))
        for file, line in places
    ):
        return True
    said = finding.witness.candidate if finding.witness else None
    if said is not None and raised.message and raised.first_line in said:
        return True
    words = set(_WORD.findall(raised.message))
    subject = re.split(r"[:.]", finding.subject)[-1]
    if finding.path is None:
        return subject in words
    return {subject, re.split(r"[.\[]", finding.path)[-1]} <= words


def _proved(finding: Finding, one: Broken) -> Finding:
    update: dict[str, object] = {"tests": (*finding.tests, *one.tests)}
    if finding.severity is not Severity.BREAK:
        update |= {
            "severity": Severity.BREAK,
            "evidence": "test",
            "message": f"{finding.message}: {_named(one)} with it",
            "locations": (*finding.locations, *_locations(one)),
            "location": finding.location or next(iter(_locations(one)), None),
        }
        if finding.witness is None or not finding.witness.confirmed:
            update["witness"] = _witness(one, compared=True)
    return finding.model_copy(update=update)


def _finding(one: Broken, compared: bool) -> Finding:
    raised = one.raised
    identity = "\0".join((RULE, raised.type, raised.file or "", one.tests[0]))
    return Finding(
        id=hashlib.sha256(identity.encode()).hexdigest()[:12],
        rule=RULE,
        severity=Severity.BREAK,
        directions=(Direction.SOURCE,),
        contract=None,
        subject=one.tests[0],
        message=f"{_named(one)}: {_shortened(raised.first_line)}",
        hint="Read the test: it says what the consumer relies on. Keep that in the provider, or "
        "change the consumer together with its requirement.",
        location=next(iter(_locations(one)), None),
        locations=_locations(one),
        evidence="test",
        tests=one.tests,
        witness=_witness(one, compared),
    )


def _named(one: Broken) -> str:
    first, *others = one.tests
    if not others:
        return f"the test {first} fails"
    return f"the test {first} and {len(others)} more fail"


def _shortened(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"


def _locations(one: Broken) -> tuple[Location, ...]:
    raised = one.raised
    if raised.file is None or raised.line is None:
        return ()
    return (Location(file=raised.file, line=raised.line, path=raised.file),)


def _witness(one: Broken, compared: bool) -> Witness:
    named = "\n".join(f"    {name!r}," for name in one.tests[:_MOST_NAMED])
    code = (
        "# Run in the top folder of the consumer's checkout.\n"
        "import sys\n\nimport pytest\n\n"
        f"tests = [\n{named}\n]\n"
        'sys.exit(pytest.main(["-p", "no:cacheprovider", *tests]))\n'
    )
    return Witness(
        kind="test",
        code=code,
        baseline="passed" if compared else None,
        candidate=_shortened(one.raised.first_line),
        confirmed=True,
    )
