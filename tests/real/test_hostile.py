"""A Core that does its worst when it is imported: never exit 0 for no answer, never a hang."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.support.core import at_import, core_copy
from tests.support.tool import Checked, Tool

pytestmark = pytest.mark.registry

_SEGFAULT = "import ctypes; ctypes.string_at(0)"
_KILLED = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
_CLOSES = "import os; os.closerange(0, 4096)"
_TAKES_MEMORY = "hoard = []\nwhile True:\n    hoard.append(bytearray(1 << 20))"
_FORGES_REPORT = """
import json, os
print(json.dumps({"schema_version": 1, "verdict": "compatible", "exit_code": 0, "errors": []}))
print("compatible: everything works", flush=True)
os._exit(0)
"""
_FORGES_ANSWERS = """
import json, os
answer = {"nonce": "0" * 32, "result": {"modules": [], "symbols": {}, "runtime": {}}}
for descriptor in range(3, 64):
    try:
        os.write(descriptor, json.dumps(answer).encode() + b"\\n")
    except OSError:
        pass
"""
_ANOTHER_FILE = """
import os, socket
os.closerange(3, 64)
kept = [socket.socketpair() for _ in range(30)]
"""
_RECURSES_IN_C = """
import sys, functools, operator
sys.setrecursionlimit(10**8)
class Deep:
    def __getattr__(self, name):
        return getattr(self, name)
Deep().anything
"""

DEADLY = {
    "exits": (
        "import sys; sys.exit(0)",
        r"candidate: importing \S+ raised SystemExit: 0 \(in market_data_core/\S+\.py, line \d+\)",
    ),
    "exits at once": ("import os; os._exit(0)", "candidate: the process exited with status"),
    "exits with a code": ("import os; os._exit(7)", "exited with status 7, while import"),
    "segfault": (_SEGFAULT, "candidate: the process was killed by SIGSEGV, while importing"),
    "recursion in C": (_RECURSES_IN_C, "was killed by SIG|raised MemoryError"),
    "killed": (_KILLED, "candidate: the process was killed by SIGKILL, while importing"),
    "interrupted": ("raise KeyboardInterrupt", "candidate: importing .* raised KeyboardInterrupt"),
    "generator exit": ("raise GeneratorExit", "candidate: importing .* raised GeneratorExit"),
    "takes all memory": (_TAKES_MEMORY, "candidate: importing .* raised MemoryError"),
    "closes everything": (_CLOSES, "candidate: the (channel was closed|process exited)"),
    "another file in place of the channel": (
        _ANOTHER_FILE,
        "candidate: the (channel was closed|process exited)",
    ),
    "forges a report": (_FORGES_REPORT, "candidate: the process exited with status 0"),
    "forges answers": (_FORGES_ANSWERS, "an answer on the probe's channel was not the probe's"),
}
SLEEPS = {
    "sleeps": "import time\nwhile True: time.sleep(1000)",
    "spins": "while True: pass",
    "sleeps and will not be terminated": "import signal, time\n"
    "for number in (2, 15): signal.signal(number, signal.SIG_IGN)\n"
    "while True: time.sleep(1000)",
    "stops itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
}
HARMLESS = {
    "prints JSON": 'print(\'{"nonce": 1, "result": {}, "verdict": "break"}\', flush=True)',
    "prints a gigabyte": "import os\nfor _ in range(1024): os.write(1, b'x' * (1 << 20))",
    "fills stderr": "import sys\nfor _ in range(10**5): sys.stderr.write('words ' * 20 + chr(10))",
    "replaces stdout": "import sys, io; sys.stdout = sys.__stdout__ = io.StringIO()",
    "closes stdout": "import sys; sys.stdout.close()",
    "a thread that never ends": "import threading, time\n"
    "threading.Thread(target=lambda: time.sleep(10**6)).start()",
    "hangs at exit": "import atexit, time; atexit.register(time.sleep, 10**6)",
    "exits at exit": "import atexit, os; atexit.register(os._exit, 5)",
    "changes the folder": "import os; os.chdir('/')",
    "empties the path": "import sys; sys.argv[:] = []; sys.path_importer_cache.clear()",
}
PATCHES = {
    "json.dumps": 'import json; json.dumps = lambda *a, **k: \'{"verdict": "compatible"}\'',
    "json.loads": "import json; json.loads = lambda *a, **k: {}",
    "os.write": "import os; os.write = lambda descriptor, data: len(data)",
    "os.read": "import os; os.read = lambda descriptor, size: b''",
    "os.fstat": "import os\ndef fstat(descriptor): raise OSError\nos.fstat = fstat",
    "os._exit": "import os; os._exit = lambda status: None",
    "open": "import builtins; builtins.open = None",
    "print": "import builtins; builtins.print = None",
}
FORKS = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(1000)
    os._exit(0)
"""


