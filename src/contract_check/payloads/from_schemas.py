"""Payloads of one JSON Schema: its plain document, cut to the changes that tell most."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal

from pydantic import JsonValue

from contract_check.model.observation import Payload
from contract_check.payloads.generator import Exhausted, Generator
from contract_check.payloads.schema import NoValue, canonical, judge, leaf_paths
from contract_check.payloads.variation import Rank, Variation

BASE: Final = "base"
ONLY_REQUIRED: Final = "only required fields"
FAIR_SHARE: Final = 6
"""So many variations of one sort at one place come before they count as less telling."""
MOST_VARIATIONS: Final = 5_000
MOST_PAIRS: Final = 30

Expect = Literal["valid", "invalid", "unknown"]


def from_schema(
    schema: dict[str, JsonValue],
    *,
    model: str,
    limit: int = 120,
    only: frozenset[str] | None = None,
    shallow: bool = False,
) -> tuple[Payload, ...]:
    """Return what to replay against a model, from its JSON Schema in validation mode.

    Args:
        schema: as Pydantic generates it; odd ones give what can be made.
        model: the model's `module:name`.
        limit: how many payloads at most; the most telling stay.
        only: the properties to vary; None for all.
        shallow: vary what stands at the top alone.

    Returns:
        The plain document first, then documents that differ from it in one thing, then some that
        differ in two, for validators that look at two fields. `expect` is
        `invalid` where the schema refuses the document and `unknown` otherwise: that a schema
        admits a document says nothing of the model's own validators. Where the schema refuses
        the plain document itself, because no string for a pattern was found, say, its `origin`
        says so, and nothing is expected of the others.
    """
    made = plain_of(schema, only, shallow=shallow)
    if made is None:
        return ()
    plain, changes = made
    # Nothing is varied of what differs inside alone, and there is nothing to expect of it.
    accepts = _unjudged if only == frozenset() else judge(schema) or _unjudged
    fits = accepts(plain)
    first = _payload(model, "base", BASE if fits else f"{BASE}, which its schema refuses", plain)
    payloads = {canonical(plain): first}
    for change in (*changes, *pairs(plain, changes)):
        if len(payloads) >= max(limit, 1):
            break
        key = canonical(change.value)
        expect = _expectation(change, accepts) if fits else "unknown"
        if key not in payloads and expect is not None:
            payloads[key] = payload_of(change, model, expect)
    return with_unique_ids(payloads.values())[:limit]


def _unjudged(_value: JsonValue) -> bool:
    return True


def _expectation(change: Variation, accepts: Callable[[JsonValue], bool]) -> Expect | None:
    """Return what to expect of a change, or None where it is not what it was meant to be."""
    if change.aim == "free":
        return "unknown"
    valid = accepts(change.value)
    if change.aim == "inside":
        return "unknown" if valid else None
    return "unknown" if valid else "invalid"


def ranked(changes: Iterable[Variation], most: int = MOST_VARIATIONS) -> list[Variation]:
    """Return variations, the most telling first, so that no single field takes all the room."""
    seen: Counter[tuple[tuple[str, ...], int]] = Counter()
    weighed: list[tuple[int, int, Variation]] = []
    for index, change in enumerate(itertools.islice(changes, most)):
        place = (change.path, change.rank)
        weight = 2 * change.rank + len(change.path) + 2 * (seen[place] // FAIR_SHARE)
        seen[place] += 1
        weighed.append((weight, index, change))
    return [change for _, _, change in sorted(weighed, key=lambda entry: entry[:2])]


def pairs(plain: JsonValue, changes: Iterable[Variation]) -> Iterator[Variation]:
    """Each value of a choice together with each bound or absence of another field, at the top.

    Args:
        plain: the document that the changes were made to.
        changes: one change each.
    """
    if not isinstance(plain, dict):
        return
    single = [item for item in changes if len(item.path) == 1 and item.aim == "inside"]
    choices = [item for item in single if item.rank == Rank.VALUE]
    others = [item for item in single if item.rank in (Rank.BOUND, Rank.OPTIONAL)]
    made = ((one, other) for other in others for one in choices if one.path != other.path)
    for one, other in itertools.islice(made, MOST_PAIRS):
        document = _both(one, other)
        if document is not None:
            yield Variation(
                document,
                f"{one.why}, with {other.path[0]} {other.why}",
                f"{one.slug}-with-{other.path[0]}-{other.slug}",
                Rank.LARGE,
                "inside",
                one.path,
            )


def _both(one: Variation, other: Variation) -> JsonValue | None:
    """The document of one change with the other made too."""
    if not isinstance(one.value, dict) or not isinstance(other.value, dict):
        return None
    name = other.path[0]
    document = {key: value for key, value in one.value.items() if key != name}
    return {**document, name: other.value[name]} if name in other.value else document


def payload_of(
    change: Variation, model: str, expect: Expect = "unknown", prefix: str = ""
) -> Payload:
    """Return the payload of a variation; `prefix` comes before its slug."""
    where = ".".join(change.path)
    slug = f"{where}-{change.slug}" if where else change.slug
    origin = f"{where}: {change.why}" if where else change.why
    fields = (where,) if where else None
    made = _payload(model, prefix + slug, origin, change.value, expect, fields)
    odd = change.rank in (Rank.COERCED, Rank.LARGE)
    return made.model_copy(update={"odd": True}) if odd else made


def _payload(
    model: str,
    slug: str,
    origin: str,
    data: JsonValue,
    expect: Expect = "unknown",
    fields: tuple[str, ...] | None = None,
) -> Payload:
    if fields is None:
        fields = tuple(".".join(path) for path in leaf_paths(data))
    identity = f"{short_name(model)}-{slug}"
    return Payload(id=identity, model=model, origin=origin, data=data, expect=expect, fields=fields)


def short_name(model: str) -> str:
    """Return the class's name out of `module:Class`."""
    return model.rpartition(":")[2].rpartition(".")[2]


def with_unique_ids(payloads: Iterable[Payload]) -> tuple[Payload, ...]:
    """Return the payloads with `~2`, `~3` ... after ids that come again."""
    return tuple(_uniquely_named(payloads))


def _uniquely_named(payloads: Iterable[Payload]) -> Iterator[Payload]:
    taken: set[str] = set()
    for payload in payloads:
        identity, count = payload.id, 1
        while identity in taken:
            count += 1
            identity = f"{payload.id}~{count}"
        taken.add(identity)
        yield payload if count == 1 else payload.model_copy(update={"id": identity})


def plain_of(
    schema: JsonValue,
    only: frozenset[str] | None = None,
    *,
    shallow: bool = False,
    most: int = MOST_VARIATIONS,
) -> tuple[JsonValue, list[Variation]] | None:
    """Return the plain document of a schema and its ranked variations, or None if it has none.

    Args:
        schema: a JSON Schema document.
        only: the properties at the top to vary; None for all.
        shallow: vary what stands at the top alone.
        most: so many variations are ranked.
    """
    generator = Generator(schema, only, shallow=shallow)
    try:
        plain = generator.plain()
    except (NoValue, Exhausted):
        return None
    return plain, ranked(generator.variations(plain), most)
