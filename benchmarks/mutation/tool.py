"""Puts a mutant before the tool: in this process, or by its command line."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from pydantic import TypeAdapter

from benchmarks import packages
from benchmarks.mutation.bench import Bench
from contract_check import config, environments
from contract_check.environments import verify
from contract_check.model.errors import ContractCheckError
from contract_check.model.observation import Installed
from contract_check.model.report import Finding, ReportError, Verdict
from contract_check.model.settings import Settings
from contract_check.pipeline import Subject, examine

_FINDINGS = TypeAdapter(tuple[Finding, ...])
_ERRORS = TypeAdapter(tuple[ReportError, ...])


@dataclass(frozen=True)
class Result:
    """What the tool said of one mutant.

    Args:
        error: why there is no judgement, or what could not be checked.
        seconds: wall time.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    error: str
    seconds: float


def examine_here(bench: Bench, content: Path, settings: Settings) -> Result:
    """Examine without installing: both Cores are put on the path of the Store's environment."""
    started = time.perf_counter()
    subjects = [
        _subject("candidate", bench, content),
        _subject("baseline", bench, bench.core),
    ]
    with tempfile.TemporaryDirectory(dir=bench.folder, ignore_cleanup_errors=True) as work:
        try:
            judged = examine(subjects, settings, Path(work)).judgement
        except ContractCheckError as error:
            return Result(Verdict.ERROR, (), error.message, time.perf_counter() - started)
    seconds = time.perf_counter() - started
    errors = "; ".join(error.message for error in judged.errors)
    return Result(judged.verdict, judged.findings, errors, seconds)


def examine_by_command(content: Path) -> Result:
    """Run `contract-check --core-ref ./folder --baseline VERSION --format json`."""
    started = time.perf_counter()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "contract_check", "--core-ref", str(content.parent)),
            *("--baseline", packages.CORE, "--store-ref", packages.STORE, "--format", "json"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if not done.stdout:
        return Result(Verdict.ERROR, (), f"exit {done.returncode}: {done.stderr[-300:]}", seconds)
    report = json.loads(done.stdout)
    if report["exit_code"] != done.returncode:
        raise SystemExit(f"{content}: reported {report['exit_code']}, exit {done.returncode}")
    errors = "; ".join(error.message for error in _ERRORS.validate_python(report["errors"]))
    findings = _FINDINGS.validate_json(json.dumps(report["findings"]))
    return Result(Verdict(report["verdict"]), findings, errors, seconds)


def settings() -> Settings:
    """The shipped profile's, as the command line has them."""
    with tempfile.TemporaryDirectory() as empty:
        return config.load(config.Options(provider_ref=packages.CORE), Path(empty), {})


def _subject(side: str, bench: Bench, content: Path) -> Subject:
    third = packages.site(bench.python)
    provider = verify.installed("market-data-core", [content])
    consumer = verify.installed("market-data-store", [third])
    assert provider is not None
    assert consumer is not None
    needs = [Requirement(line) for line in consumer.requires]
    (need,) = [need for need in needs if need.name == "market-data-core"]
    return Subject(
        side=side,  # type: ignore[arg-type]
        python=bench.python,
        provider=_contents(provider),
        consumer=_contents(consumer),
        site=third,
        files=environments.files(consumer),
        paths=(content,),
        provider_site=provider.sources,
        provider_files=environments.files(provider),
        packages=verify.packages([content, third]),
        requirement=str(need.specifier),
        admits=need.specifier.contains(provider.version),
    )


def _contents(found: environments.Installed) -> Installed:
    return environments.contents(found)
