"""Witness programs whose exit status holds whatever the packages do when the process ends."""

from __future__ import annotations

import io
import textwrap
import tokenize

_HEAD = """\
# The packages end the process in a way of their own, so this program ends it itself.
import sys
import traceback
from os import _exit

status = 1
try:
"""
_TAIL = """
    status = 0
except SystemExit as ended:
    place = [frame.filename for frame in traceback.extract_tb(ended.__traceback__)][-1]
    status = 0 if place == __file__ and not ended.code else 1
    traceback.print_exc()
except BaseException:
    traceback.print_exc()
sys.stdout.flush()
_exit(status)
"""
_STRINGS = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


def ending_itself(code: str) -> str:
    """The same program, that leaves with 0 or 1 at once, past threads and exit handlers.

    Args:
        code: a witness program.
    """
    return _HEAD + _indented(code).rstrip() + _TAIL


def _indented(code: str) -> str:
    """The lines one level deeper, but for those that begin inside a string."""
    kept = set()
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type in _STRINGS:
            kept |= set(range(token.start[0] + 1, token.end[0] + 1))
    lines = code.splitlines(keepends=True)
    return "".join(
        line if number in kept else textwrap.indent(line, "    ")
        for number, line in enumerate(lines, 1)
    )
