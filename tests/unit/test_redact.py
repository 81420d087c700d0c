"""What nobody is to see, in whatever form it comes."""

from __future__ import annotations

import pytest

from contract_check.support.redact import conceal, credentials_in, redact, tail


@pytest.mark.parametrize(
    ("text", "secret", "shown"),
    [
        ("password s3cret-word!", "s3cret-word", "password ***!"),
        (repr('it\'s "so" s3cret\n'), 'it\'s "so" s3cret\n', "'***'"),
        ('{"a": "tab\\there"}', "tab\there", '{"a": "***"}'),
        ("cut short: 'a-very-long-s3c", "a-very-long-s3cret", "cut short: '***"),
        ("a-very-short", "a-very-long-s3cret", "a-very-short"),
        ("the test is the latest", "test", "the *** is the latest"),
        ("x=1, y=true, z=abc", "true", "x=1, y=true, z=abc"),
        ("x=1, y=true, z=abc", "abc", "x=1, y=true, z=abc"),
        ("s3cret-ones, s3cret-ones", "s3cret-ones", "***, ***"),
    ],
)
def test_values_are_concealed(text: str, secret: str, shown: str) -> None:
    assert conceal(text, [secret]) == shown


def test_the_folder_of_a_run_is_named_alike_each_time() -> None:
    said = 'File "/tmp/x/contract-check-0a1b2c3d/probe/a.py", in /tmp/contract-check-0a1b2c3d'
    assert tail(said) == 'File "<run>/probe/a.py", in <run>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:PA/SS@host/x", "https://***@host/x"),
        ("https://me:a@b@host/x", "https://***@host/x"),
        ("https://me:a#b?c@host", "https://***@host"),
        ("https://me:12/34@host", "https://***@host"),
        ("git+https://me:PA/SS@host/repo@v1", "git+https://***@v1"),
        ("git+https://host:8443/repo@v1", "git+https://host:8443/repo@v1"),
        ("git+https://host/repo@v1 and more", "git+https://host/repo@v1 and more"),
        ("https://[::1]:8080/x@y", "https://[::1]:8080/x@y"),
        ("https://me:it's@host", "https://***@host"),
        ('{"a": "https://host", "b": "me@x"}', '{"a": "https://host", "b": "me@x"}'),
        ("ssh://git@host/x https://tok@other/y", "ssh://***@host/x https://***@other/y"),
    ],
)
def test_credentials_are_found_where_a_url_is_written_wrongly_too(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_credentials_are_named_as_written_and_decoded() -> None:
    found = credentials_in("--core-ref git+https://me:a%2Fb@host/x@v1")
    assert set(found) == {"me:a%2Fb", "me:a/b", "a%2Fb", "a/b"}
