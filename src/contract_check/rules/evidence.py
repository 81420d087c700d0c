"""What the replay showed: each difference between the two sides, with its place and its witness.

The same payload was read by the same model on both sides. Here every difference becomes a `Seen`;
the behaviour rules turn those into drafts, and the rules over descriptions lead the ones they
can name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from pydantic import JsonValue

from contract_check.model.observation import (
    Encoded,
    Failure,
    Outcome,
    Payload,
)
from contract_check.model.usage import Place
from contract_check.rules.case import Case, Identity
from contract_check.rules.encoded import (
    PLAIN,
    Change,
    at,
    changes,
    children,
    condition_of,
    equal,
    expression,
    json_changes,
    kind_of,
    say,
    say_any,
)
from contract_check.rules.interface import Locus, Program
from contract_check.rules.issues import (
    first_issue,
    issue_loci,
    issue_types,
    known_at,
    locus_at,
    told_at,
)
from contract_check.rules.settings import is_settings
from contract_check.rules.witnesses import accepted, call, dumps, holds, import_of, literal

Kind = Literal[
    "rejected",
    "accepted",
    "value",
    "type",
    "dump",
    "json",
    "error",
    "warning",
    "roundtrip",
]
_BASELINE_WROTE, _CANDIDATE_WROTE = "cross/baseline/", "cross/candidate/"
_FIELD_NAME = re.compile(r"field_name='(\w+)'")


@dataclass(frozen=True)
class Seen:
    """One difference that the replay showed.

    Args:
        kind: what differs.
        model: the model that was replayed.
        loci: where, the deepest class and field that is known.
        before: what the baseline did, in words.
        after: what the candidate does, in words.
        program: shows it.
        size: of the payload; the smallest shows best.
        omitted: the payload did not hold the field, so that its default is what differs.
        issues: for what is refused on one side, each place and error type it is refused for.
        change: for values and dumps, what differs.
        payload: what was replayed; None for a factory call.
        coerced: the payload's value is not of the JSON type that the field held, so that only
            lax reading made one of the other.
    """

    kind: Kind
    model: str
    loci: tuple[Locus, ...]
    before: str
    after: str
    program: Program
    size: int
    omitted: bool = False
    issues: tuple[tuple[Locus, str], ...] = ()
    change: Change | None = None
    payload: Payload | None = None
    coerced: bool = False

    @property
    def passed(self) -> Place | None:
        """Where the consumer itself passes what was replayed, if it does."""
        return self.payload.place if self.payload is not None else None


def seen(case: Case) -> tuple[Seen, ...]:
    """Everything the replay showed, in a stable order, the smallest payload of each place first."""
    return _seen(Identity(case))


@lru_cache(maxsize=2)
def _seen(key: Identity[Case]) -> tuple[Seen, ...]:
    case = key.value
    if case.baseline is None:
        return ()
    before, after = case.outcomes_before, case.outcomes
    found: list[Seen] = []
    for identifier, payload in case.payloads.items():
        if not _is_model_on_both_sides(case, payload.model):
            continue  # another rule says why the model can't be had
        old, new = before.get(identifier), after.get(identifier)
        if old is not None and new is not None:
            found.extend(_compared(case, payload, old, new))
        elif new is not None:
            found.extend(_read_here(case, payload, new))
        elif old is not None:
            found.extend(_read_there(case, payload, old))
    found.extend(_calls(case))
    return tuple(sorted(found, key=lambda item: item.size))


def _is_model_on_both_sides(case: Case, ref: str) -> bool:
    for observation in (case.baseline, case.candidate):
        symbol = observation.symbol(ref) if observation is not None else None
        if symbol is None or symbol.kind != "model":
            return False
    return True


def _compared(case: Case, payload: Payload, old: Outcome, new: Outcome) -> Iterator[Seen]:
    if new.accepted and not old.accepted:
        yield from _newly_accepted(case, payload, old.failure)
    elif payload.unwritten:
        return
    elif old.accepted and not new.accepted:
        yield from _refused(case, payload, new.failure)
    elif not new.accepted:
        if payload.place is not None:
            return  # the consumer's own call fails on both sides
        yield from _errors(case, payload, old.failure, new.failure)
    else:
        yield from _values(case, payload, old, new)


def _read_here(case: Case, payload: Payload, new: Outcome) -> Iterator[Seen]:
    """What the baseline writes, read by the candidate."""
    if not new.accepted and payload.id.startswith(_BASELINE_WROTE):
        assert case.baseline is not None
        origin = case.payloads.get(payload.id.removeprefix(_BASELINE_WROTE))
        writer = case.outcomes_before.get(origin.id) if origin is not None else None
        unwritten = origin is not None and origin.unwritten
        if writer is not None and writer.roundtrip == "same" and not unwritten:
            yield from _refused(case, payload, new.failure)


def _read_there(case: Case, payload: Payload, old: Outcome) -> Iterator[Seen]:
    """What the candidate writes, read by peers with the baseline.

    Only where the baseline accepts the payload it was made from: that the candidate takes more
    is another matter (`accepted`).
    """
    assert case.baseline is not None
    origin = case.payloads.get(payload.id.removeprefix(_CANDIDATE_WROTE))
    before = case.outcomes_before.get(origin.id) if origin else None
    if old.accepted or origin is None or before is None or origin.unwritten:
        return
    if is_settings(case.candidate.symbol(payload.model)):
        return  # they are read from the environment, not from what others write
    if before.roundtrip != "same":
        return  # nor do peers read what the baseline writes of it
    yield Seen(
        kind="json",
        model=payload.model,
        loci=issue_loci(case, payload.model, old.failure),
        before="JSON that peers with the baseline read",
        after=f"JSON that they refuse ({first_issue(old.failure)})",
        program=dumps(
            payload.model,
            origin.data,
            before.json_alias,
            by_alias=True,
            mode=origin.mode,
            exact=True,
            unordered=_unordered(before.python_alias, before.json_alias),
        ),
        size=_size(payload),
        issues=issue_types(case, payload.model, old.failure),
        payload=origin,
    )


def _refused(case: Case, payload: Payload, failure: Failure | None) -> Iterator[Seen]:
    yield Seen(
        kind="rejected",
        model=payload.model,
        loci=issue_loci(case, payload.model, failure),
        before="accepted",
        after=f"refused ({first_issue(failure)})",
        program=accepted(payload.model, payload.data, payload.mode),
        size=_size(payload),
        issues=issue_types(case, payload.model, failure),
        payload=payload,
    )


def _newly_accepted(case: Case, payload: Payload, failure: Failure | None) -> Iterator[Seen]:
    if is_settings(case.candidate.symbol(payload.model)):
        return  # no peer is sent any
    yield Seen(
        kind="accepted",
        model=payload.model,
        loci=issue_loci(case, payload.model, failure),
        before=f"refused ({first_issue(failure)})",
        after="accepted",
        program=_refusing(payload),
        size=_size(payload),
        issues=issue_types(case, payload.model, failure),
        payload=payload,
    )


def _refusing(payload: Payload) -> Program:
    lines = [
        "import json",
        import_of(payload.model, "Model"),
        "",
        f"payload = {literal(payload.data)}",
        "try:",
        f"    {_reading(payload)}",
        "except Exception as error:",
        '    print("refused:", type(error).__name__)',
        "else:",
        '    raise SystemExit("the payload was accepted")',
    ]
    return Program("\n".join(lines) + "\n", kind="payload")


def _reading(payload: Payload) -> str:
    if payload.mode == "constructor":
        return "Model(**payload)"
    if payload.mode == "python":
        return "Model.model_validate(payload)"
    return "Model.model_validate_json(json.dumps(payload))"


def _errors(
    case: Case, payload: Payload, old: Failure | None, new: Failure | None
) -> Iterator[Seen]:
    if old is not None and new is not None and bool(old.errors) is not bool(new.errors):
        yield _other_exception(case, payload, old, new)
        return
    before = {(issue.type, issue.loc) for issue in old.errors} if old else set()
    after = {(issue.type, issue.loc) for issue in new.errors} if new else set()
    after = {(kind, place) for kind, place in after if not _is_new(case, payload.model, place)}
    if {_alike(issue) for issue in before} == {_alike(issue) for issue in after}:
        return
    issues = [issue for failure in (old, new) if failure for issue in failure.errors]
    places = sorted({loc for _, loc in before ^ after}, key=str)
    expected = sorted((kind, list(map(str, loc))) for kind, loc in before)
    lines = [
        "import json",
        "from pydantic import ValidationError",
        import_of(payload.model, "Model"),
        "",
        f"payload = {literal(payload.data)}",
        "try:",
        f"    {_reading(payload)}",
        "except ValidationError as error:",
        "    issues = error.errors()",
        "    found = sorted((item['type'], list(map(str, item['loc']))) for item in issues)",
        f"    assert found == {literal(expected, 4)}, found",
        "else:",
        '    raise SystemExit("the payload was accepted")',
    ]
    for place in places:
        yield Seen(
            kind="error",
            model=payload.model,
            loci=(told_at(case, payload.model, place, issues),),
            before=", ".join(sorted(kind for kind, loc in before if loc == place)) or "no error",
            after=", ".join(sorted(kind for kind, loc in after if loc == place)) or "no error",
            program=Program("\n".join(lines) + "\n", kind="payload"),
            size=_size(payload),
        )


def _is_new(case: Case, model: str, place: tuple[str | int, ...]) -> bool:
    """Whether a place is a field that only the candidate knows."""
    return (
        case.baseline is not None
        and known_at(case, case.baseline, model, place) is None
        and known_at(case, case.candidate, model, place) is not None
    )


def _other_exception(case: Case, payload: Payload, old: Failure, new: Failure) -> Seen:
    """Instead of a ValidationError another exception is raised, or the other way round."""
    kind = old.type.rpartition(".")[2]
    lines = [
        "import json",
        import_of(payload.model, "Model"),
        "",
        f"payload = {literal(payload.data)}",
        "try:",
        f"    {_reading(payload)}",
        "except Exception as error:",
        f"    assert type(error).__name__ == {kind!r}, repr(error)",
        "else:",
        '    raise SystemExit("the payload was accepted")',
    ]
    return Seen(
        kind="error",
        model=payload.model,
        loci=issue_loci(case, payload.model, old if new.errors else new),
        before=kind,
        after=first_issue(new),
        program=Program("\n".join(lines) + "\n", kind="payload"),
        size=_size(payload),
    )


def _alike(issue: tuple[str, tuple[str | int, ...]]) -> tuple[str, tuple[str | int, ...]]:
    """An issue by what it says, not by how it is spelled.

    `gt=0` is `ge=1` for integers, and a Literal may be a union of several.
    """
    kind, place = issue[0].removesuffix("_equal"), issue[1]
    if kind == "literal_error" and place and str(place[-1]).startswith("literal["):
        place = place[:-1]
    return kind, place


def _values(case: Case, payload: Payload, old: Outcome, new: Outcome) -> Iterator[Seen]:
    """Both accepted it: are the instances, their dumps and their round trips the same?"""
    assert case.baseline is not None
    if aliases := case.renamed:
        new = new.model_copy(
            update={
                name: _renamed(getattr(new, name), aliases)
                for name in ("attributes", "python", "python_alias")
            }
        )
    changed = list(changes(old.attributes, new.attributes))
    read = [
        _value_seen(case, payload, change)
        for change in changed
        if not _same_number(case, payload, change)
    ]
    written = list(_dumps(case, payload, old, new, {change.path[:1] for change in changed}))
    yield from read
    yield from written
    lost = old.roundtrip == "same" and new.roundtrip not in ("same", None)
    loci = _roundtrip_loci(case, payload.model, new) if lost else ()
    if lost and not _written_otherwise(loci, written):
        yield Seen(
            kind="roundtrip",
            model=payload.model,
            loci=loci,
            before="read back the same",
            after=_roundtrip_words(new),
            program=_roundtrip_program(payload),
            size=_size(payload),
        )
    places = tuple(dict.fromkeys(locus for item in (*read, *written) for locus in item.loci))
    yield from _warnings(case, payload, old, new, places)


def _written_otherwise(loci: Iterable[Locus], written: Iterable[Seen]) -> bool:
    """Whether what does not come back the same was written otherwise, which says it better."""
    places = [locus for item in written if item.kind == "json" for locus in item.loci]
    return all(any(place.covers(locus) for place in places) for locus in loci)


def _renamed(value: Encoded | None, aliases: Mapping[str, str]) -> Encoded | None:
    if isinstance(value, dict):
        return {
            key: aliases.get(item, item)
            if key == "t" and isinstance(item, str)
            else _renamed(item, aliases)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_renamed(item, aliases) for item in value]
    return value


def _roundtrip_loci(case: Case, model: str, new: Outcome) -> tuple[Locus, ...]:
    if new.roundtrip_failure is not None:
        return issue_loci(case, model, new.roundtrip_failure)
    path = new.roundtrip_detail.partition(":")[0].strip()
    return (locus_at(case, model, tuple(path.split(".")) if path else ()),)


def _roundtrip_words(new: Outcome) -> str:
    if new.roundtrip == "different":
        return f"comes back different: {new.roundtrip_detail}"[:200]
    reason = first_issue(new.roundtrip_failure or new.failure)
    return (
        f"{'is refused' if new.roundtrip == 'refused' else 'can no longer be written'} ({reason})"
    )


def _roundtrip_program(payload: Payload) -> Program:
    return holds(
        payload.model,
        payload.data,
        "Model.model_validate_json(value.model_dump_json(by_alias=True)) == value",
        mode=payload.mode,
    )


def _warnings(
    case: Case, payload: Payload, old: Outcome, new: Outcome, changed: tuple[Locus, ...]
) -> Iterator[Seen]:
    """New warnings; what differs in the value or its dump can be what is warned of."""
    known = {(item.category, item.message) for item in old.warnings}
    for item in new.warnings:
        if (item.category, item.message) in known:
            continue
        yield Seen(
            kind="warning",
            model=payload.model,
            loci=_warned_of(case, payload.model, item.message, changed),
            before="no warning",
            after=f"{item.category}: {item.message.splitlines()[0] if item.message else ''}",
            program=_warning_program(payload),
            size=_size(payload),
        )


def _warned_of(
    case: Case, model: str, message: str, changed: tuple[Locus, ...]
) -> tuple[Locus, ...]:
    """The fields that Pydantic's serializer names, else the model."""
    named = dict.fromkeys(_FIELD_NAME.findall(message))
    fields = tuple(locus_at(case, model, (name,)) for name in named)
    return fields or (replace(locus_at(case, model, ()), explained_by=changed),)


