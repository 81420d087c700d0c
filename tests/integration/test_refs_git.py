"""Git refs, looked up in real repositories made by the tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from contract_check.model.errors import CheckError, ContractCheckError
from contract_check.model.refs import Package, Pin
from contract_check.refs import Resolver, parse


@dataclass(frozen=True)
class Made:
    """A repository of three commits: `v1` light and `v2` annotated tag, branches main and dev."""

    folder: Path
    first: str
    second: str
    third: str


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder: Path, text: str) -> str:
    (folder / "pyproject.toml").write_text(f'[project]\nname = "some-core"\nversion = "{text}"\n')
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", text)
    return git(folder, "rev-parse", "HEAD")


def make(folder: Path) -> Made:
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    first = commit(folder, "1")
    git(folder, "tag", "v1")
    git(folder, "branch", "feature/x")
    second = commit(folder, "2")
    git(folder, "tag", "-a", "-m", "two", "v2")
    git(folder, "tag", "-a", "-m", "two again", "v2-again", "v2")
    third = commit(folder, "3")
    return Made(folder, first, second, third)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("repositories") / "some core")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """An empty current folder; whatever a hostile ref would run would leave a trace in it."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    before = Path.cwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)


def resolver(tmp_path: Path, *, offline: bool = True, cwd: Path | None = None) -> Resolver:
    return Resolver(
        python=None,
        offline=offline,
        refresh=False,
        exclude_newer=None,
        cache_dir=tmp_path / "cache",
        installer="uv",
        workspace=tmp_path / "workspace",
        cwd=cwd or tmp_path,
    )


def pin(tmp_path: Path, text: str, repository: Path | str | None) -> Pin:
    package = Package("some-core", repository=None if repository is None else str(repository))
    return resolver(tmp_path).resolve(parse(text), package)


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("git:v1", "first"),
        ("git:v2", "second"),
        ("git:v2-again", "second"),
        ("main", "third"),
        ("feature/x", "first"),
        ("git:main", "third"),
        ("refs/heads/main", "third"),
        ("refs/tags/v2", "second"),
        ("heads/main", "third"),
        ("tags/v2", "second"),
        ("HEAD", "third"),
        ("v2", "second"),
    ],
)
def test_names_become_commits(tmp_path: Path, made: Made, text: str, which: str) -> None:
    found = pin(tmp_path, text, made.folder)
    sha = getattr(made, which)
    assert (found.kind, found.commit, found.requested) == ("git", sha, text)
    assert found.requirement == f"some-core @ git+{made.folder.as_uri()}@{sha}"
    assert found.source == str(made.folder)


@pytest.mark.parametrize("digits", [4, 7, 12, 39, 40])
@pytest.mark.parametrize("which", ["first", "second", "third"])
def test_commits_become_full(tmp_path: Path, made: Made, which: str, digits: int) -> None:
    sha = getattr(made, which)
    assert pin(tmp_path, f"git:{sha[:digits]}", made.folder).commit == sha
    assert pin(tmp_path, f"git:{sha[:digits].upper()}", made.folder).commit == sha


def test_a_commit_that_no_branch_reaches_is_found_by_its_full_name(tmp_path: Path) -> None:
    made = make(tmp_path / "repository")
    lost = commit(made.folder, "lost")
    git(made.folder, "reset", "-q", "--hard", made.third)
    assert pin(tmp_path, lost, made.folder).commit == lost


@pytest.mark.parametrize("name", ["v1", "v2", "main", "", "short", "full"])
def test_file_urls(tmp_path: Path, made: Made, name: str) -> None:
    expected = {"v1": made.first, "v2": made.second}.get(name, made.third)
    ref = {"short": made.third[:8], "full": made.third}.get(name, name)
    text = f"git+{made.folder.as_uri()}" + (f"@{ref}" if ref else "")
    found = pin(tmp_path, f"{text}#subdirectory=packages/core", None)
    assert found.commit == expected
    assert found.requirement == (
        f"some-core @ git+{made.folder.as_uri()}@{expected}#subdirectory=packages/core"
    )
    if not ref:
        assert found.notes == ("no ref was named: took the default branch main",)


