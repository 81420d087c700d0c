"""What a person may type as a ref, and what is refused."""

from __future__ import annotations

import pytest

from contract_check.model.errors import UsageError
from contract_check.refs import parse

SHA = "0123456789abcdef0123456789abcdef01234567"

ACCEPTED = [
    # text, kind, value
    ("1.4.61", "auto", "1.4.61"),
    ("v1.4.61", "auto", "v1.4.61"),
    ("1!2.0", "auto", "1!2.0"),
    ("1.0+local.1", "auto", "1.0+local.1"),
    ("2.0rc1", "auto", "2.0rc1"),
    ("main", "auto", "main"),
    ("feature/new-things_2", "auto", "feature/new-things_2"),
    ("fix/#12", "auto", "fix/#12"),
    ("core@1.4.61", "auto", "core@1.4.61"),
    ("refs/heads/main", "auto", "refs/heads/main"),
    ("HEAD", "auto", "HEAD"),
    ("zweig/größe", "auto", "zweig/größe"),
    (SHA, "auto", SHA),
    (SHA[:7], "auto", SHA[:7]),
    ("dist/core", "auto", "dist/core"),
    (".", "path", "."),
    ("..", "path", ".."),
    ("./core", "path", "./core"),
    ("../core", "path", "../core"),
    ("/srv/core", "path", "/srv/core"),
    ("~/core", "path", "~/core"),
    ("./with space", "path", "./with space"),
    ("path:with space/core", "path", "with space/core"),
    ("path:core", "path", "core"),
    ("./dist/core-1.0-py3-none-any.whl", "wheel", "./dist/core-1.0-py3-none-any.whl"),
    ("dist/core-1.0-py3-none-any.whl", "wheel", "dist/core-1.0-py3-none-any.whl"),
    ("core-1.0-py3-none-any.whl", "wheel", "core-1.0-py3-none-any.whl"),
    ("path:core-1.0-py3-none-any.whl", "wheel", "core-1.0-py3-none-any.whl"),
    ("version:1.4.61", "version", "1.4.61"),
    ("version:v1.4.61", "version", "v1.4.61"),
    ("git:v1.4.61", "git", "v1.4.61"),
    ("git:1.4.61", "git", "1.4.61"),
]


@pytest.mark.parametrize(("text", "kind", "value"), ACCEPTED)
def test_accepts(text: str, kind: str, value: str) -> None:
    ref = parse(text)
    assert (ref.kind, ref.value, ref.text) == (kind, value, text)
    assert (ref.url, ref.subdirectory) == (None, None)


GIT_URLS = [
    # text, repository, ref, subdirectory
    ("git+https://example.org/o/core@main", "https://example.org/o/core", "main", None),
    ("git+https://example.org/o/core.git", "https://example.org/o/core.git", "", None),
    ("git+https://example.org:8443/core@f/x", "https://example.org:8443/core", "f/x", None),
    ("git+https://[::1]/core@v1", "https://[::1]/core", "v1", None),
    ("git+ssh://git@example.org/core@v1", "ssh://git@example.org/core", "v1", None),
    ("git+ssh://example.org/~me/core@v1", "ssh://example.org/~me/core", "v1", None),
    ("git+file:///srv/core", "file:///srv/core", "", None),
    ("git+file:///srv/a%20b@" + SHA, "file:///srv/a%20b", SHA, None),
    ("GIT+HTTPS://example.org/core@v1", "https://example.org/core", "v1", None),
    ("git+https://example.org/m@v1#subdirectory=a/b", "https://example.org/m", "v1", "a/b"),
    ("git+https://example.org/m#egg=core&subdirectory=core/", "https://example.org/m", "", "core"),
]


@pytest.mark.parametrize(("text", "url", "name", "subdirectory"), GIT_URLS)
def test_accepts_git_urls(text: str, url: str, name: str, subdirectory: str | None) -> None:
    ref = parse(text)
    assert (ref.kind, ref.url, ref.value, ref.subdirectory) == ("url", url, name, subdirectory)


