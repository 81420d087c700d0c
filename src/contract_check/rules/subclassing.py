"""Subclassing: can the consumer's classes still derive from the provider's, and do they fit?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from contract_check.model.observation import Member, Parameter, Symbol
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
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.meeting import meeting
from contract_check.rules.provider_calls import called_anywhere
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
        message=f"{own} no longer derives from {base}: isinstance and issubclass answer False now",
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
    yield from _hooks_not_written(case)


def _hooks_not_written(case: Case) -> Iterator[Draft]:
    """Methods that only raise NotImplementedError, which the provider's own code calls now."""
    for pair in derived(case):
        for name, member in pair.base.members.items():
            own, old = pair.own.members.get(name), pair.old_base.members.get(name)
            if not _is_for_heirs(member) or own is None or own.owner != member.owner:
                continue
            called = called_anywhere(case, name)
            if called is None or (old is not None and _is_for_heirs(old)):
                continue
            base, consumers = names_of(pair.use.provider, pair.use.consumer)
            yield Draft(
                subject=pair.use.provider,
                path=name,
                message=f"{called.function.rpartition(':')[2]} calls {name}, which {base} leaves "
                f"to its subclasses; {consumers} has no such method",
                hint=f"Write {name} in {consumers}, or stay below this version of "
                f"{case.candidate.provider.name}.",
                loci=(
                    Locus(case.label(pair.use.provider), name),
                    Locus(case.label(pair.use.consumer), name),
                ),
                contract=contract_of(
                    case, case.label(pair.use.consumer), case.label(pair.use.provider)
                ),
                location=pair.use.place,
                evidence="code",
                programs=(_written_program(pair.use.provider, pair.use.consumer, name),),
            )


def _is_for_heirs(member: Member) -> bool:
    """Whether a method does nothing but raise NotImplementedError."""
    return member.signature is not None and member.signature.refusals == ("-> NotImplementedError",)


def _written_program(base: str, own: str, name: str) -> Program:
    return statement(
        import_of(base, "Base"),
        import_of(own, "Own"),
        "",
        f"theirs, own = getattr(Base, {name!r}, None), getattr(Own, {name!r}, None)",
        "names = getattr(getattr(own, '__code__', None), 'co_names', ())",
        "assert own is not theirs or 'NotImplementedError' not in names, own",
    )


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


RULES = (
    Rule(
        id="subclass-refused",
        family="subclassing",
        summary="The consumer's class can no longer derive from the provider's",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_subclass_refused,
        rank=5,
        compares=False,
    ),
    Rule(
        id="base-lost",
        family="subclassing",
        summary="A class no longer derives from a base class that the consumer relies on",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
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
        check=_override_not_substitutable,
        rank=9,
    ),
    Rule(
        id="override-signature-clash",
        family="subclassing",
        summary="The provider calls the consumer's override with arguments that it does not take",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
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
        check=_override_orphaned,
        rank=46,
    ),
)
