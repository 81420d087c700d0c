"""The main job: options to settings, settings to a report, the report to where it belongs."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from contract_check import STARTED, __version__
from contract_check.cli import exits, signals
from contract_check.cli.cache import mark
from contract_check.cli.outputs import Color, Output, parse_outputs, write
from contract_check.cli.own_command import conceal_arguments
from contract_check.cli.progress import live_progress
from contract_check.config import Options, consumers_of, find_file, is_folder, load_all
from contract_check.model.errors import Interrupted, UsageError
from contract_check.support.cache_lock import share
from contract_check.support.descendants import ending_descendants
from contract_check.support.redact import credentials_in

if TYPE_CHECKING:
    from contract_check.model.report import Report, Reports
    from contract_check.model.settings import Settings


@dataclass(frozen=True)
class Presentation:
    """How a run is shown, which is nothing the run itself needs to know.

    Args:
        formats: the `--format` options as typed.
        quiet: nothing on stderr but errors.
        verbose: every stage on stderr, everything in the terminal report, tracebacks of bugs.
    """

    formats: Sequence[str] = ()
    color: Color = "auto"
    quiet: bool = False
    verbose: bool = False


def check(options: Options, presentation: Presentation) -> int:
    """Run the main job and show its report.

    Returns:
        the exit code.

    Raises:
        UsageError: the command line or the configuration can't be used.
        Interrupted: a signal asked to stop.
    """
    if presentation.verbose:
        os.environ.setdefault(exits.DEBUG_VARIABLE, "1")
    cwd = Path.cwd()
    outputs = parse_outputs(presentation.formats, cwd, os.environ)
    typed = [value for item in options.env for _, _, value in [item.partition("=")]]
    conceal_arguments((*typed, *credentials_in("\n".join(sys.argv))))
    runs = _settings(options, cwd)
    for name in options.pass_env:
        if name not in os.environ and not presentation.quiet:
            exits.say(f"warning: --pass-env: {name} is not set, so there is nothing to hand on")
    with ExitStack() as stack:
        if (used := share(runs[0].cache_dir)) is not None:
            stack.enter_context(used)
        mark(runs[0].cache_dir)
        stack.enter_context(ending_descendants())
        if len(runs) == 1:
            told: Report | Reports = _run(runs[0], presentation, cwd)
        else:
            told = together([_run_one_of_several(one, presentation, cwd) for one in runs])
    return show(told, outputs, presentation)


def _settings(options: Options, cwd: Path) -> tuple[Settings, ...]:
    """The settings of each run, one a consumer. Folders are asked for the names in them."""
    typed = consumers_of(options, cwd)
    folders = [text for text in typed if is_folder(text)]
    names: dict[str, str] = {}
    if folders or (typed and options.provider is None and options.config is None):
        from contract_check import refs

        for text in folders:
            name = refs.project_name((cwd / Path(text).expanduser()).resolve())
            names |= {text: name} if name else {}
        options = _with_own_provider(options, cwd)
    return load_all(options, cwd, os.environ, names)


def _with_own_provider(options: Options, cwd: Path) -> Options:
    """In a provider's checkout that nothing configures, `--provider-ref .` names the provider."""
    from contract_check import refs

    ref = options.provider_ref or ""
    if options.provider or options.config or find_file(cwd) or not is_folder(ref):
        return options
    name = refs.project_name((cwd / Path(ref).expanduser()).resolve())
    return replace(options, provider=name) if name else options


def _run_one_of_several(settings: Settings, presentation: Presentation, cwd: Path) -> Report:
    """The report of one consumer: what can't be used of it does not hide the others."""
    if not presentation.quiet:
        exits.say(f"checking {settings.consumer.name} …")
    try:
        return _run(settings, presentation, cwd)
    except UsageError as error:
        return _unchecked(settings, error)


def _run(settings: Settings, presentation: Presentation, cwd: Path) -> Report:
    """The report; where contract-check itself fails, one that says so."""
    try:
        from contract_check.pipeline import run

        with live_progress(quiet=presentation.quiet, verbose=presentation.verbose) as progress:
            report = run(settings, progress, cwd=cwd, started=STARTED)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug of ours must not look like a verdict
        _raise_if_stopped(error)
        exits.confess(error)
        return _bug_report(settings, error)
    _raise_if_stopped()
    return report


def _raise_if_stopped(error: Exception | None = None) -> None:
    number = signals.stopped_by()
    if number is not None:
        raise Interrupted(number) from error


def _unchecked(settings: Settings, error: UsageError) -> Report:
    from contract_check.model.report import PackageReport, Report, ReportError, Tool, Verdict
    from contract_check.support.redact import redact

    requested = settings.provider_ref and redact(settings.provider_ref)
    told = ReportError(stage="refs", message=error.message, hint=error.hint, detail=error.detail)
    return Report(
        tool=Tool(version=__version__),
        verdict=Verdict.ERROR,
        exit_code=exits.ERROR,
        errors=(told,),
        provider=PackageReport(name=settings.provider.name, requested=requested),
        consumer=PackageReport(name=settings.consumer.name),
    )


def together(reports: Sequence[Report]) -> Reports:
    """The reports of several consumers as one; a break outranks an error, also one of ours."""
    from contract_check.model.report import Reports

    order = (1, exits.BUG, exits.ERROR, 0)
    worst = min(reports, key=lambda report: order.index(report.exit_code))
    resolved = (report.provider for report in reports if report.provider.pin is not None)
    return Reports(
        tool=reports[0].tool,
        verdict=worst.verdict,
        exit_code=worst.exit_code,
        provider=next(resolved, reports[0].provider),
        reports=tuple(reports),
    )


def _bug_report(settings: Settings, error: Exception) -> Report:
    from contract_check.model.report import PackageReport, Report, ReportError, Tool, Verdict
    from contract_check.support.redact import redact, tail

    debug = bool(os.environ.get(exits.DEBUG_VARIABLE))
    requested = settings.provider_ref and redact(settings.provider_ref)
    return Report(
        tool=Tool(version=__version__),
        verdict=Verdict.ERROR,
        exit_code=exits.BUG,
        errors=(
            ReportError(
                stage="internal",
                message=f"a bug in contract-check: {redact(exits.describe(error))}",
                hint="Please report it, with the output of the same command and --verbose.",
                detail=tail("".join(traceback.format_exception(error))) if debug else "",
            ),
        ),
        provider=PackageReport(name=settings.provider.name, requested=requested),
        consumer=PackageReport(name=settings.consumer.name),
    )


def show(report: Report | Reports, outputs: Sequence[Output], presentation: Presentation) -> int:
    """Write the report everywhere it belongs.

    Returns:
        the report's exit code; `ERROR` instead of 0 where a report is lost.
    """
    written = write(outputs, report, color=presentation.color, verbose=presentation.verbose)
    code = exits.flush(report.exit_code, written.stdout)
    for error in written.lost:
        exits.complain(error)
        code = code or exits.ERROR
    if not presentation.quiet and all(output.path for output in outputs):
        from contract_check.reports.summary import verdict_line

        exits.say(verdict_line(report))
    return code
