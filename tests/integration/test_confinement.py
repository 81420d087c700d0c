"""What code under test reaches, with Landlock and without."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_check.observe import Surroundings, run_program
from contract_check.support import confinement, landlock
from contract_check.support.confinement import ports

needs_landlock = pytest.mark.skipif(
    landlock.version() < 6, reason="this system's Landlock is older than version 6, or off"
)


@pytest.fixture
def server() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    """A cache, a layer of another run, and the packages under test."""
    found = {name: tmp_path / name for name in ("cache", "layer", "site", "run")}
    for path in found.values():
        path.mkdir()
    for name in ("cache", "layer", "site"):
        (found[name] / "kept.py").write_text("kept = 1\n", encoding="utf-8")
    return found


def passes(places: dict[str, Path], code: str, env: dict[str, str] | None = None) -> bool:
    surroundings = Surroundings(
        places["run"], env or {}, 30, 4096, sites=(places["site"],), hidden=(places["cache"],)
    )
    done = run_program(Path(sys.executable), code, surroundings=surroundings, name="w")
    assert done.fault is None, done
    return done.passed


ATTEMPTS = {
    "read the tool's environment": "open('/proc/{parent}/environ', 'rb').read()",
    "read the tool's memory": "open('/proc/{parent}/mem', 'rb')",
    "read the tool's open files": "open('/proc/{parent}/fd/1')",
    "signal the tool": "import os; os.kill({parent}, 0)",
    "trace the tool": "import ctypes; assert ctypes.CDLL(None).ptrace(16, {parent}, 0, 0) == 0",
    "read the home": "import os; os.listdir('{home}')",
    "write to the home": "open('{home}/.contract-check-attempt', 'w')",
    "read the cache": "open('{cache}/kept.py').read()",
    "write to the cache": "open('{cache}/new.py', 'w')",
    "read another layer": "open('{layer}/kept.py').read()",
    "write to its own layer": "open('{site}/kept.py', 'a')",
    "remove from its own layer": "import os; os.remove('{site}/kept.py')",
    "read the tool": "open('{tool}/__init__.py').read()",
    "change the tool": "open('{tool}/__init__.py', 'a')",
    "write to /tmp": "open('/tmp/contract-check-attempt', 'w')",
    "connect": "import socket; socket.create_connection(('127.0.0.1', {port}), 5)",
    "listen": "import socket; socket.create_server(('127.0.0.1', 0))",
    "mount a device": "import os, stat; os.mknod('disk', stat.S_IFBLK | 0o600, os.makedev(8, 0))",
}


@needs_landlock
@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_an_attempt_fails(places: dict[str, Path], server: int, attempt: str) -> None:
    values = {name: str(path) for name, path in places.items()}
    tool = Path(confinement.__file__).parents[1]
    code = attempt.format(
        parent=os.getpid(), home=Path.home(), tool=tool, port=server, **values
    )  # fmt: skip
    assert not passes(places, code + "\n")


NEEDS = {
    "files of its own": "import os, tempfile\n"
    "with tempfile.TemporaryDirectory() as one, open(one + '/a', 'w') as file:\n"
    "    os.makedirs(one + '/b'); os.replace(one + '/a', one + '/b/a')",
    "its home": "import pathlib; (pathlib.Path.home() / '.config').mkdir()",
    "/dev/null": "open('/dev/null', 'w').write('x'); open('/dev/urandom', 'rb').read(1)",
    "shared memory": "from multiprocessing import shared_memory, Lock\n"
    "one = shared_memory.SharedMemory(create=True, size=9); one.close(); one.unlink(); Lock()",
    "itself": "open('/proc/self/status').read(); import os; os.listdir('/proc/self/fd')",
    "the processors": "import os; assert os.cpu_count(); open('/proc/meminfo').read()",
    "time zones and locales": "import zoneinfo, locale; zoneinfo.ZoneInfo('Europe/Berlin')\n"
    "locale.setlocale(locale.LC_ALL, '')",
    "settings of the system": "open('/etc/hosts').read(); import os; os.listdir('/etc')",
    "authorities": "import ssl; ssl.create_default_context()",
    "the system's programs": "import subprocess; subprocess.run(['sh', '-c', 'true'], check=True)",
    "other processes of its own": "import multiprocessing, os\n"
    "context = multiprocessing.get_context('fork')\n"
    "one = context.Process(target=os.getpid); one.start(); one.join(); assert one.exitcode == 0\n"
    "import signal, subprocess, sys; other = subprocess.Popen([sys.executable, '-c', ''])\n"
    "other.terminate(); other.wait()",
    "an event loop": "import asyncio; asyncio.run(asyncio.sleep(0))",
    "sockets of its own": "import socket; one, other = socket.socketpair()\n"
    "here = socket.socket(socket.AF_UNIX); here.bind('x'); here.listen()\n"
    "socket.socket(socket.AF_UNIX).connect('x')",
    "packages": "open('{site}/kept.py').read()",
}


@pytest.mark.parametrize("need", NEEDS.values(), ids=NEEDS)
def test_what_packages_need_is_there(places: dict[str, Path], need: str) -> None:
    assert passes(places, need.format(site=places["site"]) + "\n")


@pytest.mark.parametrize(
    "value", ["postgresql://me:pw@127.0.0.1:{port}/db", "127.0.0.1:{port}", "host=x port={port}"]
)
def test_a_server_that_a_variable_names_is_reached(
    places: dict[str, Path], server: int, value: str
) -> None:
    code = f"import socket; socket.create_connection(('127.0.0.1', {server}), 5)\n"
    assert passes(places, code, {"DATABASE_URL": value.format(port=server)})


def test_a_file_that_a_variable_names_is_used(places: dict[str, Path], tmp_path: Path) -> None:
    file = tmp_path / "data" / "store.db"
    file.parent.mkdir()
    code = f"import sqlite3\nsqlite3.connect({str(file)!r}).execute('create table a (b)')\n"
    assert passes(places, code, {"DATABASE_URL": f"sqlite:///{file}"})


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"A": "postgresql+asyncpg://me:pw@db/x"}, {5432, 53}),
        ({"A": "postgresql:///x?host=/var/run/postgresql"}, {5432, 53}),
        ({"A": "amqp://h1:5671,h2:5673/"}, {5671, 5673, 5672, 53}),
        ({"PGHOST": "db"}, {5432, 53}),
        ({"PGPORT": "5433"}, {5433, 53}),
        ({"A": "[::1]:80"}, {80, 53}),
        ({"A": "plain", "B": "99999", "SPORT": "chess"}, set()),
    ],
)
def test_ports_are_those_that_variables_name(variables: dict[str, str], found: set[int]) -> None:
    assert ports(variables) == found


def test_without_it_the_tool_works_and_says_so() -> None:
    code = (
        "from contract_check.support import confinement as c, process, landlock\n"
        "import sys\n"
        "done = process.run([sys.executable, '-c', 'open(\"/proc/self/stat\")'], env={},\n"
        "                   limits=c.limits([]))\n"
        "print(c.is_confined(), done.returncode, c.described())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, landlock.OFF_VARIABLE: "1"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("False 0 none: this system has no Landlock")
