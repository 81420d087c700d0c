"""Making a payload small while it still shows what it shows."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import JsonValue

from contract_check.model.observation import Payload

Ask = Callable[[JsonValue], bool]


def minimal(payload: Payload, still_fails: Ask, *, calls: int = 64) -> JsonValue:
    """Return a smaller document that still fails.

    Members, items and characters are taken away, outer ones first, for as long as `still_fails`
    agrees.

    Args:
        payload: one whose document fails; that is not asked again.
        still_fails: whether a document shows the same failure.
        calls: how often `still_fails` may be asked.

    Returns:
        The smallest document found; the payload's own where nothing can go.
    """
    left = calls

    def ask(candidate: JsonValue) -> bool:
        nonlocal left
        left -= 1
        return left >= 0 and still_fails(candidate)

    smallest = payload.data
    while left > 0:
        smaller = _shrunk(smallest, ask)
        if smaller == smallest:
            break
        smallest = smaller
    return smallest


def _shrunk(value: JsonValue, ask: Ask) -> JsonValue:
    """Return what one pass over a value leaves of it."""
    if isinstance(value, dict):
        return _shrunk_object(value, ask)
    if isinstance(value, list):
        return _shrunk_list(value, ask)
    if isinstance(value, str):
        return _shrunk_text(value, ask)
    return value


def _shrunk_object(value: dict[str, JsonValue], ask: Ask) -> JsonValue:
    if len(value) > 1 and ask({}):
        return {}
    for name in list(value):
        without = {key: member for key, member in value.items() if key != name}
        if ask(without):
            value = without
    for name in value:
        whole = value

        def inside(
            member: JsonValue, name: str = name, whole: dict[str, JsonValue] = whole
        ) -> bool:
            return ask({**whole, name: member})

        value = {**value, name: _shrunk(value[name], inside)}
    return value


def _shrunk_list(value: list[JsonValue], ask: Ask) -> JsonValue:
    if len(value) > 1 and ask([]):
        return []
    while len(value) > 3 and ask(value[: len(value) // 2]):
        value = value[: len(value) // 2]
    for index in reversed(range(len(value))):
        without = [*value[:index], *value[index + 1 :]]
        if ask(without):
            value = without
    for index in range(len(value)):
        before, after = value[:index], value[index + 1 :]

        def inside(
            item: JsonValue,
            before: list[JsonValue] = before,
            after: list[JsonValue] = after,
        ) -> bool:
            return ask([*before, item, *after])

        value = [*before, _shrunk(value[index], inside), *after]
    return value


def _shrunk_text(value: str, ask: Ask) -> JsonValue:
    if len(value) > 1 and ask(value[:1]):
        return value[:1]
    while len(value) > 3 and ask(value[: len(value) // 2]):
        value = value[: len(value) // 2]
    return value
