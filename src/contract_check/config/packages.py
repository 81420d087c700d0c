"""Package names as people write them, with extras."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from contract_check.model.errors import UsageError
from contract_check.model.refs import Package


def parse_package(text: str, where: str, repository: str | None = None) -> Package:
    """Read `name` or `name[extra,…]`.

    Args:
        text: as typed.
        where: the option or key it stands in, for the error.
        repository: where its git refs are looked up.

    Raises:
        UsageError: it is no package name, or says more than a name.
    """
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        raise UsageError(
            f"{where}: {text!r} is no package name",
            hint="Write the distribution's name, with extras if need be: 'some-package[extra]'.",
        ) from None
    if requirement.specifier or requirement.url or requirement.marker:
        raise UsageError(
            f"{where}: {text!r} says more than a name",
            hint=f"Write {requirement.name!r} here and give the version as a ref, "
            "as in --core-ref 1.4.61.",
        )
    extras = tuple(sorted(canonicalize_name(extra) for extra in requirement.extras))
    return Package(canonicalize_name(requirement.name), extras, repository)


def folder_package(folder: Path, where: str) -> Package:
    """A consumer that is no package is called like its folder.

    Raises:
        UsageError: the folder's name has nothing that a package's name may have.
    """
    return parse_package(re.sub(r"[^A-Za-z0-9._-]+", "-", folder.name).strip("-._"), where)


def check_requirement(text: str, where: str) -> str:
    """A further requirement for the environments, as it stands.

    Raises:
        UsageError: it is no PEP 508 requirement (so it can't be an installer's option either).
    """
    try:
        Requirement(text)
    except InvalidRequirement as error:
        raise UsageError(
            f"{where}: {text!r} is no requirement ({str(error).splitlines()[0]})",
            hint="Write it as in a pyproject.toml: 'name', 'name>=1.2' or 'name @ URL'.",
        ) from None
    return text
