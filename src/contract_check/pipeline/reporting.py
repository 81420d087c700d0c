"""From everything a run knows to its report, whether it came to its end or not."""

from __future__ import annotations

import datetime
import time
from collections.abc import Collection

from pydantic import JsonValue

from contract_check import __version__, environments, refs
from contract_check.environments import Environment
from contract_check.model.refs import Package, Pin
from contract_check.model.report import (
    Coverage,
    EnvironmentReport,
    Environments,
    Finding,
    Location,
    PackageReport,
    PinReport,
    Report,
    Timings,
    Tool,
    Verdict,
)
from contract_check.pipeline.state import Run
from contract_check.support.redact import conceal

_EXIT_CODES = {Verdict.COMPATIBLE: 0, Verdict.BREAK: 1, Verdict.ERROR: 3}


def report(run_: Run) -> Report:
    """The report of a run that came to its end, or of one that did not."""
    settings, examined = run_.settings, run_.examined
    judged = examined.judgement if examined else run_.judgement
    errors = (*run_.errors, *(judged.errors if judged else ()))
    verdict = judged.verdict if judged else Verdict.ERROR
    built = run_.built
    candidate = built.candidate if built else None
    return Report(
        tool=Tool(version=__version__),
        verdict=verdict,
        exit_code=_EXIT_CODES[verdict],
        errors=errors,
        provider=_package(settings.provider, settings.provider_ref, run_.candidate, candidate),
        consumer=_package(
            settings.consumer,
            settings.consumer_ref,
            run_.consumer,
            candidate,
            consumer=True,
        ).model_copy(update={"manifest": run_.checkout.manifest if run_.checkout else None}),
        baseline=_package(
            settings.provider, settings.baseline, run_.baseline, built.baseline if built else None
        )
        if run_.baseline is not None
        else None,
        environments=_environments(run_),
        contracts=judged.contracts if judged else (),
        findings=_placed(judged.findings, run_.checkout) if judged else (),
        preexisting=judged.preexisting if judged else (),
        coverage=judged.coverage if judged else Coverage(),
        tests=run_.tests,
        unchecked=judged.unchecked if judged else (),
        timings=Timings(
            started=_started(run_),
            total=round(time.perf_counter() - run_.started, 3),
            **{name: round(seconds, 3) for name, seconds in run_.timings.items()},
        ),
        notes=tuple(run_.notes),
        reproduce=_reproduce(run_),
    )


def _started(run_: Run) -> str:
    """When the run began, as `Timings.started` has it."""
    ago = datetime.timedelta(seconds=time.perf_counter() - run_.started)
    return (datetime.datetime.now(datetime.UTC) - ago).strftime("%Y-%m-%dT%H:%M:%S")


def _placed(findings: tuple[Finding, ...], checkout: refs.Checkout | None) -> tuple[Finding, ...]:
    """Findings whose lines say where they are in the consumer's repository."""
    if checkout is None:
        return findings

    def placed(location: Location) -> Location:
        return location.model_copy(update={"path": checkout.path_of(location.file)})

    return tuple(
        finding.model_copy(
            update={
                "location": finding.location and placed(finding.location),
                "locations": tuple(map(placed, finding.locations)),
            }
        )
        for finding in findings
    )


_OURS = frozenset(
    """schema_version tool verdict exit_code id rule severity directions kind evidence status stage
    side compatibility declared timings coverage""".split()
)
"""Parts of a report that hold words and numbers of ours alone."""


def concealed(told: Report, secrets: Collection[str]) -> Report:
    """A report without values that nobody is to see, in whatever part they are."""

    def within(value: JsonValue) -> JsonValue:
        if isinstance(value, dict):
            return {key: item if key in _OURS else within(item) for key, item in value.items()}
        if isinstance(value, list):
            return [within(item) for item in value]
        return conceal(value, secrets) if isinstance(value, str) else value

    return Report.model_validate(within(told.model_dump(mode="json"))) if secrets else told


def _package(
    package: Package,
    requested: str | None,
    pin: Pin | None,
    environment: Environment | None,
    *,
    consumer: bool = False,
) -> PackageReport:
    installed = None
    if environment is not None:
        installed = environment.consumer if consumer else environment.provider
    shown = refs.parse(requested).text if requested is not None else None
    if pin is None:
        found = installed and PinReport(
            kind="path", version=installed.version, source=str(installed.location)
        )
        return PackageReport(name=package.name, requested=shown, pin=found)
    return PackageReport(
        name=package.name,
        requested=shown,
        pin=PinReport(
            kind=pin.kind,
            version=pin.version or (installed.version if installed else None),
            commit=pin.commit,
            source=pin.source,
            sha256=pin.sha256,
            notes=pin.notes,
        ),
    )


def _environments(run_: Run) -> Environments:
    built = run_.built
    if built is None:
        return Environments()
    keep = run_.settings.keep_environments
    return Environments(
        candidate=_environment_report(built.candidate, keep),
        baseline=_environment_report(built.baseline, keep) if built.baseline else None,
        differences=(*built.differences, *run_.differences),
    )


def _environment_report(environment: Environment, keep: bool) -> EnvironmentReport:
    return EnvironmentReport(
        python=environment.python_version,
        platform=environment.platform,
        packages=dict(environment.packages),
        path=str(environment.root) if keep and environment.root else None,
    )


def _reproduce(run_: Run) -> dict[str, tuple[str, ...]]:
    built = run_.built
    if built is None or run_.consumer is None or run_.candidate is None:
        return {}
    commands = {"candidate": environments.reproduce(built.candidate, run_.candidate, run_.consumer)}
    if built.baseline is not None and run_.baseline is not None:
        commands["baseline"] = environments.reproduce(built.baseline, run_.baseline, run_.consumer)
    return commands
