"""Linux's Landlock: a thread gives up rights, and what it starts has given them up as well.

Three system calls, unprivileged, since Linux 5.13; see landlock(7). A thread that confines itself
stays so for good, hence `support.process.start` confines a thread that starts one process and ends.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OFF_VARIABLE = "CONTRACT_CHECK_NO_CONFINEMENT"
"""Set to 1, nothing is confined, as on a system without Landlock."""

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every architecture
_ABI_QUESTION = 1
_PATH_RULE, _PORT_RULE = 1, 2
_NO_NEW_PRIVILEGES = 38  # prctl

_EXECUTE, _WRITE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE = sum(1 << bit for bit in (4, 5, 7, 8, 9, 10, 12))
"""Remove and make files, folders, links, sockets and pipes; no devices."""
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_FILE_RIGHTS = _EXECUTE | _WRITE | _READ_FILE | _TRUNCATE
_BIND, _CONNECT = 1 << 0, 1 << 1
_SCOPES = 0b11  # abstract Unix sockets, signals

_CAPABILITIES_3 = 0x20080522
_KEPT_CAPABILITIES = sum(1 << number for number in (0, 1, 3, 4, 5, 6, 7))
"""Of root: over files (chown, dac_override, fowner, fsetid), kill, setgid and setuid. Others, as
perfmon and sys_admin, let it past Landlock, into the environment of other processes."""

READ = _EXECUTE | _READ_FILE | _READ_DIR
LIST = _READ_DIR
USE = _READ_FILE | _WRITE | _TRUNCATE
"""Of devices: read and write what is there."""
WRITE = READ | _WRITE | _MAKE | _REFER | _TRUNCATE


@dataclass(frozen=True)
class Limits:
    """What a process may do; what is not named here it may not.

    Args:
        paths: what may be done with a file, or a folder and everything in it. Those that are not
            there are left out.
        ports: TCP ports it may connect to; None for any port, listening included.
    """

    paths: Mapping[Path, int]
    ports: frozenset[int] | None = frozenset()


@cache
def version() -> int:
    """Landlock's version (ABI) on this system; 0 where there is none, or it is switched off.

    Version 4 limits TCP, version 6 signals and abstract Unix sockets.
    """
    if sys.platform != "linux" or os.environ.get(OFF_VARIABLE) == "1":
        return 0
    return max(0, _call(_CREATE, None, 0, _ABI_QUESTION))


def confine_thread(limits: Limits) -> None:
    """Confine this thread, and what it starts, for good; does nothing without Landlock.

    Raises:
        OSError: the system refuses.
    """
    abi = version()
    if not abi:
        return
    files = WRITE & ~(_REFER if abi < 2 else 0) & ~(_TRUNCATE if abi < 3 else 0)
    network = _BIND | _CONNECT if abi >= 4 and limits.ports is not None else 0
    scopes = _SCOPES if abi >= 6 else 0
    handled = struct.pack("=QQQ", files, network, scopes)
    # The system refuses bits it does not know, and takes shorter attributes for older versions.
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = _checked(_CREATE, handled, size, 0)
    try:
        _allow(ruleset, limits.paths, files)
        for port in (limits.ports or ()) if network else ():
            _checked(_ADD, ruleset, _PORT_RULE, struct.pack("=QQ", _CONNECT, port), 0)
        _drop_privileges()
        _checked(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, paths: Mapping[Path, int], handled: int) -> None:
    for path, rights in paths.items():
        with suppress(OSError):  # gone, or nothing that this user can reach
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
                    rights &= _FILE_RIGHTS
                if rights & handled:
                    rule = struct.pack("=Qi", rights & handled, descriptor)
                    _checked(_ADD, ruleset, _PATH_RULE, rule, 0)
            finally:
                os.close(descriptor)


def without(folder: Path, hidden: Iterable[Path]) -> dict[Path, int]:
    """Rules that let a folder be read, but for what lies hidden in it: of the folders above
    that, the names in them, and everything beside.

    Args:
        folder: absolute, without links.
        hidden: files and folders, absolute, without links.
    """
    inside = [path for path in hidden if path == folder or path.is_relative_to(folder)]
    if folder in inside:
        return {}
    if not inside:
        return {folder: READ}
    rules = {folder: LIST}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_symlink():  # what it leads to has a rule where it lies
                rules |= without(Path(entry.path), inside)
    return rules


def _drop_privileges() -> None:
    """What this thread has for good; what it starts gets no more."""
    if _library().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    header = struct.pack("=Ii", _CAPABILITIES_3, 0)
    held = ctypes.create_string_buffer(24)  # effective, permitted, inheritable; twice 32 bits
    if _library().capget(header, held) == 0:
        kept = (_KEPT_CAPABILITIES,) * 3 + (0, 0, 0)
        now = (one & other for one, other in zip(struct.unpack("=6I", held), kept, strict=True))
        _library().capset(header, struct.pack("=6I", *now))


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: object) -> int:
    given = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
    result: int = _library().syscall(ctypes.c_long(number), *given)
    return result


def _checked(number: int, *arguments: object) -> int:
    result = _call(number, *arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"landlock: {os.strerror(error)}")
    return result
