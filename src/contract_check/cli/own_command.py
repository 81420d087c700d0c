"""This process's own command line, which every process of the machine can read."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_AFTER_NAME = 3  # the fields of proc_pid_stat(5) count from one, and two stand before
_ARG_START, _ARG_END = 48, 49


def conceal_arguments(secrets: Iterable[str]) -> None:
    """Put asterisks in the place of values in the command line, where the system lets it (Linux).

    Code under test may look at it, as the processes it runs in are started by this one.

    Args:
        secrets: values as they were typed.
    """
    hidden = [secret.encode() for secret in secrets if secret]
    if sys.platform != "linux" or not hidden:
        return
    with suppress(OSError, ValueError, IndexError):
        text = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace")
        fields = text.rpartition(")")[2].split()
        start, end = (int(fields[number - _AFTER_NAME]) for number in (_ARG_START, _ARG_END))
        if not 0 < start < end:
            return
        shown = known = ctypes.string_at(start, end - start)
        for secret in hidden:
            shown = shown.replace(secret, b"*" * len(secret))
        if shown != known:
            ctypes.memmove(start, shown, len(shown))
