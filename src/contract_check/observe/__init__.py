"""Starts the probe in an environment, speaks its protocol, returns what it observed."""

from contract_check.observe.lasting import Probe
from contract_check.observe.programs import ProgramRun, run_program
from contract_check.observe.session import make_ready, stage_probe
from contract_check.observe.surroundings import Surroundings
from contract_check.support.marks import kill_marked, kill_run

__all__ = [
    "Probe",
    "ProgramRun",
    "Surroundings",
    "kill_marked",
    "kill_run",
    "make_ready",
    "run_program",
    "stage_probe",
]
