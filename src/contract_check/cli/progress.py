"""What a run is doing, on stderr: a spinner at a terminal, lines in a log, nothing if asked so."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from contract_check.cli.exits import say
from contract_check.model.settings import Progress, Silent

if TYPE_CHECKING:
    from rich.status import Status

_PATIENCE = 1.0  # seconds a stage may take in a log before it is mentioned
_DOING = {
    "resolve": "resolving",
    "install": "installing",
    "probe": "probing",
    "judge": "judging",
    "tests": "running the consumer's tests in",
}


@contextmanager
def live_progress(*, quiet: bool, verbose: bool) -> Iterator[Progress]:
    """The progress that fits stderr; whatever it started has ended when the block has."""
    if quiet:
        yield Silent()
    elif sys.stderr.isatty() and not verbose:
        with _spinning() as spinner:
            yield spinner
    else:
        lines = _Lines(0.0 if verbose else _PATIENCE)
        try:
            yield lines
        finally:
            lines.stop()


def _sentence(name: str, detail: str) -> str:
    return f"{_DOING.get(name, name)} {detail}".rstrip() + " …"


class _Lines:
    """A line for each stage that lasts longer than `patience` seconds."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._timer: threading.Timer | None = None

    def stage(self, name: str, detail: str = "") -> None:
        self.stop()
        if not self._patience:
            say(_sentence(name, detail))
            return
        self._timer = threading.Timer(self._patience, say, [_sentence(name, detail)])
        self._timer.daemon = True
        self._timer.start()

    def note(self, message: str) -> None:
        say(message)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


class _Spinner:
    """One line that says which stage it is."""

    def __init__(self, status: Status) -> None:
        self._status = status

    def stage(self, name: str, detail: str = "") -> None:
        from rich.markup import escape

        from contract_check.reports.text import one_line

        self._status.update(escape(one_line(_sentence(name, detail))))

    def note(self, message: str) -> None:
        from rich.text import Text

        from contract_check.reports.text import one_line

        self._status.console.print(Text(one_line(message)))


@contextmanager
def _spinning() -> Iterator[Progress]:
    from rich.console import Console

    with Console(stderr=True).status("starting …") as status:
        yield _Spinner(status)
