"""What a snapshot proves of a witness program that can't be run with the baseline any more."""

from __future__ import annotations

import ast
import dataclasses
import json
from collections.abc import Iterator
from typing import TypeVar

from pydantic import JsonValue

from contract_check.judge.conclude import Tried
from contract_check.model.observation import VOLATILE, Answer, Outcome
from contract_check.rules.case import Case

_A = TypeVar("_A", bound=Answer)
_RECORDED = "passes, by what the snapshot recorded"
_NOT_RECORDED = "not run: the snapshot does not say"


def opened(case: Case) -> Case:
    """A case whose candidate leaves open what the snapshot that stands for the baseline does.

    A value that differed while the snapshot was taken, as a moment, differs today as well.
    """
    now, before = case.candidate, case.baseline
    if before is None:
        return case
    symbols = {
        ref: _like(symbol, before.described.symbols.get(ref))
        for ref, symbol in now.described.symbols.items()
    }
    told = before.replayed
    replayed = now.replayed.model_copy(
        update={
            "outcomes": _all_like(now.replayed.outcomes, told.outcomes, "payload"),
            "calls": _all_like(now.replayed.calls, told.calls, "id"),
            "http": _all_like(now.replayed.http, told.http, "id"),
            "scenarios": _all_like(now.replayed.scenarios, told.scenarios, "id"),
        }
    )
    described = now.described.model_copy(update={"symbols": symbols})
    candidate = now.model_copy(update={"described": described, "replayed": replayed})
    return dataclasses.replace(case, candidate=candidate)


def _all_like(now: tuple[_A, ...], before: tuple[_A, ...], name: str) -> tuple[_A, ...]:
    known = {getattr(item, name): item for item in before}
    return tuple(_like(item, known.get(getattr(item, name))) for item in now)


def _like(now: _A, before: _A | None) -> _A:
    if before is None or VOLATILE not in before.model_dump_json(by_alias=True):
        return now
    both = (item.model_dump(mode="json", by_alias=True) for item in (now, before))
    return type(now).model_validate(_masked(*both))


def _masked(value: JsonValue, by: JsonValue) -> JsonValue:
    if by == VOLATILE:
        return VOLATILE
    if isinstance(value, dict) and isinstance(by, dict):
        return {key: _masked(item, by.get(key)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(by, list) and len(value) == len(by):
        return [_masked(*pair) for pair in zip(value, by, strict=True)]
    return value


def recorded(case: Case, tried: Tried) -> Tried:
    """A program that was run with the candidate alone, held against a snapshot of the baseline.

    What the program is to prove a rule has found in the baseline's own answers. What is left is
    whether the program gets that far there: what it imports, and what it reads, is there.

    Args:
        case: the facts; those of the baseline come from the snapshot.
        tried: what came of the program.
    """
    if not tried.confirmed:
        return tried
    shown = _is_shown(case, tried)
    return dataclasses.replace(
        tried,
        baseline=_RECORDED if shown else _NOT_RECORDED,
        confirmed=shown,
        unproven=not shown,
    )


def _is_shown(case: Case, tried: Tried) -> bool:
    """Whether the baseline's own answers say that the program passes there."""
    tree = ast.parse(tried.program.code)
    if not all(_is_there(case, module, name) for module, name in _taken(tree)):
        return False
    if tried.program.kind == "payload":
        return _is_read(case, tree, tried.program.code)
    return True


def _taken(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.module, alias.name) for alias in node.names)


def _is_there(case: Case, module: str, name: str | None) -> bool:
    """Whether the baseline has a module, or a name in it, if it is one of the two packages'."""
    before = case.baseline
    assert before is not None
    root = module.partition(".")[0]
    if root not in case.provider_roots | case.consumer_roots:
        return True
    outcome = next((item for item in before.described.modules if item.name == module), None)
    if outcome is not None and outcome.failure is not None:
        return False
    if name is None:
        return (
            outcome is not None
            or module in case.names_before
            or any(
                ref.partition(":")[0].startswith(module) and symbol.kind != "missing"
                for ref, symbol in before.described.symbols.items()
            )
        )
    symbol = before.symbol(f"{module}:{name}") or before.symbol(f"{module}.{name}")
    if symbol is not None:
        return symbol.kind != "missing"
    offered = outcome.names if outcome is not None else case.names_before.get(module, ())
    return name in offered


def _is_read(case: Case, tree: ast.Module, code: str) -> bool:
    """Whether the payload of a program was replayed, and came out as the program wants it."""
    wanted = 'raise SystemExit("the payload was accepted")' not in code
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="payload")], value=value):
                try:
                    data = json.dumps(ast.literal_eval(value), sort_keys=True)
                except (ValueError, TypeError):
                    return False
                return any(
                    outcome.accepted is wanted and not outcome.unstable
                    for outcome in _outcomes(case, data)
                )
    return True


def _outcomes(case: Case, data: str) -> Iterator[Outcome]:
    for identifier, payload in case.payloads.items():
        outcome = case.outcomes_before.get(identifier)
        if outcome is not None and json.dumps(payload.data, sort_keys=True) == data:
            yield outcome
