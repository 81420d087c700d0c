"""`contract-check snapshot`: what the baseline says of the contracts, as a file to commit."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contract_check.cli import exits, how, what
from contract_check.model.errors import UsageError

if TYPE_CHECKING:
    from contract_check.config import Options
    from contract_check.model.settings import Settings

FILE_NAME = "contract-check.snapshot.json"
_OUT_OF_DATE = 1

OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        metavar="FILE",
        show_default=False,
        help=f"Where it is written. Default: {FILE_NAME} beside the configuration, else here.",
    ),
]
CheckOption = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Write nothing: say whether the file is still what the baseline answers "
        "(exit code 1 if it is not).",
    ),
]


def snapshot(
    baseline: what.BaselineOption = None,
    output: OutputOption = None,
    check: CheckOption = False,
    provider: what.ProviderOption = None,
    consumer: Annotated[
        str | None,
        typer.Option("--consumer", metavar="NAME", show_default=False, help="As in the main job."),
    ] = None,
    consumer_ref: what.ConsumerRefOption = None,
    consumer_path: what.ConsumerPathOption = None,
    provider_repository: what.ProviderRepositoryOption = None,
    config: what.ConfigOption = None,
    tests: how.TestsOption = None,
    tests_with: how.TestsWithOption = None,
    tests_args: how.TestsArgsOption = None,
    python: how.PythonOption = None,
    environment: how.EnvironmentOption = None,
    with_requirements: how.WithRequirementsOption = None,
    exclude_newer: how.ExcludeNewerOption = None,
    installer: how.InstallerOption = None,
    offline: how.OfflineOption = None,
    refresh: how.RefreshOption = False,
    env: how.EnvOption = None,
    pass_env: how.PassEnvOption = None,
    timeout: how.TimeoutOption = None,
    quiet: how.QuietOption = False,
    verbose: how.VerboseOption = False,
) -> None:
    """Write what the baseline answers to a file.

    Later --baseline FILE compares with it.

    The file is for version control: sorted JSON, the same for the same answers. A run that has it
    as its baseline installs the candidate alone. What a snapshot can't prove is a warning there.
    """
    from contract_check.cli.own_command import conceal_arguments
    from contract_check.config import Options

    options = Options(
        baseline=baseline,
        provider=provider,
        consumer=consumer,
        consumer_ref=consumer_ref,
        consumer_path=consumer_path,
        provider_repository=provider_repository,
        config=config,
        tests=tuple(tests or ()),
        tests_with=tuple(tests_with or ()),
        tests_args=tests_args,
        python=python,
        environment=environment,
        with_requirements=tuple(with_requirements or ()),
        exclude_newer=exclude_newer,
        installer=installer.value if installer else None,
        offline=offline,
        refresh=refresh,
        env=tuple(env or ()),
        pass_env=tuple(pass_env or ()),
        timeout=timeout,
    )
    conceal_arguments([value for item in options.env for _, _, value in [item.partition("=")]])
    raise typer.Exit(_run(options, output, check=check, quiet=quiet, verbose=verbose))


def _run(options: Options, output: Path | None, *, check: bool, quiet: bool, verbose: bool) -> int:
    from contract_check import observe
    from contract_check.cli.cache import mark
    from contract_check.cli.progress import live_progress
    from contract_check.config import load
    from contract_check.pipeline.snapshots import is_snapshot
    from contract_check.pipeline.taking import take
    from contract_check.support.cache_lock import share
    from contract_check.support.descendants import ending_descendants

    cwd = Path.cwd()
    if is_snapshot(options.baseline):
        raise UsageError(
            f"--baseline: {options.baseline} is a snapshot itself",
            hint="Name what to take a snapshot of: a version, tag, folder, …; --output names the "
            "file.",
        )
    settings = load(options, cwd, os.environ, candidate=False)
    file = output if output is not None else _usual(settings, cwd)
    if is_snapshot(settings.baseline):  # the configuration names the file to compare with
        file = output if output is not None else (settings.home or cwd) / str(settings.baseline)
        settings = replace(settings, baseline=None)
    known = observe.read_snapshot(file) if check else None
    if known is not None and settings.baseline is None:
        settings = replace(settings, baseline=known.provider.requested)
    with ExitStack() as stack:
        if (used := share(settings.cache_dir)) is not None:
            stack.enter_context(used)
        mark(settings.cache_dir)
        stack.enter_context(ending_descendants())
        progress = stack.enter_context(live_progress(quiet=quiet, verbose=verbose))
        text = take(settings, progress, cwd=cwd, like=known)
    if known is not None:
        return _compare(file, text)
    _write(file, text)
    exits.show(f"Wrote {_shown(file, cwd)}; now try: contract-check --provider-ref REF "
               f"--baseline {_shown(file, cwd)}")  # fmt: skip
    return 0


def _usual(settings: Settings, cwd: Path) -> Path:
    return (settings.home or cwd) / FILE_NAME


def _compare(file: Path, text: str) -> int:
    from contract_check.observe.snapshot_file import changes

    told = changes(file.read_text(encoding="utf-8"), text)
    if not told:
        exits.show(f"{file.name} is up to date")
        return 0
    exits.show(f"{file.name} is out of date:")
    for line in told:
        exits.show(f"  {line}")
    exits.say("hint: take it anew with contract-check snapshot, and review what changed.")
    return _OUT_OF_DATE


def _write(file: Path, text: str) -> None:
    from contract_check.cli.outputs import write_file

    try:
        write_file(file, text)
    except OSError as error:
        raise UsageError(
            f"{file} can't be written: {error.strerror or error}",
            hint="Give a file in a folder that exists and that you may write to, with --output.",
        ) from error


def _shown(file: Path, cwd: Path) -> str:
    try:
        return str(file.resolve().relative_to(cwd.resolve()))
    except ValueError:
        return str(file)