def _warning_program(payload: Payload) -> Program:
    lines = [
        "import json, warnings",
        import_of(payload.model, "Model"),
        "",
        'warnings.simplefilter("error")',
        f"payload = {literal(payload.data)}",
        f"value = {_reading(payload)}",
        "value.model_dump()",
        "value.model_dump_json()",
    ]
    return Program("\n".join(lines) + "\n", kind="payload")


def _value_seen(case: Case, payload: Payload, change: Change) -> Seen:
    before, after = kind_of(change.before), kind_of(change.after)
    same_type = before == after and before != "dict"
    return Seen(
        kind="value" if same_type or change.after is None else "type",
        model=payload.model,
        loci=(locus_at(case, payload.model, change.path),),
        before=say(change.before),
        after=say(change.after),
        program=_value_program(payload, change),
        size=_size(payload),
        omitted=_omitted(case, payload, change.path),
        change=change,
        payload=payload,
        coerced=_coerced(payload, change),
    )


def _same_number(case: Case, payload: Payload, change: Change) -> bool:
    """Whether a default of a field of floats is the same number, written as `1` and as `1.0`."""
    assert case.baseline is not None
    symbol = case.baseline.symbol(payload.model)
    described = symbol.fields.get(str(change.path[0])) if symbol and change.path else None
    return (
        described is not None
        and "float" in described.annotation
        and equal(change.before, change.after)
        and _omitted(case, payload, change.path)
    )


