"""A provider, a consumer and what is changed in the provider."""

from __future__ import annotations

import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mutation.mutant import Change, Files, Mutant, apply
from benchmarks.mutation.tool import Result
from contract_check.model.errors import ContractCheckError
from contract_check.model.observation import Installed
from contract_check.model.refs import Package
from contract_check.model.report import Verdict
from contract_check.model.settings import Settings
from contract_check.pipeline import Subject, examine

_MAIN = "provider/__init__.py"


@dataclass(frozen=True)
class Pair:
    """Two packages, `provider` and `consumer`.

    Args:
        name: of the pair.
        provider: the source of the provider's one module.
        consumer: file name to source of the consumer's modules.
        mutants: the changes of the provider.
    """

    name: str
    provider: str
    consumer: Files
    mutants: tuple[Mutant, ...]


def swap(*pairs: tuple[str, str]) -> Change:
    """A change that puts texts in the place of others, each of which must be there."""

    def change(files: Files) -> None:
        for old, new in pairs:
            if old not in files[_MAIN]:
                raise ValueError(f"no {old!r} to replace")
            files[_MAIN] = files[_MAIN].replace(old, new)

    return change


def more(text: str) -> Change:
    """A change that adds to the end."""

    def change(files: Files) -> None:
        files[_MAIN] += text

    return change


def examined(pair: Pair, mutant: Mutant) -> Result:
    """What the tool says of a mutant, without any configuration."""
    started = time.perf_counter()
    original = {_MAIN: textwrap.dedent(pair.provider)}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        own = _written(folder / "own", {f"consumer/{k}": v for k, v in pair.consumer.items()})
        old = _written(folder / "old", original)
        new = _written(folder / "new", apply(mutant, original))
        (folder / "work").mkdir()
        settings = Settings(Package("provider"), Package("consumer"), "./new", timeout=120)
        subjects = [_subject("candidate", new, own), _subject("baseline", old, own)]
        try:
            judged = examine(subjects, settings, folder / "work").judgement
        except ContractCheckError as error:
            return Result(Verdict.ERROR, (), error.message, time.perf_counter() - started)
    errors = "; ".join(error.message for error in judged.errors)
    return Result(judged.verdict, judged.findings, errors, time.perf_counter() - started)


def _written(folder: Path, files: Files) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    for package in {name.partition("/")[0] for name in files}:
        info = folder / f"{package}-1.dist-info"
        info.mkdir()
        lines = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n"
        (info / "METADATA").write_text(lines, encoding="utf-8")
    return folder


def _subject(side: str, provider: Path, consumer: Path) -> Subject:
    return Subject(
        side=side,  # type: ignore[arg-type]
        python=Path(sys.executable),
        provider=_installed("provider", provider),
        consumer=_installed("consumer", consumer),
        site=consumer,
        files=_files(consumer),
        paths=(provider, consumer),
        provider_site=provider,
        provider_files=_files(provider),
    )


def _files(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py")))


def _installed(name: str, folder: Path) -> Installed:
    modules = [file.removesuffix(".py").replace("/", ".") for file in _files(folder)]
    names = tuple(module.removesuffix(".__init__") for module in modules)
    return Installed(name=name, version="1", roots=(name,), modules=names)
