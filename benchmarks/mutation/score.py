"""What the results come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from benchmarks.mutation.mutant import Mutant
from benchmarks.mutation.tool import Result
from contract_check.model.report import Severity, Verdict


@dataclass(frozen=True)
class Row:
    """One mutant and what was said of it."""

    family: str
    mutant: Mutant
    result: Result
    others: dict[str, bool]

    @property
    def breaks(self) -> frozenset[str]:
        return frozenset(f.rule for f in self.result.findings if f.severity is Severity.BREAK)

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(finding.rule for finding in self.result.findings)

    @property
    def found(self) -> bool:
        return self.result.verdict is Verdict.BREAK

    @property
    def named(self) -> bool:
        """Whether a right rule is among what was found."""
        said = self.breaks if self.mutant.effect == "breaking" else self.rules
        return bool(said & self.mutant.rules)

    @property
    def confirmed(self) -> bool:
        """Whether a break has a witness that was run on both sides."""
        return any(
            finding.witness is not None and finding.witness.confirmed
            for finding in self.result.findings
            if finding.severity is Severity.BREAK
        )

    @property
    def noisy(self) -> bool:
        """Whether more than information was given on what deserves silence."""
        return any(f.severity is not Severity.INFO for f in self.result.findings)

    @property
    def problem(self) -> str | None:
        """What is wrong with the answer, or None."""
        effect, verdict = self.mutant.effect, self.result.verdict
        if verdict is Verdict.ERROR:
            return "not checked"
        if effect == "breaking":
            return self._problem_of_break()
        if verdict is Verdict.BREAK:
            return "false alarm"
        if effect == "warning" and not self.named:
            return "warning missed" if not self.noisy else "misnamed"
        if effect == "harmless" and self.mutant.silent and self.noisy:
            return "noise"
        return None

    @property
    def plainly(self) -> str | None:
        """What is wrong with the verdict, whatever the rule is called; None where nothing is."""
        if self.result.verdict is Verdict.ERROR:
            return "not checked"
        if self.mutant.effect == "breaking" and not self.found:
            return "missed"
        if self.mutant.effect != "breaking" and self.found:
            return "false alarm"
        return "no witness" if self.found and not self.confirmed else None

    def _problem_of_break(self) -> str | None:
        if not self.found:
            return "missed"
        if not self.named:
            return "misnamed"
        return None if self.confirmed else "no witness"


def plain_lines(rows: Sequence[Row]) -> list[str]:
    """Recall, false alarms and witnesses, for a terminal."""
    breaks = [row for row in rows if row.mutant.effect == "breaking"]
    others = [row for row in rows if row.mutant.effect != "breaking"]
    found = [row for row in breaks if row.found]
    wrong = [row for row in rows if row.plainly]
    return [
        f"breaking  {len(found)} of {len(breaks)} found, "
        f"{sum(row.confirmed for row in found)} with a confirmed witness",
        f"harmless  {sum(row.found for row in others)} false alarms in {len(others)}, "
        f"{sum(row.noisy for row in others)} with a warning",
        f"seconds   {sum(row.result.seconds for row in rows) / max(1, len(rows)):.1f} a mutant",
        *(f"{row.plainly:12} {row.family}/{row.mutant.id} {row.result.error}" for row in wrong),
    ]


def lines(rows: Sequence[Row], names: Iterable[str]) -> list[str]:
    """The tables, for a terminal."""
    breaking = [row for row in rows if row.mutant.effect == "breaking"]
    warnings = [row for row in rows if row.mutant.effect == "warning"]
    harmless = [row for row in rows if row.mutant.effect == "harmless"]
    out = [
        f"{len(breaking)} breaking, {len(warnings)} worth a warning, {len(harmless)} harmless",
        "",
        f"{'':22}{'breaks found':>14}{'cries wolf: warnings':>23}{'harmless':>12}",
        _line("contract-check", breaking, warnings, harmless, None),
    ]
    out += [_line(name, breaking, warnings, harmless, name) for name in names]
    out += ["", *_quality(breaking, warnings, harmless)]
    if rows:
        out.append(f"seconds a mutant            {mean(row.result.seconds for row in rows):.2f}")
    out += ["", *_by_family(rows)]
    return out


def _quality(
    breaking: Sequence[Row], warnings: Sequence[Row], harmless: Sequence[Row]
) -> list[str]:
    """How well it was said."""
    out = []
    if breaking:
        said = [row.result.findings for row in breaking]
        hard = [[f for f in findings if f.severity is Severity.BREAK] for findings in said]
        out += [
            f"right rule named            {_part(breaking, lambda row: row.found and row.named)}",
            f"confirmed by a witness      {_part(breaking, lambda row: row.confirmed)}",
            f"findings a breaking mutant  {mean(map(len, said)):.2f} "
            f"(breaks alone: {mean(map(len, hard)):.2f})",
        ]
    if warnings:
        out.append(f"warnings named              {_part(warnings, lambda r: r.problem is None)}")
    if harmless:
        out.append(f"harmless met with silence   {_part(harmless, lambda row: not row.noisy)}")
    return out


def _part(rows: Sequence[Row], is_so: Callable[[Row], bool]) -> str:
    return _share(sum(map(is_so, rows)), len(rows))


def _line(
    label: str,
    breaking: Sequence[Row],
    warnings: Sequence[Row],
    harmless: Sequence[Row],
    name: str | None,
) -> str:
    def count(rows: Sequence[Row]) -> str:
        seen = sum(row.found if name is None else row.others.get(name, False) for row in rows)
        return _share(seen, len(rows))

    return f"{label:22}{count(breaking):>14}{count(warnings):>23}{count(harmless):>12}"


def _by_family(rows: Sequence[Row]) -> list[str]:
    out = [f"{'family':18}{'found':>9}{'named':>9}{'warned':>9}{'calm':>9}"]
    for family in dict.fromkeys(row.family for row in rows):
        own = [row for row in rows if row.family == family]
        hard = [row for row in own if row.mutant.effect == "breaking"]
        soft = [row for row in own if row.mutant.effect == "warning"]
        none = [row for row in own if row.mutant.effect == "harmless"]
        out.append(
            f"{family:18}"
            f"{_of(sum(r.found for r in hard), hard):>9}"
            f"{_of(sum(r.found and r.named for r in hard), hard):>9}"
            f"{_of(sum(r.problem is None for r in soft), soft):>9}"
            f"{_of(sum(r.problem is None for r in none), none):>9}"
        )
    return out


def problems(rows: Sequence[Row]) -> list[str]:
    """What is wrong, one line each."""
    out = []
    for row in rows:
        if row.problem is not None:
            said = ", ".join(
                f"{f.rule} ({f.severity.value} {f.path or ''})".replace(" )", ")")
                for f in row.result.findings
            )
            wanted = " or ".join(sorted(row.mutant.rules)) or "silence"
            tail = f"  [{row.result.error[:200]}]" if row.result.error else ""
            out.append(
                f"{row.problem:15} {row.family}/{row.mutant.id}: wanted {wanted}; "
                f"said {said or 'nothing'}{tail}"
            )
    return out


def _share(number: int, total: int) -> str:
    return f"{number}/{total} {100 * number / total:.0f}%" if total else "-"


def _of(number: int, rows: Sequence[Row]) -> str:
    return f"{number}/{len(rows)}" if rows else "-"
