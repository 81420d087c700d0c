"""The memory that code under test may take, where whoever runs the check has a limit already."""

from __future__ import annotations

import subprocess
import sys

import pytest

_ASK = """
import resource, sys
own, asked = int(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_AS, (own, own))
from contract_check_probe.serving import limits
print(limits({"memory": asked})["memory"], *resource.getrlimit(resource.RLIMIT_AS))
"""
_GIB = 1 << 30


@pytest.mark.parametrize(("own", "asked", "given"), [(2, 4, 2), (4, 2, 2)])
def test_the_lower_limit_counts(own: int, asked: int, given: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ASK, str(own * _GIB), str(asked * _GIB)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert [int(number) for number in done.stdout.split()] == [given * _GIB] * 3
