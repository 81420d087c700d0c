"""Requests with a body: the consumer's application reads it with the provider's model."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import examine_example

from contract_check.model.report import Verdict
from contract_check.rules import Example

_OLD = """
from pydantic import BaseModel

class Order(BaseModel):
    id: int
    state: str = "open"

def admits(order):
    return order.id > 0
"""
_NEW = _OLD.replace("order.id > 0", "order.id > 1")
_CONSUMER = """
from provider import Order, admits

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    sent = await receive()
    headers = dict(scope["headers"])
    order = Order.model_validate_json(sent["body"])
    status, body = 201 if admits(order) else 422, order.model_dump_json().encode()
    if headers.get(b"content-type") != b"application/json":
        status = 415
    if headers.get(b"content-length") != str(len(sent["body"])).encode():
        status = 400
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": body})
"""
_CONTRACT = """
[[contract]]
name = "order-posted"
kind = "endpoint"
provider = "provider:Order"
app = "consumer:app"
request = "POST /orders?BODY"
json = { id = 1, state = "it's \\"BODY\\"" }
expect = [{ status = 201, body = { id = 1 } }]
"""


@pytest.mark.parametrize("new", [_OLD, _NEW])
def test_a_body_is_sent(new: str, tmp_path: Path) -> None:
    example = Example("", old=_OLD, new=new, consumer=_CONSUMER, contracts=_CONTRACT)

    judgement = examine_example(example, tmp_path / "example").judgement

    breaks = [item for item in judgement.findings if item.rule.startswith("endpoint-")]
    if new is _OLD:
        assert (judgement.verdict, breaks) == (Verdict.COMPATIBLE, [])
        (posted,) = [item for item in judgement.contracts if item.kind == "endpoint"]
        assert posted.status == "passed"
    else:
        (found,) = [item for item in breaks if item.rule == "endpoint-status-changed"]
        assert found.witness is not None
        assert found.witness.confirmed
        assert found.witness.candidate is not None
        assert '(422, b\'{"id":1,' in found.witness.candidate
