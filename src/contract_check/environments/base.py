"""The base layer: consumer and third parties, installed once and shared by later runs.

A layer lies in `bases/<key>/site`, its key names everything that is in it, and it is never
changed after it was made, but for the bytecode that imports leave there.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from contract_check.environments.crew import Crew
from contract_check.environments.failures import explain
from contract_check.environments.interface import InstallerFailed, Locked
from contract_check.environments.resolution import Resolution, Resolver, is_local
from contract_check.environments.verify import check, installed, not_as_asked, packages
from contract_check.environments.workspace import remove_tree
from contract_check.model.errors import Side
from contract_check.model.settings import Progress
from contract_check.support.cache import key_of

UNUSED = 30 * 86400.0
"""Seconds after its last use that a layer is removed."""

_FORMAT = 1
"""Part of the key: raise it when a layer's content changes for the same inputs."""

_USED = "used"
_PRUNED = ".pruned"
_DAY = 86400.0


@dataclass(frozen=True)
class Bases:
    """Makes and finds base layers.

    Args:
        resolver: knows consumer, interpreter and settings.
        crew: stopped when the run is.
        progress: told when a layer has to be made.
    """

    resolver: Resolver
    crew: Crew
    progress: Progress

    def layer(self, resolution: Resolution, side: Side) -> Path:
        """The folder that holds consumer and third parties of a resolution.

        It stays locked against removal until the workspace is gone.

        Raises:
            CheckError: it can't be installed, or not what was asked for was installed.
        """
        key = self._key(resolution)
        if key is not None:
            with suppress(OSError):
                return self._shared(key, resolution, side)
        # Nothing names its content for ever, or the cache can't be written.
        folder = self.resolver.workspace.new("base")
        self._install(folder, resolution, side)
        return folder / "site"

    def _key(self, resolution: Resolution) -> str | None:
        consumer = self.resolver.consumer
        if consumer.identity is None or any(map(is_local, resolution.third_parties)):
            return None
        python = self.resolver.python
        return key_of(
            *(_FORMAT, self.resolver.installer.name),
            *(python.tag, python.version, python.platform),
            *(consumer.pin.name, consumer.identity),
            [[one.name, one.version, one.source] for one in resolution.third_parties],
        )

    def _shared(self, key: str, resolution: Resolution, side: Side) -> Path:
        bases = self.resolver.settings.cache_dir / "bases"
        locks = bases / ".locks"
        locks.mkdir(parents=True, exist_ok=True)
        folder = bases / key
        use = self._locked(locks / f"{key}.use", fcntl.LOCK_SH)
        self.resolver.workspace.hold(use)
        if not folder.is_dir():
            with self._locked(locks / f"{key}.build", fcntl.LOCK_EX):
                if not folder.is_dir():
                    self._make(folder, resolution, side)
        (folder / _USED).touch()
        prune(bases)
        return folder / "site"

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

    def _make(self, folder: Path, resolution: Resolution, side: Side) -> None:
        draft = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
        try:
            self._install(draft, resolution, side)
            draft.rename(folder)
        finally:
            remove_tree(draft)

    def _install(self, folder: Path, resolution: Resolution, side: Side) -> None:
        resolver = self.resolver
        count = len(resolution.third_parties)
        self.progress.note(f"installing {resolver.consumer.pin.name} and {count} third parties")
        locked: tuple[Locked, ...] = resolution.third_parties
        requirements: tuple[str, ...] = ()
        if resolution.consumer is not None:
            locked = (*locked, resolution.consumer)
        else:
            requirements = (resolver.consumer.requirement(),)
        try:
            resolver.installer.install(resolver.python, folder / "site", locked, requirements)
        except InstallerFailed as error:
            raise explain(error.output, resolver.attempt(side)) from error
        self._verify(folder / "site", side)

    def _verify(self, site: Path, side: Side) -> None:
        consumer = self.resolver.consumer
        check(consumer, installed(consumer.pin.name, [site]), side)
        provider = self.resolver.settings.provider.name
        if provider in packages([site]):
            raise not_as_asked(
                consumer.pin, f"installing {consumer.pin.name} brought its own {provider}", side
            )


def prune(bases: Path, *, now: float | None = None) -> list[Path]:
    """Remove the layers nobody used for 30 days, at most once a day, and return them.

    Args:
        bases: the folder of the layers.
        now: seconds since the epoch; default: the present.
    """
    now = time.time() if now is None else now
    marker = bases / _PRUNED
    with suppress(FileNotFoundError):
        if now - marker.stat().st_mtime < _DAY:
            return []
    marker.touch()
    removed = [layer for layer in bases.iterdir() if _is_old(layer, now) and _drop(layer)]
    for draft in bases.glob(".new-*"):
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
        with (layer.parent / ".locks" / f"{layer.name}.use").open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Renamed first, so that a layer is there whole or not at all.
            gone = Path(tempfile.mkdtemp(prefix=".new-", dir=layer.parent)) / "layer"
            layer.rename(gone)
            shutil.rmtree(gone.parent, ignore_errors=True)
            return True
    except OSError:
        return False
