"""What to ask the probes: which modules, which symbols, which payloads, calls and requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from contract_check.model.contracts import (
    Compatibility,
    Contract,
    ContractKind,
    Expectation,
    is_symbol_name,
)
from contract_check.model.errors import Side
from contract_check.model.observation import (
    VOLATILE,
    Described,
    Outcome,
    Payload,
    Signature,
    Symbol,
)
from contract_check.model.usage import Usage
from contract_check.observe.changes import NOTHING_KNOWN, Changes
from contract_check.observe.replays import Replays


@dataclass(frozen=True)
class Questions:
    """One round of replay.

    Args:
        payloads: for models.
        left_out: how many payloads more there would be without the limit of a run.
        calls: factory calls, as the probe takes them.
        scenarios: programs, as the probe takes them.
        http: requests, as the probe takes them.
        targets: id of a call to (contract, target, keyword arguments).
        expectations: what each endpoint must answer here, by the contract's name.
    """

    payloads: tuple[Payload, ...] = ()
    left_out: int = 0
    calls: tuple[dict[str, Any], ...] = ()
    scenarios: tuple[dict[str, Any], ...] = ()
    http: tuple[dict[str, Any], ...] = ()
    targets: Mapping[str, tuple[str, str, dict[str, Any]]] = field(default_factory=dict)
    expectations: Mapping[str, Expectation] = field(default_factory=dict)


def modules(
    contracts: Iterable[Contract], consumer_modules: Sequence[str], import_all: bool
) -> tuple[str, ...]:
    """The modules to import: those that the contracts name first, then the consumer's others."""
    named: dict[str, None] = {}
    for contract in contracts:
        for ref in (contract.consumer, contract.app):
            if ref is not None:
                named.setdefault(ref.partition(":")[0])
        named.setdefault(contract.provider.partition(":")[0])
    if import_all:
        for module in consumer_modules:
            named.setdefault(module)
    return tuple(named)


def symbols(contracts: Iterable[Contract], usage: Usage) -> tuple[str, ...]:
    """The symbols to describe: both sides of every contract, and what the consumer uses."""
    refs: dict[str, None] = {}
    for contract in contracts:
        for ref in (contract.provider, contract.consumer, contract.app):
            if ref is not None:
                refs.setdefault(ref)
    for found in usage.imports:
        if found.name != "*":
            refs.setdefault(found.module if found.name is None else f"{found.module}:{found.name}")
    for subclass in usage.subclasses:
        refs.setdefault(subclass.consumer)
        refs.setdefault(subclass.provider)
    for ref in _touched(usage):
        refs.setdefault(ref)
    for ref, _ in usage.caught:
        refs.setdefault(_top(ref))
    for given in usage.handed:
        for ref in (_top(given.target), _top(given.own) if ":" in given.own else ""):
            if is_symbol_name(ref):
                refs.setdefault(ref)
    own = {use.consumer for use in usage.subclasses}
    own |= {use.target for use in usage.calls if use.via}
    scripts = {module for ref in own if not is_symbol_name(module := ref.partition(":")[0])}
    return tuple(ref for ref in refs if ref.partition(":")[0] not in scripts)


def homes(usage: Usage, described: Sequence[Described]) -> tuple[str, ...]:
    """The modules that define what the consumer derives from, or hands something of its own to."""
    refs = {use.provider for use in usage.subclasses}
    refs |= {_top(use.target) for use in usage.handed}
    found: dict[str, None] = {}
    for told in described:
        for ref in sorted(refs):
            symbol = told.symbols.get(ref)
            named = (symbol.identity or ref, *symbol.bases) if symbol is not None else (ref,)
            for name in named:
                found.setdefault(name.partition(":")[0])
    return tuple(found)


def imported(usage: Usage) -> frozenset[str]:
    """What the consumer takes by `from module import name`."""
    named = (use for use in usage.imports if use.name not in (None, "*"))
    return frozenset(f"{use.module}:{use.name}" for use in named)


