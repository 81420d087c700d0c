"""One run's settings, complete: what flags, environment, files and the profile came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from contract_check.model.contracts import Compatibility, Contract, Policy
from contract_check.model.refs import Package

Installer = Literal["uv", "pip"]

LONGEST_TIMEOUT = 7 * 86400.0
"""Seconds: a week. Far above it, the system's own clocks overflow."""

LEAST_MEMORY = 64
"""MiB: with less, not even Python with Pydantic starts."""

MOST_MEMORY = 1 << 30
"""MiB: 1 PiB. Far above it, the system's own limits overflow."""


LONGEST_TESTS = 600.0
"""Seconds that the consumer's tests may take on one side, by default."""


_ANSWERS, _LEAST = 10, 120.0
"""How many times as long as one answer a whole run may take, and the seconds that it may take in
any case, unless a deadline is set."""


@dataclass(frozen=True)
class TestSettings:
    """The consumer's own tests, which are run on both sides.

    Args:
        paths: from the top of the consumer's project; `sdist` for those of its sdist.
        keyword: pytest's `-k`.
        marker: pytest's `-m`.
        arguments: further arguments for pytest.
        requirements: what the tests need beside pytest.
        group: the dependency group or extra of the consumer that lists what they need.
        timeout: seconds for the whole run on one side.
        optional: where there is no checkout with them, nothing is said.
    """

    __test__ = False

    paths: tuple[str, ...]
    keyword: str | None = None
    marker: str | None = None
    arguments: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    group: str | None = None
    timeout: float = LONGEST_TESTS
    optional: bool = False


@dataclass(frozen=True)
class Settings:
    """Everything one run needs to know.

    Args:
        provider: the package whose state is in question.
        consumer: the package that builds on it.
        provider_ref: the candidate as typed; None only with `environment`, where what is
            installed there is the candidate.
        consumer_ref: as typed, or None for the current folder or `home` if it is the consumer,
            else its newest release.
        consumer_path: the consumer's folder, if it is no package: scripts or an application.
        baseline: a ref, `none`, or None for what the consumer declares.
        consumer_from: which file or profile names the consumer beside another provider than
            this one, in words; None where the two are named together.
        contracts: the declared contracts.
        policy: severities and suppressions.
        compatibility: which directions count as breaks, for contracts that do not say so; None for
            the default, `full` for declared contracts and `source` for found ones.
        tests: the consumer's own tests, if they are to be run.
        env: variables set for the code under test.
        pass_env: names of variables handed on from the parent to the code under test.
        hidden: names of variables whose values no report shows: those typed or handed on.
        python: a version (`3.12`) or an interpreter's path, or None for the running one.
        environment: an interpreter or environment folder that exists already, used as it is.
        with_requirements: further requirements for the environments.
        local_requirements: where consumer and provider take third parties from that lie in
            folders or repositories; found by the run, not set by anyone.
        exclude_newer: ISO 8601 date; third parties uploaded later are not considered.
        timeout: seconds that one answer of a probe may take.
        deadline: seconds that a run may take; None for ten times `timeout`, at least 120.
        memory_limit: MiB of address space a probe may use.
        allow_network: let the code under test use the network; else it reaches the servers alone
            that `env` and `pass_env` name.
        type_checker: read the consumer's sources with a type checker as well.
        fingerprints: leave out of the replay what is the same on both sides, code included.
        import_all: import every module of the consumer, not only those the contracts name.
        cache_dir: where base layers and resolutions are kept between runs.
        home: the folder of the configuration file, if there is one.
    """

    provider: Package
    consumer: Package
    provider_ref: str | None
    consumer_ref: str | None = None
    consumer_path: Path | None = None
    baseline: str | None = None
    consumer_from: str | None = None
    contracts: tuple[Contract, ...] = ()
    policy: Policy = field(default_factory=Policy)
    tests: TestSettings | None = None
    compatibility: Compatibility | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    pass_env: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    python: str | None = None
    environment: Path | None = None
    with_requirements: tuple[str, ...] = ()
    local_requirements: tuple[str, ...] = ()
    exclude_newer: str | None = None
    installer: Installer = "uv"
    offline: bool = False
    refresh: bool = False
    timeout: float = 60.0
    deadline: float | None = None
    memory_limit: int = 4096
    keep_environments: bool = False
    allow_network: bool = False
    type_checker: bool = True
    fingerprints: bool = True
    import_all: bool = True
    cache_dir: Path = field(default_factory=lambda: Path(".cache"))
    home: Path | None = None

    @property
    def longest_run(self) -> float:
        """Seconds that a run may take in all, twice the time of the tests included."""
        tests = 2 * self.tests.timeout if self.tests is not None else 0.0
        return self.deadline or max(_ANSWERS * self.timeout, _LEAST) + tests


class Progress(Protocol):
    """Where a run says what it is doing. Inert by default; the command line hands in a live one."""

    def stage(self, name: str, detail: str = "") -> None:
        """A stage begins (`resolve`, `install`, `probe`, `judge`)."""

    def note(self, message: str) -> None:
        """Something worth a line on stderr, as a cache that is being filled."""


class Silent:
    """A progress that says nothing."""

    def stage(self, name: str, detail: str = "") -> None:
        return None

    def note(self, message: str) -> None:
        return None
