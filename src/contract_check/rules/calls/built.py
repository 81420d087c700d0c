"""Classes of the consumer's that the provider makes instances of."""

from __future__ import annotations

from contract_check.model.report import Severity
from contract_check.rules.calls.common import SOURCE
from contract_check.rules.handed import classes_built
from contract_check.rules.interface import Rule

RULES = (
    Rule(
        id="class-built-differently",
        family="calls",
        summary="The provider makes instances of the consumer's class with other arguments",
        severity=Severity.BREAK,
        directions=SOURCE,
        witness="code",
        check=classes_built,
        rank=12,
    ),
)
