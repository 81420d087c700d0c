"""The parts of environments that need none."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tests.packages import project, repository, wheel

from contract_check.environments import (
    Environment,
    Installed,
    PythonTooOld,
    Workspace,
    reproduce,
)
from contract_check.environments.crew import Crew
from contract_check.environments.failures import Attempt, explain
from contract_check.environments.folders import copy_project, git_state
from contract_check.environments.interface import Locked
from contract_check.environments.layers import Store, check_untouched, prune
from contract_check.environments.manifest import Manifest
from contract_check.environments.resolution import (
    _holds_credentials,
    _without_credentials,
    differences,
)
from contract_check.environments.sources import wheel_metadata
from contract_check.environments.verify import (
    admits,
    applying,
    check_existing,
    excludes_python,
    shown,
)
from contract_check.model.errors import CheckError
from contract_check.model.refs import Pin
from contract_check.refs import content_hash

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ATTEMPT = Attempt("core", "store", "3.11.7", "candidate", offline=False)


def core(version: str = "1.2", **more: object) -> Installed:
    return Installed(name="core", version=version, location=Path(), **more)  # type: ignore[arg-type]


def git_pin(commit: str = COMMIT, requested: str | None = None) -> Pin:
    return Pin("core", "git", requested, "core @ git+x", "x", commit=commit)


def requirements(*lines: str) -> tuple[Requirement, ...]:
    return tuple(map(Requirement, lines))


def test_requirements_apply_by_marker_and_extra() -> None:
    lines = (
        "a",
        "b; extra == 'fast'",
        "c; python_version < '3'",
        "d[x]>=1; extra == 'slow' and python_version >= '3'",
        "not a requirement !!",
    )
    markers = {"python_version": "3.11"}
    assert [one.name for one in applying(lines, (), markers)] == ["a"]
    assert [one.name for one in applying(lines, ("fast", "slow"), markers)] == ["a", "b", "d"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), None),
        (("core",), "core"),
        (("Core>=1,<2; python_version>'3'",), "Core<2,>=1"),
        (("core[a]>=1", "core[b]<2"), "core[a,b]<2,>=1"),
        (("core @ git+https://me:secret@host/x@v1",), "core @ git+https://***@host/x@v1"),
    ],
)
def test_requirements_are_shown_on_one_line(lines: tuple[str, ...], expected: str | None) -> None:
    assert shown(requirements(*lines)) == expected


def test_who_has_to_use_a_requirement_gets_its_credentials() -> None:
    line = "core @ git+https://me:secret@host/x@v1"
    assert shown(requirements(line), secret=True) == line


@pytest.mark.parametrize(
    ("lines", "found", "pin", "expected"),
    [
        ((), core(), None, None),
        (("core>=1,<2",), core("1.2"), None, True),
        (("core>=1,<2",), core("2.0"), None, False),
        (("core>=1", "core<1.2"), core("1.2"), None, False),
        (("core>=1",), core("2.0rc1"), None, True),
        (("core>=1",), core("odd version"), None, None),
        ((f"core @ git+https://h/x@{COMMIT}",), core(), git_pin(), True),
        ((f"core @ git+https://h/x@{COMMIT[:9]}",), core(), git_pin(), True),
        ((f"core @ git+https://h/x@{COMMIT}",), core(), git_pin("f" * 40), False),
        (("core @ git+https://h/x@v1",), core(), git_pin(), None),
        (("core @ git+https://h/x@v1",), core(), git_pin(requested="v1"), True),
        (("core @ git+https://h/x@v1",), core(), None, None),
    ],
)
def test_what_a_requirement_admits(
    lines: tuple[str, ...], found: Installed, pin: Pin | None, expected: bool | None
) -> None:
    assert admits(requirements(*lines), found, pin) is expected


@pytest.mark.parametrize(
    ("floor", "expected"),
    [(None, False), (">=3.11", False), (">=3.12", True), ("<3.11", True), ("nonsense", False)],
)
def test_what_excludes_a_python(floor: str | None, expected: bool) -> None:
    assert excludes_python(floor, "3.11.7") is expected


def test_an_existing_provider_must_be_the_pin(tmp_path: Path) -> None:
    version = Pin("core", "version", "1.2", "core==1.2", "x", version="1.2.0")
    check_existing(version, core("1.2"), "candidate")
    with pytest.raises(CheckError, match=r"provider-not-as-asked: core 1\.3 is installed there"):
        check_existing(version, core("1.3"), "candidate")
    recorded = {"url": "x", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    check_existing(git_pin(), core(direct_url=recorded), "candidate")
    with pytest.raises(CheckError, match="a build that names no commit is installed there"):
        check_existing(git_pin(), core(), "candidate")
    folder = Pin("core", "path", ".", str(tmp_path), "x", path=tmp_path)
    check_existing(folder, core(direct_url={"url": tmp_path.as_uri()}), "candidate")
    with pytest.raises(CheckError, match="core comes from elsewhere there"):
        check_existing(folder, core(), "candidate")


FLOORS = [
    "Because the current Python version (3.11.2) does not satisfy Python>=3.13 and core==3.0 "
    "depends on Python>=3.13, we can conclude that core==3.0 cannot be used.",
    "Because core==3.0 requires Python >=3.13 and store<=1.0 depends on core==3.0, we can",
    "ERROR: Package 'core' requires a different Python: 3.11.7 not in '>=3.13'",
    "ERROR: Ignored the following versions that require a different python version: 3.0 "
    "Requires-Python >=3.13\nERROR: No matching distribution found for core==3.0",
]


@pytest.mark.parametrize("output", FLOORS)
def test_a_python_that_is_too_old_is_told_apart(output: str) -> None:
    error = explain(output, ATTEMPT)
    assert isinstance(error, PythonTooOld)
    assert error.requires_python == ">=3.13"
    assert error.side == "candidate"
    assert str(error).startswith("python-floor-raised: core needs Python >=3.13")


@pytest.mark.parametrize(
    ("output", "name"),
    [
        (FLOORS[0].replace("core", "other"), "other==3.0"),
        (
            "No solution found\nBecause tnew>=2 requires Python >=3.13 and only tnew<=1 and "
            "tnew>=2 are available, your requirements are unsatisfiable.",
            "tnew>=2",
        ),
        (FLOORS[2].replace("core", "other"), "other"),
        (
            "ERROR: Ignored the following versions that require a different python version: "
            "2.0 Requires-Python >=3.13; 3.0 Requires-Python >=3.14\n"
            "ERROR: No matching distribution found for other<3,>=2",
            "other 2.0",
        ),
    ],
)
def test_another_packages_python_is_no_finding_and_no_conflict(output: str, name: str) -> None:
    error = explain(output, ATTEMPT)
    assert not isinstance(error, PythonTooOld)
    assert error.message == (
        f"{name} needs Python >=3.13, the candidate environment's is {ATTEMPT.python_version}."
    )
    assert error.hint == "Choose Python >=3.13 with --python."


def test_versions_for_other_pythons_that_nobody_wants_are_no_reason() -> None:
    output = (
        "ERROR: Ignored the following versions that require a different python version: "
        "2.0 Requires-Python >=3.13\nERROR: No matching distribution found for other>=9"
    )
    assert "needs Python" not in explain(output, ATTEMPT).message


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (
            "error: No solution found when resolving dependencies\n Because core depends on x<2 "
            "and store depends on x>=2, your requirements are unsatisfiable.",
            "dependency-conflict: what core and store need besides can't be installed together.",
        ),
        (
            "No solution found\nBecause x was not found in the package registry and you require x",
            "The requirements of store with this core can't be satisfied.",
        ),
        (
            "Failed to fetch: dns error",
            "The packages of the candidate environment can't be fetched: the network or the index "
            "does not answer.",
        ),
        (
            "Failed to build `x`: The build backend returned an error",
            "A package of the candidate environment can't be built.",
        ),
        (
            "Packages were unavailable because the network was disabled.",
            "Without network the candidate environment can't be built: not everything it needs is "
            "cached.",
        ),
    ],
)
def test_failures_are_two_sentences_and_the_redacted_tail(output: str, message: str) -> None:
    error = explain(output + "\nhttps://me:secret@host/", ATTEMPT)
    assert error.message == message
    assert error.hint
    assert error.detail.endswith("https://***@host/")


def test_differences_are_named_for_people() -> None:
    candidate = {"same": "1", "pydantic": "2.14.3", "new": "1"}
    baseline = {"same": "1", "pydantic": "2.9.2", "redis": "5.2.1"}
    assert differences(candidate, baseline) == (
        "new 1 only with the candidate",
        "pydantic 2.9.2 (baseline) / 2.14.3 (candidate)",
        "redis 5.2.1 only with the baseline",
    )


def test_index_credentials_are_not_kept() -> None:
    source = {"wheels": [{"url": "https://me:secret@host/x.whl"}], "vcs": {"url": "https://a@h/"}}
    plain = _without_credentials(Locked("x", "1", source)).source  # type: ignore[arg-type]
    assert plain == {"wheels": [{"url": "https://host/x.whl"}], "vcs": {"url": "https://a@h/"}}
    assert _holds_credentials(plain)


def test_a_projects_copy_leaves_out_what_builds_and_tools_left(tmp_path: Path) -> None:
    folder = project(tmp_path / "core", "core", "1.0")
    for left in (".venv", "__pycache__", "build/lib", "dist", "core.egg-info", "env"):
        (folder / left).mkdir(parents=True)
    (folder / "env" / "pyvenv.cfg").touch()
    (folder / "core" / "build").mkdir()
    (folder / "core" / "inner").symlink_to("build")
    (tmp_path / "shared.txt").write_text("shared")
    (folder / "outer.txt").symlink_to("../shared.txt")
    os.mkfifo(folder / "pipe")
    copy = copy_project(folder, tmp_path / "copy")
    names = {path.relative_to(copy).as_posix() for path in copy.rglob("*")}
    assert names == {
        *("pyproject.toml", "backend.py", "outer.txt"),
        *("core", "core/__init__.py", "core/build", "core/inner"),
    }
    assert (copy / "core" / "inner").is_symlink()
    assert (copy / "outer.txt").read_text() == "shared"


def test_a_projects_copy_is_whole_where_links_lead_out_and_back(tmp_path: Path) -> None:
    folder = project(tmp_path / "core", "core", "1.0")
    (tmp_path / "shared" / "deep").mkdir(parents=True)
    (tmp_path / "other.py").write_text("other")
    (tmp_path / "shared" / "deep" / "other.py").symlink_to("../../other.py")
    (tmp_path / "shared" / "back").symlink_to(folder / "core")
    (tmp_path / "shared" / "itself").symlink_to("itself")
    (folder / "shared").symlink_to("../shared")
    (folder / "core" / "absolute.py").symlink_to(folder / "backend.py")
    copy = copy_project(folder, tmp_path / "somewhere" / "copy")
    assert not (copy / "shared").is_symlink()
    assert (copy / "shared" / "deep" / "other.py").read_text() == "other"
    assert (copy / "shared" / "back").resolve() == (copy / "core").resolve()
    absolute = copy / "core" / "absolute.py"
    assert absolute.resolve() == (copy / "backend.py").resolve()


def test_a_projects_copy_keeps_its_history_and_its_place_below_it(tmp_path: Path) -> None:
    inner = project(tmp_path / "repository" / "packages" / "core", "core", "1.0")
    commit = repository(tmp_path / "repository")
    state = git_state(inner)
    copy = copy_project(inner, tmp_path / "copy")
    assert copy.relative_to(tmp_path / "copy").as_posix() == "project/packages/core"
    said = os.popen(f"git -C {copy} log --format=%H").read().strip()
    assert said == commit
    os.popen(f"git -C {inner} tag v1").read()
    assert git_state(inner) != state


def _damaged(site: Path, how: str) -> None:
    match how:
        case "changed":
            (site / "module.py").write_text("other\n")
        case "gone":
            shutil.rmtree(site)
        case "a link in its place":
            shutil.copytree(site, site.with_name("copy"))
            shutil.rmtree(site)
            site.symlink_to("copy")
        case "no record":
            (site.parent / "manifest.json").unlink()
        case "no record that can be read":
            (site.parent / "manifest.json").write_text("{}")


@pytest.mark.parametrize(
    "how", ["changed", "gone", "a link in its place", "no record", "no record that can be read"]
)
def test_a_layer_that_is_not_as_it_was_made_is_made_again(tmp_path: Path, how: str) -> None:
    made: list[Path] = []

    def make(folder: Path) -> None:
        (folder / "site").mkdir()
        (folder / "site" / "module.py").write_text("one\n")
        made.append(folder)

    def get() -> Path:
        with Workspace(parent=tmp_path) as workspace:
            site = Store(tmp_path / "store", workspace, Crew(tmp_path)).get("key", make)
            check_untouched(workspace)
            return site

    assert get() == get()
    assert len(made) == 1
    _damaged(get(), how)
    assert (get() / "module.py").read_text() == "one\n"
    assert not get().is_symlink()
    assert len(made) == 2


def test_what_is_left_of_a_layer_whose_cache_was_removed_is_made_again(tmp_path: Path) -> None:
    made: list[Path] = []

    def make(folder: Path) -> None:
        (folder / "site" / "package").mkdir(parents=True)
        if len(made) != 1:
            (folder / "site" / "package-1.dist-info").mkdir()
        made.append(folder)

    def get(*, asked: bool) -> Path:
        with Workspace(parent=tmp_path) as workspace:
            store = Store(tmp_path / "store", workspace, Crew(tmp_path))
            site = store.get("key", make, lambda site: (site / "package-1.dist-info").is_dir())
            assert (site / "package-1.dist-info").is_dir() or not asked
            return site

    shutil.rmtree(get(asked=True) / "package-1.dist-info")
    manifest = tmp_path / "store" / "key" / "manifest.json"
    manifest.write_text(Manifest.of(tmp_path / "store" / "key" / "site").model_dump_json())
    assert not get(asked=False).is_relative_to(tmp_path / "store")  # removed while it was made
    assert get(asked=True).is_relative_to(tmp_path / "store")
    assert get(asked=True).is_relative_to(tmp_path / "store")
    assert len(made) == 4


def test_layers_are_removed_a_month_after_their_last_use(tmp_path: Path) -> None:
    now = time.time()
    for name, days in (("fresh", 29), ("stale", 31)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "used").touch()
        os.utime(tmp_path / name / "used", (now - days * 86400,) * 2)
    (tmp_path / ".locks").mkdir()
    assert prune(tmp_path, now=now) == [tmp_path / "stale"]
    assert (tmp_path / "fresh").is_dir()
    assert not (tmp_path / "stale").exists()
    assert prune(tmp_path, now=now + 3600) == []


def test_the_same_environment_can_be_made_by_hand() -> None:
    env = Environment(
        side="candidate",
        python=Path("python"),
        root=None,
        site=(),
        provider=core(),
        consumer=Installed("store", "3.0", Path()),
        packages={"core": "1.2", "pydantic": "2.9.2", "store": "3.0"},
        python_version="3.11.7",
        platform="linux-x86_64",
    )
    pin = Pin("core", "git", "v1", f"core @ git+https://me:secret@host/x@{COMMIT}", "x")
    assert reproduce(env, pin, None) == (
        "python3.11 -m venv env-candidate",
        "env-candidate/bin/python -m pip install --no-deps pydantic==2.9.2 store==3.0",
        f"env-candidate/bin/python -m pip install --no-deps 'core @ git+https://***@host/x@{COMMIT}'",
    )


def test_what_is_copied_is_what_is_hashed(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    (folder / "pond" / "x.pyc").mkdir(parents=True)
    names = ["build", "dist", "venv", "pond/x.pyc/data", "pond/stray.pyc", "pond/.env", "setup.py"]
    for name in names:
        (folder / name).write_text("one", encoding="utf-8")
    copy = copy_project(folder, tmp_path / "copy")
    for name in names:
        before = content_hash(folder)
        assert (copy / name).read_text(encoding="utf-8") == "one"
        (folder / name).write_text("two", encoding="utf-8")
        assert content_hash(folder) != before, name
    before = content_hash(folder)
    for name in ("__pycache__", ".venv", "pond.egg-info"):
        (folder / name).mkdir()
        (folder / name / "x").touch()
    again = copy_project(folder, tmp_path / "again")
    assert content_hash(folder) == before
    assert not any((again / name).exists() for name in ("__pycache__", ".venv", "pond.egg-info"))


def test_rules_above_a_project_are_copied_and_count(tmp_path: Path) -> None:
    folder = tmp_path / "top" / "inner"
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", tmp_path / "top"], check=True)
    states = {git_state(folder)}
    for name in (".gitignore", ".git/info/exclude", ".git/index"):
        (tmp_path / "top" / name).write_text("*.log\n", encoding="utf-8")
        states.add(git_state(folder))
    copy = copy_project(folder, tmp_path / "copy")
    assert len(states) == 4
    assert (copy.parent / ".gitignore").read_text(encoding="utf-8") == "*.log\n"
    assert (copy.parent / ".git" / "info" / "exclude").exists()


def test_a_tree_of_links_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_check.support.project._MOST", 1000)
    (tmp_path / "project").mkdir()
    (tmp_path / "outside").mkdir()
    for level in range(12):
        (tmp_path / "outside" / f"{level}").mkdir()
        for name in "ab":
            (tmp_path / "outside" / f"{level}" / name).symlink_to(
                tmp_path / "outside" / f"{level + 1}"
            )
    (tmp_path / "project" / "link").symlink_to(tmp_path / "outside" / "0")
    with pytest.raises(CheckError, match="it holds more than 1,000 files and folders"):
        content_hash(tmp_path / "project")


def test_an_encrypted_wheel_is_named(tmp_path: Path) -> None:
    made = wheel(tmp_path, "core", "1.0")
    data = bytearray(made.read_bytes())
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.find(mark)
        while place >= 0:
            data[place + flags] |= 1  # of a central, or a local header: encrypted
            place = data.find(mark, place + 4)
    made.write_bytes(data)
    with pytest.raises(CheckError, match=r"core-1\.0-.*encrypted"):
        wheel_metadata(made)


def test_a_copied_repository_holds_no_credentials_for_a_build(tmp_path: Path) -> None:
    folder = project(tmp_path / "core", "tcore", "1.0")
    repository(folder)
    secret = '\n[remote "origin"]\n\turl = https://me:canary@host/x\n'
    secret += '[http "https://host/"]\n\textraheader = AUTHORIZATION: basic canary\n'
    config = folder / ".git" / "config"
    config.write_text(config.read_text() + secret)
    (tmp_path / "into").mkdir()
    copied = copy_project(folder, tmp_path / "into")
    text = (copied / ".git" / "config").read_text()
    assert "repositoryformatversion" in text
    assert "canary" not in text
    subprocess.run(["git", "-C", copied, "log", "-1"], check=True, capture_output=True)
