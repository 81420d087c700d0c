"""A field that gets an alias: what is shown, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.rules import Example

_OLD = """
from typing import Optional
from pydantic import BaseModel, Field

class Order(BaseModel):
    id: int
    note: Optional[str] = Field(default=None)
"""
_USER = """from provider import Order

def out(order: Order):
    d = order.model_dump()
    return d["note"]

"""
_READ = _USER + "def get(text):\n    return Order.model_validate_json(text)\n"
_MADE = _READ + "\ndef make():\n    return Order(id=1, note='a')\n"
_WRITTEN = _READ + "\ndef send(order: Order):\n    return order.model_dump_json(by_alias=True)\n"


@pytest.mark.parametrize(
    ("consumer", "line"), [(_USER, 4), (_READ, 8), (_MADE, 11)], ids=["taken", "read", "made"]
)
@pytest.mark.parametrize("alias", ["alias", "validation_alias"])
def test_what_is_given_by_the_old_name_shows_it(
    alias: str, consumer: str, line: int, tmp_path: Path
) -> None:
    new = _OLD.replace("default=None", f'default=None, {alias}="remark"')
    found = run_example(Example(title="", old=_OLD, new=new, consumer=consumer), tmp_path)
    (told,) = found.findings
    assert told.rule == "input-name-changed"
    assert told.location is not None
    assert told.location.line == line
    assert told.witness is not None
    assert told.witness.confirmed
    assert "'note': " in told.witness.code
    assert "model_dump" not in told.witness.code


@pytest.mark.parametrize(("consumer", "line"), [(_READ, 4), (_WRITTEN, 11)])
def test_an_output_name_is_met_where_it_is_written(
    consumer: str, line: int, tmp_path: Path
) -> None:
    new = _OLD.replace("default=None", 'default=None, serialization_alias="remark"')
    found = run_example(Example(title="", old=_OLD, new=new, consumer=consumer), tmp_path)
    (told,) = found.findings
    assert told.rule == "output-name-changed"
    assert told.location is not None
    assert told.location.line == line
