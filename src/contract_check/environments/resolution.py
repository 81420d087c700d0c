"""Which third parties go with a consumer and a provider: resolved once, kept for an hour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from packaging.requirements import Requirement
from pydantic import BaseModel, JsonValue, ValidationError

from contract_check.environments.failures import Attempt, explain
from contract_check.environments.interface import (
    Installer,
    InstallerFailed,
    Interpreter,
    Locked,
    Wish,
)
from contract_check.environments.sources import Source
from contract_check.environments.workspace import Workspace
from contract_check.model.errors import Side
from contract_check.model.settings import Settings
from contract_check.support.cache import TimedCache, key_of

KEPT = 3600.0
"""Seconds for which a resolution is reused before the indexes are asked again."""

_USER_PART = re.compile(r"^(?P<scheme>[a-z+]*https?://)[^/@\s]+@")


class _Package(BaseModel):
    name: str
    version: str
    source: JsonValue


class _Document(BaseModel):
    packages: list[_Package]


@dataclass(frozen=True)
class Resolution:
    """The packages of one environment.

    Args:
        third_parties: everything but provider and consumer, sorted by name.
        provider: where the installer takes the provider from, for a released version.
        consumer: the same for the consumer.
    """

    third_parties: tuple[Locked, ...]
    provider: Locked | None
    consumer: Locked | None

    @property
    def versions(self) -> dict[str, str]:
        """The third parties, name to version."""
        return {one.name: one.version for one in self.third_parties}


@dataclass(frozen=True)
class Resolver:
    """Resolves for one consumer.

    Args:
        consumer: its source.
        consumer_requires: its requirements that apply, those on the provider left out.
        provider_extras: the extras of the provider that somebody asks for.
    """

    settings: Settings
    installer: Installer
    python: Interpreter
    workspace: Workspace
    consumer: Source
    consumer_requires: tuple[Requirement, ...]
    provider_extras: tuple[str, ...]

    def candidate(self, provider: Source) -> Resolution:
        """The candidate's packages.

        Raises:
            CheckError: there is no solution, or it can't be had.
        """
        return self._kept(provider, "candidate", None)

    def both(self, candidate: Source, baseline: Source) -> tuple[Resolution, Resolution]:
        """Packages for the two sides, the same ones wherever the providers allow it.

        Raises:
            CheckError: there is no solution for one of them, or it can't be had.
        """
        first = self.candidate(candidate)
        second = self._kept(baseline, "baseline", first)
        if _shared_differ(first, second):
            # The baseline needs other versions; perhaps the candidate can live with those.
            again = self._kept(candidate, "candidate", second)
            if _shared_differ(again, second) < _shared_differ(first, second):
                return again, second
        return first, second

    def _kept(self, provider: Source, side: Side, prefer: Resolution | None) -> Resolution:
        cache = TimedCache(self.settings.cache_dir / "resolutions")
        key = self._key(provider, prefer)
        max_age = float("inf") if self.settings.offline else KEPT
        if key is not None and not (self.settings.refresh and not self.settings.offline):
            known = _read(cache.get(key, max_age))
            if known is not None:
                return self._split(provider, known)
        locked = tuple(map(_without_credentials, self._resolve(provider, side, prefer)))
        if key is not None and not any(
            _holds_credentials(one.source) for one in self._third(locked)
        ):
            cache.put(key, self._document(provider, locked))
        return self._split(provider, locked)

    def _key(self, provider: Source, prefer: Resolution | None) -> str | None:
        if provider.needs is None or self.consumer.needs is None:
            return None
        settings = self.settings
        python = self.python
        inputs: dict[str, JsonValue] = {
            "installer": [self.installer.name, self.installer.settings_identity()],
            "python": [python.tag, python.version, python.platform],
            "consumer": [self.consumer.needs, *settings.consumer.extras],
            "provider": [provider.needs, *self.provider_extras],
            "with": list(settings.with_requirements),
            "local": list(settings.local_requirements),
            "exclude newer": settings.exclude_newer,
            "prefer": None if prefer is None else dict(prefer.versions),
        }
        return key_of(inputs)

    def _resolve(
        self, provider: Source, side: Side, prefer: Resolution | None
    ) -> tuple[Locked, ...]:
        settings = self.settings
        wish = Wish(
            provider=provider.requirement(self.provider_extras),
            consumer=self.consumer.requirement(settings.consumer.extras),
            consumer_requires=tuple(map(str, map(_unmarked, self.consumer_requires))),
            further=settings.with_requirements,
            local=settings.local_requirements,
            exclude_newer=settings.exclude_newer,
            exempt=(settings.provider.name, settings.consumer.name),
            prefer=() if prefer is None else prefer.third_parties,
            folder=self.workspace.new("resolve"),
        )
        try:
            return self.installer.resolve(self.python, wish)
        except InstallerFailed as error:
            raise explain(error.output, self.attempt(side)) from error

    def attempt(self, side: Side) -> Attempt:
        """What is being tried, for error messages."""
        return Attempt(
            provider=self.settings.provider.name,
            consumer=self.settings.consumer.name,
            python_version=self.python.version,
            side=side,
            offline=self.settings.offline,
            folders=(self.workspace.path, self.settings.cache_dir),
        )

    def _third(self, locked: tuple[Locked, ...]) -> tuple[Locked, ...]:
        own = {self.settings.provider.name, self.settings.consumer.name}
        return tuple(sorted((one for one in locked if one.name not in own), key=lambda o: o.name))

    def _split(self, provider: Source, locked: tuple[Locked, ...]) -> Resolution:
        named = {one.name: one for one in locked}
        released = {
            source.pin.name: named.get(source.pin.name)
            for source in (provider, self.consumer)
            if source.pin.kind == "version"
        }
        return Resolution(
            third_parties=self._third(locked),
            provider=released.get(self.settings.provider.name),
            consumer=released.get(self.settings.consumer.name),
        )

    def _document(self, provider: Source, locked: tuple[Locked, ...]) -> JsonValue:
        """What is stored: nothing of a pin's own URL, which may hold credentials."""
        split = self._split(provider, locked)
        kept = [*split.third_parties, *filter(None, (split.provider, split.consumer))]
        return {
            "packages": [
                {"name": one.name, "version": one.version, "source": one.source} for one in kept
            ]
        }


