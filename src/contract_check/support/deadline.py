"""One deadline for all that a run does."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from contract_check.model.errors import Overdue


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise `Overdue` in the main thread once that many seconds have passed.

    Waiting for a thread or a process is interrupted, like by the signals that ask to stop. In
    another thread than the main one, and where there are no signals, nothing happens.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(
        signal, "SIGVTALRM"
    ):
        yield
        return
    over = threading.Event()

    def handle(_number: int, _frame: FrameType | None) -> None:
        if not over.is_set():
            over.set()
            raise Overdue(seconds)

    before = signal.signal(signal.SIGVTALRM, handle)
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGVTALRM))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        over.set()
        timer.cancel()
        if signal.getsignal(signal.SIGVTALRM) is handle:
            signal.signal(signal.SIGVTALRM, before)
