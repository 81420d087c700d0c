"""Snapshots as text: sorted, one thing a line where it is long, with a digest of the whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path

from pydantic import JsonValue, ValidationError

from contract_check.model.errors import CheckError
from contract_check.model.observation import VOLATILE
from contract_check.model.snapshot import SNAPSHOT_VERSION, Snapshot
from contract_check.support.documents import json_of

_LINE = 100
_MOST_TOLD, _LONGEST = 20, 60
_TAKE_ANOTHER = "Take another: contract-check snapshot."


def written(snapshot: Snapshot, secrets: Collection[str] = ()) -> str:
    """The text of a snapshot, the same for the same answers.

    Args:
        snapshot: what to write.
        secrets: texts that nobody is to see: a value that holds one is left open.
    """
    told = snapshot.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    document = _without(told, secrets)
    assert isinstance(document, dict)
    document.pop("digest", None)
    document["schema_version"] = SNAPSHOT_VERSION
    document["digest"] = _digest(document)
    return _text(document, 0) + "\n"


def read(file: Path) -> Snapshot:
    """Read a snapshot.

    Args:
        file: as `contract-check snapshot` wrote it.

    Raises:
        CheckError: it can't be read, is no snapshot, of another schema version, or was changed
            since it was written.
    """
    try:
        document = json_of(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _failed(f"{file} can't be read: {error.strerror}", "Check the path.") from error
    except ValueError as error:
        raise _failed(
            f"{file} is damaged, or no snapshot: it is not JSON ({error})", _TAKE_ANOTHER
        ) from error
    if not isinstance(document, dict) or not {"schema_version", "observation"} <= document.keys():
        raise _failed(f"{file} is no snapshot of contract-check", _TAKE_ANOTHER)
    version = document["schema_version"]
    if version != SNAPSHOT_VERSION:
        raise _failed(
            f"{file} is of schema version {version}, and this contract-check reads "
            f"version {SNAPSHOT_VERSION}",
            f"{_TAKE_ANOTHER} Or use the contract-check that wrote it "
            f"({document.get('written_by', 'unknown')}).",
        )
    if document.pop("digest", None) != _digest(document):
        raise _failed(
            f"{file} was changed after contract-check wrote it: its digest does not fit, so what "
            "it says proves nothing",
            "Take it back from version control, or take another: contract-check snapshot.",
        )
    try:
        return Snapshot.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise _failed(f"{file} can't be read at {place}: {first['msg']}", _TAKE_ANOTHER) from error


def changes(before: str, now: str) -> tuple[str, ...]:
    """What differs between the texts of two snapshots, as places: `provider.version: 1.0 -> 1.1`.

    Who wrote them, and the digest, are left out, as is the patch version of Python.
    """
    old, new = (_comparable(json_of(text)) for text in (before, now))
    found = list(_differences(old, new, ""))
    rest = len(found) - _MOST_TOLD
    return (*found[:_MOST_TOLD], *([f"and {rest} more"] if rest > 0 else []))


def _comparable(document: dict[str, JsonValue]) -> JsonValue:
    kept = {key: item for key, item in document.items() if key not in ("digest", "written_by")}
    told = Snapshot.model_validate(document).observation.described.runtime
    minor = told.model_copy(update={"python": ".".join(told.python.split(".")[:2])})
    observation = kept["observation"]
    assert isinstance(observation, dict)
    described = observation["described"]
    assert isinstance(described, dict)
    runtime = minor.model_dump(mode="json")
    return {**kept, "observation": {**observation, "described": {**described, "runtime": runtime}}}


def _differences(old: JsonValue, new: JsonValue, place: str) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            inner = f"{place}.{name}" if place else name
            if name not in new:
                yield f"{inner}: gone"
            elif name not in old:
                yield f"{inner}: new"
            else:
                yield from _differences(old[name], new[name], inner)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(one, other, f"{place}[{number}]")
    else:
        yield f"{place}: {_short(old)} -> {_short(new)}"


def _short(value: JsonValue) -> str:
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _digest(document: dict[str, JsonValue]) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _without(value: JsonValue, secrets: Collection[str]) -> JsonValue:
    if isinstance(value, dict):
        return {key: _without(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_without(item, secrets) for item in value]
    hidden = isinstance(value, str) and any(secret in value for secret in secrets)
    return VOLATILE if hidden else value


def _text(value: JsonValue, indent: int) -> str:
    """JSON with sorted names, on one line where that is short."""
    short = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if len(short) + indent <= _LINE or not isinstance(value, (dict, list)) or not value:
        return short
    inner = " " * (indent + 1)
    if isinstance(value, dict):
        lines = [
            f"{inner}{json.dumps(name, ensure_ascii=False)}: {_text(value[name], indent + 1)}"
            for name in sorted(value)
        ]
        opening, closing = "{}"
    else:
        lines = [f"{inner}{_text(item, indent + 1)}" for item in value]
        opening, closing = "[]"
    return "\n".join([opening, ",\n".join(lines), f"{' ' * indent}{closing}"])


def _failed(message: str, hint: str) -> CheckError:
    return CheckError(message, stage="refs", side="baseline", hint=hint)
