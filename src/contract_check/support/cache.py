"""A small cache on disk: one JSON document a key, with an age; safe for many processes at once."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from pydantic import JsonValue

from contract_check.support.documents import json_of


def key_of(*parts: JsonValue) -> str:
    """A file-name-safe key for values that identify something."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class TimedCache:
    """Documents that are worth keeping for a while.

    Args:
        folder: where they are kept; made when the first is stored.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str, max_age: float) -> JsonValue | None:
        """The document, or None if there is none younger than `max_age` seconds.

        An unreadable document counts as none: the cache is only ever an optimization.
        """
        path = self._folder / f"{key}.json"
        try:
            if time.time() - path.stat().st_mtime > max_age:
                return None
            document: JsonValue = json_of(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return document

    def put(self, key: str, document: JsonValue) -> None:
        """Store a document, atomically. A cache that can't be written is no error."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".new-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(document, file)
                Path(name).replace(self._folder / f"{key}.json")
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
