"""What installers build is confined, by the interpreters and variables that they are given."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from contract_check.environments.interface import Interpreter
from contract_check.environments.layers import Store
from contract_check.environments.workspace import Workspace
from contract_check.model.settings import Settings
from contract_check.support import builds
from contract_check.support.confinement import is_confined

_PART = 2
"""Of a run's time, one step of a build may take one of so many parts."""
_OVERDUE = re.compile(r"SIGALRM|signal: 14\b|exit (?:code|status):? -14\b", re.IGNORECASE)
_DENIED = re.compile(
    r"permission denied|permissionerror|operation not permitted|name resolution|"
    r"network is unreachable|connection (?:error|refused)|could not resolve",
    re.IGNORECASE,
)


class Builds:
    """Gives installers what confines their builds.

    Args:
        settings: what a build may reach, and for how long.
        workspace: of the run.
        store: where the interpreters for builds are kept.
    """

    def __init__(self, settings: Settings, workspace: Workspace, store: Store) -> None:
        self._settings = settings
        self._workspace = workspace
        self.store = store
        handed = {name: os.environ[name] for name in settings.pass_env if name in os.environ}
        self._handed = {
            name: value
            for name, value in {**settings.env, **handed}.items()
            if not name.startswith("PYTHON")
        }

    def for_uv(self, python: Interpreter) -> Path:
        """The interpreter to give to uv."""
        if not builds.are_possible(python.base):
            return python.path
        return builds.for_uv(self._folder(python))

    def pip(self, with_pip: Path, python: Interpreter) -> list[str]:
        """The command that runs pip.

        Args:
            with_pip: an interpreter that has it.
            python: the interpreter that is installed for.
        """
        if not builds.are_possible(python.base):
            return [str(with_pip), "-I", "-m", "pip"]
        return builds.pip_command(with_pip, self._folder(python))

    def variables(
        self, python: Interpreter, project: Path | None = None, out: Path | None = None
    ) -> Mapping[str, str]:
        """What the installer's environment has to hold.

        Args:
            python: the interpreter that is installed for.
            project: the folder of a project that is built; its repository's history is read.
            out: where its wheel is to lie.
        """
        if not builds.are_possible(python.base):
            return {}
        settings = self._settings
        return builds.variables(
            self._workspace.new("build-settings") / "settings.json",
            python.base,
            folder=self._folder(python),
            readable=() if project is None else _history(project),
            own=filter(None, (project, out)),
            handed=self._handed,
            hidden=(settings.cache_dir,),
            network=settings.allow_network,
            seconds=settings.longest_run / _PART,
        )

    def _folder(self, python: Interpreter) -> Path:
        return self.store.get(
            python.base.key, lambda layer: builds.furnish(python.base, layer / "site")
        )


def _history(project: Path) -> tuple[Path, ...]:
    """What the copy of a project takes from its repository: its metadata, and the objects that
    it refers to."""
    for level in (project, *project.parents):
        git = level / ".git"
        listed = git / "objects" / "info" / "alternates"
        if listed.is_file():
            lines = listed.read_text(encoding="utf-8").splitlines()
            return (level, *map(Path, filter(None, lines)))
        if git.exists():
            return (level,)
    return ()


def is_overdue(output: str) -> bool:
    """Whether an installer says that a build's time was up."""
    return _OVERDUE.search(output) is not None


def explain_build(what: str, output: str) -> tuple[str, str]:
    """What to say, and to do, where a build failed.

    Args:
        what: what was built.
        output: what the installer and the build backend said.
    """
    if is_overdue(output):
        return (
            f"{what} was not built in time.",
            "One step of a build may take half of a run's time: raise --deadline.",
        )
    hint = "Build it by hand to see what its build backend wants."
    if is_confined() and _DENIED.search(output):
        hint += (
            " Builds are confined: give them the network with --allow-network, and a folder of "
            "yours with --pass-env and a variable that names it."
        )
    return f"{what} can't be built.", hint
