"""The state of an object, without what differs in every process."""

from __future__ import annotations

import threading
import time
from typing import Any

_STARTED = time.time()
_DAY = 86_400.0
_OF_A_THREAD = ("_target", "_args", "_kwargs")


def steady_state(value: object, state: dict[str, Any]) -> dict[str, Any]:
    """An object's own attributes: those that say when and where it was made are left out.

    These are a point in time of today, what the system calls a thread, and the class that a
    decorator of Pydantic's knows by its address.

    Args:
        value: an object.
        state: its `__dict__`.
    """
    if isinstance(value, threading.Thread):
        return {name: state.get(name) for name in _OF_A_THREAD}
    return {
        name: "now" if type(item) is float and abs(item - _STARTED) < _DAY else item
        for name, item in state.items()
        if name != "cls_ref"
    }
