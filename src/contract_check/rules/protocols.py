"""Protocols: do the consumer's implementations still conform to what the provider asks for?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract_check.model.code import OwnCall
from contract_check.model.observation import Observation, Parameter, Signature, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import CallUse, Place
from contract_check.rules.annotations import taken_by_callable
from contract_check.rules.case import Case, short
from contract_check.rules.handed import (
    callbacks_called,
    called_program,
    implementation_called,
    members_missing,
    objects_called,
)
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.provider_calls import NewCall, instances_of, used_now, written
from contract_check.rules.subclassing import instantiations
from contract_check.rules.uses import (
    Clash,
    Site,
    call_targets,
    contract_of,
    override_program,
    sites,
    where,
    worse_override,
)
from contract_check.rules.witnesses import import_of, statement

_SOURCE = (Direction.SOURCE,)


@dataclass(frozen=True)
class Implementation:
    """A class of the consumer's that implements a protocol of the provider's.

    Args:
        protocol: `module:Name` as the consumer spells it.
        before: the protocol with the baseline.
        now: what it is with the candidate.
        own: the consumer's class, `module:qualname`.
        old_own: the class with the baseline.
        new_own: the class with the candidate.
        derives: it names the protocol among its bases.
        place: of its class statement, or where its module imports the protocol.
    """

    protocol: str
    before: Symbol
    now: Symbol
    own: str
    old_own: Symbol
    new_own: Symbol
    derives: bool
    place: Place | None


def implementations(case: Case) -> Iterator[Implementation]:
    """The consumer's classes that implement a protocol it knows of.

    One that does not derive from the protocol counts if it has all the members, and its module
    imports the protocol or an instance is given to a function that takes the protocol.
    """
    if case.baseline is None:
        return
    done: set[tuple[str, str]] = set()
    for ref, own, derives, place in _candidates(case):
        before, now = case.baseline.symbol(ref), case.candidate.symbol(ref)
        old_own, new_own = case.baseline.symbol(own), case.candidate.symbol(own)
        if before is None or now is None or old_own is None or new_own is None:
            continue
        if before.kind != "protocol" or now.kind not in ("protocol", "class"):
            continue
        if "missing" in (old_own.kind, new_own.kind) or (case.label(ref), own) in done:
            continue
        done.add((case.label(ref), own))
        yield Implementation(ref, before, now, own, old_own, new_own, derives, place)


def _candidates(case: Case) -> Iterator[tuple[str, str, bool, Place | None]]:
    """(protocol, class, whether it derives, where)."""
    for subclass in case.usage.subclasses:
        yield subclass.provider, subclass.consumer, True, subclass.place
    assert case.baseline is not None
    for use in case.usage.imports:
        ref = f"{use.module}:{use.name}"
        symbol = case.baseline.symbol(ref)
        for own in symbol.implementers if symbol is not None else ():
            if own.partition(":")[0] == use.importer and case.is_consumer(own):
                yield ref, own, False, use.place
    for call in case.usage.calls:
        for ref in _taken_types(case, case.baseline, call) if call.own else ():
            protocol = case.baseline.symbol(ref)
            known = protocol.implementers if protocol is not None else ()
            for own in call.own:
                if own in known:
                    yield ref, own, False, call.place
    for ref, own, place in case.reading.given:
        yield ref, own, False, place


def _taken_types(case: Case, observation: Observation, call: CallUse) -> Iterator[str]:
    """The classes that the parameters of a function, constructor or method are annotated with."""
    for subject, member in call_targets(case, call.target):
        symbol = observation.symbol(subject)
        if symbol is None:
            continue
        method = symbol.members.get(member or "__init__")
        signature = symbol.signature or (method.signature if method is not None else None)
        for parameter in (signature.parameters or ()) if signature is not None else ():
            yield from parameter.types


def _draft(
    case: Case,
    item: Implementation,
    path: str,
    message: str,
    hint: str,
    programs: tuple[Program, ...],
    severity: Severity | None = None,
) -> Draft:
    return Draft(
        subject=item.protocol,
        path=path,
        message=message,
        hint=hint,
        loci=(Locus(case.label(item.protocol), path), Locus(case.label(item.own), path)),
        contract=contract_of(case, case.label(item.protocol), case.label(item.own)),
        check="members",
        location=item.place,
        programs=programs,
        severity=severity,
    )


def _member_added(case: Case) -> Iterator[Draft]:
    for item in implementations(case):
        for name in item.now.protocol_members:
            if name in item.before.protocol_members or _has_own(item, name):
                continue
            if item.derives and name not in item.new_own.abstract:
                continue  # it inherits the body
            protocol, own = short(item.protocol), short(item.own)
            more = instantiations(item.own) if item.new_own.abstract else ()
            slots = instances_of(case, item.protocol)
            call = used_now(case, slots, name)
            used = f"; {short(call.function)} ({call.place.file}:{call.place.line})" if call else ""
            yield _draft(
                case,
                item,
                name,
                f"{protocol} now asks for {name}, which {own} does not have"
                f"{used + ' uses it' if used else ''}",
                f"Implement {name} in {own}, or stay below this version of "
                f"{case.candidate.provider.name}.",
                (_offers(item, name), *more),
                None if _misses(item, name, call) else Severity.WARNING,
            )
    yield from members_missing(case)


def _misses(item: Implementation, name: str, call: OwnCall | None) -> bool:
    """Whether a lack shows: in a use, in isinstance, or as no instance can be made."""
    return name in item.new_own.abstract or call is not None or bool(item.now.runtime_checkable)


def _has_own(item: Implementation, name: str) -> bool:
    """Whether the class has a member that does something: not the protocol's own stub."""
    found = item.new_own.members.get(name)
    asked = item.now.members.get(name)
    if found is None:
        return False
    if asked is None or found.owner != asked.owner:
        return True
    return not asked.stub and name not in item.new_own.abstract


