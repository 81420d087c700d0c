"""`contract-check explain compatibility` says what the four words mean, in about ten lines."""

from __future__ import annotations

import subprocess
import sys


def test_it_names_the_four_words_in_ten_lines() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "contract_check", "explain", "compatibility"],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert 8 <= len(lines) <= 11
    words = [line.split()[0] for line in lines if line.startswith("  ")]
    assert words == ["source", "backward", "forward", "full"]
