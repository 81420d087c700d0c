"""What the consumer's tests come to: causes, what is as before, flaky, explained by what."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from contract_check.model.report import Direction, Finding, Location, Severity, Witness
from contract_check.trials import TestRun, compare, told
from contract_check.trials.comparison import Broken
from contract_check.trials.running import Outcome, Raised, Result

NOTE = Raised(
    type="AttributeError", message="'Order' object has no attribute 'note'", file="t.py", line=4
)
WRONG = Raised(type="AssertionError", message="assert 3 == 2", file="t.py", line=9)


def ran(**results: Outcome | Raised) -> TestRun:
    """A run: name of a test to what became of it, or what it failed with."""
    return TestRun(
        {
            f"t.py::{name}": Result(id=f"t.py::{name}", outcome="failed", exception=one)
            if isinstance(one, Raised)
            else Result(id=f"t.py::{name}", outcome=one)
            for name, one in results.items()
        }
    )


def unchanging(candidate: TestRun, baseline: TestRun | None):  # type: ignore[no-untyped-def]
    asked: list[Sequence[str]] = []

    def again(names: Sequence[str]) -> tuple[TestRun, TestRun | None]:
        asked.append(names)
        return candidate, baseline

    return again, asked


def test_what_is_new_is_grouped_by_cause_and_what_fails_on_both_is_as_before() -> None:
    other = NOTE.model_copy(update={"line": 7})
    new = ran(a=NOTE, b=other, c=WRONG, d="passed", e=WRONG, f="skipped")
    old = ran(a="passed", b="passed", c="passed", d="passed", e=WRONG, f="passed")
    again, asked = unchanging(new, old)
    found = compare(new, old, again)
    assert [one.tests for one in found.broken] == [("t.py::a", "t.py::b"), ("t.py::c",)]
    assert found.before == (("t.py::e", WRONG),)
    assert asked == [["t.py::a", "t.py::b", "t.py::c"]], "only what differs is run again"
    assert found.flaky == ()


def test_a_test_that_comes_out_otherwise_again_is_flaky_on_either_side() -> None:
    new, old = ran(a=WRONG, b=NOTE, c=WRONG), ran(a="passed", b="passed", c="passed")
    second, first = ran(a="passed", b=NOTE, c=WRONG), ran(a="passed", b="passed", c=WRONG)
    found = compare(new, old, lambda _names: (second, first))
    assert [one.tests for one in found.broken] == [("t.py::b",)]
    assert found.flaky == ("t.py::a", "t.py::c")


def test_a_file_that_can_no_longer_be_collected_is_a_break_and_its_tests_are_not_lost() -> None:
    gone = Raised(type="ImportError", message="cannot import name 'Order'", file="t.py", line=1)
    new = TestRun({"t.py": Result(id="t.py", outcome="error", exception=gone)})
    old = ran(a="passed", b="passed")
    again, _ = unchanging(new, old)
    found = compare(new, old, again)
    assert [one.tests for one in found.broken] == [("t.py",)]
    assert found.lost == ()


def test_a_case_that_only_the_candidate_has_is_no_break() -> None:
    new, old = ran(a="passed", b=WRONG), ran(a="passed")
    case = Result(id="t.py::b[new]", outcome="failed", exception=WRONG)
    new = TestRun({"t.py::a": new.results["t.py::a"], "t.py::b[new]": case})
    again, _ = unchanging(new, old)
    assert compare(new, old, again).broken == ()


def finding(**update: object) -> Finding:
    one = Finding(
        id="1",
        rule="field-removed",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE,),
        contract="order",
        subject="acme_models:Order",
        path="note",
        message="Order has no field note any more",
        hint="",
        locations=(Location(file="acme_store/core.py", line=5),),
        witness=Witness(kind="code", code="", candidate="exit 1: AttributeError: no note"),
    )
    return one.model_copy(update=update)


@pytest.mark.parametrize(
    "raised",
    [
        NOTE,
        Raised(type="X", message="", file="src/acme_store/core.py", line=5),
        Raised(type="AttributeError", message="no note", file="t.py", line=1),
    ],
)
def test_a_failure_that_a_rule_explains_proves_the_rules_finding(raised: Raised) -> None:
    (one,) = told([Broken(("t.py::a",), raised)], [finding()], {"field-removed"}, True)
    assert (one.rule, one.tests) == ("field-removed", ("t.py::a",))


def test_a_risk_that_a_test_meets_is_a_break() -> None:
    risk = finding(severity=Severity.WARNING, locations=(), witness=None)
    (one,) = told([Broken(("t.py::a", "t.py::b"), NOTE)], [risk], {"field-removed"}, True)
    assert (one.severity, one.evidence) == (Severity.BREAK, "test")
    assert one.message == (
        "Order has no field note any more: the test t.py::a and 1 more fail with it"
    )
    assert one.witness is not None
    assert one.witness.kind == "test"


def test_what_no_rule_explains_is_told_by_the_test_alone() -> None:
    first, own = told([Broken(("t.py::c",), WRONG)], [finding()], {"field-removed"}, True)
    assert first.tests == ()
    assert own.rule == "consumer-test-failed"
    assert own.message == "the test t.py::c fails: AssertionError: assert 3 == 2"
    assert (own.location, own.evidence) == (Location(file="t.py", line=9, path="t.py"), "test")
    assert own.witness is not None
    assert '"-p", "no:cacheprovider"' in own.witness.code
    assert "'t.py::c'" in own.witness.code
