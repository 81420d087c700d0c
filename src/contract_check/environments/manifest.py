"""What a folder of packages holds, recorded so that any change of it shows.

A file's marks (type, size, times) are cheap to look at. The time of its last change is set by the
system alone, so equal marks mean equal content; different ones need not mean another (a cache that
was copied), and then the content is hashed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

Marks: TypeAlias = dict[str, tuple[int, int, int, int]]
"""Path below the folder to mode, size in bytes, and the times of the last modification and the
last change in nanoseconds; `.` is the folder itself."""


class Manifest(BaseModel):
    """A folder's content at one time.

    Args:
        marks: of everything in it.
        content: SHA-256 of each file, target of each link, empty for folders.
    """

    model_config = ConfigDict(frozen=True)

    marks: Marks
    content: dict[str, str]

    @classmethod
    def of(cls, folder: Path) -> Manifest:
        """Record a folder.

        Raises:
            OSError: something in it can't be read.
        """
        marks = marks_of(folder)
        return cls(marks=marks, content={name: _content(folder / name) for name in marks})

    def differing(self, folder: Path, marks: Marks) -> tuple[str, ...]:
        """What is there now and wasn't, is gone, or has another content; sorted.

        Args:
            marks: the folder's, as they are now.
        """
        return tuple(
            name
            for name in touched(self.marks, marks)
            if name not in marks
            or name not in self.content
            or self._is_another(name, folder / name)
        )

    def _is_another(self, name: str, path: Path) -> bool:
        try:
            return _content(path) != self.content[name]
        except OSError:
            return True

    def marked(self, marks: Marks) -> Manifest:
        """The same content with other marks."""
        return self.model_copy(update={"marks": marks})


def read(file: Path) -> Manifest | None:
    """A manifest that was written, or None where it can't be read."""
    try:
        return Manifest.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None


def write(file: Path, manifest: Manifest) -> None:
    """Write a manifest, whole or not at all."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_text(manifest.model_dump_json(), encoding="utf-8")
    draft.replace(file)


def marks_of(folder: Path) -> Marks:
    """The marks of a folder and of everything in it; links are not followed.

    Raises:
        OSError: it or a folder in it can't be read.
    """
    found = {".": _mark(folder.lstat())}
    waiting = [("", os.fspath(folder))]
    while waiting:
        prefix, path = waiting.pop()
        with os.scandir(path) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                name = prefix + entry.name
                found[name] = _mark(status)
                if stat.S_ISDIR(status.st_mode):
                    waiting.append((f"{name}/", entry.path))
    return found


def touched(before: Marks, now: Marks) -> list[str]:
    """The names whose marks differ, sorted."""
    if before == now:
        return []
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names for people: files rather than the folders that changed with them, and not too many."""
    names = list(names)
    files = [
        name
        for name in names
        if name != "." and not any(other.startswith(f"{name}/") for other in names)
    ] or names
    rest = f" and {len(files) - most} more" if len(files) > most else ""
    return ", ".join(files[:most]) + rest


def _mark(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _content(path: Path) -> str:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return f"-> {os.fspath(path.readlink())}"
    if stat.S_ISREG(mode):
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    return ""
