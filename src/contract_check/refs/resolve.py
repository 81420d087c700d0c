"""Ref to Pin: the one place that knows every kind of ref.

`auto` refs are looked up in this order: a text that reads as a version (`1.4.61`, `v1.4.61`) is the
released version if the registry has it; everything else, and a version the registry does not have,
is a tag, else a branch, else a commit of the package's repository; a version is its tag with or
without the leading `v`. Where the text means more than
one of these the pin's notes say which was taken. That a released version is a tag or branch as
well is only looked for in a repository on this machine: elsewhere it would cost a second look-up
in each run.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from contract_check.model.errors import CheckError, UsageError
from contract_check.model.refs import Package, Pin, Ref
from contract_check.model.settings import Installer
from contract_check.refs import checkout
from contract_check.refs.around import above, in_repository, inside, next_door
from contract_check.refs.failures import as_version, failed, shown
from contract_check.refs.folder import pin_folder
from contract_check.refs.git import Found, Repository, looks_like_commit
from contract_check.refs.location import Location, locate
from contract_check.refs.parse import parse
from contract_check.refs.paths import absolute
from contract_check.refs.pip_index import PipIndex
from contract_check.refs.projects import is_project
from contract_check.refs.registry import (
    Absent,
    Answer,
    Index,
    NotAsked,
    Question,
    Registry,
    Release,
    exact_version,
    pin_release,
)
from contract_check.refs.uv_index import UvIndex, find_uv
from contract_check.refs.wheel import pin_wheel
from contract_check.support.cache import TimedCache
from contract_check.support.redact import redact


class Resolver:
    """Looks refs up, for one run: within it a repository's refs are read once.

    Args:
        python: a version (`3.12`) or an interpreter, or None for the running one; a release that
            is not for it does not count.
        offline: nothing is asked over the network; what was seen before counts at any age.
        refresh: nothing that was seen before counts.
        exclude_newer: ISO 8601 date; `newest` takes nothing younger. Other refs are exempt.
        cache_dir: where answers are kept between runs.
        installer: `uv`, or `pip`; pip too where uv can't run.
        workspace: a folder of this run that the caller removes.
        cwd: the current folder, that relative folders start from.
        home: the configuration file's folder: where else a package's own project is looked for.
    """

    def __init__(
        self,
        *,
        python: str | None,
        offline: bool,
        refresh: bool,
        exclude_newer: str | None,
        cache_dir: Path,
        installer: Installer,
        workspace: Path,
        cwd: Path,
        home: Path | None = None,
    ) -> None:
        self._offline = offline
        self._workspace = workspace
        self._cwd = cwd
        self._homes = (cwd,) if home is None or home == cwd else (cwd, home)
        self._git_cache = TimedCache(cache_dir / "git")
        self._repositories: dict[Location, Repository] = {}
        program = find_uv() if installer == "uv" else None
        index: Index
        if program is None:
            index = PipIndex(
                python=python,
                offline=offline,
                exclude_newer=exclude_newer,
                workspace=workspace,
                cache_dir=cache_dir,
            )
        else:
            index = UvIndex(
                program,
                python=python,
                offline=offline,
                refresh=refresh,
                exclude_newer=exclude_newer,
                cwd=cwd,
            )
        self._registry = Registry(
            index, cache=TimedCache(cache_dir / "releases"), offline=offline, refresh=refresh
        )

    def resolve(self, ref: Ref, package: Package, *, any_python: bool = False) -> Pin:
        """The immutable thing a ref stands for.

        Args:
            ref: what was asked for.
            package: the package it must be.
            any_python: a release for other versions of Python counts as well; that it can't be
                installed is for others to judge.

        Raises:
            CheckError: there is no such thing, or it can't be looked up.
            UsageError: the package's repository is not one.
        """
        if ref.kind == "auto" and self._is_folder(ref):
            return self._folder(ref, package)
        if ref.kind in ("auto", "git") and package.repository is None:
            package = self._in_own_folder(package)
        if ref.kind == "version":
            return self._version(ref, package, any_python)
        if ref.kind == "path":
            return pin_folder(ref.value, package, cwd=self._cwd, requested=ref.text)
        if ref.kind == "wheel":
            return pin_wheel(ref.value, package, cwd=self._cwd, requested=ref.text)
        if ref.kind == "url":
            return self._git(ref, package, self._repository(ref.url or ""))
        if ref.kind == "git":
            return self._git(ref, package, self._own_repository(ref, package))
        return self._auto(ref, package, any_python)

    def newest(self, package: Package) -> Pin:
        """The newest release that fits the Python version and `exclude_newer`.

        Raises:
            CheckError: there is none, or the registry can't be asked.
        """
        question = Question(package.name, dated=True)
        return self._released(self._registry.find(question), package, question, None)

    def source_of(self, requirement: str, package: Package) -> Package:
        """The package with the repository that a consumer's requirement takes it from, if any.

        Args:
            requirement: the consumer's, as PEP 508 text.

        Raises:
            CheckError: the requirement can't be read, or is for another package.
        """
        wanted = _requirement(requirement, package)
        if wanted.url is None:
            return package
        try:
            ref = _ref_of_url(wanted.url)
        except UsageError:
            return package  # no git URL and no folder: nothing to look refs up in
        if ref.kind == "path":
            return in_repository(package, absolute(ref.value, self._cwd)) or package
        return replace(package, repository=ref.url, subdirectory=ref.subdirectory, from_git=True)

    def default_consumer(self, package: Package) -> Pin:
        """The project around the current folder if it is the package's, else its newest release.

        Looked for in the current folder and the ones above it, up to the top of the repository,
        then in the same way around the configuration file, then elsewhere in these repositories.

        Raises:
            CheckError: as `newest`, or the folder's pyproject.toml can't be read.
        """
        folder = self._own_folder(package)
        if folder is not None:
            return pin_folder(str(folder), package, cwd=self._cwd, requested=None)
        return self.newest(package)

    def _own_folder(self, package: Package) -> Path | None:
        name = canonicalize_name(package.name)
        looking = ((look, home) for look in (above, inside) for home in self._homes)
        return next(filter(None, (look(home, name) for look, home in looking)), None)

    def _in_own_folder(self, package: Package) -> Package:
        """The package with the repository that its project is found in around a run: here, in the
        same repository, or in a checkout next door."""
        folder = self._own_folder(package)
        if folder is None:
            folder = next_door(self._homes[0], canonicalize_name(package.name))
        return (folder and in_repository(package, folder)) or package

    def _is_folder(self, ref: Ref) -> bool:
        if as_version(ref.value) is not None or looks_like_commit(ref.value):
            return False
        return is_project(absolute(ref.value, self._cwd))

    def _folder(self, ref: Ref, package: Package) -> Pin:
        """A project's folder that was typed without `./`, unless it is a tag or branch as well."""
        known = package if package.repository else self._in_own_folder(package)
        if known.repository is not None:
            location = locate(known.repository, self._cwd)
            named = self._repository(known.repository).named if location.local else None
            if named is not None and named(ref.value) is not None:
                raise failed(
                    f"{shown(ref.value)} is a folder here, and a tag or branch of {location.shown}",
                    f"say path:{ref.value} or git:{ref.value}",
                )
        pin = pin_folder(ref.value, package, cwd=self._cwd, requested=ref.text)
        return replace(pin, notes=(f"took the folder {ref.text}",))

    def declared(self, requirement: str, package: Package) -> Pin:
        """The provider's state that a consumer declares to need.

        Args:
            requirement: the consumer's requirement as in its metadata (PEP 508).
            package: the provider.

        Returns:
            The commit of a direct git URL, the version of `==X`, else the lowest version allowed.

        Raises:
            CheckError: the requirement can't be read, is for another package, or nothing fits it.
        """
        wanted = _requirement(requirement, package)
        asked = f"the consumer's requirement {redact(requirement)}"
        if wanted.url is not None:
            return self._declared_url(wanted.url, package, f"from {asked}")
        specifier = str(wanted.specifier)
        exact = exact_version(specifier) is not None
        question = Question(package.name, specifier, lowest=not exact)
        answer = self._registry.find(question)
        if not isinstance(answer, Release):
            tagged = self._declared_tag(wanted, package, answer)
            if tagged is not None:
                return tagged
        pin = self._released(answer, package, question, None)
        note = f"from {asked}" if exact else f"the lowest version that {asked} allows"
        return replace(pin, notes=(*pin.notes, note))

    def _declared_tag(
        self, wanted: Requirement, package: Package, answer: Absent | NotAsked
    ) -> Pin | None:
        """Of a package that was never released, the lowest tag that a requirement allows."""
        if isinstance(answer, Absent) and answer.what != "package":
            return None
        if package.repository is None:
            package = self._in_own_folder(package)
        if package.repository is None:
            return None
        repository = self._repository(package.repository)
        if isinstance(answer, NotAsked) and not repository.location.local:
            return None
        fitting = [
            tag
            for tag, version in repository.versions(canonicalize_name(package.name))
            if wanted.specifier.contains(version)
        ]
        if not fitting:
            return None
        ref = Ref(text=fitting[0], kind="git", value=f"refs/tags/{fitting[0]}")
        pin = self._git(ref, package, repository)
        why = "was not found" if isinstance(answer, Absent) else "was not looked up"
        note = (
            f"{package.name} {why} in the registry: took {fitting[0]}, the lowest tag that the "
            f"consumer's requirement {redact(str(wanted))} allows"
        )
        return replace(pin, requested=None, notes=(*pin.notes, note))

    def tags(self, package: Package) -> tuple[str, ...]:
        """The tags that stand for versions of a package, lowest first; empty where none is known.

        Raises:
            CheckError: the repository can't be read.
            UsageError: the package's repository is not one.
        """
        package = package if package.repository else self._in_own_folder(package)
        if package.repository is None:
            return ()
        found = self._repository(package.repository).versions(canonicalize_name(package.name))
        return tuple(tag for tag, _ in found)

    def last_commit(self, folder: Path, package: Package) -> Pin | None:
        """The last commit of a project's folder; None where nothing in it was changed since.

        Raises:
            CheckError: git can't tell.
        """
        known = in_repository(package, folder)
        if known is None or known.repository is None:
            return None
        repository = self._repository(known.repository)
        if not repository.changed(known.subdirectory or "."):
            return None
        pin = self._git(Ref(text="HEAD", kind="git", value="HEAD"), known, repository)
        return replace(pin, requested=None, notes=("the last commit of the same folder",))

    def _declared_url(self, url: str, package: Package, note: str) -> Pin:
        try:
            ref = _ref_of_url(url)
        except UsageError as error:
            raise failed(
                f"the consumer requires {package.name} from {redact(url)}, which is no git URL",
                "name the baseline with --baseline",
            ) from error
        pin = self.resolve(ref, package)
        return replace(pin, requested=None, notes=(*pin.notes, note))

    def _auto(self, ref: Ref, package: Package, any_python: bool) -> Pin:
        if as_version(ref.value) is None:
            return self._git(ref, package, self._own_repository(ref, package))
        if package.from_git and package.repository is not None:
            return self._of_version(ref, package, self._repository(package.repository))
        question = _exactly(package, ref.value)
        answer = self._registry.find(question, any_python=any_python)
        if isinstance(answer, Release):
            pin = pin_release(answer, package, ref.text)
            return replace(pin, notes=(*pin.notes, *self._also_in_git(ref, package)))
        return self._version_in_git(ref, package, answer, question)

    def _version_in_git(
        self, ref: Ref, package: Package, answer: Absent | NotAsked, question: Question
    ) -> Pin:
        """A version that is not released, as a tag (or branch, or commit) of the repository."""
        unknown = self._registry.unknown
        # A release for another Python is one all the same: its tag would ask for that Python too.
        other_python = isinstance(answer, Absent) and answer.what == "python"
        if package.repository is None or other_python:
            raise unknown(answer, package, question.specifier)
        repository = self._repository(package.repository)
        if isinstance(answer, NotAsked) and not repository.location.local:
            raise unknown(answer, package, question.specifier)
        try:
            pin = self._of_version(ref, package, repository)
        except CheckError as error:
            released = unknown(answer, package, question.specifier)
            hints = (_label(released.hint, "of the releases"), _label(error.hint, "in git"))
            raise failed(
                f"{released.message}; and {error.message}",
                "; ".join(filter(None, hints)) or error.hint,
                error.detail or released.detail,
            ) from error
        if isinstance(answer, Absent):
            return pin
        note = f"the package registry was not asked for a release {ref.value}"
        return replace(pin, notes=(note, *pin.notes))

    def _of_version(self, ref: Ref, package: Package, repository: Repository) -> Pin:
        if repository.named(ref.value) is None:
            tag = repository.tag_of_version(ref.value, canonicalize_name(package.name))
            if tag is not None:
                pin = self._git(replace(ref, value=f"refs/tags/{tag}"), package, repository)
                return replace(pin, notes=(f"took the tag {tag} for {ref.value}", *pin.notes))
        return self._git(ref, package, repository)

    def _also_in_git(self, ref: Ref, package: Package) -> tuple[str, ...]:
        if package.repository is None:
            return ()
        repository = self._repository(package.repository)
        if not repository.location.local:
            return ()
        try:
            found = repository.named(ref.value)
        except CheckError:
            return ()  # the release was found: a repository that can't be read changes nothing
        if found is None:
            return ()
        return (
            f"{ref.value} is both a release and a {found.what}; took the release; "
            f"say git:{ref.value} for the {found.what}",
        )

    def _version(self, ref: Ref, package: Package, any_python: bool) -> Pin:
        question = _exactly(package, ref.value)
        answer = self._registry.find(question, any_python=any_python)
        return self._released(answer, package, question, ref.text)

    def _released(
        self, answer: Answer, package: Package, question: Question, requested: str | None
    ) -> Pin:
        if isinstance(answer, Release):
            return pin_release(answer, package, requested)
        raise self._registry.unknown(answer, package, question.specifier)

    def _git(self, ref: Ref, package: Package, repository: Repository) -> Pin:
        found: Found = repository.find(ref.value)
        below = ref.subdirectory or (None if ref.kind == "url" else package.subdirectory)
        fragment = f"#subdirectory={below}" if below else ""
        location = repository.location
        return Pin(
            name=package.name,
            kind="git",
            requested=ref.text,
            requirement=f"{package.name} @ git+{location.url}@{found.commit}{fragment}",
            source=f"{location.shown}{fragment}",
            commit=found.commit,
            notes=found.notes,
        )

    def checkout(self, pin: Pin) -> checkout.Checkout | None:
        """Where the files of a pinned folder or commit lie in its repository, if that can be had.

        Args:
            pin: as this resolver made it.
        """
        if pin.path is not None and pin.kind == "path":
            return checkout.of_folder(pin.path)
        if pin.kind != "git" or pin.commit is None:
            return None
        url, _, fragment = pin.requirement.partition(" @ git+")[2].partition("#")
        repository = self._repository(url.removesuffix(f"@{pin.commit}"))
        try:
            names = repository.files(pin.commit)
        except CheckError:
            return None
        return checkout.of_names(names, fragment.removeprefix("subdirectory=")) if names else None

    def _own_repository(self, ref: Ref, package: Package) -> Repository:
        if package.repository is not None:
            return self._repository(package.repository)
        what = "a commit" if looks_like_commit(ref.value) else "a tag or branch"
        folder = f"; for the folder say ./{ref.value}" if (self._cwd / ref.value).exists() else ""
        raise failed(
            f"{shown(ref.value)} reads as {what}, and no repository of {package.name} is known",
            "name it with --provider-repository (--consumer-repository for the consumer), or as "
            f"git+URL@{ref.value}{folder}",
        )

    def _repository(self, text: str) -> Repository:
        location = locate(text, self._cwd)
        if location not in self._repositories:
            self._repositories[location] = Repository(
                location,
                workspace=self._workspace,
                cache=self._git_cache,
                offline=self._offline,
            )
        return self._repositories[location]


def _ref_of_url(url: str) -> Ref:
    return parse(f"path:{unquote(urlsplit(url).path)}" if url[:5] == "file:" else url)


def _exactly(package: Package, text: str) -> Question:
    return Question(package.name, f"=={as_version(text)}")


def _label(hint: str, label: str) -> str:
    return f"{label}, {hint}" if hint.startswith("try ") else ""


def _requirement(text: str, package: Package) -> Requirement:
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise failed(
            f"the consumer's requirement {shown(text)} can't be read",
            "name the baseline with --baseline",
        ) from error
    if canonicalize_name(requirement.name) != canonicalize_name(package.name):
        raise failed(
            f"the consumer's requirement {shown(text)} is not for {package.name}",
            "name the baseline with --baseline",
        )
    return requirement
