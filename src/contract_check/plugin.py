"""A pytest plugin: `pytest --contracts` shows each contract and check as a test.

It checks the environment that pytest itself runs in, as `contract-check --environment` does, with
the configuration of the project. Without `--contracts` it does nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from contract_check.model.report import Check, ContractReport, Finding, Report


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--contracts`."""
    group = parser.getgroup("contract-check")
    group.addoption(
        "--contracts",
        action="store_true",
        help="show each contract of contract-check.toml and each of its checks as a test",
    )
    group.addoption(
        "--contracts-baseline",
        metavar="REF",
        help="compare with this state of the provider; by default the configuration's",
    )


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the contracts behind the tests that were collected."""
    if config.getoption("--contracts"):
        contracts = Contracts.from_parent(session, name="contracts", nodeid="contracts")
        items.extend(contracts.collect())


class ContractBroken(Exception):  # noqa: N818 - it says what happened
    """A check that failed; its text is for people."""


class Contracts(pytest.Collector):
    """Runs the check once, and makes an item of everything in its report."""

    def collect(self) -> Iterator[pytest.Item]:
        """The items: contract by contract, then what belongs to none, then errors."""
        from contract_check.model.report import Severity

        report = _report(self.config)
        known = {finding.id: finding for finding in report.findings}
        told: set[str] = set()
        for contract in report.contracts:
            for check in contract.checks:
                failed = [known[name] for name in check.findings if name in known]
                told |= {finding.id for finding in failed}
                yield self._item(f"{contract.name}::{check.name}", *_outcome(check, failed))
            if not contract.checks:
                yield self._item(contract.name, "", _unchecked(report, contract))
        for finding in report.findings:
            counts = finding.severity is Severity.BREAK and finding.suppressed is None
            if counts and finding.id not in told:
                yield self._item(f"{finding.rule}::{finding.subject}", _text([finding]), "")
        for number, error in enumerate(report.errors, 1):
            said = f"could not check: {error.message}\n{error.hint}\n{error.detail}".rstrip()
            yield self._item(f"could-not-check::{number}", said, "")

    def _item(self, name: str, broken: str, skipped: str) -> ContractItem:
        return ContractItem.from_parent(self, name=name, broken=broken, skipped=skipped)


class ContractItem(pytest.Item):
    """One check.

    Args:
        broken: why it fails, or nothing.
        skipped: why it was not made, or nothing.
    """

    def __init__(self, *, broken: str, skipped: str, **known: object) -> None:
        super().__init__(**known)  # type: ignore[arg-type]
        self._broken = broken
        self._skipped = skipped

    def runtest(self) -> None:
        """Say what became of it."""
        if self._broken:
            raise ContractBroken(self._broken)
        if self._skipped:
            pytest.skip(self._skipped)

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> object:
        """The text alone: a traceback would show nothing but this plugin."""
        if isinstance(excinfo.value, ContractBroken):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it stands: the project, and its name."""
        return self.path, None, self.name


def _report(config: pytest.Config) -> Report:
    """The report of this environment.

    Raises:
        pytest.UsageError: the configuration can't be used.
    """
    from contract_check.config import Options, load
    from contract_check.model.errors import UsageError
    from contract_check.model.settings import Silent
    from contract_check.pipeline import run

    cwd = Path(config.invocation_params.dir)
    options = Options(
        environment=Path(sys.executable), baseline=config.getoption("--contracts-baseline")
    )
    try:
        return run(load(options, cwd, os.environ), Silent(), cwd=cwd)
    except UsageError as error:
        raise pytest.UsageError(f"--contracts: {error.message}. {error.hint}") from None


def _outcome(check: Check, findings: Iterable[Finding]) -> tuple[str, str]:
    """Why a check fails and why it was not made; at most one of them says anything."""
    from contract_check.model.report import Severity

    counting = [
        finding
        for finding in findings
        if finding.severity is Severity.BREAK and finding.suppressed is None
    ]
    if check.status == "failed" and not check.preexisting and counting:
        return _text(counting), ""
    if check.status == "skipped":
        return "", check.detail or "not checked"
    if check.preexisting:
        return "", "fails with the baseline too"
    return "", ""


def _unchecked(report: Report, contract: ContractReport) -> str:
    reasons = (item.reason for item in report.unchecked if item.subject == contract.name)
    return next(reasons, "not checked")


def _text(findings: Iterable[Finding]) -> str:
    """Findings as a person reads them under a failed test."""
    blocks: list[str] = []
    for finding in findings:
        where = finding.location
        lines = [f"{finding.rule}: {finding.message}"]
        lines += [f"  where: {where.path or where.file}:{where.line}"] if where else []
        if finding.witness is not None:
            lines += [f"  with the candidate: {finding.witness.candidate}"]
        lines += [f"  what to do: {finding.hint}"] if finding.hint else []
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)
