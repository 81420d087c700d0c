"""Commands and options, in Typer's terms. Everything they do stands in the modules beside this."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from contract_check import __version__
from contract_check.cli import cache, doctor, exits, explain, init
from contract_check.cli.help import Plain, Sections, as_it_stands, examples
from contract_check.model.errors import UsageError

_HELP = (
    "Does this version of a package still fit the package that builds on it?\n\n"
    "Installs the provider at a ref together with the consumer into a temporary environment, "
    "watches what the two really do there, compares that with the version the consumer is built "
    "against today, prints a report and exits nonzero on any break."
)

_EPILOG = "\n\n".join(
    (
        examples(
            "--core-ref v1.4.61",
            "--core-ref ../market-data-core --store-ref 0.6.73",
            "--core-ref main --format json=report.json --format terminal",
            "--provider my-models --consumer my-service --core-ref 2.0.0",
        ),
        as_it_stands(
            "Exit codes",
            "0  compatible",
            "1  break",
            "2  command line or configuration",
            "3  could not check",
            "4  bug in contract-check",
        ),
        as_it_stands(
            "Settings, strongest first",
            "the command line",
            "variables: CONTRACT_CHECK_CORE_REF for --core-ref, and so on;",
            "  lists are separated by spaces",
            "contract-check.toml, or pyproject.toml under tool.contract-check:",
            "  contract-check init writes an example",
        ),
    )
)

_USAGE = """\
Usage: contract-check --core-ref REF [OPTIONS]
       contract-check COMMAND

REF names the state of the provider to check: a version, tag, branch, commit,
folder, wheel or git+ URL. For example:

  contract-check --core-ref v1.4.61

Try 'contract-check --help' for all options and commands.
"""

_CHECKED = "What is checked"
_PACKAGES = "Packages and configuration"
_ENVIRONMENTS = "Environments"
_CODE = "Code under test"
_REPORT = "Report"


class Installer(StrEnum):
    """Who builds the environments."""

    UV = "uv"
    PIP = "pip"


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


class Color(StrEnum):
    """When the report on stdout is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