def _touched(usage: Usage) -> Iterator[str]:
    """The top-level names that are called, read from or mentioned, as `module:Name`."""
    for call in usage.calls:
        yield _top(call.target)
    for member in usage.members:
        if ":" in member.owner:
            yield _top(member.owner)
        elif not (member.stored or member.optional):
            yield f"{member.owner}:{member.member}"
    for name in usage.names:
        if ":" in name.ref:
            yield _top(name.ref)
    for operation in usage.operations:
        if operation.operation == "subscript":
            yield _top(operation.owner)


def _top(ref: str) -> str:
    module, _, name = ref.partition(":")
    return f"{module}:{name.partition('.')[0].removesuffix('()')}"


def followed(usage: Usage) -> frozenset[str]:
    """The names of methods and properties whose results the consumer works with."""
    refs = {call.target for call in usage.calls} | {member.owner for member in usage.members}
    refs |= {use.owner for use in usage.operations}
    parts = {part for ref in refs for part in ref.partition(":")[2].split(".")[1:]}
    names = frozenset(part.removesuffix("()") for part in parts)
    return names | {"__iter__"} if "__next__" in names else names


def nested(
    described: Described,
    provider_roots: frozenset[str],
    members: frozenset[str],
    given_own: frozenset[str],
) -> tuple[str, ...]:
    """Classes that what is described leads to, and that nobody described yet.

    Those that fields are made of, that functions and some `members` return, or that functions
    `given_own` classes of the consumer take, if they are the provider's, and those that implement
    a protocol.
    """
    identities = {symbol.identity for symbol in described.symbols.values()}
    found: dict[str, None] = {}
    for symbol in described.symbols.values():
        named = [name for item in symbol.fields.values() for name in item.types]
        if symbol.signature is not None:
            named += symbol.signature.types
        for name in members & symbol.members.keys():
            member = symbol.members[name]
            named += member.signature.types if member.signature else member.types
        for signature in _taking(symbol, given_own):
            named += [name for item in signature.parameters or () for name in item.types]
        provided = [
            name for name in named if name.partition(":")[0].partition(".")[0] in provider_roots
        ]
        for name in (*provided, *symbol.implementers):
            if name not in identities:
                found.setdefault(name)
    return tuple(found)


def _taking(symbol: Symbol, given_own: frozenset[str]) -> Iterator[Signature]:
    """A function's signature, or those of the constructor and the methods of a class, where they
    are given instances of the consumer's classes."""
    if symbol.ref in given_own and symbol.signature is not None:
        yield symbol.signature
    names = {target.rpartition(".")[2] for target in given_own if "." in target.partition(":")[2]}
    names |= {"__init__"} if symbol.ref in given_own else set()
    for name in names & symbol.members.keys():
        if (signature := symbol.members[name].signature) is not None:
            yield signature


def implementers(described: Iterable[Described]) -> tuple[str, ...]:
    """The classes that implement a protocol on either side."""
    found: dict[str, None] = {}
    for told in described:
        for symbol in told.symbols.values():
            for ref in symbol.implementers:
                found.setdefault(ref)
    return tuple(found)


def holding(described: Iterable[Described], usage: Usage, roots: frozenset[str]) -> tuple[str, ...]:
    """The consumer's classes with fields of what is a type of the provider's, but no class of its
    own (`Id = int`, a Literal): that has nothing of its own to be replayed."""
    sides = tuple(described)
    found: dict[str, None] = {}
    for consumer, ref, _ in usage.holders:
        symbols = [told.symbols[ref] for told in sides if ref in told.symbols]
        if any(_is_alias(symbol, roots) for symbol in symbols):
            found.setdefault(consumer)
    return tuple(found)


def _is_alias(symbol: Symbol, roots: frozenset[str]) -> bool:
    if symbol.kind not in ("class", "alias", "value", "function"):
        return False
    top = (symbol.identity or symbol.ref).partition(":")[0].partition(".")[0]
    return symbol.kind != "class" or top not in roots


