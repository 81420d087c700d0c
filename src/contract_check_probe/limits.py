"""Bounds of time and size for one thing that is examined, and what becomes of what exceeds them."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from contract_check_probe.encoding import scrub, type_name

T = TypeVar("T")
_MOST_SLOW = 3
"""Parts of one thing that may exceed their time before the rest of it is left out."""
_MOST_NODES = 400_000
_MOST_TEXT = 8_000_000
_timer = getattr(signal, "setitimer", None)
_clock = time.monotonic
"""Taken now: imported code may put other functions in their places."""


class Exceeded(BaseException):
    """Something took more time, or more room in an answer, than it may.

    No `Exception`, so that the code under test does not catch it on the way.
    """


class _Watch:
    """The one alarm of this process; it rings where something is open to it alone."""

    def __init__(self) -> None:
        self.open = 0

    def ring(self, _number: int, _frame: Any) -> None:
        if self.open:
            raise Exceeded("it took too long")


_watch = _Watch()


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Interrupt what runs in `interruptible` blocks each time so many seconds have passed.

    Code in C that does not come back is not interrupted: the host ends the process.
    """
    if _timer is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    try:
        signal.signal(signal.SIGALRM, _watch.ring)
        _timer(signal.ITIMER_REAL, seconds, seconds)
        yield
    finally:
        _timer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Where the alarm may ring."""
    _watch.open += 1
    try:
        yield
    finally:
        _watch.open -= 1


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Run a block, for so many seconds at most.

    Raises:
        Exceeded: it took longer.
    """
    with alarm(seconds), interruptible():
        yield


class Parts:
    """Takes down one thing part by part.

    One that can't be had is left out; `gaps` has it with the reason.
    """

    def __init__(self) -> None:
        self.gaps: dict[str, str] = {}
        self._slow = 0

    def take(self, name: str, make: Callable[[], Any], instead: Any) -> Any:
        """What a part is, or what stands for it where it can't be had."""
        if self._slow >= _MOST_SLOW:
            self.gaps[name] = "the parts before it took too long"
            return instead
        try:
            with interruptible():
                return make()
        except Exceeded as error:
            self._slow += 1
            self.gaps[name] = str(error)
        except BaseException as error:  # noqa: BLE001 - whatever it raises, the rest is examined
            self.gaps[name] = reason(error)
        return instead


def reason(error: BaseException) -> str:
    """An exception in words, even where its own text can't be had."""
    if isinstance(error, Exceeded):
        return str(error)
    try:
        words = scrub(str(error))[:300]
    except BaseException as raised:  # noqa: BLE001 - __str__ of foreign exceptions may raise anything
        words = f"its text raised {type(raised).__name__}"
    name = type_name(type(error)).rpartition(":")[2]
    return f"{name}: {words}" if words else name


def bounded(value: T) -> T:
    """A JSON value that an answer has room for.

    Raises:
        Exceeded: it is too large.
    """
    nodes = text = 0
    pending: list[Any] = [value]
    while pending:
        item = pending.pop()
        nodes += 1
        if isinstance(item, dict):
            pending.extend(item.values())
            nodes += len(item)
        elif isinstance(item, (list, tuple)):
            pending.extend(item)
        elif isinstance(item, str):
            text += len(item)
        if nodes > _MOST_NODES or text > _MOST_TEXT:
            raise Exceeded("it is too large for an answer")
    return value


def clock() -> float:
    """Seconds since some time, which the code under test can't turn back."""
    return _clock()
