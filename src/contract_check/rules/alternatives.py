"""What the consumer does only where the candidate lacks something, or has something it lacks.

A consumer that works with several versions of the provider asks what there is: by `hasattr`, or by
trying. What stands in the branch that is not taken with the candidate is not its concern.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from contract_check.model.observation import Described
from contract_check.model.reading import Reading
from contract_check.model.usage import Condition, Place, Region, TryUse, Usage
from contract_check.rules.uses import kind_of

_ABSENCE = frozenset(
    f"builtins:{name}" for name in ("AttributeError", "ImportError", "ModuleNotFoundError")
)


Answers = Sequence[bool | None]
"""What the tests of `Usage.conditions` came to, in their order; None where nobody knows."""


def taken(
    usage: Usage,
    candidate: Described,
    answers: Answers = (),
    before: Answers | None = None,
) -> tuple[Usage, frozenset[str]]:
    """What of the consumer's code runs with a candidate.

    Args:
        usage: all that it takes from the provider.
        candidate: what is there.
        answers: what the consumer's tests come to with the candidate.
        before: what they come to with the baseline, if there is one.

    Returns:
        The usage without what stands in branches that are not taken, imports among them as guarded;
        and the names, as `module:name`, that are met there alone.
    """
    idle = (*_idle(usage, candidate), *_not_run(usage.conditions, answers, before))
    if not idle:
        return usage, frozenset()

    def runs(place: Place, name: str = "") -> bool:
        return not any(item.region.holds(place) and item.name in (None, name) for item in idle)

    left = replace(
        usage,
        subclasses=tuple(use for use in usage.subclasses if runs(use.place)),
        caught=tuple(item for item in usage.caught if runs(item[1])),
        calls=tuple(use for use in usage.calls if runs(use.place, _split(use.target)[1])),
        members=tuple(use for use in usage.members if runs(use.place, use.member)),
        operations=tuple(use for use in usage.operations if runs(use.place)),
        names=tuple(use for use in usage.names if runs(use.place)),
        imports=tuple(
            use if runs(use.place) else replace(use, guarded=True) for use in usage.imports
        ),
    )
    return left, frozenset(_named(usage)) - frozenset(_named(left))


def read_where_taken(
    reading: Reading,
    usage: Usage,
    candidate: Described,
    answers: Answers = (),
    before: Answers | None = None,
) -> Reading:
    """What a type checker says of lines that run with a candidate.

    Args:
        reading: all that it says.
        usage: all that the consumer takes from the provider.
        candidate: what is there.
        answers: what the consumer's tests come to with the candidate.
        before: what they come to with the baseline, if there is one.
    """
    if not reading.fresh:
        return reading
    idle = (*_idle(usage, candidate), *_not_run(usage.conditions, answers, before))
    return replace(
        reading,
        fresh=tuple(
            item
            for item in reading.fresh
            if not any(
                part.region.holds(item.place) and (part.name is None or part.name in item.message)
                for part in idle
            )
        ),
        values=tuple(
            item
            for item in reading.values
            if not any(part.region.holds(item.place) for part in idle)
        ),
    )


def _not_run(
    conditions: Sequence[Condition], answers: Answers, before: Answers | None
) -> Iterator[_Idle]:
    """The branches that a test leads past with the candidate.

    A test that is about anything else than the provider (a setting, a variable) may come out
    otherwise where the consumer really runs. Where both sides differ, it is about the provider:
    nothing else differs between them.
    """
    for number, (condition, answer) in enumerate(zip(conditions, answers, strict=False)):
        old = before[number] if before is not None else None
        told_apart = old is not None and old is not answer
        if answer is None or not (condition.of_provider or told_apart):
            continue
        region = condition.fails if answer else condition.holds
        if region is not None:
            yield _Idle(region)


@dataclass(frozen=True)
class _Idle:
    """Lines that don't run with the candidate, or in them what is taken by one name alone."""

    region: Region
    name: str | None = None


def _split(target: str) -> tuple[str, str]:
    """The module or class, and the function or method, of a call's target."""
    module, _, path = target.partition(":")
    owner, dot, name = path.rpartition(".")
    return (f"{module}:{owner}", name) if dot else (module, path)


def _named(usage: Usage) -> Iterator[str]:
    """The names at the top of the provider's modules that are called or read."""
    for call in usage.calls:
        module, _, path = call.target.partition(":")
        yield f"{module}:{path.partition('.')[0]}"
    for member in (use for use in usage.members if not use.optional):
        module, _, path = member.owner.partition(":")
        yield f"{module}:{path.partition('.')[0] or member.member}"
    for name in usage.names:
        yield name.ref
    for derived in usage.subclasses:
        yield derived.provider
    for use in usage.imports:
        if use.name is not None and not use.guarded:
            yield f"{use.module}:{use.name}"


def _idle(usage: Usage, candidate: Described) -> Iterator[_Idle]:
    for choice in usage.choices:
        found = _is_there(candidate, choice.owner, choice.name)
        if found is None or found is choice.there:
            continue
        # An instance may be of a class that derives and has more, but none that has less.
        whole = (found or ":" not in choice.owner) and not choice.alone
        yield _Idle(choice.region, None if whole else choice.name)
    for tried in usage.tries:
        yield from _untried(usage, candidate, tried)


def _untried(usage: Usage, candidate: Described, tried: TryUse) -> Iterator[_Idle]:
    """The handler of an absence where nothing is absent, or else what it stands in for."""
    for handler in tried.handlers:
        if handler.region is None or not _ABSENCE & set(handler.names):
            continue
        first = _wanted(usage, candidate, tried.region)
        second = _wanted(usage, candidate, handler.region)
        if first and all(first.values()):
            yield _Idle(handler.region)
        elif second and all(second.values()):
            lost = [name for (_, name), there in first.items() if there is False]
            yield from (_Idle(tried.region, name) for name in lost if name is not None)


def _wanted(
    usage: Usage, candidate: Described, region: Region
) -> dict[tuple[str, str | None], bool | None]:
    """What some lines take of the provider, and whether it is there, where that is known."""
    found: list[tuple[str, str | None]] = []
    found += [(use.module, use.name) for use in usage.imports if region.holds(use.place)]
    found += [(use.owner, use.member) for use in usage.members if region.holds(use.place)]
    found += [_split(use.target) for use in usage.calls if region.holds(use.place)]
    return {(owner, name): _is_there(candidate, owner, name) for owner, name in found}


def _is_there(candidate: Described, owner: str, name: str | None) -> bool | None:
    """Whether a module or class has an attribute; None where that is not known."""
    if ":" not in owner:
        symbol = candidate.symbols.get(owner if name is None else f"{owner}:{name}")
        return None if symbol is None else symbol.kind != "missing"
    symbol = candidate.symbols.get(owner)
    if symbol is None or name is None or symbol.open_attributes:
        return None
    if kind_of(symbol, name) is not None or name in symbol.special:
        return True
    if any(item.name == name for item in symbol.enum_members):
        return True
    tops = {base.partition(":")[0].partition(".")[0] for base in symbol.bases}
    return None if tops - {owner.partition(".")[0].partition(":")[0], "typing", "abc"} else False
