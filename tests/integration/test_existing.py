"""`--environment`: what is there is checked as it is, however it was installed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.packages import nothing_but, wheel
from tests.support.tool import Checked, Tool

_CORE = "def double(x):\n    return 2 * x\n"
_STORE = "import tcore\n\ndef four():\n    return tcore.double(2)\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    wheel(tmp_path / "house", "tcore", "1.0", files={"tcore/__init__.py": _CORE})
    wheel(tmp_path / "house", "tcore", "2.0", files={"tcore/__init__.py": ""})
    requires = ["tcore==1.0"]
    wheel(
        tmp_path / "house", "tstore", "1.0", requires=requires, files={"tstore/__init__.py": _STORE}
    )
    return tmp_path / "house"


@pytest.fixture
def tool(house: Path, tmp_path: Path) -> Tool:
    for name in ("here", "temporary"):
        (tmp_path / name).mkdir()
    env = nothing_but(house) | {"UV_CACHE_DIR": str(tmp_path / "uv")}
    return Tool(tmp_path / "cache", tmp_path / "here", tmp_path / "temporary", env)


def _environment(folder: Path, *wheels: Path) -> Path:
    uv = Path(sys.executable).with_name("uv")
    quiet = ("--quiet", "--no-config")
    subprocess.run([uv, "venv", *quiet, "--python", sys.executable, folder], check=True)
    command: list[str | Path] = [
        uv,
        "pip",
        "install",
        *quiet,
        "--no-deps",
        "--python",
        folder / "bin" / "python",
    ]
    subprocess.run([*command, *wheels], check=True)
    return folder


def _wheel(house: Path, name: str) -> Path:
    return house / f"{name}-py3-none-any.whl"


def _check(tool: Tool, folder: Path, *options: str) -> Checked:
    own = ("--provider", "tcore", "--consumer", "tstore")
    return tool.json(*own, "--environment", str(folder), *options)


def _project(folder: Path, *, src: bool) -> Path:
    """A project of two packages and its tests; returns the packages' folder."""
    inside = folder / "src" if src else folder
    for package, text in (("tstore", _STORE), ("tmore", "from tcore import double\n")):
        (inside / package).mkdir(parents=True)
        (inside / package / "__init__.py").write_text(text)
    (folder / "tests").mkdir()
    (folder / "tests" / "__init__.py").write_text("import nothing_of_that_name\n")
    (folder / "pyproject.toml").write_text('[project]\nname = "tstore"\n')
    return inside


def _by_path(folder: Path) -> dict[str, str]:
    return {"_editable_impl_tstore.pth": f"{_project(folder, src=False)}\n"}


def _by_src_path(folder: Path) -> dict[str, str]:
    return {"__editable__.tstore-1.0.pth": f"{_project(folder, src=True)}"}


def _by_finder(folder: Path, annotation: str = ": dict[str, str]") -> dict[str, str]:
    inside = _project(folder, src=False)
    table = {name: str(inside / name) for name in ("tstore", "tmore")}
    finder = (
        f"import sys\nMAPPING{annotation} = {table!r}\n"
        f"def install():\n    sys.path.append({str(inside)!r})\n"
    )
    name = "__editable___tstore_1_0_finder"
    start = f"import {name}; {name}.install()"
    return {"__editable__.tstore-1.0.pth": start, f"{name}.py": finder}


def _by_old_finder(folder: Path) -> dict[str, str]:
    return _by_finder(folder, "")


EDITABLE = {"path": _by_path, "src": _by_src_path, "finder": _by_finder, "old": _by_old_finder}


