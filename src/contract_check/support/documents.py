"""Reads JSON and TOML that others wrote; what is nested too deeply is a `ValueError` too."""

from __future__ import annotations

import json
import tomllib
from typing import Any

_DEEP = "it is nested too deeply to be read"


def json_of(text: str | bytes) -> Any:
    """The value of a JSON document.

    Raises:
        ValueError: it is none, is nested too deeply, or holds a number that is too long.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(_DEEP) from None


def toml_of(text: str) -> dict[str, Any]:
    """The table of a TOML document.

    Raises:
        ValueError: it is none, is nested too deeply, or holds a number that is too long.
    """
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError(_DEEP) from None
