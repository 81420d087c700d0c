"""Runs in the environment of the alternatives: exit 1 if griffe finds breaking changes."""

import json
import logging
import sys
from pathlib import Path

import griffe  # type: ignore[import-not-found]

logging.disable(logging.ERROR)
PACKAGE = "market_data_core"


def load(folder: str) -> griffe.Module:
    """A package as griffe sees it, without running it."""
    extensions = griffe.load_extensions("griffe_pydantic")
    return griffe.load(
        PACKAGE,
        search_paths=[Path(folder)],
        extensions=extensions,
        allow_inspection=False,
        resolve_aliases=True,
        resolve_external=False,
    )


def main() -> int:
    old, new = json.loads(sys.stdin.read())
    try:
        after = load(new)
    except griffe.GriffeError:
        return 1
    return int(any(griffe.find_breaking_changes(load(old), after)))


sys.exit(main())
