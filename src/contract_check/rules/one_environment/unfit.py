"""Calls and members that the one environment there is has no room for."""

from __future__ import annotations

import builtins
import enum
from collections.abc import Iterator

from pydantic import RootModel

from contract_check.model.observation import Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import Place
from contract_check.rules.calls.fallbacks import is_caught, without_fallbacks
from contract_check.rules.case import CLASSES, Case, short
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.uses import (
    Site,
    binding,
    calls_alone,
    contract_of,
    kind_of,
    met_behind,
    misfit,
    where,
)
from contract_check.rules.witnesses import import_of, statement

_SOURCE = (Direction.SOURCE,)


def _call_does_not_bind(case: Case) -> Iterator[Draft]:
    """Calls that no target of theirs takes, by what they call."""
    if case.baseline is not None:
        return  # what fails there as well is no break, and the others have a rule of their own
    failing: dict[Locus, list[tuple[Site, str]]] = {}
    calls = list(calls_alone(case))
    left = without_fallbacks((site for call in calls for site in call), case.usage.tries)
    alone = {id(site) for site in left}
    for call in calls:
        if not all(id(site) in alone for site in call):
            continue
        reasons = [_refusal(case, site) for site in call]
        if None not in reasons:
            failing.setdefault(call[0].locus, []).append((call[0], reasons[0] or ""))
    for locus, found in failing.items():
        found.sort(key=lambda item: item[0].use.place)
        site, reason = found[0]
        yield Draft(
            subject=site.subject,
            path=None if site.member == "__init__" else site.member,
            message=f"{site.name} {reason}; {case.candidate.consumer.name} calls it at "
            f"{where(item.use.place for item, _ in found)}",
            hint=f"Change the call, or use a version of {case.candidate.provider.name} whose "
            f"{site.name} takes it.",
            loci=(locus,),
            contract=contract_of(case, case.label(site.subject), case.label(site.use.via or "")),
            check="signature",
            location=site.use.place,
            programs=tuple(dict.fromkeys(_bound_by_any(item) for item, _ in found)),
            same=reason,
        )


def _refusal(case: Case, site: Site) -> str | None:
    """Why a call surely does not bind; None where it does, or where that is not sure."""
    parameters = site.now.parameters
    if parameters is None or site.now.rewired or _is_replaced(case, site):
        return None
    if is_caught(case, site.use.place, "TypeError"):
        return None  # it fails, and the consumer has seen to that
    symbol = case.candidate.symbol(site.subject)
    if site.constructs and symbol is not None and symbol.kind == "model":
        return None  # what its fields demand is replayed
    return misfit(parameters, site.given)


def _is_replaced(case: Case, site: Site) -> bool:
    """Whether the consumer assigns what it calls, or overrides it in a class of its own."""
    module, _, name = site.subject.partition(":")
    for use in case.usage.members:
        if use.stored and use.member in (site.member, name) and use.owner in (module, site.subject):
            return True
    if site.member in (None, "__init__"):
        return False
    return any(
        use.provider == site.subject and site.member in use.members for use in case.usage.subclasses
    )


def _bound_by_any(site: Site) -> Program:
    """Binds the call; for a method, to that of any loaded class that derives as well."""
    if site.member in (None, "__init__") or not site.use.on_instance:
        return binding(site)
    return statement(
        "import inspect",
        import_of(site.subject, "Subject"),
        "",
        "def binds(kind):",
        "    try:",
        f"        inspect.signature(kind.{site.member}).bind({site.given.written()})",
        "    except TypeError:",
        "        return any(map(binds, type.__subclasses__(kind)))",
        "    return True",
        "",
        f"assert binds(Subject), inspect.signature(Subject.{site.member})",
    )


