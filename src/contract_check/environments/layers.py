"""Layers: folders that are installed once, never changed, and shared by many runs.

A layer lies in `<store>/<key>/site`, and its key names everything that is in it. Imports may leave
bytecode there, nothing else changes after it was made.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from contract_check.environments.crew import Crew
from contract_check.environments.interface import InstallerFailed
from contract_check.environments.workspace import Workspace, remove_tree

UNUSED = 30 * 86400.0
"""Seconds after its last use that a layer is removed."""

_USED = "used"
_PRUNED = ".pruned"
_LOCKS = ".locks"
_DAY = 86400.0


@dataclass(frozen=True)
class Store:
    """Makes and finds layers; safe for many processes and threads at once.

    Args:
        folder: where they lie.
        workspace: whose life a layer in use is locked for.
        crew: a stopped one ends the waiting for others.
    """

    folder: Path
    workspace: Workspace
    crew: Crew

    def get(self, key: str | None, make: Callable[[Path], None]) -> Path:
        """The `site` folder of a layer, made if there is none yet.

        Args:
            key: names its content for ever; None for content that nothing names, which is made
                anew in the workspace.
            make: fills an empty folder with a `site`.
        """
        if key is not None:
            with suppress(OSError):
                # A cache that can't be written is no error.
                return self._shared(key, make)
        folder = self.workspace.new("layer")
        make(folder)
        return folder / "site"

    def _shared(self, key: str, make: Callable[[Path], None]) -> Path:
        locks = self.folder / _LOCKS
        locks.mkdir(parents=True, exist_ok=True)
        layer = self.folder / key
        self.workspace.hold(self._locked(locks / f"{key}.use", fcntl.LOCK_SH))
        if not layer.is_dir():
            with self._locked(locks / f"{key}.build", fcntl.LOCK_EX):
                if not layer.is_dir():
                    self._make(layer, make)
        (layer / _USED).touch()
        prune(self.folder)
        return layer / "site"

    def _locked(self, path: Path, mode: int) -> IO[str]:
        """Open and lock a file; waits, but not longer than the run."""
        file = path.open("a", encoding="utf-8")
        try:
            while True:
                with suppress(BlockingIOError):
                    fcntl.flock(file, mode | fcntl.LOCK_NB)
                    return file
                if self.crew.stopped:
                    raise InstallerFailed("stopped")
                time.sleep(0.02)
        except BaseException:
            file.close()
            raise

    def _make(self, layer: Path, make: Callable[[Path], None]) -> None:
        draft = Path(tempfile.mkdtemp(prefix=".new-", dir=self.folder))
        try:
            make(draft)
            draft.rename(layer)
        finally:
            remove_tree(draft)


def prune(store: Path, *, now: float | None = None) -> list[Path]:
    """Remove the layers nobody used for 30 days, at most once a day, and return them.

    Args:
        store: the folder of the layers.
        now: seconds since the epoch; default: the present.
    """
    now = time.time() if now is None else now
    marker = store / _PRUNED
    with suppress(FileNotFoundError):
        if now - marker.stat().st_mtime < _DAY:
            return []
    marker.touch()
    removed = [layer for layer in store.iterdir() if _is_old(layer, now) and _drop(layer)]
    for draft in store.glob(".new-*"):
        with suppress(OSError):
            if now - draft.stat().st_mtime > _DAY:
                remove_tree(draft)
    return removed


def _is_old(layer: Path, now: float) -> bool:
    try:
        return now - (layer / _USED).stat().st_mtime > UNUSED
    except OSError:
        return False


def _drop(layer: Path) -> bool:
    """Remove a layer unless a run uses it."""
    try:
        with (layer.parent / _LOCKS / f"{layer.name}.use").open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Renamed first, so that a layer is there whole or not at all.
            gone = Path(tempfile.mkdtemp(prefix=".new-", dir=layer.parent)) / "layer"
            layer.rename(gone)
            shutil.rmtree(gone.parent, ignore_errors=True)
            return True
    except OSError:
        return False
