"""The provider's modules come from where the provider is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from contract_check.model.errors import CheckError
from contract_check.model.observation import Installed
from contract_check.observe import Surroundings
from contract_check.pipeline import provided
from contract_check.pipeline.subjects import Subject


def check(tmp_path: Path, imported: dict[str, str]) -> None:
    site = tmp_path / "overlay"
    subject = Subject(
        side="candidate",
        python=Path(sys.executable),
        provider=Installed(name="pond", version="2", modules=("pond", "pond.deep", "ns.core")),
        consumer=Installed(name="frog", version="1"),
        site=tmp_path,
        files=(),
        provided=site,
    )
    places = {name: (tmp_path / place,) for name, place in imported.items()}
    provided.check(subject, places, Surroundings(tmp_path / "run", {}, 30, 4096))


@pytest.mark.parametrize(
    "imported",
    [
        {"pond": "overlay/pond/__init__.py", "pond.deep": "overlay/pond/deep.py"},
        {"pond": "overlay/pond.py"},
        {"pond": "overlay/pond/__init__.cpython-311-x86_64-linux-gnu.so"},
        {"ns.core": "overlay/ns/core/__init__.py"},
        {"pond.deep": "overlay/pond/__init__.py"},  # its own module under another name
        {"pond.deep": "elsewhere/json.py"},  # another module put there by its own package
        {},
    ],
)
def test_what_is_installed_is_what_is_wanted(tmp_path: Path, imported: dict[str, str]) -> None:
    check(tmp_path, imported)


@pytest.mark.parametrize(
    "imported",
    [
        {"pond": "base/frog/_vendor/pond/__init__.py"},
        {"pond": "overlay/frog/_vendor/pond/__init__.py"},
        {"pond.deep": "vendored/pond/deep.py"},
        {"ns.core": "base/ns/core/__init__.py"},
        {"pond": "vendored.zip/pond/__init__.py"},
    ],
    ids=["vendored", "in the same folder", "a submodule", "a namespace", "a zip file"],
)
def test_a_copy_is_an_error(tmp_path: Path, imported: dict[str, str]) -> None:
    with pytest.raises(CheckError, match=r"was imported from .*, which is not what was installed"):
        check(tmp_path, imported)
