"""`python -m benchmarks.speed`: the warm main job beside the floor and beside the plan's own way.

- The floor is a bare interpreter that imports what the contracts name, in a ready environment
  with bytecode. Nothing that really looks at the packages can be faster.
- The plan's own way: `python -m venv`, `pip install` of Core and Store with pytest, then
  `pytest tests/contracts`.

All are run in turns, so that a busy machine is busy for all of them. Medians count.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import packages

OTHER_BASELINE = "1.4.22"
MOST_TIMES_FLOOR = 2.5
LEAST_TIMES_FASTER = 12.0
MOST_MEMORY = 150.0
_NOWHERE = "postgresql://nobody@127.0.0.1:9/none"
_IMPORTS = (
    "import market_data_store.coordinator.feedback, market_data_store.pulse.publisher, "
    "datastore.service.app"
)
_MEASURED = """
import atexit, pathlib, resource, runpy, sys
said = pathlib.Path(sys.argv.pop())
atexit.register(
    lambda: said.write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
)
runpy.run_module("contract_check", run_name="__main__", alter_sys=False)
"""
Timed = Callable[[], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and return 0 where every goal is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="runs of each quick thing")
    parser.add_argument("--plan-rounds", type=int, default=2, help="runs of the plan's own way")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="speed-", ignore_cleanup_errors=True) as folder:
        return _measure(Path(folder), options.rounds, options.plan_rounds)


def _measure(folder: Path, rounds: int, plan_rounds: int) -> int:
    python = packages.environment(
        folder / "floor",
        f"market-data-core=={packages.CORE}",
        f"market-data-store=={packages.STORE}",
    )
    contestants: dict[str, Timed] = {
        "floor": lambda: _run([python, "-I", "-c", _IMPORTS], folder),
        "main job": lambda: _run([*_tool(), *_job()], folder),
        "with a baseline": lambda: _run([*_tool(), *_job(OTHER_BASELINE)], folder),
    }
    for warm in contestants.values():
        warm()
        warm()
    seconds: dict[str, list[float]] = {name: [] for name in (*contestants, "plan's way")}
    for number in range(max(rounds, plan_rounds)):
        if number < rounds:
            for name, contestant in contestants.items():
                seconds[name].append(_time(contestant))
        if number < plan_rounds:
            seconds["plan's way"].append(_time(lambda: _plans_way(folder / "plan")))
    memory = {
        "main job": _peak_memory(folder, _job()),
        "with a baseline": _peak_memory(folder, _job(OTHER_BASELINE)),
    }
    return _report({name: statistics.median(times) for name, times in seconds.items()}, memory)


def _report(medians: Mapping[str, float], memory: Mapping[str, float]) -> int:
    floor, job = medians["floor"], medians["main job"]
    for name, seconds in medians.items():
        print(f"{name:18} {seconds:8.3f} s   {seconds / floor:6.2f} x the floor")
    print()
    goals = [
        _goal("main job, times the floor", job / floor, MOST_TIMES_FLOOR, most=True),
        _goal(
            "with a baseline, times the floor",
            medians["with a baseline"] / floor,
            MOST_TIMES_FLOOR,
            most=True,
        ),
        _goal(
            "times faster than the plan's way",
            medians["plan's way"] / job,
            LEAST_TIMES_FASTER,
            most=False,
        ),
    ]
    goals += [
        _goal(f"peak memory of the host, MiB ({name})", peak, MOST_MEMORY, most=True)
        for name, peak in memory.items()
    ]
    return 0 if all(goals) else 1


def _goal(label: str, value: float, bound: float, *, most: bool) -> bool:
    met = value <= bound if most else value >= bound
    relation = "at most" if most else "at least"
    verdict = "met" if met else "NOT MET"
    print(f"{label:44} {value:7.2f}   goal: {relation} {bound:g}   {verdict}")
    return met


def _tool() -> list[str]:
    return [str(Path(sys.executable).with_name("contract-check"))]


def _job(baseline: str | None = None) -> list[str]:
    refs = ["--core-ref", packages.CORE, "--store-ref", packages.STORE]
    return [*refs, *(["--baseline", baseline] if baseline else []), "--format", "json"]


def _environ() -> dict[str, str]:
    """This process's, with bytecode allowed to everybody and a database that nobody runs."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "DATABASE_URL": _NOWHERE, "ADMIN_DATABASE_URL": _NOWHERE}


def _run(command: Sequence[str | Path], cwd: Path) -> None:
    done = subprocess.run(
        command, cwd=cwd, env=_environ(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        tail = (done.stderr + done.stdout)[-1200:]
        raise SystemExit(f"{Path(command[0]).name} exited with {done.returncode}:\n{tail}")


def _plans_way(folder: Path) -> None:
    environment, suite = folder / "venv", folder / "contracts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copytree(packages.PROJECT / "tests" / "contracts", suite)
    (suite / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    python = environment / "bin" / "python"
    wanted = [f"market-data-core=={packages.CORE}", f"market-data-store=={packages.STORE}"]
    _run([sys.executable, "-m", "venv", environment], folder)
    _run([python, "-m", "pip", "install", "--quiet", *wanted, "pytest", "packaging"], folder)
    _run([python, "-m", "pytest", "-q", suite], folder)


def _time(contestant: Timed) -> float:
    started = time.perf_counter()
    contestant()
    return time.perf_counter() - started


def _peak_memory(folder: Path, job: Sequence[str]) -> float:
    """MiB that the host alone takes, its children not counted (getrusage(2), RUSAGE_SELF)."""
    said = folder / "peak"
    _run([sys.executable, "-c", _MEASURED, *job, str(said)], folder)
    return int(said.read_text(encoding="utf-8")) / 1024


if __name__ == "__main__":
    sys.exit(main())
