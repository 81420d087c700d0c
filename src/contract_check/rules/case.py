"""What a rule looks at: the observations of one run, and ways to look things up in them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import Generic, TypeVar

from contract_check.model.code import ProviderCode
from contract_check.model.contracts import Compatibility, Contract, Expectation
from contract_check.model.observation import (
    Failure,
    FieldDescription,
    HttpOutcome,
    ModuleOutcome,
    Observation,
    Outcome,
    Payload,
    ScenarioOutcome,
    Symbol,
)
from contract_check.model.reading import Reading
from contract_check.model.usage import Place, Usage

T = TypeVar("T")
CLASSES = ("model", "class", "protocol")
_ROOT = "pydantic.root_model:RootModel"


@dataclass(frozen=True)
class CallPlan:
    """A factory call that was replayed: which contract asked for it, and with what."""

    contract: str
    target: str
    kwargs: Mapping[str, object]


@dataclass(frozen=True)
class Case:
    """One run's facts.

    Args:
        candidate: what the environment with the candidate said.
        baseline: what the one with the baseline said; None without one.
        contracts: declared and derived.
        usage: what the consumer takes from the provider.
        payloads: every payload replayed, by id.
        calls: every factory call replayed, by id.
        expectations: what each endpoint's contract asks for here, by the contract's name.
        consumer_from: the file or profile that names the consumer beside another provider.
        env: the variables that the settings set for the code under test; those handed on from the
            parent, which may hold secrets, are not among them.
        reading: what a type checker says of the consumer's sources with the candidate alone.
        compatibility: which directions count as breaks, for contracts that do not say so; None for
            the default.
        unmet: `module:name` of what the consumer takes only where the candidate has no other.
        code: what the candidate's own code does with what it is handed.
        code_before: the same of the baseline.
        unchanged: the models that are the same on both sides, code included, and not replayed.
        beyond_limit: how many payloads the limit of a run left out.
        hidden: variables whose values may be secrets, with those values: programs read them.
        left_out: what could not be described or replayed, and why.
        variables: environment variables that settings no longer read, and where the consumer
            names them.
        names_before: for a baseline that is a snapshot, the provider's modules that the consumer
            takes something from, and the public names they offer.
        version_tests: module, test and the candidate's answer for what the consumer asks about
            versions.
    """

    candidate: Observation
    baseline: Observation | None
    contracts: tuple[Contract, ...]
    usage: Usage = field(default_factory=Usage)
    payloads: Mapping[str, Payload] = field(default_factory=dict)
    calls: Mapping[str, CallPlan] = field(default_factory=dict)
    expectations: Mapping[str, Expectation] = field(default_factory=dict)
    consumer_from: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)
    unmet: frozenset[str] = frozenset()
    code: ProviderCode = field(default_factory=ProviderCode)
    code_before: ProviderCode = field(default_factory=ProviderCode)
    left_out: tuple[tuple[str, str], ...] = ()
    variables: tuple[tuple[str, Place], ...] = ()
    names_before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    version_tests: tuple[tuple[str, str, bool | None], ...] = ()
    unchanged: frozenset[str] = frozenset()
    beyond_limit: int = 0
    compatibility: Compatibility | None = None
    reading: Reading = field(default_factory=Reading)

    @cached_property
    def provider_roots(self) -> frozenset[str]:
        """Top-level import names of the provider, on either side."""
        roots = set(self.candidate.provider.roots)
        return frozenset(roots | set(self.baseline.provider.roots if self.baseline else ()))

    @cached_property
    def consumer_roots(self) -> frozenset[str]:
        """Top-level import names of the consumer."""
        return frozenset(self.candidate.consumer.roots)

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """Labels of classes that bear another name with the candidate, to what they were called.

        Such a class is still to be had under its old name, so for the consumer it is the same one.
        """
        found: dict[str, str] = {}
        for ref, now in self.candidate.described.symbols.items():
            before = self.baseline.symbol(ref) if self.baseline is not None else None
            if before is None or not before.identity or not now.identity:
                continue
            if value_label(before.identity) != value_label(now.identity):
                found[value_label(now.identity)] = value_label(before.identity)
        return found

    def label(self, ref: str) -> str:
        """What drafts about one thing have in common: `package:qualname`, and a module's own name.

        So a class that moved between modules of its package, and can still be had from the old
        one, is the same. Where two classes bear a name, their modules stand in it too.
        """
        module, _, name = ref.partition(":")
        if not name:
            return f"{module}:"
        if self._namesakes:
            head = name.partition(".")[0].removesuffix("()")
            found = self._namesakes.get(ref)
            if found is not None:
                return found
            if (owner := self._namesakes.get(f"{module}:{head}")) is not None:
                return f"{owner}{name[len(head) :]}"
        return f"{module.partition('.')[0]}:{name}"

    def label_of(self, symbol: Symbol) -> str:
        """The label of what a symbol turned out to be."""
        return self.label(symbol.identity or symbol.ref)

    @cached_property
    def _namesakes(self) -> Mapping[str, str]:
        """Refs and identities of what shares its name with another thing on the same side, to its
        label."""
        sides = [side for side in (self.baseline, self.candidate) if side is not None]
        same = _moved(*sides)
        known: set[str] = set()
        for side in sides:
            homes: dict[str, set[str]] = {}
            for identity in _identities(side):
                homes.setdefault(value_label(identity), set()).add(_first(same, identity))
            known.update(name for name, found in homes.items() if len(found) > 1)
        labels: dict[str, str] = {}
        for side in sides if known else ():
            for identity in _identities(side):
                if value_label(identity) in known:
                    labels[identity] = _first(same, identity)
            for ref, symbol in side.described.symbols.items():
                own = _own_name(symbol)
                name = value_label(own)
                if name in known and name == value_label(ref):
                    labels.setdefault(ref, _first(same, own))
        return labels

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """What came of each payload with the candidate, by the payload's id."""
        return _by_id(self.candidate)

    @cached_property
    def outcomes_before(self) -> Mapping[str, Outcome]:
        """The same with the baseline."""
        return _by_id(self.baseline) if self.baseline is not None else {}

    @cached_property
    def replays(self) -> Mapping[str, Sequence[tuple[Payload, Outcome]]]:
        """The payloads that the candidate replayed, with what came of them, by model."""
        found: dict[str, list[tuple[Payload, Outcome]]] = {}
        for identifier, payload in self.payloads.items():
            if identifier in self.outcomes:
                found.setdefault(payload.model, []).append((payload, self.outcomes[identifier]))
        return found

    @cached_property
    def outcomes_of(self) -> Mapping[str, Sequence[Outcome]]:
        """What came of the payloads of each model with the candidate."""
        found: dict[str, list[Outcome]] = {}
        for outcome in self.candidate.replayed.outcomes:
            found.setdefault(outcome.model, []).append(outcome)
        return found

    @cached_property
    def accepting(self) -> frozenset[str]:
        """The models that accepted a payload on either side."""
        sides = (self.candidate, *((self.baseline,) if self.baseline is not None else ()))
        return frozenset(
            item.model for side in sides for item in side.replayed.outcomes if item.accepted
        )

    @cached_property
    def classes_behind(self) -> dict[str, tuple[str, ...]]:
        """What `uses.met_behind` found so far, by owner."""
        return {}

    @cached_property
    def returned_classes(self) -> Sequence[Symbol]:
        """The described classes that the provider's functions return, by their annotations."""
        symbols = (self.baseline or self.candidate).described.symbols.values()
        returned = {
            name
            for item in symbols
            if item.signature is not None and self.is_provider(item.ref)
            for name in item.signature.types
        }
        return [item for item in symbols if item.identity in returned and item.kind in CLASSES]

    @cached_property
    def _classes_by_side(self) -> Mapping[int, Mapping[str, str]]:
        return {
            id(side): {
                item.identity: item.ref
                for item in side.described.symbols.values()
                if item.identity and item.kind in CLASSES
            }
            for side in self._sides
        }

    def classes_of(self, side: Observation) -> Mapping[str, str]:
        """The ref under which one side describes each class, by the class's identity."""
        return self._classes_by_side[id(side)]

    @cached_property
    def declared_places(self) -> Mapping[str, frozenset[str]]:
        """The paths that the declared samples and values of each contract exercise."""
        found: dict[str, set[str]] = {}
        for payload in self.payloads.values():
            if payload.expect == "valid":
                found.setdefault(payload.id.partition("/")[0], set()).update(payload.fields)
        return {name: frozenset(paths) for name, paths in found.items()}

    def is_provider(self, module: str) -> bool:
        """Whether a module (or `module:name`) belongs to the provider."""
        return module.partition(":")[0].partition(".")[0] in self.provider_roots

    def is_consumer(self, module: str) -> bool:
        """Whether a module (or `module:name`) belongs to the consumer."""
        return module.partition(":")[0].partition(".")[0] in self.consumer_roots

    def contracts_of(self, *kinds: str) -> Iterator[Contract]:
        """The contracts of some kinds, in order."""
        return (contract for contract in self.contracts if contract.kind in kinds)

    def compatibility_of(self, contract: Contract | None) -> Compatibility:
        """Which directions count as breaks of a contract; of none in particular as of a found
        one."""
        declared = contract is not None and contract.declared
        own = contract.compatibility if contract is not None else None
        return own or self.compatibility or ("full" if declared else "source")

    @cached_property
    def _sides(self) -> tuple[Observation, ...]:
        return tuple(side for side in (self.candidate, self.baseline) if side is not None)

    @cached_property
    def _named(self) -> tuple[tuple[Contract, str], ...]:
        """The contracts with each ref that they name, in order."""
        return tuple(
            (contract, ref)
            for contract in self.contracts
            for ref in (contract.provider, contract.consumer)
            if ref is not None
        )

    def contract_for(self, ref: str) -> str | None:
        """The name of the first contract that a ref belongs to."""
        return self._contracts_by_ref.get(ref)

    @cached_property
    def _contracts_by_ref(self) -> Mapping[str, str]:
        return _first_of((ref, contract.name) for contract, ref in self._named)

    def ref_of(self, name: str) -> str:
        """`module:qualname` for a label: as a contract spells it, else as it was described."""
        return self._refs_by_label.get(name, name)

    @cached_property
    def _refs_by_label(self) -> Mapping[str, str]:
        spelled = ((self.label(ref), ref) for _, ref in self._named)
        described = (
            (self.label(symbol.identity or ref), ref)
            for side in self._sides
            for ref, symbol in side.described.symbols.items()
        )
        return _first_of(chain(spelled, described))

    def ref_of_class(self, identity: str) -> str:
        """The same for a class by its identity, as two modules may have one of the same name."""
        return self._refs_by_identity.get(identity) or self.ref_of(self.label(identity))

    @cached_property
    def _refs_by_identity(self) -> Mapping[str, str]:
        named = (
            (symbol.identity, ref)
            for _, ref in self._named
            for side in self._sides
            if (symbol := side.symbol(ref)) is not None and symbol.identity
        )
        described = (
            (symbol.identity, ref)
            for side in self._sides
            for ref, symbol in side.described.symbols.items()
            if symbol.identity
        )
        return _first_of(chain(named, described))

    def contract_at(self, name: str) -> str | None:
        """The first contract about the class of a label, or about a model that holds it."""
        return self._contracts_by_label.get(name)

    @cached_property
    def _contracts_by_label(self) -> Mapping[str, str]:
        about = ((self.label(ref), contract.name) for contract, ref in self._named)
        holding = (
            (self.label(item), contract.name)
            for contract in self.contracts
            for side in self._sides
            if (symbol := side.symbol(contract.provider)) is not None
            for described in symbol.fields.values()
            for item in described.types
        )
        return _first_of(chain(about, holding))

    def is_guarded(self, ref: str) -> bool:
        """Whether every import of it by the consumer stands in a `try` that catches its absence."""
        module, _, name = ref.partition(":")
        top = name.partition(".")[0]
        uses = [
            item for item in self.usage.imports if (item.module, item.name or "") == (module, top)
        ]
        symbol = self.candidate.symbol(f"{module}:{top}") if top else None
        # An `except ModuleNotFoundError` does not catch what a name raises that its module lacks.
        failure = symbol.failure if symbol is not None else None
        named = failure is not None and failure.type != "ModuleNotFoundError"
        return bool(uses) and all(use.guarded and not (use.by_module and named) for use in uses)

    def is_guarded_module(self, module: str | None) -> bool:
        """Whether every import of a module by the consumer stands in such a `try`."""
        uses = [use for use in self.usage.imports if use.module == module]
        return bool(uses) and all(use.guarded for use in uses)

    def broken_at(self, failure: Failure) -> str | None:
        """The file and line at which a module of the provider raised while it was imported.

        None where none of them did: a name or module that is not there raises in the importer.
        """
        for frame in reversed(failure.frames):
            # A syntax error has no frame in the module: its file alone tells.
            at_import = frame.function in ("<module>", "")
            if at_import and self.is_provider(frame.module or frame.file.partition("/")[0]):
                return f"{frame.file}, line {frame.line}"
        return None

    def class_behind(self, name: str) -> str:
        """The label of the provider's class whose code acts at a class of a label.

        A class of the consumer's has that from the nearest base that is the provider's.
        """
        for symbol in self.candidate.described.symbols.values():
            if self.label_of(symbol) == name and self.is_consumer(symbol.ref):
                bases = (self.label(base) for base in symbol.bases if self.is_provider(base))
                return next(bases, name)
        return name

    def place_of(self, ref: str, member: str | None = None) -> Place | None:
        """The first line where the consumer takes something (or a member of it)."""
        module, _, name = ref.partition(":")
        if member is not None:
            for use in self.usage.members:
                if use.member == member and use.owner.rpartition(":")[2] == name:
                    return use.place
        for call in self.usage.calls:
            if member is None and call.target == ref:
                return call.place
        for use in self.usage.members:
            if member is None and (use.owner, use.member) == (module, name):
                return use.place
        for found in self.usage.imports:
            if found.name == name.partition(".")[0] or (not name and found.module == module):
                return found.place
        return None


