"""Packs a folder that is no package as a wheel, so that it is installed as any consumer is."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from contract_check.model.errors import CheckError

VERSION = "0"
_LARGEST = 1 << 20
"""Bytes: what is larger is data, which no import needs."""

_LEFT_OUT = frozenset(("__pycache__", "node_modules", "site-packages"))
_LEFT_OUT_AT_TOP = frozenset(
    """build dist docs doc test tests venv env
    setup.py conftest.py noxfile.py fabfile.py tasks.py""".split()
)


def pack(folder: Path, name: str, requires: Sequence[str], out: Path) -> Path:
    """Write the wheel of a folder's files as they lie there.

    Left out are hidden files, environments, caches, tests, and what only builds need.

    Args:
        folder: what the code in it is imported from.
        name: what the wheel is called.
        requires: what its metadata says that it needs.
        out: a new folder.

    Raises:
        CheckError: a file can't be read.
    """
    out.mkdir()
    stem = f"{name.replace('-', '_')}-{VERSION}"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {VERSION}"]
    metadata += [f"Requires-Dist: {line}" for line in requires]
    tags = "Wheel-Version: 1.0\nGenerator: contract-check\nRoot-Is-Purelib: true\n"
    wheel = out / f"{stem}-py3-none-any.whl"
    named: list[str] = []
    try:
        with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
            for path, relative in _files(folder, ""):
                archive.write(path, relative)
                named.append(relative)
            info = f"{stem}.dist-info"
            archive.writestr(f"{info}/METADATA", "\n".join([*metadata, ""]))
            archive.writestr(f"{info}/WHEEL", f"{tags}Tag: py3-none-any\n")
            listed = [*named, f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD"]
            archive.writestr(f"{info}/RECORD", "".join(f"{one},,\n" for one in listed))
    except OSError as error:
        raise CheckError(
            f"{folder} can't be read whole: {error.strerror}: {error.filename}.",
            stage="environment",
            hint="Check that everything in it can be read.",
        ) from error
    return wheel


def _files(folder: Path, prefix: str) -> Iterator[tuple[Path, str]]:
    with os.scandir(folder) as scanned:
        entries = sorted(scanned, key=lambda entry: entry.name)
    for entry in entries:
        name, path = entry.name, Path(entry.path)
        if name.startswith(".") or name in _LEFT_OUT or (not prefix and name in _LEFT_OUT_AT_TOP):
            continue
        if entry.is_dir(follow_symlinks=False):
            if not (path / "pyvenv.cfg").exists():
                yield from _files(path, f"{prefix}{name}/")
        elif entry.is_file() and entry.stat().st_size <= _LARGEST and "," not in name:
            yield path, f"{prefix}{name}"