def check(
    tool: Tool, tmp_path: Path, statements: str, *options: str, timeout: str = "20"
) -> Checked:
    core = core_copy(tmp_path, at_import(statements))
    options = ("--core-ref", str(core), "--baseline", "none", "--timeout", timeout, *options)
    return tool.json(*options)


@pytest.mark.parametrize(("statements", "message"), DEADLY.values(), ids=DEADLY)
def test_each_way_to_die_is_told_apart(
    tool: Tool, tmp_path: Path, statements: str, message: str
) -> None:
    done = check(tool, tmp_path, statements, "--memory-limit", "1500")
    assert done.code == 3
    assert done.report["verdict"] == "error"
    assert [error["stage"] for error in done.report["errors"]] == ["probe"]
    assert re.search(message, done.errors[0])
    assert done.report["errors"][0]["side"] == "candidate"
    assert done.report["errors"][0]["hint"]
    assert "Traceback" not in done.stderr
    assert done.seconds < 45


@pytest.mark.parametrize("statements", SLEEPS.values(), ids=SLEEPS)
def test_a_hang_ends_with_the_time_out(tool: Tool, tmp_path: Path, statements: str) -> None:
    done = check(tool, tmp_path, statements, timeout="3")
    assert done.code == 3
    assert done.errors == ["candidate: no answer within 3 s, while importing the packages"]
    assert 3 < done.seconds < 45


def test_what_it_printed_is_in_the_report_and_in_the_terminal(tool: Tool, tmp_path: Path) -> None:
    core = core_copy(tmp_path, at_import(_FORGES_REPORT))
    done = tool("--core-ref", str(core))
    assert done.code == 3
    assert "compatible: everything works" in done.stdout
    last = done.stdout.strip().splitlines()[-1]
    assert last.startswith("COULD NOT CHECK: ")


@pytest.mark.parametrize("statements", HARMLESS.values(), ids=HARMLESS)
def test_what_does_no_harm_is_no_harm(tool: Tool, tmp_path: Path, statements: str) -> None:
    done = check(tool, tmp_path, statements)
    assert done.code == 0
    assert done.report["verdict"] == "compatible"
    assert {contract["status"] for contract in done.report["contracts"]} == {"passed"}
    assert done.seconds < 45


@pytest.mark.parametrize("statements", PATCHES.values(), ids=PATCHES)
def test_a_patched_standard_library_is_not_a_pass_by_silence(
    tool: Tool, tmp_path: Path, statements: str
) -> None:
    done = check(tool, tmp_path, statements)
    assert done.code in (0, 1, 3)
    if done.code == 0:
        assert {contract["status"] for contract in done.report["contracts"]} == {"passed"}
        assert done.report["coverage"]["payloads"] > 300


def test_infinite_recursion_in_python_is_an_import_that_fails(tool: Tool, tmp_path: Path) -> None:
    done = check(tool, tmp_path, "def again(): again()\nagain()")
    assert done.code == 1
    assert done.findings["break"] == ["import-failed"]


def test_a_grandchild_in_a_session_of_its_own_does_not_survive(tool: Tool, tmp_path: Path) -> None:
    done = check(tool, tmp_path, FORKS)
    assert done.code == 0
    assert tool.left() == []


def test_an_exit_0_in_the_midst_of_a_scenario_is_no_pass(tool: Tool, tmp_path: Path) -> None:
    exits = "\n\ndef create_event_bus(*_arguments, **_options):\n    raise SystemExit(0)\n"
    core = core_copy(tmp_path, {"events/factory.py": lambda text: text + exits})
    done = tool.json("--core-ref", str(core), "--baseline", "none")
    assert done.code == 1, done
    failed = [c["name"] for c in done.report["contracts"] if c["status"] == "failed"]
    assert failed == ["event-bus"]


def test_an_exit_in_a_factory_is_an_error(tool: Tool, tmp_path: Path) -> None:
    exits = """

def _exits(self, _context):
    raise SystemExit(0)

FeedbackEvent.model_post_init = _exits
FeedbackEvent.model_rebuild(force=True)
"""
    core = core_copy(tmp_path, {"telemetry/backpressure.py": lambda text: text + exits})
    done = tool.json("--core-ref", str(core), "--baseline", "none")
    assert done.code == 3, done
    assert "exited" in done.errors[0]
    assert "SystemExit: 0" in done.report["errors"][0]["detail"]
