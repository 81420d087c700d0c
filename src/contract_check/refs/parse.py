"""Text to Ref: what a person typed, split and refused where it could never name anything.

Nothing is looked up here. What passes is safe to hand to git and to the installers: it starts with
no dash and holds no control character, and a name for git follows git's own rules for names
(git-check-ref-format(1)) and holds nothing a shell would act on.
"""

from __future__ import annotations

import re

from contract_check.model.refs import Ref
from contract_check.refs.failures import as_version, refuse, shown
from contract_check.refs.location import check_url
from contract_check.support.redact import redact

_LONGEST = 2000
_PATH_STARTS = ("./", "../", "/", "~")
_NOT_IN_NAMES = frozenset(";&|$`<>(){}'\"*?[]\\^~: ")
_GIT_URL = re.compile(r"git\+(?P<url>(?:https|ssh|file)://.+)", re.IGNORECASE)
_SUBDIRECTORY = re.compile(r"[\w.+-]+(?:/[\w.+-]+)*/?")
_SPECIFIER = re.compile(
    r"(?:[A-Za-z][\w.-]*(?:\[[\w.,-]*\])?)?(?:===?|[<>!~]=|[<>])\s*(?P<version>[\w.!+-]*)"
)

_FORMS = (
    "a ref is a version (1.4.61), a tag, a branch, a commit, a folder (./folder), a wheel "
    "(dist/x.whl) or git+URL@ref"
)


def parse(text: str) -> Ref:
    """Split a ref as it was typed.

    Args:
        text: a version, tag, branch, commit, `./folder`, `x.whl`, `git+` URL, or one of these after
            `version:`, `git:` or `path:`.

    Returns:
        The ref; its kind is `auto` where only a look-up can tell.

    Raises:
        UsageError: the text can't be a ref.
    """
    _check_text(text)
    prefix, separator, rest = text.partition(":")
    if separator and prefix in ("version", "git", "path") and not rest.startswith("//"):
        return _explicit(prefix, rest, text)
    if text.lower().startswith("git+"):
        return _git_url(text)
    if "://" in text or "::" in text:
        raise refuse(
            "this kind of URL or git transport is no ref",
            "git repositories are named git+URL@ref, where the URL begins with https, ssh or file",
        )
    specifier = _SPECIFIER.match(text)
    if specifier is not None:
        raise refuse(
            f"{shown(text)} is a requirement, not a ref",
            f"name one version: {specifier['version'] or '1.4.61'}",
        )
    if text in (".", "..") or text.startswith(_PATH_STARTS):
        return _path(text, text)
    if text.endswith(".whl"):
        _check_characters(text, text)
        return Ref(text=redact(text), kind="wheel", value=text)
    check_name(text)
    return Ref(text=redact(text), kind="auto", value=text)


def _check_text(text: str) -> None:
    if not text.strip():
        raise refuse("an empty text is no ref", _FORMS)
    if len(text) > _LONGEST:
        raise refuse(f"a ref of {len(text)} characters is too long", _FORMS)
    if text.startswith("-"):
        raise refuse(f"{shown(text)} starts with a dash: it is an option, not a ref", _FORMS)
    if not text.isprintable() or text != text.strip():
        raise refuse(f"{shown(text)} holds control characters or stray spaces", _FORMS)


def _explicit(prefix: str, value: str, text: str) -> Ref:
    _check_text(value)
    if prefix == "path":
        return _path(value, text)
    if prefix == "version":
        if as_version(value) is None:
            raise refuse(
                f"{shown(value)} is no version",
                "versions look like 1.4.61 (PEP 440); say git: for a tag or a branch",
            )
        return Ref(text=redact(text), kind="version", value=value)
    check_name(value)
    return Ref(text=redact(text), kind="git", value=value)


def _path(value: str, text: str) -> Ref:
    kind = "wheel" if value.endswith(".whl") else "path"
    return Ref(text=redact(text), kind="wheel" if kind == "wheel" else "path", value=value)


def _git_url(text: str) -> Ref:
    match = _GIT_URL.fullmatch(text)
    if match is None:
        # The text is not shown: what can't be taken apart can't be redacted for sure.
        raise refuse(
            "this is no git URL this tool takes",
            "only git+https://, git+ssh:// and git+file:// are; git@host:path is written "
            "git+ssh://git@host/path",
        )
    url, _, fragment = match["url"].partition("#")
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    path, at, name = path.rpartition("@") if "@" in path else (path, "", "")
    if at:
        check_name(name)
    repository = f"{scheme.lower()}://{authority}{slash}{path}"
    check_url(repository)
    return Ref(
        text=redact(text),
        kind="url",
        value=name,
        url=repository,
        subdirectory=_subdirectory(fragment),
    )


def _subdirectory(fragment: str) -> str | None:
    found: str | None = None
    for part in filter(None, fragment.split("&")):
        key, _, value = part.partition("=")
        if key == "egg":
            continue  # pip's old way to name the project; the settings name it here
        pieces = value.strip("/").split("/")
        safe = _SUBDIRECTORY.fullmatch(value) and not any(
            piece in (".", "..") or piece.startswith("-") for piece in pieces
        )
        if key != "subdirectory" or not safe:
            raise refuse(
                "what follows # in a git URL can only be subdirectory=FOLDER",
                "the folder is relative to the repository's top and holds no '..'",
            )
        found = value.strip("/")
    return found


def _check_characters(name: str, text: str) -> None:
    bad = sorted(_NOT_IN_NAMES.intersection(name))
    if bad:
        raise refuse(
            f"{shown(text)} holds {' '.join(map(repr, bad))}, which no ref may",
            "name the commit instead" if "/" in name else _FORMS,
        )


def check_name(name: str) -> None:
    """Refuse a name that git could not give to a tag, branch or commit, or that a shell would read.

    Stricter than git-check-ref-format(1) by the characters `; & | $ ( ) { } < > quotes`.

    Raises:
        UsageError: the name is refused.
    """
    _check_text(name)
    _check_characters(name, name)
    if "!" in name and as_version(name) is None:
        raise refuse(f"{shown(name)} holds '!', which no ref may", _FORMS)
    if name == "@" or ".." in name or "//" in name or name.startswith("/") or name.endswith("/"):
        raise refuse(f"{shown(name)} breaks git's rules for names", _FORMS)
    pieces = name.split("/")
    if name.endswith(".") or any(
        piece.startswith(".") or piece.endswith(".lock") for piece in pieces
    ):
        raise refuse(f"{shown(name)} breaks git's rules for names", _FORMS)
