"""Paths as people type them."""

from __future__ import annotations

import os
from pathlib import Path

from contract_check.refs.failures import failed
from contract_check.support.redact import redact


def absolute(value: str, cwd: Path) -> Path:
    """The absolute path a text names, `~` expanded and `..` taken out.

    Args:
        value: the path as typed.
        cwd: what a relative one is relative to.

    Raises:
        CheckError: it names the home of a user who does not exist.
    """
    try:
        expanded = Path(value).expanduser()
    except RuntimeError as error:
        raise failed(
            f"the home folder in {redact(value)} is not known", "write the whole path"
        ) from error
    return Path(os.path.normpath(cwd.absolute() / expanded))
