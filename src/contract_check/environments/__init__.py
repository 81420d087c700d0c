"""Pins become environments: temporary, verified, with the same third parties on both sides.

`build` is the way in. A temporary environment holds the provider only; consumer and third
parties lie in a base layer that is installed once and shared by later runs.
"""

from contract_check.environments.assemble import build, consumer_requirement
from contract_check.environments.checkouts import (
    checkout,
    copy_checkout,
    named_requirements,
    test_requirements,
)
from contract_check.environments.contents import content, contents, files
from contract_check.environments.layers import check_untouched
from contract_check.environments.reproduction import reproduce
from contract_check.environments.resolution import differences
from contract_check.environments.values import (
    Built,
    DependencyConflict,
    Environment,
    Installed,
    PythonTooOld,
    Wanted,
)
from contract_check.environments.workspace import Workspace

__all__ = [
    "Built",
    "DependencyConflict",
    "Environment",
    "Installed",
    "PythonTooOld",
    "Wanted",
    "Workspace",
    "build",
    "check_untouched",
    "checkout",
    "consumer_requirement",
    "content",
    "contents",
    "copy_checkout",
    "differences",
    "files",
    "named_requirements",
    "reproduce",
    "test_requirements",
]
