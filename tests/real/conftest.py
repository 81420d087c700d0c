"""The tool on real packages: one cache for all tests, one temporary folder each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.tool import Tool


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache folder for the whole session, pytest-xdist's workers included."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    return base / "contract-check-cache"


@pytest.fixture
def tool(shared_cache: Path, tmp_path: Path) -> Iterator[Tool]:
    """The command line; at the end of each test nothing it started or wrote may be left."""
    folder, temporary = tmp_path / "here", tmp_path / "temporary"
    folder.mkdir()
    temporary.mkdir()
    made = Tool(shared_cache, folder, temporary)
    yield made
    assert made.left() == []
