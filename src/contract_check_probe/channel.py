"""The probe's end of its channel: lines of JSON on one inherited socket."""

from __future__ import annotations

import stat

# Bound now: imported code may put other functions in their places.
from json import dumps, loads
from os import fstat, read, write
from typing import Any

from contract_check_probe.encoding import plain_json
from contract_check_probe.places import named, placed


class ChannelLost(Exception):
    """The channel is gone: imported code closed it, or the host ended."""


class Channel:
    """Reads requests and writes answers, with names in place of this environment's folders.

    Args:
        descriptor: the socket the host left open for this process.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._identity = self._stat()
        self._buffer = b""

    def read(self) -> dict[str, Any] | None:
        """The next request, or None when the host has hung up."""
        while b"\n" not in self._buffer:
            try:
                received = read(self._descriptor, 1 << 16)
            except OSError as error:
                raise ChannelLost(str(error)) from error
            if not received:
                return None
            self._buffer += received
        line, self._buffer = self._buffer.split(b"\n", 1)
        request: dict[str, Any] = loads(placed(line.decode()))
        return request

    def note(self, note: dict[str, Any]) -> None:
        """Say what comes next, before the answer.

        Raises:
            ChannelLost: as for `write`.
        """
        self._send(dumps(note, separators=(",", ":")).encode() + b"\n")

    def write(self, answer: dict[str, Any]) -> None:
        """Send one answer.

        Raises:
            ChannelLost: the descriptor is no longer the socket it was (imported code may have
                closed every descriptor, and a file it opened later may have taken the number).
        """
        self._send(named(_written(answer)).encode() + b"\n")

    def _send(self, data: bytes) -> None:
        if self._stat() != self._identity:
            raise ChannelLost("the descriptor is no longer the channel")
        view = memoryview(data)
        try:
            while view:
                view = view[write(self._descriptor, view) :]
        except OSError as error:
            raise ChannelLost(str(error)) from error

    def _stat(self) -> tuple[int, int]:
        try:
            status = fstat(self._descriptor)
        except OSError as error:
            raise ChannelLost(str(error)) from error
        if not stat.S_ISSOCK(status.st_mode):
            raise ChannelLost("the descriptor is no socket")
        return status.st_dev, status.st_ino


def _written(answer: dict[str, Any]) -> str:
    """An answer as JSON that everybody reads: without NaN, infinity and halves of characters."""
    try:
        text = dumps(answer, separators=(",", ":"), allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        answer = plain_json(answer)
        text = dumps(answer, separators=(",", ":"), allow_nan=False)
    if "\\ud" in text:  # a character beyond the first 65536, or half of one
        whole = dumps(answer, ensure_ascii=False).encode("utf-8", "replace").decode()
        text = dumps(loads(whole), separators=(",", ":"))
    return text