@pytest.mark.parametrize("installation", EDITABLE.values(), ids=EDITABLE)
def test_a_consumer_in_editable_mode_is_read_where_it_lies(
    tool: Tool, house: Path, tmp_path: Path, installation: Callable[[Path], dict[str, str]]
) -> None:
    files = installation(tmp_path / "project")
    editable = wheel(tmp_path / "made", "tstore", "1.0", requires=["tcore==1.0"], files=files)
    folder = _environment(tmp_path / "existing", _wheel(house, "tcore-2.0"), editable)
    done = _check(tool, folder, "--baseline", "1.0")
    assert done.code == 1, done
    assert done.report["coverage"]["call_sites"] == 1
    assert "symbol-removed" in done.findings["break"]
    places = {f["location"]["file"] for f in done.report["findings"] if f["location"]}
    assert places == {"tmore/__init__.py"}


def test_a_provider_in_editable_mode_is_compared_with_a_baseline(
    tool: Tool, house: Path, tmp_path: Path
) -> None:
    (tmp_path / "core" / "tcore").mkdir(parents=True)
    (tmp_path / "core" / "tcore" / "__init__.py").write_text("")
    files = {"tcore.pth": f"{tmp_path / 'core'}\n"}
    editable = wheel(tmp_path / "made", "tcore", "2.0", files=files)
    folder = _environment(tmp_path / "existing", editable, _wheel(house, "tstore-1.0"))
    done = _check(tool, folder, "--baseline", "1.0")
    assert done.code == 1, done
    assert done.findings["break"] == ["symbol-removed"]


def test_an_editable_installation_that_tells_nothing_is_an_error(
    tool: Tool, house: Path, tmp_path: Path
) -> None:
    files = {"tstore.pth": "import sys\n"}
    editable = wheel(tmp_path / "made", "tstore", "1.0", files=files)
    folder = _environment(tmp_path / "existing", _wheel(house, "tcore-1.0"), editable)
    done = _check(tool, folder)
    assert done.code == 3, done
    assert done.errors[0].startswith("tstore is installed in editable mode in the environment")


def test_another_consumer_than_the_one_named_is_an_error(
    tool: Tool, house: Path, tmp_path: Path
) -> None:
    wheel(house, "tstore", "1.1", files={"tstore/__init__.py": _STORE})
    wheels = (_wheel(house, "tcore-1.0"), _wheel(house, "tstore-1.0"))
    folder = _environment(tmp_path / "existing", *wheels)
    assert _check(tool, folder, "--consumer-ref", "1.0").code == 0
    done = _check(tool, folder, "--consumer-ref", "1.1")
    assert done.code == 3, done
    assert done.errors == [
        "provider-not-as-asked: tstore 1.0 is installed there, asked for was 1.1."
    ]


def test_a_version_that_is_there_and_in_no_index(tool: Tool, house: Path, tmp_path: Path) -> None:
    made = wheel(tmp_path / "made", "tcore", "3.0", files={"tcore/__init__.py": _CORE})
    folder = _environment(tmp_path / "existing", made, _wheel(house, "tstore-1.0"))
    assert _check(tool, folder).code == 0
    done = _check(tool, folder, "--core-ref", "3.0")
    assert done.code == 3, done
    (error,) = done.report["errors"]
    assert error["message"] == "the package registry has no tcore 3.0"
    assert error["hint"].startswith(
        "Leave --provider-ref out to check what is installed in the env"
    )


def test_a_consumer_that_nobody_named(tool: Tool, tmp_path: Path) -> None:
    files = {"market_data_store/__init__.py": ""}
    store = wheel(tmp_path / "made", "market-data-store", "1.0", files=files)
    core = wheel(tmp_path / "made", "tcore", "1.0", files={"tcore/__init__.py": _CORE})
    folder = _environment(tmp_path / "existing", core, store)
    done = tool.json("--provider", "tcore", "--environment", str(folder))
    assert done.code == 3, done
    (error,) = done.report["errors"]
    whence = "market-data-store is the consumer that the built-in profile market-data names for"
    assert error["hint"].startswith(f"{whence} another provider: name yours with --consumer. ")
    assert [note for note in done.report["notes"] if note.startswith(whence)]
