"""What an instance writes, by name and by alias."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SerializationInfo, field_serializer

from contract_check_probe.replaying import written


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


class Holder(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    held: Unprintable

    @field_serializer("held", when_used="json")
    def _held(self, value: Unprintable) -> str:
        return "held"


class Renamed(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    size: int = Field(alias="Size")


class Switching(BaseModel):
    size: int

    @field_serializer("size")
    def _size(self, value: int, info: SerializationInfo) -> Any:
        return str(value) if info.by_alias else value


def test_an_alias_shows_in_the_dumps_by_alias_alone() -> None:
    told = written(Renamed, Renamed(size=1), ())
    assert told["python"]["d"][0][0]["v"] == "size"
    assert told["python_alias"]["d"][0][0]["v"] == "Size"
    assert (told["json"], told["json_alias"]) == ({"size": 1}, {"Size": 1})


def test_a_serializer_that_asks_how_it_is_called_is_heard_twice() -> None:
    told = written(Switching, Switching(size=1), ())
    assert told["python"]["d"][0][1] == {"t": "int", "v": 1}
    assert told["python_alias"]["d"][0][1] == {"t": "str", "v": "1"}
    assert (told["json"], told["json_alias"]) == ({"size": 1}, {"size": "1"})


def test_a_value_that_can_not_be_printed_is_no_failure_to_dump() -> None:
    told = written(Holder, Holder(held=Unprintable()), ())
    assert "failure" not in told
    assert told["json"] == told["json_alias"] == {"held": "held"}
    assert "repr raised RuntimeError" in told["python_alias"]["d"][0][1]["r"]
