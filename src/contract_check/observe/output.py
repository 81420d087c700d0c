"""The tail of what a process prints, however much that is."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from typing import IO

_KEPT = 64 * 1024
_CHUNK = 1 << 14


class OutputTail:
    """Reads a stream to its end in a thread of its own and keeps the last 64 KiB.

    Args:
        stream: a process's output, in bytes; closed at its end.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._chunks: deque[bytes] = deque()
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def ended(self, timeout: float) -> bool:
        """Wait for its end, which comes when the last process that holds it has closed it.

        Args:
            timeout: in seconds.
        """
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def text(self) -> str:
        """What is kept so far."""
        return b"".join(tuple(self._chunks)).decode("utf-8", errors="replace")

    def _read(self, stream: IO[bytes]) -> None:
        size = 0
        with stream, suppress(ValueError, OSError):
            while chunk := stream.read1(_CHUNK):  # type: ignore[attr-defined]
                self._chunks.append(chunk)
                size += len(chunk)
                while size - len(self._chunks[0]) > _KEPT:
                    size -= len(self._chunks.popleft())
