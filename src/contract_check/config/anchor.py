"""Relative paths in a configuration file start from the file's folder, wherever a run starts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from contract_check.config.document import ConsumerTable, Document, ProviderTable

_FOLDERS = (".", "..")
_PATH_STARTS = ("./", "../")
_Table = TypeVar("_Table", bound=ProviderTable)


def anchored(document: Document, folder: Path) -> Document:
    """The document with its relative paths made absolute.

    Args:
        document: as read from a file.
        folder: the file's folder, absolute.
    """
    update: dict[str, object] = {
        "provider": _table(document.provider, folder),
        "consumer": _table(document.consumer, folder),
        "consumer_ref": _ref(document.consumer_ref, folder),
        "baseline": _ref(document.baseline, folder),
        "python": _python(document.python, folder),
    }
    said = {name: update[name] for name in update.keys() & document.model_fields_set}
    return document.model_copy(update=said)


def _table(table: _Table | None, folder: Path) -> _Table | None:
    update: dict[str, object] = {}
    if table is not None and table.repository is not None:
        update["repository"] = _repository(table.repository, folder)
    if table is not None and table.consumers:
        update["consumers"] = tuple(_consumer(text, folder) for text in table.consumers)
    if isinstance(table, ConsumerTable) and table.path is not None:
        update["path"] = _joined(table.path, folder)
    return table if table is None or not update else table.model_copy(update=update)


def _repository(text: str, folder: Path) -> str:
    """A folder's path; URLs and `user@host:path` stay as they are."""
    is_url = "://" in text or "::" in text or text.startswith("-")
    if is_url or (":" in text and not (folder / text).exists()):
        return text
    return _joined(text, folder)


def _ref(text: str | None, folder: Path) -> str | None:
    """A ref that names a folder or wheel; versions, tags, branches and URLs stay as they are."""
    if text is None or "://" in text:
        return text
    explicit = text.startswith("path:")
    path = text.removeprefix("path:")
    if explicit or path in _FOLDERS or path.startswith(_PATH_STARTS) or path.endswith(".whl"):
        return "path:" * explicit + _joined(path, folder)
    return text


def _consumer(text: str, folder: Path) -> str:
    """A consumer's folder; names stay as they are."""
    is_folder = text in _FOLDERS or text.startswith(_PATH_STARTS)
    return _joined(text, folder) if is_folder else text


def _python(text: str | None, folder: Path) -> str | None:
    return text if text is None or os.sep not in text else _joined(text, folder)


def _joined(text: str, folder: Path) -> str:
    if not text.strip() or text.startswith(("~", "-")) or not text.isprintable():
        return text
    return os.path.normpath(folder / text)
