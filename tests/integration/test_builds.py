"""Builds are code under test: what the build of a folder, a commit or an sdist reaches."""

from __future__ import annotations

import json
import os
import socket
import tarfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.packages import nothing_but, project, repository, wheel

from contract_check.environments import Environment, Workspace, build
from contract_check.model.errors import CheckError
from contract_check.model.refs import Package, Pin
from contract_check.model.settings import Installer, Settings, Silent
from contract_check.support import landlock

needs_landlock = pytest.mark.skipif(
    landlock.version() < 6, reason="this system's Landlock is older than version 6, or off"
)
CANARY = "canary-93b1"

ATTEMPTS = {
    "read the installer's environment": "open(f'/proc/{os.getppid()}/environ', 'rb').read()",
    "read the tool's environment": "open('/proc/{tool}/environ', 'rb').read()",
    "signal the tool": "os.kill({tool}, 0)",
    "signal the installer": "os.kill(os.getppid(), 0)",
    "read the home": "os.listdir('{home}')",
    "write to the home": "open('{home}/.contract-check-attempt', 'w')",
    "read a .netrc": "open('{netrc}').read()",
    "read the cache": "os.listdir('{cache}')",
    "write to the cache": "open('{cache}/attempt', 'w')",
    "read the installer's cache": "os.listdir('{uv_cache}')",
    "write to /tmp": "open('/tmp/contract-check-attempt', 'w')",
    "read the wheels beside it": "os.listdir('{house}')",
    "connect": "__import__('socket').create_connection(('127.0.0.1', {port}), 5)",
    "listen": "__import__('socket').create_server(('127.0.0.1', 0))",
}
TRYING = f"""
import os, sys, json, pathlib
came = {{}}
for name, code in json.loads(pathlib.Path('attempts.json').read_text()).items():
    try:
        eval(code)
        came[name] = 'done'
    except BaseException as error:
        came[name] = type(error).__name__
came['canary'] = any({CANARY!r} in value for value in os.environ.values())
came['home'] = os.listdir(os.path.expanduser('~'))
pathlib.Path(MODULE, 'came.py').write_text(f'came = {{came!r}}\\n')
"""


@pytest.fixture
def server() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith(("UV_", "PIP_"))]:
        monkeypatch.delenv(name)
    house = tmp_path / "house"
    wheel(house, "tstore", "1.0", requires=["tcore"])
    for name, value in nothing_but(house).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv("UV_INDEX_PRIVATE_PASSWORD", CANARY)
    monkeypatch.setenv("PIP_PROXY_NOTE", CANARY)
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine host login me password {CANARY}\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    (tmp_path / "cache").mkdir()
    return Settings(Package("tcore"), Package("tstore"), None, cache_dir=tmp_path / "cache")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "temporary").mkdir()
    with Workspace(parent=tmp_path / "temporary") as made:
        yield made


def attempts(tmp_path: Path, port: int) -> dict[str, str]:
    places = {"home": Path.home(), "netrc": tmp_path / "netrc", "cache": tmp_path / "cache"}
    places |= {"uv_cache": tmp_path / "uv-cache", "house": tmp_path / "house"}
    (tmp_path / "uv-cache").mkdir(exist_ok=True)
    values = {**places, "tool": os.getpid(), "port": port}
    found = dict(ATTEMPTS)
    for key, value in values.items():
        found = {name: code.replace(f"{{{key}}}", str(value)) for name, code in found.items()}
    return found


