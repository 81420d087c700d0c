"""What the provider does with the consumer's classes, functions and objects: drafts for the rules
about overrides, protocols and callbacks, where its own code calls them in a new way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from contract_check.model.code import ANYTHING, OwnCall, Spread
from contract_check.model.observation import Parameter, Signature, Symbol
from contract_check.model.report import Severity
from contract_check.model.usage import HandedUse
from contract_check.rules.case import Case, short
from contract_check.rules.interface import Draft, Locus, Program
from contract_check.rules.provider_calls import (
    NewCall,
    Slots,
    binding_program,
    handed_to,
    instances_of,
    landing,
    landing_program,
    loosely,
    made_calls,
    mislaid,
    new_calls,
    signature_of,
    used_now,
    written,
)
from contract_check.rules.uses import (
    Clash,
    Derived,
    contract_of,
    derived,
    kind_of,
    names_of,
    where,
    worse_override,
)
from contract_check.rules.witnesses import import_of, statement

_OF_COLLECTIONS = frozenset(name for kind in (list, dict, set, str) for name in dir(kind))


def _severity(found: NewCall) -> Severity | None:
    return None if found.sure else Severity.WARNING


def _first(found: Iterator[NewCall]) -> NewCall | None:
    """The call that tells most: one that is made for certain, if there is one."""
    every = list(found)
    return next((item for item in every if item.sure), every[0] if every else None)


def override_called(case: Case, pair: Derived, name: str) -> Draft | None:
    """An override that the provider's own code calls in a way that it does not take."""
    member = pair.own.members.get(name) or pair.own.private_overrides.get(name)
    inherited = pair.old_base.members.get(name)
    if member is None or member.signature is None or member.kind not in _CALLED:
        return None
    if inherited is not None and inherited.owner == member.owner:
        return None
    receiver = int(member.kind in ("method", "classmethod"))
    slots = instances_of(case, pair.use.provider)
    more = instances_of(case, pair.use.provider, kind="class")
    slots = Slots(slots.now + more.now, slots.before + more.before)
    found = _first(new_calls(case, slots, name, member.signature, receiver=receiver))
    if found is None and worse_override(pair.base, pair.own, pair.old_base, pair.old_own, name):
        found = _first(new_calls(case, loosely(slots), name, member.signature, receiver=receiver))
    if found is None:
        return None
    base, own = names_of(pair.use.provider, pair.use.consumer)
    return Draft(
        subject=pair.use.provider,
        path=name,
        message=f"{found.where} calls {name} with {written(found.call)} now, and the override "
        f"{own}.{name} {found.reason}",
        hint=f"Let {own}.{name} take what {base} passes, as with *args and **kwargs; or stay "
        f"below this version of {case.candidate.provider.name}.",
        loci=(
            Locus(case.label(pair.use.provider), name),
            Locus(case.label(pair.use.consumer), name),
        ),
        contract=contract_of(case, case.label(pair.use.consumer), case.label(pair.use.provider)),
        location=pair.use.place,
        evidence="code",
        severity=_severity(found),
        programs=(binding_program(f"{pair.use.consumer}.{name}", found, receiver=receiver),),
    )


_CALLED = ("method", "classmethod", "staticmethod")


def implementation_called(
    case: Case, protocol: str, own: Symbol, name: str, clash: Clash | None
) -> NewCall | None:
    """The provider's call of a protocol's method that an implementation does not take.

    Args:
        clash: why it does not fit the protocol's signature; then any call of that name counts.
    """
    member = own.members.get(name)
    if member is None or member.signature is None or member.kind not in _CALLED:
        return None
    receiver = int(member.kind in ("method", "classmethod"))
    slots = instances_of(case, protocol)
    slots = loosely(slots) if clash is not None else slots
    return _first(new_calls(case, slots, name, member.signature, receiver=receiver))


def called_program(own: str, name: str, described: Symbol, found: NewCall) -> Program:
    """Binds a method of the consumer's to the provider's call."""
    receiver = int(described.members[name].kind in ("method", "classmethod"))
    return binding_program(f"{own}.{name}", found, receiver=receiver)


def callbacks_called(case: Case) -> Iterator[Draft]:
    """Functions that were handed over and are called in another way now."""
    for use in case.usage.handed:
        if use.form not in ("function", "bound"):
            continue
        place, own = handed_to(case, use), signature_of(case, use)
        if place is None or own is None:
            continue
        subject, parameter, slots = place
        signature, receiver = own
        found = _first(new_calls(case, slots, "", signature, receiver=receiver))
        if found is not None:
            program = binding_program(use.own, found, receiver=receiver)
            name = "a function of its own" if use.own.startswith("lambda") else short(use.own)
            yield _handed_draft(case, use, subject, parameter, found, name, (program,))


