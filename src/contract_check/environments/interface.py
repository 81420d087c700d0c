"""What an installer must be able to do. One file an installer: `uv.py`, `pip.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from contract_check.support.builds import Base


@dataclass(frozen=True)
class Interpreter:
    """A Python that environments are made of.

    Args:
        path: its executable.
        version: as in `3.11.7`.
        platform: as in `linux-x86_64`.
        tag: implementation and ABI, as in `cpython-311-x86_64-linux-gnu`.
        markers: the PEP 508 marker environment.
        base: what it is where it belongs to a virtual environment, else itself.
    """

    path: Path
    version: str
    platform: str
    tag: str
    markers: Mapping[str, str]
    base: Base


@dataclass(frozen=True)
class Locked:
    """One package of a resolution.

    Args:
        name: normalized.
        source: where its files are and which hashes they have, in the installer's own terms.
    """

    name: str
    version: str
    source: JsonValue


@dataclass(frozen=True)
class Wish:
    """What a resolution starts from.

    Args:
        provider: the pin with its extras, as a requirement; overrides everyone's requirement on it.
        consumer: the pin with its extras, as a requirement.
        consumer_requires: the consumer's own requirements that apply, those on the provider
            left out.
        further: requirements of the settings.
        local: requirements with the folder or repository that a package is taken from; each
            overrides everyone's requirement on its package.
        exclude_newer: date for the third parties.
        exempt: names that the date does not apply to.
        prefer: versions to stay with where possible.
        folder: an empty folder to work in.
    """

    provider: str
    consumer: str
    consumer_requires: tuple[str, ...]
    further: tuple[str, ...]
    local: tuple[str, ...]
    exclude_newer: str | None
    exempt: tuple[str, ...]
    prefer: tuple[Locked, ...]
    folder: Path


class InstallerFailed(Exception):  # noqa: N818 - it says what happened, like CheckError's kin
    """An installer ended with an error; `output` is all it said, not yet redacted."""

    def __init__(self, output: str) -> None:
        super().__init__(output[-500:])
        self.output = output


class Installer(Protocol):
    """Resolves and installs. Every method raises InstallerFailed with what the program said."""

    name: str

    def find_python(self, request: str) -> Path:
        """The interpreter for a version (`3.12`) as the installer finds it."""

    def resolve(self, python: Interpreter, wish: Wish) -> tuple[Locked, ...]:
        """The exact packages that satisfy a wish, provider and consumer among them."""

    def install(
        self,
        python: Interpreter,
        target: Path,
        locked: Sequence[Locked],
        requirements: Sequence[str],
    ) -> None:
        """Install exactly these into a folder, without looking at what they depend on."""

    def build_wheel(self, python: Interpreter, folder: Path, out: Path) -> None:
        """Build the wheel of a project folder into `out`."""

    def make_environment(self, python: Interpreter, folder: Path) -> None:
        """Make an empty virtual environment."""

    def settings_identity(self) -> str:
        """A hash of the installer's own settings: another value may mean other packages."""


def literal(requirement: str) -> str:
    """A requirement whose text an installer takes as it stands: in a file of requirements it would
    put variables for `${NAME}`, those with credentials for an index among them."""
    return requirement.replace("${", "$%7B").replace("\n", " ").replace("\r", " ")
