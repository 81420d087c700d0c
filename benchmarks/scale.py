"""`python -m benchmarks.scale`: packages of many models, beside a bare import of both packages.

Each shape is written anew: `flat` (subclasses of one model), `tree` (models that hold the next
one twice), `wide` (models of which forty are used), `knot` (models that all hold a union of all).
In the new version one field is gone that the consumer reads. `--change helper` changes a function
one module away that a validator calls, and `--change unused` a model that nobody uses, instead.

Processor seconds count, not the clock, so that a busy machine does not blur the ratios.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CASES = (
    "flat 50", "flat 200", "flat 1000", "tree 8", "tree 16", "tree 64", "wide 200", "wide 2000",
    "knot 20", "knot 60",
)  # fmt: skip
"""Pydantic itself can't import a knot of 200: it recurses too deeply."""
MOST_TIMES_IMPORT = 5.0
MOST_SECONDS_MORE = 1.0
MOST_MEMORY = 500
_HEAD = (
    "from __future__ import annotations\nfrom typing import Literal, Union\n"
    "from pydantic import BaseModel, Field, field_validator\nfrom prov.rules import checked\n\n"
)
_FIELDS = """\
    kind: Literal["{name}"] = "{name}"
    name: str = Field(max_length=40)
    size: int = Field(default=0, ge=0, le=100)
    level: Literal["a", "b", "c", "d"] = "a"
    ratio: float | None = None
    tags: list[str] = Field(default_factory=list)
"""
_GOES = "    legacy: int = 0\n"
_CHECKED = (
    "    @field_validator('legacy')\n    @classmethod\n"
    "    def _check(cls, value: int) -> int:\n        return checked(value)\n"
)
_MEASURED = """
import atexit, json, pathlib, resource, runpy, sys
said = pathlib.Path(sys.argv.pop())
def tell():
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF,
                                                       resource.RUSAGE_CHILDREN))
    said.write_text(json.dumps({
        "seconds": own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime,
        "host": own.ru_maxrss // 1024, "probe": others.ru_maxrss // 1024}))
atexit.register(tell)
if sys.argv[1] == "import":
    sys.path[:0] = sys.argv[2:]
    import prov, cons
else:
    runpy.run_module("contract_check", run_name="__main__", alter_sys=False)
"""


@dataclass(frozen=True)
class Measured:
    """What a process took: processor seconds with its children's, and peak memory in MiB."""

    seconds: float
    host: int
    probe: int


@dataclass(frozen=True)
class Change:
    """What differs in the new version: a field is gone, or what else was asked for."""

    field: bool
    helper: bool
    unused: bool


def sources(shape: str, count: int, new: Change | None) -> tuple[str, str]:
    """The provider's models in one version, and the consumer."""
    goes = "" if new and new.field else _GOES + _CHECKED
    unused = f"class Unused(BaseModel):\n    size: {'str' if new and new.unused else 'int'}\n"
    models, used = _SHAPES[shape](count, goes)
    return _HEAD + models + unused, used


def _flat(count: int, goes: str) -> tuple[str, str]:
    heirs = "".join(f"class M{i}(Base):\n{_FIELDS.format(name=f'm{i}')}" for i in range(count))
    consumer = _HEAD.replace("from prov.rules import checked\n", "from prov import Base\n")
    base = "class Base(BaseModel):\n    version: str = '1'\n" + goes
    return base, f"{consumer}{heirs}\n{_reading('m', 'M0')}"


def _tree(count: int, goes: str) -> tuple[str, str]:
    parts = [
        f"class T{i}(BaseModel):\n{_FIELDS.format(name=f't{i}')}"
        + (f"    left: T{i + 1}\n    right: T{i + 1} | None = None\n" if i < count - 1 else goes)
        for i in range(count)
    ]
    rebuilt = [f"T{i}.model_rebuild()\n" for i in range(count)]
    return "".join((*parts, *rebuilt)), _consumer("T", count, f"T{count - 1}")


def _wide(count: int, goes: str) -> tuple[str, str]:
    models = [
        f"class W{i}(BaseModel):\n{_FIELDS.format(name=f'w{i}')}{_GOES if i else goes}"
        for i in range(count)
    ]
    return "".join(models), _consumer("W", min(count, 40), "W0")


def _knot(count: int, goes: str) -> tuple[str, str]:
    more = "    reply: AnyOf | None = None\n    parts: list[AnyOf] = Field(default_factory=list)\n"
    models = [
        f"class K{i}(BaseModel):\n{_FIELDS.format(name=f'k{i}')}{more}{_GOES if i else goes}"
        for i in range(count)
    ]
    union = "AnyOf = Union[" + ", ".join(f"K{i}" for i in range(count)) + "]\n"
    rebuilt = [f"K{i}.model_rebuild()\n" for i in range(count)]
    return "".join((*models, union, *rebuilt)), _consumer("K", count, "K0")


