"""Starts the probe in an environment, speaks its protocol, returns what it observed."""

from contract_check.observe.lasting import Probe
from contract_check.observe.programs import ProgramRun, run_program
from contract_check.observe.recorded import Recorded
from contract_check.observe.session import make_ready, stage_probe
from contract_check.observe.snapshot_file import read as read_snapshot
from contract_check.observe.snapshot_file import written as snapshot_text
from contract_check.observe.surroundings import Surroundings
from contract_check.support.marks import kill_marked, kill_run

Session = Probe | Recorded
"""What answers for one side."""

__all__ = [
    "Probe",
    "ProgramRun",
    "Recorded",
    "Session",
    "Surroundings",
    "kill_marked",
    "kill_run",
    "make_ready",
    "read_snapshot",
    "run_program",
    "snapshot_text",
    "stage_probe",
]
