"""A run's temporary folder: known before anything risky starts, gone in every case at the end."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from contract_check.environments.manifest import Marks
from contract_check.model.settings import Progress, Silent

PREFIX = "contract-check-"
_LOCK = ".lock"
_KEPT = ".kept"
_UNLOCKED_AGE = 3600.0
"""Seconds after which a folder that never got its lock file counts as left behind."""


class Workspace:
    """A folder under the temporary directory that a run may fill, mode 0700.

    Holds a locked file for as long as it lives, so that a later run can tell a workspace in use
    from one whose process was killed, and removes the latter.

    Args:
        keep: leave the folder in place at the end, and say where it is.
        progress: where that is said.
        parent: where to make it; default: the temporary directory.

    Attributes:
        layers: the layers that the run uses, with their marks when they were found in order.
        overlays: folders that hold a side's provider, with their marks when they were made.
    """

    def __init__(
        self, *, keep: bool = False, progress: Progress | None = None, parent: Path | None = None
    ) -> None:
        self.keep = keep
        self._progress = progress or Silent()
        self._parent = parent or Path(tempfile.gettempdir())
        self.path = self._parent / f"{PREFIX}{secrets.token_hex(4)}"
        self.layers: dict[Path, Marks] = {}
        self.overlays: dict[Path, Marks] = {}
        self._held: list[IO[str]] = []
        self._count = 0

    def __enter__(self) -> Self:
        sweep(self._parent)
        try:
            self._make()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.keep:
            (self.path / _KEPT).touch()
            self._release()
            self._progress.note(f"kept: {self.path}")
            return
        self._remove()

    def new(self, name: str) -> Path:
        """Make a folder of its own inside, its name beginning with `name`."""
        while True:
            self._count += 1
            folder = self.path / (name if self._count == 1 else f"{name}-{self._count}")
            try:
                folder.mkdir(mode=0o700)
            except FileExistsError:
                continue
            return folder

    def note(self, message: str) -> None:
        """Say something to the person who waits."""
        self._progress.note(message)

    def hold(self, file: IO[str]) -> None:
        """Keep an open (locked) file open until the run is over."""
        self._held.append(file)

    def _make(self) -> None:
        self.path.mkdir(mode=0o700)
        # Locked under another name first: a `.lock` that others can see is always locked.
        draft = self.path / ".lock-new"
        file = draft.open("w", encoding="utf-8")
        self._held.append(file)
        fcntl.flock(file, fcntl.LOCK_EX)
        draft.rename(self.path / _LOCK)

    def _remove(self) -> None:
        try:
            remove_tree(self.path)
        except BaseException:
            # A second signal arrived meanwhile: finish, then let it through.
            remove_tree(self.path)
            raise
        finally:
            self._release()

    def _release(self) -> None:
        while self._held:
            self._held.pop().close()


def sweep(parent: Path) -> list[Path]:
    """Remove the workspaces of this user whose process is gone, and return them."""
    removed = []
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if _abandoned(folder):
                remove_tree(folder)
                removed.append(folder)
    return removed


def _abandoned(folder: Path) -> bool:
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        return False
    if (folder / _KEPT).exists():
        return False
    try:
        with (folder / _LOCK).open("r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return time.time() - status.st_mtime > _UNLOCKED_AGE


def remove_tree(folder: Path) -> None:
    """Remove a folder with everything in it, read-only files and folders included.

    A process that is just being killed may still write into it, hence the repetition.
    """
    for attempt in range(5):
        if not os.path.lexists(folder):
            return
        if attempt:
            _make_writable(folder)
            time.sleep(0.02 * attempt)
        shutil.rmtree(folder, ignore_errors=True)


def _make_writable(folder: Path) -> None:
    with suppress(OSError):
        folder.chmod(0o700)
    for root, folders, _files in os.walk(folder):
        for name in folders:
            path = Path(root) / name
            if not path.is_symlink():
                with suppress(OSError):
                    path.chmod(0o700)
