"""Where the consumer meets a field, a member or a whole class: the lines of its code that do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from contract_check.model.observation import FieldDescription, Symbol
from contract_check.model.usage import CallUse, MemberUse, OperationUse, Place
from contract_check.rules.case import Case, Identity
from contract_check.rules.interface import Locus
from contract_check.rules.uses import owners

Way = Literal[
    "reads",
    "relies on type",
    "asks",
    "stores",
    "gives",
    "gives unknown",
    "leaves out",
    "makes",
    "reads key",
    "writes",
    "writes by alias",
    "validates",
    "derives",
    "looks up",
    "names member",
    "uses member",
    "as plain value",
    "operates on",
]
"""What a line does with a field, a member or a class:

- `reads`, `stores`: the attribute. `relies on type`: reads it for more than what any type can do
  (its text, its truth) or any collection. `asks` bears its absence (`getattr` with a default).
- `gives`, `leaves out`: the field in a call that makes the class; `gives unknown` where the value
  is no literal. `makes` is any such call.
- `reads key`: a key of what a model is dumped to.
- `writes`, `writes by alias`, `validates`: with Pydantic's own methods.
- `looks up`: an enum by a value. `names member`: a member of it; `uses member`: and not merely its
  `value` or `name`. `as plain value`: its value, its text, or a comparison with a literal;
  `operates on`: the same without its value.
