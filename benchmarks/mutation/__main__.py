"""`python -m benchmarks.mutation`: every mutant before the tool and today's alternatives."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.mutation import bench, others, score, tool
from benchmarks.mutation.families import corpus
from benchmarks.mutation.mutant import Mutant
from benchmarks.mutation.score import Row
from benchmarks.mutation.unprepared import pairs
from benchmarks.mutation.unprepared.pair import Pair, examined
from contract_check.model.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the tables, and return 0 where nothing is wrong."""
    options = _options(arguments)
    if options.suite == "unprepared":
        return _unprepared(options)
    chosen = list(_chosen(options.only, options.family))
    if not chosen:
        raise SystemExit("no mutant has that name")
    with tempfile.TemporaryDirectory(prefix="mutation-", ignore_cleanup_errors=True) as folder:
        rows = _run(options, chosen, Path(folder))
    print("\n".join(score.lines(rows, () if options.no_peers else others.NAMES)))
    wrong = score.problems(rows)
    print("", *(wrong or ["nothing to complain of"]), sep="\n")
    if options.json:
        options.json.write_text(json.dumps([_document(row) for row in rows], indent=1) + "\n")
    return 1 if wrong else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    parser.add_argument(
        "--suite",
        choices=("real", "unprepared"),
        default="real",
        help="mutants of the real packages, or of pairs without a declared contract",
    )
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="these mutants")
    parser.add_argument("--family", action="append", default=[], help="these families")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time")
    parser.add_argument("--no-peers", action="store_true", help="leave the alternatives out")
    parser.add_argument("--cli", action="store_true", help="by the real command line")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every answer there")
    parser.add_argument("--show", action="store_true", help="print every finding")
    return parser.parse_args(arguments)


def _unprepared(options: argparse.Namespace) -> int:
    """The suite of pairs that nobody prepared: by verdicts, not by the names of rules."""

    def one(item: tuple[Pair, Mutant]) -> Row:
        pair, mutant = item
        row = Row(pair.name, mutant, examined(pair, mutant), {})
        print(f"{row.plainly or 'right':15} {pair.name}/{mutant.id}", file=sys.stderr, flush=True)
        if options.show or row.plainly:
            for finding in row.result.findings:
                print(f"    {finding.severity} {finding.rule}: {finding.message}", file=sys.stderr)
        return row

    chosen = [
        (pair, mutant)
        for pair in pairs()
        for mutant in pair.mutants
        if (not options.only or mutant.id in options.only)
        and (not options.family or pair.name in options.family)
    ]
    with ThreadPoolExecutor(options.jobs) as pool:
        rows = list(pool.map(one, chosen))
    print("\n".join(score.plain_lines(rows)))
    return 1 if any(row.plainly for row in rows) else 0


def _chosen(ids: list[str], families: list[str]) -> Iterator[tuple[str, Mutant]]:
    for family, mutants in corpus().items():
        for mutant in mutants:
            if (not ids or mutant.id in ids) and (not families or family in families):
                yield family, mutant


def _run(
    options: argparse.Namespace, chosen: Sequence[tuple[str, Mutant]], folder: Path
) -> list[Row]:
    ready = bench.prepare(folder)
    alternatives = None if options.no_peers else others.prepare(ready)
    settings = tool.settings()

    def one(item: tuple[str, Mutant]) -> Row:
        family, mutant = item
        row = _examine(ready, alternatives, settings, family, mutant, options.cli)
        print(f"{row.problem or 'right':15} {family}/{mutant.id}", file=sys.stderr, flush=True)
        if options.show:
            for finding in row.result.findings:
                print(finding.model_dump_json(indent=1), file=sys.stderr)
        return row

    with ThreadPoolExecutor(options.jobs) as pool:
        return list(pool.map(one, chosen))


def _examine(
    ready: bench.Bench,
    alternatives: others.Others | None,
    settings: Settings,
    family: str,
    mutant: Mutant,
    by_command: bool,
) -> Row:
    content = ready.write(mutant)
    if by_command or mutant.whole:
        result = tool.examine_by_command(content)
    else:
        result = tool.examine_here(ready, content, settings)
    seen = {} if alternatives is None else alternatives.see(content)
    return Row(family, mutant, result, seen)


def _document(row: Row) -> dict[str, object]:
    return {
        "family": row.family,
        "id": row.mutant.id,
        "effect": row.mutant.effect,
        "rules": sorted(row.mutant.rules),
        "verdict": row.result.verdict.value,
        "problem": row.problem,
        "error": row.result.error,
        "seconds": round(row.result.seconds, 3),
        "findings": [finding.model_dump(mode="json") for finding in row.result.findings],
        "others": row.others,
    }


if __name__ == "__main__":
    sys.exit(main())
