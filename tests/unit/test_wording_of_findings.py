"""Messages are short: of long unions only what differs is told."""

from __future__ import annotations

from contract_check.judge.advice import LONGEST, shortened
from contract_check.rules.fields.annotations import told


def test_short_types_are_told_whole() -> None:
    assert told("int", "str") == "from int to str"
    assert told("A | B", "A | C") == "from A | B to A | C"


def test_of_long_unions_what_differs_is_told() -> None:
    common = " | ".join(f"ResponseEventOfKind{number}" for number in range(20))
    words = told(f"{common} | Gone", f"{common} | Come")
    assert words == "from Gone | … to Come | …"
    assert len(told(f"list[{common}]", "dict[str, int]")) < LONGEST


def test_a_long_message_is_cut() -> None:
    assert shortened("short") == "short"
    cut = shortened("word " * 100)
    assert len(cut) <= LONGEST
    assert cut.endswith("…")
