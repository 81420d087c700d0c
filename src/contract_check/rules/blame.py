"""Where an exception points at: the class, field, member or function of the provider behind it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from contract_check.model.contracts import Contract
from contract_check.model.observation import Failure, Symbol
from contract_check.rules.case import Case, short
from contract_check.rules.interface import Locus
from contract_check.rules.issues import label_at, locus_at

_TITLE = re.compile(r"\d+ validation errors? for (\S+)")
_NO_ATTRIBUTE = re.compile(r"'([\w.]+)(?:\[.*\])?'(?: object)? has no attribute '(\w+)'")
_WRONG_CALL = re.compile(r"([\w.]+)\(\) (?:got an? |missing |takes )")


def home_of(case: Case, contract: Contract) -> Locus:
    """The place of a contract as a whole."""
    return Locus(label_at(case, contract.provider))


def loci_of(
    case: Case, contract: Contract, failure: Failure, model: str | None = None, code: str = ""
) -> tuple[Locus, ...]:
    """The places that an exception points at; the contract's own where it points at none.

    Args:
        case: the facts.
        contract: where it was met.
        failure: the exception.
        model: the model that was read, where that is known.
        code: the program that raised it, if one did.
    """
    if failure.errors:
        reader = _titled(case, failure, model)
        if reader is not None:
            places = (locus_at(case, reader, issue.loc) for issue in failure.errors)
            return tuple(dict.fromkeys(places))
    named = _named(case, failure)
    home = home_of(case, contract)
    if named is not None:
        return (replace(named, explained_by=(*named.explained_by, home)),)
    met = tuple(dict.fromkeys(_met(case, contract, failure, code)))
    return (Locus(home.label, None, met, guessed=True),)


def _titled(case: Case, failure: Failure, model: str | None) -> str | None:
    """The model that a ValidationError is about: its title is the class's name."""
    found = _TITLE.match(failure.message)
    title = found[1].partition("[")[0] if found else None
    if title is None or (model is not None and short(model) == title):
        return model
    fields = {str(issue.loc[0]) for issue in failure.errors if issue.loc}
    named = _by_name(case, title)
    whole = (symbol for symbol in named if fields <= set(symbol.fields))
    symbol = next(whole, named[0] if named else None)
    return symbol.ref if symbol is not None else model


def _by_name(case: Case, name: str) -> list[Symbol]:
    """The described classes and functions of a name, the provider's before the consumer's."""
    hits = [
        symbol
        for observation in (case.candidate, case.baseline)
        if observation is not None
        for ref, symbol in observation.described.symbols.items()
        if name in (short(ref), short(symbol.identity or ref)) and symbol.kind != "missing"
    ]
    return sorted(hits, key=lambda hit: not case.is_provider(hit.ref))


def _named(case: Case, failure: Failure) -> Locus | None:
    """What the message of an exception names: an attribute, an argument, an import."""
    if found := _NO_ATTRIBUTE.search(failure.message):
        symbol = next(iter(_by_name(case, found[1])), None)
        if symbol is not None and symbol.kind == "model":
            return locus_at(case, symbol.ref, (found[2],))
        if symbol is not None:
            return Locus(case.label_of(symbol), found[2])
    if failure.missing_module is not None and case.is_provider(failure.missing_module):
        name = f":{failure.missing_name}" if failure.missing_name else ""
        return Locus(case.label(f"{failure.missing_module}{name}"))
    if found := _WRONG_CALL.search(failure.message):
        symbol = next(iter(_by_name(case, found[1].partition(".")[0])), None)
        if symbol is not None and case.is_provider(symbol.ref):
            whole = Locus(case.label_of(symbol))
            return Locus(whole.label, found[1].partition(".")[2] or None, (whole,))
    return None


def _met(case: Case, contract: Contract, failure: Failure, code: str) -> Iterator[Locus]:
    """What of the provider stood on the way to a failure, and may be its cause."""
    yield home_of(case, contract)
    yield from around(case, contract.provider)
    modules = {frame.module for frame in failure.frames if case.is_consumer(frame.module)}
    for frame in failure.frames:
        if case.is_provider(frame.module):
            yield Locus(case.label(f"{frame.module}:{frame.function}"))
    for ref in _imported(code):
        if case.is_provider(ref):
            yield Locus(case.label(ref))
        else:
            modules.add(ref.partition(":")[0])
    for use in case.usage.imports:
        if use.importer in modules and use.name is not None:
            yield Locus(case.label(f"{use.module}:{use.name}"))


def around(case: Case, ref: str) -> tuple[Locus, ...]:
    """The classes that a model is made of, itself first."""
    pending, found = [ref], dict[str, None]()
    by_label = {
        case.label_of(symbol): symbol
        for symbol in case.candidate.described.symbols.values()
        if symbol.kind != "missing"
    }
    while pending:
        name = case.label(pending.pop())
        symbol = by_label.get(name)
        if name in found or symbol is None:
            continue
        found[name] = None
        pending.extend(item for field in symbol.fields.values() for item in field.types)
    return tuple(Locus(name) for name in found)


def _imported(code: str) -> Iterator[str]:
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return  # running it says so
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}:{alias.name}" for alias in node.names)
