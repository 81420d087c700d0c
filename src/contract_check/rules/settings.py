"""Settings of pydantic-settings: are the variables that the consumer sets still read?"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from contract_check.model.observation import FieldDescription, Observation, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import Place
from contract_check.rules.case import Case, short
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.uses import where
from contract_check.rules.witnesses import import_of, statement

_BASE = "pydantic_settings.main:BaseSettings"


def is_settings(symbol: Symbol | None) -> bool:
    """Whether a model is read from the environment."""
    return symbol is not None and _BASE in symbol.bases


def variables(symbol: Symbol) -> dict[str, str]:
    """The variables that settings are read from, to their fields; in capitals where case does not
    count. From the documentation of pydantic-settings, "Environment variable names"."""
    prefix = _text(symbol.config.get("env_prefix")) or ""
    exact = symbol.config.get("case_sensitive") == "True"
    found: dict[str, str] = {}
    for name, described in symbol.fields.items():
        for variable in _names(described) or (prefix + name,):
            found.setdefault(variable if exact else variable.upper(), name)
    return found


def lost_variables(before: Observation, now: Observation) -> dict[str, tuple[str, str]]:
    """The variables that are read no more although their field is there, to class and field."""
    found: dict[str, tuple[str, str]] = {}
    for ref, symbol in now.described.symbols.items():
        old = before.symbol(ref)
        if old is None or not is_settings(old) or not is_settings(symbol):
            continue
        known = variables(symbol)
        for variable, name in variables(old).items():
            if variable not in known and name in symbol.fields:
                found.setdefault(variable, (ref, name))
    return found


def _text(shown: str | None) -> str | None:
    try:
        value = ast.literal_eval(shown or "None")
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, str) else None


def _names(described: FieldDescription) -> tuple[str, ...]:
    """What a field is called by its aliases, to which no prefix is put."""
    alias = described.validation_alias if described.validation_alias else described.alias
    if isinstance(alias, str):
        return (alias,)
    choices = alias.get("choices") if isinstance(alias, Mapping) else None
    if not isinstance(choices, list):
        return ()
    return tuple(item for item in choices if isinstance(item, str))


def _variable_renamed(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    places: dict[tuple[str, str], dict[str, list[Place]]] = {}
    lost = lost_variables(case.baseline, case.candidate)
    for variable, place in case.variables:
        owner = lost.get(variable)
        if owner is not None:
            places.setdefault(owner, {}).setdefault(variable, []).append(place)
    by_class: dict[str, list[tuple[str, str, list[Place]]]] = {}
    for (ref, name), named in places.items():
        for variable, found in named.items():
            by_class.setdefault(ref, []).append((name, variable, found))
    for ref, items in by_class.items():
        symbol = case.candidate.described.symbols[ref]
        now = {name: variable for variable, name in reversed(variables(symbol).items())}
        name, variable, found = items[0]
        every = sorted({place for _, _, some in items for place in some})
        more = f" (and {len(items) - 1} others)" if len(items) > 1 else ""
        yield Draft(
            subject=ref,
            path=name,
            message=f"{short(ref)} reads {name} from {now[name]} and no longer from {variable}"
            f"{more}, which {case.candidate.consumer.name} sets at {where(every)}",
            hint=f"Set {now[name]} as well, or stay with the provider that reads {variable}.",
            loci=(
                Locus(case.label(symbol.identity or ref), name),
                *(Locus(case.label(symbol.identity or ref), other) for other, _, _ in items[1:]),
            ),
            contract=case.contract_for(ref),
            location=every[0],
            places=tuple(every),
            evidence="code",
            programs=(_program(ref, name, variable),),
        )


def _program(ref: str, name: str, variable: str) -> Program:
    return statement(
        "import os",
        f'os.environ[{variable!r}] = "1"',
        import_of(ref, "Settings"),
        "from pydantic_settings import EnvSettingsSource",
        "",
        "source = EnvSettingsSource(Settings)",
        f"found = source.get_field_value(Settings.model_fields[{name!r}], {name!r})",
        f'assert found[0] is not None, "{variable} is not read"',
    )


RULES = (
    Rule(
        id="settings-variable-renamed",
        family="settings",
        summary="Settings are no longer read from a variable that the consumer sets",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE,),
        witness="code",
        check=_variable_renamed,
        rank=12,
    ),
)