def _coerced(payload: Payload, change: Change) -> bool:
    """Whether the value before was made of a payload's value of another JSON type."""
    kind, value = kind_of(change.before), _given(payload.data, change.path)
    if kind not in PLAIN or value is None:
        return False
    return kind != type(value).__name__ and (kind, type(value).__name__) != ("float", "int")


def _given(data: JsonValue, path: tuple[str | int, ...]) -> JsonValue:
    """What a payload holds for an attribute: that of a RootModel has no name there."""
    for part in path:
        if part != "root" or isinstance(data, dict):
            data = at(data, (part,))
    return data


def _omitted(case: Case, payload: Payload, path: tuple[str | int, ...]) -> bool:
    """Whether the payload left the first field of a path out (by any of its names)."""
    assert case.baseline is not None
    if not path or not isinstance(payload.data, dict):
        return False
    symbol = case.baseline.symbol(payload.model)
    described = symbol.fields.get(str(path[0])) if symbol else None
    names = {str(path[0])}
    if described is not None:
        names |= {str(described.alias), str(described.validation_alias)}
    return not names & set(payload.data)


def _dumps(
    case: Case, payload: Payload, old: Outcome, new: Outcome, touched: set[tuple[str | int, ...]]
) -> Iterator[Seen]:
    """Differences in what is written, beyond what different attributes explain."""
    if is_settings(case.candidate.symbol(payload.model)):
        return  # they are read from the environment, and nobody reads what they write
    if ("root",) in touched and _is_root(case, payload.model):
        return  # the dump is the attribute
    for before, after, by_alias in (
        (old.python, new.python, False),
        (old.python_alias, new.python_alias, True),
    ):
        for change in changes(before, after):
            if change.path[:1] not in touched:
                yield _dump_seen(case, payload, old, change, "dump", by_alias)
    if new.roundtrip == "unserializable":
        return  # it is written as nothing
    for plain_before, plain_after, by_alias in (
        (old.json_, new.json_, False),
        (old.json_alias, new.json_alias, True),
    ):
        for change in json_changes(plain_before, plain_after):
            if change.path[:1] not in touched:
                yield _dump_seen(case, payload, old, change, "json", by_alias)


