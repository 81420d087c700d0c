"""Options that say how it is checked and shown: environments, limits, the report."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from contract_check import __version__
from contract_check.cli import exits
from contract_check.model.errors import UsageError

_ENVIRONMENTS = "Environments"
_CODE = "Code under test"
_REPORT = "Report"


class Installer(StrEnum):
    """Who builds the environments."""

    UV = "uv"
    PIP = "pip"


class Color(StrEnum):
    """When the report on stdout is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def _show_version(wanted: bool) -> None:
    if wanted:
        exits.show(f"contract-check {__version__}")
        raise typer.Exit


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(
            f"--timeout: {text!r} is no number", hint="Write seconds, as in 60 or 2.5."
        ) from None


def _mebibytes(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(
            f"--memory-limit: {text!r} is no whole number", hint="Write MiB, as in 4096."
        ) from None


def _complete_format(incomplete: str) -> list[str]:
    from contract_check.reports import format_names

    return [name for name in format_names() if name.startswith(incomplete)]


PythonOption = Annotated[
    str | None,
    typer.Option(
        "--python",
        metavar="VERSION|PATH",
        envvar="CONTRACT_CHECK_PYTHON",
        show_default=False,
        show_envvar=False,
        help="Python of the environments. Default: the one that runs contract-check.",
        rich_help_panel=_ENVIRONMENTS,
    ),
]

EnvironmentOption = Annotated[
    Path | None,
    typer.Option(
        "--environment",
        metavar="PATH",
        envvar="CONTRACT_CHECK_ENVIRONMENT",
        show_default=False,
        show_envvar=False,
        help="Use this existing environment or interpreter as it is, instead of building one.",
        rich_help_panel=_ENVIRONMENTS,
    ),
]

WithRequirementsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="REQUIREMENT",
        envvar="CONTRACT_CHECK_WITH",
        show_default=False,
        show_envvar=False,
        help="Install this as well. May be repeated.",
        rich_help_panel=_ENVIRONMENTS,
    ),
]

ExcludeNewerOption = Annotated[
    str | None,
    typer.Option(
        "--exclude-newer",
        metavar="DATE",
        envvar="CONTRACT_CHECK_EXCLUDE_NEWER",
        show_default=False,
        show_envvar=False,
        help="Consider no third-party release uploaded after this date (ISO 8601).",
        rich_help_panel=_ENVIRONMENTS,
    ),
]

InstallerOption = Annotated[
    Installer | None,
    typer.Option(
        "--installer",
        case_sensitive=False,
        envvar="CONTRACT_CHECK_INSTALLER",
        show_default=False,
        show_envvar=False,
        help="Who builds the environments. Default: uv.",
        rich_help_panel=_ENVIRONMENTS,
    ),
]

OfflineOption = Annotated[
    bool | None,
    typer.Option(
        "--offline/--no-offline",
        envvar="CONTRACT_CHECK_OFFLINE",
        show_default=False,
        show_envvar=False,
        help="Use only what is cached.",
        rich_help_panel=_ENVIRONMENTS,
    ),
]

RefreshOption = Annotated[
    bool,
    typer.Option(
        "--refresh",
        envvar="CONTRACT_CHECK_REFRESH",
        show_default=False,
        show_envvar=False,
        help="Look everything up again instead of using what is cached.",
        rich_help_panel=_ENVIRONMENTS,
    ),
]

KeepEnvironmentsOption = Annotated[
    bool | None,
    typer.Option(
        "--keep-environments/--remove-environments",
        envvar="CONTRACT_CHECK_KEEP_ENVIRONMENTS",
        show_default=False,
        show_envvar=False,
        help="Leave the environments in place and say where they are.",
        rich_help_panel=_ENVIRONMENTS,
    ),
]

TestsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tests",
        metavar="PATH|sdist",
        envvar="CONTRACT_CHECK_TESTS",
        show_default=False,
        show_envvar=False,
        help="Run these tests of the consumer on both sides; what is new is a break. sdist "
        "takes those of its released archive. May be repeated.",
        rich_help_panel=_CODE,
    ),
]

TestsWithOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tests-with",
        metavar="REQUIREMENT",
        envvar="CONTRACT_CHECK_TESTS_WITH",
        show_default=False,
        show_envvar=False,
        help="What the tests need beside pytest. Default: the consumer's group or extra "
        "called test, tests, testing or dev. May be repeated.",
        rich_help_panel=_CODE,
    ),
]

TestsArgsOption = Annotated[
    str | None,
    typer.Option(
        "--tests-args",
        metavar="TEXT",
        envvar="CONTRACT_CHECK_TESTS_ARGS",
        show_default=False,
        show_envvar=False,
        help="Arguments for pytest, as in '-k store -m \"not slow\"'.",
        rich_help_panel=_CODE,
    ),
]

EnvOption = Annotated[
    list[str] | None,
    typer.Option(
        "--env",
        metavar="NAME=VALUE",
        show_default=False,
        show_envvar=False,
        help="Set a variable for the code under test, which sees none of yours "
        "otherwise. May be repeated.",
        rich_help_panel=_CODE,
    ),
]

PassEnvOption = Annotated[
    list[str] | None,
    typer.Option(
        "--pass-env",
        metavar="NAME",
        envvar="CONTRACT_CHECK_PASS_ENV",
        show_default=False,
        show_envvar=False,
        help="Hand on a variable of yours to the code under test. May be repeated.",
        rich_help_panel=_CODE,
    ),
]

TimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        parser=_seconds,
        envvar="CONTRACT_CHECK_TIMEOUT",
        show_default=False,
        show_envvar=False,
        help="Longest time that one answer may take. Default: 60.",
        rich_help_panel=_CODE,
    ),
]

DeadlineOption = Annotated[
    float | None,
    typer.Option(
        "--deadline",
        metavar="SECONDS",
        parser=_seconds,
        envvar="CONTRACT_CHECK_DEADLINE",
        show_default=False,
        show_envvar=False,
        help="Longest time that a run may take. Default: ten times --timeout, at least 120.",
        rich_help_panel=_CODE,
    ),
]

MemoryLimitOption = Annotated[
    int | None,
    typer.Option(
        "--memory-limit",
        metavar="MIB",
        parser=_mebibytes,
        envvar="CONTRACT_CHECK_MEMORY_LIMIT",
        show_default=False,
        show_envvar=False,
        help="Most memory that an environment's process may use. Default: 4096.",
        rich_help_panel=_CODE,
    ),
]

AllowNetworkOption = Annotated[
    bool | None,
    typer.Option(
        "--allow-network/--no-network",
        envvar="CONTRACT_CHECK_ALLOW_NETWORK",
        show_default=False,
        show_envvar=False,
        help="Let the code under test use the network. Else it reaches the servers alone that "
        "--env and --pass-env name.",
        rich_help_panel=_CODE,
    ),
]

FormatsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="FORMAT[=FILE]",
        envvar="CONTRACT_CHECK_FORMAT",
        autocompletion=_complete_format,
        show_default=False,
        show_envvar=False,
        help="Report format, to stdout or a file. May be repeated. Default: terminal; in "
        "GitHub Actions github besides, in GitLab CI gitlab.",
        rich_help_panel=_REPORT,
    ),
]

ColorOption = Annotated[
    Color,
    typer.Option(
        "--color",
        case_sensitive=False,
        envvar="CONTRACT_CHECK_COLOR",
        show_default=False,
        show_envvar=False,
        help="When to colour the report on stdout; auto respects NO_COLOR.",
        rich_help_panel=_REPORT,
    ),
]

QuietOption = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        envvar="CONTRACT_CHECK_QUIET",
        show_default=False,
        show_envvar=False,
        help="Nothing on stderr but errors.",
        rich_help_panel=_REPORT,
    ),
]

VerboseOption = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        envvar="CONTRACT_CHECK_VERBOSE",
        show_default=False,
        show_envvar=False,
        help="Every stage on stderr, everything in the report, tracebacks of bugs.",
        rich_help_panel=_REPORT,
    ),
]

VersionOption = Annotated[
    bool,
    typer.Option(
        "--version", "-V", is_eager=True, callback=_show_version, help="Print the version."
    ),
]