def test_a_bare_and_a_file_url_repository(tmp_path: Path, made: Made) -> None:
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(made.folder), str(bare))
    assert pin(tmp_path, "main", bare).commit == made.third
    assert pin(tmp_path, "main", bare.as_uri()).commit == made.third
    assert pin(tmp_path, "main", "bare.git").commit == made.third


def test_a_branch_that_moved_gives_another_pin(tmp_path: Path) -> None:
    made = make(tmp_path / "repository")
    before = pin(tmp_path, "main", made.folder)
    fourth = commit(made.folder, "4")
    after = pin(tmp_path, "main", made.folder)
    assert (before.commit, after.commit) == (made.third, fourth)


def test_ambiguous_names_say_what_was_taken(tmp_path: Path) -> None:
    made = make(tmp_path / "repository")
    git(made.folder, "branch", "v2", "main")
    both = pin(tmp_path, "git:v2", made.folder)
    assert both.commit == made.second
    assert both.notes == (
        "v2 is both a tag and a branch; took the tag; say git:refs/heads/v2 for the branch",
    )
    short = made.first[:7]
    git(made.folder, "branch", short, "main")
    hexadecimal = pin(tmp_path, f"git:{short}", made.folder)
    assert hexadecimal.commit == made.third
    assert hexadecimal.notes == (
        f"{short} is both a branch and a short commit; took the branch; "
        "say more of the commit's digits for the commit",
    )
    git(made.folder, "update-ref", f"refs/heads/{made.first}", "main")
    assert pin(tmp_path, made.first, made.folder).commit == made.first


def test_a_short_commit_of_several_is_refused_with_longer_ones(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    stream = "".join(
        f"commit refs/heads/main\ncommitter T <t@example.org> {1700000000 + n} +0000\n"
        f"data 1\n{n % 10}\n"
        for n in range(1500)
    )
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=stream.encode(), check=True)
    commits = git(folder, "rev-list", "main").split()
    prefixes = [sha[:4] for sha in commits]
    double = next(p for p in prefixes if prefixes.count(p) > 1)
    with pytest.raises(CheckError) as refused:
        pin(tmp_path, f"git:{double}", folder)
    assert f"{double} is short for {prefixes.count(double)} commits" in refused.value.message
    assert all(sha[:12] in refused.value.hint for sha in commits if sha.startswith(double))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("git:v9", "try v2 (also near: v1)"),
        ("mian", "try main"),
        ("git:feature/y", "try feature/x"),
        ("git:0123456789abcdef0123456789abcdef01234567", "git ls-remote"),
        ("git:dead", "git ls-remote"),
    ],
)
def test_unknown_names(tmp_path: Path, made: Made, text: str, hint: str) -> None:
    with pytest.raises(CheckError) as refused:
        pin(tmp_path, text, made.folder)
    assert refused.value.stage == "refs"
    assert "is no tag, branch or commit of" in refused.value.message
    assert hint in refused.value.hint


def test_a_version_that_is_only_a_tag(tmp_path: Path, made: Made) -> None:
    found = pin(tmp_path, "v1", made.folder)
    assert found.commit == made.first
    assert found.notes == ("the package registry was not asked for a release v1",)


@pytest.mark.parametrize(
    ("text", "tag", "took"),
    [("1.2.0", "v1.2.0", True), ("v1.2.0", "1.2.0", True), ("1.2.0", "1.2.0", False)],
)
def test_a_version_is_its_tag_with_or_without_v(
    tmp_path: Path, text: str, tag: str, took: bool
) -> None:
    made = make(tmp_path / "repository")
    git(made.folder, "tag", tag, made.first)
    found = pin(tmp_path, text, made.folder)
    assert (found.commit, found.requested) == (made.first, text)
    assert (f"took the tag {tag} for {text}" in found.notes) == took
    assert found.requirement.endswith(f"@{made.first}")


