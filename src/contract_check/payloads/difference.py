"""Documents that one version of a schema admits and the other refuses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import Final

import jsonschema_rs
from pydantic import JsonValue

from contract_check.model.observation import Payload
from contract_check.payloads.from_schemas import (
    MOST_VARIATIONS,
    payload_of,
    plain_of,
    with_unique_ids,
)
from contract_check.payloads.schema import Schema, canonical, compiled, most_arms
from contract_check.payloads.variation import Rank, Variation

OLD_ONLY: Final = "old-only"
NEW_ONLY: Final = "new-only"
PER_PLACE: Final = 8
"""Documents kept for one place that is refused."""
MOST_PARTS: Final = 40
FEW_PARTS: Final = 8
"""The parts looked at where what is found is a warning at most."""
MOST_LOOKED_AT: Final = 10_000
"""Variations ranked for all parts of one difference together."""
FEWEST_LOOKED_AT: Final = 250
MOST_FOUND: Final = 60
WIDE: Final = 6
"""With unions of more arms than this, the places that are refused are not asked for."""
TRIED: Final = 400
"""Variations looked at for one schema."""


def from_difference(
    old: dict[str, JsonValue],
    new: dict[str, JsonValue],
    *,
    model: str,
    limit: int = 40,
    most_parts: int = MOST_PARTS,
) -> tuple[Payload, ...]:
    """Return documents on which two versions of a schema disagree.

    The difference is exact where `jsonschema_rs` can subtract the schemas; each of its parts is
    then filled with a document. The documents of both schemas themselves are tried as well, which
    finds differences inside recursive models and covers schemas that can't be subtracted. Every
    document returned was judged by both schemas.

    Args:
        old: the JSON Schema of one version.
        new: that of the other.
        model: the model's `module:name`.
        limit: how many payloads at most.
        most_parts: of the difference, in each direction.

    Returns:
        By turns what only `old` admits and what only `new` admits; nothing where no document was
        found on which they disagree. `expect` is always `unknown`, and `fields` are the places
        that the other schema refuses.
    """
    judges = compiled(old), compiled(new)
    if canonical(old) == canonical(new) or judges[0] is None or judges[1] is None:
        return ()
    older = _Side(OLD_ONLY, "old", judges[0], judges[1], most_parts)
    newer = _Side(NEW_ONLY, "new", judges[1], judges[0], most_parts)
    old_only, new_only = older.payloads(old, new, model), newer.payloads(new, old, model)
    by_turns = chain.from_iterable(zip_longest(old_only, new_only))
    return with_unique_ids(islice((payload for payload in by_turns if payload), max(limit, 0)))


@dataclass(frozen=True)
class _Side:
    """What one of two schemas admits and the other refuses."""

    slug: str
    name: str
    admitting: jsonschema_rs.Validator
    refusing: jsonschema_rs.Validator
    most_parts: int = MOST_PARTS

    def payloads(
        self, schema: dict[str, JsonValue], other: dict[str, JsonValue], model: str
    ) -> list[Payload]:
        """Return the documents found, the most direct first, each once.

        Those made of the parts of the difference come first, then those that differ from a plain
        document in one thing, then variations of the parts.
        """
        found_parts = list(islice(subtracted(schema, other), self.most_parts))
        share = max(FEWEST_LOOKED_AT, MOST_LOOKED_AT // max(len(found_parts), 1))
        parts = [self._disagreeing(part, share) for part in found_parts]
        own = [change for each in (schema, other) for change in self._disagreeing(each)]
        first = [changes[0] for changes in parts if changes]
        rest = [change for changes in parts for change in changes[1:]]
        # An error in a union holds the errors of all its arms, and so on inwards.
        told = max(most_arms(schema), most_arms(other)) <= WIDE
        found: dict[str, Payload] = {}
        places: Counter[tuple[str, ...]] = Counter()
        for change in chain(first, own, rest):
            key = canonical(change.value)
            if key in found or len(found) >= MOST_FOUND:
                continue
            fields = self._refused_places(change.value) if told else (".".join(change.path),)
            if _concerns(change, fields) and places[fields] < PER_PLACE:
                places[fields] += 1
                found[key] = self._payload(change, model, fields)
        return list(found.values())

    def _disagreeing(self, schema: JsonValue, most: int = MOST_VARIATIONS) -> list[Variation]:
        """Return the documents made from a schema that one side admits and the other refuses.

        Args:
            most: so many variations are ranked.
        """
        made = plain_of(schema, most=min(most, MOST_VARIATIONS))
        if made is None:
            return []
        plain, changes = made
        first = Variation(plain, "made of the difference", "made", Rank.BASE, "inside")
        return [
            change
            for change in (first, *changes[:TRIED])
            if self.admitting.is_valid(change.value) and not self.refusing.is_valid(change.value)
        ]

    def _refused_places(self, document: JsonValue) -> tuple[str, ...]:
        places = (
            ".".join(str(step) for step in error.instance_path)
            for error in self.refusing.iter_errors(document)
        )
        return tuple(dict.fromkeys(place for place in places if place))

    def _payload(self, change: Variation, model: str, fields: tuple[str, ...]) -> Payload:
        fields = tuple(field for field in fields if field)
        path = change.path or fields[:1]
        worded = change._replace(
            why=f"{change.why}, which the {self.name} schema alone admits", path=path
        )
        payload = payload_of(worded, model, prefix=f"{self.slug}-")
        return payload.model_copy(update={"fields": fields or payload.fields})


def _concerns(change: Variation, fields: tuple[str, ...]) -> bool:
    """Return whether what was changed is, holds or lies in one of the places refused."""
    where = ".".join(change.path)
    return (
        not where
        or not fields
        or any(
            f"{where}.".startswith(f"{place}.") or f"{place}.".startswith(f"{where}.")
            for place in fields
        )
    )


def subtracted(first: JsonValue, second: JsonValue) -> Iterator[JsonValue]:
    """Yield the parts of the schema of all that `first` admits and `second` refuses.

    Nothing comes out where the schemas can't be subtracted: an invalid schema, a pattern that
    does not compile, or a keyword the library keeps as it is.
    """
    try:
        rest = _canonicalized(first).subtract(_canonicalized(second))
        if rest.satisfiability() == jsonschema_rs.canonical.Satisfiability.NO:
            return
        # Numbers beyond a float come out as Decimal.
        whole: JsonValue = json.loads(json.dumps(rest.to_json_schema(), default=float))
    except (ValueError, TypeError, RecursionError, jsonschema_rs.ReferencingError):
        return
    arms = whole.get("anyOf") if isinstance(whole, dict) else None
    if not isinstance(whole, dict) or not isinstance(arms, list):
        yield whole
        return
    context: Schema = {key: whole[key] for key in ("$defs", "$schema") if key in whole}
    for arm in arms:
        yield {**arm, **context} if isinstance(arm, dict) else arm


def _canonicalized(schema: JsonValue) -> jsonschema_rs.CanonicalSchema:
    if not isinstance(schema, dict | bool):
        raise TypeError("a schema is an object or a boolean")
    return jsonschema_rs.canonicalize(schema, validate_formats=True)
