"""The command line: the only room that prints or exits.

`main` stands around everything: whatever happens below ends in one of the exit codes of
`contract_check.cli.exits`, and a traceback is shown only to those who asked for it.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

from contract_check.cli import exits, signals
from contract_check.model.errors import ContractCheckError, Interrupted, UsageError

_ALLOCATIONS = 100_000
"""Between two collections of cyclic garbage: nearly all that a run makes lives to its end."""


def main() -> NoReturn:
    """Run the command line of this process and exit."""
    gc.set_threshold(_ALLOCATIONS)
    exits.reserve_streams()
    with signals.raising_interrupted():
        try:
            code = exits.flush(_code())
        except Interrupted as late:
            code = 128 + late.signal_number
        except BaseException as error:  # noqa: BLE001 - Python's own status would be 1: a break
            code = exits.BUG
            with suppress(BaseException):
                exits.confess(error)
        if signals.stopped_by() is not None:
            # At once, while further signals are ignored, and whatever a library left unfinished.
            os._exit(code)
    gc.freeze()  # the process ends: nothing is left to look through
    sys.exit(code)


def _code() -> int:
    """The exit code, with everything that has to be said about it said on stderr."""
    try:
        from contract_check.cli.app import app

        app(prog_name="contract-check")
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        exits.say(f"error: {ended.code}")
        return exits.BUG  # nothing of ours ends so, and 1 is a verdict
    except BaseException as error:  # noqa: BLE001 - each has its exit code below
        number = signals.stopped_by()
        if number is None:
            return _failed(error)
        exits.say("interrupted; nothing was left behind")
        return 128 + number
    return 0


def _failed(error: BaseException) -> int:
    if isinstance(error, UsageError):
        exits.complain(error)
        return exits.USAGE
    if isinstance(error, ContractCheckError):
        exits.complain(error)
        return exits.ERROR
    # A bug of ours must not look like a verdict.
    if exits.say_if_full(error):
        return exits.ERROR
    exits.confess(error)
    return exits.BUG
