"""The consumer's own tests, run on both sides: what a function returns, only a run shows.

`run_tests` runs them in one environment, `compare` says what is new, `told` makes findings of it.
"""

from contract_check.trials.comparison import CONFTEST, Broken, Compared, compare
from contract_check.trials.findings import told
from contract_check.trials.running import Shown, Side, TestRun, known_run, run_tests
from contract_check.trials.showing import uses

__all__ = [
    "CONFTEST",
    "Broken",
    "Compared",
    "Shown",
    "Side",
    "TestRun",
    "compare",
    "known_run",
    "run_tests",
    "told",
    "uses",
]
