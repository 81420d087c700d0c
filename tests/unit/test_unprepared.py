"""The suite of mutants that nobody prepared: it holds what it says it holds."""

from __future__ import annotations

from benchmarks.mutation.mutant import apply
from benchmarks.mutation.unprepared import pairs


def test_every_mutant_alters_its_provider_and_stays_a_program() -> None:
    for pair in pairs():
        for mutant in pair.mutants:
            (text,) = apply(mutant, {"provider/__init__.py": pair.provider}).values()
            compile(text, mutant.id, "exec")


def test_about_half_of_forty_and_more_break() -> None:
    effects = [mutant.effect for pair in pairs() for mutant in pair.mutants]

    assert len(effects) >= 40
    assert 0.4 <= effects.count("breaking") / len(effects) <= 0.6
