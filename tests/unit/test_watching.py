"""What the consumer's tests do with the provider, as it is noted and told."""

from __future__ import annotations

import enum
import sys
import types
from pathlib import Path

from pydantic import BaseModel

from contract_check.model.usage import Place
from contract_check.trials.running import BuiltModel
from contract_check.trials.showing import uses
from contract_check_probe.watching import Watch, plain


class Level(enum.Enum):
    HIGH = "high"


def test_values_are_json_as_far_as_they_are() -> None:
    given = {"a": [1, Level.HIGH, float("inf"), object()], "b": {1: 2}, "c": "x" * 9_000}
    assert plain(given, 0) == {
        "members": {"a": [1, "high", {"open": True}, {"open": True}], "b": {"open": True},
                    "c": {"open": True}}
    }  # fmt: skip


def provider(folder: Path) -> types.ModuleType:
    file = folder / "made_up_provider.py"
    file.write_text(
        "from pydantic import BaseModel\n\n\nclass Order(BaseModel):\n    amount: int\n\n\n"
        "def order(amount):\n    return Order(amount=amount)\n"
    )
    module = types.ModuleType("made_up_provider")
    module.__file__ = str(file)
    sys.modules["made_up_provider"] = module
    exec(compile(file.read_text(), str(file), "exec"), module.__dict__)
    return module


def test_what_the_consumer_builds_counts_and_what_the_provider_builds_does_not(
    tmp_path: Path,
) -> None:
    made = provider(tmp_path)
    watch = Watch(["made_up_provider"], [str(Path(__file__).resolve())])
    watch.start()
    try:
        made.Order(amount=1)
        made.Order.model_validate({"amount": 2})
        made.order(3)
    finally:
        watch.stop()
        del sys.modules["made_up_provider"]
    told = [(one["model"], one["way"], one["data"]) for one in watch.built]
    assert told == [
        ("made_up_provider:Order", "constructor", {"amount": 1}),
        ("made_up_provider:Order", "validate", {"members": {"amount": 2}}),
    ]
    assert "made_up_provider:order" in watch.reached
    assert {one["file"] for one in watch.built} == {str(Path(__file__).resolve())}


def test_a_watch_that_is_over_sees_nothing() -> None:
    class Own(BaseModel):
        size: int

    watch = Watch(["nobody"], [str(Path(__file__).resolve())])
    watch.start()
    watch.stop()
    Own(size=1)
    assert watch.built == []


def test_secrets_are_left_open() -> None:
    built = [
        BuiltModel(
            model="prov:Login", way="constructor", file="a.py", line=3,
            data={
                "user": "ann", "password": "hunter2", "url": "https://u:p@host/x",
                "note": "it is hunter3-hunter3", "more": {"members": {"api_key": "k", "n": 1}},
            },
        )
    ]  # fmt: skip
    (use,) = uses(built, ["hunter3-hunter3"])
    assert (use.target, use.place) == ("prov:Login", Place("a.py", 3))
    assert use.keywords == ("user", "password", "url", "note", "more")
    assert dict(use.literals) == {"user": "'ann'", "more": "{'api_key': ..., 'n': 1}"}
