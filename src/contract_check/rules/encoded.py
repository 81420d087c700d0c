"""Encoded values: what they are, in words and as conditions, and where two of them differ.

How the probe encodes a value: `contract_check_probe.encoding`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from contract_check.model.observation import VOLATILE, Encoded

PLAIN = frozenset({"str", "int", "float", "bool", "NoneType"})
"""The kinds of values that JSON holds as they are."""


@dataclass(frozen=True)
class Change:
    """One place where two values differ.

    Args:
        path: from the top of the value.
        before: encoded, or None where it was absent.
        after: encoded, or None where it is absent.
        gone: it is absent, and not null.
    """

    path: tuple[str | int, ...]
    before: Encoded | None
    after: Encoded | None
    gone: bool = False


def changes(
    before: Encoded | None, after: Encoded | None, path: tuple[str | int, ...] = ()
) -> Iterator[Change]:
    """Where two encoded values differ.

    What only the later one has is passed over: an added field is no change to those who read
    the others. So is what differed between two readings of one side.
    """
    if before == after or VOLATILE in (before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        if any(_is_volatile(value) for value in (before, after)):
            return
        if before.get("t") == after.get("t"):
            inner = children(before), children(after)
            if inner[0] is not None and inner[1] is not None:
                yield from _child_changes(inner[0], inner[1], before, after, path)
                return
    yield Change(path, before, after)


def _child_changes(
    before: Mapping[str | int, Encoded],
    after: Mapping[str | int, Encoded],
    whole: Encoded,
    whole_after: Encoded,
    path: tuple[str | int, ...],
) -> Iterator[Change]:
    if isinstance(whole, dict) and "i" in whole and len(before) != len(after):
        yield Change(path, whole, whole_after)
        return
    for key, value in before.items():
        if key not in after:
            yield Change((*path, key), value, None, gone=True)
        else:
            yield from changes(value, after[key], (*path, key))


def json_changes(
    before: JsonValue, after: JsonValue, path: tuple[str | int, ...] = ()
) -> Iterator[Change]:
    """Where two JSON documents differ; members that only the later has are passed over."""
    if (before == after and type(before) is type(after)) or VOLATILE in (before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key not in after:
                yield Change((*path, key), value, None, gone=True)
            else:
                yield from json_changes(value, after[key], (*path, key))
        return
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from json_changes(one, other, (*path, index))
        return
    yield Change(path, before, after)


def _is_volatile(value: dict[str, JsonValue]) -> bool:
    """Whether a value, or an element of a set, differed between two readings."""
    items = value.get("u", [value])
    return any(
        item == VOLATILE or (isinstance(item, dict) and VOLATILE in (item.get("v"), item.get("r")))
        for item in (items if isinstance(items, list) else [items])
    )


def children(value: dict[str, JsonValue]) -> Mapping[str | int, Encoded] | None:
    """An encoded value's fields, items or entries; None where it has no parts."""
    fields, items, pairs = value.get("f"), value.get("i"), value.get("d")
    found: dict[str | int, Encoded]
    if isinstance(fields, dict):
        found = {str(name): item for name, item in fields.items()}
        return found
    if isinstance(items, list):
        found = dict(enumerate(items))
        return found
    if isinstance(pairs, list):
        return {
            str(pair[0].get("v", pair[0]) if isinstance(pair[0], dict) else pair[0]): pair[1]
            for pair in pairs
            if isinstance(pair, list)
        }
    return None


def equal(before: Encoded | None, after: Encoded | None) -> bool:
    """Whether two encoded values are the same, or equal numbers (`1` and `1.0`)."""
    if before == after:
        return True
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    if {before.get("t"), after.get("t")} != {"int", "float"}:
        return False
    return bool(before.get("v") == after.get("v"))


def unencoded(value: Encoded) -> tuple[JsonValue] | None:
    """The plain value (in a tuple) of an encoded one made of JSON's types alone, else None."""
    if not isinstance(value, dict):
        return None
    kind = value.get("t")
    if kind in PLAIN and _is_plain(value.get("v")):
        return (value.get("v"),)
    if kind == "list" and isinstance(items := value.get("i"), list):
        inner = [unencoded(item) for item in items]
        return None if None in inner else ([item[0] for item in inner if item],)
    if kind == "dict" and isinstance(pairs := value.get("d"), list):
        found: dict[str, JsonValue] = {}
        for pair in pairs:
            if not isinstance(pair, list):
                return None
            key, item = unencoded(pair[0]), unencoded(pair[1])
            if key is None or item is None or not isinstance(key[0], str):
                return None
            found[key[0]] = item[0]
        return (found,)
    return None


