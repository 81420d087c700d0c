"""Released versions: looked up through an installer, remembered for a while.

The registry itself is never spoken to here. uv (or pip) is, so that the index, mirror, credentials
and proxies a person has configured for it count here too.
"""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from typing import Literal, Protocol

from packaging.specifiers import SpecifierSet
from packaging.version import Version
from pydantic import JsonValue, TypeAdapter, ValidationError

from contract_check.model.errors import CheckError
from contract_check.model.refs import Package, Pin
from contract_check.refs.failures import failed, nearest_hint
from contract_check.support.cache import TimedCache, key_of

_HOUR = 3600.0
_DAY = 24 * _HOUR


@dataclass(frozen=True)
class Question:
    """Which release is wanted.

    Args:
        name: the distribution's normalized name.
        specifier: what its version must fit (PEP 440), or nothing.
        lowest: the lowest that fits, instead of the highest.
        dated: `--exclude-newer` counts; the provider is exempt from it.
    """

    name: str
    specifier: str = ""
    lowest: bool = False
    dated: bool = False


@dataclass(frozen=True)
class Release:
    """A version the registry has.

    Args:
        version: as the registry spells it.
        sha256: of its wheel, else of its source archive; None where the registry gives none.
        source: where its files lie: `PyPI`, or the host of another index.
        notes: that it was withdrawn, say.
    """

    version: str
    sha256: str | None
    source: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Absent:
    """The registry answered, and has no such thing.

    Args:
        what: the whole `package`; a `version` of it; or all that fits is for another `python`.
        detail: what the installer said, redacted.
    """

    what: Literal["package", "version", "python"]
    detail: str = ""


@dataclass(frozen=True)
class NotAsked:
    """Offline, and nothing that was seen before answers the question.

    Args:
        detail: what the installer said, redacted.
    """

    detail: str = ""


Answer = Release | Absent | NotAsked
_RELEASE = TypeAdapter(Release)
# As uv and as pip write it.
_FLOOR = re.compile(r"(?:depends? on Python\s*|Requires-Python |not in ')([<>=!~][^\s;]*\d)")


class Index(Protocol):
    """An installer, as far as it knows of releases."""

    def find(self, question: Question) -> Answer:
        """The release, or why there is none. Raises CheckError where no answer can be had."""

    def neighbours(self, name: str, version: Version) -> tuple[str, ...]:
        """Versions near one that does not exist, nearest first; empty where that can't be told."""

    def fingerprint(self) -> JsonValue:
        """What its answers depend on besides the question: indexes, the Python version."""


class Registry:
    """Answers from the installer, kept for an hour; those for exact versions for a day.

    Args:
        index: the installer.
        cache: where answers are kept.
        offline: nothing is asked over the network; an answer of any age counts.
        refresh: no kept answer counts.
    """

    def __init__(self, index: Index, *, cache: TimedCache, offline: bool, refresh: bool) -> None:
        self._index = index
        self._cache = cache
        self._offline = offline
        self._refresh = refresh

    def find(self, question: Question, *, any_python: bool = False) -> Answer:
        """The release asked for, or why there is none.

        Args:
            question: which release.
            any_python: one that is for other versions of Python is an answer too.

        Raises:
            CheckError: the registry can't be reached, or answers what nobody understands.
        """
        answer = self._find(question)
        exact = exact_version(question.specifier)
        if any_python and exact and isinstance(answer, Absent) and answer.what == "python":
            return Release(
                version=str(exact),
                sha256=None,
                source="the package registry",
                notes=(_for_other_pythons(answer),),
            )
        return answer

    def _find(self, question: Question) -> Answer:
        key = key_of(asdict(question), self._index.fingerprint())
        kept = None if self._refresh and not self._offline else self._kept(key, question)
        if kept is not None:
            return kept
        answer = self._index.find(question)
        if isinstance(answer, Release):
            self._cache.put(key, _RELEASE.dump_python(answer, mode="json"))
        return answer

    def _kept(self, key: str, question: Question) -> Release | None:
        age = _DAY if exact_version(question.specifier) is not None else _HOUR
        document = self._cache.get(key, math.inf if self._offline else age)
        try:
            return None if document is None else _RELEASE.validate_python(document)
        except ValidationError:
            return None  # written by another version of this tool

    def unknown(self, answer: Absent | NotAsked, package: Package, specifier: str) -> CheckError:
        """The error for a release that is not there, with what is there instead."""
        wanted = f"{package.name} {specifier.removeprefix('==')}".strip()
        if isinstance(answer, NotAsked):
            return failed(
                f"{wanted} was never looked up before, and offline it can't be",
                "run once without --offline, or name a folder or a wheel",
                answer.detail,
            )
        if answer.what == "package":
            return failed(
                f"the package registry has no package {package.name}",
                "name its git repository (--provider-repository, --consumer-repository, or "
                "repository in the configuration file), a folder or a wheel; or check its name, "
                "and the index settings if it lies in an index of your own",
                answer.detail,
            )
        if answer.what == "python":
            return failed(
                f"{wanted} {_for_other_pythons(answer)}, which the Python of this check is not",
                f"choose a Python that fits with --python, or another version of {package.name}",
                answer.detail,
            )
        version = exact_version(specifier)
        near = self._index.neighbours(package.name, version) if version is not None else ()
        message = f"the package registry has no {wanted}"
        return failed(
            message,
            nearest_hint(near) or f"see the released versions of {package.name}",
            "" if near else answer.detail,
        )


def _for_other_pythons(answer: Absent) -> str:
    floor = _FLOOR.search(answer.detail)
    return f"needs Python {floor[1]}" if floor else "is for other versions of Python"


def exact_version(specifier: str) -> Version | None:
    """The one version a specifier allows (`==1.4.61`, no wildcard), or None."""
    pieces = list(SpecifierSet(specifier))
    if len(pieces) != 1 or pieces[0].operator != "==" or pieces[0].version.endswith(".*"):
        return None
    return Version(pieces[0].version)


def pin_release(release: Release, package: Package, requested: str | None) -> Pin:
    """The pin of a released version."""
    return Pin(
        name=package.name,
        kind="version",
        requested=requested,
        requirement=f"{package.name}=={release.version}",
        source=release.source,
        version=release.version,
        sha256=release.sha256,
        notes=release.notes,
    )
