"""Collisions: names that the provider takes and the consumer had already given to something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract_check.model.observation import Failure, FieldDescription, Outcome, Reading
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import SubclassUse
from contract_check.rules.case import Case, module_failures
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.uses import Derived, contract_of, derived, names_of
from contract_check.rules.witnesses import import_of, passed_on, statement

_SOURCE = (Direction.SOURCE,)


def class_failure(case: Case, use: SubclassUse) -> Failure | None:
    """What the class statement of a consumer's class raises, if importing its module fails there.

    The innermost line of the consumer's counts: what a metaclass or `__init_subclass__` raises
    comes from further inside.
    """
    module = use.consumer.partition(":")[0]
    for _, failure in module_failures(case.candidate):
        own = [frame for frame in failure.frames if case.is_consumer(frame.module)]
        if own and (own[-1].module, own[-1].line) == (module, use.place.line):
            return failure
    return None


def shadowings(case: Case) -> Iterator[tuple[SubclassUse, FieldDescription]]:
    """Fields of the provider that a consumer's class body gives to something that is no field."""
    for use in case.usage.subclasses:
        symbol = case.candidate.symbol(use.provider)
        if symbol is None or symbol.kind != "model":
            continue
        for name in use.members:
            if name in symbol.fields:
                yield use, symbol.fields[name]


def _field_shadows(case: Case) -> Iterator[Draft]:
    for use, field in shadowings(case):
        (base, own), name = names_of(use.provider, use.consumer), field.name
        loci = [
            Locus(case.label(use.provider), name),
            Locus(case.label(use.consumer), name),
            Locus(case.label(field.owner or use.provider), name),
        ]
        if class_failure(case, use) is not None:
            # The class can't even be made: all that follows from it is this collision's doing.
            loci += [
                Locus(case.label(use.consumer)),
                Locus(case.label(use.consumer.partition(":")[0])),
            ]
        else:
            # An object that is no value of the field is its default: no instance can be written.
            loci.append(Locus(case.label(use.consumer)))
        yield Draft(
            subject=use.provider,
            path=name,
            message=f"{base} has a field {name!r}, which is the name of an "
            f"attribute of {own}: Pydantic takes that attribute for the field's default, so it "
            "no longer works as what it was",
            hint=f"Give the field another name, or rename {own}.{name}.",
            loci=tuple(dict.fromkeys(loci)),
            contract=contract_of(case, case.label(use.consumer), case.label(use.provider)),
            check="override",
            location=use.place,
            programs=(_still_own(use, name),),
        )


def _still_own(use: SubclassUse, name: str) -> Program:
    """Pydantic removes from the class what it takes for a default."""
    return statement(
        import_of(use.consumer, "Subject"),
        "",
        f"assert {name!r} in vars(Subject), 'it became the default of a field'",
    )


@dataclass(frozen=True)
class Incompatible:
    """A field that both declare, with a payload that only one of the two reads.

    Args:
        pair: the two classes.
        name: the field.
        program: shows it.
        reads: who refuses, in words.
    """

    pair: Derived
    name: str
    program: Program
    reads: str


def incompatible_fields(case: Case) -> Iterator[Incompatible]:
    """Fields that a consumer's class declares and for which the two no longer read each other."""
    for pair in derived(case):
        for name in pair.use.fields:
            if name in pair.base.fields:
                found = _clash_of(case, pair, name)
                if found is not None:
                    yield found


def _clash_of(case: Case, pair: Derived, name: str) -> Incompatible | None:
    assert case.baseline is not None
    before = {item.payload: item for item in case.baseline.replayed.outcomes}
    best: Incompatible | None = None
    size = 0
    for outcome in case.candidate.replayed.outcomes:
        payload, old = case.payloads.get(outcome.payload), before.get(outcome.payload)
        if payload is None or old is None or not (outcome.accepted and old.accepted):
            continue
        for writer, reader, says in (
            (pair.use.consumer, pair.use.provider, "can't read what"),
            (pair.use.provider, pair.use.consumer, "is read by none that"),
        ):
            if outcome.model != writer or not _newly_unread(old, outcome, reader, name):
                continue
            if best is None or len(str(payload.data)) < size:
                size = len(str(payload.data))
                best = Incompatible(pair, name, passed_on(writer, reader, payload.data), says)
    return best


