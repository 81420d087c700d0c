"""`--environment`: an interpreter that exists already is asked what it holds; nothing is
installed into it."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from contract_check.environments import sides
from contract_check.environments.crew import Crew
from contract_check.environments.editable import editable_folders, located
from contract_check.environments.failures import Attempt
from contract_check.environments.interface import Interpreter
from contract_check.environments.python import (
    Description,
    check_supported,
    describe,
    interpreter,
    interpreter_at,
)
from contract_check.environments.sources import prepare
from contract_check.environments.values import Built, Environment, Installed
from contract_check.environments.verify import (
    admits,
    check_existing,
    check_files,
    installed,
    not_as_asked,
    on_provider,
    shown,
)
from contract_check.environments.workspace import Workspace
from contract_check.model.errors import CheckError, Side
from contract_check.model.refs import Pin
from contract_check.model.settings import Settings


def use(
    settings: Settings,
    candidate: Pin | None,
    consumer: Pin | None,
    baseline: Pin | None,
    crew: Crew,
    maker_for: Callable[[Interpreter], sides.Maker],
    workspace: Workspace,
) -> Built:
    """Describe an existing environment as the candidate.

    A baseline is a temporary environment with the other provider in front of the same packages.

    Args:
        maker_for: gives what makes sides of an interpreter.

    Raises:
        CheckError: it can't be asked, lacks one of the packages, or holds another state of one.
    """
    python, description = _ask(settings, crew, workspace)
    users, asked = _consumer(settings, python, description)
    provider = _there(settings.provider.name, description, "candidate")
    for pin, found in ((candidate, provider), (consumer, users)):
        if pin is not None:
            check_existing(pin, found, "candidate")
            _check_content(pin, found, maker_for(python))
    site = tuple(map(Path, description.site))
    new = Environment(
        side="candidate",
        python=python.path,
        root=None,
        site=site,
        provider=provider,
        consumer=users,
        packages=_packages(site),
        python_version=python.version,
        platform=python.platform,
        requirement=shown(asked),
        admits=admits(asked, provider, candidate),
        reads=editable_folders(site),
    )
    old = None
    if baseline is not None:
        old = _baseline(settings, baseline, new, asked, maker_for(python))
    own = {provider.name, users.name}
    others = {name: version for name, version in new.packages.items() if name not in own}
    return Built(candidate=new, baseline=old, differences=(), third_parties=others)


def requirement(settings: Settings, crew: Crew, workspace: Workspace) -> str | None:
    """What the consumer there asks of the provider; may hold credentials.

    Raises:
        CheckError: the environment can't be asked or lacks the consumer.
    """
    python, description = _ask(settings, crew, workspace)
    _users, asked = _consumer(settings, python, description)
    return shown(asked, secret=True)


def _ask(settings: Settings, crew: Crew, workspace: Workspace) -> tuple[Interpreter, Description]:
    assert settings.environment is not None
    path = interpreter_at(settings.environment)
    description = describe(path, crew, workspace, "candidate")
    check_supported(description.version, path, "candidate")
    return interpreter(description, path), description


def _consumer(
    settings: Settings, python: Interpreter, description: Description
) -> tuple[Installed, tuple[Requirement, ...]]:
    users = _there(settings.consumer.name, description, "candidate")
    asked = on_provider(users.requires, settings.provider.name, settings.consumer.extras, python)
    return users, asked


def _there(name: str, description: Description, side: Side) -> Installed:
    found = installed(name, map(Path, description.site))
    if found is None:
        raise CheckError(
            f"provider-not-as-asked: {name} is not installed in the environment given.",
            stage="environment",
            side=side,
            hint="Install it there, or leave --environment out to have one built.",
        )
    return located(found)


def _check_content(pin: Pin, found: Installed, maker: sides.Maker) -> None:
    """A folder may have changed since it was installed, unless it is installed in place."""
    if pin.kind not in {"path", "wheel"} or found.editable is not None:
        return
    source = prepare(
        pin,
        installer=maker.installer,
        python=maker.python,
        workspace=maker.workspace,
        store=maker.wheels,
        side="candidate",
    )
    if source.wheel is not None:
        check_files(pin, source.wheel, found, "candidate")


def _packages(site: tuple[Path, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for distribution in importlib.metadata.distributions(path=[str(folder) for folder in site]):
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(canonicalize_name(name), distribution.version)
    return dict(sorted(found.items()))


def _baseline(
    settings: Settings,
    pin: Pin,
    new: Environment,
    asked: tuple[Requirement, ...],
    maker: sides.Maker,
) -> Environment:
    source = prepare(
        pin,
        installer=maker.installer,
        python=maker.python,
        workspace=maker.workspace,
        store=maker.wheels,
        side="baseline",
    )
    attempt = Attempt(pin.name, new.consumer.name, new.python_version, "baseline", settings.offline)
    root, site = maker.make(source, None, lambda: new.site, attempt, shadow=True)
    provider = installed(pin.name, site)
    if provider is None:
        raise not_as_asked(pin, f"{pin.name} is not installed", "baseline")
    return Environment(
        side="baseline",
        python=sides.python_of(root),
        root=root,
        site=site,
        provider=provider,
        consumer=new.consumer,
        packages={**new.packages, provider.name: provider.version},
        python_version=new.python_version,
        platform=new.platform,
        requirement=new.requirement,
        admits=admits(asked, provider, pin),
        reads=new.reads,
    )
