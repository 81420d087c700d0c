"""Signals that ask the run to stop become an exception, so that every `finally` runs."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from contract_check.model.errors import Interrupted

_STOPPING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


_received: list[int] = []
"""The signal that asked to stop, once one did."""


def stopped_by() -> int | None:
    """The signal that asked to stop, None as long as none did.

    Libraries make errors of their own of an exception that comes out of a callback, or drop it:
    whatever follows a signal is the interruption.
    """
    return _received[0] if _received else None


@contextmanager
def raising_interrupted() -> Iterator[None]:
    """Within, the first SIGINT, SIGTERM or SIGHUP raises `Interrupted` in the main thread.

    Further ones are ignored: by then the first is cleaning up, and has to finish that. The
    handler stays a Python function for them, as children would inherit an ignored signal. A
    signal that the parent had ignored (nohup, a background job) stays ignored.
    """
    _received.clear()

    def handle(number: int, _frame: FrameType | None) -> None:
        if not _received:
            _received.append(number)
            raise Interrupted(number)

    hook = sys.unraisablehook

    def dropped(unraisable: sys.UnraisableHookArgs) -> None:
        if isinstance(unraisable.exc_value, Interrupted):
            # From a callback of C code nothing comes out: once more, a moment later.
            signal.signal(signal.SIGALRM, once_more)
            signal.setitimer(signal.ITIMER_REAL, 0.01)
        else:
            hook(unraisable)

    def once_more(_number: int, _frame: FrameType | None) -> None:
        raise Interrupted(_received[0])

    sys.unraisablehook = dropped
    before = {number: signal.getsignal(number) for number in _STOPPING}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, handle)
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)
