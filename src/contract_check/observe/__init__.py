"""Starts the probe in an environment, speaks its protocol, returns what it observed."""

from contract_check.observe.programs import ProgramRun, run_program
from contract_check.observe.session import ProbeSession, Surroundings, stage_probe

__all__ = ["ProbeSession", "ProgramRun", "Surroundings", "run_program", "stage_probe"]
