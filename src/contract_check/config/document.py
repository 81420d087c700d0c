"""The shape of a configuration file and of a profile: the same for both.

Keys are written in kebab-case (`memory-limit`); snake_case is accepted too.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from contract_check.model.contracts import Compatibility, Contract, Declaration, Policy
from contract_check.model.settings import (
    LEAST_MEMORY,
    LONGEST_TESTS,
    LONGEST_TIMEOUT,
    MOST_MEMORY,
    Installer,
)

VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
# No variable, argument or path of a process can hold a NUL.
Value = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Text = Annotated[Value, Field(min_length=1)]


class ProviderTable(Declaration):
    """The package that owns the models.

    Args:
        name: the distribution's name, perhaps with extras.
        extras: more extras.
        repository: where its git refs are looked up.
        consumers: of the provider: those that a run from its checkout checks; each a name, perhaps
            with its version (`store==2.1`), or a folder.
    """

    name: Text
    extras: tuple[Text, ...] = ()
    repository: Text | None = None
    consumers: tuple[Text, ...] = ()


class TestsTable(Declaration):
    """The consumer's own tests: `tests = "tests/contracts"`, several paths, or this table.

    Args:
        paths: from the top of the consumer's project.
        keyword: pytest's `-k`.
        marker: pytest's `-m`.
        arguments: further arguments for pytest.
        with_requirements: written `with`: what the tests need beside pytest.
        group: the dependency group or extra that lists what they need. Default: the first of
            test, tests, testing and dev that there is.
        timeout: seconds for the whole run on one side.
        optional: where there is no checkout with them, nothing is said.
    """

    __test__ = False

    paths: tuple[Text, ...] = ("tests",)
    keyword: Text | None = None
    marker: Text | None = None
    arguments: tuple[Value, ...] = ()
    with_requirements: tuple[Text, ...] = Field(default=(), alias="with")
    group: Text | None = None
    timeout: Annotated[float, Field(gt=0, le=LONGEST_TIMEOUT)] = LONGEST_TESTS
    optional: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_paths(cls, value: object) -> object:
        if isinstance(value, str):
            return {"paths": [value]}
        return {"paths": value} if isinstance(value, list | tuple) else value


class ConsumerTable(ProviderTable):
    """The package that builds on the provider.

    Args:
        path: its folder, if it is no package: scripts or an application.
        tests: its own tests, which are run on both sides.
        env: variables set for the code under test.
        pass_env: names of variables handed on from the parent to the code under test.
    """

    path: Text | None = None
    tests: TestsTable | None = None
    env: dict[VariableName, Value] = Field(default_factory=dict)
    pass_env: tuple[VariableName, ...] = ()


class Document(Declaration):
    """A whole file. Everything may be left out where a profile stands below it.

    Args:
        profile: the built-in profile this file adds to.
        contracts: written as `[[contract]]`; one of the profile's name replaces it.
        timeout: seconds.
        memory_limit: MiB.
    """

    profile: Text | None = None
    provider: ProviderTable | None = None
    consumer: ConsumerTable | None = None
    contracts: tuple[Contract, ...] = Field(default=(), alias="contract")
    policy: Policy = Field(default_factory=Policy)
    fail_on: Literal["break", "warning"] | None = None
    compatibility: Compatibility | None = None
    consumer_ref: Text | None = None
    baseline: Text | None = None
    python: Text | None = None
    with_requirements: tuple[Text, ...] = Field(default=(), alias="with")
    exclude_newer: Text | None = None
    installer: Installer | None = None
    offline: bool | None = None
    # Strict, so that `true` is no second and no MiB.
    timeout: Annotated[float, Field(strict=True, gt=0, le=LONGEST_TIMEOUT)] | None = None
    deadline: Annotated[float, Field(strict=True, gt=0, le=LONGEST_TIMEOUT)] | None = None
    memory_limit: Annotated[int, Field(strict=True, ge=LEAST_MEMORY, le=MOST_MEMORY)] | None = None
    keep_environments: bool | None = None
    allow_network: bool | None = None
    import_all: bool | None = None
    type_checker: bool | None = None