def _read(document: JsonValue | None) -> tuple[Locked, ...] | None:
    try:
        packages = _Document.model_validate(document).packages
    except ValidationError:
        return None
    return tuple(Locked(one.name, one.version, one.source) for one in packages)


def _unmarked(requirement: Requirement) -> Requirement:
    plain = Requirement(str(requirement))
    plain.marker = None
    return plain


def _shared_differ(one: Resolution, other: Resolution) -> int:
    theirs = other.versions
    return sum(theirs.get(name, version) != version for name, version in one.versions.items())


def _without_credentials(locked: Locked) -> Locked:
    """Drop the user part of index files' URLs: the installer adds it again from its settings."""
    source = locked.source
    if not isinstance(source, dict):
        return locked
    plain = {
        key: _stripped(value) if key in {"wheels", "sdist", "index"} else value
        for key, value in source.items()
    }
    return replace(locked, source=plain)


def _stripped(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return _USER_PART.sub(r"\g<scheme>", value)
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    if isinstance(value, dict):
        return {key: _stripped(item) for key, item in value.items()}
    return value


def _holds_credentials(value: JsonValue) -> bool:
    if isinstance(value, str):
        return bool(re.search(r"https?://[^/@\s]+@", value))
    if isinstance(value, list):
        return any(map(_holds_credentials, value))
    return isinstance(value, dict) and any(map(_holds_credentials, value.values()))


def is_local(locked: Locked) -> bool:
    """Whether a third party is a folder, whose content may change at any time."""
    source = locked.source
    if isinstance(source, dict):
        return "directory" in source
    return " @ file://" in str(source) and "#sha256=" not in str(source)


def differences(candidate: Mapping[str, str], baseline: Mapping[str, str]) -> tuple[str, ...]:
    """What else than the provider differs, for people, by name."""
    sentences = []
    for name in sorted(candidate.keys() | baseline.keys()):
        new, old = candidate.get(name), baseline.get(name)
        if new == old:
            continue
        if new is None:
            sentences.append(f"{name} {old} only with the baseline")
        elif old is None:
            sentences.append(f"{name} {new} only with the candidate")
        else:
            sentences.append(f"{name} {old} (baseline) / {new} (candidate)")
    return tuple(sentences)
