"""Tags, branches and commits: looked up in a git repository before anything is installed.

git is asked with `ls-remote` alone wherever that is enough. Only a commit that is the tip of
nothing needs a fetch, of the commits without their files, into a bare repository in the run's
workspace. No hook of any repository runs, git asks nobody for a password, and only https, ssh and
file are allowed as transports.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from contract_check.model.errors import CheckError
from contract_check.refs.failures import as_version, failed, nearest, nearest_hint, shown
from contract_check.refs.location import Location
from contract_check.support.cache import TimedCache, key_of
from contract_check.support.process import Completed, installer_environment, run
from contract_check.support.redact import tail

_ASK_SECONDS = 60.0
_FETCH_SECONDS = 300.0
_FULL_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-fA-F]{4,64}")
_TAG = re.compile(r"(?:(?P<name>.+?)(?:[-_/@]|==?))?(?P<version>v?\d[\w.+!]*)", re.IGNORECASE)
_SAFE = (
    *("-c", "protocol.ext.allow=never"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
)


def looks_like_commit(name: str) -> bool:
    """Whether a text can be a full or short commit: 4 hexadecimal digits or more."""
    return _COMMIT.fullmatch(name) is not None


@dataclass(frozen=True)
class Found:
    """What a name stands for in a repository.

    Args:
        commit: the full commit.
        what: `tag`, `branch`, `ref`, `commit` or `default branch`.
        notes: what else the name could have meant.
    """

    commit: str
    what: str
    notes: tuple[str, ...] = ()


class Repository:
    """One repository, asked at most once for its refs.

    Args:
        location: where it lies.
        workspace: a folder of this run, where commits may be fetched to.
        cache: where the refs last seen are kept, for `offline`.
        offline: a repository elsewhere is not asked; what was last seen of it counts.
    """

    def __init__(
        self, location: Location, *, workspace: Path, cache: TimedCache, offline: bool
    ) -> None:
        self.location = location
        self._workspace = workspace
        self._cache = cache
        self._cut_off = offline and not location.local

    def find(self, name: str) -> Found:
        """What a name stands for: a tag first, then a branch, then a commit.

        A full commit is always a commit, as for git itself. An empty name and `HEAD` are the
        default branch.

        Raises:
            CheckError: git is missing, the repository can't be read, or it has no such name.
        """
        if name in ("", "HEAD"):
            return self._default_branch()
        if _FULL_COMMIT.fullmatch(name.lower()):
            return self._commit(name.lower())
        named = self.named(name)
        if named is not None:
            return named
        if looks_like_commit(name):
            return self._commit(name.lower())
        raise self._unknown(name)

    def named(self, name: str) -> Found | None:
        """The tag or branch (or full ref, `refs/…`) of that name, or None."""
        refs = self._refs
        if name.startswith("refs/"):
            return Found(refs[name], "ref") if name in refs else None
        tag, branch = refs.get(f"refs/tags/{name}"), refs.get(f"refs/heads/{name}")
        if tag is not None:
            return Found(tag, "tag", self._also(name, branch=branch is not None, what="tag"))
        if branch is not None:
            return Found(branch, "branch", self._also(name, branch=False, what="branch"))
        other = refs.get(f"refs/{name}")
        return None if other is None else Found(other, "ref")

    def _also(self, name: str, *, branch: bool, what: str) -> tuple[str, ...]:
        notes: list[str] = []
        if branch:
            notes.append(
                f"{name} is both a tag and a branch; took the tag; "
                f"say git:refs/heads/{name} for the branch"
            )
        # Whether it is a commit as well takes a fetch: asked only where that costs little.
        if self.location.local and looks_like_commit(name) and self._in_history(name.lower()):
            notes.append(
                f"{name} is both a {what} and a short commit; took the {what}; "
                "say more of the commit's digits for the commit"
            )
        return tuple(notes)

    def tag_of_version(self, name: str, package: str = "") -> str | None:
        """The tag of a version as it is written, else with or without a leading `v`; or None.

        Args:
            name: the version.
            package: where several packages share the repository, tags may begin with its name.
        """
        twin = name[1:] if name[:1] in ("v", "V") else f"v{name}"
        exact = next((tag for tag in (name, twin) if f"refs/tags/{tag}" in self._refs), None)
        wanted = as_version(name)
        if exact is not None or wanted is None or not package:
            return exact
        return next((tag for tag, found in self.versions(package) if found == wanted), None)

    def versions(self, package: str) -> list[tuple[str, Version]]:
        """The tags that stand for versions of a package, lowest first, each with its version.

        `v1.2` and `1.2`; where several packages share the repository also `models-v1.2`,
        `models/1.2` and `models@1.2`.
        """
        tags = [ref.removeprefix("refs/tags/") for ref in self._refs if "refs/tags/" in ref]
        found: list[tuple[str, Version]] = []
        for tag in tags:
            split = _TAG.fullmatch(tag)
            version = as_version(split["version"]) if split else None
            if split is None or version is None:
                continue
            if not split["name"] or canonicalize_name(split["name"]) == package:
                found.append((tag, version))
        return sorted(found, key=lambda one: one[1])

    def changed(self, below: str) -> bool:
        """Whether a folder of the checkout holds anything that its last commit does not.

        Raises:
            CheckError: git can't tell.
        """
        done = self._git(
            *("-C", self.location.target, "status", "--porcelain", "--untracked-files=all"),
            *("--", below),
            timeout=_ASK_SECONDS,
        )
        if done.returncode != 0:
            raise self._unreadable(done)
        return bool(done.stdout.strip())

    @cached_property
    def _listing(self) -> tuple[dict[str, str], str | None]:
        key = key_of("ls-remote", self.location.url)
        if self._cut_off:
            listed = self._cache.get(key, math.inf)
            if not isinstance(listed, str):
                raise failed(
                    f"the repository {self.location.shown} can't be asked offline",
                    "run once without --offline, or name a folder, a version or a full commit",
                )
            return _parse_listing(listed)
        done = self._git("ls-remote", "--symref", "--", self.location.target, timeout=_ASK_SECONDS)
        if done.returncode != 0:
            raise self._unreadable(done)
        if not self.location.local:
            self._cache.put(key, done.stdout)
        return _parse_listing(done.stdout)

    @property
    def _refs(self) -> dict[str, str]:
        return self._listing[0]

    def _default_branch(self) -> Found:
        refs, branch = self._listing
        if "HEAD" not in refs:
            raise failed(
                f"the repository {self.location.shown} has no default branch",
                nearest_hint(self.names()[:5]) or "it seems to be empty",
            )
        note = f"no ref was named: took the default branch {branch}" if branch else ""
        return Found(refs["HEAD"], "default branch", (note,) if note else ())

    def files(self, commit: str) -> tuple[str, ...]:
        """The names of a commit's files, from the top; empty where they can't be had."""
        if self._cut_off:
            return ()
        mirror = self._mirror("files")
        done = self._fetch(mirror, ["--depth=1"], [commit], without="blob:none")
        if done.returncode != 0:
            return ()
        listed = self._git(
            *("--git-dir", str(mirror), "ls-tree", "-r", "-z", "--name-only"),
            *("--end-of-options", commit),
            timeout=_ASK_SECONDS,
        )
        return tuple(filter(None, listed.stdout.split("\0")))

    def names(self) -> list[str]:
        """The names of all tags and branches."""
        prefixes = ("refs/tags/", "refs/heads/")
        return [
            ref.removeprefix(prefix)
            for prefix in prefixes
            for ref in self._refs
            if ref.startswith(prefix)
        ]

    def _commit(self, digits: str) -> Found:
        full = _FULL_COMMIT.fullmatch(digits) is not None
        key = key_of("commit", self.location.url, digits)
        if self._cut_off:
            return self._commit_offline(digits, key, full=full)
        commit = self._single(digits) if full else None
        commit = commit or self._in_history(digits)
        if commit is None:
            raise self._unknown(digits)
        if not self.location.local:
            self._cache.put(key, commit)
        return Found(commit, "commit")

    def _commit_offline(self, digits: str, key: str, *, full: bool) -> Found:
        seen = self._cache.get(key, math.inf)
        if isinstance(seen, str):
            return Found(seen, "commit")
        if full:
            return Found(
                digits, "commit", ("offline: the repository was not asked for this commit",)
            )
        raise failed(
            f"the short commit {digits} can't be looked up offline",
            "say the full commit, or run once without --offline",
        )

    def _single(self, commit: str) -> str | None:
        """A full commit, fetched alone; None where the server gives no single commits."""
        if commit in self._refs.values():
            return commit
        mirror = self._mirror("one")
        done = self._fetch(mirror, ["--depth=1"], [commit])
        return self._verify(mirror, commit) if done.returncode == 0 else None

    def _in_history(self, digits: str) -> str | None:
        """The commit of that (short) name among all that tags and branches reach."""
        return self._verify(self._history, digits)

    @cached_property
    def _history(self) -> Path:
        mirror = self._mirror("all")
        done = self._fetch(mirror, [], ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"])
        if done.returncode != 0:
            raise self._unreadable(done)
        return mirror

    def _mirror(self, which: str) -> Path:
        mirror = self._workspace / f"git-{key_of(self.location.url)[:12]}-{which}"
        if not mirror.exists():
            done = self._git("init", "--quiet", "--bare", "--", str(mirror), timeout=_ASK_SECONDS)
            if done.returncode != 0:
                raise failed("git can't make a temporary repository", detail=tail(done.stderr))
        return mirror

    def _fetch(
        self, mirror: Path, options: Sequence[str], what: Sequence[str], *, without: str = "tree:0"
    ) -> Completed:
        return self._git(
            *("--git-dir", str(mirror), "fetch", "--quiet", "--no-tags", "--no-write-fetch-head"),
            *("--no-recurse-submodules", f"--filter={without}", *options),
            *("--", self.location.target, *what),
            timeout=_FETCH_SECONDS,
        )

    def _verify(self, mirror: Path, digits: str) -> str | None:
        done = self._git(
            *("--git-dir", str(mirror), "rev-parse", "--quiet", "--verify"),
            *("--end-of-options", f"{digits}^{{commit}}"),
            timeout=_ASK_SECONDS,
        )
        commit = done.stdout.strip()
        if done.returncode == 0 and _FULL_COMMIT.fullmatch(commit):
            # A branch may be called like a short commit; only the commit is meant here.
            return commit if commit.startswith(digits) else self._by_digits(mirror, digits)
        return self._by_digits(mirror, digits)

    def _by_digits(self, mirror: Path, digits: str) -> str | None:
        done = self._git(
            *("--git-dir", str(mirror), "rev-parse", f"--disambiguate={digits}"),
            timeout=_ASK_SECONDS,
        )
        commits = [name for name in done.stdout.split() if self._is_commit(mirror, name)]
        if len(commits) > 1:
            raise failed(
                f"{digits} is short for {len(commits)} commits of {self.location.shown}",
                "say more digits: " + ", ".join(name[:12] for name in sorted(commits)[:5]),
            )
        return commits[0] if commits else None

    def _is_commit(self, mirror: Path, name: str) -> bool:
        done = self._git("--git-dir", str(mirror), "cat-file", "-t", name, timeout=_ASK_SECONDS)
        return done.stdout.strip() == "commit"

    def _git(self, *arguments: str, timeout: float) -> Completed:
        env = installer_environment(
            {
                "GIT_TERMINAL_PROMPT": "0",
                "GIT_ALLOW_PROTOCOL": "https:ssh:file",
                "GIT_NO_LAZY_FETCH": "1",
                "LC_ALL": "C",
            }
        )
        self._workspace.mkdir(parents=True, exist_ok=True)
        try:
            return run(["git", *_SAFE, *arguments], env=env, cwd=self._workspace, timeout=timeout)
        except FileNotFoundError:
            raise failed(
                "git is not installed, and a tag, branch or commit needs it",
                "install git, or name a released version, a folder or a wheel",
            ) from None

    def _unreadable(self, done: Completed) -> CheckError:
        why = "did not answer in time" if done.timed_out else "can't be read"
        return failed(
            f"the git repository {self.location.shown} {why}",
            "check that it exists, the network, and your right to read it",
            tail(done.stderr),
        )

    def _unknown(self, name: str) -> CheckError:
        return failed(
            f"{shown(name)} is no tag, branch or commit of {self.location.shown}",
            nearest_hint(nearest(name, self.names())) or "see git ls-remote for what exists",
        )


def _parse_listing(text: str) -> tuple[dict[str, str], str | None]:
    """Refs with the commits they come to, and the default branch, from `ls-remote --symref`."""
    refs: dict[str, str] = {}
    peeled: dict[str, str] = {}
    branch: str | None = None
    for line in text.splitlines():
        left, _, name = line.partition("\t")
        if left.startswith("ref: ") and name == "HEAD":
            branch = left.removeprefix("ref: ").removeprefix("refs/heads/")
        elif name.endswith("^{}"):
            peeled[name.removesuffix("^{}")] = left  # the commit an annotated tag stands for
        elif _FULL_COMMIT.fullmatch(left):
            refs[name] = left
    return {**refs, **peeled}, branch
