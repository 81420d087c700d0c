"""Released versions, looked up where they really are."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from packaging.version import Version

from contract_check.model.errors import CheckError
from contract_check.model.refs import Package
from contract_check.model.settings import Installer
from contract_check.refs import Resolver, parse

pytestmark = pytest.mark.registry

CORE = Package("market-data-core")
STORE = Package("market-data-store")
SHA256 = "24bd979b729e3a7aafa7f00e7d2ecbfb290899a4286cdd8430d80d674340150f"


def resolver(
    folder: Path,
    *,
    installer: Installer = "uv",
    python: str | None = None,
    offline: bool = False,
    refresh: bool = False,
    exclude_newer: str | None = None,
) -> Resolver:
    return Resolver(
        python=python,
        offline=offline,
        refresh=refresh,
        exclude_newer=exclude_newer,
        cache_dir=folder / "cache",
        installer=installer,
        workspace=folder / "workspace",
        cwd=folder,
    )


@pytest.mark.parametrize("text", ["1.4.61", "v1.4.61", "version:1.4.61", "version:v1.4.61"])
def test_a_released_version(tmp_path: Path, text: str) -> None:
    found = resolver(tmp_path).resolve(parse(text), CORE)
    assert (found.kind, found.version, found.sha256) == ("version", "1.4.61", SHA256)
    assert (found.requested, found.source) == (text, "PyPI")
    assert (found.requirement, found.notes) == ("market-data-core==1.4.61", ())


def test_what_was_found_is_found_offline_later(tmp_path: Path) -> None:
    online = resolver(tmp_path).resolve(parse("1.4.61"), CORE)
    assert resolver(tmp_path, offline=True).resolve(parse("v1.4.61"), CORE).sha256 == online.sha256


def test_offline_and_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "empty"))
    with pytest.raises(CheckError) as refused:
        resolver(tmp_path, offline=True).resolve(parse("1.4.61"), CORE)
    assert "offline it can't be" in refused.value.message
    assert "without --offline" in refused.value.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("v9.9.9", "try 1.4.61 (also near: 1.4.60, 1.4.59)"),
        ("version:1.4.0.5", "try 1.4.0 (also near: 1.4.1"),
    ],
)
def test_an_unknown_version_names_the_nearest(tmp_path: Path, text: str, hint: str) -> None:
    with pytest.raises(CheckError) as refused:
        resolver(tmp_path).resolve(parse(text), CORE)
    assert refused.value.stage == "refs"
    assert "the package registry has no market-data-core" in refused.value.message
    assert refused.value.hint.startswith(hint)


def test_an_unknown_package(tmp_path: Path) -> None:
    with pytest.raises(CheckError) as refused:
        resolver(tmp_path).newest(Package("market-data-core-of-nobody"))
    assert "no package market-data-core-of-nobody" in refused.value.message
    assert refused.value.hint.startswith("name its git repository (--provider-repository")


def test_an_unreachable_registry_is_no_unknown_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://me:s3cret@127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with pytest.raises(CheckError) as refused:
        resolver(tmp_path).resolve(parse("1.4.61"), CORE)
    assert refused.value.message == "the package registry can't be reached"
    assert "s3cret" not in refused.value.detail


def test_another_python(tmp_path: Path) -> None:
    assert resolver(tmp_path, python="3.13").resolve(parse("1.4.61"), CORE).sha256 == SHA256
    in_git_too = Package("market-data-core", repository=str(tmp_path / "no-repository"))
    for installer in ("uv", "pip"):
        other = resolver(tmp_path, python="3.8", installer=installer)
        with pytest.raises(CheckError) as refused:
            other.resolve(parse("1.4.61"), in_git_too)
        assert refused.value.message == (
            "market-data-core 1.4.61 needs Python >=3.11, which the Python of this check is not"
        )
        assert "--python" in refused.value.hint
        assert "another version of market-data-core" in refused.value.hint


def test_newest_and_the_default_consumer(tmp_path: Path) -> None:
    found = resolver(tmp_path).default_consumer(STORE)
    assert (found.kind, found.requested) == ("version", None)
    assert Version(found.version or "0") >= Version("0.6.73")


def test_a_date_counts_for_the_newest_alone(tmp_path: Path) -> None:
    dated = resolver(tmp_path, exclude_newer="2025-10-20")
    newest = Version(dated.newest(CORE).version or "0")
    assert Version("1.2.0") < newest < Version("1.4.0")
    assert dated.resolve(parse("1.4.61"), CORE).sha256 == SHA256


@pytest.mark.parametrize(
    ("requirement", "version"),
    [
        ("market-data-core==1.4.55", "1.4.55"),
        ("market-data-core[x]==1.4.55; python_version>'3'", "1.4.55"),
        ("market-data-core>=1.4.3", "1.4.3"),
        ("market-data-core<2,>=1.1.0", "1.2.0"),
        ("market-data-core~=1.4.0", "1.4.0"),
        ("Market_Data.Core==1.4.*", "1.4.0"),
    ],
)
def test_what_a_consumer_declares(tmp_path: Path, requirement: str, version: str) -> None:
    found = resolver(tmp_path).declared(requirement, CORE)
    assert (found.kind, found.version, found.requested) == ("version", version, None)
    assert requirement in found.notes[-1]


def test_a_requirement_nothing_fits(tmp_path: Path) -> None:
    with pytest.raises(CheckError) as refused:
        resolver(tmp_path).declared("market-data-core>99", CORE)
    assert "has no market-data-core >99" in refused.value.message


def test_a_version_that_is_a_tag_too(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for command in (["commit", "-q", "--allow-empty", "-m", "x"], ["tag", "v1.4.61"]):
        subprocess.run(["git", *identity, *command], cwd=folder, check=True)
    subprocess.run(["git", "tag", "v77.1"], cwd=folder, check=True)
    core = Package("market-data-core", repository=str(folder))
    release = resolver(tmp_path).resolve(parse("v1.4.61"), core)
    assert (release.kind, release.notes) == (
        "version",
        ("v1.4.61 is both a release and a tag; took the release; say git:v1.4.61 for the tag",),
    )
    assert resolver(tmp_path).resolve(parse("git:v1.4.61"), core).kind == "git"
    tag = resolver(tmp_path).resolve(parse("v77.1"), core)
    assert (tag.kind, tag.notes) == ("git", ())
    with pytest.raises(CheckError) as refused:
        resolver(tmp_path).resolve(parse("v9.9.9"), core)
    assert refused.value.hint.startswith("of the releases, try 1.4.61 (also near: 1.4.60")
    assert "in git, try v1.4.61" in refused.value.hint


def test_a_withdrawn_version_says_so(tmp_path: Path) -> None:
    found = resolver(tmp_path).resolve(parse("2.32.0"), Package("requests"))
    assert found.notes == ("requests 2.32.0 was withdrawn (yanked) by its maintainers",)


def test_the_same_through_pip(tmp_path: Path) -> None:
    pip = resolver(tmp_path, installer="pip")
    assert pip.resolve(parse("v1.4.61"), CORE).sha256 == SHA256
    assert pip.declared("market-data-core>=1.4.3", CORE).version == "1.4.3"
    with pytest.raises(CheckError) as refused:
        pip.resolve(parse("v9.9.9"), CORE)
    assert refused.value.hint.startswith("try 1.4.61 (also near: 1.4.60")
