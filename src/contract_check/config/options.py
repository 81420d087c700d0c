"""What one command line said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from contract_check.model.contracts import Compatibility
from contract_check.model.settings import Installer


@dataclass(frozen=True)
class Options:
    """The command line as a value: None (or an empty tuple) is what it did not say.

    Args:
        provider_ref: the candidate, as typed.
        consumer_ref: as typed.
        consumer_path: the folder of a consumer that is no package.
        provider: a name, perhaps with extras (`core[validation]`).
        consumer: the same for the consumer.
        consumers: each as typed: a name, perhaps with its version, or a folder.
        provider_repository: where the provider's git refs are looked up.
        consumer_repository: the same for the consumer.
        baseline: a ref or `none`.
        tests: paths of the consumer's tests, or `sdist`.
        tests_with: PEP 508 texts that the tests need.
        tests_args: arguments for pytest, as a shell would split them.
        env: `NAME=VALUE` texts, added to those of the files.
        pass_env: variable names, added to those of the files.
        with_requirements: PEP 508 texts, added to those of the files.
        timeout: seconds.
        memory_limit: MiB.
        compatibility: for every contract, whatever the files say.
        config: the configuration file to read instead of looking for one.
    """

    provider_ref: str | None = None
    consumer_ref: str | None = None
    consumer_path: Path | None = None
    provider: str | None = None
    consumer: str | None = None
    consumers: tuple[str, ...] = ()
    provider_repository: str | None = None
    consumer_repository: str | None = None
    baseline: str | None = None
    tests: tuple[str, ...] = ()
    tests_with: tuple[str, ...] = ()
    tests_args: str | None = None
    env: tuple[str, ...] = ()
    pass_env: tuple[str, ...] = ()
    python: str | None = None
    environment: Path | None = None
    with_requirements: tuple[str, ...] = ()
    exclude_newer: str | None = None
    installer: Installer | None = None
    offline: bool | None = None
    refresh: bool | None = None
    timeout: float | None = None
    deadline: float | None = None
    memory_limit: int | None = None
    keep_environments: bool | None = None
    allow_network: bool | None = None
    import_all: bool | None = None
    type_checker: bool | None = None
    fingerprints: bool | None = None
    fail_on: Literal["break", "warning"] | None = None
    compatibility: Compatibility | None = None
    config: Path | None = None
