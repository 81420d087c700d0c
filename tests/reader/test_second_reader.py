"""The second reader: what it adds to the first, and what is said where it fails."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.reader.pairs import PAIRS, Pair
from tests.rules.harness import examine_example

from contract_check.model.report import Severity
from contract_check.pipeline import Examined
from contract_check.reader import Pyrefly, World, copied, read
from contract_check.rules import Example

_OLD = "class Bus:\n    def publish(self):\n        pass\n"
_NEW = _OLD.replace("publish", "send")
_CONSUMER = "from provider import Bus\n\ndef run(bus: Bus):\n    bus.publish()\n"


def _examined(folder: Path, *, broken: bool) -> Examined:
    """All pairs at once, each a module of the two packages."""
    init = {"__init__.py": ""}
    new = {f"{pair.name}.py": pair.broken() if broken else pair.fine() for pair in PAIRS}
    example = Example(
        "pairs",
        old=init | {f"{pair.name}.py": pair.old for pair in PAIRS},
        new=init | new,
        consumer=init | {f"{pair.name}.py": _consumer(pair) for pair in PAIRS},
    )
    return examine_example(example, folder / "pairs", checker=Pyrefly())


def _consumer(pair: Pair) -> str:
    return f"import provider.{pair.name} as p\n\n\n{pair.consumer}"


def _files(examined: Examined, severity: Severity) -> set[str]:
    """The consumer's files that findings of a severity are about."""
    return {
        spot.file.removeprefix("consumer/")
        for item in examined.judgement.findings
        if item.severity is severity
        for spot in item.locations
    }


@pytest.mark.slow
def test_every_pair_that_breaks_is_a_break_at_its_line(tmp_path: Path) -> None:
    examined = _examined(tmp_path, broken=True)

    found = _files(examined, Severity.BREAK)
    assert sorted(pair.name for pair in PAIRS if f"{pair.name}.py" not in found) == []
    breaks = [item for item in examined.judgement.findings if item.severity is Severity.BREAK]
    assert all(item.witness is not None and item.witness.confirmed for item in breaks)


@pytest.mark.slow
def test_no_harmless_twin_is_a_break(tmp_path: Path) -> None:
    examined = _examined(tmp_path, broken=False)

    assert _files(examined, Severity.BREAK) == set()
    assert examined.case.reading.problem is None


def _program(folder: Path, text: str) -> Path:
    path = folder / "checker"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("echo boom >&2; exit 3", "it ended with 3: boom"),
        ("kill -SEGV $$", "it ended with -11"),
        ("echo '<html>'", "its answer can't be read"),
        ('echo \'{"errors": [{"path": 1}]}\'', "its answer can't be read"),
        (None, "it is not installed"),
    ],
    ids=["crash", "signal", "rubbish", "other json", "absent"],
)
def test_without_a_checker_the_verdict_is_that_of_the_rest(
    tmp_path: Path, text: str | None, said: str
) -> None:
    program = tmp_path / "nothing" if text is None else _program(tmp_path, text)
    example = Example("a method is renamed", old=_OLD, new=_NEW, consumer=_CONSUMER)

    examined = examine_example(example, tmp_path / "example", checker=Pyrefly(program))

    rules = [item.rule for item in examined.judgement.findings]
    assert rules == ["member-removed"]
    reasons = [item.reason for item in examined.judgement.unchecked if item.subject == "types"]
    assert reasons == [f"Pyrefly did not read the consumer's sources: {said}"]


def test_a_checker_that_hangs_is_killed_and_told(tmp_path: Path) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def launch(command: Sequence[str | Path], folder: Path) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
        started.append(process)
        return process

    worlds = [_world(tmp_path, side, timeout=0.5) for side in ("old", "new")]
    checker = Pyrefly(_program(tmp_path, "sleep 60"))
    before = time.monotonic()

    reading = read(
        checker, worlds[0], worlds[1], (launch, launch), frozenset({"p"}), frozenset({"c"})
    )

    assert reading.problem == "it came to no end within 0.5 s"
    assert time.monotonic() - before < 20
    assert [process.poll() is not None for process in started] == [True, True]


def _world(folder: Path, side: str, timeout: float) -> World:
    site = folder / side / "site"
    site.mkdir(parents=True)
    (site / "c.py").write_text("import p\n", encoding="utf-8")
    sources = folder / side / "sources"
    sources.mkdir()
    return World(sources, copied(site, ["c.py"], sources), ("c.py",), (site,), "3.11.0", timeout)


def test_what_no_witness_proves_is_told_in_the_checkers_words(tmp_path: Path) -> None:
    overloads = (
        "from typing import overload\n\n@overload\ndef send(to: str) -> str: ...\n\n"
        "@overload\ndef send(to: bytes) -> bytes: ...\n\n"
        "@overload\ndef send(to: int) -> int: ...\n\n"
        "def send(to):\n    return to\n"
    )
    example = Example(
        "an overload is gone",
        old=overloads,
        new=overloads.replace("@overload\ndef send(to: int) -> int: ...\n\n", ""),
        consumer="from provider import send\n\ndef run():\n    return send(1)\n",
    )

    findings = examine_example(example, tmp_path / "example", checker=Pyrefly()).judgement.findings

    assert [(item.rule, item.severity) for item in findings] == [
        ("type-checker-only", Severity.WARNING)
    ]
    assert findings[0].location is not None
    assert (findings[0].location.file, findings[0].location.line) == ("consumer/__init__.py", 4)
    assert "No matching overload found for function `provider.send`" in findings[0].message


def test_code_that_asks_first_is_left_alone(tmp_path: Path) -> None:
    example = Example(
        "a method is renamed, and the consumer takes the one there is",
        old=_OLD,
        new=_NEW,
        consumer="from provider import Bus\n\ndef run(all: 'list[Bus]'):\n    for bus in all:\n"
        "        if hasattr(bus, 'send'):\n            bus.send()\n        else:\n"
        "            bus.publish()\n",
    )

    findings = examine_example(example, tmp_path / "example", checker=Pyrefly()).judgement.findings

    assert findings == ()


def test_what_is_said_of_one_line_is_one_warning(tmp_path: Path) -> None:
    consumer = (
        "from provider import merge\n\n"
        "def joined(x: int, pick) -> int:\n"
        "    return (pick or merge)(a=x, b=x)\n"
    )
    example = Example(
        "line",
        old={"__init__.py": "def merge(a: int, b: int) -> int:\n    return a + b\n"},
        new={"__init__.py": "def merge(c: int, d: int) -> int:\n    return c + d\n"},
        consumer={"__init__.py": consumer},
    )
    examined = examine_example(example, tmp_path, checker=Pyrefly())

    (told,) = [item for item in examined.judgement.findings if item.rule == "type-checker-only"]
    assert told.message.endswith("(and 3 more of this line)")
    assert [spot.line for spot in told.locations] == [4]


def test_a_consumer_that_never_mentions_the_provider_needs_no_checker(tmp_path: Path) -> None:
    example = Example(
        "nothing", old="def go(): ...\n", new="", consumer="def run():\n    return 1\n"
    )
    judged = examine_example(example, tmp_path, checker=Pyrefly()).judgement

    assert [item for item in judged.unchecked if item.subject == "types"] == []
    assert judged.findings == ()
