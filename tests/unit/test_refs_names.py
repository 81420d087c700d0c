"""The names offered where one does not exist, and the places repositories are found at."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_check.model.errors import UsageError
from contract_check.refs.failures import nearest
from contract_check.refs.location import locate

VERSIONS = ("1.2.0", "1.4.59", "1.4.60", "1.4.61", "1.10.0")


@pytest.mark.parametrize(
    ("wanted", "names", "expected"),
    [
        ("v9.9.9", VERSIONS, ("1.10.0", "1.4.61", "1.4.60")),
        ("1.4.62", VERSIONS, ("1.4.61", "1.10.0", "1.4.60")),
        ("0.1", VERSIONS, ("1.2.0", "1.4.59", "1.4.60")),
        ("v1.4.62", ("v1.4.61", "main", "v1.4.60"), ("v1.4.61", "v1.4.60")),
        ("1.4.60", ("v1.4.59", "v1.4.60", "1.4.58"), ("v1.4.60", "v1.4.59", "1.4.58")),
        ("v1.4.59", VERSIONS, ("1.4.59", "1.2.0", "1.4.60")),
        ("mian", ("main", "master", "release"), ("main",)),
        ("Main", ("main", "develop"), ("main",)),
        ("login", ("feature/login-page", "main"), ("feature/login-page",)),
        ("zzz", ("main",), ()),
        ("main", (), ()),
    ],
)
def test_nearest(wanted: str, names: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert nearest(wanted, names, count=3) == expected


@pytest.mark.parametrize(
    ("text", "url", "target"),
    [
        ("https://example.org/o/core", "https://example.org/o/core", "https://example.org/o/core"),
        ("git+https://example.org/core", "https://example.org/core", "https://example.org/core"),
        ("git@example.org:o/core.git", "ssh://git@example.org/o/core.git", None),
        ("file:///srv/a%20b", "file:///srv/a%20b", "/srv/a b"),
        ("/srv/a b", "file:///srv/a%20b", "/srv/a b"),
        ("repo", "file:///here/repo", "/here/repo"),
    ],
)
def test_locate(text: str, url: str, target: str | None) -> None:
    location = locate(text, Path("/here"))
    assert (location.url, location.target) == (url, target or url)
    assert location.local == url.startswith("file:")


@pytest.mark.parametrize(
    "text",
    ["", "-x", "--upload-pack=x", "ext::sh -c x", "http://example.org/x", "https://example.org",
     "ssh://-oProxyCommand=x/y", "git://example.org/x", "https://h/x\ny", "file://host/x"],
)  # fmt: skip
def test_locate_refuses(text: str) -> None:
    with pytest.raises(UsageError):
        locate(text, Path("/here"))
