"""What code under test may reach: its own folder, its interpreter and sites, and what is handed on.

Where the system has no Landlock, nothing is confined.
"""

from __future__ import annotations

import os
import pwd
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from contract_check.support import landlock
from contract_check.support.landlock import Limits

_SYSTEM = (
    "/bin /sbin /lib /lib32 /lib64 /libx32 /usr /etc /opt /srv /var /run /sys /nix /gnu /snap"
).split()
"""What every program of a system reads."""
_DEVICES = "null zero full random urandom".split()
_HIDDEN = "/tmp /var/tmp /run/user /run/secrets /run/credentials /etc/pip.conf /etc/xdg/pip /etc/uv"
_SETTINGS = ("PIP_CONFIG_FILE", "UV_CONFIG_FILE", "NETRC", "XDG_RUNTIME_DIR", "UV_CACHE_DIR")
_PORTS = {
    "amqp": 5672,
    "amqps": 5671,
    "bolt": 7687,
    "cassandra": 9042,
    "clickhouse": 9000,
    "ftp": 21,
    "http": 80,
    "https": 443,
    "influxdb": 8086,
    "ldap": 389,
    "ldaps": 636,
    "mariadb": 3306,
    "mongodb": 27017,
    "mqtt": 1883,
    "mssql": 1433,
    "mysql": 3306,
    "nats": 4222,
    "neo4j": 7687,
    "oracle": 1521,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6379,
    "smtp": 25,
    "ws": 80,
    "wss": 443,
}
"""Scheme to the port that a URL without one means (IANA's, or the server's own)."""
_NAMES_DNS = 53
_PORT_AFTER_HOST = re.compile(r"[\w\])-]:(\d{1,5})(?=$|[/,;?\s])")
_PORT_SAID = re.compile(r"\bport\s*=\s*'?(\d{1,5})", re.IGNORECASE)
_LARGEST_PORT = 65535


def is_confined() -> bool:
    """Whether this system confines what is started with limits."""
    return landlock.version() > 0


def described() -> str:
    """In a few words, what the confinement of this system covers."""
    abi = landlock.version()
    if not abi:
        return "none: this system has no Landlock, so code under test runs with your rights"
    covered = ["files"]
    covered += ["TCP"] if abi >= 4 else []
    covered += ["signals"] if abi >= 6 else []
    return f"Landlock {abi}: {', '.join(covered)}"


def limits(
    own: Iterable[Path],
    *,
    python: Path | None = None,
    readable: Iterable[Path] = (),
    variables: Mapping[str, str] | None = None,
    hidden: Iterable[Path] = (),
    network: bool = False,
) -> Limits:
    """The limits of one process.

    Args:
        own: the folders that it may write to.
        python: its interpreter, whose installation it reads.
        readable: what it reads besides.
        variables: what the settings hand on. A path among them can be read and written, and the
            port of a server can be connected to.
        hidden: what it must not read where it lies in a folder of the system.
        network: let it use any TCP port, listening included.
    """
    concealed = (*_always_hidden(), *map(_real, hidden))
    rules = dict(_system(concealed))
    for folder in installation(python) if python else ():
        rules |= _readable(folder, concealed)
    for path in readable:
        rules[path] = landlock.READ
    handed = dict(variables or {})
    for path in _paths(handed.values()):
        if not any(secret.is_relative_to(_real(path)) for secret in concealed):
            rules[path] = landlock.WRITE
    for folder in own:
        rules[folder] = landlock.WRITE
    return Limits(rules, None if network else frozenset(ports(handed)))


def ports(variables: Mapping[str, str]) -> set[int]:
    """The TCP ports of the servers that variables name.

    A URL's, or the one its scheme stands for; `host:port`; `port=` in a list of parameters; a
    number under a name that ends in PORT. Where there is one, names may be looked up over TCP too.
    """
    found: set[int] = set()
    for name, value in variables.items():
        found |= {int(port) for port in _PORT_AFTER_HOST.findall(value)}
        found |= {int(port) for port in _PORT_SAID.findall(value)}
        if name.upper().endswith("PORT") and value.strip().isdecimal():
            found.add(int(value))
        scheme = value.partition("://")[0].partition("+")[0].lower()
        if "://" in value and scheme in _PORTS:
            found.add(_PORTS[scheme])
        if name.upper() in ("PGHOST", "PGHOSTADDR"):
            found.add(_PORTS["postgresql"])
    found = {port for port in found if 0 < port <= _LARGEST_PORT}
    return found | {_NAMES_DNS} if found else found


@cache
def _system(hidden: tuple[Path, ...]) -> Mapping[Path, int]:
    rules: dict[Path, int] = {}
    for name in _SYSTEM:
        folder = Path(name)
        if folder.is_dir() and not folder.is_symlink():
            rules |= landlock.without(folder, hidden)
    rules |= {Path("/proc"): landlock.READ, Path("/dev/shm"): landlock.WRITE}
    return rules | {Path("/dev") / name: landlock.USE for name in _DEVICES}


def _readable(folder: Path, hidden: Iterable[Path]) -> dict[Path, int]:
    """A folder that is read though it may lie in a hidden one."""
    real = _real(folder)
    return landlock.without(real, [path for path in hidden if not real.is_relative_to(path)])


def installation(python: Path) -> Iterator[Path]:
    """The folders of an interpreter's installation, and of its environment if it has one."""
    environment = python.absolute().parent.parent
    found = {environment, _real(python).parent.parent}
    with suppress(OSError):
        for line in (environment / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            if name.strip() == "home":
                found.add(_real(Path(value.strip())).parent)
    yield from (folder for folder in found if len(folder.parts) > 1)


@cache
def _always_hidden() -> tuple[Path, ...]:
    """Where a user's and the tool's own things lie."""
    found = [Path(name) for name in _HIDDEN.split()]
    found += [Path(tempfile.gettempdir()), Path.home()]
    with suppress(KeyError):
        found.append(Path(pwd.getpwuid(os.getuid()).pw_dir))
    found += [Path(os.environ[name]) for name in _SETTINGS if os.environ.get(name)]
    if sys.prefix != sys.base_prefix:
        found.append(Path(sys.prefix))
    package = Path(__file__).parents[1]
    found += [package, package.with_name("contract_check_probe")]
    real = {_real(path) for path in found}
    return tuple(sorted(path for path in real if len(path.parts) > 1 and path.exists()))


def _paths(values: Iterable[str]) -> Iterator[Path]:
    """The files and folders that values name, as they are or in a URL."""
    for value in values:
        text, is_url = value, "://" in value
        if is_url:
            with suppress(ValueError):
                parts = urlsplit(value)
                text = "" if parts.netloc else re.sub(r"^/+", "/", parts.path)
        if text.startswith("/"):
            with suppress(OSError, ValueError):
                path = Path(text)
                yield from [path] if path.exists() else []
                # A database of one file keeps others beside it (SQLite's journals).
                yield from [path.parent] if is_url and not path.is_dir() else []


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
