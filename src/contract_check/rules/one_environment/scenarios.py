"""Small programs that a contract declares."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case, scenario_outcomes
from contract_check.rules.faults import Collected, Fault, exercised, refusals
from contract_check.rules.interface import Draft, Example, Program, Rule

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


_SCENARIO = """
[[contract]]
name = "bus"
kind = "function"
provider = "provider:make_bus"
[[contract.scenario]]
name = "a message arrives"
code = '''
from provider import make_bus

bus = make_bus()
bus.append("hello")
assert list(bus) == ["hello"], list(bus)
'''
"""


RULES = (
    Rule(
        id="scenario-failed",
        family="one environment",
        summary="A program that the contract declares fails",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="code",
        doc="""
## What it means
The contract holds a small program (`[[contract.scenario]]` with a `name` and its `code`) that must
run without an error, and it raises one.

## Why it breaks
The program is what the two packages do together, in a few lines.

## Example
`make_bus()` returns something that does not hand on what is put in.

## What to do
Run the witness: it is the program itself. Where no other rule names the cause, its traceback does.
""",
        examples=(
            Example(
                title="a bus that loses messages",
                new="class Bus(list):\n    def append(self, item):\n        pass\n\n"
                "def make_bus():\n    return Bus()\n",
                consumer="from provider import make_bus\n",
                contracts=_SCENARIO,
            ),
            Example(
                title="another sort of bus",
                new="from collections import deque\n\ndef make_bus():\n    return deque()\n",
                consumer="from provider import make_bus\n",
                contracts=_SCENARIO,
                breaks=False,
            ),
        ),
        check=_scenario_failed,
        rank=95,
        compares=False,
    ),
)
