"""One side: a virtual environment that holds the provider only, on top of a base layer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contract_check.environments.bytecode import compile_all
from contract_check.environments.crew import Crew
from contract_check.environments.failures import Attempt, explain
from contract_check.environments.interface import (
    Installer,
    InstallerFailed,
    Interpreter,
    Locked,
)
from contract_check.environments.layers import Store
from contract_check.environments.manifest import marks_of
from contract_check.environments.sources import Source
from contract_check.environments.verify import check, installed
from contract_check.environments.workspace import Workspace
from contract_check.support.cache import key_of

_FORMAT = 1
"""Part of the key: raise it when what is kept changes for the same inputs."""

_BY_OURS = frozenset({"bin", "__pycache__", ".lock"})


@dataclass(frozen=True)
class Maker:
    """Makes sides.

    Args:
        store: where installed providers are kept, to be copied from.
        wheels: where the wheels of folders are kept.
    """

    installer: Installer
    python: Interpreter
    workspace: Workspace
    crew: Crew
    store: Store
    wheels: Store

    def make(
        self,
        source: Source,
        locked: Locked | None,
        base: Callable[[], tuple[Path, ...]],
        attempt: Attempt,
        *,
        shadow: bool = False,
    ) -> tuple[Path, tuple[Path, ...]]:
        """Make a side's environment.

        Args:
            source: the provider.
            locked: the provider as the resolution found it, for a released version.
            base: waits for the folders with everything else, in import order.
            attempt: for error messages.
            shadow: the base may hold a provider of its own: only hide it.

        Returns:
            The environment's folder, and its folders of packages in import order.

        Raises:
            CheckError: the provider can't be installed, or another one got installed.
        """
        root = self.workspace.new(attempt.side)
        try:
            self.installer.make_environment(self.python, root)
            site = _site_of(root)
            self._install(source, locked, site)
        except InstallerFailed as error:
            raise explain(error.output, attempt) from error
        check(source, installed(source.pin.name, [site]), attempt.side)
        joined = _join(site, base(), shadow)
        self.workspace.overlays[site] = marks_of(site)
        return root, joined

    def _install(self, source: Source, locked: Locked | None, site: Path) -> None:
        if source.identity is None or source.pin.kind not in {"version", "git"}:
            self._install_into(site, source, locked)
            # The code can't write there, so each of its processes would compile it again.
            compile_all(site, self.python, self.crew, "timestamp")
            return
        # What has a name for ever is installed once, with its bytecode. Each side gets a copy:
        # what the code does to its own files stays there.
        python = self.python
        key = key_of(
            *(_FORMAT, self.installer.name, python.tag, python.version, python.platform),
            *(source.pin.name, source.identity, None if locked is None else locked.source),
        )
        layer = self.store.get(key, lambda folder: self._fill(folder, source, locked))
        shutil.copytree(layer, site, dirs_exist_ok=True, symlinks=True)

    def _fill(self, folder: Path, source: Source, locked: Locked | None) -> None:
        self._install_into(folder / "site", source, locked)
        # By timestamp: whoever edits a copy of it that was kept has to see the effect.
        compile_all(folder / "site", self.python, self.crew, "timestamp")

    def _install_into(self, site: Path, source: Source, locked: Locked | None) -> None:
        requirements = () if locked is not None else (source.requirement(),)
        chosen = () if locked is None else (locked,)
        self.installer.install(self.python, site, chosen, requirements)


def python_of(root: Path) -> Path:
    """The interpreter of a virtual environment."""
    return root / "bin" / "python"


def _site_of(root: Path) -> Path:
    found = next(iter(root.glob("lib/*/site-packages")), None)
    if found is None:
        raise InstallerFailed(f"{root} has no site-packages")
    return found


def _join(site: Path, base: tuple[Path, ...], shadow: bool) -> tuple[Path, ...]:
    """Put the base behind the provider, and return the folders in import order."""
    if not shadow and any(_share_a_package(site, folder) for folder in base):
        # Two halves of one regular package must lie in one folder to be found.
        for folder in base:
            _merge(folder, site)
        return (site,)
    # addsitedir, as .pth files of the base have to count too.
    lines = "".join(f"import site; site.addsitedir({str(folder)!r})\n" for folder in base)
    (site / "contract_check_base.pth").write_text(lines, encoding="utf-8")
    return (site, *base)


def _share_a_package(site: Path, base: Path) -> bool:
    for path in site.iterdir():
        if path.name in _BY_OURS or path.suffix in {".dist-info", ".pth"}:
            continue
        other = base / path.name
        if not other.exists():
            continue
        if path.is_file() or (path / "__init__.py").exists() or (other / "__init__.py").exists():
            return True
    return False


def _merge(source: Path, target: Path) -> None:
    for path in source.iterdir():
        place = target / path.name
        if path.is_dir():
            place.mkdir(exist_ok=True)
            _merge(path, place)
        elif not place.exists():
            shutil.copy2(path, place)
