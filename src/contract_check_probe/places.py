"""Folders of this environment by names that are the same in every environment.

`<site-packages>` is any folder that packages are imported from, `<environment>` the virtual
environment, `<home>`, `<temporary>` and `<folder>` (the working directory) are the process's own.
Answers hold these names in place of the folders, and in requests they become the folders again, so
that a path in a default is no difference between two environments.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from json import dumps

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def _places() -> dict[str, str]:
    """Folder to name."""
    found: dict[str, str] = {}
    if sys.prefix != sys.base_prefix:
        found[sys.prefix] = "<environment>"
    own = os.path.join(sys.base_prefix, "")
    for entry in sys.path:
        is_site = os.path.basename(entry) in ("site-packages", "dist-packages")
        if os.path.isabs(entry) and entry != _HERE and (is_site or not entry.startswith(own)):
            found[entry.rstrip(os.sep)] = "<site-packages>"
    found[os.path.expanduser("~")] = "<home>"
    found[tempfile.gettempdir()] = "<temporary>"
    found[os.getcwd()] = "<folder>"
    for folder, name in list(found.items()):
        found.setdefault(os.path.realpath(folder), name)
    return {folder: name for folder, name in found.items() if len(folder) > 1}


def _escaped(text: str) -> str:
    """As it stands inside a JSON string."""
    return dumps(text)[1:-1]


_PLACES = _places()
_NAMES = {_escaped(folder): name for folder, name in _PLACES.items()}
_LONGEST_FIRST = "|".join(map(re.escape, sorted(_NAMES, key=len, reverse=True)))
_FOLDER = re.compile(rf"(?:{_LONGEST_FIRST})(?![\w-])")
_NAME = re.compile(rf"({'|'.join(set(_NAMES.values()))})(/[\w.-]+)?")


def named(text: str) -> str:
    """Text with the names of the folders in it, also where it is JSON."""
    return _FOLDER.sub(lambda found: _NAMES[found[0]], text)


def placed(text: str) -> str:
    """JSON with the folders for their names; `<site-packages>` is the one that holds what follows,
    else the first."""

    def folder(found: re.Match[str]) -> str:
        inside = found[2] or ""
        return _escaped(_folder(found[1], inside)) + inside

    return _NAME.sub(folder, text)


def _folder(name: str, inside: str) -> str:
    folders = [folder for folder, called in _PLACES.items() if called == name]
    return next((folder for folder in folders if os.path.exists(folder + inside)), folders[0])
