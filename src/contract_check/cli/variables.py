"""Variables that set options, and those that look as if they did."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from contract_check.cli.exits import DEBUG_VARIABLE

_PREFIX = "CONTRACT_CHECK_"
_OTHERS = (DEBUG_VARIABLE, f"{_PREFIX}CACHE_DIR")
_ELSEWHERE = (
    f"{_PREFIX}REQUIRE_",  # this project's own tests
    f"{_PREFIX}RUN",  # the mark of processes of a run, which may start another
)


def strangers(environ: Mapping[str, str], of_options: Iterable[str]) -> Iterator[str]:
    """A sentence for each variable that nobody reads, though its name says it were for us.

    Args:
        environ: the environment.
        of_options: the variables that options are read from.
    """
    known = sorted({*of_options, *_OTHERS})
    for name in sorted(environ):
        if name.startswith(_PREFIX) and name not in known and not name.startswith(_ELSEWHERE):
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
            meant = f"; did you mean {near[0]}?" if near else "; see contract-check --help"
            yield f"the variable {name} is not read by contract-check{meant}"