def _offers(item: Implementation, name: str) -> Program:
    return statement(
        import_of(item.protocol, "Asked"),
        import_of(item.own, "Own"),
        "",
        f"declared = {name!r} in getattr(Asked, '__annotations__', {{}})",
        f"if declared or hasattr(Asked, {name!r}):",
        f"    found = getattr(Own, {name!r}, None)",
        f'    assert found is not None, "{short(item.own)} has no {name}"',
        f"    assert found is not getattr(Asked, {name!r}, None), "
        f'"{short(item.own)} has no {name} of its own"',
    )


def _signature_changed(case: Case) -> Iterator[Draft]:
    for item in implementations(case):
        if item.now.kind != "protocol":
            continue
        for name in item.before.protocol_members:
            found = worse_override(item.now, item.new_own, item.before, item.old_own, name)
            called = implementation_called(case, item.protocol, item.new_own, name, found)
            if found is None and called is None:
                continue
            protocol, own = short(item.protocol), short(item.own)
            changed = f"{protocol}.{name} has a new signature; " if found is not None else ""
            says = _calls_it(called, name) if called is not None else changed
            programs = [called_program(item.own, name, item.new_own, called)] if called else []
            if found is not None:
                programs.append(override_program(item.protocol, item.own, name, found.how))
            yield _draft(
                case,
                item,
                name,
                f"{says}{own}.{name} {_reason(found, called)}",
                f"Let {own}.{name} take what it is given, or stay below this version of "
                f"{case.candidate.provider.name}.",
                tuple(programs),
                _worth(case, found, called),
            )
    yield from objects_called(case)


def _calls_it(called: NewCall, name: str) -> str:
    return f"{called.where} calls {name} with {written(called.call)} now, and "


def _reason(found: Clash | None, called: NewCall | None) -> str:
    clash = called if called is not None else found
    return clash.reason if clash is not None else ""


def _worth(case: Case, found: Clash | None, called: NewCall | None) -> Severity | None:
    """A break where the provider's own code makes the call; where that can't be read, by the
    signatures alone."""
    if called is not None:
        return None if called.sure else Severity.WARNING
    known = bool(case.code.functions) or found is None
    return Severity.WARNING if known or found is None else found.severity


