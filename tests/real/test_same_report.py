"""The same inputs twice give the same report, and two equal providers give no finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.packages import project
from tests.rules.test_unstable import EVENT, FIELDS, HEAD, USER
from tests.support.core import Change, at_import, core_copy, replaced
from tests.support.tool import Checked, Tool

pytestmark = pytest.mark.registry

_FAILS = "import os, tempfile\n" + (
    "raise RuntimeError(f'{__file__} {os.getcwd()} {tempfile.gettempdir()} {os.environ[\"HOME\"]}')"
)
_PRINTS = """
import os, sys, traceback
try:
    import nothing_of_that_name
except ImportError:
    traceback.print_exc()
print(os.getcwd(), sys.executable, os.environ["HOME"], flush=True)
os._exit(3)
"""
_FIELD = '"Source component (store, pipeline, etc.)")'
_REFUSES = """
    @field_validator("source")
    @classmethod
    def refused(cls, value):
        import os, traceback
        try:
            return {"store": value}[value]
        except KeyError:
            raise ValueError(f"{traceback.format_exc()} {os.getcwd()} {object()}")
"""


def _refuses(text: str) -> str:
    return replaced("import BaseModel, ", "import BaseModel, field_validator, ")(
        replaced(_FIELD, _FIELD + _REFUSES)(text)
    )


CHANGES: dict[str, dict[str, Change]] = {
    "an import error": at_import("import nothing_of_that_name"),
    "an import that raises": at_import(_FAILS),
    "an import that prints a traceback and exits": at_import(_PRINTS),
    "a validator that raises with a traceback": {"telemetry/backpressure.py": _refuses},
}


def _said(done: Checked) -> dict[str, Any]:
    return {name: value for name, value in done.report.items() if name != "timings"}


@pytest.mark.parametrize("title", list(CHANGES))
def test_the_same_twice(tool: Tool, tmp_path: Path, title: str) -> None:
    core = core_copy(tmp_path, CHANGES[title])
    first, second = (tool.json("--core-ref", str(core)) for _ in range(2))
    assert first.code in (1, 3), first
    assert _said(first) == _said(second)
    shown = json.dumps([first.report[part] for part in ("errors", "findings", "unchecked")])
    assert str(tool.temporary) not in shown
    assert str(tool.cache) not in shown


def test_equal_providers_of_two_versions(tool: Tool, tmp_path: Path) -> None:
    """A few of the fields that the rules' tests look at, through the whole run.

    Not a clock in whole seconds: how many values there are to read depends on the second.
    """
    fields = [text for title, text in FIELDS.items() if "whole seconds" not in title][::5]
    events = (f"{EVENT.format(number=number)}    {text}\n" for number, text in enumerate(fields))
    source = HEAD + "".join(events)
    old, new = (
        project(tmp_path / f"{name}-folder", "provider", version, source=source)
        for name, version in (("first", "1.0"), ("other", "1.1"))
    )
    users = "".join(USER.format(number=number) for number in range(len(fields)))
    requires = ("provider", "pydantic>=2,<3")
    consumer = project(tmp_path / "consumer", "consumer", "1.0", requires=requires, source=users)
    packages = ("--provider", "provider", "--consumer", "consumer", "--store-ref", str(consumer))
    options = (*packages, "--core-ref", str(new), "--baseline", str(old))
    runs = [tool.json(*options, timeout=180) for _ in range(2)]
    assert [(run.code, run.report["findings"]) for run in runs] == [(0, [])] * 2, runs[0]
    assert all(_said(run) == _said(runs[0]) for run in runs)
