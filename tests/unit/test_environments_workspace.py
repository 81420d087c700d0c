"""Workspaces: gone at the end in every case, and those of killed runs by the next."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contract_check.environments.workspace import Workspace, sweep
from contract_check.model.errors import Interrupted
from contract_check.model.settings import Silent
from contract_check.support.process import start
from contract_check.support.removal import remove_tree


class Notes(Silent):
    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, message: str) -> None:
        self.said.append(message)


def test_is_private_and_gone_at_the_end(tmp_path: Path) -> None:
    with Workspace(parent=tmp_path) as workspace:
        assert workspace.path.name.startswith("contract-check-")
        assert len(workspace.path.name) == len("contract-check-") + 8
        assert stat.S_IMODE(workspace.path.stat().st_mode) == 0o700
        workspace.new("a").joinpath("file").write_text("x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), Interrupted(15)])
def test_is_gone_after_any_exception(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)), Workspace(parent=tmp_path):
        raise error
    assert list(tmp_path.iterdir()) == []


def test_removes_read_only_files_and_folders(tmp_path: Path) -> None:
    with Workspace(parent=tmp_path) as workspace:
        deep = workspace.new("a") / "b" / "c"
        deep.mkdir(parents=True)
        (deep / "file").write_text("x")
        (deep / "file").chmod(0o400)
        deep.chmod(0o500)
        deep.parent.chmod(0o000)
    assert list(tmp_path.iterdir()) == []


def test_leaves_what_a_link_points_to(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("x")
    with Workspace(parent=tmp_path) as workspace:
        (workspace.path / "link").symlink_to(outside)
    assert (outside / "file").read_text() == "x"


def test_new_folders_never_collide(tmp_path: Path) -> None:
    with Workspace(parent=tmp_path) as workspace:
        made = [workspace.new("a") for _ in range(5)]
    assert len(set(made)) == 5


def test_kept_ones_stay_and_say_where(tmp_path: Path) -> None:
    notes = Notes()
    with Workspace(keep=True, progress=notes, parent=tmp_path) as workspace:
        pass
    assert notes.said == [f"kept: {workspace.path}"]
    assert sweep(tmp_path) == []
    assert workspace.path.is_dir()


def test_the_next_run_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from contract_check.environments.workspace import Workspace\n"
        "with Workspace(parent=Path(sys.argv[1])):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    (left,) = tmp_path.iterdir()
    with Workspace(parent=tmp_path):
        assert not left.exists()


def test_one_in_use_is_left_alone(tmp_path: Path) -> None:
    with Workspace(parent=tmp_path) as first, Workspace(parent=tmp_path):
        assert sweep(tmp_path) == []
        assert first.path.is_dir()


def test_only_what_carries_the_marker_is_removed(tmp_path: Path) -> None:
    """A clone of the project, a folder of the same name, and one with a lock of another."""
    foreign = ["contract-check-main", "contract-check-aaaaaaaa", "contract-check-bbbbbbbb"]
    for name in foreign:
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.txt").write_text("x")
        os.utime(tmp_path / name, (time.time() - 7200,) * 2)
    (tmp_path / foreign[2] / ".lock").write_text(
        "contract-check workspace contract-check-cccccccc\n"
    )
    (tmp_path / "contract-check-dddddddd").symlink_to(tmp_path / foreign[0])
    for _ in range(10):
        with Workspace(parent=tmp_path):
            pass
    assert all((tmp_path / name / "mine.txt").exists() for name in foreign)
    assert (tmp_path / "contract-check-dddddddd").is_symlink()


def test_an_empty_one_is_removed_only_when_old(tmp_path: Path) -> None:
    young, old = tmp_path / "contract-check-aaaaaaaa", tmp_path / "contract-check-bbbbbbbb"
    for folder in (young, old):
        folder.mkdir()
    os.utime(old, (time.time() - 7200,) * 2)
    sweep(tmp_path)
    assert (young.is_dir(), old.exists()) == (True, False)


def test_removes_what_is_deep(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    with Workspace(parent=tmp_path) as workspace:
        os.chdir(workspace.path)
        try:
            for _ in range(3000):
                Path("folder").mkdir()
                Path("file").write_text("x")
                os.chdir("folder")
        finally:
            os.fchdir(here)
    os.close(here)
    os.chdir("/")
    assert list(tmp_path.iterdir()) == []


def test_removes_many_files(tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / "many" / str(number % 30)).mkdir(parents=True, exist_ok=True)
        (tmp_path / "many" / str(number % 30) / str(number)).touch()
    assert remove_tree(tmp_path / "many") == []
    assert not (tmp_path / "many").exists()


def test_what_cannot_be_removed_is_named_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = Notes()
    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path.name == "immutable":
            raise PermissionError(1, "Operation not permitted", str(path))
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)
    with Workspace(parent=tmp_path, progress=notes) as workspace:
        (workspace.new("a") / "immutable").touch()
        (workspace.new("b") / "file").touch()
    assert len(notes.said) == 1
    assert notes.said[0].startswith(f"can't be removed: {workspace.path}")
    assert [path.name for path in workspace.path.rglob("*") if path.is_file()] == ["immutable"]


LEAVING = {
    "a session": "os.setsid()",
    "a double fork": "os.fork() and os._exit(0); os.fork() and os._exit(0); os.setsid()",
    "an empty environment": "os.setsid(); os.chdir('/');"
    " os.execve('/bin/sleep', ['sleep', '600'], {})",
    "another name": "os.setsid(); os.execve('/bin/sleep', ['python', '600'], {'A': 'b'})",
    "closed files": "os.setsid(); os.closerange(0, 64)",
}


def start_leaver(folder: Path, leaving: str) -> int:
    """Start a process that starts another one, which leaves; returns the number of that one."""
    told = folder / "number"
    program = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        f"    {leaving.replace('os.setsid()', 'os.setsid(); note()', 1)}\n"
        "    time.sleep(600)\n"
    )
    program = (
        "import os, pathlib\n"
        "def note():\n"
        f"    pathlib.Path({str(told)!r}).write_text(str(os.getpid()))\n{program}"
    )
    started = start(
        [sys.executable, "-c", program],
        mark=str(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "CONTRACT_CHECK_RUN": str(folder)},
    )
    started.wait()
    for _ in range(500):
        if told.exists() and told.read_text():
            break
        time.sleep(0.01)
    time.sleep(0.05)
    return int(told.read_text())


def is_alive(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and prlimit")
@pytest.mark.parametrize("leaving", LEAVING.values(), ids=LEAVING)
def test_everything_started_is_ended(tmp_path: Path, leaving: str) -> None:
    with Workspace(parent=tmp_path) as workspace:
        process = start_leaver(workspace.path, leaving)
        assert is_alive(process)
    assert not is_alive(process)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and prlimit")
def test_the_next_run_ends_what_a_killed_one_started(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        f"sys.path.insert(0, {str(root)!r})\n"
        "from tests.unit.test_environments_workspace import LEAVING, start_leaver\n"
        "from contract_check.environments.workspace import Workspace\n"
        "with Workspace(parent=Path(sys.argv[1])) as workspace:\n"
        "    print(start_leaver(workspace.path, LEAVING['an empty environment']), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    process = int(killed.stdout)
    assert is_alive(process)
    with Workspace(parent=tmp_path):
        assert not is_alive(process)
    assert list(tmp_path.iterdir()) == []
