"""How the consumer uses the provider's functions and classes, and whether it still may.

Families about calls, subclasses and protocols share what stands here: which classes a use can
meet, whether arguments fit parameters, and whether an override can stand in for what it overrides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import BaseModel

from contract_check.model.observation import Member, Observation, Parameter, Signature, Symbol
from contract_check.model.report import Severity
from contract_check.model.usage import CallUse, Place, SubclassUse
from contract_check.rules.annotations import inside, is_container, named
from contract_check.rules.case import CLASSES, Case, Identity, short
from contract_check.rules.interface import Locus, Program
from contract_check.rules.witnesses import import_of, statement

_BY_POSITION = ("positional-only", "positional-or-keyword")
AWAITABLE = re.compile(r"\b(Awaitable|Coroutine|Future|Task|AsyncIterator|AsyncGenerator)\b")
"""In the return annotation of a plain function whose result is to be awaited."""
_ENTERING = ("__enter__", "__aenter__")
_MOST_PLACES = 4
_NO_OVERRIDES = frozenset(
    ("__init__", "__new__", "__init_subclass__", "__post_init__", "__class_getitem__")
)
"""Special methods that every class may give a signature of its own."""


@dataclass(frozen=True)
class Given:
    """The arguments of a call.

    Args:
        positional: how many stand by position, the receiver among them where it is one.
        keywords: the names of the others.
        open_ended: there may be more, from `*args` or `**kwargs`.
    """

    positional: int
    keywords: tuple[str, ...] = ()
    open_ended: bool = False

    def written(self) -> str:
        """As Python source, with None for every argument."""
        return ", ".join(["None"] * self.positional + [f"{name}=None" for name in self.keywords])


def misfit(parameters: Sequence[Parameter], given: Given) -> str | None:
    """Why a call doesn't bind, as the end of a sentence about what is called; None where it does.

    The rules are those of the language reference, "Calls".
    """
    places = [item.name for item in parameters if item.kind in _BY_POSITION]
    kinds = {item.name: item.kind for item in parameters}
    any_position = "var-positional" in kinds.values()
    if given.positional > len(places) and not any_position:
        return f"takes {len(places)} by position, not {given.positional}"
    filled = set(places[: given.positional])
    for name in given.keywords:
        kind = kinds.get(name)
        if kind in ("positional-or-keyword", "keyword-only"):
            if name in filled:
                return f"gets {name!r} twice"
            filled.add(name)
        elif "var-keyword" in kinds.values():
            continue
        elif kind == "positional-only":
            return f"takes {name!r} by position only"
        else:
            return f"has no parameter {name!r}"
    missing = [item.name for item in parameters if item.required and item.name not in filled]
    if missing and not given.open_ended:
        names = [f"{name!r}{_only_by_position(kinds[name])}" for name in missing]
        return f"requires the argument{'s'[: len(names) - 1]} {' and '.join(names)}"
    return None


def _only_by_position(kind: str) -> str:
    return " by position" if kind == "positional-only" else ""


@dataclass(frozen=True)
class Site:
    """What a call of the consumer's meets, on both sides.

    Args:
        use: the call.
        subject: `module:Name` of the function or class.
        label: its label.
        member: the method, or None for the function or constructor itself.
        before: how it was to be called.
        now: how it is.
        given: the arguments, with a receiver where the signatures have one.
        expression: what is inspected, in terms of `Subject`.
        constructs: it makes an instance.
    """

    use: CallUse
    subject: str
    label: str
    member: str | None
    before: Signature
    now: Signature
    given: Given
    expression: str
    constructs: bool = False

    @property
    def name(self) -> str:
        """As people call it: `Bus.publish`, `connect`."""
        name = self.subject.rpartition(":")[2]
        return name if self.member in (None, "__init__") else f"{name}.{self.member}"

    @property
    def locus(self) -> Locus:
        """The function, the whole class for its constructor, or the method."""
        return Locus(self.label, None if self.constructs else self.member)


def sites(case: Case) -> tuple[Site, ...]:
    """Every call of the consumer's whose target both sides describe."""
    return _known_sites(Identity(case))


@lru_cache(maxsize=2)
def _known_sites(key: Identity[Case]) -> tuple[Site, ...]:
    return tuple(_sites(key.value))


def _sites(case: Case) -> Iterator[Site]:
    if case.baseline is None:
        return
    for use in (*case.usage.calls, *_raised(case)):
        for subject, member in call_targets(case, use.target):
            before, now = case.baseline.symbol(subject), case.candidate.symbol(subject)
            if before is not None and now is not None:
                site = _site(case, use, subject, member, before, now)
                if site is not None:
                    yield site


def calls_alone(case: Case) -> Iterator[tuple[Site, ...]]:
    """Every call of the consumer's with what it can meet in the candidate alone.

    A call of which one target is not known is left out.
    """
    for use in (*case.usage.calls, *_raised(case)):
        found: list[Site] = []
        targets = call_targets(case, use.target)
        for subject, member in targets:
            symbol = case.candidate.symbol(subject)
            site = _site(case, use, subject, member, symbol, symbol) if symbol else None
            if site is not None:
                found.append(site)
        if found and len(found) == len(targets):
            yield tuple(found)


def _raised(case: Case) -> Iterator[CallUse]:
    """`raise Error` makes an instance without arguments."""
    for use in case.usage.names:
        if use.how == "raise":
            yield CallUse(use.ref, 0, (), open_ended=False, awaited=False, place=use.place)


def call_targets(case: Case, target: str) -> tuple[tuple[str, str | None], ...]:
    """What a call target can be: (function or class, None) or (class, method).

    A method called on a protocol or base class may also meet the classes that stand behind it.
    """
    if case.candidate.symbol(target) is not None:
        return ((target, None),)
    owner, _, member = target.rpartition(".")
    if ":" not in owner:
        return ()
    if member == "__init__":
        return ((owner, member),)  # of the class that is named, or that `super()` leads to
    return tuple((ref, member) for ref in met_behind(case, owner))


def met_behind(case: Case, owner: str) -> tuple[str, ...]:
    """A class, and the provider's classes that take its place in what its functions return.

    For what a function or method returned (`module:make()`, `module:Class.make()`) and for the
    value of an attribute (`module:Class.part`), the classes that its annotation names.
    """
    known = case.classes_behind.get(owner)
    if known is None:
        known = case.classes_behind[owner] = _met_behind(case, owner)
    return known


def _met_behind(case: Case, owner: str) -> tuple[str, ...]:
    observation = case.baseline or case.candidate
    symbol = observation.symbol(owner)
    if owner.endswith("()") or symbol is None:
        handed = _handed_out(case, observation, owner)
        known = handed or owner.endswith("()")
        return handed if known else (_enum_of(observation, owner) or owner,)
    if symbol.kind == "missing":
        return (owner,)
    behind = [
        item.ref
        for item in case.returned_classes
        if case.label_of(item) != case.label_of(symbol) and _stands_in(item, symbol)
    ]
    distinct = {case.label_of(symbol): owner}
    for ref in behind:
        found = observation.symbol(ref)
        assert found is not None
        distinct.setdefault(case.label_of(found), ref)
    return tuple(distinct.values())


def _enum_of(observation: Observation, owner: str) -> str | None:
    """The enum whose member `module:Enum.member` is."""
    enum, _, member = owner.rpartition(".")
    symbol = observation.symbol(enum)
    members = symbol.enum_members if symbol is not None else ()
    return enum if any(item.name == member for item in members) else None


def _handed_out(case: Case, observation: Observation, ref: str) -> tuple[str, ...]:
    """The described classes that are behind a result or the value of an attribute."""
    owner, _, member = ref.removesuffix("()").rpartition(".")
    called = ref.endswith("()")
    if (
        member in _ENTERING
        and owner.endswith("()")
        and (given := _managed(case, observation, owner))
    ):
        return given
    found: dict[str, None] = {}
    if called and ":" in owner and observation.symbol(ref.removesuffix("()")) is None:
        for holder in met_behind(case, owner):
            described = observation.symbol(holder)
            if described is not None and _gives_itself(described, member):
                found[holder] = None
    for text, names in annotations_of(case, observation, ref):
        if not is_container(text):
            found.update(dict.fromkeys(_classes(case, observation, names)))
    return tuple(found)


def annotations_of(
    case: Case, observation: Observation, ref: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What stands behind a result, an attribute or what is taken out of one.

    Args:
        case: the facts.
        observation: the side.
        ref: `module:make()`, `module:Class.make()`, `module:Class.part`; with `.__next__()` and the
            like behind it, what is inside (`annotations.inside`).

    Returns:
        the text of each annotation, and the classes (`module:qualname`) that it names.
    """
    function = ref.removesuffix("()")
    symbol = observation.symbol(function)
    if symbol is not None:
        if symbol.signature is not None and function != ref:
            yield from _returned(symbol.signature)
        return
    owner, _, member = function.rpartition(".")
    if ":" not in owner:
        return
    for text, names in annotations_of(case, observation, owner):
        if (inner := inside(text, member)) is not None:
            yield inner, named(inner, names)
    for holder in met_behind(case, owner):
        described = observation.symbol(holder)
        if described is not None:
            yield from _annotated(described, member, function != ref)


def owners(case: Case, owner: str) -> frozenset[str]:
    """The labels of the classes that the owner of a use can be."""
    found = met_behind(case, owner) if "." in owner.rpartition(":")[2] or "(" in owner else ()
    return frozenset(map(case.label, (owner, *found)))


def _managed(case: Case, observation: Observation, manager: str) -> tuple[str, ...]:
    """What a function that is a `@contextmanager` hands to the `with` statement."""
    function = manager.removesuffix("()")
    symbol = observation.symbol(function)
    signatures = [symbol.signature if symbol is not None else None]
    owner, _, member = function.rpartition(".")
    for holder in met_behind(case, owner) if symbol is None and ":" in owner else ():
        found = observation.symbol(holder)
        method = found.members.get(member) if found is not None else None
        signatures.append(method.signature if method is not None else None)
    names = [
        name
        for signature in signatures
        if signature is not None and signature.flavor.endswith("context manager")
        for name in signature.types
    ]
    return _classes(case, observation, names)


def _returned(signature: Signature) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a call gives, by its annotation; that of a `@contextmanager` is of what it yields."""
    if not signature.flavor.endswith("context manager"):
        yield signature.returns or "", signature.types


def _annotated(symbol: Symbol, member: str, called: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The annotation of a method's result, or of a property or field, with the classes in it."""
    found = symbol.members.get(member)
    if not called:
        if member in symbol.fields:
            yield symbol.fields[member].annotation, symbol.fields[member].types
        elif found is not None:
            yield found.annotation or "", found.types
    elif found is not None and found.signature is not None:
        yield from _returned(found.signature)
    elif member == "__next__" and (iterating := symbol.members.get("__iter__")) is not None:
        given = iterating.signature
        inner = inside(given.returns or "", member) if given is not None else None
        if given is not None and inner is not None:
            yield inner, named(inner, given.types)


def _gives_itself(symbol: Symbol, member: str) -> bool:
    """Whether a method returns the instance (or an instance of the class) it is called on."""
    found = symbol.members.get(member)
    if found is None or found.signature is None:
        return False
    returns = (found.signature.returns or "").strip("'\"")
    if not returns:
        return member in _ENTERING  # nothing says otherwise
    receiver = found.signature.parameters[0].annotation if found.signature.parameters else None
    return returns.rpartition(".")[2] == "Self" or receiver in (returns, f"type[{returns}]")


def _classes(case: Case, observation: Observation, names: Collection[str]) -> tuple[str, ...]:
    """The refs under which classes are described, each once."""
    known = case.classes_of(observation)
    return tuple(known[name] for name in dict.fromkeys(names) if name in known)


def _stands_in(item: Symbol, base: Symbol) -> bool:
    if base.identity in item.bases:
        return True
    names = base.protocol_members
    return base.kind == "protocol" and bool(names) and set(names) <= set(item.members)


def _site(
    case: Case, use: CallUse, subject: str, member: str | None, before: Symbol, now: Symbol
) -> Site | None:
    if member is not None and member != "__init__":
        return _method_site(case, use, subject, member, before, now)
    if before.kind == now.kind == "function":
        old, new = before.signature, now.signature
        given = Given(use.positional, use.keywords, use.open_ended)
        expression, constructs = "Subject", False
    elif before.kind in ("model", "class") and now.kind in ("model", "class"):
        by_name = member is None and "model" not in (before.kind, now.kind)
        own = "__init__" in before.members or "__init__" in now.members
        if not by_name and not own and (member is None or "model" in (before.kind, now.kind)):
            return None  # without one of its own, a model takes whatever its fields are
        if member is not None and not (own or _is_plain(now)):
            return None
        if member is not None and "__init__" not in now.members and _is_mixed(case, use, subject):
            return None  # another base has one
        old, new = _constructor(before, by_name), _constructor(now, by_name)
        receiver = 0 if by_name or (member is not None and not use.on_instance) else 1
        given = Given(use.positional + receiver, use.keywords, use.open_ended)
        expression, constructs = "Subject" if by_name else "Subject.__init__", True
    elif member is None and {before.kind, now.kind} in (
        {"function", "class"},
        {"function", "model"},
    ):
        old, new = (item.signature or item.constructor for item in (before, now))
        given = Given(use.positional, use.keywords, use.open_ended)
        expression, constructs = "Subject", False
    else:
        return None
    if old is None or new is None:
        return None
    label = case.label(subject)
    return Site(use, subject, label, member, old, new, given, expression, constructs)


def _is_plain(symbol: Symbol) -> bool:
    """Whether a class without an `__init__` has that of `object`, which takes nothing."""
    tops = {base.partition(":")[0].partition(".")[0] for base in symbol.bases[1:]}
    own = (symbol.identity or symbol.ref).partition(":")[0].partition(".")[0]
    return "__init__" not in symbol.members and tops <= {own, "typing", "abc"}


def _is_mixed(case: Case, use: CallUse, base: str) -> bool:
    """Whether a class of that file derives from other bases as well."""
    return any(
        found.mixed
        for found in case.usage.subclasses
        if found.provider == base and found.place.file == use.place.file
    )


def _constructor(symbol: Symbol, as_class: bool) -> Signature | None:
    """How a class is constructed; without an `__init__` a model takes keywords, a class nothing."""
    if as_class:
        return symbol.constructor
    own = symbol.members.get("__init__")
    if own is not None:
        return own.signature
    receiver = Parameter(name="self", kind="positional-only", required=True)
    if symbol.kind != "model" and _is_plain(symbol):
        return Signature(parameters=(receiver,))
    if symbol.kind != "model":
        made = symbol.constructor
        if made is None or made.parameters is None:
            return None
        return made.model_copy(update={"parameters": (receiver, *made.parameters)})
    data = Parameter(name="data", kind="var-keyword", required=False)
    return Signature(parameters=(receiver, data))


def _method_site(
    case: Case, use: CallUse, subject: str, member: str, before: Symbol, now: Symbol
) -> Site | None:
    old, new = before.members.get(member), now.members.get(member)
    if old is None and before.kind == "model" and member in vars(BaseModel):
        old = _OVERRIDDEN
    if old is None or new is None or old.signature is None or new.signature is None:
        return None
    kinds = {old.kind, new.kind}
    if "property" in kinds or "value" in kinds:
        return None
    # As seen from the class, a class method is bound and a plain method is not.
    receiver = 1 if use.on_instance and kinds == {"method"} else 0
    if len(kinds) > 1 and use.on_instance:
        return None
    given = Given(use.positional + receiver, use.keywords, use.open_ended)
    return Site(
        use,
        subject,
        case.label(subject),
        member,
        _bound(old.signature, old.kind),
        _bound(new.signature, new.kind),
        given,
        f"Subject.{member}",
    )


_OVERRIDDEN = Member(
    kind="method",
    owner="pydantic.main:BaseModel",
    signature=Signature(
        parameters=(
            Parameter(name="args", kind="var-positional", required=False),
            Parameter(name="kwargs", kind="var-keyword", required=False),
        )
    ),
)
"""A method that every model has from Pydantic: what it takes, the baseline itself says."""


def _bound(signature: Signature, kind: str) -> Signature:
    if kind != "classmethod" or not signature.parameters:
        return signature
    return signature.model_copy(update={"parameters": signature.parameters[1:]})


def binding(site: Site) -> Program:
    """Binds the arguments of a call, as Python itself would."""
    function = "bind_partial" if site.given.open_ended else "bind"
    if site.expression == "Subject.__init__":
        return statement(
            "import inspect",
            import_of(site.subject, "Subject"),
            "",
            "own = Subject.__init__",
            "if own is object.__init__:  # it takes nothing, though inspect does not say so",
            "    def own(self): ...",
            f"inspect.signature(own).{function}({site.given.written()})",
        )
    known = next((item for item in (site.before, site.now) if item.built_in), None)
    if known is None or site.expression != "Subject":
        return statement(
            "import inspect",
            import_of(site.subject, "Subject"),
            "",
            f"inspect.signature({site.expression}).{function}({site.given.written()})",
        )
    return statement(
        "import inspect",
        import_of(site.subject, "Subject"),
        "",
        f"def built_in({_written(known.parameters or ())}): ...",
        "",
        "try:",
        "    signature = inspect.signature(Subject)",
        "except ValueError:  # that of the built-in class it derives from",
        "    signature = inspect.signature(built_in)",
        f"signature.{function}({site.given.written()})",
    )


def _written(parameters: Sequence[Parameter]) -> str:
    """The parameters of a built-in class as Python source."""
    stars = {"var-positional": "*", "var-keyword": "**"}
    kinds = [item.kind for item in parameters]
    written: list[str] = []
    for place, item in enumerate(parameters):
        sign = stars.get(item.kind)
        written.append(f"{sign}{item.name}" if sign else f"{item.name}=None")
        if item.kind == "positional-only" and "positional-only" not in kinds[place + 1 :]:
            written.append("/")
    return ", ".join(written)


def where(places: Iterable[Place]) -> str:
    """`store/a.py:12, 20, store/b.py:3`; many of them end with `and 2 other places`."""
    found = sorted(set(places))
    shown = found[:_MOST_PLACES]
    files = dict.fromkeys(place.file for place in shown)
    lines = {file: [str(place.line) for place in shown if place.file == file] for file in files}
    text = ", ".join(f"{file}:{', '.join(numbers)}" for file, numbers in lines.items())
    others = len(found) - len(shown)
    return text if not others else f"{text} and {others} other place{'s'[: others - 1]}"


def names_of(provider: str, consumer: str) -> tuple[str, str]:
    """The names of two classes for a sentence: with their packages where they are the same."""
    base, own = short(provider), short(consumer)
    if base != own:
        return base, own
    tops = (ref.partition(":")[0].partition(".")[0] for ref in (provider, consumer))
    return f"{next(tops)}'s {base}", f"{next(tops)}'s {own}"


def contract_of(case: Case, *labels: str) -> str | None:
    """The first contract about one of some labels."""
    for name in labels:
        for contract in case.contracts:
            if name in (case.label(contract.provider), case.label(contract.consumer or "")):
                return contract.name
    return None


@dataclass(frozen=True)
class Lost:
    """An attribute or method that the consumer reads or calls and that is not what it was.

    Args:
        subject: the class, as the consumer spells it or as it was found.
        member: the name.
        places: where the consumer meets it.
        was: `method`, `property`, `value`, …
        now: the same of the candidate, in words, or None where it is gone.
        program: shows it.
    """

    subject: str
    member: str
    places: tuple[Place, ...]
    was: str
    now: str | None
    program: Program


def lost_members(case: Case) -> Iterator[Lost]:
    """What the consumer reads or calls on the provider's classes and finds no more as it was."""
    if case.baseline is None:
        return
    on_class = {(use.owner, use.member) for use in case.usage.members if not use.on_instance}
    contracted = {case.label(item.provider) for item in case.contracts}
    for (subject, member), places in _member_uses(case).items():
        before, now = case.baseline.symbol(subject), case.candidate.symbol(subject)
        if before is None or now is None:
            continue
        same = before.kind == now.kind and before.kind in ("enum", "function")
        if not same and (before.kind not in CLASSES or now.kind not in CLASSES):
            continue
        if any(item.name == member for item in now.enum_members):
            continue
        had, kind = kind_of(before, member), kind_of(now, member)
        if had is None:
            continue
        if had == "field" and case.label(subject) in contracted and now.kind == before.kind:
            continue  # the fields of what is under a contract have rules of their own
        if member in (now.typed_keys or ()) and before.typed_keys is None:
            yield Lost(subject, member, tuple(places), had, "key", _no_dictionary(subject))
            continue
        if kind in ("field", "attribute") and had != kind and (subject, member) in on_class:
            program, now_on = _on_itself(subject, member), f"{kind} of its instances alone"
            yield Lost(subject, member, tuple(places), had, now_on, program)
            continue
        if kind is None and (now.open_attributes or now.config.get("extra") == "'allow'"):
            continue
        if kind is not None and f"{subject}.{member}" in asked_kinds(case):
            continue
        if kind is None or {_is_called(had), _is_called(kind)} == {True, False}:
            program = (
                _on_itself(subject, member)
                if before.kind == "function"
                else _lost_program(subject, member, kind)
            )
            yield Lost(subject, member, tuple(places), had, kind, program)
    yield from _lost_in_nested(case)


def asked_kinds(case: Case) -> frozenset[str]:
    """What the consumer takes as one kind of thing or another: it asks which (`callable(x)`).

    Returns:
        `module:qualname` of constants, attributes and results (`module:make()`), of the classes
        that they can be of as well.
    """
    found: set[str] = set()
    for use in case.usage.operations:
        if use.operation == "ask":
            owner, dot, member = use.owner.rpartition(".")
            behind = met_behind(case, owner) if dot and ":" in owner else ()
            found.update((use.owner, *(f"{ref}.{member}" for ref in behind)))
    return frozenset(found)


def _lost_in_nested(case: Case) -> Iterator[Lost]:
    """Names that the consumer takes from a class inside a class, and that it has no more."""
    assert case.baseline is not None
    found: dict[tuple[str, str], list[Place]] = {}
    for use in case.usage.members:
        if not (use.on_instance or use.stored or use.optional):
            found.setdefault((use.owner, use.member), []).append(use.place)
    for (owner, name), places in found.items():
        outer, _, nested = owner.rpartition(".")
        before, now = case.baseline.symbol(outer), case.candidate.symbol(outer)
        old = before.members.get(nested) if before is not None else None
        new = now.members.get(nested) if now is not None else None
        if old is None or new is None or name not in old.names or name in new.names:
            continue
        path = f"{nested}.{name}"
        program = statement(import_of(outer, "Subject"), "", f"Subject.{path}")
        yield Lost(outer, path, tuple(places), "value", None, program)


def kind_of(symbol: Symbol, member: str) -> str | None:
    """What an attribute is on an instance: a member's kind, `field`, `attribute`, or None."""
    if member in symbol.fields:
        return "field"
    found = symbol.members.get(member)
    if found is not None:
        return found.kind
    return "attribute" if member in symbol.attributes else None


def _is_called(kind: str) -> bool | None:
    """Whether a member is for calling; None where its kind doesn't say."""
    if kind in ("value", "attribute"):
        return None  # a function kept in an attribute may be called
    return kind in ("method", "classmethod", "staticmethod")


def _member_uses(case: Case) -> dict[tuple[str, str], list[Place]]:
    found: dict[tuple[str, str], list[Place]] = {}
    for use in case.usage.members:
        if ":" in use.owner and not (use.stored or use.optional):
            for ref in met_behind(case, use.owner):
                found.setdefault((ref, use.member), []).append(use.place)
    for call in case.usage.calls:
        for ref, member in call_targets(case, call.target):
            if member is not None and member not in _NO_OVERRIDES:
                found.setdefault((ref, member), []).append(call.place)
    return found


def _lost_program(subject: str, member: str, kind: str | None) -> Program:
    if kind is None:
        return member_program(subject, member)
    wanted = "not " if _is_called(kind) else ""
    return statement(
        import_of(subject, "Subject"),
        "",
        f"found = getattr(Subject, {member!r}, None)",
        f"assert {wanted}callable(found), found",
    )


def _no_dictionary(subject: str) -> Program:
    """Passes unless a class is a TypedDict, whose keys are no attributes."""
    return statement(
        import_of(subject, "Subject"),
        "",
        "assert not hasattr(Subject, '__required_keys__'), 'a dictionary has no such attribute'",
    )


def _on_itself(subject: str, member: str) -> Program:
    """Passes if a class itself, or a function, has an attribute: fields are on instances alone."""
    return statement(import_of(subject, "Subject"), "", f"Subject.{member}")


def member_program(subject: str, member: str) -> Program:
    """Passes if a class has an attribute, or its instances are declared to, or are given it."""
    return statement(
        import_of(subject, "Subject"),
        "",
        "bodies = [vars(base) for base in Subject.__mro__]",
        "kept = ('__annotations__', '__private_attributes__')",
        "declared = {name for body in bodies for key in kept for name in body.get(key, ())}",
        "methods = [getattr(item, '__func__', item) for body in bodies for item in body.values()]",
        "for code in [getattr(item, '__code__', None) for item in methods]:",
        "    declared.update(code.co_names if code else ())",
        f"assert hasattr(Subject, {member!r}) or {member!r} in declared, "
        f'"{subject.rpartition(":")[2]} has no {member}"',
    )


@dataclass(frozen=True)
class Derived:
    """A class of the consumer that derives from one of the provider, on one or both sides.

    Args:
        use: the class statement.
        base: the provider's class with the candidate.
        own: the consumer's class with the candidate.
        old_base: the provider's class with the baseline.
        old_own: the consumer's with the baseline.
    """

    use: SubclassUse
    base: Symbol
    own: Symbol
    old_base: Symbol
    old_own: Symbol


def derived(case: Case) -> Iterator[Derived]:
    """The consumer's classes that stand on both sides."""
    if case.baseline is None:
        return
    for use in case.usage.subclasses:
        found = (
            case.candidate.symbol(use.provider),
            case.candidate.symbol(use.consumer),
            case.baseline.symbol(use.provider),
            case.baseline.symbol(use.consumer),
        )
        base, own, old_base, old_own = found
        if base is None or own is None or old_base is None or old_own is None:
            continue
        if "missing" not in (base.kind, own.kind, old_base.kind, old_own.kind):
            yield Derived(use, base, own, old_base, old_own)


@dataclass(frozen=True)
class Clash:
    """Why an override can't be called as what it overrides.

    Args:
        severity: a break where every caller meets it, a warning where only some may.
        reason: the end of a sentence about the override.
        how: which calls meet it.
    """

    severity: Severity
    reason: str
    how: str


def clash(base: Signature, own: Signature, *, bound: bool) -> Clash | None:
    """Whether calls made by the signature of `base` don't bind to `own`.

    Args:
        base: of the method that is overridden or implemented.
        own: of the override.
        bound: both start with a receiver.
    """
    if base.parameters is None or own.parameters is None:
        return None
    plain = own if base.is_async else base
    if base.is_async != own.is_async and not AWAITABLE.search(plain.returns or ""):
        words = "is not async" if base.is_async else "is async"
        return Clash(Severity.WARNING if plain.opaque else Severity.BREAK, words, "async")
    expected = base.parameters[1:] if bound else base.parameters
    offered = own.parameters[1:] if bound else own.parameters
    for how, severity in (
        ("required", Severity.BREAK),
        ("all", Severity.WARNING),
        ("by name", Severity.WARNING),
    ):
        reason = misfit(offered, _call_by(expected, how))
        if reason is not None:
            return Clash(severity, reason, how)
    return None


def _call_by(parameters: Sequence[Parameter], how: str) -> Given:
    chosen = [item for item in parameters if item.required or how == "all"]
    named = ("keyword-only",) if how != "by name" else ("keyword-only", "positional-or-keyword")
    return Given(
        sum(item.kind in _BY_POSITION and item.kind not in named for item in chosen),
        tuple(item.name for item in chosen if item.kind in named),
    )


def worse_override(
    base: Symbol, own: Symbol, old_base: Symbol, old_own: Symbol, member: str
) -> Clash | None:
    """The clash of one override, if the baseline has none or a lesser one."""
    if member in _NO_OVERRIDES:
        return None
    after, before = _clash_of(base, own, member), _clash_of(old_base, old_own, member)
    if after is None or (before is not None and before.severity is not Severity.WARNING):
        return None
    return None if before is not None and before.severity is after.severity else after


def _clash_of(base: Symbol, own: Symbol, member: str) -> Clash | None:
    expected, offered = base.members.get(member), own.members.get(member)
    if expected is None or offered is None or expected.owner == offered.owner:
        return None
    if expected.signature is None or offered.signature is None:
        return None
    if expected.kind != offered.kind:
        return None
    bound = expected.kind in ("method", "classmethod")
    return clash(expected.signature, offered.signature, bound=bound)


def override_program(base: str, own: str, member: str, how: str) -> Program:
    """Binds a call made by the provider's signature to the consumer's method.

    A method that the provider does not have yet is called as the consumer defines it.
    """
    lines = ["import inspect", import_of(base, "Base"), import_of(own, "Own"), ""]
    lines.append(f"theirs = getattr(Base, {member!r}, Own.{member})")
    if how == "async":
        return statement(
            *lines,
            "expected = inspect.iscoroutinefunction(theirs)",
            f"assert inspect.iscoroutinefunction(Own.{member}) == expected, Own.{member}",
        )
    last = "POSITIONAL_ONLY" if how == "by name" else "POSITIONAL_OR_KEYWORD"
    chosen = "known" if how == "all" else "[item for item in known if item.default is item.empty]"
    return statement(
        *lines,
        "expected = inspect.signature(theirs).parameters.values()",
        "variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)",
        "known = [item for item in expected if item.kind not in variadic]",
        f"chosen = {chosen}",
        f"placed = [item for item in chosen if item.kind <= item.{last} or item.name == 'self']",
        "named = {item.name: None for item in chosen if item not in placed}",
        f"inspect.signature(Own.{member}).bind(*placed, **named)",
    )
