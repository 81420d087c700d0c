"""What can't be described or replayed is one line under "not checked"; the rest is judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.rules.harness import examine_example

from contract_check.judge import Judgement, without_gaps
from contract_check.model.report import Severity
from contract_check.rules import Example
from contract_check.rules.library import Sources

USER = "from provider import {0}\n\ndef use():\n    return {0}\n"
ORDER = "\n\ndef order(size, note=''):\n    return size\n"
CALLER = "\n\ndef buy():\n    return order(size=1)\n"


def judged(tmp_path: Path, old: str, new: str, consumer: Sources) -> Judgement:
    example = Example(title="", old=old, new=new, consumer=consumer)
    return examine_example(example, tmp_path).judgement


def breaks(judgement: Judgement) -> list[str]:
    return [item.rule for item in judgement.findings if item.severity is Severity.BREAK]


ODD = {
    "a built-in function": ("import time\nodd = time.perf_counter\n", ""),
    "a built-in static method": ("class odd:\n    now = staticmethod(abs)\n", ""),
    "a text that raises": (
        "class Odd:\n    def __repr__(self):\n        raise SystemExit(1)\nodd = Odd()\n",
        "",
    ),
    "attributes that raise": (
        "class Odd:\n    def __getattribute__(self, name):\n        raise RuntimeError(name)\n"
        "odd = Odd()\n",
        "RuntimeError",
    ),
    "a metaclass that raises": (
        "class Meta(type):\n    def __getattribute__(cls, name):\n        raise RuntimeError\n"
        "class odd(metaclass=Meta):\n    size = 1\n",
        "RuntimeError",
    ),
    "a descriptor that raises": (
        "class Odd:\n    def __get__(self, instance, owner):\n        raise RuntimeError('no')\n"
        "class odd:\n    keys = Odd()\n",
        "RuntimeError: no",
    ),
    "more than an answer has room for": ("odd = list(range(200_000))\n", "200000 items"),
    "what JSON lacks": ("odd = [float('nan'), float('inf'), '\\ud800']\n", ""),
    "a model with NaN as a default": (
        "from pydantic import BaseModel\n\nclass odd(BaseModel):\n    size: float = float('nan')\n",
        "",
    ),
    "a factory that ends the process": (
        "from dataclasses import dataclass, field\n\n@dataclass\nclass odd:\n"
        "    size: int = field(default_factory=lambda: exit(3))\n",
        "",
    ),
    "a model that ends the process": (
        "from pydantic import BaseModel\n\nclass odd(BaseModel):\n    size: int = 1\n\n"
        "    def model_post_init(self, context):\n        raise SystemExit(2)\n",
        "could not be replayed: SystemExit: 2",
    ),
    "a hook that kills the process": (
        "import os\n\nclass Meta(type):\n    def __dir__(cls):\n        os._exit(7)\n\n"
        "class odd(metaclass=Meta):\n    size = 1\n",
        "exited with status 7",
    ),
}


@pytest.mark.parametrize(("source", "told"), ODD.values(), ids=ODD)
def test_one_odd_thing_stops_nothing_else(tmp_path: Path, source: str, told: str) -> None:
    """The parameter `size` goes as well: that is found all the same, and nothing else."""
    consumer = USER.format("odd") + "\nfrom provider import order\n" + CALLER
    changed = ORDER.replace("size", "amount")
    # What is the same on both sides is not replayed.
    other = source.replace(
        "        raise SystemExit(2)", "        del context; raise SystemExit(2)"
    )
    judgement = judged(tmp_path, source + ORDER, other + changed, consumer)
    assert breaks(judgement) == ["call-no-longer-binds"]
    assert judgement.errors == ()
    reasons = [item.reason for item in judgement.unchecked]
    assert any(told in reason for reason in reasons), reasons


def test_a_part_that_one_side_can_not_describe_is_no_difference(tmp_path: Path) -> None:
    plain = "class Box:\n    def __init__(self, size=1):\n        self.size = size\n"
    raising = (
        "class Size:\n    def __repr__(self):\n        raise MemoryError\n\n"
        + plain.replace("size=1", "size=Size()")
        + "\n    @property\n    def __isabstractmethod__(self):\n        return 0\n"
    )
    consumer = "from provider import Box\n\ndef make():\n    return Box(size=2).size\n"
    assert breaks(judged(tmp_path, plain, raising, consumer)) == []


UNSCHEMED = """
from pydantic import BaseModel, ConfigDict

