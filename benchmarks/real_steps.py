"""`python -m benchmarks.real_steps`: steps of real packages, what the tool says, and what is true.

With `--by-hand` nothing of the tool runs: each step is tried in two plain environments.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_STEPS = Path(__file__).with_suffix(".toml")
_EXITS = {"break": 1, "compatible": 0}


@dataclass(frozen=True)
class Said:
    """What the tool said of one step.

    Args:
        exit_code: of the process.
        breaks: how many.
        first: the first finding, or the first error, in short.
        seconds: wall time.
    """

    exit_code: int
    breaks: int
    first: str
    seconds: float


def steps() -> list[dict[str, Any]]:
    """The steps of the data file."""
    found: list[dict[str, Any]] = tomllib.loads(_STEPS.read_text(encoding="utf-8"))["step"]
    return found


def name_of(step: Mapping[str, Any]) -> str:
    """`typer==0.15.1 click 8.1.8 -> 8.2.0`."""
    return f"{step['consumer']} {step['provider']} {step['baseline']} -> {step['candidate']}"


def check(step: Mapping[str, Any]) -> Said:
    """Run the tool on a step, without any configuration."""
    consumer, _, version = step["consumer"].partition("==")
    command = [sys.executable, "-m", "contract_check", "--provider", step["provider"]]
    command += ["--consumer", consumer, "--consumer-ref", version]
    command += ["--provider-ref", step["candidate"], "--baseline", step["baseline"]]
    command += [word for item in step.get("with", ()) for word in ("--with", item)]
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [*command, "--format", "json"], capture_output=True, text=True, cwd=empty, check=False
        )
    seconds = time.perf_counter() - started
    if not done.stdout:
        return Said(done.returncode, 0, done.stderr.strip()[-100:], seconds)
    report = json.loads(done.stdout)
    breaks = [item for item in report["findings"] if item["severity"] == "break"]
    told = [f"{item['rule']}: {item['message']}" for item in breaks]
    told += [item["message"] for item in report["errors"]]
    return Said(done.returncode, len(breaks), told[0][:110] if told else "", seconds)


def by_hand(step: Mapping[str, Any], folder: Path) -> str:
    """What a step's own program does in plain environments, as `passes, then TypeError: …`."""
    answers = []
    for side in ("baseline", "candidate"):
        python = folder / side / "bin" / "python"
        wanted = [step["consumer"], *step.get("with", ())]
        _run("uv", "venv", "--quiet", str(folder / side))
        _run("uv", "pip", "install", "--quiet", "--python", str(python), *wanted)
        asked = f"{step['provider']}=={step[side]}"
        _run("uv", "pip", "install", "--quiet", "--python", str(python), asked)
        done = subprocess.run(
            [str(python), "-W", "ignore", "-c", step["try"]],
            capture_output=True,
            text=True,
            check=False,
        )
        answers.append("passes" if done.returncode == 0 else done.stderr.strip().splitlines()[-1])
    return ", then ".join(answers)


def _run(*command: str) -> None:
    subprocess.run([str(Path(sys.executable).parent / command[0]), *command[1:]], check=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a step, and return 0 where all are right."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_steps", description=__doc__)
    parser.add_argument("--only", default="", help="steps that hold this text")
    parser.add_argument("--by-hand", action="store_true", help="in plain environments")
    options = parser.parse_args(arguments)
    wrong = 0
    for step in steps():
        if options.only not in name_of(step):
            continue
        if options.by_hand:
            with tempfile.TemporaryDirectory() as folder:
                print(f"{name_of(step):55} {step['truth']:10} {by_hand(step, Path(folder))}")
            continue
        said = check(step)
        right = said.exit_code == _EXITS[step["truth"]]
        wrong += not right
        print(
            f"{'ok ' if right else 'BAD'} {name_of(step):55} {step['truth']:10} "
            f"exit {said.exit_code} breaks {said.breaks} {said.seconds:5.0f} s {said.first}",
            flush=True,
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