def _newly_unread(old: Outcome, new: Outcome, reader: str, name: str) -> bool:
    before, now = old.read_by.get(reader), new.read_by.get(reader)
    if before is None or now is None or not before.accepted or now.accepted:
        return False
    return _is_about(now, name)


def _is_about(reading: Reading, name: str) -> bool:
    issues = reading.failure.errors if reading.failure else ()
    return bool(issues) and all(issue.loc[:1] == (name,) for issue in issues)


def collision(item: Incompatible, case: Case, message: str, hint: str) -> Draft:
    """The draft of a field that both declare."""
    use = item.pair.use
    base, own = names_of(use.provider, use.consumer)
    return Draft(
        subject=use.provider,
        path=item.name,
        message=message.format(
            name=item.name,
            own=own,
            theirs=item.pair.own.fields[item.name].annotation
            if item.name in item.pair.own.fields
            else "?",
            base=base,
            ours=item.pair.base.fields[item.name].annotation,
            reads=item.reads,
        ),
        hint=hint.format(name=item.name, own=own, base=base),
        loci=(
            Locus(case.label(use.provider), item.name),
            Locus(case.label(item.pair.base.fields[item.name].owner or use.provider), item.name),
            Locus(case.label(use.consumer), item.name),
        ),
        contract=contract_of(case, case.label(use.consumer), case.label(use.provider)),
        check="override",
        location=use.place,
        programs=(item.program,),
    )


def _field_collides(case: Case) -> Iterator[Draft]:
    for item in incompatible_fields(case):
        if item.name not in item.pair.old_base.fields:
            yield collision(
                item,
                case,
                "{base} has a new field {name!r} ({ours}), and {own} already has one of that name "
                "({theirs}) that does not agree with it",
                "Give the new field of {base} another name, or a type that {own} agrees with.",
            )


def _attribute_shadowed(case: Case) -> Iterator[Draft]:
    for pair in derived(case):
        for name, member in pair.base.members.items():
            taken = name in pair.use.members or name in pair.use.fields
            if not taken or name in pair.old_base.members or name in pair.old_base.fields:
                continue
            if name.startswith("__") or not case.is_provider(member.owner):
                continue
            base, own = names_of(pair.use.provider, pair.use.consumer)
            yield Draft(
                subject=pair.use.provider,
                path=name,
                message=f"{base} has a new {member.kind} {name!r}, which {own} hides with its own",
                hint=f"Rename one of the two: code of the provider that uses {base}.{name} meets "
                f"that of {own}.",
                loci=(Locus(case.label(pair.use.provider), name),),
                contract=contract_of(
                    case, case.label(pair.use.consumer), case.label(pair.use.provider)
                ),
                location=pair.use.place,
                programs=(
                    statement(
                        import_of(pair.use.provider, "Subject"),
                        "",
                        f"assert not hasattr(Subject, {name!r}), Subject.{name}",
                    ),
                ),
            )


RULES = (
    Rule(
        id="field-shadows-consumer-attribute",
        family="collisions",
        summary="A field of the provider has the name of an attribute of the consumer",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE, Direction.READ_BY_OLD),
        witness="code",
        check=_field_shadows,
        rank=4,
        compares=False,
    ),
    Rule(
        id="field-collides-with-consumer-field",
        family="collisions",
        summary="A new field of the provider disagrees with the consumer's field of that name",
        severity=Severity.BREAK,
        directions=tuple(Direction),
        witness="payload",
        check=_field_collides,
        rank=10,
    ),
    Rule(
        id="attribute-shadowed",
        family="collisions",
        summary="A new attribute of the provider is hidden by one of the consumer",
        severity=Severity.WARNING,
        directions=_SOURCE,
        witness="code",
        check=_attribute_shadowed,
        rank=47,
    ),
)
