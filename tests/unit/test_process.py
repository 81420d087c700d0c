"""Programs that are started: none outlives the signal that came while it was."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path

import pytest

from contract_check.model.errors import Interrupted
from contract_check.support.process import kill_group, start


def test_a_signal_while_the_starting_thread_starts_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`Thread.start` waits for its thread, and a handler that raises there leaves it unnamed."""
    begun: list[threading.Thread] = []
    ordinary = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        ordinary(thread)
        begun.append(thread)
        raise Interrupted(2)

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    marker = tmp_path / "it lives"
    with pytest.raises(Interrupted):
        start(["sh", "-c", f"sleep 0.3; touch '{marker}'"])
    begun[0].join(5)
    time.sleep(0.8)
    assert not marker.exists()


def test_a_group_that_was_killed_is_gone() -> None:
    lives = "head -c 50000000 /dev/zero | tail -c 50000000 > /dev/null; sleep 1000"
    for _ in range(5):
        process = start(
            ["sh", "-c", f"({lives}) & ({lives}) & echo $!; wait"], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        child = Path("/proc") / process.stdout.readline().decode().strip() / "cmdline"
        kill_group(process)
        process.stdout.close()
        assert not child.exists() or child.read_bytes() == b""