def objects_called(case: Case) -> Iterator[Draft]:
    """Objects that were handed over, a method of which is called in another way now."""
    for use, own, subject, parameter, slots in _objects(case):
        for name, member in own.members.items():
            if member.signature is None or member.kind not in _CALLED:
                continue
            receiver = int(member.kind in ("method", "classmethod"))
            found = _first(new_calls(case, slots, name, member.signature, receiver=receiver))
            if found is not None:
                program = binding_program(f"{use.own}.{name}", found, receiver=receiver)
                words = f"{short(use.own)}.{name}"
                draft = _handed_draft(case, use, subject, parameter, found, words, (program,))
                yield replace(draft, loci=(Locus(case.label(use.own), name),))


def _objects(case: Case) -> Iterator[tuple[HandedUse, Symbol, str, str, Slots]]:
    """Instances, and classes of which the provider makes instances, that were handed over."""
    for use in case.usage.handed:
        own = case.candidate.symbol(use.own)
        place = handed_to(case, use) if use.form in ("instance", "class") else None
        if own is None or own.kind == "missing" or place is None:
            continue
        subject, parameter, slots = place
        if use.form == "class":
            slots = Slots(
                tuple(f"made {item}" for item in slots.now),
                tuple(f"made {item}" for item in slots.before),
            )
        yield use, own, subject, parameter, slots


def _handed_draft(
    case: Case,
    use: HandedUse,
    subject: str,
    parameter: str,
    found: NewCall,
    own: str,
    programs: tuple[Program, ...],
) -> Draft:
    path = _path(use, parameter)
    return Draft(
        subject=subject,
        path=path,
        message=f"{found.where} calls {own}, which {case.candidate.consumer.name} hands over at "
        f"{where([use.place])}, with {written(found.call)} now: it {found.reason}",
        hint=f"Let {own} take what it is given, or stay below this version of "
        f"{case.candidate.provider.name}.",
        loci=(Locus(case.label(subject), path),),
        contract=contract_of(case, case.label(subject)),
        location=use.place,
        evidence="code",
        severity=_severity(found),
        programs=programs,
    )


def _path(use: HandedUse, parameter: str) -> str:
    """`subscribe.handler` for a parameter of a method."""
    method = use.target.partition(":")[2].partition(".")[2]
    return ".".join(filter(None, (method, parameter)))


def members_missing(case: Case) -> Iterator[Draft]:
    """Objects that were handed over, and that lack what the provider's code asks of them now."""
    for use, own, subject, parameter, slots in _objects(case):
        for name in case.code.members_of(slots.now):
            if name.startswith("__") or name in _OF_COLLECTIONS or own.open_attributes:
                continue
            call = used_now(case, slots, name)
            if call is None or kind_of(own, name) is not None:
                continue
            path = _path(use, parameter)
            yield Draft(
                subject=subject,
                path=path,
                message=f"{short(call.function)} ({call.place.file}:{call.place.line}) uses "
                f"{call.callee} now, and {short(use.own)}, which is handed over at "
                f"{where([use.place])}, has no {name}",
                hint=f"Give {short(use.own)} a {name}, or stay below this version of "
                f"{case.candidate.provider.name}.",
                loci=(Locus(case.label(use.own), name),),
                contract=contract_of(case, case.label(subject)),
                location=use.place,
                evidence="code",
                programs=(_asks_program(use.own, name, call),),
            )


def _asks_program(own: str, name: str, call: OwnCall) -> Program:
    """Passes where the provider's function does not name the member, or the class has it."""
    module, _, path = call.function.partition(":")
    return statement(
        "import ast",
        "import importlib",
        "import inspect",
        import_of(own, "Own"),
        "",
        f"tree = ast.parse(inspect.getsource(importlib.import_module({module!r})))",
        f"for name in {path.replace('.<locals>', '').split('.')!r}:",
        "    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)",
        "    nodes = [node for node in ast.walk(tree) if isinstance(node, kinds)]",
        "    named = [node for node in nodes if node.name == name]",
        "    tree = named[0] if named else ast.Module([], [])",
        "asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}",
        f"if {name!r} in asked:",
        f"    assert hasattr(Own, {name!r}), {f'{short(own)} has no {name}'!r}",
    )


def classes_built(case: Case) -> Iterator[Draft]:
    """The consumer's classes that the provider makes instances of with other arguments now."""
    done: set[str] = set()
    for use in case.usage.handed:
        place = handed_to(case, use) if use.form == "class" else None
        own = signature_of(case, use) if place is not None else None
        if place is None or own is None:
            continue
        found = _first(new_calls(case, place[2], "", own[0]))
        if found is not None:
            done.add(use.own)
            program = binding_program(use.own, found)
            yield _handed_draft(case, use, place[0], place[1], found, short(use.own), (program,))
    for pair in derived(case):
        if pair.use.consumer not in done and "__init__" in pair.use.members:
            draft = _built_from(case, pair)
            if draft is not None:
                done.add(pair.use.consumer)
                yield draft


