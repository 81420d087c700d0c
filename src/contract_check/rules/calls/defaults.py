"""Arguments that the consumer leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.observation import Parameter
from contract_check.model.report import Severity
from contract_check.rules.calls.common import SOURCE
from contract_check.rules.case import Case
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.uses import (
    Site,
    contract_of,
    sites,
    where,
)
from contract_check.rules.witnesses import import_of, statement


def _parameter_default_changed(case: Case) -> Iterator[Draft]:
    seen: set[tuple[Locus, str]] = set()
    for site in sites(case):
        for before, now in _left_out(site):
            key = (site.locus, now.name)
            was, found = before.made or before.default, now.made or now.default
            if was == found or key in seen:
                continue
            if "<" in (str(was)[:1], str(found)[:1]):
                continue  # an object without a text of its own
            seen.add(key)
            path = ".".join(filter(None, (site.member, now.name)))
            yield Draft(
                subject=site.subject,
                path=path,
                message=f"{site.name} takes {now.name}={found} where it took "
                f"{was}; {case.candidate.consumer.name} leaves it out "
                f"at {where([site.use.place])}",
                hint=f"Pass {now.name} explicitly where the old value is meant.",
                loci=(Locus(case.label(site.subject), path),),
                contract=contract_of(
                    case, case.label(site.subject), case.label(site.use.via or "")
                ),
                location=site.use.place,
                programs=(_default_program(site, before, now),),
            )


def _left_out(site: Site) -> Iterator[tuple[Parameter, Parameter]]:
    """Parameters with a default on both sides that a call doesn't pass: before, now."""
    if site.given.open_ended or site.now.parameters is None:
        return
    known = {item.name: item for item in site.before.parameters or ()}
    for position, now in enumerate(site.now.parameters):
        before = known.get(now.name)
        if before is None or before.default is None or now.default is None:
            continue
        by_position = now.kind in ("positional-only", "positional-or-keyword")
        if now.name in site.given.keywords or (by_position and position < site.given.positional):
            continue
        yield before, now


def _default_program(site: Site, before: Parameter, now: Parameter) -> Program:
    if before.made or now.made:
        return statement(
            "import dataclasses",
            import_of(site.subject, "Subject"),
            "",
            f"(field,) = [item for item in dataclasses.fields(Subject) if item.name == "
            f"{before.name!r}]",
            "made = field.default",
            "if field.default_factory is not dataclasses.MISSING:",
            "    made = field.default_factory()",
            f"assert repr(made) == {before.made or before.default!r}, made",
        )
    return statement(
        "import inspect",
        import_of(site.subject, "Subject"),
        "",
        f"parameter = inspect.signature({site.expression}).parameters[{before.name!r}]",
        f"assert repr(parameter.default) == {before.default!r}, parameter",
    )


RULES = (
    Rule(
        id="parameter-default-changed",
        family="calls",
        summary="The consumer relies on a default that has another value now",
        severity=Severity.WARNING,
        directions=SOURCE,
        witness="code",
        check=_parameter_default_changed,
        rank=48,
    ),
)
