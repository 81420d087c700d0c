"""Every example that the selected tests look at is run once, two at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.rules.harness import Key, Result, examples, key_of, run_example, unchanged
from tests.support.warm import Warm

from contract_check.rules import Example, catalogue

_AT_ONCE = 2


@pytest.fixture(scope="session", autouse=True)
def warm() -> Iterator[None]:
    """Processes are forked from one that has imported Pydantic, see `tests.support.warm`."""
    if sys.platform != "linux":
        yield
        return
    forking = Warm()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("contract_check.observe.surroundings.start", forking.start)
        yield
    forking.close()


@pytest.fixture(scope="session")
def results(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Key, Result]:
    """What was found for each example: with its candidate, and old against old."""
    wanted = _selected(request.session.items)
    folder = tmp_path_factory.mktemp("examples")

    def run(number: int, key: Key, example: Example) -> tuple[Key, Result]:
        return key, run_example(example, folder / str(number))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        jobs = [pool.submit(run, number, *job) for number, job in enumerate(wanted.items())]
        return dict(job.result() for job in jobs)


def _selected(items: list[pytest.Item]) -> dict[Key, Example]:
    """The examples of the tests and their old providers beside themselves, equal ones once."""
    if any("cross_table" in item.name for item in items):
        chosen = [example for _, example in examples(catalogue())]
    else:
        chosen = [
            item.callspec.params["example"]
            for item in items
            if hasattr(item, "callspec") and "example" in item.callspec.params
        ]
    pairs = [pair for example in chosen for pair in (example, unchanged(example)) if pair]
    return {key_of(pair): pair for pair in pairs}
