"""What a probe costs before it imports anything of others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contract_check.observe import stage_probe

# Run a consumer's tests, in a process that is no probe.
ON_ITS_OWN = {"testing", "watching"}


@pytest.mark.parametrize("may_write", [True, False])
def test_the_probe_starts_from_bytecode_and_without_asyncio(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, may_write: bool
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", not may_write)
    staged = stage_probe(tmp_path)
    program = (
        f"import sys; sys.path.insert(0, {str(staged)!r}); import contract_check_probe.serving"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-v", "-c", program], capture_output=True, text=True, check=True
    ).stderr
    for source in staged.rglob("*.py"):
        bytecode = f"{source.stem}.{sys.implementation.cache_tag}.pyc"
        assert (source.parent / "__pycache__" / bytecode).is_file()
        assert (f"{bytecode} matches {source}" in told) == (source.stem not in ON_ITS_OWN)
    assert "import 'json'" in told
    assert "import 'asyncio'" not in told