def questions(
    contracts: Sequence[Contract],
    candidate: Described,
    baseline: Described | None,
    passed_on: Iterable[str],
    used: Usage,
    asked: Compatibility | None = None,
    changes: Changes = NOTHING_KNOWN,
) -> Questions:
    """The first round: the corpus from both descriptions, factories, scenarios and requests.

    Args:
        contracts: declared and derived.
        candidate: what the candidate's symbols are.
        baseline: what the baseline's are.
        passed_on: variables that the person handed on; they choose an endpoint's expectation.
        used: what the consumer takes: the literals of its calls are in the corpus.
        asked: the compatibility that the run asks for. Beyond `source`, payloads of found models
            matter as much as those of declared ones.
        changes: what of the models differs between the sides.
    """
    handed = frozenset(passed_on)
    calls, targets = _calls(contracts)
    replayed = Replays(candidate, baseline, used.calls, changes, asked).of(contracts)
    return Questions(
        payloads=replayed.payloads,
        left_out=replayed.left_out,
        calls=calls,
        scenarios=tuple(
            {"id": f"{contract.name}/{scenario.name}", "code": scenario.code}
            for contract in contracts
            for scenario in contract.scenarios
        ),
        http=tuple(_request(item, handed) for item in contracts if item.kind == "endpoint"),
        targets=targets,
        expectations={
            item.name: expectation(item, handed) for item in contracts if item.kind == "endpoint"
        },
    )


def cross(
    payloads: Sequence[Payload],
    written: Iterable[Outcome],
    known: Iterable[Outcome],
    writer: Side,
) -> tuple[Payload, ...]:
    """The second round for one side: what the other side writes differently, to be read here.

    Args:
        payloads: the first round's.
        written: the other side's outcomes.
        known: this side's outcomes.
        writer: the other side. It is part of the ids, as each side writes something of its own
            for one payload.
    """
    by_id = {payload.id: payload for payload in payloads}
    own = {outcome.payload: outcome for outcome in known}
    found: list[Payload] = []
    for outcome in written:
        origin = by_id.get(outcome.payload)
        here = own.get(outcome.payload)
        if origin is None or not outcome.accepted or outcome.json_alias is None:
            continue
        if here is not None and here.accepted and here.json_alias == outcome.json_alias:
            continue
        written_there = _steady(outcome.json_alias, origin.data)
        found.append(
            Payload(
                id=f"cross/{writer}/{origin.id}",
                model=origin.model,
                origin=f"what the other side writes for {origin.origin}",
                data=written_there,
                fields=origin.fields,
                read_by=origin.read_by,
            )
        )
    return tuple(found)


def _steady(written: JsonValue, given: JsonValue) -> JsonValue:
    """A document without what was unstable in it: as it was given there, else left out."""
    if isinstance(written, dict):
        known = given if isinstance(given, dict) else {}
        members = {name: _steady(item, known.get(name)) for name, item in written.items()}
        return {
            name: item
            for name, item in members.items()
            if written[name] != VOLATILE or name in known
        }
    if isinstance(written, list):
        return [_steady(item, None) for item in written if item != VOLATILE]
    return given if written == VOLATILE else written


def expectation(contract: Contract, handed: frozenset[str]) -> Expectation:
    """The first expectation whose variable was handed on, or that needs none."""
    for item in contract.expect:
        if item.when is None or item.when in handed:
            return item
    return contract.expect[-1]


def _request(contract: Contract, handed: frozenset[str]) -> dict[str, Any]:
    method, _, path = (contract.request or "").partition(" ")
    expected = expectation(contract, handed)
    return {
        "id": contract.name,
        "app": contract.app,
        "method": method.upper(),
        "path": path.strip(),
        "json": contract.json_body,
        "model": contract.provider if expected.model else None,
    }


def _calls(
    contracts: Iterable[Contract],
) -> tuple[tuple[dict[str, Any], ...], dict[str, tuple[str, str, dict[str, Any]]]]:
    calls: list[dict[str, Any]] = []
    targets: dict[str, tuple[str, str, dict[str, Any]]] = {}
    for contract in contracts:
        for number, factory in enumerate(contract.factories, 1):
            target = factory.call if ":" in factory.call else f"{contract.consumer}.{factory.call}"
            identifier = f"{contract.name}/{factory.call}/{number}"
            calls.append(
                {
                    "id": identifier,
                    "target": target,
                    "kwargs": dict(factory.kwargs),
                    "model": contract.consumer or contract.provider,
                    "read_by": [contract.provider],
                }
            )
            targets[identifier] = (contract.name, target, dict(factory.kwargs))
    return tuple(calls), targets


