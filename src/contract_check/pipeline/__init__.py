"""One run, from settings to report: the only room that sees every stage.

`run` leads through refs and environments; `examine` observes and judges environments that are
ready, however they came about.
"""

from contract_check.pipeline.examining import examine
from contract_check.pipeline.running import run
from contract_check.pipeline.subjects import Examined, Subject, recorded_subject

__all__ = ["Examined", "Subject", "examine", "recorded_subject", "run"]