REFUSED = [
    "",
    " ",
    "\t",
    " 1.4.61",
    "1.4.61 ",
    "1.4.61\n",
    "main\nv2",
    "main\x00",
    "main\x1b[31m",
    "main\u202egnp",
    "a b",
    "--upload-pack=touch PWNED",
    "-oProxyCommand=touch PWNED",
    "-r",
    "--",
    "main --upload-pack=x",
    "main;touch PWNED",
    "$(touch PWNED)",
    "`touch PWNED`",
    "main|sh",
    "main&",
    "main>x",
    "'main'",
    '"main"',
    "main\\x",
    "main~1",
    "main^",
    "main^{}",
    "main@{1}",
    "@",
    "a..b",
    "../../etc/passwd\n",
    "a/../b",
    "a//b",
    "a/",
    "a/.b",
    "a.lock",
    "a.lock/b",
    "a.",
    "ma?n",
    "ma*n",
    "[main]",
    "!main",
    "a:b",
    "==1.4.61",
    ">=1.4",
    "~=1.4",
    "market-data-core==1.4.61",
    "market-data-core @ git+https://example.org/core",
    "git:",
    "git:-x",
    "git:--upload-pack=touch",
    "git:a b",
    "git:a..b",
    "git://example.org/core",
    "path:",
    "path:-x",
    "version:",
    "version:main",
    "version:-1",
    "version:1.0;x",
    "ext::sh -c touch% PWNED",
    "ext::sh",
    "fd::17",
    "https://example.org/core",
    "http://example.org/core-1.0-py3-none-any.whl",
    "file:///srv/core",
    "ssh://example.org/core",
    "git+",
    "git+main",
    "git+http://example.org/core@main",
    "git+git://example.org/core@main",
    "git+ext::sh -c touch% PWNED",
    "git+git@example.org:core",
    "git+-oProxyCommand=touch PWNED",
    "git+--upload-pack=touch",
    "git+ssh://-oProxyCommand=touch/core@main",
    "git+ssh://-oProxyCommand=touch@example.org/core@main",
    "git+ssh://%2doProxyCommand=touch@example.org/core@main",
    "git+https://-x/core@main",
    "git+https://example.org/core@--upload-pack=touch",
    "git+https://example.org/core@-x",
    "git+https://example.org/core@a b",
    "git+https://example.org/core@a..b",
    "git+https://example.org@main",
    "git+https://example.org/",
    "git+https:///core@main",
    "git+https://example.org/core?x=1@main",
    "git+https://example.org/co%0are@main",
    "git+https://example.org/$(touch)@main",
    "git+https://example.org:port/core@main",
    "git+https://a@b@example.org/core@main",
    "git+file://host/srv/core",
    "git+file:///srv/a b",
    "git+https://example.org/core@v1#subdirectory=../x",
    "git+https://example.org/core@v1#subdirectory=/x",
    "git+https://example.org/core@v1#subdirectory=-x",
    "git+https://example.org/core@v1#subdirectory=a/../../x",
    "git+https://example.org/core@v1#other=1",
    "a" * 3000,
]


@pytest.mark.parametrize("text", REFUSED)
def test_refuses(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert refused.value.message
    assert refused.value.message.isprintable()
    assert refused.value.hint


def test_a_requirement_is_refused_with_the_version_to_say_instead() -> None:
    with pytest.raises(UsageError) as refused:
        parse("==1.4.61")
    assert refused.value.hint == "name one version: 1.4.61"


@pytest.mark.parametrize(
    "text",
    [
        "git+https://me:s3cret@example.org/core@main",
        "git+https://s3cret@example.org/core",
        "git+ssh://me:s3cret@example.org/core@v1",
    ],
)
def test_credentials_are_never_in_what_is_shown(text: str) -> None:
    ref = parse(text)
    assert "s3cret" in (ref.url or "")
    assert "s3cret" not in ref.text
    assert "s3cret" not in repr(ref)


@pytest.mark.parametrize(
    "text",
    [
        "git+https://me:s3cret@x@example.org/core@main",
        "git+https://me:a/s3cret@example.org/core@main",
        "git+ftp://me:s3cret@example.org/core",
        "https://me:s3cret@example.org/core",
        "git+https://me:s3cret@example.org/core@a b",
        "main;https://me:s3cret@example.org",
    ],
)
def test_credentials_are_never_in_a_refusal(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert "s3cret" not in f"{refused.value.message} {refused.value.hint} {refused.value.detail}"
