"""A package that spoils its process's end changes no verdict."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.rules import Example

OLD = "class Order:\n    def __init__(self):\n        self.size = 1\n"
NEW = "class Order:\n    def __init__(self):\n        self.amount = 1\n"
CONSUMER = "from provider import Order\n\n\ndef size():\n    return Order().size\n"
SPOILS = {
    "thread": "import threading, time\n"
    "threading.Thread(target=time.sleep, args=(10**6,)).start()\n",
    "status": "import atexit, os\natexit.register(os._exit, 7)\n",
    "success": "import atexit, os\natexit.register(os._exit, 0)\n",
    "hook": "import os, sys\nsys.excepthook = lambda *raised: os._exit(0)\n",
    "crash": "import atexit, ctypes\natexit.register(ctypes.string_at, 0)\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("place", ["candidate", "both", "consumer", "baseline"])
@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_the_verdict_is_that_of_the_same_pair_without_it(
    tmp_path: Path, spoil: str, place: str
) -> None:
    example = Example(
        title=place,
        old=(spoil if place in ("both", "baseline") else "") + OLD,
        new=(spoil if place in ("both", "candidate") else "") + NEW,
        consumer=(spoil if place == "consumer" else "") + CONSUMER,
    )
    (found,) = run_example(example, tmp_path).breaks
    assert found.witness is not None
    assert found.witness.confirmed
