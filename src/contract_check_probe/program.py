"""Runs one program and says over a channel of its own how that ended.

The host starts this file's text as `python -s -c TEXT FILE CHANNEL_FD FOLDER...`, so it stands
alone and has no `__future__`. A process's exit status proves nothing: a thread, an `atexit` handler
or a forked parent of the code under test may choose it. So the host sends two tokens and reads back
the one for what happened.

request   `{"held": str, "failed": str, "modules": [str], "leave": bool}`
answer    `{"token": str, "modules": {name: [[part of a path]]}}`: where each of the modules that
          was imported came from, in parts, so that no name of a folder takes a path's place

A program passes if its last line ran, or if it says `raise SystemExit(0)` itself. An exit that
the packages raise is a failure. With `leave` the process then ends at once; otherwise it ends as it
would by hand, so that the host sees whether its status says the same.
"""

import os
import sys

# Bound now: imported code may put other functions in their places.
from json import dumps, loads
from os import _exit, read, write
from types import ModuleType
from typing import Any

_CHANNEL_LOST = 70
"""Exit status (EX_SOFTWARE) when there is nobody left to tell."""


def module_files(names: Any) -> dict[str, list[list[str]]]:
    """Where each of these modules came from, of those that are imported: the parts of its file's
    path, or of its folders' for a package without a file.

    A module that another one stands for (`sys.modules["a"] = b`) is named by its own file.
    """
    found = {}
    for name in names:
        module = sys.modules.get(name)
        places = _places(module) if isinstance(module, ModuleType) else []
        if places:
            found[name] = [place.split(os.sep) for place in places]
    return found


def _places(module: ModuleType) -> list[str]:
    own = vars(module)
    spec = own.get("__spec__")
    origin = getattr(spec, "origin", None) if getattr(spec, "has_location", False) else None
    for file in (origin, own.get("__file__")):
        if isinstance(file, str):
            return [os.path.abspath(file)]
    try:
        return [str(entry) for entry in own.get("__path__") or ()]
    except Exception:  # noqa: BLE001 - a path of the package's own making
        return []


def _ask(descriptor: int) -> Any:
    received = b""
    while not received.endswith(b"\n"):
        more = read(descriptor, 1 << 16)
        if not more:
            _exit(_CHANNEL_LOST)
        received += more
    return loads(received)


def _is_own_exit(error: BaseException, file: str) -> bool:
    """Whether the program itself, not a package, raised `SystemExit(0)`."""
    if not isinstance(error, SystemExit) or error.code not in (None, 0):
        return False
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_filename == file


def _run(file: str, descriptor: int) -> None:
    asked = _ask(descriptor)
    main = ModuleType("__main__")
    main.__dict__.update(__file__=file, __builtins__=__builtins__)
    sys.modules["__main__"] = main
    raised = None
    try:
        with open(file, encoding="utf-8") as opened:
            code = compile(opened.read(), file, "exec")
        exec(code, main.__dict__)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the host is told
        raised = error
    held = raised is None or _is_own_exit(raised, file)
    token = asked["held" if held else "failed"]
    try:
        answer = dumps({"token": token, "modules": module_files(asked["modules"])}) + "\n"
        view = memoryview(answer.encode())
        while view:
            view = view[write(descriptor, view) :]
    except BaseException:  # noqa: BLE001 - then the host knows nothing, and says so
        _exit(_CHANNEL_LOST)
    if not asked["leave"]:
        if raised is None:
            return
        raised.__traceback__ = raised.__traceback__ and raised.__traceback__.tb_next
        raise raised
    if raised is not None:
        sys.__excepthook__(type(raised), raised, raised.__traceback__)
    _flush()
    _exit(0 if held else 1)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: BLE001 - closed or replaced by the code under test
            continue


if __name__ == "__main__":
    sys.path[:0] = sys.argv[3:]
    file_, channel = sys.argv[1], int(sys.argv[2])
    sys.argv[:] = [file_]
    _run(file_, channel)