def _is_model(symbol: Symbol | None) -> bool:
    return symbol is not None and symbol.kind == "model"


_KINDS: dict[str, ContractKind] = {
    "model": "uses",
    "enum": "enum",
    "function": "function",
    "protocol": "protocol",
    "class": "import",
    "module": "import",
    "alias": "import",
    "value": "import",
    "missing": "import",
}


def derived(
    declared: Sequence[Contract],
    usage: Usage,
    symbols: Mapping[str, Symbol],
    holders: Sequence[str] = (),
) -> tuple[Contract, ...]:
    """A contract for everything the consumer uses that no declared contract names.

    Args:
        declared: the declared contracts.
        usage: what the consumer takes.
        symbols: what those refs are (with the baseline where the candidate lost them).
        holders: the consumer's classes that hold values of the provider's aliases.
    """
    found: list[Contract] = []
    taken = {contract.name for contract in declared}
    pairs = {(item.provider, item.consumer) for item in declared if item.kind == "extends"}
    known = {_identity(symbols, item.provider) for item in declared if item.kind != "endpoint"}
    for use in usage.subclasses:
        symbol = symbols.get(use.provider)
        if symbol is None or symbol.kind not in ("model", "class", "protocol"):
            continue
        if not is_symbol_name(use.consumer):
            continue
        kind: ContractKind = "extends" if symbol.kind == "model" else "protocol"
        if symbol.kind == "class":
            kind = "import"
        pair = (_identity(symbols, use.provider), use.consumer)
        if kind == "extends" and pair not in {(_identity(symbols, p), c) for p, c in pairs}:
            pairs.add((use.provider, use.consumer))
            name = _free_name(use.consumer, taken)
            found.append(
                Contract(
                    name=name,
                    kind=kind,
                    provider=use.provider,
                    consumer=use.consumer,
                    declared=False,
                )
            )
            known.add(pair[0])
    exercised = {consumer for _, consumer in pairs}
    for consumer, ref, _ in usage.holders:
        if consumer in exercised or consumer not in holders or not _is_model(symbols.get(consumer)):
            continue
        exercised.add(consumer)
        name = _free_name(consumer, taken)
        found.append(
            Contract(name=name, kind="import", provider=ref, consumer=consumer, declared=False)
        )
    for ref in _taken(usage, symbols):
        symbol = symbols.get(ref)
        identity = _identity(symbols, ref)
        if symbol is None or identity in known or not is_symbol_name(ref):
            continue
        known.add(identity)
        found.append(
            Contract(
                name=_free_name(ref, taken), kind=_KINDS[symbol.kind], provider=ref, declared=False
            )
        )
    return tuple(found)


def _taken(usage: Usage, symbols: Mapping[str, Symbol]) -> Iterator[str]:
    """What is imported by name, then what is reached through an imported module."""
    for item in usage.imports:
        if item.name not in (None, "*"):
            yield f"{item.module}:{item.name}"
    modules = {item.module for item in usage.imports if item.name is None}
    for item in usage.imports:
        symbol = symbols.get(f"{item.module}:{item.name}")
        if symbol is not None and symbol.kind == "module":
            modules.add(f"{item.module}.{item.name}")
    for ref in _touched(usage):
        if ref.partition(":")[0] in modules:
            yield ref


def _identity(symbols: Mapping[str, Symbol], ref: str) -> str:
    symbol = symbols.get(ref)
    return (symbol.identity if symbol is not None else None) or ref


def _free_name(ref: str, taken: set[str]) -> str:
    """`event-meta` for `…:EventMeta`, with a number where that is taken."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", ref.rpartition(":")[2] or ref)
    base = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "symbol"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    taken.add(name)
    return name