def test_inside_its_own_folder_a_package_needs_no_repository(tmp_path: Path) -> None:
    made = make(tmp_path / "project")
    (made.folder / "src").mkdir()
    for cwd in (made.folder, made.folder / "src"):
        inside = resolver(tmp_path, cwd=cwd)
        found = inside.resolve(parse("main"), Package("some-core"))
        assert (found.commit, found.source) == (made.third, str(made.folder))
        with pytest.raises(CheckError, match="no repository of other-core is known"):
            inside.resolve(parse("main"), Package("other-core"))


def test_a_version_never_released_is_the_lowest_tag_that_the_requirement_allows(
    tmp_path: Path,
) -> None:
    made = make(tmp_path / "repository")
    for tag in ("v1.2.0", "some-core/1.3.0", "other-core-v1.2.5", "v1.10.0"):
        git(made.folder, "tag", tag, made.first)
    package = Package("some-core", repository=str(made.folder))
    for requirement, tag in (
        ("some-core==1.2.0", "v1.2.0"),
        ("some-core>=1.2.0,<2", "v1.2.0"),
        ("some-core>1.2", "some-core/1.3.0"),
        ("some-core>=1.4", "v1.10.0"),
    ):
        pin = resolver(tmp_path).declared(requirement, package)
        assert pin.commit == made.first
        assert f"took {tag}, the lowest tag that the consumer's requirement" in pin.notes[-1]
    with pytest.raises(CheckError):
        resolver(tmp_path).declared("some-core>=7", package)


def test_a_version_nobody_has_names_both_places(tmp_path: Path, made: Made) -> None:
    with pytest.raises(CheckError) as refused:
        pin(tmp_path, "v9.9.9", made.folder)
    assert "some-core 9.9.9 was never looked up before" in refused.value.message
    assert "'v9.9.9' is no tag, branch or commit" in refused.value.message
    assert "in git, try v2 (also near: v1)" in refused.value.hint


def test_offline_a_repository_elsewhere_is_not_asked(tmp_path: Path) -> None:
    for text in ("main", "git:v1", "git:abcdef1", "git+https://example.org/core@main"):
        with pytest.raises(CheckError) as refused:
            pin(tmp_path, text, "https://example.org/core")
        assert "offline" in refused.value.message
    sha = "0123456789abcdef0123456789abcdef01234567"
    found = pin(tmp_path, sha, "https://me:s3cret@example.org/core")
    assert found.commit == sha
    assert found.notes == ("offline: the repository was not asked for this commit",)
    assert "s3cret" in found.requirement
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize("text", ["main", "git:abcdef1"])
def test_an_unreadable_repository(tmp_path: Path, text: str) -> None:
    with pytest.raises(CheckError) as refused:
        pin(tmp_path, text, tmp_path / "token=s3cret")
    assert "can't be read" in refused.value.message
    assert refused.value.hint
    assert "s3cret" not in f"{refused.value.message} {refused.value.detail}"


def test_an_unreachable_server_shows_no_credentials(tmp_path: Path) -> None:
    package = Package("some-core", repository="https://me:s3cret@127.0.0.1:9/core")
    with pytest.raises(CheckError) as refused:
        resolver(tmp_path, offline=False).resolve(parse("main"), package)
    assert "can't be read" in refused.value.message
    assert "s3cret" not in f"{refused.value.message} {refused.value.hint} {refused.value.detail}"


def test_an_empty_repository(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "empty")
    with pytest.raises(CheckError) as refused:
        pin(tmp_path, "HEAD", tmp_path / "empty")
    assert "no default branch" in refused.value.message


