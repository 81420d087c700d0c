"""Payloads a contract declares, and putting payloads of several sources together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from pydantic import JsonValue

from contract_check.model.contracts import Contract
from contract_check.model.observation import Payload
from contract_check.payloads.from_schemas import BASE, ONLY_REQUIRED, short_name, with_unique_ids
from contract_check.payloads.schema import canonical, leaf_paths

SAMPLE = "sample"


def from_samples(contract: Contract, model: str) -> tuple[Payload, ...]:
    """Return what a contract itself declares to be valid.

    Args:
        contract: the declaration; one of an enum has no payloads.
        model: the `module:name` the payloads are for.

    Returns:
        The samples, then for each value the contract names (`Contract.values`) the first sample
        with that value in its place. All have `expect="valid"`.
    """
    if contract.kind == "enum":
        return ()
    payloads = [
        _declared(model, f"{contract.name}-{SAMPLE}-{index}", f"{SAMPLE} {index}", sample, None)
        for index, sample in enumerate(contract.samples, start=1)
    ]
    for path, values in contract.values.items():
        for index, value in enumerate(values, start=1):
            document = _first_with(contract.samples, tuple(path.split(".")), value)
            if document is not None:
                slug = f"{contract.name}-{path}-value-{index}"
                payloads.append(
                    _declared(model, slug, f"{path}: value the contract names", document, path)
                )
    return merge(payloads)


def _declared(model: str, slug: str, origin: str, data: JsonValue, path: str | None) -> Payload:
    fields = tuple(".".join(p) for p in leaf_paths(data)) if path is None else (path,)
    return Payload(
        id=f"{short_name(model)}-{slug}",
        model=model,
        origin=origin,
        data=data,
        expect="valid",
        fields=fields,
    )


def _first_with(
    samples: Iterable[Mapping[str, JsonValue]], path: tuple[str, ...], value: JsonValue
) -> JsonValue | None:
    """Return the first sample that has room for a value at a path, with that value there."""
    for sample in samples:
        placed = _placed(dict(sample), path, value)
        if placed is not None:
            return placed
    return None


def _placed(document: JsonValue, path: tuple[str, ...], value: JsonValue) -> JsonValue | None:
    if not path:
        return value
    name, rest = path[0], path[1:]
    if isinstance(document, dict) and (name in document or not rest):
        inner = _placed(document.get(name), rest, value)
        return None if inner is None and rest else {**document, name: inner}
    if isinstance(document, list) and name.isdigit() and int(name) < len(document):
        index = int(name)
        inner = _placed(document[index], rest, value)
        if inner is not None or not rest:
            return [*document[:index], inner, *document[index + 1 :]]
    return None


def merge(*groups: Iterable[Payload], limit: int | None = None) -> tuple[Payload, ...]:
    """Return the payloads of all groups, each document once for each model and mode.

    Args:
        groups: the most important first: of equal documents the first stays.
        limit: how many payloads at most for each model; None for all.

    Returns:
        In the order given, with unique ids (a repeated one gets `~2`, `~3` ...).
    """
    return with_unique_ids(_distinct(groups, limit))


def _distinct(groups: Iterable[Iterable[Payload]], limit: int | None) -> Iterator[Payload]:
    seen: set[tuple[str, str, str]] = set()
    counts: Counter[str] = Counter()
    for group in groups:
        for payload in group:
            key = (payload.model, payload.mode, canonical(payload.data))
            if key in seen or (limit is not None and counts[payload.model] >= limit):
                continue
            seen.add(key)
            counts[payload.model] += 1
            yield payload


def constructor_variants(
    payloads: Iterable[Payload], names: Mapping[str, str]
) -> tuple[Payload, ...]:
    """Return the central payloads again as constructor calls and as Python objects.

    They show what JSON does not: strict mode, `populate_by_name`, arguments that went.

    Args:
        payloads: of any models; those read as JSON whose plain, required-only or declared
            documents are taken, and for Python those with a value of an enum too.
        names: alias to field name, for the top level of the model.

    Returns:
        New payloads, those given not included. A document whose names change is tried in the
        constructor under the field names and under the aliases, and as JSON under the field names.
    """
    variants: list[Payload] = []
    for payload in payloads:
        if payload.mode != "json" or payload.expect == "invalid":
            continue
        central = _is_central(payload)
        if central and isinstance(payload.data, dict):
            variants.extend(_called(payload, payload.data, names))
        if central or ": value " in payload.origin:
            variants.append(_again(payload, "python", payload.data, "python", "as Python objects"))
    return merge(variants)


def _is_central(payload: Payload) -> bool:
    return payload.expect == "valid" or payload.origin.startswith((BASE, ONLY_REQUIRED))


def _called(
    payload: Payload, data: dict[str, JsonValue], names: Mapping[str, str]
) -> Iterator[Payload]:
    by_field = {names.get(key, key): value for key, value in data.items()}
    yield _again(payload, "call", by_field, "constructor", "as a constructor call")
    if by_field != data:
        words = "as a constructor call by alias"
        yield _again(payload, "call-by-alias", data, "constructor", words)
        yield _again(payload, "by-name", by_field, "json", "by field name")


def _again(payload: Payload, slug: str, data: JsonValue, mode: str, words: str) -> Payload:
    changes = {
        "id": f"{payload.id}-{slug}",
        "origin": f"{payload.origin}, {words}",
        "data": data,
        "mode": mode,
        # The contract speaks of the document as JSON; strict models may refuse it otherwise.
        "expect": "unknown",
    }
    return payload.model_copy(update=changes)
