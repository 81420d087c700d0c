"""Small programs that a contract declares."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case, scenario_outcomes
from contract_check.rules.faults import Collected, Fault, exercised, refusals
from contract_check.rules.interface import Draft, Program, Rule

_SOURCE = Direction.SOURCE


_KINDS = ("extends", "uses", "enum", "endpoint", "function", "protocol", "import")


def _scenario_failed(case: Case) -> Iterator[Draft]:
    outcomes = scenario_outcomes(case.candidate)
    for contract in exercised(case, *_KINDS):
        for scenario in contract.scenarios:
            outcome = outcomes.get(f"{contract.name}/{scenario.name}")
            if outcome is None or outcome.failure is None:
                continue
            collected = Collected()
            program = Program(scenario.code)
            check = f"scenario: {scenario.name}"
            collected.add(
                Fault(locus, words, program, check)
                for locus, words in refusals(
                    case, contract, outcome.failure, contract.provider, scenario.code
                )
            )
            yield from collected.drafts(
                case,
                contract,
                f"the scenario {scenario.name!r} fails".replace("{", "{{").replace("}", "}}")
                + " at {place}: {words}",
                "The witness is the scenario as the contract declares it: run it for the whole "
                "traceback.",
            )


RULES = (
    Rule(
        id="scenario-failed",
        family="one environment",
        summary="A program that the contract declares fails",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="code",
        check=_scenario_failed,
        rank=95,
        compares=False,
    ),
)
