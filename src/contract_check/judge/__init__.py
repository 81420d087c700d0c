"""From observations and rules to findings and a verdict. Pure: it runs and prints nothing."""

from contract_check.judge.conclude import Judgement, Tried, conclude
from contract_check.judge.suspect import Suspicion, suspect

__all__ = ["Judgement", "Suspicion", "Tried", "conclude", "suspect"]
