"""Folders and wheels as refs."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from contract_check.model.errors import CheckError
from contract_check.model.refs import Package, Pin
from contract_check.refs import Resolver, content_hash, parse, project_name

CORE = Package("some-core")
WHEEL = "some_core-1.4.61-py3-none-any.whl"


def resolver(folder: Path, home: Path | None = None) -> Resolver:
    return Resolver(
        python=None,
        offline=True,
        refresh=False,
        exclude_newer=None,
        cache_dir=folder / ".cache-of-test",
        installer="uv",
        workspace=folder / ".workspace-of-test",
        cwd=folder,
        home=home,
    )


def pin(text: str, folder: Path) -> Pin:
    return resolver(folder).resolve(parse(text), CORE)


def project(folder: Path, name: str = "Some_Core") -> Path:
    (folder / "src/some_core").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "1"\n')
    (folder / "src/some_core/__init__.py").write_text("VALUE = 1\n")
    return folder


def wheel(folder: Path, name: str = WHEEL) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / name, "w") as archive:
        archive.writestr("some_core/__init__.py", "")
        archive.writestr("some_core-1.4.61.dist-info/METADATA", "Name: some-core\n")
    return folder / name


@pytest.mark.parametrize("text", ["./a core", "path:a core", "path:x/../a core"])
def test_a_folder_becomes_its_content(tmp_path: Path, text: str) -> None:
    folder = project(tmp_path / "a core")
    found = pin(text, tmp_path)
    assert (found.kind, found.path, found.requirement) == ("path", folder, str(folder))
    assert (found.requested, found.name) == (text, "some-core")
    assert found.sha256 == content_hash(folder)


def test_the_home_folder_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = project(tmp_path / "core")
    elsewhere = tmp_path / "elsewhere"
    assert pin("~/core", elsewhere).path == folder


CHANGES: list[tuple[str, Callable[[Path], object], bool]] = [
    ("content", lambda f: (f / "src/some_core/__init__.py").write_text("VALUE = 2\n"), True),
    ("file added", lambda f: (f / "README").write_text(""), True),
    ("file removed", lambda f: (f / "src/some_core/__init__.py").unlink(), True),
    (
        "file renamed",
        lambda f: (f / "src/some_core/__init__.py").rename(f / "src/some_core/x.py"),
        True,
    ),
    ("made executable", lambda f: (f / "src/some_core/__init__.py").chmod(0o755), True),
    ("link added", lambda f: (f / "link").symlink_to("src"), True),
    ("package called build", lambda f: touch(f / "src/some_core/build/__init__.py"), True),
    ("time stamp", lambda f: os.utime(f / "pyproject.toml", (1, 1)), False),
    ("git", lambda f: touch(f / ".git/HEAD"), False),
    ("byte code", lambda f: touch(f / "src/some_core/__pycache__/x.cpython-311.pyc"), False),
    ("stray byte code", lambda f: touch(f / "src/some_core/x.pyc"), True),
    ("a package named venv", lambda f: touch(f / "src/core/venv/m.py"), True),
    ("environment", lambda f: touch(f / ".venv/bin/python"), False),
    ("built", lambda f: built(f), False),
    ("metadata", lambda f: touch(f / "src/some_core.egg-info/PKG-INFO"), False),
    ("pipe", lambda f: os.mkfifo(f / "pipe"), False),
]


def built(folder: Path) -> None:
    touch(folder / "build/x")
    touch(folder / "dist/x")


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")


@pytest.mark.parametrize(("change", "differs"), [(c, d) for _, c, d in CHANGES],
                         ids=[name for name, _, _ in CHANGES])  # fmt: skip
def test_the_content_hash(tmp_path: Path, change: Callable[[Path], object], differs: bool) -> None:
    folder, twin = project(tmp_path / "a"), project(tmp_path / "b")
    assert content_hash(folder) == content_hash(twin)
    change(twin)
    assert (content_hash(folder) != content_hash(twin)) is differs


def test_a_link_inside_counts_with_its_target_and_is_not_followed(tmp_path: Path) -> None:
    folder = project(tmp_path / "a")
    (folder / "loop").symlink_to(".")
    before = content_hash(folder)
    (folder / "loop").unlink()
    (folder / "loop").symlink_to("src")
    assert content_hash(folder) != before


@pytest.mark.parametrize("links", ["file", "folder", "inner", "absolute", "through another"])
def test_what_a_link_out_of_the_folder_leads_to_counts(tmp_path: Path, links: str) -> None:
    folder, shared = project(tmp_path / "a"), tmp_path / "shared"
    touch(shared / "inner" / "module.py")
    touch(tmp_path / "other" / "module.py")
    (shared / "other").symlink_to("../other")
    target = {
        "file": "../shared/inner/module.py",
        "folder": "../shared",
        "inner": "../shared/inner",
        "absolute": str(shared),
        "through another": "../shared",
    }[links]
    (folder / "link").symlink_to(target)
    before = content_hash(folder)
    assert content_hash(folder) == before
    place = tmp_path / "other" if links == "through another" else shared / "inner"
    (place / "module.py").write_text("y")
    assert content_hash(folder) != before


def test_links_that_lead_back_or_nowhere_have_an_end(tmp_path: Path) -> None:
    folder, shared = project(tmp_path / "a"), tmp_path / "shared"
    shared.mkdir()
    (folder / "shared").symlink_to("../shared")
    (shared / "back").symlink_to(folder)
    (shared / "itself").symlink_to("itself")
    (folder / "up").symlink_to("..")
    (folder / "nowhere").symlink_to("/nowhere/at/all")
    os.mkfifo(shared / "pipe")
    before = content_hash(folder)
    touch(shared / "module.py")
    assert content_hash(folder) != before


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"pyproject.toml": '[project]\nname = "Some.Core"'}, "some-core"),
        ({"pyproject.toml": '[tool.poetry]\nname = "some_core"'}, "some-core"),
        ({"setup.cfg": "[metadata]\nname = some_core", "setup.py": ""}, "some-core"),
        ({"pyproject.toml": "[build-system]", "setup.py": ""}, None),
        ({}, None),
    ],
)
def test_project_name(tmp_path: Path, files: dict[str, str], name: str | None) -> None:
    for file, text in files.items():
        (tmp_path / file).write_text(text)
    assert project_name(tmp_path) == name


def test_a_wheel_becomes_its_hash(tmp_path: Path) -> None:
    path = wheel(tmp_path / "dist")
    found = pin(f"dist/{WHEEL}", tmp_path)
    assert (found.kind, found.version, found.path) == ("wheel", "1.4.61", path)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.requirement == str(path)


def make_refused(tmp_path: Path) -> None:
    project(tmp_path / "core")
    project(tmp_path / "other", name="other")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/pyproject.toml").write_text("[project\n")
    (tmp_path / "file.txt").write_text("")
    wheel(tmp_path)
    wheel(tmp_path, "other-1.0-py3-none-any.whl")
    (tmp_path / "some_core-2.0-py3-none-any.whl").write_bytes(b"no zip at all")
    cut = wheel(tmp_path / "x").read_bytes()
    (tmp_path / "some_core-3.0-py3-none-any.whl").write_bytes(cut[: len(cut) // 2])
    (tmp_path / "some-core.whl").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "some_core-4.0-py3-none-any.whl", "w") as archive:
        archive.writestr("x.txt", "")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("./cora", "there is no folder", "/core"),
        ("./other", "holds other, not some-core", "name a folder of some-core"),
        ("./empty", "holds no Python project", "pyproject.toml"),
        ("./broken", "can't be read", "put the file right"),
        ("./file.txt", "neither a folder nor a wheel", ".whl"),
        ("some_core-1.4.6-py3-none-any.whl", "there is no wheel", f"/{WHEEL}"),
        ("other-1.0-py3-none-any.whl", "holds other, not some-core", "name a wheel of some-core"),
        ("some_core-2.0-py3-none-any.whl", "is damaged", "again"),
        ("some_core-3.0-py3-none-any.whl", "is damaged", "again"),
        ("some_core-4.0-py3-none-any.whl", "holds no metadata", "again"),
        ("some-core.whl", "no wheel's file name", "name-version"),
        ("~nobody-at-all/core", "home folder", "whole path"),
        ("main", "no repository of some-core is known", "--provider-repository"),
        ("empty", "no repository of some-core is known", "for the folder say ./empty"),
    ],
)
def test_what_is_not_there_or_not_it(tmp_path: Path, text: str, message: str, hint: str) -> None:
    make_refused(tmp_path)
    with pytest.raises(CheckError) as refused:
        pin(text, tmp_path)
    assert refused.value.stage == "refs"
    assert message in refused.value.message
    assert hint in refused.value.hint


def test_the_current_folder_is_the_default_consumer(tmp_path: Path) -> None:
    found = resolver(project(tmp_path / "core")).default_consumer(CORE)
    assert (found.kind, found.path, found.requested) == ("path", tmp_path / "core", None)


def test_the_folder_of_the_configuration_file_is_the_default_consumer_too(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    home = project(tmp_path / "core")
    assert resolver(elsewhere, home).default_consumer(CORE).path == home
    inside = project(elsewhere / "inside")
    assert resolver(inside, home).default_consumer(CORE).path == inside


def test_a_file_url_in_a_requirement_is_the_baseline(tmp_path: Path) -> None:
    folder = project(tmp_path / "a core")
    found = resolver(tmp_path).declared(f"some-core @ {folder.as_uri()}", CORE)
    assert (found.kind, found.path, found.requested) == ("path", folder, None)


@pytest.mark.parametrize(
    "requirement", ["some-core=1", "other==1", "some-core @ https://example.org/core.tar.gz"]
)
def test_a_requirement_that_gives_no_baseline(tmp_path: Path, requirement: str) -> None:
    with pytest.raises(CheckError) as refused:
        resolver(tmp_path).declared(requirement, CORE)
    assert refused.value.hint == "name the baseline with --baseline"
