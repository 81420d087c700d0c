"""Where a git repository lies: a URL or folder, checked before git or an installer sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from contract_check.refs.failures import refuse
from contract_check.refs.paths import absolute
from contract_check.support.redact import redact

_SCHEMES = ("https", "ssh", "file")
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?|[0-9A-Fa-f:.]+")
_SCP_LIKE = re.compile(r"(?P<user>[\w.+-]+@)?(?P<host>[A-Za-z0-9][\w.-]+):(?P<path>[^:]+)")
_NOT_IN_URLS = frozenset("\"'`\\<>{}|^$;*()[]")
_HINT = "write it as https://host/path, ssh://git@host/path, file:///path or a folder"


@dataclass(frozen=True)
class Location:
    """A repository that passed the checks.

    Args:
        url: for the installer, after `git+` (may hold credentials: never printed).
        target: for git itself: the URL, or the folder's path.
        local: it lies on this machine, so that asking it costs next to nothing.
        shown: for people, redacted.
    """

    url: str = field(repr=False)
    target: str = field(repr=False)
    local: bool
    shown: str


def check_url(url: str) -> None:
    """Refuse a repository URL that is not https, ssh or file, or that could smuggle an option.

    Raises:
        UsageError: the URL is refused. It is not repeated in the message, for it may hold
            credentials in a place where nobody expects them.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise refuse("the URL of the git repository is malformed", _HINT) from None
    if parts.scheme not in _SCHEMES:
        raise refuse("git repositories are reached by https, ssh or file only", _HINT)
    decoded = unquote(url)
    if (
        not decoded.isprintable()
        or set(" ?#") & set(url)
        or _NOT_IN_URLS.intersection(_without_ipv6(parts))
    ):
        raise refuse("the URL of the git repository holds characters it may not", _HINT)
    if parts.path in ("", "/"):
        raise refuse("the URL of the git repository names no repository", _HINT)
    _check_authority(parts)


def _without_ipv6(parts: SplitResult) -> str:
    authority = parts.netloc.replace("[", "").replace("]", "")
    return f"{authority}{parts.path}"


def _check_authority(parts: SplitResult) -> None:
    user, _, _ = parts.netloc.rpartition("@")
    if parts.scheme == "file":
        if parts.netloc not in ("", "localhost"):
            raise refuse("a file: URL of a git repository names a host", "write file:///path")
        return
    # ssh takes a user or host that starts with a dash for an option (CVE-2017-1000117).
    if unquote(user).startswith("-") or "@" in user or not _HOST.fullmatch(parts.hostname or ""):
        raise refuse("the host or user in the git repository's URL is not acceptable", _HINT)


def locate(text: str, cwd: Path) -> Location:
    """Where the repository lies that the settings or a ref name.

    Args:
        text: a URL (https, ssh, file; `git+` in front is allowed), `user@host:path` or a folder.
        cwd: what a relative folder is relative to.

    Raises:
        UsageError: it can't be a repository.
    """
    if not text.strip() or text.startswith("-") or not text.isprintable():
        raise refuse("the git repository's name is empty, an option or unprintable", _HINT)
    url = text.removeprefix("git+")
    if "::" in url.partition("://")[0]:
        raise refuse("git repositories are reached by https, ssh or file only", _HINT)
    if "://" in url:
        check_url(url)
        return _from_url(url)
    folder = absolute(url, cwd)
    scp = _SCP_LIKE.fullmatch(url)
    if scp is not None and not folder.exists():
        url = f"ssh://{scp['user'] or ''}{scp['host']}/{scp['path'].lstrip('/')}"
        check_url(url)
        return _from_url(url)
    return _from_folder(folder)


def _from_url(url: str) -> Location:
    if url.startswith("file:"):
        return _from_folder(Path(unquote(urlsplit(url).path)))
    return Location(url=url, target=url, local=False, shown=redact(url))


def _from_folder(folder: Path) -> Location:
    return Location(url=folder.as_uri(), target=str(folder), local=True, shown=redact(str(folder)))
