"""Notes what the consumer's tests do with the provider: the models they build, what they call.

A model counts where the consumer or a test builds it: what the provider builds inside is not what
the consumer shows. Values are JSON as far as they are; the rest is left open. All is bounded.
"""

from __future__ import annotations

import enum
import math
import os
import sys
import threading
from types import CodeType, FrameType
from typing import Any

_MOST_BUILT, _MOST_OF_A_MODEL, _MOST_REACHED = 400, 40, 400
_DEPTH, _ITEMS, _LONGEST, _FRAMES = 4, 40, 400, 40
_OPEN = {"open": True}
_EVENTS_TOOL = 4
"""One of the two numbers of `sys.monitoring` that no tool has by convention."""


class Watch:
    """What was seen so far.

    Args:
        roots: the provider's import packages.
        own: what the paths of the consumer's own files begin with.
    """

    def __init__(self, roots: list[str], own: list[str]) -> None:
        self.built: list[dict[str, Any]] = []
        self.reached: dict[str, None] = {}
        self._roots = frozenset(roots)
        self._own = tuple(own)
        self._kinds: dict[CodeType, str] = {}
        self._paths: dict[str, str] = {}
        self._known: set[str] = set()
        self._of_a_model: dict[str, int] = {}
        self._disable: Any = None

    def start(self) -> None:
        """Watch every call of this process's threads from now on."""
        if sys.version_info >= (3, 12):
            monitoring = sys.monitoring
            try:
                monitoring.use_tool_id(_EVENTS_TOOL, "contract-check")
            except ValueError:
                return  # another tool has it
            self._disable = monitoring.DISABLE
            event = monitoring.events.PY_START
            monitoring.register_callback(_EVENTS_TOOL, event, self._started)
            monitoring.set_events(_EVENTS_TOOL, event)
        else:
            threading.setprofile(self._profiled)
            sys.setprofile(self._profiled)

    def stop(self) -> None:
        """Watch no more."""
        if sys.version_info >= (3, 12):
            if sys.monitoring.get_tool(_EVENTS_TOOL) == "contract-check":
                sys.monitoring.free_tool_id(_EVENTS_TOOL)
        else:
            sys.setprofile(None)
            threading.setprofile(None)

    def _started(self, code: CodeType, offset: int) -> Any:
        if self._kind(code, None) == "other":
            return self._disable
        self._saw(sys._getframe(1))
        return None

    def _profiled(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and self._kind(frame.f_code, frame) != "other":
            self._saw(frame)

    def _kind(self, code: CodeType, frame: FrameType | None) -> str:
        """Of a function: `model` (it makes one), `provider`, or `other`."""
        kind = self._kinds.get(code)
        if kind is None:
            module = str((frame or sys._getframe(2)).f_globals.get("__name__", ""))
            kind = "other"
            if module == "pydantic.main" and code.co_name in ("__init__", "model_validate"):
                kind = "model"
            elif module.partition(".")[0] in self._roots and code.co_name != "<module>":
                kind = "provider"
            self._kinds[code] = kind
        return kind

    def _saw(self, frame: FrameType) -> None:
        try:
            if self._kinds.get(frame.f_code) == "model":
                self._saw_model(frame)
            else:
                self._saw_function(frame)
        except Exception:  # noqa: BLE001 - to watch must not change what the tests see
            return

    def _saw_function(self, frame: FrameType) -> None:
        caller = frame.f_back
        if len(self.reached) < _MOST_REACHED and caller is not None and self._is_own(caller):
            module = frame.f_globals.get("__name__", "")
            self.reached.setdefault(f"{module}:{frame.f_code.co_qualname}")

    def _saw_model(self, frame: FrameType) -> None:
        if len(self.built) >= _MOST_BUILT:
            return
        place = self._place(frame.f_back)
        if place is None:
            return
        given = frame.f_locals
        made = type(given["self"]) if "self" in given else given["cls"]
        ref = f"{made.__module__}:{made.__qualname__}"
        if "self" in given:
            data, way = (
                {key: plain(value, 1) for key, value in given["data"].items()},
                "constructor",
            )
        elif isinstance(given["obj"], dict):
            way, data = "validate", plain(given["obj"], 0)
        else:
            return
        key = repr((ref, place, way, data))
        if key in self._known or self._of_a_model.get(ref, 0) >= _MOST_OF_A_MODEL:
            return
        self._known.add(key)
        self._of_a_model[ref] = self._of_a_model.get(ref, 0) + 1
        file, line = place
        self.built.append({"model": ref, "way": way, "data": data, "file": file, "line": line})

    def _place(self, frame: FrameType | None) -> tuple[str, int] | None:
        """The line of the consumer's that builds it; None where the provider does."""
        for _ in range(_FRAMES):
            if frame is None:
                return None
            if self._is_own(frame):
                return self._path(frame.f_code.co_filename), frame.f_lineno
            module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
            if module in self._roots and frame.f_code.co_name != "__init__":
                return None
            frame = frame.f_back
        return None

    def _is_own(self, frame: FrameType) -> bool:
        return self._path(frame.f_code.co_filename).startswith(self._own)

    def _path(self, name: str) -> str:
        path = self._paths.get(name)
        if path is None:
            path = self._paths[name] = os.path.realpath(name)
        return path


def plain(value: Any, depth: int) -> Any:
    """A value as JSON; `{"open": true}` for what is none, or is too long.

    A dictionary is `{"members": {...}}`, so that it is not taken for that.
    """
    if isinstance(value, enum.Enum):
        return plain(value.value, depth)
    kind = type(value)
    if value is None or kind in (bool, int):
        return value if not isinstance(value, int) or abs(value) < 1 << 53 else _OPEN
    if kind is float:
        return value if math.isfinite(value) else _OPEN
    if kind is str:
        return value if len(value) <= _LONGEST else _OPEN
    if depth >= _DEPTH or kind not in (list, dict) or len(value) > _ITEMS:
        return _OPEN
    if kind is list:
        return [plain(item, depth + 1) for item in value]
    if not all(type(key) is str for key in value):
        return _OPEN
    return {"members": {key: plain(item, depth + 1) for key, item in value.items()}}
