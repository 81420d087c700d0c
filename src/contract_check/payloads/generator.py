"""Documents for a JSON Schema: a plain one, and every change of it worth replaying."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Final
from zlib import crc32

from pydantic import JsonValue

from contract_check.payloads.choices import (
    choice_variations,
    finite,
    open_variations,
    switch_variations,
)
from contract_check.payloads.patterns import longer_matching, matching, unmatched
from contract_check.payloads.schema import (
    NoValue,
    Schema,
    SchemaDocument,
    Trail,
    arms_of,
    canonical,
    most_arms,
    needs_search,
    type_of,
)
from contract_check.payloads.shapes import (
    is_model,
    item_schema,
    open_schema,
    prefix_of,
    properties_of,
    required_of,
    sizes_of,
)
from contract_check.payloads.values import (
    count_key,
    number_variations,
    plain_number,
    plain_text,
    text_variations,
)
from contract_check.payloads.variation import Rank, Variation

EXTRA: Final = "contract_check_extra"
STEPS: Final = 20_000
"""How many nodes may be looked at for one schema."""
LEAN_AFTER: Final = 400
"""From so many nodes of one plain document on, what is optional is left out."""
DEEPEST: Final = 6
"""How many levels of a document are varied."""
FEW_ARMS: Final = 4
MOST_ITEMS: Final = 200
MOST_SEARCHES: Final = 25
"""How often a value is searched for by trying; each time a validator is compiled."""
Path = tuple[str, ...]


class Exhausted(Exception):  # noqa: N818 - caught in this room, it never leaves it
    """The schema took more steps than it may."""


class Generator:
    """Makes documents for one schema. Equal schemas give equal documents, in equal order.

    Args:
        schema: a JSON Schema document.
        only: the properties at the top to vary; None for all.
        shallow: vary what stands at the top; what is inside appears by one plain instance.
    """

    def __init__(
        self, schema: JsonValue, only: frozenset[str] | None = None, *, shallow: bool = False
    ) -> None:
        self._only = only
        self.document = SchemaDocument(schema)
        self._numbers: dict[Path, int] = {}
        self._taken: set[int] = set()
        self._steps = 0
        self._searches = 0
        self._deepest = 5 if most_arms(self.document.root) <= FEW_ARMS else 3
        if shallow or only is not None:
            self._deepest = 1  # what is the same appears by one plain instance
        self._lean_at = LEAN_AFTER

    def plain(self) -> JsonValue:
        """Return the plain document: every property present, values that differ from each other.

        Raises:
            NoValue: when none can be made.
            Exhausted: when the search took too long.
        """
        return self._plain(self.document.root, (), ())

    def variations(self, plain: JsonValue) -> Iterator[Variation]:
        """Yield the changes of the plain document, each with one thing different; may repeat."""
        try:
            yield from self._vary(self.document.root, plain, (), ())
        except Exhausted:
            return

    # -- plain values ------------------------------------------------------------------------

    def _spend(self) -> None:
        self._steps += 1
        if self._steps > STEPS:
            raise Exhausted

    def _is_lean(self, trail: Trail) -> bool:
        """Return whether to leave out what may be left out: deep down, and inside a recursion.

        Judging a document against unions nested in each other takes time exponential in its depth.
        """
        return (
            self._steps > self._lean_at
            or len(trail) > self._deepest
            or len(set(trail)) < len(trail)
        )

    def _plain(self, schema: JsonValue, path: Path, trail: Trail) -> JsonValue:
        self._spend()
        node, trail = self.document.resolve(schema, trail)
        try:
            value = self._plain_of(node, path, trail)
        except NoValue:
            return self._stated(node)
        return self._searched(node, value, path, trail) if needs_search(node) else value

    def _stated(self, node: Schema) -> JsonValue:
        """Return a value the schema itself gives, where none could be made."""
        examples = node.get("examples")
        if isinstance(examples, list) and examples:
            return examples[0]
        if node.get("default") is not None:
            return node["default"]
        raise NoValue("no value was found")

    def _searched(self, node: Schema, value: JsonValue, path: Path, trail: Trail) -> JsonValue:
        """Return the first value that meets what the generator has no rule for, as `not`."""
        if self._searches >= MOST_SEARCHES:
            return value
        self._searches += 1
        accepts = self.document.accepts_at(node)
        if accepts(value):
            return value
        for change in islice(self._vary_of(node, value, path, trail), 200):
            if accepts(change.value):
                return change.value
        return value

    def _plain_of(self, node: Schema, path: Path, trail: Trail) -> JsonValue:
        if "const" in node:
            return node["const"]
        if isinstance(values := node.get("enum"), list) and values:
            return next((value for value in values if value != node.get("default")), values[0])
        if (arms := arms_of(node)) is not None:
            return self._first_arm(arms, path, trail)
        kind = type_of(node)
        if kind == "object":
            return self._plain_object(node, path, trail)
        if kind == "array":
            return self._plain_array(node, path, trail)
        return self._plain_scalar(node, kind, path, trail)

    def _plain_scalar(self, node: Schema, kind: str, path: Path, trail: Trail) -> JsonValue:
        number = self._number(path)
        if kind in ("integer", "number"):
            return plain_number(node, number, kind == "integer")
        if kind == "boolean":
            return node.get("default") is not True
        if kind == "null":
            return None
        if node.get("contentMediaType") == "application/json":
            return json.dumps(self._plain(node.get("contentSchema", {}), path, trail))
        return plain_text(node, _name(path), number)

    def _number(self, path: Path) -> int:
        """Return the path's own number, 100 to 999 until these run out.

        It depends on the path and not on the order of visits, so that two versions of a schema
        give the same document where they agree.
        """
        if path not in self._numbers:
            number = 100 + crc32(".".join(path).encode()) % 900
            while number in self._taken:
                number += 1
            self._taken.add(number)
            self._numbers[path] = number
        return self._numbers[path]

    def _first_arm(self, arms: list[Schema], path: Path, trail: Trail) -> JsonValue:
        null_last = [arm for arm in arms if arm.get("type") != "null"]
        null_last += [arm for arm in arms if arm.get("type") == "null"]
        if self._is_lean(trail):
            null_last.sort(key=lambda arm: (arm.get("type") != "null", "$ref" in arm))
        for arm in null_last:
            try:
                return self._plain(arm, path, trail)
            except NoValue:
                continue
        raise NoValue("no arm has a value")

    def _plain_object(self, node: Schema, path: Path, trail: Trail) -> JsonValue:
        value: dict[str, JsonValue] = {}
        required = required_of(node)
        properties = properties_of(node)
        for name, schema in properties.items():
            if path and name not in required and self._is_lean(trail):
                continue
            try:
                value[name] = self._plain(schema, (*path, name), trail)
            except NoValue:
                if name in required:
                    raise
        for name in required:
            if name not in value:
                value[name] = self._plain(open_schema(node), (*path, name), trail)
        wanted = count_key(node, "minProperties") or (0 if is_model(node) else 1)
        for _ in range(min(wanted, MOST_ITEMS) - len(value)):
            try:
                value |= self._entry(node, value, path, trail)
            except NoValue:
                if len(value) < (count_key(node, "minProperties") or 0):
                    raise
                break
        return value

    def _entry(
        self, node: Schema, taken: dict[str, JsonValue], path: Path, trail: Trail
    ) -> dict[str, JsonValue]:
        """Return one more entry of a mapping, as an object with just that entry."""
        if count_key(node, "maxProperties") == len(taken):
            raise NoValue("a mapping that must stay empty")
        key, schema = self._key(node, taken, path, trail)
        return {key: self._plain(schema, (*path, key), trail)}

    def _key(
        self, node: Schema, taken: dict[str, JsonValue], path: Path, trail: Trail
    ) -> tuple[str, JsonValue]:
        patterns = node.get("patternProperties")
        if isinstance(patterns, dict):
            for pattern, schema in patterns.items():
                for key in matching(pattern) + longer_matching(pattern):
                    if key not in taken:
                        return key, schema
        names, _ = self.document.resolve(node.get("propertyNames", {}), trail)
        # A key that is a number in text is read by mappings from texts and from numbers alike.
        count = self._number((*path, str(len(taken)), "key"))
        keys: list[JsonValue] = [str(count)]
        if names:
            plain = self._plain(names, (*path, "key"), trail)
            keys = [plain, *(v.value for v in self._vary(names, plain, (*path, "key"), trail)
                             if v.aim == "inside")]  # fmt: skip
        for name in keys:
            if isinstance(name, str) and name not in taken:
                return name, open_schema(node)
        raise NoValue("no further key")

    def _plain_array(self, node: Schema, path: Path, trail: Trail) -> JsonValue:
        least = count_key(node, "minItems") or 0
        most = count_key(node, "maxItems")
        ahead = len(prefix_of(node))
        wanted = max(least, ahead or 1)
        if self._is_lean(trail):
            wanted = least
        try:
            return self._items(node, wanted if most is None else min(wanted, most), path, trail)
        except NoValue:
            if least == 0:
                return []
            raise

    def _items(self, node: Schema, count: int, path: Path, trail: Trail) -> list[JsonValue]:
        """Return so many items, different ones where the schema asks for it."""
        if count > MOST_ITEMS:
            raise NoValue("too many items")
        items: list[JsonValue] = []
        seen: set[str] = set()
        for index in range(count):
            schema = item_schema(node, index)
            if index == 0 and isinstance(wanted := node.get("contains"), dict):
                schema = {"allOf": [schema, wanted]}
            item = self._plain(schema, (*path, str(index)), trail)
            if node.get("uniqueItems") is True and canonical(item) in seen:
                item = self._unlike(schema, item, seen, (*path, str(index)), trail)
            seen.add(canonical(item))
            items.append(item)
        return items

    def _unlike(
        self, schema: JsonValue, item: JsonValue, seen: set[str], path: Path, trail: Trail
    ) -> JsonValue:
        for change in islice(self._vary(schema, item, path, trail), 100):
            if change.aim == "inside" and canonical(change.value) not in seen:
                return change.value
        raise NoValue("no further unique item")

    # -- variations --------------------------------------------------------------------------

    def _vary(
        self, schema: JsonValue, plain: JsonValue, path: Path, trail: Trail
    ) -> Iterator[Variation]:
        try:
            node, trail = self.document.resolve(schema, trail)
        except NoValue:
            return
        yield from self._vary_of(node, plain, path, trail)

    def _vary_of(
        self, node: Schema, plain: JsonValue, path: Path, trail: Trail
    ) -> Iterator[Variation]:
        self._spend()
        self._lean_at = self._steps + LEAN_AFTER
        if isinstance(examples := node.get("examples"), list):
            for index, example in enumerate(examples, start=1):
                yield Variation(example, "as its example", f"example-{index}", Rank.VALUE, "inside")
        if "const" in node or isinstance(node.get("enum"), list):
            yield from choice_variations(node)
        elif (arms := arms_of(node)) is not None:
            yield from self._vary_arms(arms, plain, path, trail)
        else:
            yield from self._vary_typed(node, plain, path, trail)

    def _vary_typed(
        self, node: Schema, plain: JsonValue, path: Path, trail: Trail
    ) -> Iterator[Variation]:
        kind = type_of(node)
        if kind == "object" and isinstance(plain, dict):
            yield from self._vary_object(node, plain, path, trail)
        elif kind == "array" and isinstance(plain, list):
            yield from self._vary_array(node, plain, path, trail)
        elif kind == "string" and isinstance(plain, str):
            yield from self._vary_text(node, plain, path, trail)
        elif kind == "boolean" and isinstance(plain, bool):
            yield from switch_variations(plain)
        elif kind in ("integer", "number") and isinstance(plain, int | float):
            yield from finite(number_variations(node, plain, kind == "integer"))
        elif kind == "null":
            yield Variation("not-null", "of the wrong type", "wrong-type", Rank.WRONG, "outside")
        elif kind == "any":
            yield from open_variations()

    def _vary_text(self, node: Schema, plain: str, path: Path, trail: Trail) -> Iterator[Variation]:
        if node.get("contentMediaType") != "application/json":
            yield from text_variations(node, plain)
            return
        schema = node.get("contentSchema", {})
        for change in self._vary(schema, json.loads(plain), path, trail):
            aim = change.aim if change.aim != "outside" else "free"
            yield change._replace(value=json.dumps(change.value), aim=aim)
        yield Variation("{", "no JSON", "malformed", Rank.NEAR, "free")

    def _vary_arms(
        self, arms: list[Schema], plain: JsonValue, path: Path, trail: Trail
    ) -> Iterator[Variation]:
        for index, arm in enumerate(arms, start=1):
            try:
                value = self._plain(arm, path, trail)
            except NoValue:
                continue
            if value is None:
                yield Variation(None, "null", "null", Rank.OPTIONAL, "inside")
                continue
            as_plain = type(value) is type(plain) and value == plain
            if not as_plain:
                why = f"as arm {index} of its union"
                yield Variation(value, why, f"arm-{index}", Rank.ARM, "inside")
            for change in self._vary(arm, value, path, trail):
                yield change if as_plain else change._replace(slug=f"arm-{index}-{change.slug}")

    def _vary_object(
        self, node: Schema, plain: dict[str, JsonValue], path: Path, trail: Trail
    ) -> Iterator[Variation]:
        required = required_of(node)
        varied = plain
        if not path and self._only is not None:
            varied = {name: value for name, value in plain.items() if name in self._only}
        yield from _absences(plain, required, varied)
        if varied or not plain:
            yield from self._vary_extra(node, plain, path, trail)
        if not is_model(node):
            yield from self._vary_entries(node, plain, path, trail)
        properties = properties_of(node)
        if len(path) < DEEPEST:
            for name, value in varied.items():
                schema = properties.get(name, open_schema(node, name))
                for change in self._vary(schema, value, (*path, name), trail):
                    yield _lifted(change, name, {**plain, name: change.value})
        for name in varied:
            if name in properties:
                null = Variation({**plain, name: None}, "null", "null", Rank.WRONG, "outside")
                yield null._replace(path=(name,))
        if path:
            yield Variation("wrong", "of the wrong type", "wrong-type", Rank.WRONG, "outside")
        elif self._only is None:
            yield Variation([plain], "in a list", "in-list", Rank.WRONG, "outside")

    def _vary_extra(
        self, node: Schema, plain: dict[str, JsonValue], path: Path, trail: Trail
    ) -> Iterator[Variation]:
        if not is_model(node):
            return
        rule = node.get("additionalProperties")
        value: JsonValue = "unexpected"
        if isinstance(rule, dict):
            try:
                value = self._plain(rule, (*path, EXTRA), trail)
            except NoValue:
                return
        change = Variation(
            {**plain, EXTRA: value}, "an unknown property", "unknown", Rank.EXTRA,
            "outside" if rule is False else "free", (EXTRA,),
        )  # fmt: skip
        yield change

    def _vary_entries(
        self, node: Schema, plain: dict[str, JsonValue], path: Path, trail: Trail
    ) -> Iterator[Variation]:
        least, most = count_key(node, "minProperties") or 0, count_key(node, "maxProperties")
        yield Variation({}, "empty", "empty", Rank.OPTIONAL, "outside" if least else "inside")
        sizes = [(2, "with two entries", "inside"), (least - 1, "with too few entries", "outside")]
        if most is not None:
            sizes += [(most, "as large as it may be", "inside"), (most + 1, "too large", "outside")]
        free = {key: value for key, value in node.items() if key != "maxProperties"}
        for size, why, aim in sizes:
            if not 0 < size <= MOST_ITEMS:
                continue
            value = dict(islice(plain.items(), size))
            try:
                while len(value) < size:
                    value |= self._entry(free, value, path, trail)
            except NoValue:
                continue
            inside = aim == "inside"
            rank = Rank.BOUND if inside else Rank.NEAR
            slug = why.replace(" ", "-")
            yield Variation(value, why, slug, rank, "inside" if inside else "outside")
        yield from self._vary_keys(node, plain)

    def _vary_keys(self, node: Schema, plain: dict[str, JsonValue]) -> Iterator[Variation]:
        if not plain:
            return
        value = next(iter(plain.values()))
        if "patternProperties" not in node and "propertyNames" not in node:
            yield Variation(
                {"Some Key": value}, "under another key", "other-key", Rank.TEXT, "free"
            )
        names = node.get("propertyNames")
        patterns = node.get("patternProperties")
        pattern = next(iter(patterns), None) if isinstance(patterns, dict) else None
        if isinstance(names, dict) and isinstance(names.get("pattern"), str):
            pattern = str(names["pattern"])
        off = unmatched(pattern, next(iter(plain))) if pattern is not None else None
        if off is not None:
            yield Variation({off: value}, "under a wrong key", "wrong-key", Rank.NEAR, "outside")

    def _vary_array(
        self, node: Schema, plain: list[JsonValue], path: Path, trail: Trail
    ) -> Iterator[Variation]:
        for size, why, inside in sizes_of(node):
            try:
                items = self._items(node, size, path, trail)
            except NoValue:
                continue
            rank = Rank.BOUND if inside else Rank.NEAR
            slug = why.replace(" ", "-")
            yield Variation(items, why, slug, rank, "inside" if inside else "outside")
        if len(path) < DEEPEST:
            varied = len(plain) if prefix_of(node) else 1
            for index, item in enumerate(plain[:varied]):
                rest = plain[index + 1 :]
                schema = item_schema(node, index)
                for change in self._vary(schema, item, (*path, str(index)), trail):
                    lifted: list[JsonValue] = [*plain[:index], change.value, *rest]
                    yield _lifted(change, str(index), lifted)
        if plain:
            yield Variation([None, *plain[1:]], "null", "null", Rank.WRONG, "outside", ("0",))
        if node.get("uniqueItems") is True and plain:
            twice: list[JsonValue] = [plain[0], plain[0]]
            yield Variation(twice, "with an item twice", "twice", Rank.TEXT, "free")
        yield Variation("wrong", "of the wrong type", "wrong-type", Rank.WRONG, "outside")


def _name(path: Path) -> str:
    """Return the innermost name of a path that is no index."""
    return next((part for part in reversed(path) if not part.isdigit()), "value")


def _lifted(change: Variation, name: str, value: JsonValue) -> Variation:
    return change._replace(value=value, path=(name, *change.path))


def _absences(
    plain: dict[str, JsonValue], required: list[str], varied: dict[str, JsonValue]
) -> Iterator[Variation]:
    least = {name: value for name, value in plain.items() if name in required}
    optional = plain.keys() - least.keys()
    if optional and (len(optional) > 1 or not optional <= varied.keys()):
        yield Variation(least, "only required fields", "only-required", Rank.VALUE, "inside", ())
    for name in varied:
        without = {key: value for key, value in plain.items() if key != name}
        if name in required:
            yield Variation(without, "missing", "missing", Rank.NEAR, "outside", (name,))
        else:
            yield Variation(without, "absent", "absent", Rank.OPTIONAL, "inside", (name,))