def test_without_git(tmp_path: Path, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CheckError) as refused:
        pin(tmp_path, "main", made.folder)
    assert "git is not installed" in refused.value.message
    assert "install git" in refused.value.hint


def test_declared_git_requirements(tmp_path: Path, made: Made) -> None:
    found = resolver(tmp_path).declared(
        f"some-core[x] @ git+{made.folder.as_uri()}@v2", Package("some-core")
    )
    assert (found.commit, found.requested) == (made.second, None)


HOSTILE = [
    "--upload-pack=touch PWNED",
    "--upload-pack=touch${IFS}PWNED",
    "--exec=touch PWNED",
    "-oProxyCommand=touch PWNED",
    "git:--upload-pack=touch PWNED",
    "$(touch PWNED)",
    "`touch PWNED`",
    "main; touch PWNED",
    "main\ntouch PWNED",
    "main|touch PWNED",
    "ext::sh -c touch% PWNED",
    "git+ext::sh -c touch% PWNED",
    "git+ext://sh -c touch% PWNED",
    "git+-oProxyCommand=touch PWNED",
    "git+ssh://-oProxyCommand=touch PWNED/x@main",
    "git+ssh://-oProxyCommand=touch%20PWNED/x@main",
    "git+ssh://-oProxyCommand=touch%20PWNED@127.0.0.1/x@main",
    "git+https://127.0.0.1/x@--upload-pack=touch PWNED",
    "git+file:///nowhere@--upload-pack=touch",
    "git+file:///nowhere/--upload-pack=touch%20PWNED@main",
    "git+file:///nowhere/$(touch PWNED)@main",
    "path:--upload-pack=touch PWNED",
    "path:$(touch PWNED)",
    "./$(touch PWNED)",
    "./`touch PWNED`.whl",
    "version:1.0; touch PWNED",
    "version:--index-url=x",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_refs_run_nothing(tmp_path: Path, made: Made, elsewhere: Path, text: str) -> None:
    with pytest.raises(ContractCheckError) as refused:
        pin(tmp_path, text, made.folder)
    assert refused.value.message
    assert not list(tmp_path.rglob("PWNED*"))
    assert list(elsewhere.iterdir()) == []
    assert not (made.folder / "PWNED").exists()


@pytest.mark.parametrize(
    "repository",
    [
        "--upload-pack=touch PWNED",
        "ext::sh -c touch% PWNED",
        "ssh://-oProxyCommand=touch%20PWNED/x",
        "-oProxyCommand=x:y",
    ],
)
def test_hostile_repositories_run_nothing(tmp_path: Path, elsewhere: Path, repository: str) -> None:
    with pytest.raises(ContractCheckError):
        pin(tmp_path, "main", repository)
    assert not list(tmp_path.rglob("PWNED*"))


def test_hooks_and_settings_of_a_repository_do_not_run(tmp_path: Path) -> None:
    made = make(tmp_path / "repository")
    trap = f"touch {tmp_path}/PWNED"
    for hook in ("post-checkout", "pre-auto-gc", "reference-transaction", "post-rewrite"):
        path = made.folder / ".git/hooks" / hook
        path.write_text(f"#!/bin/sh\n{trap}\n")
        path.chmod(0o755)
    git(made.folder, "config", "core.fsmonitor", trap)
    git(made.folder, "config", "uploadpack.packObjectsHook", trap)
    (tmp_path / "PWNED").unlink(missing_ok=True)
    assert pin(tmp_path, f"git:{made.first[:8]}", made.folder).commit == made.first
    assert not (tmp_path / "PWNED").exists()


def test_nothing_is_left_outside_the_workspace(tmp_path: Path, made: Made) -> None:
    before = sorted(str(p) for p in made.folder.rglob("*"))
    pin(tmp_path, f"git:{made.second[:8]}", made.folder)
    assert sorted(str(p) for p in made.folder.rglob("*")) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["workspace"]