def _is_root(case: Case, model: str) -> bool:
    symbol = case.candidate.symbol(model)
    return symbol is not None and "pydantic.root_model:RootModel" in symbol.bases


def _dump_seen(
    case: Case, payload: Payload, old: Outcome, change: Change, kind: Kind, by_alias: bool
) -> Seen:
    expected = old.json_alias if by_alias else old.json_
    program = dumps(
        payload.model,
        payload.data,
        expected,
        by_alias=by_alias,
        mode=payload.mode,
        unordered=_unordered(old.python_alias if by_alias else old.python, expected),
    )
    if kind == "dump":
        program = _python_dump_program(payload, change, by_alias)
    return Seen(
        kind=kind,
        model=payload.model,
        loci=(locus_at(case, payload.model, change.path),),
        before=say_any(change.before),
        after="nothing" if change.gone else say_any(change.after),
        program=program,
        size=_size(payload),
        omitted=_omitted(case, payload, change.path),
        change=change,
        payload=payload,
    )


def _unordered(
    dumped: Encoded | None, written: JsonValue, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    """Where a Python dump holds sets: the JSON has lists there, in no order."""
    if not isinstance(dumped, dict):
        return
    if "u" in dumped and isinstance(at(written, path), list):
        yield path
    for key, value in (children(dumped) or {}).items():
        yield from _unordered(value, written, (*path, key))


def _python_dump_program(payload: Payload, change: Change, by_alias: bool) -> Program:
    access = "".join(f"[{part!r}]" for part in change.path)
    condition = condition_of(f"dumped{access}", change.before)
    lines = [
        "import json",
        import_of(payload.model, "Model"),
        "",
        f"payload = {literal(payload.data)}",
        f"value = {_reading(payload)}",
        f"dumped = value.model_dump(by_alias={by_alias})",
        f"assert {condition}, dumped",
    ]
    return Program("\n".join(lines) + "\n", kind="payload")


def _value_program(payload: Payload, change: Change) -> Program:
    return holds(
        payload.model,
        payload.data,
        condition_of(expression("value", change.path), change.before),
        mode=payload.mode,
    )


def _calls(case: Case) -> Iterator[Seen]:
    """Factory calls that succeed on both sides and return something else."""
    assert case.baseline is not None
    before = {item.id: item for item in case.baseline.replayed.calls}
    for new in case.candidate.replayed.calls:
        old, planned = before.get(new.id), case.calls.get(new.id)
        if old is None or planned is None or old.failure or new.failure:
            continue
        if old.outcome is None or new.outcome is None:
            continue
        if old.outcome.unstable or new.outcome.unstable:
            continue
        for change in changes(old.outcome.attributes, new.outcome.attributes):
            condition = condition_of(expression("result", change.path), change.before)
            yield Seen(
                kind="type" if kind_of(change.before) != kind_of(change.after) else "value",
                model=old.outcome.model,
                loci=(locus_at(case, old.outcome.model, change.path),),
                before=say(change.before),
                after=say(change.after),
                program=call(planned.target, planned.kwargs, f"assert {condition}, result"),
                size=len(str(planned.kwargs)),
                omitted=str(change.path[0]) not in planned.kwargs if change.path else False,
            )


def _size(payload: Payload) -> int:
    return len(str(payload.data)) + (0 if payload.mode == "json" else 1000)
