"""Copies of the real Core, changed at run time, that build without network in a blink."""

from __future__ import annotations

import importlib.metadata
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

NAME = "market-data-core"
VERSION = "1.4.61"
_PACKAGE = "market_data_core"

Change = str | Callable[[str], str] | None
"""A file's new text, a function from its old text to its new one, or None to remove it."""

_BACKEND = '''
"""Writes the wheel of this project: no network, nothing to install first."""

import os, pathlib, zipfile

NAME, VERSION, PACKAGE = {name!r}, {version!r}, {package!r}
METADATA = pathlib.Path("METADATA")


def _files():
    info = f"{{PACKAGE}}-{{VERSION}}.dist-info"
    content = {{
        f"{{info}}/METADATA": METADATA.read_bytes(),
        f"{{info}}/WHEEL": b"Wheel-Version: 1.0\\nGenerator: tests\\n"
        b"Root-Is-Purelib: true\\nTag: py3-none-any\\n",
    }}
    for path in sorted(pathlib.Path(PACKAGE).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            content[path.as_posix()] = path.read_bytes()
    return info, content


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    info, content = _files()
    {before}
    names = [*content, f"{{info}}/RECORD"]
    content[f"{{info}}/RECORD"] = "".join(f"{{name}},,\\n" for name in names).encode()
    file = f"{{PACKAGE}}-{{VERSION}}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / file, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return file
'''


def core_copy(
    tmp_path: Path,
    changes: Mapping[str, Change] | None = None,
    *,
    name: str = "core",
    version: str = VERSION,
    before: str = "pass",
) -> Path:
    """Copy the Core that is installed beside the tests into a project folder and change it.

    Args:
        tmp_path: where the project folder is made.
        changes: path in the package (`telemetry/health.py`) to change; a file that is not there
            yet is made.
        name: of the project folder.
        version: the version it states.
        before: a statement that the build backend runs, with `content` (path in the wheel to
            bytes) in reach.

    Returns:
        The project folder.

    Raises:
        ValueError: a change changed nothing, so a test would prove nothing.
    """
    folder = tmp_path / name
    folder.mkdir(parents=True)
    original = importlib.metadata.distribution(NAME)
    source = Path(str(original.locate_file(_PACKAGE)))
    shutil.copytree(source, folder / _PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    for path, change in (changes or {}).items():
        _change(folder / _PACKAGE / path, change)
    metadata = original.read_text("METADATA") or ""
    assert f"\nVersion: {original.version}\n" in metadata
    (folder / "METADATA").write_text(
        metadata.replace(f"\nVersion: {original.version}\n", f"\nVersion: {version}\n"),
        encoding="utf-8",
    )
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "{NAME}"\nversion = "{version}"\n'
        'dynamic = ["dependencies", "optional-dependencies"]\n\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        encoding="utf-8",
    )
    (folder / "backend.py").write_text(
        _BACKEND.format(name=NAME, version=version, package=_PACKAGE, before=before),
        encoding="utf-8",
    )
    return folder


def at_import(statements: str) -> dict[str, Change]:
    """The change that makes Core run these statements first when it is imported."""
    return {"__init__.py": lambda text: f"{statements}\n{text}"}


def replaced(old: str, new: str) -> Callable[[str], str]:
    """The change that puts `new` for every `old`, which must be there."""

    def change(text: str) -> str:
        if old not in text:
            raise ValueError(f"{old!r} is not there")
        return text.replace(old, new)

    return change


def _change(file: Path, change: Change) -> None:
    if change is None:
        file.unlink()
        return
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    after = change if isinstance(change, str) else change(before)
    if after == before:
        raise ValueError(f"the change of {file.name} changes nothing")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(after, encoding="utf-8")