def source(value: Encoded | None) -> str | None:
    """A value made of Python's literals, tuples and sets among them, as Python source; else None.

    Numbers that JSON does not hold come as text: the great ones are whole, the others have no
    literal.
    """
    if not isinstance(value, dict):
        return None
    kind, plain = kind_of(value), value.get("v")
    if kind == "int":
        return str(plain)
    if kind == "float" and isinstance(plain, str):
        return None
    if kind in PLAIN and _is_plain(plain):
        return repr(plain)
    if kind == "bytes":
        return repr(bytes.fromhex(str(plain)))
    if kind == "dict" and isinstance(pairs := value.get("d"), list):
        both = [(source(pair[0]), source(pair[1])) for pair in pairs if isinstance(pair, list)]
        shown = [f"{key}: {item}" for key, item in both if key is not None and item is not None]
        return f"{{{', '.join(shown)}}}" if len(shown) == len(pairs) else None
    items = value.get("i", value.get("u"))
    if kind not in ("list", "tuple", "set", "frozenset") or not isinstance(items, list):
        return None
    texts = [text for item in items if (text := source(item)) is not None]
    if len(texts) < len(items):
        return None
    inner = ", ".join(texts)
    if kind == "tuple":
        return f"({inner}{',' * (len(texts) == 1)})"
    if kind == "list":
        return f"[{inner}]"
    braces = f"{{{inner}}}" if texts else ""
    return braces if kind == "set" and texts else f"{kind}({braces})"


def conditions(access: str, value: Encoded) -> Iterator[str | None]:
    """Conditions that all hold for a value as it was encoded; None for a part that has none."""
    text = source(value)
    if text is not None:
        yield f"{access} == {text}"
    elif isinstance(value, dict) and isinstance(items := value.get("i"), list):
        yield f"len({access}) == {len(items)}"
        for place, item in enumerate(items):
            yield from conditions(f"{access}[{place}]", item)
    elif isinstance(value, dict) and "u" in value:
        yield _elements(access, value) or None
    else:
        told = isinstance(value, dict) and ("e" in value or "v" in value)
        yield condition_of(access, value) if told else None


def _is_plain(value: JsonValue) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def at(data: JsonValue, path: Iterable[str | int]) -> JsonValue:
    """What a document holds at a path; None where it holds nothing there."""
    for part in path:
        if isinstance(data, dict):
            data = data.get(str(part))
        elif isinstance(data, list) and str(part).isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def expression(root: str, path: Iterable[str | int]) -> str:
    """The Python expression that follows a path: attributes for names, items for positions."""
    text = root
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if part.isidentifier() else f"[{part!r}]"
    return text


def condition_of(access: str, before: Encoded | None) -> str:
    """A condition that holds for the value as it was encoded."""
    kind = kind_of(before)
    if isinstance(before, dict):
        if "e" in before:
            name = kind.rpartition(":")[2].rpartition(".")[2]
            return f"type({access}).__name__ == {name!r} and {access}.name == {before['e']!r}"
        if kind in PLAIN and _is_plain(before.get("v")):
            value = before.get("v")
            return f"{access} == {value!r} and type({access}).__name__ == {kind!r}"
        if "u" in before and (wanted := _elements(access, before)):
            return f"{wanted} and type({access}).__name__ == {kind.rpartition(':')[2]!r}"
        if ("i" in before or "d" in before) and (text := source(before)) is not None:
            return f"{access} == {text} and type({access}).__name__ == {kind!r}"
        if "v" in before:
            name = kind.rpartition(":")[2]
            return f"type({access}).__name__ == {name!r} and str({access}) == {str(before['v'])!r}"
    name = kind.rpartition(":")[2].rpartition(".")[2]
    return f"type({access}).__name__ == {name!r}"


def _elements(access: str, whole: dict[str, JsonValue]) -> str:
    """A condition on the elements of a set, in no order; empty where none can be written."""
    items = whole["u"]
    assert isinstance(items, list)
    plain = [unencoded(item) for item in items]
    if None not in plain:
        shown = ", ".join(repr(item[0]) for item in plain if item)
        return f"{access} == {f'{{{shown}}}' if shown else 'set()'}"
    told = [item for item in items if isinstance(item, dict)]
    if all("e" in item for item in told):
        return f"{{item.name for item in {access}}} == {{{_texts(told, 'e')}}}"
    if all("v" in item and kind_of(item) not in PLAIN for item in told):
        return f"{{str(item) for item in {access}}} == {{{_texts(told, 'v')}}}"
    return ""


def _texts(items: Iterable[dict[str, JsonValue]], key: str) -> str:
    return ", ".join(repr(str(item[key])) for item in items)


def kind_of(value: Encoded | None) -> str:
    """The type of an encoded value, as `int` or `package:Class`; empty for none."""
    return str(value.get("t", "")) if isinstance(value, dict) else ""


def say(value: Encoded | None) -> str:
    """An encoded value in a few words."""
    if value is None:
        return "nothing"
    if not isinstance(value, dict):
        return repr(value)[:120]
    kind = kind_of(value).rpartition(":")[2]
    if "e" in value:
        return f"{kind}.{value['e']}"
    if "v" in value:
        return repr(value["v"])[:120] if kind in PLAIN else f"{kind}({value['v']!r})"[:120]
    text = source(value)
    if text is not None:
        return text[:120]
    items = value.get("u", value.get("i"))
    shown = f"{kind}({', '.join(map(say, items))})" if isinstance(items, list) else f"a {kind}"
    return shown[:120]


def say_any(value: Encoded | None) -> str:
    """An encoded value, or a plain JSON one, in a few words."""
    return say(value) if isinstance(value, dict) and "t" in value else repr(value)[:120]
