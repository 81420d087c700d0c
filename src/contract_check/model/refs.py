"""Refs and pins: how a person names a state of a package, and the immutable thing it became."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

RefKind = Literal["auto", "version", "git", "path", "wheel", "url"]
PinKind = Literal["version", "git", "path", "wheel", "url"]


@dataclass(frozen=True)
class Package:
    """A package as the settings name it.

    Args:
        name: the distribution's normalized name (PEP 503), without extras.
        extras: the extras asked for with it.
        repository: where its git refs are looked up, if anywhere.
        subdirectory: where in the repository its project lies, if not at its top.
        from_git: a version is looked for in the repository before the registry is asked: the
            consumer takes the package from there.
    """

    name: str
    extras: tuple[str, ...] = ()
    repository: str | None = None
    subdirectory: str | None = None
    from_git: bool = False


@dataclass(frozen=True)
class Ref:
    """What a person typed, split but not looked up.

    Args:
        text: as typed, credentials redacted; this is what reports show.
        kind: `auto` where only a look-up can tell.
        value: the part after an explicit `version:`, `git:`, `path:` prefix, else the text.
        url: the repository, for a `git+` URL (may hold credentials: never printed).
        subdirectory: where in the repository the project lies, if not at its top.
    """

    text: str
    kind: RefKind
    value: str
    url: str | None = field(default=None, repr=False)
    subdirectory: str | None = None


@dataclass(frozen=True)
class Pin:
    """A ref resolved to one immutable thing.

    Args:
        name: the distribution's normalized name.
        kind: what sort of thing it is.
        requested: the ref as typed (redacted), or None where nobody asked (a default was taken).
        requirement: the PEP 508 requirement or path that the installer is given
            (may hold credentials: never printed).
        source: where it came from, redacted, for people.
        version: the released version; for the other kinds None until it is installed.
        commit: the full commit SHA, for git.
        sha256: the file's hash, or the folder's content hash.
        requires: what a folder needs that is no package (PEP 508); None for everything else, which
            says so itself.
        notes: what the resolution decided that the person may want to know (an ambiguity, say).
    """

    name: str
    kind: PinKind
    requested: str | None
    requirement: str = field(repr=False)
    source: str
    version: str | None = None
    commit: str | None = None
    sha256: str | None = None
    path: Path | None = None
    notes: tuple[str, ...] = ()
    requires: tuple[str, ...] | None = None
