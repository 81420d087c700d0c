"""A witness says by token how it ended, whatever the packages do to the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contract_check.observe import Surroundings, run_program
from contract_check.observe.programs import ProgramRun
from contract_check.pipeline.by_hand import ending_itself

HOLDS = "import pond\n\nassert pond.SIZE == 1\n"
FAILS = "import pond\n\nassert pond.SIZE == 2\n"
SPOILS = {
    "nothing": "",
    "a thread": "import threading, time\n"
    "threading.Thread(target=time.sleep, args=(10**6,)).start()",
    "a status at exit": "import atexit, os; atexit.register(os._exit, 7)",
    "success at exit": "import atexit, os; atexit.register(os._exit, 0)",
    "an excepthook": "import os, sys; sys.excepthook = lambda *raised: os._exit(0)",
    "a crash at exit": "import atexit, ctypes; atexit.register(ctypes.string_at, 0)",
    "a fork whose parent ends": "import os\nif os.fork():\n    os._exit(0)",
}
FORGED = """
import os
for descriptor in range(3, 20):
    try:
        os.write(descriptor, b'{"token": "held"}\\n')
    except OSError:
        pass
os._exit(0)
"""


def run(tmp_path: Path, code: str, pond: str, **options: bool) -> ProgramRun:
    (tmp_path / "site").mkdir(exist_ok=True)
    (tmp_path / "site" / "pond.py").write_text(f"{pond}\nSIZE = 1\n", encoding="utf-8")
    surroundings = Surroundings(tmp_path / "run", {}, 20, 4096)
    paths = [tmp_path / "site"]
    return run_program(
        Path(sys.executable),
        code,
        surroundings=surroundings,
        name="w",
        paths=paths,
        modules=["pond", "frog"],
        **options,
    )


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
@pytest.mark.parametrize("code", [HOLDS, FAILS], ids=["holds", "fails"])
def test_the_answer_is_that_of_the_program(tmp_path: Path, code: str, spoil: str) -> None:
    done = run(tmp_path, code, spoil)
    assert (done.passed, done.fault) == (code == HOLDS, None)
    assert done.modules == {"pond": (tmp_path / "site" / "pond.py",)}


def test_an_exit_of_a_package_is_a_failure_and_one_of_the_program_is_not(tmp_path: Path) -> None:
    leaves = "class Leaves:\n    def __getattr__(self, name):\n        raise SystemExit(0)"
    of_package = run(tmp_path, "import pond\npond.Leaves().size\n", leaves)
    of_program = run(tmp_path, "import pond\nraise SystemExit(0)\n", leaves)
    failing = run(tmp_path, "import pond\nraise SystemExit('accepted')\n", leaves)
    assert (of_package.passed, of_program.passed, failing.passed) == (False, True, False)
    assert failing.summary == "exit 1: accepted"


@pytest.mark.parametrize(
    ("pond", "fault"),
    [
        ("import os; os._exit(0)", "ended with status 0 before its last line"),
        ("import ctypes; ctypes.string_at(0)", "killed by SIGSEGV"),
        ("import os, time; os.closerange(3, 99); time.sleep(5)", "closed its channel"),
        (FORGED, "ended with status 0 before its last line"),
    ],
    ids=["exits", "crashes", "closes the channel", "forges an answer"],
)
def test_no_answer_is_a_fault(tmp_path: Path, pond: str, fault: str) -> None:
    done = run(tmp_path, HOLDS, pond)
    assert not done.passed
    assert done.fault is not None
    assert done.fault.startswith(fault)


@pytest.mark.parametrize("spoil", list(SPOILS.values())[1:-1], ids=list(SPOILS)[1:-1])
def test_what_is_printed_runs_by_hand(tmp_path: Path, spoil: str) -> None:
    statuses = []
    for code in (HOLDS, FAILS):
        run(tmp_path, code, spoil)
        file = tmp_path / "witness.py"
        file.write_text(ending_itself(f"import sys; sys.path[:0] = {[str(tmp_path / 'site')]}\n"
                                      + code), encoding="utf-8")  # fmt: skip
        done = subprocess.run([sys.executable, "-I", file], capture_output=True, timeout=20)
        statuses.append(done.returncode)
    assert statuses == [0, 1]


def test_a_status_that_says_something_else_is_told(tmp_path: Path) -> None:
    told = {}
    for name in ("nothing", "a status at exit", "a crash at exit"):
        (tmp_path / name).mkdir()
        told[name] = run(tmp_path / name, HOLDS, SPOILS[name]).by_hand
    assert told == {"nothing": True, "a status at exit": False, "a crash at exit": False}


def test_lines_inside_a_string_stay_as_they_are() -> None:
    code = 'text = """one\n  two\n"""\nassert text == "one\\n  two\\n"\nvalue = [\n    1,\n]\n'
    namespace: dict[str, object] = {"__file__": "witness.py"}
    program = ending_itself(code).replace("_exit(status)", "")
    exec(compile(program, "witness.py", "exec"), namespace)
    assert namespace["status"] == 0
