"""Requirements: what the packages' metadata asks for, held against what is there."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from contract_check.model.observation import Observation
from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case
from contract_check.rules.interface import Draft, Locus, Program, Rule
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


RULES = (
    Rule(
        id="provider-not-as-asked",
        family="requirement",
        summary="The installed provider or consumer is not the one that was asked for",
        severity=None,
        directions=(),
        witness="code",
        check=_nothing,
        rank=0,
        compares=False,
    ),
    Rule(
        id="dependency-conflict",
        family="requirement",
        summary="The provider and the consumer need third parties that can't be installed together",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
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
        check=_excludes_ref,
        rank=49,
        compares=False,
    ),
)
