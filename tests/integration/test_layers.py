"""Code under test writes into what is kept between runs: no run may read that unawares."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.packages import nothing_but, wheel
from tests.support.tool import Checked, Tool

from contract_check.support.confinement import is_confined
from contract_check.support.landlock import OFF_VARIABLE

_DOUBLE = "def double(x):\n    return 2 * x\n"
_STORE = "import tcore, tdep\n\ndef four():\n    return tcore.double(2)\n"
_FIND = "import pathlib, tdep, os, sys\nsite = pathlib.Path(tdep.__file__).parents[1]\n"
_REWRITES = "(site / 'tstore' / '__init__.py').write_text('def four(): return 4')\n"

HOSTILE = {
    "rewrites the consumer": (_REWRITES, "tstore/__init__.py"),
    "keeps its size and date": (
        "store = site / 'tstore' / '__init__.py'\n"
        "status, text = store.stat(), store.read_text()\n"
        "store.write_text(text.replace('double(2)', 'double(3)'))\n"
        "os.utime(store, ns=(status.st_atime_ns, status.st_mtime_ns))\n",
        "tstore/__init__.py",
    ),
    "puts back what it changed": (
        "store = site / 'tstore' / '__init__.py'\n"
        "text = store.read_text()\n"
        "store.write_text('')\n"
        "store.write_text(text)\n",
        "tstore/__init__.py",
    ),
    "forges bytecode": (
        "for file in site.glob('tstore/__pycache__/__init__*.pyc'):\n"
        "    code = compile('def four(): return 4', 'x', 'exec')\n"
        "    import marshal\n"
        "    file.write_bytes(file.read_bytes()[:16] + marshal.dumps(code))\n",
        "tstore/__pycache__/__init__.",
    ),
    "runs at every start": (
        "(site / 'evil.pth').write_text('import sys; sys.evil = True\\n')\n",
        "evil.pth",
    ),
    "forges the record too": (
        "import json\n"
        "(site / 'evil.py').write_text('')\n"
        "record = site.parent / 'manifest.json'\n"
        "document = json.loads(record.read_text())\n"
        "status = (site / 'evil.py').lstat()\n"
        "document['content']['evil.py'] = ''\n"
        "document['marks']['evil.py'] = [status.st_mode, status.st_size, status.st_mtime_ns,\n"
        "                                status.st_ctime_ns]\n"
        "status = site.lstat()\n"
        "document['marks']['.'] = [status.st_mode, status.st_size, status.st_mtime_ns,\n"
        "                          status.st_ctime_ns]\n"
        "record.write_text(json.dumps(document))\n",
        "evil.py",
    ),
    "and dies": (f"{_REWRITES}os._exit(1)\n", "tstore/__init__.py"),
    "changes the baseline's provider": (
        "for file in pathlib.Path(sys.prefix).parent.glob('baseline*/lib/*/*/tcore/__init__.py'):\n"
        "    file.write_text('')\n",
        "tcore/__init__.py",
    ),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    wheel(folder, "tdep", "1.0")
    for number, source in (("1.0", _DOUBLE), ("1.1", _DOUBLE), ("2.0", "")):
        wheel(folder, "tcore", number, files={"tcore/__init__.py": source})
    requires = ["tcore==1.0", "tdep"]
    wheel(folder, "tstore", "1.0", requires=requires, files={"tstore/__init__.py": _STORE})
    return folder


@pytest.fixture(scope="module")
def filled(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with everything in it."""
    folder = tmp_path_factory.mktemp("filled")
    tool = _tool(folder / "cache", house, folder)
    assert _check(tool, "2.0").code == 1
    return folder / "cache"


@pytest.fixture
def tool(filled: Path, house: Path, tmp_path: Path) -> Tool:
    shutil.copytree(filled, tmp_path / "cache", symlinks=True)
    return _tool(tmp_path / "cache", house, tmp_path)


def _tool(cache: Path, house: Path, folder: Path) -> Tool:
    for name in ("here", "temporary"):
        (folder / name).mkdir()
    env = nothing_but(house) | {"UV_CACHE_DIR": str(folder / "uv")}
    return Tool(cache, folder / "here", folder / "temporary", env)


def _check(tool: Tool, ref: str, *options: str) -> Checked:
    own = ("--provider", "tcore", "--consumer", "tstore", "--consumer-ref", "1.0")
    return tool.json(*own, "--provider-ref", ref, *options)


@pytest.mark.parametrize(("statements", "named"), HOSTILE.values(), ids=HOSTILE)
def test_a_provider_that_writes_beside_itself_is_an_error_and_reaches_no_later_run(
    tool: Tool, tmp_path: Path, statements: str, named: str
) -> None:
    files = {"tcore/__init__.py": f"{_FIND}{statements}{_DOUBLE}"}
    hostile = wheel(tmp_path, "tcore", "1.2", files=files)
    done = _check(replace(tool, env={**tool.env, OFF_VARIABLE: "1"}), str(hostile))
    assert done.code == 3, done
    assert done.report["verdict"] == "error"
    assert done.report["findings"] == []
    assert "were changed while they were checked: " in done.errors[-1]
    assert named in done.errors[-1]
    later = _check(tool, "2.0")
    assert later.code == 1, later
    assert later.findings["break"] == ["symbol-removed"]


@pytest.mark.skipif(not is_confined(), reason="this system has no Landlock")
def test_a_confined_provider_can_not_write_beside_itself(tool: Tool, tmp_path: Path) -> None:
    files = {"tcore/__init__.py": f"{_FIND}{_REWRITES}{_DOUBLE}"}
    hostile = wheel(tmp_path, "tcore", "1.2", files=files)
    (store,) = tool.cache.glob("bases/*/site/tstore/__init__.py")
    before = store.stat()
    done = _check(tool, str(hostile))
    assert done.code == 1, done
    assert done.findings["break"] == ["import-failed"]
    messages = [found["message"] for found in done.report["findings"]]
    assert "PermissionError" in messages[0], messages
    assert (store.read_text(), store.stat().st_ctime_ns) == (_STORE, before.st_ctime_ns)
    later = _check(tool, "1.1")
    assert later.code == 0, later
    assert "changed since" not in later.stderr


def test_what_changed_between_two_runs_is_made_again_and_that_is_said(tool: Tool) -> None:
    site = next(tool.cache.glob("bases/*/site"))
    (site / "tstore" / "__init__.py").write_text("def four():\n    return 4\n")
    (site / "sitecustomize.py").write_text("")
    done = _check(tool, "2.0")
    assert done.code == 1, done
    assert "changed since it was installed (sitecustomize.py, tstore/__init__.py)" in done.stderr
    assert not (site / "sitecustomize.py").exists()
    assert "made again" not in _check(tool, "2.0").stderr


def test_a_copied_cache_is_used_as_it_is(tool: Tool) -> None:
    # Copying gave every file another time of its last change, and links another owner.
    assert "installing tstore" not in _check(tool, "1.1").stderr
    assert "installing tstore" not in _check(tool, "1.1").stderr


def test_refresh_makes_the_kept_layers_again(tool: Tool) -> None:
    site = next(tool.cache.glob("bases/*/site"))
    before = site.stat().st_ino
    done = _check(tool, "1.1", "--refresh")
    assert done.code == 0, done
    assert done.stderr.count("installing tstore and 1 third parties") == 1
    assert site.stat().st_ino != before
    assert "installing tstore and" not in _check(tool, "1.1").stderr
