"""Reads the consumer's sources with a type checker, on both sides, and keeps what is new."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from contract_check.model.reading import Diagnostic, Reading
from contract_check.reader.interface import Checker, CheckerFailed, Launch, Span, Spans, World
from contract_check.reader.resolving import Found, resolve
from contract_check.reader.sides import Sides
from contract_check.reader.sources import Sources


def read(
    checker: Checker,
    baseline: World,
    candidate: World,
    launches: tuple[Launch, Launch],
    roots: frozenset[str],
    own: frozenset[str],
) -> Reading:
    """What a type checker says of the candidate alone, and what the consumer does there.

    Args:
        checker: the type checker.
        baseline: what it sees on that side.
        candidate: what it sees on this one.
        launches: what starts its programs, for the two in this order.
        roots: the provider's top-level import packages.
        own: the consumer's.
    """
    try:
        return _read(checker, (baseline, candidate), launches, roots, own)
    except CheckerFailed as error:
        return Reading(checker=checker.name, problem=str(error))


def _read(
    checker: Checker,
    worlds: tuple[World, World],
    launches: tuple[Launch, Launch],
    roots: frozenset[str],
    own: frozenset[str],
) -> Reading:
    with ThreadPoolExecutor(2) as pool:

        def reveal(spans: Spans) -> tuple[Mapping[tuple[str, Span], str], ...]:
            return tuple(pool.map(checker.reveal, worlds, launches, (spans, spans)))

        before, now = pool.map(checker.check, worlds, launches)
        fresh = news(before, now)
        runs = tuple(item for item in fresh if item.aspect != "nominal")
        reading = Reading(checker=checker.name, fresh=runs, nominal=len(fresh) - len(runs))
        if not runs:
            return reading
        sources = Sources(worlds[0])
        found = resolve(runs, sources, Sides(reveal, worlds), roots, own)
    return _with(replace(reading, fresh=tuple(_placed(item, sources) for item in runs)), found)


def _placed(item: Diagnostic, sources: Sources) -> Diagnostic:
    source = sources.get(item.file)
    return item if source is None else replace(item, statement=source.statement(item))


def _with(reading: Reading, found: Found) -> Reading:
    return replace(
        reading,
        uses=found.uses,
        values=tuple(dict.fromkeys(found.values)),
        given=tuple(dict.fromkeys(found.given)),
    )


def news(before: Iterable[Diagnostic], now: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """What is said of one side and not of the other, in the order of the files.

    The sources are the same, so that places are. The words are not compared: they name types,
    which may be other ones in what is wrong on both sides.
    """
    known = {_place(item) for item in before}
    return tuple(sorted(item for item in now if _place(item) not in known))


def _place(item: Diagnostic) -> tuple[str, int, int, int, int, str]:
    return item.file, item.line, item.column, item.end_line, item.end_column, item.kind


def copied(site: Path, files: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Copy the consumer's Python files to a folder of the run, and say which ones they are.

    A checker finds settings beside what it checks: those of the consumer are not for this run.

    Args:
        site: the folder that they lie in.
        files: names relative to it; others than Python's are passed over.
        folder: where they go.
    """
    done: list[str] = []
    for file in files:
        path = site / file
        if not file.endswith((".py", ".pyi")) or ".." in Path(file).parts or not path.is_file():
            continue
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        done.append(file)
    return tuple(done)
