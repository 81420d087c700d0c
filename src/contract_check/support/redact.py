"""Takes credentials out of text before anyone sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_AUTHORITY = re.compile(r"[^\s/?#\"'<>]*")
_UNBROKEN = re.compile(r"\S{0,2000}")
_SECRET_PARAMETER = re.compile(
    r"(?P<name>(?:[\w-]*(?:token|password|passwd|secret|api[_-]?key|private[_-]?key)))"
    r"(?P<sign>=|: )(?P<value>[^\s&'\"#]+)",
    re.IGNORECASE,
)
_RUN = re.compile(r"[^\s'\"(=]*/contract-check-[0-9a-f]{8}(?![\w-])")
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-Z\\-_]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def redact(text: str) -> str:
    """Replace the user part of URLs and the values of secret-looking parameters by `***`.

    `git@host` in an ssh URL is no secret but is replaced as well: telling them apart is not
    worth the risk.
    """
    parts, end = [], 0
    for start, stop in _user_parts(text):
        parts += [text[end:start], "***"]
        end = stop
    text = "".join((*parts, text[end:]))
    return _SECRET_PARAMETER.sub(r"\g<name>\g<sign>***", text)


def credentials_in(text: str) -> tuple[str, ...]:
    """The user parts of URLs in a text and the passwords in them, as written and decoded."""
    found: dict[str, None] = {}
    for start, stop in _user_parts(text):
        user = text[start:stop]
        for part in (user, user.partition(":")[2]):
            found.update(dict.fromkeys(filter(None, (part, unquote(part)))))
    return tuple(found)


def _user_parts(text: str) -> Iterator[tuple[int, int]]:
    """Where the user parts of URLs begin and end.

    A password may hold what it should not (RFC 3986 has `/`, `?`, `#` and `@` encoded): what looks
    like a host whose port is no number is a user, up to the last `@`.
    """
    end = 0
    for match in _URL.finditer(text):
        start = match.end()
        if match.start() < end:
            continue
        authority = _matched(_AUTHORITY, text, start)
        stop = authority.rfind("@")
        if stop < 0 and _is_user(authority, rest := _matched(_UNBROKEN, text, start), match[0]):
            stop = rest.rfind("@")
        if stop > 0:
            end = start + stop
            yield start, end


def _matched(pattern: re.Pattern[str], text: str, start: int) -> str:
    found = pattern.match(text, start)
    return found[0] if found else ""


def _is_user(authority: str, rest: str, scheme: str) -> bool:
    """Whether what stands before the first slash is a user and a part of a password."""
    host, colon, port = authority.rpartition(":")
    if not colon or authority.startswith("[") or "@" not in rest:
        return False
    if not port.isdecimal():
        return bool(port) or rest[len(authority) :].startswith(("/", "?", "#"))
    # A port; but where a host is named by a word, one `@` more than a ref needs is a password's.
    return "." not in host and rest.count("@") > scheme.startswith("git+")


def tail(text: str, lines: int = 20, width: int = 500) -> str:
    """The last lines of what a program printed, redacted, control characters removed.

    A run's temporary folder, which is another one each time, is `<run>`.
    """
    kept = _ANSI.sub("", _RUN.sub("<run>", redact(text))).strip().splitlines()[-lines:]
    return "\n".join(line[:width] for line in kept)


_SHORTEST, _SHORT, _TELLING = 4, 8, 12
_WORDS = frozenset({"true", "false", "none", "null"})


def is_secret(value: str) -> bool:
    """Whether a variable's value can be a secret: four characters or more, and no plain word
    such as `true`."""
    return len(value) >= _SHORTEST and value.lower() not in _WORDS


def pattern_of(secret: str) -> str:
    """A pattern that finds a secret; one of fewer than eight characters as a word of its own."""
    found = re.escape(secret)
    return rf"(?<!\w){found}(?!\w)" if len(secret) < _SHORT else found


def conceal(text: str, secrets: Iterable[str]) -> str:
    """Replace values that nobody is to see by `***`, however they are quoted.

    Args:
        text: what is to be shown.
        secrets: the values, as `is_secret` has them. Of longer ones the beginning is replaced
            too, where the text was cut short.
    """
    for form in _forms(secrets):
        if len(form) < _SHORT:
            text = re.sub(pattern_of(form), "***", text)
            continue
        start = 0
        while (start := text.find(form[:_TELLING], start)) >= 0:
            length = _alike(form, text[start:])
            text = f"{text[:start]}***{text[start + length :]}"
            start += 3
    return text


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))


def _forms(secrets: Iterable[str]) -> list[str]:
    """Each secret as it is, and as Python and JSON write it in a string; the longest first."""
    found = {
        form
        for secret in filter(is_secret, secrets)
        for form in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1])
    }
    return sorted(found, key=lambda form: (-len(form), form))
