"""What this room makes: environments, and the error that is a finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from contract_check.model.errors import CheckError, Side


@dataclass(frozen=True)
class Editable:
    """Where the modules are that an environment takes from a project's folder.

    Args:
        folder: what is on the import path.
        files: the Python files, relative to it, sorted.
    """

    folder: Path
    files: tuple[str, ...]


@dataclass(frozen=True)
class Installed:
    """A distribution as its metadata describes it after installation.

    Args:
        name: normalized (PEP 503).
        location: the folder its `.dist-info` lies in.
        requires: its Requires-Dist lines.
        requires_python: its Requires-Python.
        direct_url: PEP 610, where the installer recorded one.
        extras: the extras it offers.
        editable: where its modules are, if it was installed in editable mode.
    """

    name: str
    version: str
    location: Path
    requires: tuple[str, ...] = ()
    requires_python: str | None = None
    direct_url: Mapping[str, JsonValue] | None = None
    extras: tuple[str, ...] = ()
    editable: Editable | None = None

    @property
    def sources(self) -> Path:
        """The folder that its modules lie in."""
        return self.location if self.editable is None else self.editable.folder


@dataclass(frozen=True)
class Environment:
    """One side, ready to be observed.

    Args:
        python: its interpreter.
        root: the temporary environment's folder; None for one that existed already.
        site: the folders that hold the provider and the base layer, in import order.
        packages: every distribution, normalized name to version.
        python_version: as in `3.11.7`.
        platform: as in `linux-x86_64`.
        requirement: what the consumer's metadata asks of the provider, redacted; None if nothing.
        admits: whether that admits the provider that is there; None where it can't be told.
        reads: further folders that packages lie in, installed there in editable mode.
    """

    side: Side
    python: Path
    root: Path | None
    site: tuple[Path, ...]
    provider: Installed
    consumer: Installed
    packages: Mapping[str, str]
    python_version: str
    platform: str
    requirement: str | None = None
    admits: bool | None = None
    reads: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Built:
    """The environments of one run.

    Args:
        differences: sentences on what else than the provider differs between the two.
        third_parties: everything in the candidate but provider and consumer, name to version.
    """

    candidate: Environment
    baseline: Environment | None
    differences: tuple[str, ...]
    third_parties: Mapping[str, str]


@dataclass(frozen=True)
class Wanted:
    """A requirement, and the package that asks for it: `core`, `pydantic>=3`."""

    owner: str
    requirement: str


class DependencyConflict(CheckError):  # noqa: N818 - it is a finding (`dependency-conflict`)
    """No third-party packages satisfy provider and consumer together.

    Args:
        pair: the two requirements that contradict each other; empty where the installer did not
            name them.
    """

    def __init__(
        self, message: str, *, side: Side, hint: str, detail: str, pair: tuple[Wanted, ...]
    ) -> None:
        super().__init__(message, stage="environment", side=side, hint=hint, detail=detail)
        self.pair = pair


class PythonTooOld(CheckError):  # noqa: N818 - it is a finding (`python-floor-raised`), see rules
    """The provider's Requires-Python excludes the interpreter.

    Args:
        requires_python: what the provider asks for.
        python_version: the interpreter's version.
    """

    def __init__(
        self, provider: str, requires_python: str, python_version: str, side: Side
    ) -> None:
        super().__init__(
            f"python-floor-raised: {provider} needs Python {requires_python}, "
            f"the environment's is {python_version}.",
            stage="environment",
            side=side,
            hint="Choose an interpreter it supports with --python.",
        )
        self.requires_python = requires_python
        self.python_version = python_version
