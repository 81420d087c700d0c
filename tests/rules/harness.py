"""Runs an example of a rule for real: two tiny packages, two probes, the whole judgement."""

from __future__ import annotations

import hashlib
import shutil
import sys
import textwrap
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.requirements import Requirement

from contract_check import observe
from contract_check.model.contracts import Compatibility, Contract, Policy
from contract_check.model.observation import Installed
from contract_check.model.refs import Package
from contract_check.model.report import Finding, Severity
from contract_check.model.settings import Settings
from contract_check.model.snapshot import RecordedPackage, Snapshot
from contract_check.pipeline import Examined, Subject, examine, recorded_subject
from contract_check.pipeline.recording import record
from contract_check.reader import Checker, Pyrefly
from contract_check.rules import Example, Rule
from contract_check.rules.library import Sources

Key = str


@dataclass(frozen=True)
class Result:
    """What an example came to: its findings."""

    findings: tuple[Finding, ...]

    @property
    def told(self) -> list[tuple[str, ...]]:
        """The findings in short, for the message of a test that fails."""
        return [(f.rule, f.severity, f.subject, f.path or "", f.message) for f in self.findings]

    @property
    def breaks(self) -> list[Finding]:
        """Those that are breaks."""
        return [finding for finding in self.findings if finding.severity is Severity.BREAK]

    def of(self, rule: str) -> list[Finding]:
        """Those of one rule."""
        return [finding for finding in self.findings if finding.rule == rule]


def examples(rules: Iterable[Rule]) -> list[tuple[Rule, Example]]:
    """Every example with its rule."""
    return [(rule, example) for rule in rules for example in rule.examples]


def key_of(example: Example) -> Key:
    """What an example's result depends on: all but what is said of it."""
    return repr(replace(example, title="", breaks=False))


def unchanged(example: Example) -> Example | None:
    """The old provider beside itself, which must show nothing; None if there is none."""
    if example.old is None:
        return None
    return replace(example, new=example.old, requires_python=None, breaks=False)


def run_example(
    example: Example, folder: Path, compatibility: Compatibility | None = "full"
) -> Result:
    """Examine an example and say what was found; None for the directions that count by default."""
    folder.mkdir(parents=True, exist_ok=True)
    checker = Pyrefly() if example.read_types else None
    examined = examine_example(example, folder, checker=checker, compatibility=compatibility)
    return Result(examined.judgement.findings)


def examine_example(
    example: Example,
    folder: Path,
    policy: Policy | None = None,
    checker: Checker | None = None,
    compatibility: Compatibility | None = "full",
) -> Examined:
    """Examine an example.

    Args:
        example: the pair.
        folder: an empty folder.
        policy: the project's; none by default.
        checker: the type checker of the second reader; without one it does not read.
        compatibility: which directions count as breaks.
    """
    consumer = _write(folder / "side", "consumer", example.consumer)
    floor = example.requires_python
    candidate = _write(folder / "new", "provider", example.new, floor)
    subjects = [_subject("candidate", candidate, consumer, example, floor)]
    if example.old is not None:
        old = _write(folder / "old", "provider", example.old)
        subjects.append(_subject("baseline", old, consumer, example))
    settings = Settings(
        provider=Package("provider"),
        consumer=Package("consumer"),
        provider_ref="./new",
        contracts=_contracts(example),
        timeout=30,
        type_checker=checker is not None,
        policy=policy or Policy(),
        # Of each rule all that it can show: payloads count whoever declares them.
        compatibility=compatibility,
    )
    work = folder / "work"
    work.mkdir(parents=True)
    return examine(subjects, settings, work, checker)


def examine_from_snapshot(
    example: Example,
    folder: Path,
    *,
    compatibility: Compatibility | None = "full",
    env: Mapping[str, str] | None = None,
) -> tuple[Examined, Snapshot]:
    """Examine an example whose old provider is known by a snapshot's file alone.

    Args:
        example: the pair.
        folder: an empty folder.
        compatibility: which directions count as breaks.
        env: variables of the code under test; their values are secrets.
    """
    assert example.old is not None
    consumer = _write(folder / "side", "consumer", example.consumer)
    old = _write(folder / "old", "provider", example.old)
    settings = Settings(
        provider=Package("provider"),
        consumer=Package("consumer"),
        provider_ref="./new",
        contracts=_contracts(example),
        timeout=30,
        type_checker=False,
        compatibility=compatibility,
        env=env or {},
        hidden=tuple(env or ()),
    )
    for name in ("taking", "work"):
        (folder / name).mkdir()
    told = record(
        _subject("baseline", old, consumer, example),
        settings,
        folder / "taking",
        RecordedPackage(name="provider", version="1"),
        RecordedPackage(name="consumer", version="1"),
    )
    file = folder / "snapshot.json"
    file.write_text(observe.snapshot_text(told, tuple((env or {}).values())), encoding="utf-8")
    shutil.rmtree(old)
    snapshot = observe.read_snapshot(file)
    floor = example.requires_python
    candidate = _subject(
        "candidate",
        _write(folder / "new", "provider", example.new, floor),
        consumer,
        example,
        floor,
    )
    subjects = [candidate, recorded_subject(snapshot, candidate)]
    return examine(subjects, settings, folder / "work"), snapshot


def _contracts(example: Example) -> tuple[Contract, ...]:
    document = tomllib.loads(example.contracts)
    return tuple(Contract.model_validate(item) for item in document.get("contract", ()))


def _write(folder: Path, package: str, sources: Sources, floor: str | None = None) -> Path:
    """A package and its metadata, as if it were installed."""
    metadata = folder / f"{package}-1.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", f"Name: {package}", "Version: 1"]
    lines += [f"Requires-Python: {floor}"] if floor else []
    metadata.write_text("\n".join(lines) + "\n", encoding="utf-8")
    files = {"__init__.py": sources} if isinstance(sources, str) else sources
    for name, text in files.items():
        path = folder / package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


def _subject(
    side: str, provider: Path, consumer: Path, example: Example, floor: str | None = None
) -> Subject:
    asked = Requirement(example.requirement) if example.requirement else None
    files = tuple(sorted(str(p.relative_to(consumer)) for p in consumer.rglob("*.py")))
    return Subject(
        side=side,  # type: ignore[arg-type]
        python=Path(sys.executable),
        provider=_installed("provider", provider, floor),
        consumer=_installed("consumer", consumer),
        site=consumer,
        files=files,
        paths=(provider, consumer),
        provider_site=provider,
        provider_files=tuple(sorted(str(p.relative_to(provider)) for p in provider.rglob("*.py"))),
        requirement=example.requirement,
        admits=asked.specifier.contains("1") if asked else None,
        content=_content(provider),
    )


def _content(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if ".dist-info" not in str(path) and path.suffix != ".pyc"
    }


def _installed(name: str, folder: Path, floor: str | None = None) -> Installed:
    modules = []
    for path in sorted(folder.rglob("*.py")):
        parts = list(path.relative_to(folder).with_suffix("").parts)
        if all(part.isidentifier() for part in parts):
            modules.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return Installed(
        name=name,
        version="1",
        requires_python=floor,
        roots=tuple(sorted({name, *(path.parent.name for path in folder.glob("*/__init__.py"))})),
        modules=tuple(modules),
    )
