"""What can go wrong, as values the command line turns into an exit code and two sentences."""

from __future__ import annotations

from typing import Literal

Stage = Literal["refs", "environment", "probe", "contract", "internal"]
Side = Literal["candidate", "baseline"]


class ContractCheckError(Exception):
    """Something a person can act on.

    Args:
        message: one sentence of cause.
        hint: one sentence of what to do next.
        detail: the tail of what the failing program printed, already redacted.
    """

    def __init__(self, message: str, *, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail


class UsageError(ContractCheckError):
    """The command line or the configuration can't be used: exit code 2."""


class CheckError(ContractCheckError):
    """The check could not be carried out: verdict `error`, exit code 3.

    Args:
        stage: which stage of the run failed.
        side: which environment it concerns, where it concerns one.
    """

    def __init__(
        self,
        message: str,
        *,
        stage: Stage,
        side: Side | None = None,
        hint: str = "",
        detail: str = "",
    ) -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.stage: Stage = stage
        self.side: Side | None = side


class Interrupted(BaseException):
    """A signal asked the run to stop; raised in the main thread so that every `finally` runs.

    Args:
        signal_number: the signal received; the process exits with 128 plus this number.
    """

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal_number = signal_number


class Overdue(BaseException):
    """The run's deadline has passed; raised in the main thread so that every `finally` runs.

    Args:
        seconds: the deadline.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds
