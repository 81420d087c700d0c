"""Subclassing: can the consumer's classes still derive from the provider's, and do they fit?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from contract_check.model.observation import Parameter, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import Place
from contract_check.rules.case import CLASSES, Case, short
from contract_check.rules.collisions import (
    class_failure,
    collision,
    incompatible_fields,
    shadowings,
)
from contract_check.rules.exceptions import escapes
from contract_check.rules.handed import override_called
from contract_check.rules.interface import Draft, Example, Locus, Program, Rule
from contract_check.rules.meeting import meeting
from contract_check.rules.uses import (
    Given,
    contract_of,
    derived,
    lost_members,
    member_program,
    misfit,
    names_of,
    override_program,
    where,
    worse_override,
)
from contract_check.rules.witnesses import import_of, importing, statement
from contract_check.rules.wording import a_

_SOURCE = (Direction.SOURCE,)
_MACHINERY = ("abc", "typing", "typing_extensions", "enum")
_NO_HOOKS = frozenset(
    ("__init__", "__new__", "__init_subclass__", "__post_init__", "__class_getitem__")
)


def _subclass_refused(case: Case) -> Iterator[Draft]:
    yield from _refused_in_functions(case)
    explained = {(use.consumer, field.name) for use, field in shadowings(case)}
    for use in case.usage.subclasses:
        base = case.candidate.symbol(use.provider)
        theirs, own = names_of(use.provider, use.consumer)
        failure = class_failure(case, use)
        if failure is not None:
            if any(owner == use.consumer and name in failure.message for owner, name in explained):
                continue
            if failure.missing_module or (base is None or base.kind == "missing"):
                continue
            reason = f"{failure.type}: {failure.message.splitlines()[0]}"
            message = f"{own} can't derive from {theirs}: {reason}"
            programs: tuple[Program, ...] = (importing(use.consumer),)
        elif base is not None and base.final:
            message = f"{theirs} is final, and {own} derives from it: type checkers refuse that"
            programs = (_not_final(use.provider),)
        else:
            continue
        base_place, module = (
            Locus(case.label(use.provider)),
            case.label(use.consumer.partition(":")[0]),
        )
        yield Draft(
            subject=use.provider,
            message=message,
            hint=f"Keep {theirs} open to subclasses, or let {own} hold an instance "
            "instead of deriving.",
            loci=(
                base_place,
                *((Locus(module, explained_by=(base_place,)),) if failure else ()),
            ),
            contract=contract_of(case, case.label(use.consumer), case.label(use.provider)),
            check="subclass",
            location=use.place,
            programs=programs,
            observed=True,
        )


def _refused_in_functions(case: Case) -> Iterator[Draft]:
    """Classes that only exist when a function runs: does their statement give what is asked?"""
    if case.baseline is None:
        return
    for use in case.usage.subclasses:
        base, before = case.candidate.symbol(use.provider), case.baseline.symbol(use.provider)
        if "<locals>" not in use.consumer or base is None or before is None or use.mixed:
            continue
        asked, given = _asked_of_subclasses(base), Given(0, use.keywords)
        old = _asked_of_subclasses(before)
        if asked is None or old is None or misfit(old, given) is not None:
            continue
        reason = misfit(asked, given)
        if reason is None:
            continue
        theirs, own = short(use.provider), short(use.consumer).rpartition(".")[2]
        yield Draft(
            subject=use.provider,
            message=f"{own} can't derive from {theirs} any more: its __init_subclass__ "
            f"{reason.replace('has no parameter', 'does not take')}; "
            f"{case.candidate.consumer.name} makes it at {where([use.place])}",
            hint=f"Give what {theirs} asks of its subclasses a default.",
            loci=(Locus(case.label(use.provider)),),
            contract=contract_of(case, case.label(use.provider)),
            check="subclass",
            location=use.place,
            programs=(_keywords_program(use.provider, given),),
        )


def _asked_of_subclasses(symbol: Symbol) -> Sequence[Parameter] | None:
    """What `__init_subclass__` takes; one that is not the provider's own asks nothing of a class,
    and of a model it takes anything."""
    hook = symbol.members.get("__init_subclass__")
    if hook is None:
        return () if symbol.kind == "class" else None
    parameters = hook.signature.parameters if hook.signature is not None else None
    return parameters[1:] if parameters and hook.kind == "classmethod" else None


def _keywords_program(ref: str, given: Given) -> Program:
    return statement(
        "import inspect",
        import_of(ref, "Subject"),
        "",
        "try:",
        "    signature = inspect.signature(Subject.__init_subclass__)",
        "except ValueError:  # that of object, which takes nothing",
        "    signature = inspect.Signature()",
        f"signature.bind({given.written()})",
    )


def _not_final(ref: str) -> Program:
    return statement(
        import_of(ref, "Subject"),
        "",
        "assert not vars(Subject).get('__final__', False), f'{Subject} is final'",
    )


def _base_lost(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    seen: set[str] = set()
    mentioned = _mentioned(case)
    for ref, now in case.candidate.described.symbols.items():
        before = case.baseline.symbol(ref)
        if before is None or not case.is_provider(ref) or case.label(ref) in seen:
            continue
        if before.kind not in CLASSES or now.kind not in CLASSES:
            continue
        kept = {case.label(name) for name in now.bases}
        for lost in before.bases[1:]:
            name = case.label(lost)
            if name in kept or not _counts(case, lost, name in mentioned):
                continue
            if "builtins:BaseException" in before.bases and not _is_caught(case, ref, lost):
                continue
            seen.add(case.label(ref))
            yield _base_draft(case, ref, before, now, lost)
            break


def _mentioned(case: Case) -> frozenset[str]:
    """Labels of the classes that the consumer takes by name."""
    usage = case.usage
    names = [f"{use.module}:{use.name}" for use in usage.imports if use.name]
    names += [use.ref for use in usage.names]
    return frozenset(case.label(name) for name in names)


def _counts(case: Case, base: str, mentioned: bool) -> bool:
    """Whether the consumer can notice: a provider's class that it names, or somebody else's."""
    module, _, name = base.partition(":")
    if case.is_provider(base):
        return mentioned
    return module.partition(".")[0] not in _MACHINERY and not name.startswith("_")


def _is_caught(case: Case, ref: str, lost: str) -> bool:
    """Whether the base of an exception matters: one that nobody catches is no loss, unless the
    consumer raises the exception to others, who may."""
    mentions = {use.how for use in case.usage.names if case.label(use.ref) == case.label(lost)}
    symbol = case.baseline.symbol(ref) if case.baseline is not None else None
    raised = (ref, *(symbol.heirs if symbol is not None else ()))
    if case.is_provider(lost) and mentions != {"except"}:
        return True
    if any(found.known for item in raised for found in escapes(case, item, lost)):
        return True
    return any(case.label(use.target) == case.label(ref) for use in case.usage.calls) or any(
        case.label(use.provider) == case.label(ref) for use in case.usage.subclasses
    )


def _missed_at(case: Case, ref: str, lost: str, gone: Collection[str]) -> tuple[Place, ...]:
    """The lines of the consumer's that need a base: they ask for it, catch it, or use what comes
    from it and is gone."""
    label = case.label(lost)
    found = {
        u.place for u in case.usage.names if u.how == "isinstance" if label == case.label(u.ref)
    }
    symbol = case.baseline.symbol(ref) if case.baseline is not None else None
    raised = (ref, *(symbol.heirs if symbol is not None else ()))
    if case.is_provider(lost) or any(e.known for item in raised for e in escapes(case, item, lost)):
        found |= {place for name, place in case.usage.caught if case.label(name) == label}
    for name in gone:
        found |= set(meeting(case).places(Locus(case.label(ref), name), ("reads", "stores")))
    return tuple(sorted(found))


def _base_draft(case: Case, ref: str, before: Symbol, now: Symbol, lost: str) -> Draft:
    own, base = short(ref), short(lost)
    inherited = [
        name for name, item in before.members.items() if case.label(item.owner) == case.label(lost)
    ]
    inherited += [
        name for name, item in before.fields.items() if case.label(item.owner) == case.label(lost)
    ]
    loci = [
        Locus(case.label(ref), "__bases__"),
        *(Locus(case.label(ref), name) for name in inherited),
    ]
    if not case.is_provider(lost):
        loci.append(Locus(case.label(ref)))
        loci += _fields_of_type(case, before)
        loci += [
            Locus(case.label(use.consumer))
            for use in case.usage.subclasses
            if case.label(use.provider) == case.label(ref)
        ]
    gone = [name for name in inherited if name not in now.members and name not in now.fields]
    module, _, path = lost.partition(":")
    known = _spelled(case, lost) or f"{module}:{path}"
    bring = [] if module == "builtins" else [import_of(known, "Base")]
    name = path if module == "builtins" else "Base"
    return Draft(
        subject=ref,
        path=None,
        message=f"{own} no longer derives from {base}: isinstance and issubclass say no where "
        "they said yes",
        hint=f"Keep {base} among the bases of {own}.",
        loci=tuple(loci),
        contract=contract_of(case, case.label(ref)),
        check="subclass",
        places=_missed_at(case, ref, lost, gone),
        programs=(
            statement(
                import_of(ref, "Subject"),
                *bring,
                "",
                f"assert issubclass(Subject, {name}), Subject",
            ),
        ),
    )


def _fields_of_type(case: Case, symbol: Symbol) -> Iterator[Locus]:
    """The fields of other models that hold instances of a class."""
    assert case.baseline is not None
    for item in case.baseline.described.symbols.values():
        for name, field in item.fields.items():
            if symbol.identity in field.types:
                yield Locus(case.label(field.owner or item.ref), name)


def _spelled(case: Case, lost: str) -> str | None:
    """A class under the name by which the consumer imports it, which both sides have."""
    spelled = [f"{use.module}:{use.name}" for use in case.usage.imports if use.name]
    spelled += [use.ref for use in case.usage.names]
    return next((ref for ref in spelled if case.label(ref) == case.label(lost)), None)


def _abstract_method_added(case: Case) -> Iterator[Draft]:
    reported: set[str] = set()
    yield from _local_classes(case, reported)
    for pair in derived(case):
        if pair.base.kind == "protocol" or pair.old_own.abstract or not pair.own.abstract:
            continue
        names = ", ".join(pair.own.abstract)
        reported.add(case.label(pair.use.provider))
        base, own = names_of(pair.use.provider, pair.use.consumer)
        yield Draft(
            subject=pair.use.provider,
            path=pair.own.abstract[0],
            message=f"{base} now demands {names} of its subclasses; {own} has no such method, and "
            "can't be instantiated any more",
            hint=f"Give {names} a default in {base}, or implement it in {own}.",
            loci=(
                Locus(case.label(pair.use.provider)),
                Locus(case.label(pair.use.consumer)),
            ),
            contract=contract_of(
                case, case.label(pair.use.consumer), case.label(pair.use.provider)
            ),
            check="subclass",
            location=pair.use.place,
            programs=instantiations(pair.use.consumer),
        )
    yield from _became_abstract(case, reported)


def _local_classes(case: Case, reported: set[str]) -> Iterator[Draft]:
    """Classes that only exist when a function of the consumer runs, which nobody can describe."""
    if case.baseline is None:
        return
    for use in case.usage.subclasses:
        base, before = case.candidate.symbol(use.provider), case.baseline.symbol(use.provider)
        if "<locals>" not in use.consumer or base is None or before is None or use.mixed:
            continue
        own = {*use.members, *use.fields}
        missing = [name for name in base.abstract if name not in own]
        if not missing or any(name not in own for name in before.abstract):
            continue
        reported.add(case.label(use.provider))
        names, name = ", ".join(missing), short(use.consumer).rpartition(".")[2]
        yield Draft(
            subject=use.provider,
            path=missing[0],
            message=f"{short(use.provider)} now demands {names} of its subclasses; {name}, which "
            f"{case.candidate.consumer.name} makes at {where([use.place])}, has no such method, "
            "and can't be instantiated any more",
            hint=f"Give {names} a default in {short(use.provider)}, or implement it in {name}.",
            loci=(Locus(case.label(use.provider)),),
            contract=contract_of(case, case.label(use.provider)),
            check="subclass",
            location=use.place,
            programs=(
                statement(
                    import_of(use.provider, "Base"),
                    "",
                    f"Own = type(Base)('Own', (Base,), dict.fromkeys({sorted(own)!r}))",
                    "object.__new__(Own)",
                ),
            ),
        )


def _became_abstract(case: Case, seen: set[str]) -> Iterator[Draft]:
    """A provider's class that the consumer instantiates itself, if not `seen` already."""
    if case.baseline is None:
        return
    for use in case.usage.calls:
        before, now = case.baseline.symbol(use.target), case.candidate.symbol(use.target)
        if before is None or now is None or not case.is_provider(use.target):
            continue
        if before.abstract or not now.abstract or case.label(use.target) in seen:
            continue
        seen.add(case.label(use.target))
        name = short(use.target)
        yield Draft(
            subject=use.target,
            path=now.abstract[0],
            message=f"{name} is abstract now ({', '.join(now.abstract)}), and "
            f"{case.candidate.consumer.name} instantiates it at {where([use.place])}",
            hint=f"Keep {name} concrete, and make a new base class abstract.",
            loci=(Locus(case.label(use.target)),),
            contract=contract_of(case, case.label(use.target)),
            location=use.place,
            programs=instantiations(use.target),
        )


def instantiations(ref: str) -> tuple[Program, ...]:
    """Programs that fail for a class that is abstract."""
    return (
        statement(import_of(ref, "Subject"), "", "object.__new__(Subject)"),
        statement(
            "import inspect",
            import_of(ref, "Subject"),
            "",
            "assert not inspect.isabstract(Subject), Subject.__abstractmethods__",
        ),
    )


def _override_not_substitutable(case: Case) -> Iterator[Draft]:
    for item in incompatible_fields(case):
        if item.name in item.pair.old_base.fields:
            yield collision(
                item,
                case,
                "{own} redefines the field {name!r} as {theirs}, which {base} ({ours}) no longer "
                "agrees with",
                "Let {own} declare {name} as {base} does, or widen it in {base} again.",
            )


def _override_signature_clash(case: Case) -> Iterator[Draft]:
    for pair in derived(case):
        if pair.base.kind == "protocol":
            continue
        for name in pair.use.members:
            called = override_called(case, pair, name)
            if called is not None:
                yield called
                continue
            found = worse_override(pair.base, pair.own, pair.old_base, pair.old_own, name)
            if found is None:
                continue
            base, own = names_of(pair.use.provider, pair.use.consumer)
            yield Draft(
                subject=pair.use.provider,
                path=name,
                message=f"{base}.{name} has a new signature, and the override {own}.{name} "
                f"{found.reason}",
                hint=f"Follow the new signature in {own}; whoever calls it as {base}.{name} may "
                "do so in the new way.",
                loci=(
                    Locus(case.label(pair.use.provider), name),
                    Locus(case.label(pair.use.consumer), name),
                ),
                contract=contract_of(
                    case, case.label(pair.use.consumer), case.label(pair.use.provider)
                ),
                location=pair.use.place,
                severity=Severity.WARNING if case.code.functions else found.severity,
                programs=(override_program(pair.use.provider, pair.use.consumer, name, found.how),),
            )


def _override_orphaned(case: Case) -> Iterator[Draft]:
    for pair in derived(case):
        for name in pair.use.members:
            before = pair.old_base.members.get(name)
            if before is None or not case.is_provider(before.owner) or name.startswith("__"):
                continue
            if name in pair.base.members or name in pair.base.fields:
                continue
            base, own = names_of(pair.use.provider, pair.use.consumer)
            yield Draft(
                subject=pair.use.provider,
                path=name,
                message=f"{own} overrides {name}, and {base} has no {name} any more: nothing of "
                "the provider calls it now",
                hint=f"Look for what took the place of {base}.{name}, and override that.",
                loci=(Locus(case.label(pair.use.provider), name),),
                contract=contract_of(
                    case, case.label(pair.use.consumer), case.label(pair.use.provider)
                ),
                location=pair.use.place,
                programs=(member_program(pair.use.provider, name),),
            )


def _inherited_member_lost(case: Case) -> Iterator[Draft]:
    used: set[Locus] = set()
    bases = {case.label(use.provider): use for use in reversed(case.usage.subclasses)}
    for lost in lost_members(case):
        use = bases.get(case.label(lost.subject))
        if use is None:
            continue
        used.add(Locus(case.label(lost.subject), lost.member))
        base, own = names_of(lost.subject, use.consumer)
        fate = "is gone" if lost.now is None else f"was {a_(lost.was)} and is {a_(lost.now)} now"
        yield Draft(
            subject=lost.subject,
            path=lost.member,
            message=f"{lost.member}, which {own} inherits from {base}, {fate}; it is used at "
            f"{where(lost.places)}",
            hint=f"Keep {lost.member} as it was, if only as an alias.",
            loci=(
                Locus(case.label(lost.subject), lost.member),
                Locus(case.label(use.consumer), lost.member),
            ),
            contract=contract_of(case, case.label(use.consumer), case.label(lost.subject)),
            location=min(lost.places),
            programs=(lost.program,),
        )
    yield from _unused_members_lost(case, used)