def _not_checkable(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    seen: set[str] = set()
    for use in case.usage.names:
        before, now = case.baseline.symbol(use.ref), case.candidate.symbol(use.ref)
        if use.how != "isinstance" or before is None or now is None or case.label(use.ref) in seen:
            continue
        if now.kind != "protocol" or not before.runtime_checkable or now.runtime_checkable:
            continue
        seen.add(case.label(use.ref))
        name = short(use.ref)
        yield Draft(
            subject=use.ref,
            message=f"{name} is no longer @runtime_checkable, and "
            f"{case.candidate.consumer.name} uses it with isinstance at {where([use.place])}",
            hint=f"Keep @runtime_checkable on {name}.",
            loci=(Locus(case.label(use.ref)),),
            contract=contract_of(case, case.label(use.ref)),
            check="members",
            location=use.place,
            programs=(
                statement(import_of(use.ref, "Subject"), "", "isinstance(object(), Subject)"),
            ),
        )


def _became_abstract(case: Case) -> Iterator[Draft]:
    seen: set[str] = set()
    for item in implementations(case):
        if case.label(item.protocol) in seen:
            continue
        protocol, own = short(item.protocol), short(item.own)
        if item.now.kind == "class" and not item.derives:
            fate = f"{protocol} is a class now and no protocol: {own}, which has its members but "
            fate += "does not derive from it, no longer conforms"
            programs: tuple[Program, ...] = (_still_conforms(item), _is_protocol(item))
        elif item.derives and item.new_own.abstract and not item.old_own.abstract:
            if not set(item.new_own.abstract) <= set(item.before.protocol_members):
                continue  # that it asks for more is `protocol-member-added`
            names = ", ".join(item.new_own.abstract)
            fate = f"{names} of {protocol} became abstract: {own}, which took it over, can't be "
            fate += "instantiated any more"
            programs = instantiations(item.own)
        else:
            continue
        seen.add(case.label(item.protocol))
        yield Draft(
            subject=item.protocol,
            message=fate,
            hint=f"Keep {protocol} a protocol, with its default implementations.",
            loci=(Locus(case.label(item.protocol)), Locus(case.label(item.own))),
            contract=contract_of(case, case.label(item.protocol), case.label(item.own)),
            check="members",
            location=item.place,
            programs=programs,
        )


def _still_conforms(item: Implementation) -> Program:
    return statement(
        import_of(item.protocol, "Asked"),
        import_of(item.own, "Own"),
        "",
        "assert issubclass(Own, Asked), Own",
    )


def _is_protocol(item: Implementation) -> Program:
    return statement(
        import_of(item.protocol, "Asked"),
        "",
        "assert getattr(Asked, '_is_protocol', False), Asked",
    )


def _callback_changed(case: Case) -> Iterator[Draft]:
    """Functions of the consumer's that are called with more or fewer arguments now."""
    seen: set[tuple[Locus, str]] = set()
    called: set[tuple[str, Place | None]] = set()
    for draft in callbacks_called(case):
        called.add((draft.subject, draft.location))
        yield draft
    for site in sites(case):
        for key, own, bound in site.use.passed:
            before, now = _parameter(site, site.before, key), _parameter(site, site.now, key)
            if before is None or now is None:
                continue
            old, new = (taken_by_callable(item.annotation or "") for item in (before, now))
            path = ".".join(filter(None, (site.member, now.name)))
            locus = Locus(case.label(site.subject), path)
            if old is None or new is None or old == new or (locus, own) in seen:
                continue
            if (site.subject, site.use.place) in called:
                continue
            seen.add((locus, own))
            yield Draft(
                subject=site.subject,
                path=path,
                message=f"{site.name} now calls the function that it gets as {now.name} with {new} "
                f"arguments, and with {old} before; {case.candidate.consumer.name} gives it "
                f"{_called(own)} at {where([site.use.place])}",
                hint=f"Let {_called(own)} take both, or keep the old call in {site.name}.",
                loci=(locus,),
                contract=contract_of(case, case.label(site.subject)),
                location=site.use.place,
                programs=(_callback_program(site, now.name, own, bound),),
            )


def _parameter(site: Site, signature: Signature, key: str) -> Parameter | None:
    """The parameter that takes an argument, by position or by name."""
    parameters = signature.parameters or ()
    if not key.isdigit():
        return next((item for item in parameters if item.name == key), None)
    place = int(key) + site.given.positional - site.use.positional
    found = parameters[place] if place < len(parameters) else None
    return found if found is not None and found.kind.startswith("positional") else None


def _called(own: str) -> str:
    return "a function of its own" if own.startswith("lambda ") else short(own)


def _callback_program(site: Site, parameter: str, own: str, bound: bool) -> Program:
    receiver = "None, " if bound else ""
    return statement(
        "import ast, inspect",
        import_of(site.subject, "Subject"),
        f"given = {own}" if own.startswith("lambda ") else import_of(own, "given"),
        "",
        f"found = inspect.signature({site.expression}).parameters[{parameter!r}].annotation",
        "text = found if isinstance(found, str) else inspect.formatannotation(found)",
        "taken = [",
        "    node.slice.elts[0].elts",
        "    for node in ast.walk(ast.parse(text))",
        "    if isinstance(node, ast.Subscript)",
        "    and ast.unparse(node.value).rpartition('.')[2] == 'Callable'",
        "]",
        f"inspect.signature(given).bind({receiver}*taken[0])",
    )


RULES = (
    Rule(
        id="protocol-member-added",
        family="protocols",
        summary="A protocol asks for a member that the consumer's implementation does not have",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_member_added,
        rank=9,
    ),
    Rule(
        id="protocol-signature-changed",
        family="protocols",
        summary="The provider calls a protocol's method in a way the consumer's does not take",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_signature_changed,
        rank=11,
    ),
    Rule(
        id="callback-signature-changed",
        family="protocols",
        summary="A function that the consumer hands over is called with other arguments",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_callback_changed,
        rank=11,
    ),
    Rule(
        id="protocol-not-checkable",
        family="protocols",
        summary="A protocol can no longer be used with isinstance, and the consumer does",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_not_checkable,
        rank=9,
    ),
    Rule(
        id="protocol-became-abstract",
        family="protocols",
        summary="A protocol became a base class, or its methods abstract",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_became_abstract,
        rank=8,
    ),
)
