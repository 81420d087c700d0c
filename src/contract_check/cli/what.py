"""Options that say what is checked: refs, packages, configuration."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

_CHECKED = "What is checked"
_PACKAGES = "Packages and configuration"


class FailOn(StrEnum):
    """The least severity that makes a break."""

    BREAK = "break"
    WARNING = "warning"


class Compatibility(StrEnum):
    """Which directions count as breaks."""

    SOURCE = "source"
    BACKWARD = "backward"
    FORWARD = "forward"
    FULL = "full"


ProviderRefOption = Annotated[
    str | None,
    typer.Option(
        "--core-ref",
        "--provider-ref",
        metavar="REF",
        envvar=["CONTRACT_CHECK_CORE_REF", "CONTRACT_CHECK_PROVIDER_REF"],
        show_default=False,
        show_envvar=False,
        help="State of the provider to check: a version, tag, branch, commit, folder, "
        "wheel or git+URL; also version:…, git:…, path:….",
        rich_help_panel=_CHECKED,
    ),
]

ConsumerRefOption = Annotated[
    str | None,
    typer.Option(
        "--store-ref",
        "--consumer-ref",
        metavar="REF",
        envvar=["CONTRACT_CHECK_STORE_REF", "CONTRACT_CHECK_CONSUMER_REF"],
        show_default=False,
        show_envvar=False,
        help="State of the consumer. Default: the current folder if it is the "
        "consumer, else its newest release.",
        rich_help_panel=_CHECKED,
    ),
]

ConsumerPathOption = Annotated[
    Path | None,
    typer.Option(
        "--consumer-path",
        metavar="FOLDER",
        envvar="CONTRACT_CHECK_CONSUMER_PATH",
        show_default=False,
        show_envvar=False,
        help="Folder of a consumer that is no package, as scripts or an application. What it "
        "requires is read from the lock or requirements file there.",
        rich_help_panel=_CHECKED,
    ),
]

BaselineOption = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar="REF|FILE|none",
        envvar="CONTRACT_CHECK_BASELINE",
        show_default=False,
        show_envvar=False,
        help="State of the provider to compare with, the file of a snapshot (.json), or none. "
        "Default: what the consumer declares.",
        rich_help_panel=_CHECKED,
    ),
]

FailOnOption = Annotated[
    FailOn | None,
    typer.Option(
        "--fail-on",
        case_sensitive=False,
        envvar="CONTRACT_CHECK_FAIL_ON",
        show_default=False,
        show_envvar=False,
        help="Least severity that makes the verdict a break.",
        rich_help_panel=_CHECKED,
    ),
]

CompatibilityOption = Annotated[
    Compatibility | None,
    typer.Option(
        "--compatibility",
        case_sensitive=False,
        envvar="CONTRACT_CHECK_COMPATIBILITY",
        show_default=False,
        show_envvar=False,
        help="Directions that count as breaks. Default: full for declared contracts, source "
        "for found ones.",
        rich_help_panel=_CHECKED,
    ),
]

NoTypeCheckerOption = Annotated[
    bool,
    typer.Option(
        "--no-type-checker",
        envvar="CONTRACT_CHECK_NO_TYPE_CHECKER",
        show_default=False,
        show_envvar=False,
        help="Read the consumer's sources without a type checker.",
        rich_help_panel=_CHECKED,
    ),
]

NoFingerprintsOption = Annotated[
    bool,
    typer.Option(
        "--no-fingerprints",
        show_default=False,
        help="Replay what is the same on both sides too.",
        rich_help_panel=_CHECKED,
    ),
]

OnlyContractModulesOption = Annotated[
    bool,
    typer.Option(
        "--only-contract-modules",
        envvar="CONTRACT_CHECK_ONLY_CONTRACT_MODULES",
        show_default=False,
        show_envvar=False,
        help="Import only the consumer's modules that the contracts name, not all of them.",
        rich_help_panel=_CHECKED,
    ),
]

ProviderOption = Annotated[
    str | None,
    typer.Option(
        "--provider",
        metavar="NAME",
        envvar="CONTRACT_CHECK_PROVIDER",
        show_default=False,
        show_envvar=False,
        help="Package whose state is in question, with extras if need be. Default: the"
        " configuration's, else market-data-core.",
        rich_help_panel=_PACKAGES,
    ),
]

ConsumerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--consumer",
        metavar="NAME[==VERSION]|FOLDER",
        envvar="CONTRACT_CHECK_CONSUMER",
        show_default=False,
        show_envvar=False,
        help="Package that builds on it, perhaps with its version, or its folder. May be"
        " repeated: each is checked. Default: the configuration's, else market-data-store.",
        rich_help_panel=_PACKAGES,
    ),
]

ProviderRepositoryOption = Annotated[
    str | None,
    typer.Option(
        "--core-repository",
        "--provider-repository",
        metavar="URL",
        envvar=["CONTRACT_CHECK_CORE_REPOSITORY", "CONTRACT_CHECK_PROVIDER_REPOSITORY"],
        show_default=False,
        show_envvar=False,
        help="Where the provider's tags, branches and commits are looked up.",
        rich_help_panel=_PACKAGES,
    ),
]

ConsumerRepositoryOption = Annotated[
    str | None,
    typer.Option(
        "--store-repository",
        "--consumer-repository",
        metavar="URL",
        envvar=["CONTRACT_CHECK_STORE_REPOSITORY", "CONTRACT_CHECK_CONSUMER_REPOSITORY"],
        show_default=False,
        show_envvar=False,
        help="The same for the consumer.",
        rich_help_panel=_PACKAGES,
    ),
]

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        envvar="CONTRACT_CHECK_CONFIG",
        show_default=False,
        show_envvar=False,
        help="Configuration file. Default: the nearest one, from here up to the top of the "
        "repository.",
        rich_help_panel=_PACKAGES,
    ),
]
