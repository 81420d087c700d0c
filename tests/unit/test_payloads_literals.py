"""Payloads with the literals that the consumer's calls pass to a model."""

from __future__ import annotations

import ast

from pydantic import JsonValue

from contract_check.model.observation import Payload
from contract_check.model.usage import CallUse, Place
from contract_check.payloads import from_literals

META: dict[str, JsonValue] = {"schemaId": "s", "headers": {"a": "b"}, "size": 1}


def payloads(data: JsonValue = META, least: JsonValue = None) -> list[Payload]:
    made = [Payload(id="M-base", model="core:M", origin="base", data=data)]
    if least is not None:
        made.append(Payload(id="M-r", model="core:M", origin="only required fields", data=least))
    return made


def call(text: str, target: str = "core:M") -> CallUse:
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Call)
    literals = [(str(n), ast.unparse(arg)) for n, arg in enumerate(node.args)]
    literals += [
        (str(k.arg), ast.unparse(k.value))
        for k in node.keywords
        if not isinstance(k.value, ast.Name)
    ]
    return CallUse(
        target,
        len(node.args),
        tuple(str(k.arg) for k in node.keywords),
        open_ended=False,
        awaited=False,
        place=Place("shop/a.py", 7),
        literals=tuple(literals),
    )


def test_a_call_gives_what_it_names_and_what_is_required() -> None:
    (made,) = from_literals(
        payloads(least={"schemaId": "s"}),
        [call("M(schema_id='t', size=given, headers={'source': 'x', 'type': ...}, more=given)")],
        {"schemaId": "schema_id"},
    )
    assert made.data == {"schema_id": "t", "size": 1, "headers": {"source": "x", "type": "b"}}
    assert (made.mode, made.origin) == ("constructor", "literal at shop/a.py:7")
    assert made.place == Place("shop/a.py", 7)


def test_what_json_can_not_hold_is_left_as_it_was() -> None:
    (made,) = from_literals(
        payloads(), [call("M(schemaId=b'x', size=-2, headers={'a': 1j}, rate=None)")], {}
    )
    assert made.data == {**META, "size": -2, "rate": None}


def test_model_validate_and_a_model_that_is_no_record_take_the_value_itself() -> None:
    validated = call("M({'schema_id': 't', 'size': ...})", "core:M.model_validate")
    (made,) = from_literals(
        payloads(least={"schemaId": "s"}), [validated], {"schemaId": "schema_id"}
    )
    assert (made.mode, made.data) == ("python", {"schema_id": "t", "size": 1})
    (made,) = from_literals(payloads(["a"]), [call("M(['BRK.B', ...])")], {})
    assert (made.mode, made.data) == ("python", ["BRK.B", "a"])


def test_a_call_without_a_plain_document_to_complete_gives_nothing() -> None:
    assert from_literals([], [call("M(size=1)")], {}) == ()
    assert from_literals(payloads("text"), [call("M(size=1)")], {}) == ()
