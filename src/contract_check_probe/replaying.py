"""Replays payloads, calls and programs, and says what became of them."""

from __future__ import annotations

import contextlib
import enum
import inspect
import typing
import warnings
from itertools import takewhile

# Bound now: imported code may put other functions in their places.
from json import dumps, loads
from typing import Any

from contract_check_probe.encoding import arranged, encode, identity, settle
from contract_check_probe.failures import describe_failure, describe_warnings
from contract_check_probe.importing import resolve
from contract_check_probe.limits import bounded, clock, reason, within

_MOST_STUCK = 3
"""Payloads of one model that may fail to be replayed before the others are left out."""


class Payloads:
    """Replays payloads at their models: accepted or not, their dumps, who reads them.

    Each is read twice, and what differs between the two readings (a clock in a default) is left
    out. A payload with the same keys as one that was steady is read once: defaults and what makes
    them are the same for both. One that can't be replayed is `given_up`, with the reason.

    Args:
        seconds: that all payloads together may take.
        item_seconds: that one reading may take; and half of `seconds` those of one model.
    """

    def __init__(self, seconds: float, item_seconds: float) -> None:
        self._until = clock() + seconds
        self._item_seconds, self._model_seconds = item_seconds, seconds / 2
        self._steady: set[tuple[str, str, Any]] = set()
        self._spent: dict[str, float] = {}
        self._stuck: dict[str, int] = {}

    def replay(self, payload: dict[str, Any]) -> dict[str, Any]:
        """What became of one payload."""
        model, started = payload["model"], clock()
        if self._stuck.get(model, 0) >= _MOST_STUCK:
            return _given_up(payload, "those before it could not be replayed")
        if started > self._until or self._spent.get(model, 0.0) > self._model_seconds:
            return _given_up(payload, "no time was left for it")
        try:
            with within(self._item_seconds):
                fact = self._replayed(payload)
            bounded(fact)
        except BaseException as error:  # noqa: BLE001 - whatever it raises, the others are replayed
            self._stuck[model] = self._stuck.get(model, 0) + 1
            fact = _given_up(payload, reason(error))
        self._spent[model] = self._spent.get(model, 0.0) + clock() - started
        return fact

    def _replayed(self, payload: dict[str, Any]) -> dict[str, Any]:
        kind = (payload["model"], payload.get("mode", "json"), _keys(payload["data"]))
        fact = _replay_once(payload)
        if kind not in self._steady:
            agreed = _agreed(fact, _replay_once(payload))
            if fact["accepted"] and agreed == fact:
                self._steady.add(kind)
            fact = agreed
        return fact


def _given_up(payload: dict[str, Any], why: str) -> dict[str, Any]:
    told = {"payload": payload["id"], "model": payload["model"]}
    return {**told, "accepted": False, "given_up": why}


def _keys(data: Any) -> Any:
    """The keys of a document, at all depths."""
    if isinstance(data, dict):
        return frozenset((key, _keys(value)) for key, value in data.items())
    if isinstance(data, list):
        return frozenset(map(_keys, data))
    return None


_VALUES = frozenset({"attributes", "python", "python_alias", "json", "json_alias", "properties"})
"""Parts of a fact that hold values; the others say what became of them."""


