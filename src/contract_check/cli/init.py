"""`contract-check init`: a commented configuration file for the current project."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
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
# What the provider is compared with; by default what the consumer declares{declared}.
# baseline = "{baseline}"
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
{repository}   # where tags and branches are looked up

[consumer]
name = "{consumer}"
{path}"""

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
    found = _find(cwd, provider, consumer)
    text = _file(found)
    try:
        with (cwd / FILE_NAME).open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(
            f"{cwd / FILE_NAME} can't be written: {error.strerror or error}",
            hint="Check the folder's permissions.",
        ) from None
    because = f", because {found.provider.why}" if found.provider.why else ""
    exits.show(f"The provider is {found.provider.name}{because}; the consumer is {found.consumer}.")
    flag = "--core-ref" if _profile_of(found) else "--provider-ref"
    exits.show(f"Wrote {FILE_NAME}; now try: contract-check {flag} {found.baseline or 'REF'}")


@dataclass(frozen=True)
class _Found:
    """What the project's own files tell.

    Args:
        consumer: its normalized name.
        repository: where the consumer takes the provider from, if from a repository.
        baseline: the tag, branch or commit that it takes; or the version that it names.
        loose: the folder holds no package.
    """

    provider: Choice
    consumer: str
    repository: str = ""
    baseline: str = ""
    loose: bool = False


def _profile_of(found: _Found) -> str | None:
    names = (found.provider.name, found.consumer)
    return next((name for name, own in _PROFILE_PACKAGES.items() if own == names), None)


def _file(found: _Found) -> str:
    """The file's text."""
    provider, consumer = found.provider.name, found.consumer
    rest = _REST.format(
        provider_module=provider.replace("-", "_"), consumer_module=consumer.replace("-", "_")
    )
    options = _OPTIONS.format(
        declared=f", {found.baseline}" if found.baseline else "",
        baseline=found.baseline or "1.4.0",
    )
    profile = _profile_of(found)
    if profile is not None:
        consumer_table = f'\n[consumer]\nname = "{consumer}"\n'
        return _HEAD + _PROFILED.format(profile=profile) + options + consumer_table + rest
    example = f"# repository = {json.dumps(f'https://example.org/{provider}.git')}"
    repository = f"repository = {json.dumps(found.repository)}" if found.repository else example
    path = 'path = "."                     # no package: its files are read as they lie\n'
    tables = _TABLES.format(
        provider=provider, consumer=consumer, repository=repository, path=path * found.loose
    )
    return _HEAD + options + tables + rest


def _find(cwd: Path, provider: str | None, consumer: str | None) -> _Found:
    """Provider and consumer, from the options or the project's own files.

    Raises:
        UsageError: they do not tell.
    """
    from contract_check import refs
    from contract_check.config import parse_package

    project = refs.read_project(cwd)
    name = consumer or (project.name if project else None)
    requires = project.requires if project else ()
    loose = project is None or not refs.is_project(cwd)
    if loose:
        requires = refs.loose_requirements(cwd)
        name = name or (_folder_name(cwd) if requires or any(cwd.glob("*.py")) else None)
    if name is None:
        raise UsageError(
            "there is no project's name, requirements file or Python file in this folder",
            hint="Say whose contracts to check: contract-check init --provider NAME "
            "--consumer NAME.",
        )
    name = parse_package(name, "--consumer").name
    known = refs.Project(cwd, name, requires, project.sources if project else {})
    chosen = _provider(cwd, provider, name, known.required)
    repository, baseline = _taken(known.requirement(chosen.name))
    return _Found(chosen, name, repository, baseline, loose and consumer is None)


def _folder_name(folder: Path) -> str:
    from contract_check.config import folder_package

    return folder_package(folder, "the current folder").name


def _provider(cwd: Path, provider: str | None, name: str, required: Sequence[str]) -> Choice:
    from contract_check.config import parse_package

    if provider:
        return Choice(parse_package(provider, "--provider").name, "")
    for core, store in _PROFILE_PACKAGES.values():
        if store == name and core in required:
            return Choice(core, "the built-in contracts are those of these two")
    return choose(cwd, name, required)


def _taken(requirement: str | None) -> tuple[str, str]:
    """The repository and the ref that a requirement names; else the version that it begins with."""
    from packaging.requirements import Requirement

    from contract_check import refs
    from contract_check.support.redact import redact

    if requirement is None:
        return "", ""
    wanted = Requirement(requirement)
    if wanted.url is None:
        named = [one.version for one in wanted.specifier if one.operator in ("==", ">=", "~=")]
        return "", named[0] if len(named) == 1 and not named[0].endswith("*") else ""
    if not wanted.url.startswith("git+"):
        return "", ""
    ref = refs.parse(wanted.url)
    repository = ref.url or ""
    if redact(repository) != repository and not repository.startswith("ssh:"):
        return "", ref.value  # credentials are not for a file that is committed
    below = f"#subdirectory={ref.subdirectory}" if ref.subdirectory else ""
    return repository + below, ref.value
