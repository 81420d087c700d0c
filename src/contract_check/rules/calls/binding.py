"""Calls that the provider no longer takes as the consumer makes them."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.observation import Signature
from contract_check.model.report import Severity
from contract_check.rules.calls import undescribed
from contract_check.rules.calls.common import SOURCE, call_of
from contract_check.rules.calls.fallbacks import without_fallbacks
from contract_check.rules.case import Case
from contract_check.rules.handed import options_lost
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.uses import (
    Site,
    binding,
    contract_of,
    misfit,
    sites,
    where,
)
from contract_check.rules.witnesses import import_of, statement


def _unbound(case: Case, *, constructs: bool) -> Iterator[Draft]:
    """Call sites that bound with the baseline and don't with the candidate, by what they call."""
    failing: dict[Locus, list[tuple[Site, str]]] = {}
    for site in without_fallbacks(sites(case), case.usage.tries):
        if site.constructs is not constructs:
            continue
        if site.before.parameters is None or site.now.parameters is None:
            continue
        if misfit(site.before.parameters, site.given) is not None:
            continue
        reason = misfit(site.now.parameters, site.given)
        if reason is not None:
            failing.setdefault(site.locus, []).append((site, reason))
    for locus, found in failing.items():
        found.sort(key=lambda item: item[0].use.place)
        site, reason = found[0]
        yield Draft(
            subject=site.subject,
            path=None if site.member == "__init__" else site.member,
            message=f"{site.name} {_anew(reason)}{_renamed(site, reason)}; "
            f"{case.candidate.consumer.name} calls it at {where(s.use.place for s, _ in found)}",
            hint=f"Let {site.name} take its old arguments as well, or change the calls.",
            loci=(locus, *_consumer_locus(case, site)),
            contract=contract_of(case, case.label(site.subject), case.label(site.use.via or "")),
            location=site.use.place,
            programs=tuple(dict.fromkeys(binding(item) for item, _ in found)),
            cause=call_of(site.member, (item.use.place for item, _ in found)),
        )


def _anew(reason: str) -> str:
    lacks = "has no parameter "
    if reason.startswith(lacks):
        return f"no longer takes {reason.removeprefix(lacks)}"
    return f"now {reason}"


def _consumer_locus(case: Case, site: Site) -> tuple[Locus, ...]:
    """A class of the consumer's is constructed as the provider's class that it derives from."""
    return (Locus(case.label(site.use.via)),) if site.constructs and site.use.via else ()


def _renamed(site: Site, reason: str) -> str:
    """Where one name went and one came in its place, that is said."""
    before, now = _names(site.before), _names(site.now)
    gone = [name for name in before if name not in now]
    new = [name for name in now if name not in before]
    if len(gone) == len(new) == 1 and repr(gone[0]) in reason:
        return f" (it is {new[0]!r} now)"
    return ""


def _names(signature: Signature) -> list[str]:
    return [item.name for item in signature.parameters or () if not item.kind.startswith("var-")]


def _positional_moved(case: Case) -> Iterator[Draft]:
    """Arguments by position that land in another parameter, which has the name of an old one."""
    seen: set[Locus] = set()
    for site in sites(case):
        before, now = _by_position(site.before), _by_position(site.now)
        count = site.given.positional
        if site.given.open_ended or site.locus in seen:
            continue  # what stands behind a `*` has no place that could be told
        if misfit(site.before.parameters or (), site.given) is not None:
            continue
        if misfit(site.now.parameters or (), site.given) is not None:
            continue  # it doesn't bind at all: that has a name of its own
        if site.before.built_in or site.now.built_in:
            continue  # whose parameters have no names
        moved = [
            (name, now[place])
            for place, name in enumerate(before[:count])
            if place < len(now) and now[place] != name and name in now
        ]
        if not moved or (site.before.body is not None and site.before.body == site.now.body):
            continue  # only the names are others
        seen.add(site.locus)
        name, other = moved[0]
        yield Draft(
            subject=site.subject,
            path=None if site.member == "__init__" else site.member,
            message=f"{site.name} takes {other!r} where it took {name!r}; "
            f"{case.candidate.consumer.name} passes it by position at {where([site.use.place])}",
            hint=f"Keep the order of the parameters of {site.name}; add new ones at the end, or "
            "by keyword only.",
            loci=(site.locus, *_consumer_locus(case, site)),
            contract=contract_of(case, case.label(site.subject), case.label(site.use.via or "")),
            location=site.use.place,
            programs=(_order_program(site, before[:count]),),
        )


def _by_position(signature: Signature) -> list[str]:
    kinds = ("positional-only", "positional-or-keyword")
    return [item.name for item in signature.parameters or () if item.kind in kinds]


def _order_program(site: Site, expected: list[str]) -> Program:
    return statement(
        "import inspect",
        import_of(site.subject, "Subject"),
        "",
        f"names = list(inspect.signature({site.expression}).parameters)",
        f"expected = {expected!r}",
        "kept = [names[place] == name for place, name in enumerate(expected) if name in names]",
        "assert all(kept), names",
    )


def _call_no_longer_binds(case: Case) -> Iterator[Draft]:
    yield from _unbound(case, constructs=False)
    yield from options_lost(case)
    yield from undescribed.calls(case)


def _constructor_changed(case: Case) -> Iterator[Draft]:
    return _unbound(case, constructs=True)


RULES = (
    Rule(
        id="positional-argument-moved",
        family="calls",
        summary="The consumer passes an argument by position, and another parameter gets it now",
        severity=Severity.BREAK,
        directions=SOURCE,
        witness="code",
        check=_positional_moved,
        rank=13,
    ),
    Rule(
        id="constructor-changed",
        family="calls",
        summary="The consumer makes an instance with arguments that the class no longer takes",
        severity=Severity.BREAK,
        directions=SOURCE,
        witness="code",
        check=_constructor_changed,
        rank=12,
    ),
    Rule(
        id="call-no-longer-binds",
        family="calls",
        summary="The consumer calls a function with arguments that it no longer takes",
        severity=Severity.BREAK,
        directions=SOURCE,
        witness="code",
        check=_call_no_longer_binds,
        rank=12,
    ),
)
