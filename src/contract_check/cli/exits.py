"""How the process ends: exit codes, and what is said on stderr about them."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from contract_check.model.errors import ContractCheckError

USAGE = 2
ERROR = 3
BUG = 4

DEBUG_VARIABLE = "CONTRACT_CHECK_DEBUG"


def reserve_streams() -> None:
    """Take the places of standard streams that were closed, before a file of ours gets them.

    What goes to a closed stderr is dropped, as asked. A closed stdout stays None: see `flush`.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, so this one
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end


def say(text: str) -> None:
    """A line on stderr, with nothing in it that a terminal would act on and no credentials."""
    from contract_check.reports.text import printable
    from contract_check.support import workflow_commands
    from contract_check.support.redact import redact

    shown = printable(redact(text))
    if workflow_commands.is_read(os.environ):
        shown = workflow_commands.inert(shown)
    with suppress(OSError, ValueError):  # a closed stderr is no reason to fail
        print(shown, file=sys.stderr, flush=True)


def complain(error: ContractCheckError) -> None:
    """Say what went wrong and what to do about it."""
    say(f"error: {error.message}")
    if error.detail:
        say("\n".join(f"  {line}" for line in error.detail.splitlines()))
    if error.hint:
        say(f"hint: {error.hint}")


def confess(error: BaseException) -> None:
    """Say that contract-check itself failed; the traceback only where it was asked for."""
    say(f"error: this is a bug in contract-check: {describe(error)}")
    if os.environ.get(DEBUG_VARIABLE):
        say("".join(traceback.format_exception(error)))
    say(
        "hint: please report it to the project's issue tracker, with the output of the same "
        f"command under {DEBUG_VARIABLE}=1 (or --verbose)."
    )


def say_if_full(error: BaseException) -> bool:
    """Say that a device or quota is full, and return whether one is: no bug, wherever it shows."""
    if not isinstance(error, OSError) or error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return False
    where = f" ({error.filename})" if error.filename else ""
    if not where and sys.stdout is not None:  # what is left of the output has no room either
        _forget_stdout()
    say(f"error: the output or a file{where} can't be written: {error.strerror}")
    return True


def describe(error: BaseException) -> str:
    """An unexpected exception in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def show(text: str) -> None:
    """Lines on stdout.

    Raises:
        SystemExit: they can't be written, though somebody may still read.
    """
    if code := flush(0, f"{text}\n"):
        sys.exit(code)


def flush(code: int, text: str = "") -> int:
    """Write the text to stdout, and all that was written before, while a fault can be handled.

    Args:
        code: the exit code if it can be written. A reader that has gone (`| head`) changes nothing
            about it: the verdict stands, whether or not anyone read to its end.

    Returns:
        the code; `ERROR` instead of 0 where the output is lost.
    """
    if sys.stdout is None:  # started with a closed stdout
        return code if not text else _lost("stdout is closed", code)
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
    except OSError as error:
        _forget_stdout()
        return _lost(error.strerror or str(error), code)
    return code


def _lost(reason: str, code: int) -> int:
    say(f"error: the output can't be written: {reason}")
    return code or ERROR


def _forget_stdout() -> None:
    """Let the interpreter's own flush at its end find nothing to complain about."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