app = typer.Typer(
    name="contract-check",
    help=_HELP,
    epilog=_EPILOG,
    cls=Sections,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.command(
    "explain",
    cls=Plain,
    epilog=examples("explain field-removed", "explain enum-value-changed | less"),
)(explain.explain)
app.command(
    "rules",
    cls=Plain,
    epilog=examples("rules", "rules default", "rules --family enums --severity break"),
)(explain.rules)
app.command(
    "init",
    cls=Plain,
    epilog=examples("init", "init --provider my-models", "init --provider a --consumer b"),
)(init.init)
app.command("doctor", cls=Plain, epilog=examples("doctor"))(doctor.doctor)
app.add_typer(cache.app, name="cache")


def _show_version(wanted: bool) -> None:
    if wanted:
        exits.show(f"contract-check {__version__}")
        raise typer.Exit


def _variables(context: typer.Context) -> Iterator[str]:
    """The variables that the options are read from."""
    for parameter in context.command.params:
        names = parameter.envvar or ()
        yield from (names,) if isinstance(names, str) else names


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


@app.callback(invoke_without_command=True)
def main_job(
    context: typer.Context,
    provider_ref: Annotated[
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
    ] = None,
    consumer_ref: Annotated[
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
    ] = None,
    consumer_path: Annotated[
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
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="REF|none",
            envvar="CONTRACT_CHECK_BASELINE",
            show_default=False,
            show_envvar=False,
            help="State of the provider to compare with, or none. Default: what the "
            "consumer declares.",
            rich_help_panel=_CHECKED,
        ),
    ] = None,
    fail_on: Annotated[
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
    ] = None,
    compatibility: Annotated[
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
    ] = None,
    no_type_checker: Annotated[
        bool,
        typer.Option(
            "--no-type-checker",
            envvar="CONTRACT_CHECK_NO_TYPE_CHECKER",
            show_default=False,
            show_envvar=False,
            help="Read the consumer's sources without a type checker.",
            rich_help_panel=_CHECKED,
        ),
    ] = False,
    only_contract_modules: Annotated[
        bool,
        typer.Option(
            "--only-contract-modules",
            envvar="CONTRACT_CHECK_ONLY_CONTRACT_MODULES",
            show_default=False,
            show_envvar=False,
            help="Import only the consumer's modules that the contracts name, not all of them.",
            rich_help_panel=_CHECKED,
        ),
    ] = False,
    provider: Annotated[
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
    ] = None,
    consumer: Annotated[
        str | None,
        typer.Option(
            "--consumer",
            metavar="NAME",
            envvar="CONTRACT_CHECK_CONSUMER",
            show_default=False,
            show_envvar=False,
            help="Package that builds on it. Default: the configuration's, else market-data-store.",
            rich_help_panel=_PACKAGES,
        ),
    ] = None,
    provider_repository: Annotated[
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
    ] = None,
    consumer_repository: Annotated[
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
    ] = None,
    config: Annotated[
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
    ] = None,
    python: Annotated[
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
    ] = None,
    environment: Annotated[
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
    ] = None,
    with_requirements: Annotated[
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
    ] = None,
    exclude_newer: Annotated[
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
    ] = None,
    installer: Annotated[
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
    ] = None,
    offline: Annotated[
        bool | None,
        typer.Option(
            "--offline/--no-offline",
            envvar="CONTRACT_CHECK_OFFLINE",
            show_default=False,
            show_envvar=False,
            help="Use only what is cached.",
            rich_help_panel=_ENVIRONMENTS,
        ),
    ] = None,
    refresh: Annotated[
        bool,
        typer.Option(
            "--refresh",
            envvar="CONTRACT_CHECK_REFRESH",
            show_default=False,
            show_envvar=False,
            help="Look everything up again instead of using what is cached.",
            rich_help_panel=_ENVIRONMENTS,
        ),
    ] = False,
    keep_environments: Annotated[
        bool | None,
        typer.Option(
            "--keep-environments/--remove-environments",
            envvar="CONTRACT_CHECK_KEEP_ENVIRONMENTS",
            show_default=False,
            show_envvar=False,
            help="Leave the environments in place and say where they are.",
            rich_help_panel=_ENVIRONMENTS,
        ),
    ] = None,
    tests: Annotated[
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
    ] = None,
    tests_with: Annotated[
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
    ] = None,
    tests_args: Annotated[
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
    ] = None,
    env: Annotated[
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
    ] = None,
    pass_env: Annotated[
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
    ] = None,
    timeout: Annotated[
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
    ] = None,
    memory_limit: Annotated[
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
    ] = None,
    allow_network: Annotated[
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
    ] = None,
    formats: Annotated[
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
    ] = None,
    color: Annotated[
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
    ] = Color.AUTO,
    quiet: Annotated[
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
    ] = False,
    verbose: Annotated[
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
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", is_eager=True, callback=_show_version, help="Print the version."
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    if len(sys.argv) == 1 and provider_ref is None:
        typer.echo(_USAGE, err=True, nl=False)
        raise typer.Exit(2)
    from contract_check.cli.check import Presentation, check
    from contract_check.cli.variables import strangers
    from contract_check.config import Options

    if not quiet:
        for sentence in strangers(os.environ, _variables(context)):
            exits.say(f"warning: {sentence}")

    options = Options(
        provider_ref=provider_ref,
        consumer_ref=consumer_ref,
        consumer_path=consumer_path,
        tests=tuple(tests or ()),
        tests_with=tuple(tests_with or ()),
        tests_args=tests_args,
        provider=provider,
        consumer=consumer,
        provider_repository=provider_repository,
        consumer_repository=consumer_repository,
        baseline=baseline,
        env=tuple(env or ()),
        pass_env=tuple(pass_env or ()),
        python=python,
        environment=environment,
        with_requirements=tuple(with_requirements or ()),
        exclude_newer=exclude_newer,
        installer=installer.value if installer else None,
        offline=offline,
        refresh=refresh,
        timeout=timeout,
        memory_limit=memory_limit,
        allow_network=allow_network,
        keep_environments=keep_environments,
        type_checker=False if no_type_checker else None,
        import_all=False if only_contract_modules else None,
        fail_on=fail_on.value if fail_on else None,
        compatibility=compatibility.value if compatibility else None,
        config=config,
    )
    presentation = Presentation(tuple(formats or ()), color.value, quiet, verbose)
    raise typer.Exit(check(options, presentation))
