"""Layers: folders that are installed once, never changed, and shared by many runs.

A layer lies in `<store>/<key>/site`, and its key names everything that is in it. The code that is
checked runs with the right to write there, so what a layer holds is recorded beside it: one that
differs is made again before it is used, and a run during which one changes is an error.
"""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from contract_check.environments import manifest
from contract_check.environments.crew import Crew
from contract_check.environments.interface import InstallerFailed
from contract_check.environments.manifest import Manifest, Marks
from contract_check.environments.workspace import Workspace
from contract_check.model.errors import CheckError
from contract_check.support.removal import remove_tree

UNUSED = 30 * 86400.0
"""Seconds after its last use that a layer is removed."""

_USED = "used"
_PRUNED = ".pruned"
_LOCKS = ".locks"
_MANIFEST = "manifest.json"
_DAY = 86400.0


@dataclass(frozen=True)
class Store:
    """Makes and finds layers; safe for many processes and threads at once.

    Args:
        folder: where they lie.
        workspace: whose life a layer in use is locked for.
        crew: a stopped one ends the waiting for others.
        refresh: make each layer anew, once in a run.
    """

    folder: Path
    workspace: Workspace
    crew: Crew
    refresh: bool = False

    def get(
        self,
        key: str | None,
        make: Callable[[Path], None],
        whole: Callable[[Path], bool] = lambda _: True,
    ) -> Path:
        """The `site` folder of a layer, made if there is none, or not as it was made.

        Args:
            key: names its content for ever; None for content that nothing names, which is made
                anew in the workspace.
            make: fills an empty folder with a `site`.
            whole: whether a `site` holds what it is made for. A cache may be removed while a layer
                is being made in it; what is left of such a one is made again.
        """
        if key is not None:
            with suppress(OSError):
                # A cache that can't be written is no error.
                return self._shared(key, make, whole)
        folder = self.workspace.new("layer")
        make(folder)
        site = folder / "site"
        self.workspace.layers[site] = manifest.marks_of(site)
        return site

    def _shared(
        self, key: str, make: Callable[[Path], None], whole: Callable[[Path], bool]
    ) -> Path:
        locks = self.folder / _LOCKS
        locks.mkdir(parents=True, exist_ok=True)
        layer = self.folder / key
        self.workspace.hold(self._locked(locks / f"{key}.use", fcntl.LOCK_SH))
        site, known = layer / "site", self.workspace.layers
        if site not in known:
            with self._locked(locks / f"{key}.build", fcntl.LOCK_EX):
                if site not in known:
                    marks = None if self.refresh else self._as_made(layer)
                    marks = marks if marks is not None and whole(site) else None
                    known[site] = marks or self._make(layer, make, whole)
        (layer / _USED).touch()
        prune(self.folder)
        return site

    def _as_made(self, layer: Path) -> Marks | None:
        """The marks of a layer that holds what was recorded; None if it has to be made."""
        if not layer.is_dir():
            return None
        made, site = manifest.read(layer / _MANIFEST), layer / "site"
        try:
            marks = manifest.marks_of(site)
        except OSError:
            marks = {}
        if made is None or not marks:
            self.workspace.note(f"{layer}: what was installed there is gone; made again")
            return None
        differing = made.differing(site, marks)
        if differing:
            self.workspace.note(
                f"{layer}: changed since it was installed ({manifest.listed(differing)}); "
                "made again"
            )
            return None
        if made.marks != marks:
            manifest.write(layer / _MANIFEST, made.marked(marks))
        return marks

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

    def _make(
        self, layer: Path, make: Callable[[Path], None], whole: Callable[[Path], bool]
    ) -> Marks:
        draft = Path(tempfile.mkdtemp(prefix=".new-", dir=self.folder))
        try:
            make(draft)
            if not whole(draft / "site"):
                raise FileNotFoundError(f"{draft} was removed while it was filled")
            made = Manifest.of(draft / "site")
            manifest.write(draft / _MANIFEST, made)
            if os.path.lexists(layer):
                _remove(layer)
            draft.rename(layer)
            return made.marks
        finally:
            remove_tree(draft)


def check_untouched(workspace: Workspace) -> None:
    """Make sure that nothing wrote where it could reach another side, or a later run.

    A layer that was written into is made again by the next run. A side's own provider may
    leave files of its own in its packages, but none of those that were there may have changed.

    Raises:
        CheckError: something was changed since it was made or found in order.
    """
    found = []
    for site, before in workspace.layers.items():
        names = _touched(site, before)
        if names:
            with suppress(OSError):
                (site.parent / _MANIFEST).unlink(missing_ok=True)
            found.append((site, names))
    for site, before in workspace.overlays.items():
        names = [name for name in _touched(site, before) if _matters(name, before)]
        if names:
            found.append((site, names))
    if found:
        what = "; ".join(f"{manifest.listed(names)} in {site}" for site, names in found)
        raise CheckError(
            f"installed packages were changed while they were checked: {what}.",
            stage="environment",
            hint="Code that is imported must not write beside installed packages. A cache of its "
            "own can often be sent elsewhere by a variable (--env). The next run installs "
            "what was changed again.",
        )


def _touched(site: Path, before: Marks) -> list[str]:
    try:
        return manifest.touched(before, manifest.marks_of(site))
    except OSError:
        return ["."]


def _matters(name: str, before: Marks) -> bool:
    """Whether a change of an overlay is one of a file, or puts a new name in front of others."""
    if name in before:
        return not stat.S_ISDIR(before[name][0])
    return "/" not in name and name != "__pycache__"


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
            _remove(layer)
            return True
    except OSError:
        return False


def _remove(layer: Path) -> None:
    """Remove a layer; renamed first, so that one is there whole or not at all."""
    gone = Path(tempfile.mkdtemp(prefix=".new-", dir=layer.parent))
    try:
        layer.rename(gone / "layer")
    finally:
        remove_tree(gone)
