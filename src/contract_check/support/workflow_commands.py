"""Keeps text from being taken for a command by the pipeline that reads a step's output.

GitHub's runner acts on lines that begin with `::` after white space, and on `##[` anywhere in a
line; Azure's agent on `##vso[`. It reads stdout and stderr alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_COMMAND = re.compile(r"(?m)^(\s*):(?=:)|#(?=#(?:\[|vso\[))", re.IGNORECASE)


def is_read(environ: Mapping[str, str]) -> bool:
    """Whether a runner that acts on commands reads what this process prints."""
    return environ.get("GITHUB_ACTIONS") == "true" or bool(environ.get("TF_BUILD"))


def inert(text: str) -> str:
    """The text, with the first character of everything that would be a command escaped.

    Example: `::error::x` becomes `\\x3a:error::x`.
    """
    return _COMMAND.sub(
        lambda found: "\\x23" if found.group().startswith("#") else f"{found.group(1)}\\x3a", text
    )
