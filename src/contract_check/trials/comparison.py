"""What the tests do with the candidate that they did not do with the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from contract_check.trials.running import Raised, Result, TestRun

_BY_MESSAGE = frozenset(
    ("AttributeError", "ImportError", "ModuleNotFoundError", "NameError", "TypeError")
)
"""Exceptions whose message names what is missing or does not fit, wherever that is met."""


CONFTEST = "conftest.py"


@dataclass(frozen=True)
class Broken:
    """Tests that fail with the candidate for one reason, and pass with the baseline.

    Args:
        tests: their ids, sorted.
        raised: what the first of them fails with.
    """

    tests: tuple[str, ...]
    raised: Raised


@dataclass(frozen=True)
class Compared:
    """Both runs, compared.

    Args:
        broken: what is new, by cause.
        before: ids of tests that fail on both sides, with what they fail with.
        flaky: ids of tests that came out otherwise when they were run again.
        lost: ids of tests that passed with the baseline and were not met with the candidate,
            although their files were collected.
    """

    broken: tuple[Broken, ...] = ()
    before: tuple[tuple[str, Raised], ...] = ()
    flaky: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


Again = Callable[[Sequence[str]], tuple[TestRun, TestRun | None]]


def compare(candidate: TestRun, baseline: TestRun | None, again: Again) -> Compared:
    """What is new with the candidate.

    Args:
        candidate: its run.
        baseline: the other run; None where there is nothing to compare with.
        again: runs some tests again, on both sides, candidate first.

    Raises:
        CheckError: they could not be run again.
    """
    failing = {name: one for name, one in candidate.results.items() if one.failed}
    if baseline is None:
        return Compared(broken=_grouped(failing))
    known = baseline.results
    both = {name for name in failing if name in known and known[name].failed}
    differing = [
        name
        for name in candidate.results.keys() | known.keys()
        if name not in both and _differs(name, candidate.results, known)
    ]
    flaky = {name for name, one in known.items() if one.outcome == "flaky"}
    differing = [name for name in differing if name not in flaky]
    if differing:
        second, first = again(sorted(differing))
        flaky |= {name for name in differing if not _same(name, candidate, second)}
        if first is not None:
            flaky |= {name for name in differing if not _same(name, baseline, first)}
    fresh = {
        name: one
        for name, one in failing.items()
        if name not in both | flaky and not _unknown(name, known)
    }
    return Compared(
        broken=_grouped(fresh),
        before=tuple((name, _raised(failing[name])) for name in sorted(both)),
        flaky=tuple(sorted(flaky)),
        lost=_lost(candidate.results, known, fresh),
    )


def _differs(name: str, new: Mapping[str, Result], old: Mapping[str, Result]) -> bool:
    """Whether one side fails and the other does not; a file is only known where it fails."""
    here, there = new.get(name), old.get(name)
    if here is None or there is None:
        return (here or there) is not None and bool((here or there).failed)  # type: ignore[union-attr]
    return here.failed != there.failed


def _same(name: str, before: TestRun, now: TestRun) -> bool:
    one, other = before.results.get(name), now.results.get(name)
    return (one is not None and one.failed) == (other is not None and other.failed)


def _unknown(name: str, known: Mapping[str, Result]) -> bool:
    """Whether a test is one that the baseline does not have: its parameters come from elsewhere."""
    function = name.partition("[")[0]
    return (
        "[" in name
        and name not in known
        and all(other.partition("[")[0] != function for other in known)
    )


def _lost(
    new: Mapping[str, Result], old: Mapping[str, Result], fresh: Mapping[str, Result]
) -> tuple[str, ...]:
    # Without a conftest nothing beside it is met.
    uncollected = tuple(name.removesuffix(CONFTEST) for name in fresh if "::" not in name)
    return tuple(
        sorted(
            name
            for name, one in old.items()
            if one.outcome == "passed" and name not in new and not name.startswith(uncollected)
        )
    )


def _grouped(failing: Mapping[str, Result]) -> tuple[Broken, ...]:
    groups: dict[tuple[object, ...], list[str]] = {}
    for name in sorted(failing):
        raised = _raised(failing[name])
        if raised.type in _BY_MESSAGE or raised.line is None:
            key: tuple[object, ...] = (raised.type, raised.message)
        else:
            key = (raised.type, raised.file, raised.line)
        groups.setdefault(key, []).append(name)
    return tuple(Broken(tuple(names), _raised(failing[names[0]])) for names in groups.values())


def _raised(result: Result) -> Raised:
    return result.exception or Raised(type="Failed")