def _first_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each key with the first value that comes with it."""
    found: dict[str, str] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


def value_label(ref: str) -> str:
    """`package:qualname` for `package.module:qualname`: what the types of values are told by."""
    module, _, name = ref.partition(":")
    return f"{module.partition('.')[0]}:{name}"


def short(ref: str) -> str:
    """The name alone, for sentences."""
    return ref.rpartition(":")[2] or ref


def models(observation: Observation) -> dict[str, Symbol]:
    """The models an observation describes, by ref."""
    return {
        ref: symbol
        for ref, symbol in observation.described.symbols.items()
        if symbol.kind == "model"
    }


def owner_of(symbol: Symbol, name: str) -> str:
    """The identity of the class that defines a field."""
    described = symbol.fields.get(name)
    return described.owner if described and described.owner else symbol.identity or symbol.ref


def field_by_any_name(symbol: Symbol, name: str) -> FieldDescription | None:
    """The field that a payload calls `name`: by name, alias or validation alias."""
    if name in symbol.fields:
        return symbol.fields[name]
    for described in symbol.fields.values():
        aliases = (described.alias, described.validation_alias, described.serialization_alias)
        if name in aliases:
            return described
    return None


class Identity(Generic[T]):
    """A value by identity: a key for what is worked out from it once."""

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and other.value is self.value


def _own_name(symbol: Symbol) -> str:
    """What a class or function calls itself; a constant has no name but that it is taken by."""
    return symbol.identity or (symbol.ref if symbol.kind in ("value", "alias") else "")


def _identities(observation: Observation) -> Iterator[str]:
    """What a side knows, by its own names."""
    for symbol in observation.described.symbols.values():
        if own := _own_name(symbol):
            yield own
        yield from symbol.bases


def _moved(before: Observation, now: Observation | None = None) -> dict[str, str]:
    """Identities of one name that one ref leads to, on one side and on the other."""
    same: dict[str, str] = {}
    for ref, symbol in now.described.symbols.items() if now is not None else ():
        old = before.symbol(ref)
        homes = (old.identity if old is not None else None, symbol.identity)
        if homes[0] and homes[1] and value_label(homes[0]) == value_label(homes[1]):
            first, last = _first(same, homes[0]), _first(same, homes[1])
            if first != last:
                same[last] = first
    return same


def _first(same: Mapping[str, str], identity: str) -> str:
    while identity in same:
        identity = same[identity]
    return identity


def _by_id(observation: Observation) -> dict[str, Outcome]:
    return {item.payload: item for item in observation.replayed.outcomes}


@lru_cache(maxsize=4)
def _by_label(case: Identity[Case], observation: Identity[Observation]) -> Mapping[str, Symbol]:
    symbols = observation.value.described.symbols.values()
    return {case.value.label_of(item): item for item in symbols}


def locate(
    case: Case, observation: Observation, model: str, path: Iterable[str | int]
) -> tuple[str, str | None]:
    """The deepest described class along a path through a model, and the field of it.

    `("market_data_core:HealthComponent", "details")` for HealthStatus and
    `("components", 0, "details")`.
    """
    symbol = observation.symbol(model)
    if symbol is None:
        return case.label(model), ".".join(map(str, path)) or None
    by_label = _by_label(Identity(case), Identity(observation))
    parts = deque(path)
    found: tuple[str, str | None] = (case.label_of(symbol), None)
    current: list[Symbol] = [symbol]
    keyed = False  # the next part is a key of a dictionary, which may be called as anything
    if is_root(symbol) and not parts:
        parts.append("root")
    part: str | int = ""
    while parts:
        if current and all(map(is_root, current)) and "root" not in (part, parts[0]):
            parts.appendleft("root")  # no path but an attribute's names it
        part = parts.popleft()
        described = next(
            (hit for item in current if (hit := field_by_any_name(item, str(part)))), None
        )
        if described is not None:
            found = (case.label(described.owner) if described.owner else found[0], described.name)
            types = map(case.label, described.types)
            current = [by_label[name] for name in types if name in by_label]
            keyed = "dict[" in described.annotation.lower()
        elif isinstance(part, str):
            current = _arms_called(current, part) or current
            holders = [item for item in current if item.fields and short(item.ref) != part]
            if keyed:
                keyed = False
            elif found[1] is None:
                found = (found[0], part)
            elif not parts and len(holders) == 1:
                found = (case.label_of(holders[0]), part)  # a field that is not there (any more)
    return found


def is_root(symbol: Symbol) -> bool:
    """Whether it is a model that is one value (a RootModel)."""
    return _ROOT in symbol.bases


def _arms_called(classes: list[Symbol], name: str) -> list[Symbol]:
    """The classes of a union that Pydantic calls so: by their name, or by their tag."""
    named = [item for item in classes if short(item.ref) == name]
    return named or [
        item
        for item in classes
        if any(
            described.annotation.startswith("Literal[") and repr(name) in described.annotation
            for described in item.fields.values()
        )
    ]


def module_failures(observation: Observation) -> list[tuple[ModuleOutcome, Failure]]:
    """The modules that could not be imported."""
    return [(item, item.failure) for item in observation.described.modules if item.failure]


def http_outcomes(observation: Observation) -> dict[str, HttpOutcome]:
    """Requests by id."""
    return {item.id: item for item in observation.replayed.http}


def scenario_outcomes(observation: Observation) -> dict[str, ScenarioOutcome]:
    """Scenarios by id."""
    return {item.id: item for item in observation.replayed.scenarios}
