"""Exceptions and warnings as facts."""

from __future__ import annotations

import os
import re
import sys
import warnings
from types import TracebackType
from typing import Any

from contract_check_probe.encoding import RAISED, scrub

_HERE = os.path.dirname(os.path.abspath(__file__))
_CANNOT_IMPORT = re.compile(
    r"cannot import name '([^']+)' from (?:partially initialized module )?'([^']+)'"
)
_NO_ATTRIBUTE = re.compile(r"module '([^']+)' has no attribute '([^']+)'")
_MOST_FRAMES = 40


def relative(path: str) -> str:
    """A file's name relative to the folder of `sys.path` that holds it."""
    best = ""
    for entry in sys.path:
        folder = entry.rstrip(os.sep) + os.sep
        if entry and path.startswith(folder) and len(folder) > len(best):
            best = folder
    return path[len(best) :].replace(os.sep, "/")


def describe_failure(error: BaseException) -> dict[str, Any]:
    """What was raised, where, and what an import missed."""
    missing_module, missing_name = _missing(error)
    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    return {
        "type": name,
        "message": _message(error),
        "frames": _frames(error, error.__traceback__),
        "missing_module": missing_module,
        "missing_name": missing_name,
        "errors": validation_issues(error),
    }


def validation_issues(error: BaseException) -> list[dict[str, Any]]:
    """The issues of a Pydantic ValidationError; none for anything else."""
    if type(error).__name__ != "ValidationError" or not hasattr(error, "errors"):
        return []
    try:
        issues = _issues(error)
        return [
            {
                "type": str(issue["type"]),
                "loc": [part if isinstance(part, int) else str(part) for part in issue["loc"]],
                "message": scrub(str(issue.get("msg", "")))[:500],
            }
            for issue in issues[:50]
        ]
    except (TypeError, ValueError, KeyError):
        # Another library's ValidationError, or a context that can't be shown: it has no issues.
        return []


def _issues(error: Any) -> Any:
    try:
        return error.errors(include_url=False, include_context=False, include_input=False)
    except TypeError:  # before Pydantic 2.5, which always tells the input
        return error.errors(include_url=False, include_context=False)


def _message(error: BaseException) -> str:
    try:
        return scrub(str(error))[:4000]
    except RAISED as raised:
        return f"<str() of the exception raised {type(raised).__name__}>"


def _missing(error: BaseException) -> tuple[str | None, str | None]:
    if isinstance(error, ModuleNotFoundError):
        return error.name, None
    if isinstance(error, ImportError):
        found = _CANNOT_IMPORT.search(str(error))
        return (found[2], found[1]) if found else (error.name, None)
    if isinstance(error, AttributeError):
        found = _NO_ATTRIBUTE.search(str(error))
        return (found[1], found[2]) if found else (None, None)
    return None, None


def _frames(error: BaseException, traceback: TracebackType | None) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        file = code.co_filename
        if not file.startswith(("<frozen", _HERE)):
            frames.append(
                {
                    "file": relative(file),
                    "line": traceback.tb_lineno,
                    "module": str(traceback.tb_frame.f_globals.get("__name__", "")),
                    "function": code.co_name,
                }
            )
        traceback = traceback.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        frames.append(
            {
                "file": relative(error.filename),
                "line": error.lineno or 0,
                "module": "",
                "function": "",
            }
        )
    return frames[-_MOST_FRAMES:]


def describe_warnings(recorded: list[warnings.WarningMessage]) -> list[dict[str, Any]]:
    """Warnings in order, each once."""
    seen: list[dict[str, Any]] = []
    for warning in recorded:
        fact = {
            "category": warning.category.__name__,
            "message": scrub(str(warning.message))[:500],
            "file": relative(warning.filename),
            "line": warning.lineno,
        }
        if fact not in seen:
            seen.append(fact)
    return seen[:50]
