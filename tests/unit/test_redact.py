"""What nobody is to see, in whatever form it comes."""

from __future__ import annotations

import pytest

from contract_check.support.redact import conceal, tail


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