_SHAPES = {"flat": _flat, "tree": _tree, "wide": _wide, "knot": _knot}


def _reading(name: str, used: str) -> str:
    return f"def use({name}: {used}) -> int:\n    return {name}.legacy\n"


def _consumer(letter: str, count: int, used: str) -> str:
    names = ", ".join(f"{letter}{i}" for i in range(count))
    readers = "".join(
        f"def read{i}(text: str) -> {letter}{i}:\n"
        f"    return {letter}{i}.model_validate_json(text)\n"
        for i in range(count)
    )
    made = f"MADE = {used}.model_validate({{'name': 'x', 'legacy': 7}}) if False else None\n"
    return f"from prov import {names}\n\n{_reading('item', used)}{readers}{made}"


def write(folder: Path, shape: str, count: int, change: Change) -> None:
    """Write `old`, `new` and `consumer`."""
    for name, version, new in (("old", "1.0", None), ("new", "1.1", change)):
        models, _ = sources(shape, count, new)
        rule = "-value" if new and new.helper else "value"
        _package(
            folder / name,
            "prov",
            version,
            '"pydantic"',
            {
                "__init__.py": models,
                "rules.py": f"def checked(value: int) -> int:\n    return {rule}\n",
            },
        )
    _, consumer = sources(shape, count, None)
    required = '"prov>=1", "pydantic"'
    _package(folder / "consumer", "cons", "1.0", required, {"__init__.py": consumer})


def _package(folder: Path, name: str, version: str, requires: str, files: dict[str, str]) -> None:
    (folder / name).mkdir(parents=True)
    for file, text in files.items():
        (folder / name / file).write_text(text, encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n'
        f'[project]\nname = "{name}"\nversion = "{version}"\ndependencies = [{requires}]\n',
        encoding="utf-8",
    )


def measured(folder: Path, *arguments: str) -> Measured:
    """Run the tool, or with `import` the bare import, and say what it took."""
    said = folder / "measured.json"
    command = [sys.executable, "-c", _MEASURED, *arguments, str(said)]
    subprocess.run(command, capture_output=True, check=False, cwd=folder)
    told = json.loads(said.read_text(encoding="utf-8"))
    said.unlink()
    return Measured(**told)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and return 0 where every goal is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("cases", nargs="*", default=CASES, help="as in 'flat 50'")
    parser.add_argument("--change", choices=("field", "helper", "unused"), default="field")
    parser.add_argument("--no-fingerprints", action="store_true", help="replay everything")
    options = parser.parse_args(arguments)
    change = Change(*(options.change == name for name in ("field", "helper", "unused")))
    more = ("--no-fingerprints",) if options.no_fingerprints else ()
    print(f"{'case':10} {'import':>7} {'tool':>7} {'times':>6} {'host':>6} {'probe':>6}  findings")
    met = [_one(case, change, more) for case in options.cases]
    return 0 if all(met) else 1


def _one(case: str, change: Change, more: tuple[str, ...]) -> bool:
    shape, count = case.split()
    with tempfile.TemporaryDirectory(prefix="scale-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        write(folder, shape, int(count), change)
        floor = measured(folder, "import", str(folder / "old"), str(folder / "consumer"))
        report = folder / "report.json"
        took = measured(
            folder, "--provider", "prov", "--consumer", "cons",
            "--provider-ref", str(folder / "new"), "--baseline", str(folder / "old"),
            "--consumer-ref", str(folder / "consumer"),
            "--compatibility", "full", "--format", f"json={report}", *more,
        )  # fmt: skip
        told = json.loads(report.read_text(encoding="utf-8"))
    found = [f"{item['rule']} {item['subject']}" for item in told["findings"]]
    wanted = {"field": "field-removed", "helper": "value-rewritten", "unused": ""}
    wanted_rule = next(rule for name, rule in wanted.items() if getattr(change, name))
    right = any(item.startswith(wanted_rule) for item in found) if wanted_rule else not found
    # Two environments are imported and installed; each may take what is asked for.
    within = took.seconds <= 2 * (MOST_TIMES_IMPORT * floor.seconds + MOST_SECONDS_MORE)
    small = max(took.host, took.probe) <= MOST_MEMORY
    coverage, times = told["coverage"], took.seconds / floor.seconds
    print(
        f"{case:10} {floor.seconds:6.2f}s {took.seconds:6.2f}s {times:6.1f} "
        f"{took.host:3} MiB {took.probe:3} MiB  {told['verdict']}, "
        f"{coverage['payloads']} payloads, "
        f"unchanged {coverage['unchanged']} of {coverage['models']}, "
        f"left out {coverage['left_out']}: {', '.join(found[:3]) or 'none'}"
        f"{'' if right and within and small else '  <- NOT MET'}",
        flush=True,
    )
    return right and within and small


if __name__ == "__main__":
    sys.exit(main())
