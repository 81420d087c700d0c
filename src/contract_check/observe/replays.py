"""Which payloads to replay against which models: more for what differs, none for what does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract_check import payloads as corpus
from contract_check.model.contracts import Compatibility, Contract
from contract_check.model.observation import Described, Payload, Symbol
from contract_check.model.usage import CallUse
from contract_check.observe.changes import Cause, Change, Changes

_MOST_OF_A_SCHEMA = 120
_MOST_OF_A_MODEL = 400
_MOST_OF_A_RUN = 3_000
_MOST_FOUND = 800
"""Payloads of models that were found in the consumer's code. Where only `source` counts, what they
show is a risk, unless the consumer itself shows the value: those come first."""
_FEWEST = 6
"""So many payloads a model gets, however many models there are."""
_IN_FULL = 2
"""So many models that differ in the same way, as heirs of one base do, are varied in full."""
_ALIKE = 3
"""Payloads of the others."""
_VALIDATE = ".model_validate"
_Readers = tuple[str, ...]


@dataclass(frozen=True)
class Replay:
    """What is replayed in one run.

    Args:
        payloads: with unique ids.
        left_out: how many more there would be without the limit of a run.
    """

    payloads: tuple[Payload, ...] = ()
    left_out: int = 0


class Replays:
    """Makes the payloads of a run.

    Args:
        candidate: what the candidate's symbols are.
        baseline: what the baseline's are; None without one.
        calls: the consumer's calls, whose literals are replayed.
        changes: what of the models differs between the sides.
        asked: the compatibility that the run asks for. Beyond `source`, payloads of found models
            matter as much as those of declared ones.
    """

    def __init__(
        self,
        candidate: Described,
        baseline: Described | None,
        calls: Sequence[CallUse],
        changes: Changes,
        asked: Compatibility | None = None,
    ) -> None:
        self._compatibility = asked
        self._sides = [side for side in (baseline, candidate) if side is not None]
        self._symbols = {**candidate.symbols, **(baseline.symbols if baseline is not None else {})}
        self._calls = _by_class(self._symbols, calls)
        self._changes = changes
        self._made: dict[tuple[str, bool], _Material] = {}
        self._covered: set[str] = set()

    def of(self, contracts: Iterable[Contract]) -> Replay:
        """Return the payloads for all contracts; those of one model share what is made once."""
        asked = list(_asked(contracts))
        models = dict.fromkeys(model for _, model, _ in asked)
        changes = [self._changes.of(model) for model in models]
        self._covered = {change.node for change in changes if change is not None}
        varied = [
            self._is_risk(contract)
            for contract, model, _ in asked
            if self._changes.of(model) is not None
        ]
        risks = max(_FEWEST, _MOST_FOUND // max(varied.count(True), 1))
        others = max(_FEWEST, _MOST_OF_A_RUN // max(varied.count(False), 1))
        found: dict[str, Payload] = {}
        left_out = 0
        alike: Counter[tuple[bool, frozenset[Cause]]] = Counter()
        for contract, model, readers in asked:
            share = risks if self._is_risk(contract) else others
            change = self._changes.of(model)
            in_full = True
            if change is not None and change.causes:
                kind = (model == contract.provider, change.causes)
                alike[kind] += 1
                in_full = alike[kind] <= _IN_FULL
            share = share if in_full else _ALIKE
            made = self._for_model(contract, model, in_full=in_full)
            left_out += max(len(made) - share, 0)
            # Both sides' classes may bear one name: the id says whose this one is.
            side = "provider" if model == contract.provider else "consumer"
            for payload in _most_telling(made, share):
                name = f"{contract.name}/{side}/{payload.id}"
                found.setdefault(name, payload.model_copy(update={"id": name, "read_by": readers}))
        return Replay(tuple(found.values()), left_out)

    def _is_risk(self, contract: Contract) -> bool:
        """Whether a difference in payloads is no break by itself."""
        return not contract.declared and self._compatibility in (None, "source")

    def _for_model(self, contract: Contract, model: str, *, in_full: bool) -> tuple[Payload, ...]:
        change = self._changes.of(model)
        declared = corpus.from_samples(contract, model)
        if change is None:
            return corpus.merge(declared, corpus.constructor_variants(declared, {}))
        key = (model, self._is_risk(contract))
        material = self._made.get(key)
        if material is None:
            material = self._made[key] = self._material(model, change, risk=key[1], in_full=in_full)
        if not material.known:
            return ()
        limit = _MOST_OF_A_SCHEMA * max(material.schemas, 1) if in_full else 4 * _ALIKE
        merged = corpus.merge(declared, material.differences, *material.groups, limit=limit)
        merged = corpus.merge(merged, material.at_limits)
        merged = tuple(material.marked(payload) for payload in merged)
        # What the baseline reads: the rest of a call must not be what only the candidate knows.
        ordinary = [*declared, *(payload for group in material.groups[:1] for payload in group)]
        written = corpus.from_literals(ordinary, material.calls, material.names)
        if self._is_risk(contract):
            merged = tuple(corpus.ordinary(merged, written))
        variants = corpus.constructor_variants(merged, material.names)
        return corpus.merge(written, merged, variants, limit=_MOST_OF_A_MODEL)

    def _material(self, model: str, change: Change, *, risk: bool, in_full: bool) -> _Material:
        """What is made of a model's descriptions, the same for every contract of a kind.

        Of a union of many models, as whole interfaces are sent through, what differs inside is
        looked for where it matters: each of these models is varied where it is used by itself. Of
        many models that differ for the same causes, the first show what differs inside (`in_full`).
        """
        symbols = [
            symbol
            for side in self._sides
            if (symbol := side.symbols.get(model)) is not None and symbol.kind == "model"
        ]
        schemas: list[dict[str, Any]] = []
        for symbol in symbols:
            schema = symbol.schema_validation
            if schema is not None and schema not in schemas:
                schemas.append(schema)
        varied = self._varied(change)
        only = None if varied is None else _spelled(symbols, varied)
        shallow = risk and any(corpus.most_arms(schema) > corpus.WIDE for schema in schemas)
        shallow = shallow or not self._differs_inside(change)
        groups = [
            corpus.from_schema(schema, model=model, only=only, shallow=shallow)
            for schema in schemas
        ]
        plain = next((group[0] for group in groups if group), None)
        differences: tuple[Payload, ...] = ()
        if len(schemas) == 2 and only is None and not shallow and in_full:
            parts = corpus.FEW_PARTS if risk else corpus.MOST_PARTS
            differences = corpus.from_difference(
                schemas[0], schemas[1], model=model, most_parts=parts
            )
        elif len(schemas) == 2 and only and plain is not None:
            differences = corpus.from_properties(schemas[0], schemas[1], plain, only)
        limits = corpus.from_metadata(plain, symbols)
        if only is not None:
            limits = tuple(item for item in limits if only & set(item.fields))
        names = {
            str(item.alias): name
            for symbol in symbols
            for name, item in symbol.fields.items()
            if item.alias is not None
        }
        return _Material(
            known=bool(symbols),
            schemas=len(schemas),
            groups=tuple(groups),
            differences=differences,
            at_limits=limits,
            names=names,
            calls=tuple(self._calls.get(_identity(self._symbols, model), ())),
            new_names=corpus.NewNames(schemas[0], schemas[1])
            if len(schemas) == 2 and corpus.adds_names(*schemas)
            else None,
        )

    def _differs_inside(self, change: Change) -> bool:
        """Whether a class inside a model may differ that is not varied by itself."""
        return not change.is_followed or not change.holds <= self._covered

    def _varied(self, change: Change) -> frozenset[str] | None:
        """The fields to vary; None for all. A class inside is varied where it is a contract's, or
        in the first model that holds it."""
        if change.fields is None:
            return None
        hidden = change.holds - self._covered
        self._covered |= hidden
        return change.fields | change.nested if hidden else change.fields


@dataclass(frozen=True)
class _Material:
    """What payloads of one model are put together from."""

    known: bool
    schemas: int
    groups: tuple[tuple[Payload, ...], ...]
    differences: tuple[Payload, ...]
    at_limits: tuple[Payload, ...]
    names: Mapping[str, str]
    calls: tuple[CallUse, ...]
    new_names: corpus.NewNames | None

    def marked(self, payload: Payload) -> Payload:
        """A payload that says whether nobody wrote it; what a contract declares is written."""
        if self.new_names is None or payload.expect == "valid":
            return payload
        unwritten = self.new_names.are_in(payload.data)
        return payload.model_copy(update={"unwritten": True}) if unwritten else payload


def _most_telling(payloads: Sequence[Payload], limit: int) -> Sequence[Payload]:
    """The first of some payloads, a constructor call among them, in their order."""
    if len(payloads) <= limit:
        return payloads
    kept = payloads[: limit - 1]
    called = (item for item in payloads[limit - 1 :] if item.mode == "constructor")
    return (*kept, next(called, payloads[limit - 1]))


def _asked(contracts: Iterable[Contract]) -> Iterator[tuple[Contract, str, _Readers]]:
    """Each model of the contracts, and who is to read what it writes; each such pair once."""
    done: set[tuple[str, _Readers]] = set()
    for contract in contracts:
        consumer = contract.consumer if contract.kind != "uses" else None
        pairs: list[tuple[str, _Readers]] = []
        if contract.kind in ("extends", "uses"):
            pairs = [(contract.provider, tuple(filter(None, (consumer,))))]
            if consumer is not None:
                pairs.append((consumer, (contract.provider,)))
        elif contract.kind == "import" and consumer is not None:
            pairs = [(consumer, ())]
        for pair in pairs:
            if pair not in done:
                done.add(pair)
                yield contract, *pair


def _spelled(symbols: Sequence[Symbol], fields: frozenset[str]) -> frozenset[str]:
    """Fields by every name that a document may give them by."""
    found = set(fields)
    for symbol in symbols:
        for name in fields & symbol.fields.keys():
            item = symbol.fields[name]
            found.update(_texts(item.alias))
            found.update(_texts(item.validation_alias))
    return frozenset(found)


def _texts(alias: object) -> Iterator[str]:
    """The names at the top of a document that an alias reads."""
    if isinstance(alias, str):
        yield alias
    elif isinstance(alias, dict):
        for choice in alias.get("choices", ()):
            yield from _texts(choice)
        yield from map(str, alias.get("path", ())[:1])


def _by_class(symbols: Mapping[str, Symbol], calls: Iterable[CallUse]) -> dict[str, list[CallUse]]:
    """The consumer's calls that make an instance of a model, by whatever name they take it."""
    found: dict[str, list[CallUse]] = {}
    for call in calls:
        made = _identity(symbols, call.target.removesuffix(_VALIDATE))
        found.setdefault(made, []).append(call)
    return found


def _identity(symbols: Mapping[str, Symbol], ref: str) -> str:
    symbol = symbols.get(ref)
    return (symbol.identity if symbol is not None else None) or ref
