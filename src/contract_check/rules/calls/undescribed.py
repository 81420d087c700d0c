"""What a type checker complains of at classes whose members nobody described: tried as it stands.

What a class has from a library of its own, as a model from Pydantic, is described nowhere. Where
that library is the provider, the types still tell which method a call goes to.
"""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.reading import Diagnostic
from contract_check.model.usage import CallUse, Place
from contract_check.rules.case import CLASSES, Case, short
from contract_check.rules.interface import Draft, Locus, Program
from contract_check.rules.uses import (
    Given,
    contract_of,
    kind_of,
    member_program,
    sites,
    where,
)
from contract_check.rules.witnesses import import_of, statement


def calls(case: Case) -> Iterator[Draft]:
    """Calls of methods that no description tells of, and that a type checker says do not fit."""
    read = [use for use in case.reading.uses.calls if use in case.usage.calls]
    known = {site.use for site in sites(case)} if read else set()
    for use in read:
        owner, _, member = use.target.rpartition(".")
        found = _said(case, use.place, "call")
        if use in known or ":" not in owner or found is None or not case.is_provider(owner):
            continue
        name = f"{short(owner)}.{member}"
        yield Draft(
            subject=owner,
            path=member,
            message=f"{name} no longer takes the arguments that "
            f"{case.candidate.consumer.name} gives it at {where([use.place])} ({found.said})",
            hint=f"Let {name} take its old arguments as well, or change the call.",
            loci=(Locus(case.label(owner), member),),
            contract=contract_of(case, case.label(owner)),
            location=use.place,
            places=(use.place,),
            programs=(_binds(owner, member, use),),
        )


def members(case: Case) -> Iterator[Draft]:
    """Attributes that no description tells of, and that a type checker says are gone."""
    assert case.baseline is not None
    for use in case.reading.uses.members:
        if use not in case.usage.members or ":" not in use.owner or not use.on_instance:
            continue
        before = case.baseline.symbol(use.owner)
        found = _said(case, use.place, "attribute")
        if before is None or found is None or f"`{use.member}`" not in found.message:
            continue
        if before.kind not in CLASSES or kind_of(before, use.member) is not None:
            continue
        name = short(use.owner)
        yield Draft(
            subject=use.owner,
            path=use.member,
            message=f"{name}.{use.member} is gone; {case.candidate.consumer.name} reads it at "
            f"{where([use.place])}",
            hint=f"Keep {use.member} as it was, if only as an alias.",
            loci=(Locus(case.label(use.owner), use.member),),
            contract=contract_of(case, case.label(use.owner)),
            location=use.place,
            places=(use.place,),
            programs=(member_program(use.owner, use.member),),
        )


def _said(case: Case, place: Place, aspect: str) -> Diagnostic | None:
    """What the type checker says of a line."""
    return next(
        (item for item in case.reading.fresh if item.aspect == aspect and item.covers(place)), None
    )


def _binds(owner: str, member: str, use: CallUse) -> Program:
    given = Given(use.positional, use.keywords, use.open_ended).written()
    bind = "bind_partial" if use.open_ended else "bind"
    return statement(
        "import inspect",
        import_of(owner, "Subject"),
        "",
        f"found = inspect.getattr_static(Subject, {member!r})",
        "bound = isinstance(found, (classmethod, staticmethod))",
        f"receiver = () if bound or not {use.on_instance} else (None,)",
        f"inspect.signature(Subject.{member}).{bind}(*receiver, {given})",
    )
