"""The real Core as a git repository: every way to name a state of it, and ways to abuse a name."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.support.core import at_import, core_copy
from tests.support.tool import Tool

pytestmark = pytest.mark.registry


@dataclass(frozen=True)
class Repository:
    """Two commits of Core: the first has the tags `light` and `annotated`, the second is `main`."""

    folder: Path
    first: str
    second: str


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = core_copy(tmp_path_factory.mktemp("repository"), at_import("# first"), name="a core")
    git(folder, "init", "--quiet", "--initial-branch", "main")
    first = commit(folder, "first")
    git(folder, "tag", "light")
    git(folder, "tag", "--annotate", "--message", "a tag", "annotated")
    git(folder, "branch", "feature/levels")
    (folder / "NOTES").write_text("second\n")
    return Repository(folder, first, commit(folder, "second"))


@pytest.mark.parametrize(
    ("ref", "at"),
    [
        ("light", "first"),
        ("annotated", "first"),
        ("git:annotated", "first"),
        ("feature/levels", "first"),
        ("main", "second"),
        ("{first}", "first"),
        ("{first:.10}", "first"),
        ("git:{second:.7}", "second"),
        ("git+file://{folder}@light", "first"),
        ("git+file://{folder}@{second}", "second"),
        ("git+file://{folder}", "second"),
    ],
)
def test_every_name_becomes_its_commit(
    tool: Tool, repository: Repository, ref: str, at: str
) -> None:
    url = str(repository.folder).replace(" ", "%20")
    named = ref.format(first=repository.first, second=repository.second, folder=url)
    own = () if named.startswith("git+") else ("--core-repository", f"file://{url}")
    done = tool.json("--core-ref", named, *own, "--baseline", "none")
    assert done.code == 0, done
    pin = done.report["provider"]["pin"]
    assert (pin["kind"], pin["commit"]) == ("git", getattr(repository, at))
    assert pin["version"] == "1.4.61"
    assert done.report["provider"]["requested"] == named


def test_a_branch_that_moves_between_two_runs_gives_two_pins(tool: Tool, tmp_path: Path) -> None:
    folder = core_copy(tmp_path)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    before = commit(folder, "before")
    command = ("--core-ref", "main", "--core-repository", str(folder), "--baseline", "none")
    first = tool.json(*command)
    health = folder / "market_data_core" / "telemetry" / "health.py"
    health.write_text(health.read_text().replace("class HealthStatus(", "class Health("))
    after = commit(folder, "after")
    second = tool.json(*command)
    assert (first.code, first.report["provider"]["pin"]["commit"]) == (0, before)
    assert (second.code, second.report["provider"]["pin"]["commit"]) == (1, after)


def test_a_folder_is_compared_with_a_tag_of_its_own_repository(
    tool: Tool, repository: Repository, tmp_path: Path
) -> None:
    without_repository = tmp_path / "contract-check.toml"
    without_repository.write_text(
        '[provider]\nname = "market-data-core"\n[consumer]\nname = "market-data-store"\n'
    )
    done = tool.json(
        *("--config", str(without_repository)),
        *("--core-ref", str(repository.folder), "--baseline", "git:light"),
    )
    assert done.code == 0, done
    assert done.report["baseline"]["pin"]["commit"] == repository.first


def test_an_unknown_ref_names_the_nearest(tool: Tool, repository: Repository) -> None:
    done = tool.json("--core-ref", "v9.9.9", "--core-repository", str(repository.folder))
    assert done.code == 3
    error = done.report["errors"][0]
    assert error["stage"] == "refs"
    assert "v9.9.9" in error["message"]
    assert "1.4.6" in error["message"] + error["hint"]
    done = tool.json("--core-ref", "git:ligth", "--core-repository", str(repository.folder))
    assert done.code == 3
    assert "light" in done.report["errors"][0]["message"] + done.report["errors"][0]["hint"]


@pytest.mark.parametrize(
    "ref",
    [
        "--upload-pack=touch PWNED",
        "git:--upload-pack=touch PWNED",
        "git+file:///--upload-pack=touch PWNED",
        "git+file://{folder}@--upload-pack=touch${IFS}PWNED",
        "git+ext::sh -c touch% PWNED",
        "ext::sh -c touch% PWNED",
        "git+ssh://-oProxyCommand=touch${IFS}PWNED/x",
        "$(touch PWNED)",
        "`touch PWNED`",
        "main; touch PWNED",
        "main\ntouch PWNED",
        "../../etc/passwd",
        "version:1.4.61 --index-url=file:///tmp",
        "1.4.61; python_version < '1'",
        "-r requirements.txt",
        "-e .",
        "",
    ],
)
def test_a_ref_is_never_an_option_nor_a_program(
    tool: Tool, repository: Repository, ref: str
) -> None:
    named = ref.replace("{folder}", str(repository.folder).replace(" ", "%20"))
    done = tool(f"--core-ref={named}", "--core-repository", str(repository.folder))
    assert done.code in (2, 3)
    assert "Traceback" not in done.stderr
    assert list(tool.folder.iterdir()) == []
    assert not (repository.folder / "PWNED").exists()
    assert not (repository.folder / ".git" / "PWNED").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--core-ref", "git+https://user:s3cret@127.0.0.1:9/x.git@main"),
        ("--core-ref", "git+https://s3cret@127.0.0.1:9/x.git@main"),
        ("--core-ref", "main", "--core-repository", "https://user:s3cret@127.0.0.1:9/x.git"),
        ("--core-ref", "git+ssh://user:s3cret@127.0.0.1:9/x.git@main"),
        ("--core-ref", "1.4.61", "--with", "x @ git+https://user:s3cret@127.0.0.1:9/x.git"),
    ],
)
def test_credentials_are_nowhere(tool: Tool, arguments: tuple[str, ...]) -> None:
    quick = replace(tool, env={"GIT_TERMINAL_PROMPT": "0"})
    done = quick(*arguments, "--format", "json=report.json", "--format", "terminal", "--verbose")
    assert done.code == 3
    written = (tool.folder / "report.json").read_text()
    assert "127.0.0.1" in written
    for text in (done.stdout, done.stderr, written):
        assert "s3cret" not in text
