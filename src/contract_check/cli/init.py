"""`contract-check init`: a commented configuration file for the current project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from contract_check.cli import exits
from contract_check.cli.providers import Choice, choose
from contract_check.model.errors import UsageError

_PROFILE_PACKAGES = {"market-data": ("market-data-core", "market-data-store")}

_HEAD = """\
# How contract-check checks this project. Command-line options outrank this file.
# The same can stand in pyproject.toml, under [tool.contract-check].
"""

_PROFILED = """
# The built-in contracts of these two packages; what stands below adds to them.
profile = "{profile}"
"""

_OPTIONS = """
# What the provider is compared with; by default what the consumer declares.
# baseline = "1.4.0"
# fail-on = "warning"            # by default only a break fails
# python = "3.12"                # by default the one that runs contract-check
# with = ["some-plugin>=1"]      # installed as well
# exclude-newer = "2026-01-31"   # no third-party release uploaded later
# installer = "pip"              # by default uv
# timeout = 60                   # seconds that one answer of the code under test may take
# memory-limit = 4096            # MiB
"""

_TABLES = """
[provider]
name = "{provider}"              # extras are welcome: "{provider}[validation]"
# repository = "https://example.org/{provider}.git"   # where tags and branches are looked up

[consumer]
name = "{consumer}"
"""

_REST = """\
# pass-env = ["DATABASE_URL"]    # variables of yours that the code under test may see

# [consumer.env]                 # variables set for the code under test
# APP_MODE = "test"

# One thing the two agree on. What the consumer's code takes from the provider is found without
# being declared; a declaration adds samples, expected values and factories.
# [[contract]]
# name = "order-event"
# kind = "extends"               # extends, uses, enum, endpoint, function, protocol or import
# provider = "{provider_module}.events:OrderEvent"
# consumer = "{consumer_module}.events:OrderEvent"
# samples = [{{ id = 1, state = "open" }}]
# factories = [{{ call = "create", kwargs = {{ id = 1 }} }}]

# [[contract.scenario]]          # a program that passes where the contract holds
# name = "an order that was made has a state"
# code = "from {consumer_module}.events import OrderEvent; assert OrderEvent.create(id=1).state"

# [policy.severities]            # break, warning, info or off, by rule (`contract-check rules`)
# enum-member-added = "info"

# [[policy.suppress]]            # a finding that is known and accepted
# rule = "field-removed"
# subject = "{provider_module}.events:OrderEvent"
# path = "note"
# reason = "nobody reads it"
# expires = "2027-01-01"
"""


def init(
    provider: Annotated[
        str | None,
        typer.Option(
            "--provider",
            metavar="NAME",
            help="The package that owns the models. Default: the dependency whose classes "
            "the code uses most.",
        ),
    ] = None,
    consumer: Annotated[
        str | None,
        typer.Option(
            "--consumer",
            metavar="NAME",
            help="The package that builds on it. Default: the project in this folder.",
        ),
    ] = None,
) -> None:
    """Write a commented contract-check.toml for this folder's project."""
    from contract_check.config.files import FILE_NAME, find_file

    cwd = Path.cwd()
    existing = find_file(cwd)
    if existing is not None and existing.parent == cwd:
        raise UsageError(
            f"{existing} configures contract-check already",
            hint="Edit it, or remove it before running init.",
        )
    chosen, name = _packages(cwd, provider, consumer)
    text = _file(chosen.name, name)
    try:
        with (cwd / FILE_NAME).open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(
            f"{cwd / FILE_NAME} can't be written: {error.strerror or error}",
            hint="Check the folder's permissions.",
        ) from None
    because = f", because {chosen.why}" if chosen.why else ""
    exits.show(f"The provider is {chosen.name}{because}; the consumer is {name}.")
    exits.show(f"Wrote {FILE_NAME}; now try: contract-check --core-ref REF")


def _file(provider: str, consumer: str) -> str:
    """The file's text for two normalized names."""
    rest = _REST.format(
        provider_module=provider.replace("-", "_"), consumer_module=consumer.replace("-", "_")
    )
    for profile, names in _PROFILE_PACKAGES.items():
        if names == (provider, consumer):
            consumer_table = f'\n[consumer]\nname = "{consumer}"\n'
            return _HEAD + _PROFILED.format(profile=profile) + _OPTIONS + consumer_table + rest
    return _HEAD + _OPTIONS + _TABLES.format(provider=provider, consumer=consumer) + rest


def _packages(cwd: Path, provider: str | None, consumer: str | None) -> tuple[Choice, str]:
    """Provider and consumer, from the options or the project's own metadata.

    Raises:
        UsageError: the metadata does not tell.
    """
    from contract_check.config import parse_package

    project = _project(cwd / "pyproject.toml")
    name = consumer or project.get("name")
    if not isinstance(name, str):
        raise UsageError(
            "there is no pyproject.toml with a project's name in this folder",
            hint="Say whose contracts to check: contract-check init --provider NAME "
            "--consumer NAME.",
        )
    name = parse_package(name, "--consumer").name
    if provider:
        return Choice(parse_package(provider, "--provider").name, ""), name
    dependencies = _dependencies(project.get("dependencies"))
    for core, store in _PROFILE_PACKAGES.values():
        if store == name and core in dependencies:
            return Choice(core, "the built-in contracts are those of these two"), name
    return choose(cwd, name, dependencies), name


def _dependencies(dependencies: object) -> list[str]:
    """The normalized names, each once."""
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    names: list[str] = []
    for text in dependencies if isinstance(dependencies, list) else ():
        try:
            names.append(canonicalize_name(Requirement(str(text)).name))
        except InvalidRequirement:
            continue  # not ours to complain about; it can't be the provider
    return list(dict.fromkeys(names))


def _project(path: Path) -> dict[str, object]:
    """The `[project]` table, empty if there is none."""
    from contract_check.config.files import read_toml

    project = read_toml(path).get("project") if path.exists() else None
    return project if isinstance(project, dict) else {}
