"""What a distribution installed: its files, import packages and modules, from its RECORD."""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import Distribution, distributions
from pathlib import PurePosixPath

from contract_check.environments.values import Installed
from contract_check.model import observation


def files(installed: Installed) -> tuple[str, ...]:
    """The distribution's Python files, relative to where its modules lie, sorted."""
    if installed.editable is not None:
        return installed.editable.files
    found = distribution(installed)
    if found is None:
        return ()
    names = (str(file).replace("\\", "/") for file in found.files or ())
    return tuple(
        sorted(name for name in names if name.endswith(".py") and not name.startswith("../"))
    )


_NOT_RUN = (".pyc", ".pyi", "/py.typed")
_ENTRY_POINTS = "entry_points.txt"


def content(installed: Installed) -> dict[str, str] | None:
    """Return every file of a distribution that can show when it runs, with the hash of its bytes.

    Of its metadata these are the entry points alone: code that reads the rest is found by what it
    imports. Scripts are left out: nobody imports them, and they name their interpreter.

    Returns:
        Path, relative to where its modules lie, to SHA-256. None where the files are not known: an
        editable install, or one without a RECORD.
    """
    found = None if installed.editable is not None else distribution(installed)
    if found is None or not found.files:
        return None
    hashes: dict[str, str] = {}
    for file in found.files:
        name = str(file).replace("\\", "/")
        if name.endswith(_NOT_RUN) or name.startswith("../"):
            continue
        if name.partition("/")[0].endswith(".dist-info"):
            if not name.endswith(f"/{_ENTRY_POINTS}"):
                continue
            name = _ENTRY_POINTS
        try:
            data = installed.location.joinpath(str(file)).read_bytes()
        except OSError:
            return None
        hashes[name] = sha256(data).hexdigest()
    return hashes


def contents(installed: Installed) -> observation.Installed:
    """The distribution as rules see it."""
    modules = sorted({module for name in files(installed) if (module := _module(name))})
    return observation.Installed(
        name=installed.name,
        version=installed.version,
        requires=installed.requires,
        requires_python=installed.requires_python,
        roots=tuple(sorted({module.partition(".")[0] for module in modules})),
        modules=tuple(modules),
    )


def distribution(installed: Installed) -> Distribution | None:
    """An installed distribution's metadata, if it is still there."""
    return next(iter(distributions(name=installed.name, path=[str(installed.location)])), None)


def _module(file: str) -> str | None:
    """`a.b` for `a/b.py` and `a/b/__init__.py`; None for what can't be imported by name."""
    parts = list(PurePosixPath(file).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    if not parts or parts[-1] == "__main__" or not all(part.isidentifier() for part in parts):
        return None
    return ".".join(parts)