def _unused_members_lost(case: Case, used: set[Locus]) -> Iterator[Draft]:
    """Worth a warning: those who use the consumer's class may use what it inherits."""
    for pair in derived(case):
        for name, member in pair.old_base.members.items():
            locus = Locus(case.label(pair.use.provider), name)
            if locus in used or name in pair.base.members or name in pair.base.fields:
                continue
            if name in pair.own.members or name in _NO_HOOKS or not case.is_provider(member.owner):
                continue
            used.add(locus)
            base, own = names_of(pair.use.provider, pair.use.consumer)
            yield Draft(
                subject=pair.use.provider,
                path=name,
                message=f"{own} no longer inherits {name} from {base}",
                hint="Nothing in the consumer uses it; those who use the consumer's class may.",
                loci=(locus, Locus(case.label(pair.use.consumer), name)),
                contract=contract_of(
                    case, case.label(pair.use.consumer), case.label(pair.use.provider)
                ),
                location=pair.use.place,
                severity=Severity.WARNING,
                programs=(member_program(pair.use.provider, name),),
            )


_EVENT = """
from pydantic import BaseModel

class Event(BaseModel):
    size: int
    capacity: int = 10

    def load(self) -> float:
        return self.size / self.capacity
"""
_KEYED = """
class Plug:
    def __init_subclass__(cls, *, {}):
        super().__init_subclass__()
"""
_PLUGGED = """
from provider import Plug

def make():
    class Own(Plug):
        pass

    return Own
"""
_COUNTED = """
from pydantic import BaseModel, PrivateAttr

class Counted(BaseModel):
    _n: int = PrivateAttr(default=0)
"""
_COUNTING = """
from provider import Counted

class Own(Counted):
    def count(self):
        return self._n
"""
_SPECIAL = """
from provider import Event

class Special(Event):
    note: str = ""
"""
_HANDLER = """
from abc import ABC

class Handler(ABC):
    def handle(self, item):
        return item

    def run(self, item):
        return self.handle(item)
"""
_OWN_HANDLER = """
from provider import Handler

class Special(Handler):
    def handle(self, item):
        return [item]
"""
_LEVELS = """
from pydantic import BaseModel

class Event(BaseModel):
    level: str
"""
_OWN_LEVEL = """
from provider import Event

class Special(Event):
    level: str = "none"
"""
_ERRORS = """
class Failure(ValueError):
    pass

def check(value):
    raise Failure(value)
"""
_LOCAL_BASE = """
from abc import ABC, abstractmethod

class Base(ABC):
    @abstractmethod
    def run(self): ...

    def extra(self): ...
"""
_MORE = "    @abstractmethod\n    def extra(self): ..."
_LOCAL = """
from provider import Base

def make():
    class Own(Base):
        def run(self):
            return 1

    return Own()
"""
_CATCHER = """
from provider import Failure, check

def safe(value):
    try:
        return check(value)
    except Failure:
        return None
"""

