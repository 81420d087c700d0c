"""Payloads at limits that no JSON Schema shows: digits of decimals, bounds of dates and times."""

from __future__ import annotations

import ast
import datetime
import itertools
import re
from collections.abc import Iterator, Sequence

from contract_check.model.observation import FieldDescription, Payload, Symbol

_DIGITS = re.compile(r"\b(max_digits|decimal_places)=(\d+)")
_BOUND = re.compile(r"\b(?:ge|gt|le|lt)=(datetime\.\w+\(.*?\))(?=[,)]|$)")
_MOST_DIGITS = 60
_Time = datetime.date | datetime.time | datetime.timedelta


def from_metadata(base: Payload | None, sides: Sequence[Symbol]) -> tuple[Payload, ...]:
    """Return the plain document with values at and beside limits that only a field's metadata has.

    Args:
        base: the model's plain document; without one nothing is made.
        sides: the model as the environments describe it: a limit of either is tried.
    """
    if base is None or not isinstance(base.data, dict):
        return ()
    found: list[Payload] = []
    names = dict.fromkeys(name for side in sides for name in side.fields)
    for name in names:
        described = [side.fields[name] for side in sides if name in side.fields]
        key = next((key for item in described for key in _keys(item) if key in base.data), None)
        values = dict.fromkeys(value for item in described for value in _values(item))
        for number, value in enumerate(values if key is not None else ()):
            found.append(
                base.model_copy(
                    update={
                        "id": f"{base.id}-{name}-limit-{number}",
                        "origin": f"{name}: at or beside a limit of its metadata",
                        "data": {**base.data, str(key): value},
                        "fields": (str(key),),
                    }
                )
            )
    return tuple(found)


def _keys(described: FieldDescription) -> Iterator[str]:
    for name in (described.validation_alias, described.alias, described.name):
        if isinstance(name, str):
            yield name


def _values(described: FieldDescription) -> Iterator[str | float]:
    for text in described.constraints:
        for kind, limit in _DIGITS.findall(text):
            for count in {max(int(limit) - 1, 1), int(limit), int(limit) + 1}:
                if count <= _MOST_DIGITS:
                    yield "0." + "3" * count if kind == "decimal_places" else "3" * count
        for written in _BOUND.findall(text):
            bound = _time(written)
            for beside in _beside(bound) if bound is not None else ():
                yield (
                    beside.total_seconds()
                    if isinstance(beside, datetime.timedelta)
                    else beside.isoformat()
                )


def _time(written: str) -> _Time | None:
    """A date, time or duration from its repr; None where it is no such literal."""
    try:
        node = ast.parse(written, mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    kinds = {
        "date": datetime.date,
        "datetime": datetime.datetime,
        "time": datetime.time,
        "timedelta": datetime.timedelta,
    }
    make = kinds.get(node.func.attr)
    numbers = [item.value for item in node.args if isinstance(item, ast.Constant)]
    named = {
        item.arg: item.value.value
        for item in node.keywords
        if item.arg is not None and isinstance(item.value, ast.Constant)
    }
    if make is None or len(numbers) < len(node.args):
        return None
    zone = any(item.arg == "tzinfo" for item in node.keywords)
    extra = {"tzinfo": datetime.UTC} if zone else {}
    try:
        made: _Time = make(*numbers, **named, **extra)
    except (TypeError, ValueError, OverflowError):
        return None
    return made


def _beside(bound: _Time) -> Iterator[_Time]:
    yield bound
    if isinstance(bound, datetime.time):
        day = datetime.datetime.combine(datetime.date(2000, 1, 2), bound)
        for seconds in (-1, 1):
            yield (day + datetime.timedelta(seconds=seconds)).timetz()
        return
    steps = (datetime.timedelta(days=1), datetime.timedelta(seconds=1))
    for step, sign in itertools.product(steps, (1, -1)):
        try:
            yield bound + sign * step
        except OverflowError:
            continue
