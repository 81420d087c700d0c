"""Where a project's modules lie in its repository: `src/store/app.py`, not `store/app.py`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py")
_NOT_SOURCES = frozenset(
    {"node_modules", "site-packages", "__pycache__", "build", "dist", "venv", "env"}
)
_MOST_FILES = 50_000


@dataclass(frozen=True)
class Checkout:
    """The files of a repository, and where in it the project lies.

    Args:
        files: their names from the repository's top, with slashes.
        project: the project's folder in it, empty for the top itself.
    """

    files: frozenset[str]
    project: str = ""

    def path_of(self, module: str) -> str | None:
        """The file from the repository's top that a module's file is installed from.

        Args:
            module: the file relative to where modules are imported from: `store/app.py`.

        Returns:
            The file, or None where the repository holds none or several that it could be.
        """
        for folder in ("src", ""):
            name = _joined(self.project, folder, module)
            if name in self.files:
                return name
        below = f"{self.project}/" if self.project else ""
        found = [
            name for name in self.files if name.startswith(below) and name.endswith(f"/{module}")
        ]
        return found[0] if len(found) == 1 else None

    @property
    def manifest(self) -> str | None:
        """The project's own file, from the repository's top."""
        names = (_joined(self.project, name) for name in _MANIFESTS)
        return next((name for name in names if name in self.files), None)


def of_folder(folder: Path) -> Checkout:
    """The checkout that a project's folder lies in; the folder itself where there is none."""
    folder = folder.resolve()
    top = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)
    project = folder.relative_to(top).as_posix()
    names = (f"{_joined(project, name)}" for name in _files(folder))
    return Checkout(frozenset(names), "" if project == "." else project)


def of_names(names: Iterable[str], project: str = "") -> Checkout:
    """A checkout by a listing of it."""
    return Checkout(frozenset(names), project.strip("/"))


def _joined(*parts: str) -> str:
    return "/".join(part for part in parts if part not in ("", "."))


def _files(folder: Path) -> Iterator[str]:
    """The sources and manifests below a folder, relative to it."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = [
            name for name in sorted(folders) if name[:1] != "." and name not in _NOT_SOURCES
        ]
        for name in names:
            if name.endswith((".py", ".pyi")) or name in _MANIFESTS:
                count += 1
                if count > _MOST_FILES:
                    return
                yield (Path(place) / name).relative_to(folder).as_posix()
