"""Builds are code under test: what uv and pip start to build a package is confined.

The installers fetch, with their credentials, and start a build backend by an interpreter. They are
given one of ours, a few lines of shell that lead to `build_launcher`, which gives up rights and
variables before it becomes the real interpreter. Linux alone; elsewhere nothing is put in between.
"""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from contract_check.support import build_launcher, landlock, pip_launcher
from contract_check.support.build_launcher import SETTINGS
from contract_check.support.cache import key_of
from contract_check.support.confinement import is_confined, limits

_SHELL = """#!/bin/sh
self=$(readlink -f "$0")
exec {python} -I -B "${{self%/*/*/*}}/launch.py" {python} "$0" "$@"
"""
_PTH = (
    "import os, sys; sys._base_executable = os.path.join(os.path.dirname(sys.prefix), "
    "'inner', 'bin', {name!r})\n"
)


@dataclass(frozen=True)
class Base:
    """The interpreter that builds run on.

    Args:
        executable: not that of a virtual environment.
        prefix: the folder it is installed in.
        version: as in `3.11.7`.
    """

    executable: Path
    prefix: Path
    version: str

    @property
    def name(self) -> str:
        """As in `python3.11`."""
        return "python" + ".".join(self.version.split(".")[:2])

    @property
    def key(self) -> str:
        """Names what `furnish` makes of it."""
        sources = [_text(module.__file__) for module in (build_launcher, pip_launcher, landlock)]
        return key_of(str(self.executable), str(self.prefix), self.version, _SHELL, _PTH, *sources)


def base_executable() -> Path:
    """The interpreter behind our own virtual environment: builds must not depend on ours."""
    base = getattr(sys, "_base_executable", None)
    return Path(base if isinstance(base, str) and base else sys.executable)


def are_possible(base: Base) -> bool:
    """Whether builds go through the launcher: on Linux, with CPython."""
    return sys.platform == "linux" and (base.prefix / "lib" / base.name).is_dir()


def furnish(base: Base, folder: Path) -> None:
    """Fill an empty folder with interpreters for installers, at `for_uv` and `for_pip`.

    uv makes the environment of a build from the base of the interpreter it is given: `outer` is a
    virtual environment that names `inner` as its base.
    """
    site = folder / "outer" / "lib" / base.name / "site-packages"
    site.mkdir(parents=True)
    (site / "builds.pth").write_text(_PTH.format(name=base.name), encoding="utf-8")
    (folder / "outer" / "pyvenv.cfg").write_text(
        f"home = {base.executable.parent}\ninclude-system-site-packages = false\n",
        encoding="utf-8",
    )
    (folder / "outer" / "bin").mkdir()
    (folder / "outer" / "bin" / "python").symlink_to(base.executable)
    shell = _SHELL.format(python=shlex.quote(str(base.executable)))
    (folder / "inner" / "bin").mkdir(parents=True)
    for name in (base.name, "python-of-pip"):
        program = folder / "inner" / "bin" / name
        program.write_text(shell, encoding="utf-8")
        program.chmod(0o755)
    for name in ("lib", "lib64", "include", "share"):
        if (base.prefix / name).is_dir():
            (folder / "inner" / name).symlink_to(base.prefix / name)
    for name, module in (
        ("launch", build_launcher),
        ("run_pip", pip_launcher),
        ("landlock", landlock),
    ):
        shutil.copyfile(str(module.__file__), folder / f"{name}.py")


def for_uv(folder: Path) -> Path:
    """The interpreter to give to uv."""
    return folder / "outer" / "bin" / "python"


def pip_command(python: Path, folder: Path) -> list[str]:
    """The command that runs pip of an interpreter."""
    return [str(python), "-I", "-B", str(folder / "run_pip.py")]


def variables(
    file: Path,
    base: Base,
    *,
    folder: Path,
    readable: Iterable[Path] = (),
    own: Iterable[Path] = (),
    handed: Mapping[str, str],
    hidden: Iterable[Path],
    network: bool,
    seconds: float,
) -> dict[str, str]:
    """What an installer needs in its environment, so that its builds are confined.

    Args:
        file: where the settings of builds are written.
        folder: what `furnish` filled.
        readable: what a build reads besides the system and its own folders.
        own: folders that a build writes to, besides those that its installer names.
        handed: variables that a build gets; what they name can be reached.
        hidden: what a build must not read.
        network: a build may use the network.
        seconds: that one step of a build may take.
    """
    allowed = limits(
        own,
        python=base.executable,
        readable=(folder, *readable),  # its interpreters start each other
        variables=handed,
        hidden=hidden,
        network=network,
    )
    settings = {
        "confined": is_confined(),
        "paths": {str(path): rights for path, rights in allowed.paths.items()},
        "ports": None if allowed.ports is None else sorted(allowed.ports),
        "env": dict(handed),
        "seconds": seconds,
    }
    file.write_text(json.dumps(settings), encoding="utf-8")
    file.chmod(0o600)
    return {SETTINGS: str(file)}


def _text(file: str | None) -> str:
    assert file is not None
    return Path(file).read_text(encoding="utf-8")