RULES = (
    Rule(
        id="subclass-refused",
        family="subclassing",
        summary="The consumer's class can no longer derive from the provider's",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
A class of the provider that the consumer derives from is final, or refuses the subclass: its
metaclass, its `__init_subclass__` or the order of its bases does not go with the consumer's class.

## Why it breaks
The class statement raises, and with it the import of the consumer's module. `typing.final` raises
nothing, but every type checker refuses the subclass, and the provider has announced that it
relies on there being none.

## Example
`class Event(BaseModel)` becomes `@final class Event(BaseModel)`.

## What to do
Keep the class open, or move what is shared to a base class that is.
""",
        examples=(
            Example(
                title="a class becomes final",
                old=_EVENT,
                new="from typing import final\n"
                + _EVENT.replace("class Event", "@final\nclass Event"),
                consumer=_SPECIAL,
            ),
            Example(
                title="a class that refuses its subclasses",
                old=_EVENT,
                new=_EVENT + "\n    def __init_subclass__(cls, **values):\n"
                "        raise TypeError('no subclasses')\n",
                consumer=_SPECIAL,
            ),
            Example(
                title="another metaclass",
                old=_HANDLER,
                new=_HANDLER.replace("from abc import ABC", "class Meta(type): ...").replace(
                    "(ABC)", "(metaclass=Meta)"
                ),
                consumer="from abc import ABC\n"
                + _OWN_HANDLER.replace("(Handler)", "(Handler, ABC)"),
            ),
            Example(
                title="a keyword is asked of a class inside a function",
                old="class Plug:\n    pass\n",
                new=_KEYED.format("key"),
                consumer=_PLUGGED,
            ),
            Example(
                title="a keyword with a default is asked of a class inside a function",
                old="class Plug:\n    pass\n",
                new=_KEYED.format("key=None"),
                consumer=_PLUGGED,
                breaks=False,
            ),
            Example(
                title="a class that the consumer does not derive from becomes final",
                old=_EVENT + "\nclass Other:\n    pass\n",
                new="from typing import final\n" + _EVENT + "\n@final\nclass Other:\n    pass\n",
                consumer=_SPECIAL,
                breaks=False,
            ),
            Example(
                title="a class that looks at its subclasses and takes them",
                old=_EVENT,
                new=_EVENT + "\n    def __init_subclass__(cls, **values):\n"
                "        super().__init_subclass__(**values)\n",
                consumer=_SPECIAL,
                breaks=False,
            ),
        ),
        check=_subclass_refused,
        rank=5,
        compares=False,
    ),
    Rule(
        id="base-lost",
        family="subclassing",
        summary="A class no longer derives from a base that the consumer can tell",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
A class that the consumer uses had a base class and has it no more. A base of the provider counts if
the consumer takes it by name; one of the standard library or of Pydantic always does.

## Why it breaks
`isinstance` and `issubclass` say no, an `except` clause for the base does not catch, and what was
inherited is gone.

## Example
`class Failure(ValueError)` becomes `class Failure(Exception)`.

## What to do
Keep the base. Another one may be put between, or beside it.
""",
        examples=(
            Example(
                title="an exception of another kind",
                old=_ERRORS,
                new=_ERRORS.replace("(ValueError)", "(Exception)"),
                consumer=_CATCHER.replace("except Failure", "except ValueError"),
            ),
            Example(
                title="an exception of another kind, which is caught by its own name",
                old=_ERRORS,
                new=_ERRORS.replace("(ValueError)", "(Exception)"),
                consumer=_CATCHER,
                breaks=False,
            ),
            Example(
                title="an exception of another kind, which is caught beside the base",
                old=_ERRORS,
                new=_ERRORS.replace("(ValueError)", "(Exception)"),
                consumer=_CATCHER.replace("except Failure", "except (Failure, ValueError)"),
                breaks=False,
            ),
            Example(
                title="a base class that the consumer asks for",
                old="class Base: ...\nclass Event(Base): ...\n",
                new="class Base: ...\nclass Event: ...\n",
                consumer="from provider import Base, Event\n\ndef known(item):\n"
                "    return isinstance(item, Base)\n\ndef make():\n    return Event()\n",
            ),
            Example(
                title="a base class is put between",
                old=_ERRORS,
                new="class Problem(ValueError): ...\n"
                + _ERRORS.replace("(ValueError)", "(Problem)"),
                consumer=_CATCHER,
                breaks=False,
            ),
            Example(
                title="a private base class goes",
                old="class _Base: ...\nclass Event(_Base): ...\n",
                new="class Event: ...\n",
                consumer="from provider import Event\n\ndef make():\n    return Event()\n",
                breaks=False,
            ),
        ),
        check=_base_lost,
        rank=7,
    ),
    Rule(
        id="abstract-method-added",
        family="subclassing",
        summary="A base class demands a method that the consumer's class does not have",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The provider's class has an abstract method, and the consumer's subclass has no implementation of
it; or the consumer instantiates a class that is abstract now.

## Why it breaks
`TypeError` where the class is instantiated.

## Example
`Handler` gains `@abstractmethod def close(self)`.

## What to do
Give the method a default that does nothing, or implement it in the consumer.
""",
        examples=(
            Example(
                title="an abstract method is added",
                old=_HANDLER,
                new=_HANDLER.replace("import ABC", "import ABC, abstractmethod")
                + "\n    @abstractmethod\n    def close(self): ...\n",
                consumer=_OWN_HANDLER,
            ),
            Example(
                title="a class inside a function",
                old=_LOCAL_BASE,
                new=_LOCAL_BASE.replace("    def extra(self): ...", _MORE),
                consumer=_LOCAL,
            ),
            Example(
                title="a class made by type()",
                old=_LOCAL_BASE,
                new=_LOCAL_BASE.replace("    def extra(self): ...", _MORE),
                consumer="from provider import Base\n\nOwn = type('Own', (Base,), "
                "{'run': lambda self: 1})\n",
            ),
            Example(
                title="a class inside a function that has the method",
                old=_LOCAL_BASE,
                new=_LOCAL_BASE.replace("    def extra(self): ...", _MORE),
                consumer=_LOCAL.replace(
                    "            return 1\n", "            return 1\n\n        extra = run\n"
                ),
                breaks=False,
            ),
            Example(
                title="a class inside a function that inherits the method",
                old=_LOCAL_BASE,
                new=_LOCAL_BASE.replace("    def extra(self): ...", _MORE),
                consumer=_LOCAL.replace(
                    "def make",
                    "class Half(Base):\n    def extra(self): ...\n    "
                    "def run(self): ...\n\ndef make",
                ).replace("Own(Base)", "Own(Half)"),
                breaks=False,
            ),
            Example(
                title="a class that the consumer instantiates becomes abstract",
                old=_HANDLER,
                new=_HANDLER.replace("import ABC", "import ABC, abstractmethod")
                + "\n    @abstractmethod\n    def close(self): ...\n",
                consumer="from provider import Handler\n\ndef make():\n    return Handler()\n",
            ),
            Example(
                title="a method becomes abstract that the consumer has",
                old=_HANDLER,
                new=_HANDLER.replace("import ABC", "import ABC, abstractmethod").replace(
                    "    def handle", "    @abstractmethod\n    def handle"
                ),
                consumer=_OWN_HANDLER,
                breaks=False,
            ),
        ),
        check=_abstract_method_added,
        rank=8,
    ),
    Rule(
        id="override-not-substitutable",
        family="subclassing",
        summary="A field that the consumer redefines no longer agrees with the provider's",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE, Direction.READ_BY_OLD),
        witness="payload",
        doc="""
## What it means
The consumer's subclass redefines a field of the provider. The provider has changed it so that one
of the two writes values that the other refuses.

## Why it breaks
What the consumer's class writes is read as the provider's class elsewhere, and refused there; or
the reverse.

## Example
The provider narrows `level: str` to `Literal["low", "high"]`; the consumer's subclass keeps
`level: str = "none"`.

## What to do
Redefine the field as the provider has it now, or widen it in the provider again.
""",
        examples=(
            Example(
                title="the provider narrows a field that the consumer redefines",
                old=_LEVELS,
                new="from typing import Literal\n"
                + _LEVELS.replace("level: str", 'level: Literal["low", "high"]'),
                consumer=_OWN_LEVEL,
            ),
            Example(
                title="the provider gives a default to a field that the consumer redefines",
                old=_LEVELS,
                new=_LEVELS.replace("level: str", 'level: str = "low"'),
                consumer=_OWN_LEVEL,
                breaks=False,
            ),
        ),
        check=_override_not_substitutable,
        rank=9,
    ),
    Rule(
        id="override-signature-clash",
        family="subclassing",
        summary="The consumer's override does not take what the base class is called with now",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The provider changed the signature of a method that the consumer overrides, so that a call made
by the new signature does not fit the override. It is a break where every caller must meet it (a
new required parameter, a method that became async), and a warning where only some may (a new
optional parameter, another name).

## Why it breaks
The provider calls the override with the new arguments: `TypeError`.

## Example
`def handle(self, item)` becomes `def handle(self, item, context)`; the consumer overrides
`handle(self, item)`.

## What to do
Let the override take `**kwargs`, or follow the new signature.
""",
        examples=(
            Example(
                title="a required parameter is added",
                old=_HANDLER,
                new=_HANDLER.replace("handle(self, item)", "handle(self, item, context)").replace(
                    "handle(item)", "handle(item, {})"
                ),
                consumer=_OWN_HANDLER,
            ),
            Example(
                title="a method becomes async",
                old=_HANDLER,
                new=_HANDLER.replace("def ", "async def ").replace(
                    "return self", "return await self"
                ),
                consumer=_OWN_HANDLER,
            ),
            Example(
                title="a method is added and called that has the name of the consumer's own",
                old=_HANDLER,
                new=_HANDLER.replace("return self.", "self.close('done')\n        return self.")
                + "\n    def close(self, reason):\n        pass\n",
                consumer=_OWN_HANDLER + "\n    def close(self):\n        pass\n",
            ),
            Example(
                title="one more argument is passed to an override that was always narrower",
                old=_HANDLER.replace("handle(self, item)", "handle(self, item, key=None)"),
                new=_HANDLER.replace("handle(self, item)", "handle(self, item, key=None)").replace(
                    "handle(item)", "handle(item, key='a')"
                ),
                consumer=_OWN_HANDLER,
            ),
            *(
                Example(
                    title=f"one more argument is passed {when}",
                    old=_HANDLER.replace("handle(self, item)", "handle(self, item, key=None)"),
                    new=_HANDLER.replace("handle(self, item)", "handle(self, item, key=None)")
                    + more,
                    consumer=_OWN_HANDLER.replace("(self, item)", "(self, item, *, key=1)"),
                    breaks=False,
                )
                for when, more in (
                    (
                        "by name to an override that takes it so",
                        "\n    def twice(self, item):\n        self.handle(item, key='a')\n",
                    ),
                )
            ),
            Example(
                title="the override takes anything",
                old=_HANDLER,
                new=_HANDLER.replace("handle(self, item)", "handle(self, item, context)").replace(
                    "handle(item)", "handle(item, {})"
                ),
                consumer=_OWN_HANDLER.replace("(self, item)", "(self, item, *rest, **more)"),
                breaks=False,
            ),
        ),
        check=_override_signature_clash,
        rank=11,
    ),
    Rule(
        id="inherited-member-lost",
        family="subclassing",
        summary="A method or attribute that the consumer's class inherits is gone",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
A class of the consumer inherits a public method, property, special method or attribute from the
provider's class, and the candidate does not have it. It is a break where the consumer uses it, and
a warning where only others may, through the consumer's class.

## Why it breaks
`AttributeError` where it is used.

## Example
`Event.load()` becomes `Event.ratio()`; the consumer's subclass calls `self.load()`.

## What to do
Keep the old name as an alias until its users have moved.
""",
        examples=(
            Example(
                title="an inherited method goes",
                old=_EVENT,
                new=_EVENT.replace("def load", "def ratio"),
                consumer=_SPECIAL + "\n    def high(self):\n        return self.load() > 0.5\n",
            ),
            Example(
                title="a private attribute of a model that a subclass reads is renamed",
                old=_COUNTED,
                new=_COUNTED.replace("_n", "_m"),
                consumer=_COUNTING,
            ),
            Example(
                title="a private attribute of a model is declared in another way",
                old=_COUNTED,
                new=_COUNTED.replace("PrivateAttr(default=0)", "0"),
                consumer=_COUNTING,
                breaks=False,
            ),
            Example(
                title="an inherited method is renamed and an alias is left",
                old=_EVENT,
                new=_EVENT.replace("def load", "def ratio") + "\n    load = ratio\n",
                consumer=_SPECIAL + "\n    def high(self):\n        return self.load() > 0.5\n",
                breaks=False,
            ),
        ),
        check=_inherited_member_lost,
        rank=44,
    ),
    Rule(
        id="override-orphaned",
        family="subclassing",
        summary="The consumer overrides a method that the base class no longer has",
        severity=Severity.WARNING,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The consumer's class overrides a method of the provider's class, and that has no such method any
more.

## Why it breaks
No error is raised. The override stays behind and nothing of the provider calls it.

## Example
`Handler.handle` becomes `Handler.process`; the consumer still overrides `handle`.

## What to do
Override what took its place.
""",
        examples=(
            Example(
                title="a hook is renamed",
                old=_HANDLER,
                new=_HANDLER.replace("handle", "process"),
                consumer=_OWN_HANDLER,
            ),
            Example(
                title="a hook moves to a base class",
                old=_HANDLER,
                new=_HANDLER.replace("class Handler(ABC)", "class Base(ABC)")
                + "\nclass Handler(Base):\n    pass\n",
                consumer=_OWN_HANDLER,
                breaks=False,
            ),
        ),
        check=_override_orphaned,
        rank=46,
    ),
)
