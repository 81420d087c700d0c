"""`contract-check cache`: where the cache is, and how to be rid of it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import typer

from contract_check.cli import exits
from contract_check.cli.help import examples
from contract_check.model.errors import UsageError
from contract_check.support.cache_lock import LOCK, alone
from contract_check.support.removal import remove_tree

app = typer.Typer(
    help="Show or remove what is kept between runs.",
    epilog=examples("cache dir", "cache clean"),
    no_args_is_help=True,
    rich_markup_mode=None,
)

_REMOVED = ".removed"
_PATIENCE = 60.0
"""Seconds to wait for runs that use the cache."""
_TAG = "CACHEDIR.TAG"
_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55"  # fixed by the CACHEDIR.TAG convention
_TAG_TEXT = (
    f"{_SIGNATURE}\n"
    "# This folder is a cache of contract-check; `contract-check cache clean` removes it.\n"
)


@app.command("dir", epilog=examples("cache dir"))
def show() -> None:
    """Print the cache folder."""
    exits.show(str(_folder()))


@app.command("clean", epilog=examples("cache clean"))
def clean() -> None:
    """Remove the cache folder. The next run fills it again."""
    folder = _folder()
    if not folder.exists():
        exits.show(f"{folder}: there is none")
        return
    if not _is_ours(folder):
        raise UsageError(
            f"{folder} was not made by contract-check, so it is not removed",
            hint="Remove it by hand, or set CONTRACT_CHECK_CACHE_DIR to the cache's own folder.",
        )
    doomed = folder.with_name(f".{folder.name}.{os.getpid()}{_REMOVED}")
    try:
        with alone(folder, _PATIENCE) as free:
            if not free:
                raise UsageError(
                    f"{folder} is in use by a run", hint="Try again when that has ended."
                )
            # Renamed first: a run that starts now makes a new one instead of losing half of it.
            folder.rename(doomed)
    except OSError as error:
        raise UsageError(
            f"{folder} can't be removed: {error.strerror or error}",
            hint="Check its permissions.",
        ) from None
    left = [rest for one in _doomed(folder) for rest in _removed(one)]
    if left:
        raise UsageError(f"{left[0]} can't be removed", hint="Check its permissions.")
    exits.show(f"{folder}: removed")


def _doomed(folder: Path) -> list[Path]:
    """What was a cache of ours, also where the one who removed it was killed."""
    found = folder.parent.glob(f".{folder.name}.*{_REMOVED}")
    return [path for path in found if _is_ours(path)]


def _removed(folder: Path) -> list[Path]:
    """Remove a folder, the mark that it is ours last; returns what could not be removed."""
    left: list[Path] = []
    for path in folder.iterdir():
        if path.name != _TAG:
            left += remove_tree(path)
    return left or remove_tree(folder)


def mark(folder: Path) -> None:
    """Make the cache folder and mark it as ours; a folder that holds other things stays as it is.

    A cache that can't be made is no error: the run then does without.
    """
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if all(path.name == LOCK for path in folder.iterdir()):
            (folder / _TAG).write_text(_TAG_TEXT, encoding="utf-8")


def _is_ours(folder: Path) -> bool:
    try:
        return (folder / _TAG).read_text(encoding="utf-8") == _TAG_TEXT
    except (OSError, UnicodeDecodeError):
        return False


def _folder() -> Path:
    from contract_check.config import cache_folder

    return cache_folder(os.environ)