def _member_not_there(case: Case) -> Iterator[Draft]:
    """Members that no class behind what the consumer reads them on has."""
    if case.baseline is not None:
        return
    stored = {use.member for use in case.usage.members if use.stored}
    found: dict[tuple[str, str], list[Place]] = {}
    for owner, member, place in _wanted(case):
        put_up_with = member in stored or is_caught(case, place, "AttributeError")
        classes = () if put_up_with else met_behind(case, owner)
        if classes and all(_lacks(case, ref, member) for ref in classes):
            found.setdefault((classes[0], member), []).append(place)
    for (ref, member), places in found.items():
        name = short(ref)
        yield Draft(
            subject=ref,
            path=member,
            message=f"{name} has no {member}; {case.candidate.consumer.name} reads it at "
            f"{where(places)}",
            hint=f"Change the line, or use a version of {case.candidate.provider.name} whose "
            f"{name} has {member}.",
            loci=(Locus(case.label(ref), member),),
            contract=contract_of(case, case.label(ref)),
            check="import",
            location=min(places),
            programs=(_has_member(ref, member),),
        )


def _wanted(case: Case) -> Iterator[tuple[str, str, Place]]:
    """What the consumer reads, and which methods it calls: owner, name, place."""
    for use in case.usage.members:
        if ":" in use.owner and not (use.stored or use.optional):
            yield use.owner, use.member, use.place
    for call in case.usage.calls:
        owner, _, member = call.target.rpartition(".")
        called = ":" in owner and case.candidate.symbol(call.target) is None
        if called and not member.startswith("__"):
            yield owner, member, call.place


def _lacks(case: Case, ref: str, member: str) -> bool:
    symbol = case.candidate.symbol(ref)
    if symbol is None or symbol.kind not in (*CLASSES, "enum") or not case.is_provider(ref):
        return False
    if symbol.open_attributes or symbol.gaps or symbol.config.get("extra") == "'allow'":
        return False
    if symbol.typed_keys is not None or _is_foreign(case, symbol):
        return False
    names = {*symbol.special, *(item.name for item in symbol.enum_members), *_inherited(symbol)}
    return kind_of(symbol, member) is None and member not in names


def _inherited(symbol: Symbol) -> Iterator[str]:
    """What every class has, and what it has from Pydantic, an enum or a built-in class."""
    yield from dir(type)
    for base in symbol.bases:
        module, _, name = base.partition(":")
        top = module.partition(".")[0]
        if top == "pydantic":
            yield from (*dir(RootModel), "root")
        elif top == "enum":
            yield from (*dir(enum.Flag), "name", "value", "_name_", "_value_")
        elif top == "builtins":
            yield from dir(getattr(builtins, name, object))


def _is_foreign(case: Case, symbol: Symbol) -> bool:
    """Whether it has bases that are nobody's whom we describe: they may have any member."""
    known = ("typing", "abc", "pydantic", "enum", "builtins", "typing_extensions")
    return any(
        not case.is_provider(base) and base.partition(":")[0].partition(".")[0] not in known
        for base in symbol.bases
    )


def _has_member(ref: str, member: str) -> Program:
    """Passes if a class, or one that derives from it, has a member or names it in its code."""
    return statement(
        import_of(ref, "Subject"),
        "",
        "kinds = [Subject]",
        "for kind in kinds:",
        "    kinds += [item for item in type.__subclasses__(kind) if item not in kinds]",
        "bodies = [vars(base) for kind in kinds for base in kind.__mro__]",
        "kept = ('__annotations__', '__private_attributes__')",
        "declared = {name for body in bodies for key in kept for name in body.get(key, ())}",
        "methods = [getattr(item, '__func__', item) for body in bodies for item in body.values()]",
        "for code in [getattr(item, '__code__', None) for item in methods]:",
        "    declared.update(code.co_names if code else ())",
        f"found = any(hasattr(kind, {member!r}) for kind in kinds) or {member!r} in declared",
        f'assert found, "{short(ref)} has no {member}"',
    )


RULES = (
    Rule(
        id="call-does-not-bind",
        family="one environment",
        summary="The consumer calls something with arguments that it does not take",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_call_does_not_bind,
        rank=12,
        compares=False,
        proved=True,
    ),
    Rule(
        id="member-not-there",
        family="one environment",
        summary="The consumer reads an attribute that a class of the provider does not have",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_member_not_there,
        rank=45,
        compares=False,
        proved=True,
    ),
)
