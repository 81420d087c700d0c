"""Every example that the selected tests look at is run once, two at a time."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.rules.harness import Key, Result, examples, key_of, run_example

from contract_check.rules import Example, Rule, catalogue

_AT_ONCE = 2


@pytest.fixture(scope="session")
def results(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Key, Result]:
    """What was found for each example: with its candidate, and old against old."""
    wanted = _selected(request.session.items)
    folder = tmp_path_factory.mktemp("examples")

    def run(number: int, rule: Rule, example: Example, same: bool) -> tuple[Key, Result]:
        return key_of(rule, example, same), run_example(example, folder / str(number), same=same)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        jobs = [pool.submit(run, number, *job) for number, job in enumerate(wanted)]
        return dict(job.result() for job in jobs)


def _selected(items: list[pytest.Item]) -> list[tuple[Rule, Example, bool]]:
    everything = any("cross_table" in item.name for item in items)
    if everything:
        chosen = examples(catalogue())
    else:
        chosen = [
            (item.callspec.params["rule"], item.callspec.params["example"])
            for item in items
            if hasattr(item, "callspec") and "example" in item.callspec.params
        ]
    unique = {key_of(rule, example): (rule, example) for rule, example in chosen}
    return [
        (rule, example, same)
        for rule, example in unique.values()
        for same in ((False, True) if example.old is not None else (False,))
    ]
