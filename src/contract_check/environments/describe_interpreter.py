"""Describes an interpreter to the host. Runs inside it: standard library only.

`python -I describe_interpreter.py FILE` writes one JSON document to FILE. Never to stdout, which
belongs to whatever an existing environment runs at start-up.
"""

import json
import os
import platform
import sys
import sysconfig
from pathlib import Path


def _implementation_version() -> str:
    info = sys.implementation.version
    version = f"{info.major}.{info.minor}.{info.micro}"
    if info.releaselevel != "final":
        version += info.releaselevel[0] + str(info.serial)
    return version


def _site() -> "list[str]":
    """The folders of packages on sys.path, in its order."""
    paths = sysconfig.get_paths()
    installed = {Path(paths[name]).resolve() for name in ("purelib", "platlib")}
    own = {Path(paths[name]).resolve() for name in ("stdlib", "platstdlib")}
    own |= {folder / "lib-dynload" for folder in own}
    own.add(Path(__file__).resolve().parent)
    folders = [Path(entry) for entry in sys.path if entry and Path(entry).is_dir()]
    return [
        str(folder)
        for folder in folders
        if folder.resolve() in installed or folder.resolve() not in own
    ]


def describe() -> "dict[str, object]":
    """What the host wants to know of this interpreter."""
    version = platform.python_version()
    return {
        "version": version,
        "platform": sysconfig.get_platform(),
        "tag": f"{sys.implementation.cache_tag}-{sysconfig.get_config_var('SOABI')}",
        "markers": {
            "implementation_name": sys.implementation.name,
            "implementation_version": _implementation_version(),
            "os_name": os.name,
            "platform_machine": platform.machine(),
            "platform_release": platform.release(),
            "platform_system": platform.system(),
            "platform_version": platform.version(),
            "python_full_version": version,
            "platform_python_implementation": platform.python_implementation(),
            "python_version": ".".join(platform.python_version_tuple()[:2]),
            "sys_platform": sys.platform,
        },
        "site": _site(),
        "executable": getattr(sys, "_base_executable", None) or sys.executable,
        "prefix": sys.base_prefix,
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(describe()), encoding="utf-8")
