"""Reads what was installed, and holds it against what was asked for."""

from __future__ import annotations

import importlib.metadata
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from pydantic import JsonValue, TypeAdapter, ValidationError

from contract_check.environments.interface import Interpreter
from contract_check.environments.sources import Source
from contract_check.environments.values import Environment, Installed
from contract_check.model.errors import CheckError, Side
from contract_check.model.refs import Package, Pin
from contract_check.support.redact import redact

_DIRECT_URL: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])
_OLDEST_PYDANTIC = 2
_WRITTEN_BY_BUILDS = ("_version.py", "version.py", "__version__.py")
_COMMIT = re.compile(r"^[0-9a-f]{7,64}$")


def installed(name: str, site: Iterable[Path]) -> Installed | None:
    """The distribution of that name that Python would find first on these folders."""
    for folder in site:
        for distribution in importlib.metadata.distributions(name=name, path=[str(folder)]):
            return _describe(distribution, folder)
    return None


def packages(site: Iterable[Path]) -> dict[str, str]:
    """Every distribution on these folders, normalized name to version, sorted by name.

    Taken from the names of the metadata folders, which is all a listing needs.
    """
    found: dict[str, str] = {}
    for folder in site:
        for path in folder.glob("*.dist-info"):
            name, _, version = path.name.removesuffix(".dist-info").partition("-")
            found.setdefault(canonicalize_name(name), version)
    return dict(sorted(found.items()))


def _describe(distribution: importlib.metadata.Distribution, folder: Path) -> Installed:
    text = distribution.read_text("direct_url.json")
    try:
        direct_url = _DIRECT_URL.validate_json(text) if text else None
    except ValidationError:
        direct_url = None
    metadata = distribution.metadata
    return Installed(
        name=canonicalize_name(metadata["Name"]),
        version=distribution.version,
        location=folder,
        requires=tuple(str(line) for line in metadata.get_all("Requires-Dist") or ()),
        requires_python=next(iter(metadata.get_all("Requires-Python") or ()), None),
        direct_url=direct_url,
        extras=tuple(str(extra) for extra in metadata.get_all("Provides-Extra") or ()),
    )


def check(source: Source, found: Installed | None, side: Side) -> Installed:
    """Make sure that what is installed is what was pinned.

    Raises:
        CheckError: it isn't there, or it is another version, commit or file.
    """
    pin = source.pin
    if found is None:
        raise not_as_asked(pin, f"{pin.name} is not installed", side)
    if pin.version is not None and not _same_version(found.version, pin.version):
        raise not_as_asked(pin, f"{pin.name} {found.version} got installed", side)
    if pin.kind == "git" and pin.commit is not None:
        commit = commit_of(found)
        if commit != pin.commit:
            what = f"commit {commit}" if commit else "something that names no commit"
            raise not_as_asked(pin, f"{what} got installed", side)
    if source.wheel is not None:
        url = (found.direct_url or {}).get("url")
        if url is not None and url != source.wheel.as_uri():
            raise not_as_asked(pin, "another file got installed", side)
    return found


def check_existing(pin: Pin, found: Installed, side: Side) -> None:
    """Make sure that what an existing environment holds is what was pinned, as far as its
    metadata tells.

    Raises:
        CheckError: it is another version, commit or file.
    """
    if pin.version is not None and not _same_version(found.version, pin.version):
        raise not_as_asked(pin, f"{found.name} {found.version} is installed there", side)
    if pin.commit is not None and pin.kind == "git":
        commit = commit_of(found)
        if commit != pin.commit:
            what = f"commit {commit}" if commit else "a build that names no commit"
            raise not_as_asked(pin, f"{what} is installed there", side)
    if pin.kind in {"path", "wheel"} and pin.path is not None:
        url = (found.direct_url or {}).get("url")
        if url != pin.path.resolve().as_uri():
            raise not_as_asked(pin, f"{found.name} comes from elsewhere there", side)


def check_files(pin: Pin, wheel: Path, found: Installed, side: Side) -> None:
    """Make sure that the Python files of a wheel are those that are installed.

    Args:
        wheel: what the pin comes to today.

    Raises:
        CheckError: a file is another one, or is missing on one side.
    """
    with zipfile.ZipFile(wheel) as archive:  # its metadata was read already
        names = {name for name in archive.namelist() if _is_code(name)}
        others = {name for name in map(str, _files(found)) if _is_code(name)}
        changed = names ^ others
        for name in names & others:
            there = found.location / name
            if not there.is_file() or there.read_bytes() != archive.read(name):
                changed.add(name)
    if changed:
        first = sorted(changed)[0]
        raise CheckError(
            f"provider-not-as-asked: {found.name} {found.version} was installed there from an "
            f"older state of {redact(pin.source)}: {first} is not the same.",
            stage="environment",
            side=side,
            hint=f"Install {found.name} there again, or leave --environment out to have one built.",
        )


