"""Removes folders, however deep, large or protected."""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from pathlib import Path

_ATTEMPTS = 5
_MOVED = ".contract-check-removed-"


def remove_tree(folder: Path) -> list[Path]:
    """Remove a folder with everything in it, read-only files and folders included; never raises.

    A process that is just being killed may still write into it, hence several attempts.

    Returns:
        what could not be removed, the folder itself among it; empty if all is gone.
    """
    left: list[Path] = []
    for attempt in range(_ATTEMPTS):
        if not os.path.lexists(folder):
            return []
        if attempt:
            time.sleep(0.02 * attempt)
        left = []
        try:
            if not stat.S_ISDIR(folder.lstat().st_mode):
                folder.unlink()
                continue
            _empty(folder, left)
            folder.rmdir()
        except OSError:
            left.append(folder)
    return left if os.path.lexists(folder) else []


def _empty(folder: Path, left: list[Path]) -> None:
    """Empty a folder. Folders in it are moved to its top one by one, so that no path gets long."""
    _open_up(folder)
    count = 0
    waiting = _cleared(folder, left)
    while waiting:
        inner = waiting.pop()
        for deeper in _cleared(inner, left):
            while True:
                count += 1
                moved = folder / f"{_MOVED}{count}"
                if not os.path.lexists(moved):
                    break
            try:
                deeper.rename(moved)
                waiting.append(moved)
            except OSError:
                waiting.append(deeper)  # where it is, as long as its path is not too long
        try:
            inner.rmdir()
        except OSError:
            left.append(inner)


def _cleared(folder: Path, left: list[Path]) -> list[Path]:
    """Remove the files and links of a folder; returns the folders in it, opened up."""
    folders: list[Path] = []
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError:
        return folders
    for entry in found:
        path = Path(entry.path)
        try:
            if entry.is_dir(follow_symlinks=False):
                _open_up(path)
                folders.append(path)
            else:
                path.unlink()
        except OSError:
            left.append(path)
    return folders


def _open_up(folder: Path) -> None:
    with suppress(OSError):
        if folder.lstat().st_mode & stat.S_IRWXU != stat.S_IRWXU:
            folder.chmod(stat.S_IRWXU)
