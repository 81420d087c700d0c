"""Runs share the cache; whoever cleans it has it alone."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

LOCK = ".in-use"
_PAUSE = 0.05


def share(folder: Path) -> IO[str] | None:
    """Take part in using a cache until the returned file is closed; waits while it is cleaned.

    Returns:
        None where the cache can't be written: a run then does without.
    """
    with suppress(OSError):
        return _locked(folder, fcntl.LOCK_SH, None)
    return None


@contextmanager
def alone(folder: Path, timeout: float) -> Iterator[bool]:
    """Use a cache that no run uses; within, whether that is so.

    Args:
        timeout: seconds to wait for runs that use it.

    Raises:
        OSError: it can't be locked.
    """
    try:
        file = _locked(folder, fcntl.LOCK_EX, time.monotonic() + timeout)
    except TimeoutError:
        yield False
        return
    with file:
        yield True


def _locked(folder: Path, mode: int, until: float | None) -> IO[str]:
    while True:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (folder / LOCK).open("a", encoding="utf-8")
        try:
            while True:
                with suppress(BlockingIOError):
                    fcntl.flock(file, mode | fcntl.LOCK_NB)
                    break
                if until is not None and time.monotonic() > until:
                    raise TimeoutError
                time.sleep(_PAUSE)
            with suppress(FileNotFoundError):
                # Cleaned meanwhile: then this is the lock of a folder that is gone.
                if os.path.samestat(os.fstat(file.fileno()), (folder / LOCK).stat()):
                    return file
        except BaseException:
            file.close()
            raise
        file.close()
