"""Finds and reads configuration files; every fault becomes a sentence with file and key."""

from __future__ import annotations

import datetime
import difflib
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import JsonValue, ValidationError
from pydantic_core import ErrorDetails

from contract_check.config.anchor import anchored
from contract_check.config.document import Document
from contract_check.model.errors import UsageError
from contract_check.support.documents import toml_of

FILE_NAME = "contract-check.toml"
_LARGEST = 1 << 20  # bytes; a file of this kind has a few thousand
TABLE = "contract-check"
DEFAULT_PROFILE = "market-data"

Location = tuple[int | str, ...]


@dataclass(frozen=True)
class Source:
    """A document and where it was read.

    Args:
        name: the file as people know it, for errors.
        prefix: where in the file it stands (`tool.contract-check.`), for errors.
        folder: the file's folder, or None for a profile.
    """

    name: str
    document: Document
    prefix: str = ""
    folder: Path | None = None


def find_file(cwd: Path) -> Path | None:
    """The nearest configuration file from `cwd` up to the top of its repository.

    Outside a repository only `cwd` itself is looked at: a file that someone left in a folder far
    above is not this project's configuration.

    Raises:
        UsageError: a folder has two, so that one of them would count for nothing.
    """
    for folder in _folders(cwd):
        own = folder / FILE_NAME
        project = folder / "pyproject.toml"
        in_project = project.is_file() and _tool_table(read_toml(project), project) is not None
        if own.is_file() and in_project:
            raise UsageError(
                f"{own} and [tool.{TABLE}] in {project} both configure contract-check",
                hint="Move all of it to one of them, or name one with --config.",
            )
        if own.is_file():
            return own
        if in_project:
            return project
    return None


def read_file(path: Path) -> Source:
    """Read a `contract-check.toml`, or the `[tool.contract-check]` of a `pyproject.toml`.

    Raises:
        UsageError: it can't be read, is no TOML, or says something that is not understood.
    """
    data = read_toml(path)
    prefix = ""
    if path.name == "pyproject.toml":
        table = _tool_table(data, path)
        if table is None:
            raise UsageError(
                f"{path}: there is no [tool.{TABLE}] table",
                hint="Add the table, or give --config a contract-check.toml.",
            )
        data, prefix = table, f"tool.{TABLE}."
    folder = path.absolute().parent
    document = anchored(_parse(data, str(path), prefix), folder)
    return Source(str(path), document, prefix, folder)


def profile_names() -> tuple[str, ...]:
    """The built-in profiles."""
    folder = resources.files("contract_check.config") / "profiles"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def read_profile(name: str, where: str) -> Source:
    """Read a built-in profile.

    Args:
        name: as written.
        where: the file and key that name it, for the error.

    Raises:
        UsageError: there is no such profile.
    """
    known = profile_names()
    if name not in known:
        raise UsageError(
            f"{where}: there is no profile {name!r}",
            hint=f"{_did_you_mean(name, known)}The profiles are: {', '.join(known)}.",
        )
    file = resources.files("contract_check.config") / "profiles" / f"{name}.toml"
    shown = f"profile {name}"
    return Source(shown, _parse(_loads(file.read_bytes(), shown), shown, ""))


