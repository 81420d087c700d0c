"""Runs every rule and makes one suspicion of all drafts that have one cause."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from contract_check.judge import policy
from contract_check.judge.evidence import Met, weigh
from contract_check.model.contracts import Policy
from contract_check.model.report import Finding, Severity
from contract_check.rules import Draft, Locus, Program, Rule, catalogue
from contract_check.rules.case import Case
from contract_check.rules.witnesses import placed

_WORTH = {Severity.BREAK: 0, Severity.WARNING: 1, Severity.INFO: 2}
_MOST_PROGRAMS = 8
_Group = list[tuple[Rule, Draft]]


@dataclass(frozen=True)
class Suspicion:
    """What will be a finding if a witness bears it out.

    Args:
        rule: the rule that names it best.
        draft: that rule's draft.
        others: drafts with the same cause, and their rules.
        programs: witnesses to try, best first.
        met: why this consumer meets it.
    """

    rule: Rule
    draft: Draft
    others: tuple[tuple[Rule, Draft], ...]
    programs: tuple[Program, ...]
    met: Met

    @property
    def severity(self) -> Severity:
        """Before policy: the draft's own, else its rule's; of a risk a warning at most."""
        worth = severity_of(self.rule, self.draft)
        return Severity.WARNING if worth is Severity.BREAK and not self.met.counts else worth

    @property
    def observed(self) -> bool:
        """Whether the replay itself showed it, or a draft of the same cause."""
        return self.draft.observed or any(draft.observed for _, draft in self.others)

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """All drafts of this cause, the leading one first."""
        return (self.draft, *(draft for _, draft in self.others))


@dataclass(frozen=True)
class Suspicions:
    """What the rules came to.

    Args:
        found: one for each cause.
        preexisting: drafts of one environment that the baseline shows in the same way.
    """

    found: tuple[Suspicion, ...]
    preexisting: tuple[tuple[Rule, Draft], ...]


def released(case: Case, suspicions: Suspicions, refuted: Collection[int]) -> Suspicions:
    """Suspicions whose lead a witness refuted, without it: what it was to explain stands alone.

    Args:
        case: the facts.
        suspicions: what `suspect` returned.
        refuted: the positions of those whose programs were tried, and none was confirmed.
    """
    found: list[Suspicion] = []
    for number, suspicion in enumerate(suspicions.found):
        rule = suspicion.rule
        leads = rule.proved or (rule.compares and not suspicion.observed)
        leads = leads and bool(suspicion.others)
        kept = number not in refuted or not leads
        found.append(suspicion if kept else _suspicion(case, list(suspicion.others)))
    return Suspicions(tuple(found), suspicions.preexisting)


def severity_of(rule: Rule, draft: Draft) -> Severity:
    """The severity of a draft before policy."""
    return draft.severity or rule.severity or Severity.BREAK


def suspect(
    case: Case,
    accepted: Policy,
    today: datetime.date,
    rules: Iterable[Rule] | None = None,
) -> Suspicions:
    """Run rules over a case and merge their drafts by cause.

    Args:
        case: the facts.
        accepted: the project's policy: what it suppresses or makes less of stands for no failure
            that may have another reason.
        today: the day suppressions are held against.
        rules: the catalogue by default.
    """
    chosen = tuple(catalogue() if rules is None else rules)
    drafts = [
        (rule, draft)
        for rule in chosen
        if case.baseline is not None or not rule.compares
        for draft in rule.check(case)
    ]
    known = _shown_by_baseline(case, chosen)
    fresh = [(rule, draft) for rule, draft in drafts if _signature(rule, draft) not in known]
    old = [(rule, draft) for rule, draft in drafts if _signature(rule, draft) in known]

    def stands(rule: Rule, draft: Draft) -> bool:
        return policy.fails(
            Policy(), policy.apply(accepted, [_announced(case, rule, draft)], today).findings
        )

    found = tuple(_suspicion(case, group) for group in _merge(fresh, stands))
    return Suspicions(found=found, preexisting=tuple(old))


def _shown_by_baseline(case: Case, rules: tuple[Rule, ...]) -> frozenset[tuple[str | None, ...]]:
    """What the rules of one environment say of the baseline alone."""
    if case.baseline is None:
        return frozenset()
    mirrored = dataclasses.replace(case, candidate=case.baseline, baseline=None)
    return frozenset(
        _signature(rule, draft)
        for rule in rules
        if not rule.compares
        for draft in rule.check(mirrored)
    )


def _signature(rule: Rule, draft: Draft) -> tuple[str | None, ...]:
    return (rule.id, draft.contract, draft.subject, draft.path, draft.same or draft.message)


def _announced(case: Case, rule: Rule, draft: Draft) -> Finding:
    """What policy has to know of a draft."""
    return Finding(
        id="",
        rule=rule.id,
        severity=severity_of(rule, draft),
        directions=(),
        contract=draft.contract or case.contract_for(draft.subject),
        subject=draft.subject,
        path=draft.path,
        message=draft.message,
        hint=draft.hint,
    )


def _merge(drafts: list[tuple[Rule, Draft]], stands: Callable[[Rule, Draft], bool]) -> list[_Group]:
    """Give each draft to the first better-named one whose place covers all of its places.

    Where several places are hurt at once, as by two required fields that were added, the causes
    together may cover them. A draft is never given to one of less severity (a warning explains no
    break), unless that one settles what is seen there. A failure that names no place may have
    any reason: it is given to breaks alone, and to none that the project accepts.
    """
    ordered = sorted(
        drafts,
        key=lambda item: (
            item[0].rank,
            _WORTH[severity_of(*item)],
            item[1].loci[0].path is not None,
        ),
    )
    groups: list[_Group] = []
    for rule, draft in ordered:
        home = _home(groups, rule, draft, stands)
        if home is None:
            groups.append([(rule, draft)])
        else:
            home.append((rule, draft))
    return groups


def _home(
    groups: list[_Group], rule: Rule, draft: Draft, stands: Callable[[Rule, Draft], bool]
) -> _Group | None:
    """The group whose lead explains a draft, or the first of those that do together."""
    worth = _WORTH[severity_of(rule, draft)]
    if any(locus.guessed for locus in draft.loci):
        able = [group for group in groups if stands(*group[0])]
    else:
        able = [
            group
            for group in groups
            if group[0][1].settles or _WORTH[severity_of(*group[0])] <= worth
        ]
    for group in able:
        if all(_explains(group, locus) for locus in draft.loci):
            return group
    homes = [next((g for g in able if _explains(g, locus)), None) for locus in draft.loci]
    return None if any(home is None for home in homes) else homes[0]


def _explains(group: _Group, locus: Locus) -> bool:
    return any(place.explains(locus) for place in group[0][1].loci)


def _suspicion(case: Case, group: _Group) -> Suspicion:
    """The witness of a draft worth less proves less: it is none for the whole, and no evidence."""
    (rule, draft), *others = group
    worth = _WORTH[severity_of(rule, draft)]
    programs: dict[str, Program] = {}
    for item in group:
        for program in item[1].programs if _WORTH[severity_of(*item)] <= worth else ():
            found = placed(program, case.hidden)
            programs.setdefault(found.code, found)
    met = weigh(case, [item for item in group if _WORTH[severity_of(*item)] <= worth])
    return Suspicion(rule, draft, tuple(others), tuple(programs.values())[:_MOST_PROGRAMS], met)
