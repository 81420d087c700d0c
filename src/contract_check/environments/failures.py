"""Turns what an installer said into two sentences."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from contract_check.environments.building import explain_build, is_overdue
from contract_check.environments.values import DependencyConflict, PythonTooOld, Wanted
from contract_check.environments.verify import excludes_python
from contract_check.model.errors import CheckError, Side
from contract_check.support.redact import tail

_FLOOR = re.compile(
    r"(?P<name>[\w.-]+)(?:==\S+)?\s+(?:from \S+ )?(?:@ \S+ )?(?:requires|depends on) "
    r"Python\s*(?P<spec>[<>=!~][^\s;]*?)(?=[,;.]?(?:\s|$))"
)
_PIP_FLOOR = re.compile(
    r"Package '(?P<name>[\w.-]+)' requires a different Python: \S+ not in '(?P<spec>[^']+)'"
)
_PIP_IGNORED = re.compile(r"different python version: .*?(?P<spec>[<>=!~][^;\s]*)", re.IGNORECASE)
_ANY_FLOOR = re.compile(
    r"(?<!\S)(?P<name>[A-Za-z0-9][\w.-]*(?:\[\S*\])?(?:[<>=!~]\S*)?)\s+(?:from \S+ )?(?:@ \S+ )?"
    r"(?:requires|depends? on) Python\s*(?P<spec>[<>=!~][^\s;]*?)(?=[,;.]?(?:\s|$))"
)
_PIP_MISSING = re.compile(r"No matching distribution found for (?P<requirement>\S+)")
_PIP_IGNORED_ONE = re.compile(r"(\S+) Requires-Python ([<>=!~][^;\n]*)")
_NETWORK = re.compile(
    r"error sending request|dns error|failed to lookup|connection refused|"
    r"temporary failure in name resolution|network is unreachable|newconnectionerror|"
    r"connection (?:was )?reset|max retries exceeded|failed to fetch",
    re.IGNORECASE,
)
_LITTLE = 16 << 20
"""Bytes. What was installed in part is gone by now, so a full device has a little room again."""
_FULL = re.compile(r"no space left on device|disk quota exceeded|os error 28", re.IGNORECASE)
_WRITE = re.compile(r"permission denied|read-only file system|os error (?:13|30)\b", re.IGNORECASE)
_REFUSED = re.compile(
    r"\b(?:401|403)\b.{0,9}(?:unauthorized|forbidden|client error)", re.IGNORECASE
)
_OFFLINE = re.compile(
    r"network (?:was|is) disabled|network connectivity is disabled", re.IGNORECASE
)
_BUILD = re.compile(
    r"failed to build|build backend|metadata-generation-failed|failed building", re.IGNORECASE
)
_HASH = re.compile(r"hash mismatch|do not match the hashes", re.IGNORECASE)
_UNDATED = re.compile(r"missing an upload date|upload-time", re.IGNORECASE)
_ABSENT = re.compile(
    r"was not found in|there (?:is|are) no versions? of|only the following versions|"
    r"no matching distribution|not found in the package registry",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?P<owner>[A-Za-z0-9][\w.-]*)(?:[<>=!~]\S*| [\w.+!]+| @ \S+)? depends? on "
    r"(?P<requirement>[A-Za-z0-9]\S*)"
)
_USER_ASKS = re.compile(r"The user requested ([A-Za-z0-9]\S*)")
_CONFLICT = re.compile(
    r"no solution found|resolutionimpossible|conflicting dependencies|unsatisfiable", re.IGNORECASE
)


@dataclass(frozen=True)
class Attempt:
    """What was tried when an installer failed.

    Args:
        provider: its name.
        consumer: its name.
        python_version: the interpreter's version.
        side: which environment.
        offline: without network.
        folders: what is written to meanwhile.
    """

    provider: str
    consumer: str
    python_version: str
    side: Side
    offline: bool
    folders: tuple[Path, ...] = ()


def explain(output: str, attempt: Attempt) -> CheckError:
    """The error for what an installer said."""
    floor = python_floor(output, attempt.provider)
    if floor is not None:
        return PythonTooOld(attempt.provider, floor, attempt.python_version, attempt.side)
    message, hint = _of_other_python(output, attempt) or _sentences(output, attempt)
    if message.startswith("dependency-conflict"):
        pair = conflicting(output, attempt)
        return DependencyConflict(
            message, side=attempt.side, hint=hint, detail=tail(output), pair=pair
        )
    return CheckError(
        message, stage="environment", side=attempt.side, hint=hint, detail=tail(output)
    )


def python_floor(output: str, provider: str) -> str | None:
    """The Requires-Python that made an installer refuse the provider."""
    text = " ".join(output.split())
    for pattern in (_FLOOR, _PIP_FLOOR):
        for match in pattern.finditer(text):
            if re.sub(r"[-_.]+", "-", match["name"]).lower() == provider:
                return match["spec"]
    ignored = _PIP_IGNORED.search(text)
    if ignored and re.search(
        rf"no matching distribution found for {re.escape(provider)}==", text, re.IGNORECASE
    ):
        return ignored["spec"]
    return None


def _of_other_python(output: str, attempt: Attempt) -> tuple[str, str] | None:
    """The sentences for a package besides the provider that is for other versions of Python."""
    for name, spec in _floors(output):
        if excludes_python(spec, attempt.python_version):
            return (
                f"{name} needs Python {spec}, the {attempt.side} environment's is "
                f"{attempt.python_version}.",
                f"Choose Python {spec} with --python.",
            )
    return None


def _floors(output: str) -> Iterator[tuple[str, str]]:
    """Packages, as the installer writes them, with the Requires-Python it names for them."""
    text = " ".join(output.split())
    for pattern in (_ANY_FLOOR, _PIP_FLOOR):
        for match in pattern.finditer(text):
            yield match["name"], match["spec"]
    missing = _PIP_MISSING.search(output)
    if missing is not None:
        with suppress(InvalidRequirement):
            wanted = Requirement(missing["requirement"])
            for version, spec in _PIP_IGNORED_ONE.findall(output):
                if wanted.specifier.contains(version, prereleases=True):
                    yield f"{wanted.name} {version}", spec.replace(", ", ",")


def conflicting(output: str, attempt: Attempt) -> tuple[Wanted, ...]:
    """The first two requirements on one package that an installer says contradict each other."""
    text = " ".join(output.split())
    asked = [(one["owner"], one["requirement"]) for one in _ASKS.finditer(text)]
    # pip is given the consumer's requirements as the user's own.
    asked += [(attempt.consumer, one) for one in _USER_ASKS.findall(text)]
    found: dict[str, Wanted] = {}
    for owner, told in asked:
        with suppress(InvalidRequirement):
            wanted = Requirement(told.rstrip(".,;:"))
            name = canonicalize_name(wanted.name)
            this = Wanted(owner, str(wanted))
            known = found.setdefault(name, this)
            if known.owner != owner and known.requirement != this.requirement:
                return known, this
    return ()


def _is_full(folder: Path) -> bool:
    with suppress(OSError):
        return shutil.disk_usage(folder).free < _LITTLE
    return False


def _of_the_machine(output: str, attempt: Attempt) -> tuple[str, str] | None:
    """The sentences for what is the matter with this machine or with its account at the index."""
    if _FULL.search(output):
        where = ", ".join(str(folder) for folder in attempt.folders if _is_full(folder))
        return (
            f"No space is left in {where or 'a folder'}, where the {attempt.side} environment is "
            "made.",
            "Make room, or set TMPDIR and CONTRACT_CHECK_CACHE_DIR to a device that has some.",
        )
    if _BUILD.search(output):
        return None  # what a build may not write is its own matter
    if _WRITE.search(output):
        return (
            f"A folder that the {attempt.side} environment is made in may not be written.",
            "Set TMPDIR and CONTRACT_CHECK_CACHE_DIR to folders that you may write to.",
        )
    if _HASH.search(output):
        return (
            f"A package of the {attempt.side} environment is not the file that its index "
            "describes: their hashes differ.",
            "Run the check again; if the hashes still differ, ask who runs the index.",
        )
    if _REFUSED.search(output):
        return (
            f"An index refused to give the packages of the {attempt.side} environment.",
            "Check the credentials and the index settings of uv or pip.",
        )
    return None


def _sentences(output: str, attempt: Attempt) -> tuple[str, str]:
    conflict = bool(_CONFLICT.search(output)) and not _ABSENT.search(output)
    told = conflict or _BUILD.search(output)
    if "no such option: --uploaded-prior-to" in output:
        return (
            "This pip can't leave out packages by their date, as --exclude-newer asks.",
            "Use uv, or a Python whose pip is version 26 or newer.",
        )
    if _UNDATED.search(output):
        return (
            f"An index of the {attempt.side} environment does not say when its files were "
            "uploaded (PEP 700), and --exclude-newer asks for that.",
            "Leave --exclude-newer out, or name the packages of that index with exact versions "
            "and a date of their own in uv's configuration (exclude-newer-package).",
        )
    machine = _of_the_machine(output, attempt)
    if machine is not None:
        return machine
    if _OFFLINE.search(output) or (attempt.offline and not told):
        return (
            f"Without network the {attempt.side} environment can't be built: not everything it "
            "needs is cached.",
            "Run the same check once with network, then again with --offline.",
        )
    if _BUILD.search(output) and is_overdue(output):
        return explain_build(f"A package of the {attempt.side} environment", output)
    if _NETWORK.search(output):
        return (
            f"The packages of the {attempt.side} environment can't be fetched: the network or "
            "the index does not answer.",
            "Check the connection, the proxy and the index settings; --offline uses the cache.",
        )
    if _BUILD.search(output):
        return explain_build(f"A package of the {attempt.side} environment", output)
    if conflict:
        return (
            f"dependency-conflict: what {attempt.provider} and {attempt.consumer} need besides "
            "can't be installed together.",
            "Loosen one of the requirements named below; neither package works with the other "
            "as they stand.",
        )
    return (
        f"The requirements of {attempt.consumer} with this {attempt.provider} can't be satisfied.",
        "Check that the named packages exist where the installer looks for them.",
    )
