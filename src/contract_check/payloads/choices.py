"""Variations of nodes that choose: enums, constants, booleans, and nodes that admit everything."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import JsonValue

from contract_check.payloads.schema import Schema
from contract_check.payloads.variation import Rank, Variation

OUTSIDER: Final = "contract_check_unknown"


def choice_variations(node: Schema) -> Iterator[Variation]:
    """Yield every value of an enum or constant, and values that are close to one."""
    stated = node.get("enum")
    values = [node["const"]] if "const" in node else stated if isinstance(stated, list) else []
    for index, value in enumerate(values, start=1):
        why = f"value {json.dumps(value, ensure_ascii=False)}"
        yield Variation(value, why, f"is-{_slug(value, index)}", Rank.VALUE, "inside")
    texts = [value for value in values if isinstance(value, str)]
    if texts:
        other = texts[0].swapcase()
        yield Variation(other, "in another case", "other-case", Rank.TEXT, "free")
        yield Variation(f" {texts[0]} ", "with spaces around", "spaces", Rank.TEXT, "free")
        yield Variation(OUTSIDER, "none of its values", "outsider", Rank.NEAR, "outside")
    numbers = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    if numbers:
        yield Variation(str(numbers[0]), "a number in quotes", "as-text", Rank.COERCED, "free")
        outside = max(numbers) + 1
        yield Variation(outside, "none of its values", "outsider", Rank.NEAR, "outside")
    yield Variation(["wrong"], "of the wrong type", "wrong-type", Rank.WRONG, "outside")


def _slug(value: JsonValue, index: int) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    plain = text.isascii() and text.replace("_", "").replace("-", "").replace(".", "").isalnum()
    return text if plain and len(text) <= 32 else str(index)


def switch_variations(plain: bool) -> Iterator[Variation]:
    """Yield the other boolean, and what lax reading takes for one."""
    other = not plain
    yield Variation(other, f"value {str(other).lower()}", f"is-{other}", Rank.VALUE, "inside")
    yield Variation("true", "the text true", "true-text", Rank.COERCED, "free")
    yield Variation(1, "the number 1", "as-number", Rank.COERCED, "free")
    yield Variation("not-a-boolean", "of the wrong type", "wrong-type", Rank.WRONG, "outside")


def open_variations() -> Iterator[Variation]:
    """Yield a value of each JSON type that a plain text is not."""
    values: tuple[tuple[str, JsonValue], ...] = (
        ("number", 7), ("null", None), ("list", ["a", 1]), ("object", {"a": {"b": 1}}),
    )  # fmt: skip
    for name, value in values:
        yield Variation(value, f"of JSON type {name}", name, Rank.TEXT, "inside")


def finite(changes: Iterable[Variation]) -> Iterator[Variation]:
    """Leave out what JSON has no spelling for."""
    for change in changes:
        if not isinstance(change.value, float) or math.isfinite(change.value):
            yield change
