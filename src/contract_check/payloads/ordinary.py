"""What a person would write: payloads of models that nobody declared hold nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from contract_check.model.observation import Payload


def ordinary(payloads: Iterable[Payload], written: Iterable[Payload] = ()) -> Iterator[Payload]:
    """Yield the payloads that a person would write, with numbers as a person would write them.

    Texts of no characters, and values that only lax reading takes, are left out. A number with a
    fraction is given without. Unless the consumer itself writes such a thing.

    Args:
        payloads: made from schemas.
        written: what the consumer's own calls pass.
    """
    shown = [leaf for payload in written for leaf in _leaves(payload.data)]
    empty_texts = "" in shown
    fractions = any(isinstance(leaf, float) and not leaf.is_integer() for leaf in shown)
    for payload in payloads:
        if payload.odd or (not empty_texts and "" in _leaves(payload.data)):
            continue
        plain = payload.data if fractions else _whole(payload.data)
        yield payload.model_copy(update={"data": plain}) if plain != payload.data else payload


def _leaves(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]


def _whole(value: JsonValue) -> JsonValue:
    """With whole numbers; a ratio stays one."""
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, float) and not value.is_integer() and abs(value) > 1:
        return float(int(value))
    return value
