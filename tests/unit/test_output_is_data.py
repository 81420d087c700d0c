"""What packages and settings hold can't act on a terminal or pipeline, nor be read in a report."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.unit import samples

from contract_check.model.report import Report
from contract_check.pipeline.reporting import concealed
from contract_check.reports import RenderOptions, find_format

ODD = "a\x9b31m \u202egnp.exe\u200b ##[command]x\U000e0041"


def report(text: str) -> Report:
    told = samples.BREAK
    finding = told.findings[0].model_copy(update={"message": text, "subject": f"pond:{text}"})
    return told.model_copy(update={"findings": (finding,)})


def test_json_holds_no_character_that_acts() -> None:
    text = find_format("json").render(report(ODD), RenderOptions())
    assert text.isascii() or not set(ODD[1:]) & set(text) - set("31m gnp.exe##[command]x")
    assert "##[" not in text
    assert json.loads(text)["findings"][0]["message"] == ODD


def test_a_value_handed_on_is_concealed_in_every_field() -> None:
    told = concealed(report("see canary-5e1f there"), ["canary-5e1f"])
    assert "canary" not in told.model_dump_json()
    assert told.findings[0].subject == "pond:see *** there"


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_descendants_are_ended_and_others_are_not(tmp_path: Path) -> None:
    program = (
        "import os, subprocess, sys, time\n"
        "from contract_check.support.descendants import ending_descendants\n"
        "older = subprocess.Popen(['sleep', '60'])\n"
        "with ending_descendants():\n"
        "    code = 'import os; os.setsid(); os.fork() and os._exit(0); print(os.getpid(), '"
        '        \'flush=True); os.execve("/bin/sleep", ["sleep", "60"], {})\'\n'
        "    daemon = subprocess.Popen([sys.executable, '-c', code], stdout=subprocess.PIPE)\n"
        "    number = int(daemon.stdout.readline())\n"
        "    time.sleep(0.3)\n"
        "print(os.path.exists(f'/proc/{number}'), older.poll())\n"
        "older.kill()\n"
    )
    before = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False None\n", done.stderr
    assert time.monotonic() - before < 30
