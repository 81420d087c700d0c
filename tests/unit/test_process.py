"""Programs that are started: none outlives the signal that came while it was."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from contract_check.model.errors import Interrupted
from contract_check.support.process import start


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
