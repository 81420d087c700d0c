"""What is known of a run while it goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from contract_check import environments, refs
from contract_check.model.errors import CheckError
from contract_check.model.refs import Pin
from contract_check.model.report import ReportError, TestsReport
from contract_check.model.settings import Progress, Settings
from contract_check.model.snapshot import Snapshot
from contract_check.pipeline.subjects import Examined

if TYPE_CHECKING:
    from contract_check import judge


@dataclass
class Run:
    """What is known so far, so that a run that fails can still report it."""

    settings: Settings
    progress: Progress
    started: float
    candidate: Pin | None = None
    consumer: Pin | None = None
    baseline: Pin | None = None
    snapshot: Snapshot | None = None
    differences: tuple[str, ...] = ()
    built: environments.Built | None = None
    examined: Examined | None = None
    checkout: refs.Checkout | None = None
    judgement: judge.Judgement | None = None
    test_folder: Path | None = None
    tests: TestsReport | None = None
    errors: list[ReportError] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, detail: str = "") -> Iterator[None]:
        """Tell the progress, and add what it takes to the timings, in seconds."""
        self.progress.stage(name, detail)
        before = time.perf_counter()
        try:
            yield
        finally:
            self.timings[name] = self.timings.get(name, 0.0) + time.perf_counter() - before

    @property
    def alone(self) -> bool:
        """Whether the candidate is the baseline, the same immutable thing."""
        one, other = self.candidate, self.baseline
        return one is not None and other is not None and one.requirement == other.requirement

    def fail(self, error: CheckError) -> None:
        """Take down what could not be checked."""
        self.errors.append(
            ReportError(
                stage=error.stage,
                side=error.side,
                message=error.message,
                hint=error.hint,
                detail=error.detail,
            )
        )
