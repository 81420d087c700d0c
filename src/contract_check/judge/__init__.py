"""From observations and rules to findings and a verdict. Pure: it runs and prints nothing."""

from contract_check.judge.checks import NOT_RUN
from contract_check.judge.conclude import Fault, Judgement, Tried, conclude, ordered
from contract_check.judge.gaps import without_gaps
from contract_check.judge.recorded import opened, recorded
from contract_check.judge.steady import steadied, without_unstable
from contract_check.judge.suspect import Suspicion, Suspicions, released, suspect
from contract_check.judge.uninstallable import uninstallable

__all__ = [
    "NOT_RUN",
    "Fault",
    "Judgement",
    "Suspicion",
    "Suspicions",
    "Tried",
    "conclude",
    "opened",
    "ordered",
    "recorded",
    "released",
    "steadied",
    "suspect",
    "uninstallable",
    "without_gaps",
    "without_unstable",
]
