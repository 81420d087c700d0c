"""Commands and options, in Typer's terms. Everything they do stands in the modules beside this."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import typer

from contract_check.cli import cache, doctor, exits, explain, how, init, snapshot, what
from contract_check.cli.help import Plain, Sections, as_it_stands, examples

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
            "--provider-ref . --consumer my-service==2 --consumer ../shop",
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
app.command(
    "snapshot",
    cls=Plain,
    epilog=examples("snapshot", "snapshot --baseline v1.4.61", "snapshot --check"),
)(snapshot.snapshot)
app.command("doctor", cls=Plain, epilog=examples("doctor"))(doctor.doctor)
app.add_typer(cache.app, name="cache")


def _variables(context: typer.Context) -> Iterator[str]:
    """The variables that the options are read from."""
    for parameter in context.command.params:
        names = parameter.envvar or ()
        yield from (names,) if isinstance(names, str) else names


@app.callback(invoke_without_command=True)
def main_job(
    context: typer.Context,
    provider_ref: what.ProviderRefOption = None,
    consumer_ref: what.ConsumerRefOption = None,
    consumer_path: what.ConsumerPathOption = None,
    baseline: what.BaselineOption = None,
    fail_on: what.FailOnOption = None,
    compatibility: what.CompatibilityOption = None,
    no_type_checker: what.NoTypeCheckerOption = False,
    no_fingerprints: what.NoFingerprintsOption = False,
    only_contract_modules: what.OnlyContractModulesOption = False,
    provider: what.ProviderOption = None,
    consumer: what.ConsumerOption = None,
    provider_repository: what.ProviderRepositoryOption = None,
    consumer_repository: what.ConsumerRepositoryOption = None,
    config: what.ConfigOption = None,
    python: how.PythonOption = None,
    environment: how.EnvironmentOption = None,
    with_requirements: how.WithRequirementsOption = None,
    exclude_newer: how.ExcludeNewerOption = None,
    installer: how.InstallerOption = None,
    offline: how.OfflineOption = None,
    refresh: how.RefreshOption = False,
    keep_environments: how.KeepEnvironmentsOption = None,
    tests: how.TestsOption = None,
    tests_with: how.TestsWithOption = None,
    tests_args: how.TestsArgsOption = None,
    env: how.EnvOption = None,
    pass_env: how.PassEnvOption = None,
    timeout: how.TimeoutOption = None,
    deadline: how.DeadlineOption = None,
    memory_limit: how.MemoryLimitOption = None,
    allow_network: how.AllowNetworkOption = None,
    formats: how.FormatsOption = None,
    color: how.ColorOption = how.Color.AUTO,
    quiet: how.QuietOption = False,
    verbose: how.VerboseOption = False,
    version: how.VersionOption = False,
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
        consumers=tuple(consumer or ()),
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
        deadline=deadline,
        memory_limit=memory_limit,
        allow_network=allow_network,
        keep_environments=keep_environments,
        type_checker=False if no_type_checker else None,
        fingerprints=False if no_fingerprints else None,
        import_all=False if only_contract_modules else None,
        fail_on=fail_on.value if fail_on else None,
        compatibility=compatibility.value if compatibility else None,
        config=config,
    )
    presentation = Presentation(tuple(formats or ()), color.value, quiet, verbose)
    raise typer.Exit(check(options, presentation))