def _files(found: Installed) -> Iterable[object]:
    paths = importlib.metadata.distributions(name=found.name, path=[str(found.location)])
    return next((item.files or () for item in paths), ())


def _is_code(name: str) -> bool:
    """Whether it is Python of a package, and none that a build writes with the time in it."""
    plain = not name.startswith("../") and ".data/" not in name
    return name.endswith(".py") and plain and not name.endswith(_WRITTEN_BY_BUILDS)


def check_pydantic(environment: Environment) -> None:
    """Make sure that an environment's Pydantic, if it has one, is one that can be examined.

    Raises:
        CheckError: it is Pydantic 1.
    """
    version = environment.packages.get("pydantic")
    try:
        old = version is not None and Version(version).major < _OLDEST_PYDANTIC
    except InvalidVersion:
        return
    if old:
        raise CheckError(
            f"Pydantic {version} is installed with the {environment.side}: Pydantic 1 is not "
            f"supported, every Pydantic {_OLDEST_PYDANTIC} is.",
            stage="environment",
            side=environment.side,
            hint="Find out which requirement keeps Pydantic 1, or check with another: "
            "--with 'pydantic>=2'.",
        )


def not_as_asked(pin: Pin, what: str, side: Side) -> CheckError:
    """The error for another provider or consumer than the one asked for."""
    asked = pin.version or pin.commit or pin.source
    return CheckError(
        f"provider-not-as-asked: {what}, asked for was {redact(str(asked))}.",
        stage="environment",
        side=side,
        hint="Name what is there, or let contract-check build the environment.",
    )


def commit_of(found: Installed) -> str | None:
    """The commit an installer recorded (PEP 610)."""
    info = (found.direct_url or {}).get("vcs_info")
    commit = info.get("commit_id") if isinstance(info, dict) else None
    return commit if isinstance(commit, str) else None


def _same_version(one: str, other: str) -> bool:
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def applying(
    requires: Iterable[str], extras: Iterable[str], markers: Mapping[str, str]
) -> tuple[Requirement, ...]:
    """The requirements whose markers hold in an environment with these extras."""
    kept = []
    for line in requires:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        marker = requirement.marker
        if marker is None or any(
            marker.evaluate({**markers, "extra": extra}) for extra in ("", *extras)
        ):
            kept.append(requirement)
    return tuple(kept)


def on_provider(
    requires: Iterable[str], provider: str, extras: Iterable[str], python: Interpreter
) -> tuple[Requirement, ...]:
    """Those of a consumer's requirements that apply and concern the provider."""
    return tuple(
        requirement
        for requirement in applying(requires, extras, python.markers)
        if canonicalize_name(requirement.name) == provider
    )


def shown(requirements: Iterable[Requirement], *, secret: bool = False) -> str | None:
    """Requirements on one package as one line, without markers; None for none.

    Args:
        secret: keep the credentials of a URL, for whoever has to use it.
    """
    requirements = tuple(requirements)
    if not requirements:
        return None
    extras = sorted({extra for one in requirements for extra in one.extras})
    named = requirements[0].name + (f"[{','.join(extras)}]" if extras else "")
    url = next((one.url for one in requirements if one.url), None)
    if url is not None:
        return f"{named} @ {url if secret else redact(url)}"
    return named + str(_combined(requirements))


def _combined(requirements: Iterable[Requirement]) -> SpecifierSet:
    combined = SpecifierSet()
    for one in requirements:
        combined &= one.specifier
    return combined


def admits(
    requirements: tuple[Requirement, ...], provider: Installed, pin: Pin | None
) -> bool | None:
    """Whether a consumer's requirement admits the provider that is there.

    A requirement on a git URL admits the commit it names; where it names a tag or branch, the
    same text has to have been asked for, else it can't be told.
    """
    if not requirements:
        return None
    url = next((one.url for one in requirements if one.url), None)
    if url is not None:
        return _same_commit(url, provider, pin)
    try:
        return _combined(requirements).contains(Version(provider.version), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return None


def _same_commit(url: str, provider: Installed, pin: Pin | None) -> bool | None:
    ref = url.partition("#")[0].rpartition("@")[2].lower() if "@" in url else ""
    commit = (pin.commit if pin else None) or commit_of(provider)
    if commit is None:
        return None
    if _COMMIT.match(ref):
        return commit.startswith(ref)
    return True if pin is not None and pin.requested == ref else None


def excludes_python(requires_python: str | None, version: str) -> bool:
    """Whether a Requires-Python excludes an interpreter's version."""
    if not requires_python:
        return False
    try:
        return not SpecifierSet(requires_python).contains(version, prereleases=True)
    except InvalidSpecifier:
        return False


def extras_on(package: Package, requirements: Iterable[Requirement]) -> tuple[str, ...]:
    """The provider's extras that the settings or the consumer ask for."""
    asked = {extra for one in requirements for extra in one.extras}
    return tuple(sorted(asked | set(package.extras)))