def _folders(cwd: Path) -> tuple[Path, ...]:
    """`cwd` and its parents up to the one that holds `.git`; `cwd` alone if none does."""
    seen: list[Path] = []
    for folder in (cwd, *cwd.parents):
        seen.append(folder)
        if (folder / ".git").exists():
            return tuple(seen)
    return (cwd,)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file. Devices and pipes are refused: they may have no end, or never begin.

    Raises:
        UsageError: it is no ordinary file, too large, can't be read, or is no TOML in UTF-8.
    """
    try:
        # The mode first: to open a pipe would wait for its writer.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError(
                f"{path}: is no ordinary file",
                hint="Save the configuration in a file, and give its path.",
            )
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"{path}: can't be read: {error.strerror or error}",
            hint="Check the path given to --config and its permissions.",
        ) from None
    if len(content) > _LARGEST:
        raise UsageError(
            f"{path}: is larger than {_LARGEST >> 20} MiB",
            hint="Check that it is the file you mean; a configuration is a few kilobytes.",
        )
    return _loads(content, str(path))


def _loads(content: bytes, name: str) -> dict[str, Any]:
    try:
        # Some editors begin a file with a byte order mark.
        return toml_of(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{name}: is not UTF-8 (byte {error.start})", hint="Save the file as UTF-8."
        ) from None
    except ValueError as error:
        raise UsageError(
            f"{name}: is no TOML: {error}",
            hint="Correct it at that place; `contract-check init` writes an example.",
        ) from None


def _tool_table(data: Mapping[str, Any], path: Path) -> dict[str, Any] | None:
    tool = data.get("tool")
    if not isinstance(tool, dict):
        return None
    table = tool.get(TABLE)
    misspelled = TABLE.replace("-", "_")
    if misspelled in tool or not isinstance(table, dict | None):
        raise UsageError(
            f"{path}: tool.{misspelled if misspelled in tool else TABLE}: is not read as it stands",
            hint=f"Write the table as [tool.{TABLE}].",
        )
    return table


def _parse(data: Mapping[str, Any], name: str, prefix: str) -> Document:
    try:
        document = Document.model_validate(_plain(dict(data)))
    except ValidationError as error:
        raise _usage_error(error.errors(include_url=False), name, prefix) from None
    _check_unique(document, name, prefix)
    return document


def _plain(value: Any) -> JsonValue:
    """TOML's dates and times as ISO 8601 text, so that all of it is JSON."""
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case datetime.date() | datetime.time():
            return value.isoformat()
    plain: JsonValue = value
    return plain


def _check_unique(document: Document, name: str, prefix: str) -> None:
    seen: set[str] = set()
    for index, contract in enumerate(document.contracts):
        if contract.name in seen:
            raise UsageError(
                f"{name}: {prefix}contract[{index}].name: "
                f"there is a second contract {contract.name!r}",
                hint="Give each contract a name of its own.",
            )
        seen.add(contract.name)


def _usage_error(errors: list[ErrorDetails], name: str, prefix: str) -> UsageError:
    """All faults of a file as one error: the first in the message, the others as its detail."""
    faults = [f"{prefix}{_dotted(e['loc'])}: {_what_to_write(e, prefix)}" for e in errors]
    hint = "Correct the key there; `contract-check init` writes an example."
    return UsageError(f"{name}: {faults[0]}", hint=hint, detail="\n".join(faults[1:]))


def _dotted(location: Location) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".") or "(the whole table)"


def _what_to_write(error: ErrorDetails, prefix: str) -> str:
    if error["type"] == "extra_forbidden":
        *parents, key = error["loc"]
        if parents and str(key).replace("_", "-") in _keys_of_no_table():
            home = f"in [{prefix.rstrip('.')}] itself" if prefix else "above the first [table]"
            return f"unknown key here. It belongs {home}"
        known = tuple(_known_keys(tuple(parents)))
        meant = _did_you_mean(str(key), known)
        return f"unknown key. {meant}Known here: {', '.join(known)}"
    if error["type"] == "missing":
        return "is missing and must be given"
    if error["type"] == "string_pattern_mismatch" and "\0" in str(error["input"]):
        return "must not hold a NUL character"
    if error["type"] == "value_error":
        return error["msg"].removeprefix("Value error, ")
    message = error["msg"].removeprefix("Input ").replace("should", "must")
    shown = repr(error["input"])
    return f"{message}, not {shown[:60]}{'…' if len(shown) > 60 else ''}"


def _keys_of_no_table() -> frozenset[str]:
    """The keys that stand in the file itself, in no table of it."""
    tables = ("ProviderTable", "ConsumerTable", "Contract", "Policy")
    schema = Document.model_json_schema(by_alias=True)
    return frozenset(
        key
        for key, node in schema["properties"].items()
        if not any(f"#/$defs/{table}" in str(node) for table in tables)
    )


def _known_keys(location: Location) -> Iterator[str]:
    """The keys a table at this place may have, as the file's own schema has them."""
    schema = Document.model_json_schema(by_alias=True)
    node = schema
    for part in location:
        node = _step(_resolve(node, schema), part)
    yield from sorted(_resolve(node, schema).get("properties", {}))


def _step(node: Mapping[str, Any], part: int | str) -> dict[str, Any]:
    if isinstance(part, int):
        return dict(node.get("items", {}))
    inner = node.get("properties", {}).get(part) or node.get("additionalProperties")
    return dict(inner) if isinstance(inner, dict) else {}


def _resolve(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow `$ref`, and the arm of an optional table that is one."""
    for arm in node.get("anyOf", ()):
        if "$ref" in arm:
            node = arm
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def _did_you_mean(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word.replace("_", "-"), known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}? " if near else ""
