"""Policy: what a project's severities and suppressions make of findings."""

from __future__ import annotations

import datetime

import pytest

from contract_check.judge import policy
from contract_check.model.contracts import Policy, Suppression
from contract_check.model.report import Direction, Finding, Severity

TODAY = datetime.date(2026, 11, 23)


def finding(rule: str = "field-removed", **more: object) -> Finding:
    values: dict[str, object] = {
        "id": "1",
        "rule": rule,
        "severity": Severity.BREAK,
        "directions": (Direction.SOURCE,),
        "contract": "feedback-event",
        "subject": "core:Event",
        "path": "size",
        "message": "size is gone",
        "hint": "keep it",
    }
    return Finding.model_validate({**values, **more})


def suppression(**more: object) -> Suppression:
    return Suppression.model_validate({"rule": "field-removed", "reason": "agreed", **more})


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (Policy(), ["break"]),
        (Policy(severities={"field-removed": "warning"}), ["warning"]),
        (Policy(severities={"field-removed": "off"}), []),
        (Policy(contracts={"feedback-event": {"field-removed": "info"}}), ["info"]),
        (Policy(contracts={"another": {"field-removed": "off"}}), ["break"]),
        (
            Policy(
                severities={"field-removed": "off"},
                contracts={"feedback-event": {"field-removed": "warning"}},
            ),
            ["warning"],
        ),
    ],
)
def test_severities(rules: Policy, expected: list[str]) -> None:
    applied = policy.apply(rules, [finding()], TODAY)
    assert [item.severity.value for item in applied.findings] == expected


@pytest.mark.parametrize(
    ("by", "suppressed"),
    [
        ({}, True),
        ({"path": "size"}, True),
        ({"path": "name"}, False),
        ({"subject": "core:Other"}, False),
        ({"contract": "feedback-event"}, True),
        ({"expires": "2026-11-23"}, True),
        ({"expires": "2026-11-22"}, False),
        ({"rule": "field-renamed"}, False),
    ],
)
def test_suppressions(by: dict[str, str], suppressed: bool) -> None:
    rules = Policy(suppressions=(suppression(**by),))
    applied = policy.apply(rules, [finding()], TODAY)
    (kept,) = applied.findings
    assert (kept.suppressed is not None) is suppressed
    assert policy.fails(rules, applied.findings) is not suppressed


def test_a_suppression_that_matches_nothing_is_reported() -> None:
    applied = policy.apply(Policy(suppressions=(suppression(path="name"),)), [finding()], TODAY)
    (remark,) = applied.remarks
    assert remark.rule == "suppression-unused"
    assert remark.severity is Severity.INFO
    assert "matches nothing (reason given: agreed)" in remark.message


@pytest.mark.parametrize(
    ("by", "hint"),
    [
        ({"path": "sise"}, "field-removed is not met at this path, but at: size, note."),
        ({"subject": "core:Evnt"}, "field-removed is not met at this subject, but at: core:Event."),
        (
            {"contract": "feedbak"},
            "field-removed is not met at this contract, but at: feedback-event.",
        ),
        (
            {"path": "sise", "subject": "core:Evnt"},
            "field-removed is met at other places: core:Event.size, core:Event.note.",
        ),
        (
            {"rule": "null-removed"},
            "Remove it from the configuration: null-removed is not met anywhere.",
        ),
    ],
)
def test_a_suppression_that_matches_nothing_says_what_is_near(
    by: dict[str, str], hint: str
) -> None:
    findings = [finding(), finding(path="note")]
    (remark,) = policy.apply(Policy(suppressions=(suppression(**by),)), findings, TODAY).remarks
    assert remark.hint == hint


def test_an_expired_suppression_is_reported_and_suppresses_nothing() -> None:
    rules = Policy(suppressions=(suppression(expires="2026-01-31"),))
    applied = policy.apply(rules, [finding()], TODAY)
    (remark,) = applied.remarks
    assert remark.rule == "suppression-expired"
    assert "expired 2026-01-31" in remark.message
    assert policy.fails(rules, applied.findings)


@pytest.mark.parametrize(("fail_on", "fails"), [("break", False), ("warning", True)])
def test_what_fails_the_run(fail_on: str, fails: bool) -> None:
    rules = Policy.model_validate({"fail_on": fail_on})
    assert policy.fails(rules, [finding(severity=Severity.WARNING)]) is fails


def test_severities_for_a_contract_there_is_none_of_are_told() -> None:
    rules = Policy(contracts={"feedbak-event": {"field-removed": "break"}, "healthz": {}})
    (remark,) = policy.astray(rules, ["feedback-event", "healthz", "event-bus"])
    assert (remark.rule, remark.severity) == ("policy-unused", Severity.WARNING)
    assert remark.subject == "policy.contracts.feedbak-event"
    assert "'feedbak-event' changes nothing: there is no such contract" in remark.message
    assert remark.hint.startswith("Did you mean feedback-event? ")