def _agreed(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """What two readings of the same thing agree on; `unstable` where it went another way.

    A warning or a message is the first reading's: code that warns once does so there.
    """
    if first.keys() != second.keys() or _course(first) != _course(second):
        told: dict[str, Any] = {key: first[key] for key in ("payload", "model") if key in first}
        return {**told, "accepted": False, "unstable": True}
    agreed = {
        key: settle(value, second[key]) if key in _VALUES else value for key, value in first.items()
    }
    if "warnings" in agreed:
        agreed["warnings"] = list(map(_worded, first["warnings"], second["warnings"]))
        agreed["warnings"] += first["warnings"][len(second["warnings"]) :]
    if "outcome" in agreed:
        agreed["outcome"] = _agreed(first["outcome"], second["outcome"])
    if "read_by" in agreed:
        read = {ref: _agreed(one, second["read_by"][ref]) for ref, one in first["read_by"].items()}
        agreed["read_by"] = {ref: one for ref, one in read.items() if "unstable" not in one}
    return agreed


def _worded(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """A warning, up to the word in which two readings of it differ."""
    one, other = first["message"], second["message"]
    if first["category"] != second["category"] or one == other:
        return first
    words = zip(one.split(), other.split(), strict=False)
    same = [word for word, _ in takewhile(lambda pair: pair[0] == pair[1], words)]
    return {**first, "message": " ".join([*same, "…"])}


def _course(fact: dict[str, Any]) -> list[Any]:
    """How a reading went, apart from the values it came to."""
    failures = [fact[key] for key in ("failure", "roundtrip_failure") if key in fact]
    return [
        *(fact.get(key) for key in ("accepted", "roundtrip", "extra")),
        *(failure["type"] for failure in failures),
        *((issue["type"], issue["loc"]) for item in failures for issue in item["errors"]),
    ]


def _replay_once(payload: dict[str, Any]) -> dict[str, Any]:
    fact: dict[str, Any] = {"payload": payload["id"], "model": payload["model"], "accepted": False}
    with warnings.catch_warnings(record=True) as recorded:
        warnings.simplefilter("always")
        try:
            model = resolve(payload["model"])
            instance = _read(model, payload["data"], payload.get("mode", "json"))
        except Exception as error:  # noqa: BLE001 - a refusal is a fact, whatever is raised
            fact["failure"] = describe_failure(error)
        else:
            fact["accepted"] = True
            fact.update(written(model, instance, payload.get("read_by", ())))
    fact["warnings"] = describe_warnings(list(recorded))
    return fact


def _read(model: Any, data: Any, mode: str) -> Any:
    if mode == "constructor":
        return model(**data)
    if mode == "python":
        return model.model_validate(data)
    return model.model_validate_json(dumps(data))


def written(model: Any, instance: Any, read_by: typing.Iterable[str]) -> dict[str, Any]:
    """What an instance writes, and what becomes of that."""
    fact: dict[str, Any] = {"attributes": encode(instance)}
    try:
        dump, dump_alias = instance.model_dump(), instance.model_dump(by_alias=True)
        fact["python"] = python = encode(dump)
        same = _alike(dump, dump_alias)  # as it is where nothing has an alias
        fact["python_alias"] = python_alias = python if same else encode(dump_alias)
        # Pydantic 2.12 lets a model's own configuration choose the default of `by_alias`.
        text = instance.model_dump_json(by_alias=False)
        text_alias = instance.model_dump_json(by_alias=True)
        fact["json"] = document = arranged(loads(text), python)
        same = same and text == text_alias
        fact["json_alias"] = document if same else arranged(loads(text_alias), python_alias)
    except Exception as error:  # noqa: BLE001 - a serializer that raises is a fact
        fact["failure"] = describe_failure(error)
        fact["roundtrip"] = "unserializable"
        return fact
    fact.update(_round_trip(model, fact["attributes"], text, text_alias))
    fact["read_by"] = {ref: _reading(ref, text, text_alias) for ref in read_by}
    return fact


def _alike(dump: Any, other: Any) -> bool:
    """Whether two dumps of one instance are sure to be encoded alike."""
    try:
        return repr(dump) == repr(other)
    except Exception:  # noqa: BLE001 - repr of foreign objects may raise anything: not sure, then
        return False


def _round_trip(model: Any, before: Any, text: str, text_alias: str) -> dict[str, Any]:
    try:
        again = _read_text(model, text, text_alias)
    except Exception as error:  # noqa: BLE001 - a refusal is a fact
        return {"roundtrip": "refused", "roundtrip_failure": describe_failure(error)}
    after = encode(again)
    if before == after:
        return {"roundtrip": "same"}
    return {"roundtrip": "different", "roundtrip_detail": difference(before, after)}


def _read_text(model: Any, text: str, text_alias: str) -> Any:
    """Read a dump back by alias, as peers do; by name where only that is accepted."""
    try:
        return model.model_validate_json(text_alias)
    except Exception:
        if text == text_alias:
            raise
        return model.model_validate_json(text)


def difference(before: Any, after: Any, path: str = "") -> str:
    """The first place where two encoded values differ, as `path: before -> after`."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            if before.get(key) != after.get(key):
                inner = path if key in ("f", "i", "u", "d", "v") else f"{path}.{key}".strip(".")
                return difference(before.get(key), after.get(key), inner)
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            if one != other:
                return difference(one, other, f"{path}.{index}".strip("."))
    return f"{path}: {dumps(before)[:200]} -> {dumps(after)[:200]}"


def _reading(ref: str, text: str, text_alias: str) -> dict[str, Any]:
    try:
        model = resolve(ref)
        instance = _read_text(model, text, text_alias)
        extra = getattr(instance, "model_extra", None) or {}
        return {
            "accepted": True,
            "attributes": encode(instance),
            "json": arranged(
                loads(instance.model_dump_json(by_alias=False)), encode(instance.model_dump())
            ),
            "extra": sorted(str(name) for name in extra),
        }
    except Exception as error:  # noqa: BLE001 - a refusal is a fact
        return {"accepted": False, "failure": describe_failure(error)}


def call_factory(call: dict[str, Any]) -> dict[str, Any]:
    """Call a factory twice with the same arguments and replay what it returns."""
    first, second = _call_once(call), _call_once(call)
    for fact in (first, second):
        if "failure" in fact:
            return fact
    return _agreed(first, second)


def _call_once(call: dict[str, Any]) -> dict[str, Any]:
    fact: dict[str, Any] = {"id": call["id"]}
    with warnings.catch_warnings(record=True) as recorded:
        warnings.simplefilter("always")
        try:
            factory = resolve(call["target"])
            result = factory(**_arguments(factory, call.get("kwargs", {})))
            if inspect.isawaitable(result):
                import asyncio

                result = asyncio.run(_awaited(result))
        except Exception as error:  # noqa: BLE001 - a factory that fails is a fact
            fact["failure"] = describe_failure(error)
        else:
            fact.update(_returned(result, call))
    fact["warnings"] = describe_warnings(list(recorded))
    return fact


async def _awaited(result: Any) -> Any:
    return await result


def _returned(result: Any, call: dict[str, Any]) -> dict[str, Any]:
    kind = type(result)
    fact: dict[str, Any] = {
        "type": identity(kind),
        "bases": [identity(base) for base in kind.__mro__ if base is not object],
        "properties": _properties(result),
    }
    if hasattr(kind, "model_validate_json"):
        outcome = {"payload": call["id"], "model": call.get("model", ""), "accepted": True}
        fact["outcome"] = {**outcome, **written(kind, result, call.get("read_by", ()))}
    return fact


def _properties(result: Any) -> dict[str, Any]:
    """The public properties that the result's own class defines, each read once."""
    found: dict[str, Any] = {}
    for name, raw in vars(type(result)).items():
        if isinstance(raw, property) and not name.startswith("_"):
            try:
                found[name] = encode(getattr(result, name))
            except Exception as error:  # noqa: BLE001 - a property that fails is a fact
                found[name] = {"t": "!", "r": f"{type(error).__name__}: {error}"[:500]}
    return found


def _arguments(function: Any, given: dict[str, Any]) -> dict[str, Any]:
    """JSON values as the function's annotations want them: an enum's value becomes its member."""
    try:
        hints = typing.get_type_hints(function)
    except (NameError, TypeError, AttributeError):
        hints = {}
    return {name: _converted(value, hints.get(name)) for name, value in given.items()}


def _converted(value: Any, hint: Any) -> Any:
    candidates = [hint, *typing.get_args(hint)]
    for kind in candidates:
        if isinstance(kind, type) and issubclass(kind, enum.Enum) and not isinstance(value, kind):
            # What is no member any more is handed over as it is: the function's own refusal tells.
            with contextlib.suppress(ValueError):
                return kind(value)
            return value
        if isinstance(kind, type) and hasattr(kind, "model_validate") and isinstance(value, dict):
            return kind.model_validate(value)
    return value


def run_scenario(scenario: dict[str, Any]) -> dict[str, Any]:
    """Run a small program as it stands; what it leaves in `result` is told."""
    fact: dict[str, Any] = {"id": scenario["id"]}
    namespace: dict[str, Any] = {"__name__": "__contract_check_scenario__"}
    with warnings.catch_warnings(record=True) as recorded:
        warnings.simplefilter("always")
        try:
            exec(compile(scenario["code"], f"<scenario {scenario['id']}>", "exec"), namespace)
        except SystemExit as exit_:
            if exit_.code not in (None, 0) or not _raised_in(exit_, namespace):
                fact["failure"] = describe_failure(exit_)
        except Exception as error:  # noqa: BLE001 - a scenario that fails is a fact
            fact["failure"] = describe_failure(error)
        else:
            fact["result"] = encode(namespace["result"]) if "result" in namespace else None
    fact["warnings"] = describe_warnings(list(recorded))
    return fact


def _raised_in(error: BaseException, namespace: dict[str, Any]) -> bool:
    """Whether a program raised this itself: an exit 0 of the code it calls is no pass."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and traceback.tb_frame.f_globals is namespace
