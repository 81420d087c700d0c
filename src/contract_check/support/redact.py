"""Takes credentials out of text before anyone sees it."""

from __future__ import annotations

import re

_USERINFO = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^/\s@'\"]*@")
_SECRET_PARAMETER = re.compile(
    r"(?P<name>(?:[\w-]*(?:token|password|passwd|secret|api[_-]?key|private[_-]?key)))"
    r"(?P<sign>=|: )(?P<value>[^\s&'\"#]+)",
    re.IGNORECASE,
)
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-Z\\-_]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def redact(text: str) -> str:
    """Replace the user part of URLs and the values of secret-looking parameters by `***`.

    `git@host` in an ssh URL is no secret but is replaced as well: telling them apart is not
    worth the risk.
    """
    text = _USERINFO.sub(r"\g<scheme>***@", text)
    return _SECRET_PARAMETER.sub(r"\g<name>\g<sign>***", text)


def tail(text: str, lines: int = 20, width: int = 500) -> str:
    """The last lines of what a program printed, redacted, control characters removed."""
    kept = _ANSI.sub("", redact(text)).strip().splitlines()[-lines:]
    return "\n".join(line[:width] for line in kept)
