"""Every rule against its own examples, every example against every rule and against itself.

An example that shows a rule must show no other, unless a waiver below says why. A waiver that no
longer waives anything fails.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.rules.harness import Key, Result, examples, key_of, unchanged

from contract_check.model.report import Severity
from contract_check.rules import Example, Rule, catalogue

pytestmark = pytest.mark.timeout(1200)

WAIVERS: dict[tuple[str, str, str], str] = {
    (
        "abstract-method-added",
        "the method that the provider calls has another name",
        "override-orphaned",
    ): "the old name is one that nothing calls any more, which the consumer may want to know",
    (
        "abstract-method-added",
        "the method that the provider calls has another name, and both are there",
        "override-orphaned",
    ): "the old name is one that nothing calls any more, which the consumer may want to know",
    (
        "abstract-method-added",
        "the method that the provider calls has another name, and both are there",
        "attribute-shadowed",
    ): "the consumer has the new method already, and hides the provider's",
    (
        "payload-rejected",
        "a new field refuses what the consumer passed for nothing before",
        "optional-field-added",
    ): "the field that refuses it was added, which is worth an info to those who read it",
    (
        "field-shadows-consumer-attribute",
        "a field is added under a free name",
        "optional-field-added",
    ): "the near miss is a field that was added, which is worth an info",
    (
        "field-collides-with-consumer-field",
        "a field of the same type",
        "optional-field-added",
    ): "the near miss is a field that was added, which is worth an info",
    (
        "enum-member-renamed",
        "the old name stays as an alias",
        "enum-text-changed",
    ): "the alias keeps the name importable, but str() gives the new one",
    (
        "endpoint-status-changed",
        "not ready any more",
        "constant-changed",
    ): "the constant that the application reads is the cause, and worth a warning by itself",
    (
        "override-not-substitutable",
        "the provider gives a default to a field that the consumer redefines",
        "field-became-optional",
    ): "the near miss is a field that became optional, which is a warning of its own",
    (
        "settings-variable-renamed",
        "a setting is added, which readers of payloads never see",
        "optional-field-added",
    ): "the near miss is a field that was added, which is worth an info",
    (
        "value-type-changed",
        "a dictionary becomes a class that can be indexed",
        "return-changed",
    ): "the near miss is another annotation, which is a warning of its own",
    (
        "value-type-changed",
        "only the annotation is another one",
        "return-changed",
    ): "the near miss is another annotation, which is a warning of its own",
    (
        "value-type-changed",
        "only the annotation is another one",
        "type-checker-only",
    ): "a type checker believes the annotation, which nothing at run time bears out",
    (
        "value-type-changed",
        "a text becomes the member of an enum of texts",
        "constant-type-changed",
    ): "the near miss is a constant of another type, which is a warning of its own",
}
"""(the example's rule, its title, the other rule that is met) to the reason."""

_EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{example.title.replace(' ', '-')}")
    for rule, example in examples(catalogue())
]
_PAIRS = [param for param in _EXAMPLES if unchanged(param.values[1]) is not None]  # type: ignore[arg-type]
_WORDS = ("## What it means", "## Why it breaks", "## Example", "## What to do")


@pytest.mark.parametrize(("rule", "example"), _EXAMPLES)
def test_example(rule: Rule, example: Example, results: Mapping[Key, Result]) -> None:
    result = results[key_of(example)]
    own = result.of(rule.id)
    if not example.breaks:
        assert own == [], result.told
        assert result.breaks == [], result.told
        return
    assert own, result.told or "nothing was found"
    assert own[0].severity is rule.severity
    if rule.severity is Severity.BREAK:
        assert len(result.breaks) == 1, result.told
        assert own[0].witness is not None, result.told
        assert own[0].witness.confirmed, own[0].witness
    else:
        assert result.breaks == [], result.told


@pytest.mark.parametrize(("rule", "example"), _PAIRS)
def test_old_against_old_is_silent(
    rule: Rule, example: Example, results: Mapping[Key, Result]
) -> None:
    same = unchanged(example)
    assert same is not None
    assert results[key_of(same)].told == []


def test_the_cross_table_has_no_hole_without_a_waiver(results: Mapping[Key, Result]) -> None:
    """Every example against every rule at once, since each run tries the whole catalogue."""
    others = {
        (rule.id, example.title, finding.rule): finding.message
        for rule, example in examples(catalogue())
        for finding in results[key_of(example)].findings
        if finding.rule != rule.id
    }
    assert {key: text for key, text in others.items() if key not in WAIVERS} == {}
    assert [key for key in WAIVERS if key not in others] == [], "stale waivers"


BY_INSTALLER = {"dependency-conflict"}
"""What an installer says, which no pair of sources shows: tests/real/test_conflict.py does."""


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in catalogue()])
def test_a_rule_is_whole(rule: Rule) -> None:
    found = [line for line in rule.doc.splitlines() if line.startswith("## ")]
    assert tuple(found) == _WORDS
    assert not rule.summary.endswith(".")
    if rule.severity is None or rule.id in BY_INSTALLER:
        return  # an error of the run, never a finding: nothing to show with two packages
    assert any(example.breaks for example in rule.examples), "no example that shows it"
    assert any(not example.breaks for example in rule.examples), "no near miss"


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in catalogue()]
    assert len(ids) == len(set(ids))
    titles = [(rule.id, example.title) for rule, example in examples(catalogue())]
    assert len(titles) == len(set(titles))
