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


def test_one_without_a_lock_is_removed_only_when_old(tmp_path: Path) -> None:
    young, old = tmp_path / "contract-check-aaaaaaaa", tmp_path / "contract-check-bbbbbbbb"
    for folder in (young, old):
        folder.mkdir()
    os.utime(old, (time.time() - 7200,) * 2)
    (tmp_path / "contract-check-link").symlink_to(young)
    assert sweep(tmp_path) == [old]
    assert young.is_dir()
