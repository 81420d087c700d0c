"""Arguments that the consumer leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.observation import Parameter
from contract_check.model.report import Severity
from contract_check.rules.calls.common import CALLER, CONNECT, SOURCE
from contract_check.rules.case import Case
from contract_check.rules.interface import Draft, Example, Locus, Program, Rule
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


_TAGGED = """
from dataclasses import dataclass, field

def first():
    return ["a"]

def id():
    return object()

@dataclass
class Tagged:
    size: int = 1
    tags: list[str] = field(default_factory=first)
    key: object = field(default_factory=id)
"""

RULES = (
    Rule(
        id="parameter-default-changed",
        family="calls",
        summary="A default that the consumer relies on is another one",
        severity=Severity.WARNING,
        directions=SOURCE,
        witness="code",
        doc="""
## What it means
The consumer leaves a parameter out, and its default is another value with the candidate.

## Why it breaks
Nothing fails; the same line does something else.

## Example
`def connect(url, timeout=5)` becomes `timeout=60`, and the consumer says `connect(url)`.

## What to do
Pass the parameter where the old value is meant.
""",
        examples=(
            Example(
                title="another timeout",
                old=CONNECT,
                new=CONNECT.replace("timeout=5", "timeout=60"),
                consumer=CALLER,
            ),
            *(
                Example(
                    title=what,
                    old=_TAGGED,
                    new=_TAGGED.replace(old, new),
                    consumer="from provider import Tagged\n\ndef make():\n    return Tagged()\n",
                )
                for what, old, new in (
                    ("another default of a dataclass", "= 1", "= 2"),
                    ("a factory that makes another value", '["a"]', '["b"]'),
                    ("another factory", "factory=first", "factory=list"),
                )
            ),
            *(
                Example(
                    title=what,
                    old=_TAGGED,
                    new=_TAGGED.replace(old, new),
                    consumer="from provider import Tagged\n\ndef make():\n    return Tagged()\n",
                    breaks=False,
                )
                for what, old, new in (
                    (
                        "another factory that makes the same",
                        "factory=first",
                        'factory=lambda: ["a"]',
                    ),
                    ("a factory that makes something new each time", "id)", "lambda: object())"),
                )
            ),
            Example(
                title="a default that the consumer never relies on",
                old=CONNECT,
                new=CONNECT.replace("timeout=5", "timeout=60"),
                consumer=CALLER.replace('"memory://"', '"memory://", timeout=1'),
                breaks=False,
            ),
        ),
        check=_parameter_default_changed,
        rank=48,
    ),
)