class Engine:
    pass

class Order(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    {}: int
    engine: Engine | None = None
"""


def test_a_model_without_a_json_schema_is_replayed_as_far_as_it_has_one(tmp_path: Path) -> None:
    consumer = "from provider import Order\n\ndef make():\n    return Order(size=1).size\n"
    old, new = UNSCHEMED.format("size"), UNSCHEMED.format("amount")
    judgement = judged(tmp_path, old, new, consumer)
    assert "field-renamed" in breaks(judgement) or "field-removed" in breaks(judgement)
    reasons = [item.reason for item in judgement.unchecked]
    assert any("has no JSON Schema" in reason for reason in reasons), reasons


def test_modules_that_fail_on_both_sides_are_listed_with_what_would_help(tmp_path: Path) -> None:
    consumer = {
        "__init__.py": "",
        "shop.py": "from provider import order\n" + CALLER,
        "script.py": "import sys\nfrom provider import order\nsys.exit(2)\n",
        "settings.py": "import os\nfrom provider import order\nURL = os.environ['SHOP_URL']\n",
        "extra.py": "import nowhere_to_be_had\nfrom provider import order\n",
        "dies.py": "import os\nfrom provider import order\nos._exit(0)\n",
    }
    example = Example(title="", old=ORDER, new=ORDER + "\nmore = 1\n", consumer=consumer)
    judgement = examine_example(example, tmp_path).judgement
    told = {item.subject: item.reason for item in judgement.unchecked}
    assert "script" in told["consumer.script"]
    assert "--pass-env SHOP_URL" in told["consumer.settings"]
    assert "--with" in told["consumer.extra"]
    assert "exited with status 0" in told["consumer.dies"]
    assert (breaks(judgement), judgement.errors) == ([], ())


def test_a_consumer_none_of_whose_modules_imports_is_an_error(tmp_path: Path) -> None:
    consumer = "import os\nfrom provider import order\nURL = os.environ['SHOP_URL']\n" + CALLER
    judgement = judged(tmp_path, ORDER, ORDER + "\nmore = 1\n", consumer)
    (error,) = judgement.errors
    assert "no module of consumer can be imported" in error.message
    assert "--env SHOP_URL=VALUE" in error.hint


def test_a_script_that_gives_up_with_the_candidate_alone_is_a_break(tmp_path: Path) -> None:
    consumer = "import sys\ntry:\n    from provider import order\nexcept ImportError:\n"
    consumer += "    sys.exit('needs an older provider')\n"
    judgement = judged(
        tmp_path,
        ORDER,
        ORDER.replace("order", "buy"),
        {"__init__.py": "", "main.py": consumer, "other.py": ""},
    )
    assert breaks(judgement) != []


def test_what_one_side_can_not_look_at_has_passed_nothing(tmp_path: Path) -> None:
    source = "def total(items):\n    return sum(items)\n"
    consumer = "from provider import total\n\ndef run():\n    return total([1])\n"
    example = Example("gap", old=source, new=source, consumer=consumer)
    case = examine_example(example, tmp_path).case
    symbol = case.candidate.symbol("provider:total")
    assert symbol is not None
    gaps = {"": "it took too long"}
    symbols = {"provider:total": symbol.model_copy(update={"gaps": gaps})}
    described = case.candidate.described.model_copy(update={"symbols": symbols})
    candidate = case.candidate.model_copy(update={"described": described})

    kept = without_gaps(replace(case, candidate=candidate)).candidate.symbol("provider:total")

    assert kept is not None
    assert kept.gaps == gaps
