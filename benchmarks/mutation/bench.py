"""What all mutants are examined with: the Store, its third parties and the unchanged Core."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks import packages
from benchmarks.mutation.mutant import Files, Mutant, apply

_BACKEND = '''\
"""Packs the folder `content` as a wheel."""

import pathlib, zipfile

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    content = pathlib.Path("content")
    (info,) = content.glob("*.dist-info")
    lines = (info / "METADATA").read_text().splitlines()
    version = next(line[9:] for line in lines if line.startswith("Version: "))
    name = f"market_data_core-{version}"
    record = []
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / f"{name}-py3-none-any.whl", "w") as wheel:
        for path in sorted(content.rglob("*")):
            if path.is_file() and path.name not in ("RECORD", "INSTALLER", "REQUESTED"):
                target = path.relative_to(content).as_posix()
                target = target.replace(info.name, f"{name}.dist-info")
                wheel.write(path, target)
                record.append(f"{target},,")
        own = f"{name}.dist-info/RECORD"
        wheel.writestr(own, "\\n".join([*record, f"{own},,", ""]))
    return f"{name}-py3-none-any.whl"
'''
_PROJECT = """\
[project]
name = "market-data-core"
dynamic = ["version"]

[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


@dataclass(frozen=True)
class Bench:
    """Everything that is there before the first mutant.

    Args:
        folder: where mutants are written.
        python: an environment with the Store, its third parties and pytest, without Core.
        core: the folder of the unchanged Core.
        files: what it holds.
    """

    folder: Path
    python: Path
    core: Path
    files: Files

    def write(self, mutant: Mutant) -> Path:
        """Write a mutant and return the folder that holds its packages.

        Unchanged modules keep their bytecode. Beside that folder stands what makes it a project.
        """
        changed = apply(mutant, self.files)
        project = self.folder / "mutants" / mutant.id
        content = project / "content"
        shutil.copytree(self.core, content)
        for path in self.files.keys() - changed.keys():
            _remove(content, path)
        for path, text in changed.items():
            if self.files.get(path) != text:
                (content / path).parent.mkdir(parents=True, exist_ok=True)
                (content / path).write_text(text, encoding="utf-8")
        _write_record(content)
        (project / "backend.py").write_text(_BACKEND, encoding="utf-8")
        (project / "pyproject.toml").write_text(_PROJECT, encoding="utf-8")
        return content


def prepare(folder: Path) -> Bench:
    """Fetch the packages.

    Args:
        folder: empty; everything is put here.
    """
    python = packages.environment(
        folder / "environment",
        f"market-data-core=={packages.CORE}",
        f"market-data-store=={packages.STORE}",
        "pytest",
        "packaging",
    )
    core = packages.take_out(python, "market_data_core", folder / "core")
    (folder / "mutants").mkdir()
    return Bench(folder, python, core, packages.sources(core))


def _remove(content: Path, path: str) -> None:
    """Remove a module, its bytecode, and folders that hold nothing else: they would import."""
    gone = content / path
    gone.unlink()
    for stale in gone.parent.glob(f"__pycache__/{gone.stem}.*.pyc"):
        stale.unlink()
    for folder in (gone.parent / "__pycache__", gone.parent):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _write_record(content: Path) -> None:
    (info,) = content.glob("*.dist-info")
    names = sorted(
        path.relative_to(content).as_posix()
        for path in content.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    )
    (info / "RECORD").write_text("".join(f"{name},,\n" for name in names), encoding="utf-8")
