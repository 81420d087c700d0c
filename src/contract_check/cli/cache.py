"""`contract-check cache`: where the cache is, and how to be rid of it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import typer

from contract_check.cli import exits
from contract_check.cli.help import examples
from contract_check.model.errors import UsageError

app = typer.Typer(
    help="Show or remove what is kept between runs.",
    epilog=examples("cache dir", "cache clean"),
    no_args_is_help=True,
    rich_markup_mode=None,
)

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
    # Renamed first, so that a run that starts now makes a new one instead of losing half of it.
    doomed = folder.with_name(f".{folder.name}.{os.getpid()}.removed")
    try:
        folder.rename(doomed)
        shutil.rmtree(doomed)
    except OSError as error:
        raise UsageError(
            f"{folder} can't be removed: {error.strerror or error}",
            hint="Check its permissions.",
        ) from None
    exits.show(f"{folder}: removed")


def mark(folder: Path) -> None:
    """Make the cache folder and mark it as ours; a folder that holds other things stays as it is.

    A cache that can't be made is no error: the run then does without.
    """
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            (folder / _TAG).write_text(_TAG_TEXT, encoding="utf-8")


def _is_ours(folder: Path) -> bool:
    try:
        return (folder / _TAG).read_text(encoding="utf-8") == _TAG_TEXT
    except (OSError, UnicodeDecodeError):
        return False


def _folder() -> Path:
    from contract_check.config import cache_folder

    return cache_folder(os.environ)
