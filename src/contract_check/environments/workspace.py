"""A run's temporary folder: known before anything risky starts, gone in every case at the end."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from contract_check.environments.manifest import Marks
from contract_check.model.settings import Progress, Silent
from contract_check.support.marks import kill_run
from contract_check.support.removal import remove_tree

PREFIX = "contract-check-"
_LOCK = ".lock"
_KEPT = ".kept"
_DRAFT = ".lock-new"
_NAME = re.compile(rf"{PREFIX}[0-9a-f]{{8}}")
_EMPTY_AGE = 3600.0
"""Seconds after which an empty folder of that name counts as left behind."""


class Workspace:
    """A folder under the temporary directory that a run may fill, mode 0700.

    Holds a locked file for as long as it lives, which says whose folder it is: a later run tells a
    workspace in use from one whose process was killed, and from folders of others. It ends the
    processes of the killed one and removes it.

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
        draft = self.path / _DRAFT
        file = draft.open("w", encoding="utf-8")
        self._held.append(file)
        file.write(_marker(self.path))
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        draft.rename(self.path / _LOCK)

    def _remove(self) -> None:
        try:
            kill_run(str(self.path))
            left = remove_tree(self.path)
        except BaseException:
            # A second signal arrived meanwhile: finish, then let it through.
            kill_run(str(self.path))
            remove_tree(self.path)
            raise
        finally:
            self._release()
        if left:
            self._progress.note(f"can't be removed: {left[0]}" + _more(left))

    def _release(self) -> None:
        while self._held:
            self._held.pop().close()


def sweep(parent: Path) -> list[Path]:
    """Remove the workspaces of this user whose process is gone, end what they started, and return
    them. Nothing is touched that does not carry the marker of a workspace."""
    removed = []
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if _NAME.fullmatch(folder.name) and _abandoned(folder):
                kill_run(str(folder))
                if not remove_tree(folder):
                    removed.append(folder)
    return removed


def _marker(folder: Path) -> str:
    return f"contract-check workspace {folder.name}\n"


def _more(left: list[Path]) -> str:
    return f" and {len(left) - 1} more" if len(left) > 1 else ""


def _abandoned(folder: Path) -> bool:
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        return False
    for name in (_LOCK, _DRAFT):
        path = folder / name
        if not path.is_symlink() and path.is_file():
            return not (folder / _KEPT).exists() and _is_free(path, _marker(folder))
    # Killed before it could say whose it is: of no use to anybody, if it is empty.
    if time.time() - status.st_mtime > _EMPTY_AGE:
        folder.rmdir()
    return False


def _is_free(path: Path, marker: str) -> bool:
    """Whether a lock file is a workspace's own, and nobody holds it."""
    with path.open("r+", encoding="utf-8", errors="replace") as file:
        if file.read(len(marker) + 1) != marker:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
