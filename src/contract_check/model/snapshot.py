"""A snapshot: what a baseline said of the contracts, written down to be compared with later."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contract_check.model.code import OwnCall, ProviderCode, Spread
from contract_check.model.observation import Observation, Payload
from contract_check.model.report import PinReport

SNAPSHOT_VERSION = 1


class Record(BaseModel):
    """Base of every part of a snapshot."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class RecordedPackage(Record):
    """A package of a snapshot, and what it was resolved to; a folder is told by its hash alone."""

    name: str
    version: str
    requested: str | None = None
    pin: PinReport | None = None


class RecordedTest(Record):
    """A test of the consumer that was run with the baseline."""

    id: str
    outcome: Literal["passed", "failed", "error", "skipped", "flaky"]


class RecordedTests(Record):
    """What became of the consumer's tests, and how they were asked for."""

    arguments: tuple[str, ...] = ()
    results: tuple[RecordedTest, ...] = ()


class RecordedCode(Record):
    """What the baseline's own code does with what it is handed.

    Args:
        modules: those that were read.
        calls: slot, member and calls, as in `ProviderCode`.
    """

    modules: tuple[str, ...] = ()
    calls: tuple[tuple[str, str, tuple[OwnCall, ...]], ...] = ()
    flows: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    spreads: dict[str, tuple[Spread, ...]] = Field(default_factory=dict)
    functions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    returned: dict[str, str] = Field(default_factory=dict)

    @classmethod
    def of(cls, modules: tuple[str, ...], code: ProviderCode) -> RecordedCode:
        """The record of some modules."""
        return cls(
            modules=modules,
            calls=tuple((*key, calls) for key, calls in sorted(code.calls.items())),
            flows={slot: tuple(sorted(into)) for slot, into in code.flows.items()},
            spreads=dict(code.spreads),
            functions={name: tuple(sorted(called)) for name, called in code.functions.items()},
            returned=dict(code.returned),
        )

    @property
    def code(self) -> ProviderCode:
        """The code as rules look at it."""
        return ProviderCode(
            calls={(slot, member): calls for slot, member, calls in self.calls},
            flows={slot: frozenset(into) for slot, into in self.flows.items()},
            spreads=self.spreads,
            functions={name: frozenset(called) for name, called in self.functions.items()},
            returned=self.returned,
        )


class Snapshot(Record):
    """What one environment with the baseline said.

    Args:
        digest: of all the rest: an edited snapshot proves nothing.
        written_by: the version of contract-check.
        provider: the baseline.
        consumer: for whom it was asked.
        observation: everything that it said.
        payloads: what was replayed; the observation holds what became of each.
        version_tests: module, test and answer for what the consumer asks about versions.
        names: the provider's modules that were met, with the public names that each offers.
        code: what the provider's own code does.
        tests: the consumer's tests, where they were run too.
    """

    schema_version: Literal[1] = 1
    digest: str = ""
    written_by: str
    provider: RecordedPackage
    consumer: RecordedPackage
    observation: Observation
    payloads: tuple[Payload, ...] = ()
    version_tests: tuple[tuple[str, str, bool | None], ...] = ()
    names: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    code: RecordedCode = Field(default_factory=RecordedCode)
    tests: RecordedTests | None = None