"""

_WRITERS = frozenset(
    ("model_dump", "model_dump_json", "dict", "json", "to_dict", "to_json", "model_copy", "copy")
)
_DUMPS = ("model_dump()", "dict()", "to_dict()")
_READERS = frozenset(
    (
        "model_validate",
        "model_validate_json",
        "model_validate_strings",
        "parse_obj",
        "parse_raw",
        "parse_file",
        "from_orm",
        "construct",
        "model_construct",
    )
)
_MAKERS = frozenset(("construct", "model_construct", "__init__"))
_ANY_TYPE = frozenset(("str", "format", "repr", "bool"))
_COLLECTIONS = frozenset(
    ("list", "tuple", "set", "frozenset", "Sequence", "Set", "Collection", "Iterable", "deque")
)
_ANY_COLLECTION = frozenset(("len", "iterate", "contains"))
"""What works with every type, and with every collection."""
_AS_PLAIN = frozenset(("compare", "str", "format", "len", "add", "getitem", "contains", "hash"))


@dataclass(frozen=True)
class Meeting:
    """The lines of the consumer's code, by what they do with what. Use `meeting` to make one."""

    case: Case

    def places(self, locus: Locus, ways: Collection[Way]) -> tuple[Place, ...]:
        """The lines that do one of some things with a place, in the order of the sources."""
        found = {place for way in ways for place in self._way(way, locus)}
        return tuple(sorted(found))

    def _way(self, way: Way, locus: Locus) -> Iterator[Place]:
        match way:
            case "reads":
                return (u.place for u in self._members(locus) if not (u.stored or u.optional))
            case "relies on type":
                return self._typed(locus)
            case "asks":
                return (u.place for u in self._members(locus) if u.optional)
            case "stores":
                return (u.place for u in self._members(locus) if u.stored)
            case "gives" | "gives unknown" | "leaves out" | "makes":
                return self._calls(way, locus)
            case "reads key":
                return self._keys(locus)
            case "writes" | "validates":
                return self._methods(locus, _WRITERS if way == "writes" else _READERS)
            case "writes by alias":
                return self._methods(locus, _WRITERS, "by_alias")
            case "derives":
                return (
                    use.place
                    for use in self.case.usage.subclasses
                    if locus.label in self._line(self.case.label(use.provider))
                )
            case "looks up":
                return (
                    call.place
                    for call in self._made(locus.label)
                    if "." not in call.target.partition(":")[2]
                )
            case "names member":
                return (u.place for u in self._members(locus) if not u.on_instance)
            case "uses member":
                return self._used_members(locus)
            case "as plain value":
                return self._plain(locus)
            case "operates on":
                return self._operated(locus)

    def _typed(self, locus: Locus) -> Iterator[Place]:
        """Lines with more readings of a field than things done with it that its type leaves be."""
        name = (locus.path or "").partition(".")[0]
        annotations = [
            symbol.fields[name].annotation
            for symbol in self._symbols(locus.label)
            if name in symbol.fields
        ]
        heads = [text.partition("[")[0].rpartition(".")[2] for text in annotations]
        alike = all(kind in _COLLECTIONS for kind in heads)
        calm = _ANY_TYPE | (_ANY_COLLECTION if alike else frozenset())
        done = Counter(
            use.place
            for use in self._operations
            if use.operation in calm
            and use.owner.rpartition(".")[2] == name
            and locus.label in self._labels(use.owner.rpartition(".")[0])
        )
        reads = Counter(
            use.place for use in self._members(locus) if not (use.stored or use.optional)
        )
        return (place for place, count in reads.items() if count > done[place])

    @cached_property
    def _ancestors(self) -> Mapping[str, frozenset[str]]:
        """Label of a class to those of its bases, itself among them, on either side."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        sides = (self.case.candidate, self.case.baseline)
        for side in sides:
            for symbol in side.described.symbols.values() if side is not None else ():
                own = self.case.label_of(symbol)
                found[own] |= {own, *map(self.case.label, symbol.bases)}
        return {label: frozenset(bases) for label, bases in found.items()}

    def _line(self, label: str) -> frozenset[str]:
        return self._ancestors.get(label, frozenset((label,)))

    @cached_property
    def _owned(self) -> Mapping[str, frozenset[str]]:
        """Owner as the reader spells it, to the labels of what that can be and of their bases."""
        spelled = {use.owner for use in self.case.usage.members}
        spelled |= {use.owner for use in self.case.usage.operations}
        spelled |= {_owner_of(call) for call in self.case.usage.calls}
        return {
            owner: frozenset(
                base for label in owners(self.case, owner) for base in self._line(label)
            )
            for owner in spelled
        }

    @cached_property
    def _members_by_name(self) -> Mapping[str, list[MemberUse]]:
        found: defaultdict[str, list[MemberUse]] = defaultdict(list)
        for use in self.case.usage.members:
            found[use.member].append(use)
        return found

    def _members(self, locus: Locus) -> Iterator[MemberUse]:
        """Reads and assignments of an attribute; of any where the place is the whole class."""
        uses = (
            self.case.usage.members
            if locus.path is None or locus.path.startswith("model_config")
            else self._members_by_name.get(locus.path.partition(".")[0], ())
        )
        return (use for use in uses if locus.label in self._owned[use.owner])

    @cached_property
    def _calls_by_class(self) -> Mapping[str, list[CallUse]]:
        """Label of a class, or of a base of it, to the calls that make an instance."""
        found: defaultdict[str, list[CallUse]] = defaultdict(list)
        for call in self.case.usage.calls:
            name, _, method = call.target.rpartition(".")
            made = name if method in _MAKERS else call.target
            for label in self._line(self.case.label(made)):
                found[label].append(call)
        return found

    def _made(self, label: str) -> list[CallUse]:
        return self._calls_by_class.get(label, [])

    def _calls(self, way: Way, locus: Locus) -> Iterator[Place]:
        whole = locus.path is None or locus.path.startswith("model_config")
        names, known = self._names(locus), self._known(locus.label) if whole else frozenset()
        for call in self._made(locus.label):
            keywords = frozenset(call.keywords)
            given = keywords & names
            match way:
                case "gives":
                    does = bool(keywords - known if whole else given)
                case "gives unknown":
                    does = bool((keywords if whole else given) - _known_values(call))
                case "leaves out":
                    does = not (given or call.open_ended or call.positional)
                case _:
                    does = True
            if does:
                yield call.place

    def _names(self, locus: Locus) -> frozenset[str]:
        """The names a call may give a field by, on either side."""
        if locus.path is None:
            return frozenset()
        name = locus.path.partition(".")[0]
        found = {name}
        for symbol in self._symbols(locus.label):
            described = symbol.fields.get(name)
            found |= set(_spelled(described)) if described is not None else set()
        return frozenset(found)

    def _known(self, label: str) -> frozenset[str]:
        """Every name that a call which makes a class may use."""
        return frozenset(
            text
            for symbol in self._symbols(label)
            for name, described in symbol.fields.items()
            for text in (name, *_spelled(described))
        )

    @cached_property
    def _by_label(self) -> Mapping[str, list[Symbol]]:
        found: defaultdict[str, list[Symbol]] = defaultdict(list)
        for side in (self.case.candidate, self.case.baseline):
            for symbol in side.described.symbols.values() if side is not None else ():
                for label in self._line(self.case.label_of(symbol)):
                    found[label].append(symbol)
        return found

    def _symbols(self, label: str) -> list[Symbol]:
        """What is described of a class and of those that derive from it."""
        return self._by_label.get(label, [])

    def _keys(self, locus: Locus) -> Iterator[Place]:
        names = {repr(name) for name in self._names(locus)}
        for use in self._operations:
            made, _, method = use.owner.rpartition(".")
            is_key = use.operation == "getitem" and method in _DUMPS and use.detail in names
            if is_key and locus.label in self._labels(made):
                yield use.place

    @cached_property
    def _operations(self) -> tuple[OperationUse, ...]:
        return self.case.usage.operations

    def _labels(self, owner: str) -> frozenset[str]:
        return frozenset(base for label in owners(self.case, owner) for base in self._line(label))

    def _methods(
        self, locus: Locus, methods: Collection[str], keyword: str | None = None
    ) -> Iterator[Place]:
        for call in self.case.usage.calls:
            called = call.target.rpartition(".")[2] in methods
            called = called and keyword in (None, *call.keywords)
            if called and locus.label in self._owned[_owner_of(call)]:
                yield call.place

    def _plain(self, locus: Locus) -> Iterator[Place]:
        for use in self._members_by_name.get("value", ()):
            if self._is_member(locus, use.owner):
                yield use.place
        yield from self._operated(locus)

    def _operated(self, locus: Locus) -> Iterator[Place]:
        for operation in self._operations:
            if operation.operation in _AS_PLAIN and self._is_member(locus, operation.owner):
                yield operation.place

    def _used_members(self, locus: Locus) -> Iterator[Place]:
        """Lines with more mentions of members than readings of their values and names."""
        parts = Counter(
            use.place
            for name in ("value", "name")
            for use in self._members_by_name.get(name, ())
            if use.on_instance and self._is_member(locus, use.owner)
        )
        named = Counter(use.place for use in self._members(locus) if not use.on_instance)
        return (place for place, count in named.items() if count > parts[place])

    def _is_member(self, locus: Locus, owner: str) -> bool:
        """Whether an owner is the member that a place is about, or any instance of its enum."""
        if locus.label not in self._owned[owner]:
            return False
        enum, _, member = owner.partition(":")[2].rpartition(".")
        named = bool(enum) and self.case.label(owner.rpartition(".")[0]) == locus.label
        return not named or locus.path in (None, member)


def meeting(case: Case) -> Meeting:
    """The lines at which the consumer meets things, worked out once for a case."""
    return _meeting(Identity(case))


@lru_cache(maxsize=2)
def _meeting(key: Identity[Case]) -> Meeting:
    return Meeting(key.value)


def _owner_of(call: CallUse) -> str:
    return call.target.rpartition(".")[0]


def _known_values(call: CallUse) -> frozenset[str]:
    """The keywords that a call gives nothing but literals."""
    return frozenset(name for name, text in call.literals if "..." not in text)


def _spelled(described: FieldDescription) -> Iterator[str]:
    for alias in (described.alias, described.validation_alias):
        if isinstance(alias, str):
            yield alias
        elif isinstance(alias, dict) and isinstance(choices := alias.get("choices"), list):
            yield from (item for item in choices if isinstance(item, str))


def looked_up(case: Case, label: str, value: object) -> tuple[Place, ...]:
    """The lines that look up an enum by a literal value."""
    return tuple(
        call.place
        for call in case.usage.calls
        if case.label(call.target) == label and dict(call.literals).get("0") == repr(value)
    )
