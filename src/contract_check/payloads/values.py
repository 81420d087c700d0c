"""Scalars: a plain value that satisfies a node, and the values around its limits."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from pydantic import JsonValue

from contract_check.payloads.patterns import compiled, matching, unmatched
from contract_check.payloads.schema import NoValue, Schema
from contract_check.payloads.variation import Rank, Variation

EXACT_LIMIT: Final = 2**53
"""The integers beyond are not exact in a reader that keeps numbers as floats (RFC 8259, 6)."""
LONG: Final = 300
LONGEST_MADE: Final = 5000
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
_MIXED: Final = " MiXed "
_UNICODE: Final = "\u00dcn\u00efc\u00f8d\u00e9 \u503c"

Number = int | float


def number_key(node: Schema, key: str) -> Number | None:
    """Return a keyword's number, or None where it has none."""
    value = node.get(key)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def count_key(node: Schema, key: str) -> int | None:
    """Return a keyword's count (a length, a number of items), or None where it has none."""
    value = number_key(node, key)
    return None if value is None or value < 0 else int(value)


class Range:
    """The numbers a node admits, as multiples of a step.

    Args:
        node: the node, with its reference followed.
        whole: whether it is of type `integer`.
    """

    def __init__(self, node: Schema, whole: bool) -> None:
        self.whole = whole
        multiple = number_key(node, "multipleOf")
        self.low, low_open = _bound(node, "minimum", "exclusiveMinimum", max)
        self.high, high_open = _bound(node, "maximum", "exclusiveMaximum", min)
        self.step = self._step(multiple)
        self.first = None if self.low is None else self._ceil(self.low, low_open)
        self.last = None if self.high is None else -self._ceil(-self.high, high_open)

    def _step(self, multiple: Number | None) -> Fraction:
        if multiple and math.isfinite(multiple) and multiple > 0:
            step = Fraction(str(multiple))
            return step if not self.whole or step.denominator == 1 else Fraction(step.numerator)
        if self.whole:
            return Fraction(1)
        width = None if self.low is None or self.high is None else self.high - self.low
        return Fraction(1, 100) if width is None or width >= 1 or width <= 0 else width / 100

    def _ceil(self, bound: Fraction, is_open: bool) -> int:
        """Return the least multiple of the step that is not below a bound."""
        count = math.ceil(bound / self.step)
        return count + 1 if is_open and count * self.step == bound else count

    def plain(self, number: int) -> Number:
        """Return an ordinary number inside, different for different `number`s where there is room.

        Raises:
            NoValue: when the range is empty.
        """
        scale = 1 if self.step >= 1 else math.ceil(1 / self.step)
        count = number * scale + (0 if self.whole else scale // 2)
        if self.first is not None and self.last is not None:
            room = self.last - self.first
            if room < 0:
                raise NoValue("no number is in its range")
            count = self.first + (1 + count % (room - 1) if room > 2 else room // 2)
        elif self.first is not None:
            count = self.first + count if self.first > 0 else max(self.first + 1, count)
        elif self.last is not None:
            count = self.last - count if self.last < 0 else min(self.last - 1, count)
        return self.at(count)

    def at(self, count: int) -> Number:
        value = count * self.step
        return int(value) if self.whole else _float(value)

    def edges(self) -> Iterator[tuple[Number, str, bool]]:
        """Yield each number at, just inside and just outside a bound: value, words, inside."""
        for count, name, outward in ((self.first, "minimum", -1), (self.last, "maximum", 1)):
            if count is not None:
                yield self.at(count), f"at its {name}", True
                yield self.at(count - outward), f"just inside its {name}", True
                yield self.at(count + outward), f"just outside its {name}", False


def _bound(
    node: Schema, closed: str, opened: str, tightest: Callable[[Fraction, Fraction], Fraction]
) -> tuple[Fraction | None, bool]:
    closed_at, open_at = _fraction(node, closed), _fraction(node, opened)
    if open_at is None or closed_at is None:
        return (closed_at, False) if open_at is None else (open_at, True)
    bound = tightest(closed_at, open_at)
    return bound, bound == open_at


def _fraction(node: Schema, key: str) -> Fraction | None:
    value = number_key(node, key)
    return None if value is None or not math.isfinite(value) else Fraction(str(value))


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise NoValue("a number too large for JSON") from error


def plain_number(node: Schema, number: int, whole: bool) -> Number:
    """Return an ordinary number for a node, not its default.

    Raises:
        NoValue: when its range is empty.
    """
    span = Range(node, whole)
    value = span.plain(number)
    return span.plain(number + 1) if value == node.get("default") else value


def number_variations(node: Schema, base: Number, whole: bool) -> Iterator[Variation]:
    """Yield the numbers at a node's limits, and those that lax reading makes numbers of."""
    span = Range(node, whole)
    for value, why, inside in span.edges():
        slug = why.replace(" its ", "-").replace(" ", "-")
        yield Variation(
            value, why, slug, Rank.BOUND if inside else Rank.NEAR, "inside" if inside else "outside"
        )
    yield Variation(0, "zero", "zero", Rank.TEXT, "inside")
    yield Variation(-base, "negative", "negative", Rank.TEXT, "inside")
    if "multipleOf" in node:
        off = _off_multiple(span, base)
        yield Variation(off, "no multiple of its step", "off-step", Rank.NEAR, "outside")
    if whole:
        yield Variation(base + 0.5, "with a fraction", "fraction", Rank.NEAR, "outside")
        yield Variation(
            float(base), "an integer written as float", "as-float", Rank.COERCED, "free"
        )
        big = EXACT_LIMIT + 1
        yield Variation(big, "beyond 2^53", "big", Rank.LARGE, "inside")
    else:
        yield Variation(round(base) or 1, "an integer", "as-integer", Rank.TEXT, "inside")
        yield Variation("NaN", "the text NaN", "nan-text", Rank.COERCED, "free")
        yield Variation("Infinity", "the text Infinity", "infinity-text", Rank.COERCED, "free")
        yield Variation(1e300, "very large", "large", Rank.LARGE, "inside")
    yield Variation(str(base), "a number in quotes", "as-text", Rank.COERCED, "free")
    yield Variation(True, "true for a number", "true", Rank.COERCED, "free")
    yield Variation("not-a-number", "of the wrong type", "wrong-type", Rank.WRONG, "outside")


def _off_multiple(span: Range, base: Number) -> Number:
    if span.whole and span.step >= 2:
        return int(base) + 1
    return float(Fraction(str(base)) + span.step / 2)


def plain_text(node: Schema, name: str, number: int) -> str:
    """Return an ordinary string for a node, not its default.

    Raises:
        NoValue: when none of the strings tried satisfies its pattern and lengths.
    """
    shortest, longest = _lengths(node)
    if shortest > LONGEST_MADE or (longest is not None and longest < shortest):
        raise NoValue("no string has its length")
    if isinstance(pattern := node.get("pattern"), str):
        choices = _by_pattern(node, pattern, name, number)
        if not choices:
            raise NoValue(f"no string was found for the pattern {pattern}")
        return next((text for text in choices if text != node.get("default")), choices[0])
    if isinstance(form := node.get("format"), str) and (made := formatted(form, name, number)):
        return made
    # Not as long as it may be: that is a variation.
    top = longest if longest is None or longest <= max(shortest, 1) else longest - 1
    return _fitted(f"{name}-{number}", str(number), shortest, top)


def _lengths(node: Schema) -> tuple[int, int | None]:
    return count_key(node, "minLength") or 0, count_key(node, "maxLength")


def _by_pattern(node: Schema, pattern: str, name: str, number: int) -> list[str]:
    """Return strings for a pattern, those that tell fields apart first."""
    shortest, longest = _lengths(node)
    own = [f"{name}-{number}", f"{name}{number}", str(number), name]
    top = LONGEST_MADE if longest is None else longest
    matches = compiled(pattern)
    if matches is None:
        return []
    fits = [t for t in own if shortest <= len(t) <= top and matches(t)]
    return [*fits, *matching(pattern, shortest, longest)]


def _fitted(text: str, distinct: str, shortest: int, longest: int | None) -> str:
    if len(text) < shortest:
        text += (_ALPHABET * (shortest // len(_ALPHABET) + 1))[: shortest - len(text)]
    return text if longest is None or len(text) <= longest else (distinct + text)[:longest]


def formatted(form: str, name: str, number: int) -> str | None:
    """Return a string of a JSON Schema or Pydantic format, or None for a format not known here."""
    day, hour, minute = number % 28 + 1, number % 24, number % 60
    date, time = f"2024-03-{day:02}", f"{hour:02}:{minute:02}:{number % 59:02}"
    tail = f"{number:012d}"
    version = form[4:] if form[:4] == "uuid" and form[4:].isdigit() else "4"
    made = {
        "date-time": f"{date}T{time}Z",
        "date": date,
        "time": f"{time}Z",
        "duration": f"P{day}DT{hour}H",
        "email": f"{name.lower()}-{number}@example.com",
        "name-email": f"{name} <{name.lower()}-{number}@example.com>",
        "hostname": f"h{number}.example.com",
        "ipv4": f"192.0.2.{number % 250 + 1}",
        "ipv6": f"2001:db8::{number}",
        "ipv4network": f"192.0.{number % 250}.0/24",
        "ipv6network": f"2001:db8:{number}::/48",
        "ipv4interface": f"192.0.2.{number % 250 + 1}/24",
        "ipv6interface": f"2001:db8::{number}/48",
        "ipvanyaddress": f"192.0.2.{number % 250 + 1}",
        "ipvanynetwork": f"192.0.{number % 250}.0/24",
        "ipvanyinterface": f"192.0.2.{number % 250 + 1}/24",
        "uri": f"https://example.com/{name}/{number}",
        "uri-reference": f"/{name}/{number}",
        "multi-host-uri": f"postgresql://example.com:5432/{name}{number}",
        "base64": base64.b64encode(f"{name}-{number}".encode()).decode(),
        "base64url": base64.urlsafe_b64encode(f"{name}-{number}".encode()).decode(),
        "json-pointer": f"/{name}/{number}",
        "json-string": f'{{"{name}": {number}}}',
        "regex": f"^{name}{number}$",
        "color": "teal",
        "zoneinfo": "UTC",
    }.get(form)
    if made is None and form.startswith("uuid"):
        return f"{tail[4:]}-{tail[:4]}-{version}000-8000-{tail}"
    return made


_WRITINGS: Final[dict[str, tuple[tuple[str, JsonValue, str, bool], ...]]] = {
    "date-time": (
        ("with an offset", "2024-03-05T06:07:08+05:30", "offset", True),
        ("with microseconds", "2024-03-05T06:07:08.123456Z", "microseconds", True),
        ("without a time zone", "2024-03-05T06:07:08", "naive", False),
        ("with a space for the T", "2024-03-05 06:07:08Z", "space", False),
        ("a date alone", "2024-03-05", "date-only", False),
        ("seconds since 1970", 1709618828, "epoch", False),
        ("far in the future", "2999-12-31T23:59:59Z", "future", True),
    ),
    "date": (
        ("a date and midnight", "2024-03-05T00:00:00Z", "midnight", False),
        ("far in the future", "2999-12-31", "future", True),
    ),
    "time": (
        ("without a time zone", "06:07:08", "naive", False),
        ("without seconds", "06:07", "no-seconds", False),
    ),
    "duration": (
        ("seconds as a number", 90, "seconds", False),
        ("negative", "-P1D", "negative", False),
        ("clock time", "01:02:03", "clock", False),
    ),
    "uri": (
        ("without a path", "https://example.com", "no-path", True),
        ("with query and fragment", "https://example.com/a?b=c#d", "query", True),
        ("http", "http://example.com/", "http", True),
        ("in upper case", "HTTPS://EXAMPLE.COM/A", "upper", False),
    ),
    "email": (("in mixed case", "MiXed@Example.com", "mixed", True),),
    "uuid": (
        ("without dashes", "00000000000040008000000000000001", "no-dashes", False),
        ("in upper case", "ABCDEF00-0000-4000-8000-00000000000A", "upper", True),
        ("of version 1", "abcdef00-0000-1000-8000-00000000000a", "version-1", True),
        ("of version 7", "018f0000-0000-7000-8000-00000000000a", "version-7", True),
    ),
    "binary": (("not ASCII", _UNICODE, "unicode", True),),
    "password": (("with spaces and mixed case", _MIXED, "mixed", True),),
}


def text_variations(node: Schema, base: str) -> Iterator[Variation]:
    """Yield the strings at a node's limits, and those that show rewriting."""
    shortest, longest = _lengths(node)
    pattern, form = node.get("pattern"), node.get("format")
    if isinstance(pattern, str):
        yield from _pattern_variations(pattern, base, shortest, longest)
    else:
        yield from _length_variations(base, shortest, longest)
    if isinstance(form, str) and (form in _WRITINGS or formatted(form, "a", 1)):
        yield from _format_variations(form)
    else:
        yield Variation("", "empty", "empty", Rank.TEXT, "inside")
        yield Variation(_MIXED, "with spaces and mixed case", "mixed", Rank.TEXT, "free")
        yield Variation(_UNICODE, "not ASCII", "unicode", Rank.TEXT, "inside")
        yield Variation("x" * LONG, "very long", "long", Rank.LARGE, "inside")
        yield Variation(850, "a number for a text", "as-number", Rank.COERCED, "free")
    yield Variation(["wrong"], "of the wrong type", "wrong-type", Rank.WRONG, "outside")


def _format_variations(form: str) -> Iterator[Variation]:
    for why, value, slug, inside in _WRITINGS.get(form, ()):
        yield Variation(value, why, slug, Rank.TEXT, "inside" if inside else "free")
    yield Variation(f"not-a-{form}", f"no {form}", "malformed", Rank.NEAR, "outside")
    yield Variation("", "empty", "empty", Rank.NEAR, "outside")


def _length_variations(base: str, shortest: int, longest: int | None) -> Iterator[Variation]:
    for length, name, outward in ((shortest or None, "shortest", -1), (longest, "longest", 1)):
        if length is None or length > LONGEST_MADE:
            continue
        for size, where, inside in (
            (length, "at its", True),
            (length - outward, "just inside its", True),
            (length + outward, "just outside its", False),
        ):
            if size >= 0:
                yield Variation(
                    _fitted(base, base, size, size),
                    f"{where} {name}",
                    f"{where.replace(' its', '').replace(' ', '-')}-{name}",
                    Rank.BOUND if inside else Rank.NEAR,
                    "inside" if inside else "outside",
                )


def _pattern_variations(
    pattern: str, base: str, shortest: int, longest: int | None
) -> Iterator[Variation]:
    spellings = matching(pattern, shortest, longest)
    for index, text in enumerate(sorted(spellings, key=lambda t: (len(t), t)), start=1):
        yield Variation(text, f"matching {pattern}", f"match-{index}", Rank.BOUND, "inside")
    off = unmatched(pattern, base, shortest, longest)
    if off is not None:
        yield Variation(off, f"not matching {pattern}", "no-match", Rank.NEAR, "outside")