def pin_of(kind: str, folder: Path, house: Path) -> Pin:
    """The project as a folder, a commit, or a release that is an sdist alone."""
    if kind == "folder":
        return Pin("tcore", "path", None, str(folder), "", sha256="x", path=folder)
    if kind == "commit":
        commit = repository(folder)
        where = f"tcore @ git+{folder.as_uri()}@{commit}"
        return Pin("tcore", "git", "main", where, "", commit=commit)
    (folder / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: tcore\nVersion: 7.0\n")
    with tarfile.open(house / "tcore-7.0.tar.gz", "w:gz") as archive:
        archive.add(folder, "tcore-7.0")
    return Pin("tcore", "version", "7.0", "tcore==7.0", "", version="7.0")


def made(settings: Settings, workspace: Workspace, pin: Pin) -> Environment:
    store = Pin("tstore", "version", None, "tstore==1.0", "", version="1.0")
    return build(settings, pin, store, None, workspace, Silent()).candidate


@needs_landlock
@pytest.mark.parametrize("installer", ["uv", "pip"])
@pytest.mark.parametrize("kind", ["folder", "commit", "sdist"])
def test_what_a_build_reaches(
    settings: Settings,
    workspace: Workspace,
    tmp_path: Path,
    server: int,
    kind: str,
    installer: Installer,
) -> None:
    settings = replace(settings, installer=installer)
    folder = project(tmp_path / "core", "tcore", "7.0", before="exec(open('trying.py').read())")
    (folder / "trying.py").write_text(TRYING, encoding="utf-8")
    (folder / "attempts.json").write_text(json.dumps(attempts(tmp_path, server)))
    environment = made(settings, workspace, pin_of(kind, folder, tmp_path / "house"))
    told: dict[str, dict[str, object]] = {}
    exec((environment.provider.location / "tcore" / "came.py").read_text(), told)
    came = told["came"]
    assert came.pop("canary") is False
    assert came.pop("home") == ["tmp"]
    assert {name: what for name, what in came.items() if what == "done"} == {}
    assert came["connect"] == "PermissionError"


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_without_landlock_a_build_has_no_credentials_either(
    settings: Settings,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    installer: Installer,
) -> None:
    monkeypatch.setenv(landlock.OFF_VARIABLE, "1")
    landlock.version.cache_clear()
    settings = replace(settings, installer=installer, env={"HANDED": "on"})
    note = "told = (dict(os.environ), os.listdir(os.environ['HOME']))\n"
    note += "    open(MODULE + '/came.py', 'w').write(repr(told))"
    folder = project(tmp_path / "core", "tcore", "7.0", before=note)
    try:
        environment = made(settings, workspace, pin_of("folder", folder, tmp_path / "house"))
    finally:
        monkeypatch.delenv(landlock.OFF_VARIABLE)
        landlock.version.cache_clear()
    told, home = eval((environment.provider.location / "tcore" / "came.py").read_text())
    assert CANARY not in str(told)
    assert home == ["tmp"]
    assert told["HANDED"] == "on"
    assert told["HOME"].startswith(str(workspace.path))


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_a_build_that_hangs_is_stopped_and_that_is_said(
    settings: Settings, workspace: Workspace, tmp_path: Path, installer: Installer
) -> None:
    settings = replace(settings, installer=installer, deadline=8.0)
    folder = project(tmp_path / "core", "tcore", "7.0", before="import time; time.sleep(600)")
    began = time.monotonic()
    with pytest.raises(CheckError, match="was not built in time") as raised:
        made(settings, workspace, pin_of("folder", folder, tmp_path / "house"))
    assert time.monotonic() - began < 120
    assert "--deadline" in (raised.value.hint or "")


@needs_landlock
def test_a_build_that_wants_the_network_is_told_how(
    settings: Settings, workspace: Workspace, tmp_path: Path, server: int
) -> None:
    before = f"__import__('socket').create_connection(('127.0.0.1', {server}))"
    folder = project(tmp_path / "core", "tcore", "7.0", before=before)
    pin = pin_of("folder", folder, tmp_path / "house")
    with pytest.raises(CheckError, match="can't be built") as raised:
        made(settings, workspace, pin)
    assert "--allow-network" in (raised.value.hint or "")
    assert made(replace(settings, allow_network=True), workspace, pin).provider.version == "7.0"