def _built_from(case: Case, pair: Derived) -> Draft | None:
    """A class that takes the place of its base in the provider's `cls(app, ...)`."""
    base, own = pair.base.constructor, pair.own.constructor
    if base is None or own is None or base.parameters is None or own.parameters is None:
        return None
    named = {item.name for item in base.parameters if not item.kind.startswith("var-")}
    classes = instances_of(case, pair.use.provider, kind="class")
    for slots in (classes, Slots((ANYTHING,), (ANYTHING,))):
        for found in _constructions(case, slots, base, own):
            words = {*found.call.keywords, *(k for item in found.before for k in item.keywords)}
            if slots is classes or (words & named and found.before):
                return _built_draft(case, pair, found)
    return None


def _constructions(case: Case, slots: Slots, base: Signature, own: Signature) -> Iterator[NewCall]:
    """The constructions by which the consumer's class is no longer built as its base is."""
    theirs, ours = base.parameters or (), own.parameters or ()
    for found in new_calls(case, slots, "", own):
        if _fits(theirs, found.call) and all(_fits(theirs, item) for item in found.before):
            yield found
    calls = made_calls(case, slots)
    for call in calls.fresh:
        here = tuple(calls.earlier.in_place_of(call))
        if not here or call.shape in {item.shape for item in here}:
            continue
        if not all(_fits(theirs, item) and _fits(ours, item) for item in (call, *here)):
            continue
        reason = mislaid(theirs, ours, call)
        if reason is not None and not any(mislaid(theirs, ours, item) for item in here):
            yield NewCall(call, here, reason, sure=not (call.looks or call.sometimes))


def _fits(parameters: tuple[Parameter, ...], call: OwnCall) -> bool:
    taken = landing(parameters, call)
    variadic = {item.kind for item in parameters}
    return not ("*" in taken and "var-positional" not in variadic) and not (
        "**" in taken and "var-keyword" not in variadic
    )


def _built_draft(case: Case, pair: Derived, found: NewCall) -> Draft:
    base, own = names_of(pair.use.provider, pair.use.consumer)
    programs = (
        binding_program(pair.use.consumer, found),
        landing_program(pair.use.provider, pair.use.consumer, found),
    )
    return Draft(
        subject=pair.use.provider,
        message=f"{found.where} builds classes like {own} with {written(found.call)} now; {own} "
        f"{found.reason.format(base=base)}",
        hint=f"Let {own} take its first arguments in the order and by the names of {base}.",
        loci=(Locus(case.label(pair.use.consumer)), Locus(case.label(pair.use.provider))),
        contract=contract_of(case, case.label(pair.use.consumer), case.label(pair.use.provider)),
        location=pair.use.place,
        evidence="code",
        severity=_severity(found),
        programs=programs,
    )


def options_lost(case: Case) -> Iterator[Draft]:
    """Options in a dictionary that the provider passes on by `**` to what no longer takes them."""
    for use in case.usage.handed:
        place = handed_to(case, use) if use.form == "options" else None
        if place is None:
            continue
        subject, parameter, slots = place
        before = {item.target: item for item in case.code_before.spreads_of(slots.before)}
        spreads = [item for item in case.code.spreads_of(slots.now) if item.target in before]
        for key in filter(str.isidentifier, use.keys):
            refusing = [
                item
                for item in spreads
                if _refuses(item, key) and item.target and not _refuses(before[item.target], key)
            ]
            taking = [item for item in spreads if item.call in {one.call for one in refusing}]
            # Which of several is chosen is only known when it runs: most of them must refuse it.
            if len(refusing) * 2 > len(taking):
                yield _option_draft(case, use, subject, parameter, key, refusing)


def _refuses(spread: Spread, key: str) -> bool:
    return spread.accepts is not None and key not in spread.accepts


def _option_draft(
    case: Case,
    use: HandedUse,
    subject: str,
    parameter: str,
    key: str,
    refusing: Sequence[Spread],
) -> Draft:
    found = refusing[0]
    names = sorted({short(item.target) for item in refusing if item.call == found.call})
    call, consumer = found.call, case.candidate.consumer.name
    return Draft(
        subject=subject,
        path=_path(use, parameter),
        message=f"{' or '.join(names[:3])} no longer takes {key!r}, which {consumer} gives in "
        f"{parameter} at {where([use.place])}; {short(call.function)} passes it on "
        f"({call.place.file}:{call.place.line})",
        hint=f"Leave {key!r} out at {where([use.place])}, or stay below this version of "
        f"{case.candidate.provider.name}.",
        loci=(Locus(case.label(found.target), key),),
        contract=contract_of(case, case.label(subject)),
        location=use.place,
        evidence="code",
        programs=(
            statement(
                "import inspect",
                import_of(found.target, "taking"),
                "",
                f"inspect.signature(taking).bind_partial({key}=None)",
            ),
        ),
    )
