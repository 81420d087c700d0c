"""Requirements: what the packages' metadata asks for, held against what is there."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from contract_check.model.observation import Observation
from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case
from contract_check.rules.interface import Draft, Example, Locus, Program, Rule
from contract_check.rules.witnesses import statement

_SOURCE = (Direction.SOURCE,)


def _excludes_ref(case: Case) -> Iterator[Draft]:
    seen = case.candidate
    if seen.admits is not False or seen.requirement is None:
        return
    yield Draft(
        subject=seen.consumer.name,
        message=f"{seen.consumer.name} {seen.consumer.version} asks for {seen.requirement}, which "
        f"excludes {seen.provider.name} {seen.provider.version}",
        hint=f"Installers refuse the two together: release a {seen.consumer.name} that admits "
        f"{seen.provider.name} {seen.provider.version}.",
        loci=(Locus(f"requirement:{seen.provider.name}"),),
        observed=True,
    )


def _python_floor_raised(case: Case) -> Iterator[Draft]:
    seen = case.candidate
    if not excludes(seen):
        return
    name, wanted = seen.provider.name, seen.provider.requires_python
    yield Draft(
        subject=name,
        message=f"{name} needs Python {wanted}, and this check runs on "
        f"{seen.described.runtime.python}",
        hint="Keep supporting this Python, or choose another with --python if your consumers "
        "have left it.",
        loci=(Locus(f"python:{name}"),),
        programs=(_python_program(name),),
        observed=True,
    )


def excludes(observation: Observation) -> bool:
    """Whether the provider's Requires-Python excludes the Python that was observed."""
    wanted = observation.provider.requires_python
    if not wanted:
        return False
    try:
        admitted = SpecifierSet(wanted)
    except InvalidSpecifier:
        return False
    return not admitted.contains(observation.described.runtime.python, prereleases=True)


def _python_program(name: str) -> Program:
    """Holds the installed Requires-Python against the running Python (PEP 440, numbers alone)."""
    return statement(
        "import re, sys",
        "from importlib.metadata import metadata",
        "",
        f'wanted = metadata({name!r})["Requires-Python"] or ""',
        "here = tuple(sys.version_info[:3])",
        r'for operator, text in re.findall(r"([<>=!~]=?)\s*(\d+(?:\.\d+)*)", wanted):',
        '    limit = tuple(map(int, text.split(".")))',
        "    same = here[: len(limit)] == limit",
        "    met = {",
        '        ">=": here >= limit, ">": here > limit, "<=": here <= limit, "<": here < limit,',
        '        "==": same, "!=": not same, "~=": here >= limit and here[: len(limit) - 1] == '
        "limit[:-1],",
        "    }[operator]",
        "    assert met, (wanted, sys.version)",
    )


def _nothing(_case: Case) -> Iterator[Draft]:
    """An error of the run: it is raised where the environments are made, and never a finding."""
    return iter(())


_MODEL = "from pydantic import BaseModel\n\nclass Event(BaseModel):\n    size: int\n"
_USER = "from provider import Event\n"

RULES = (
    Rule(
        id="provider-not-as-asked",
        family="requirement",
        summary="Another provider or consumer got installed than the one asked for",
        severity=None,
        directions=(),
        witness="code",
        doc="""
## What it means
After installation the environment holds another version, commit or file of a package than was
asked for. The run ends with an error: nothing was checked.

## Why it breaks
A verdict about another version than the one asked for is worth nothing. Installing the consumer
can replace the provider, where the consumer's own requirement asks for another.

## Example
Version 1.5 was asked for; in the environment given with `--environment` lies 1.4.

## What to do
Name what is there, or leave `--environment` out and let contract-check build the environment.
""",
        examples=(),
        check=_nothing,
        rank=0,
        compares=False,
    ),
    Rule(
        id="dependency-conflict",
        family="requirement",
        summary="What provider and consumer need besides can't be installed together",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The installer finds no set of third-party packages that satisfies the candidate and the consumer.
Where the installer names two requirements that contradict each other, and the baseline can be
installed, it is a break; else the run ends with an error: nothing was checked.

## Why it breaks
The two can't be installed together at all, by this tool or by anyone.

## Example
The provider asks for `pydantic>=3`, the consumer for `pydantic<3`.

## What to do
Loosen one of the requirements that the installer names.
""",
        examples=(),
        check=_nothing,
        rank=0,
        compares=False,
    ),
    Rule(
        id="python-floor-raised",
        family="requirement",
        summary="The provider no longer supports this Python",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The provider's `Requires-Python` excludes the Python that is checked with, and the baseline's does
not.

## Why it breaks
Installers refuse the candidate on this Python, or quietly stay with an older version.

## Example
`requires-python = ">=3.11"` becomes `">=3.13"`, and the consumer is deployed on 3.12.

## What to do
Keep supporting the Pythons that your consumers run on, or make it a major version and check with
`--python`.
""",
        examples=(
            Example(
                title="a Python yet to come",
                old=_MODEL,
                new=_MODEL,
                consumer=_USER,
                requires_python=">=3.99",
            ),
            Example(
                title="an old Python is left out",
                old=_MODEL,
                new=_MODEL,
                consumer=_USER,
                requires_python=">=3.9,<4",
                breaks=False,
            ),
        ),
        check=_python_floor_raised,
        rank=1,
        compares=False,
    ),
    Rule(
        id="requirement-excludes-ref",
        family="requirement",
        summary="The consumer's own requirement excludes the candidate",
        severity=Severity.WARNING,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The consumer's metadata asks for versions of the provider among which the candidate is not. It was
checked all the same, with that requirement overridden.

## Why it breaks
Nothing in the code breaks; but installers will not put the two together as they are released.

## Example
The consumer asks for `core<1.5`; the candidate is 1.5.0.

## What to do
Release a consumer whose requirement admits the candidate, once this check passes. Where such a
candidate must not pass, say so in the policy: `policy.severities` with
`requirement-excludes-ref = "break"`.
""",
        examples=(
            Example(
                title="an upper bound below the candidate",
                new=_MODEL,
                consumer=_USER,
                requirement="provider<1",
            ),
            Example(
                title="a bound that admits the candidate",
                new=_MODEL,
                consumer=_USER,
                requirement="provider>=1",
                breaks=False,
            ),
        ),
        check=_excludes_ref,
        rank=49,
        compares=False,
    ),
)
