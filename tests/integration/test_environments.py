"""Real environments from packages the tests make, without a registry."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.packages import nothing_but, project, repository, wheel

from contract_check.environments import (
    Built,
    DependencyConflict,
    Environment,
    PythonTooOld,
    Workspace,
    build,
    consumer_requirement,
    reproduce,
)
from contract_check.environments import assemble as assembling
from contract_check.model.errors import CheckError
from contract_check.model.refs import Package, Pin
from contract_check.model.settings import Installer, Settings, Silent


class Notes(Silent):
    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, message: str) -> None:
        self.said.append(message)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels: tcore and tstore, and what they need."""
    folder = tmp_path_factory.mktemp("house")
    fancy = ["fancy"]
    needs = ["tdep>=1", "tfancy; extra == 'fancy'"]
    wheel(folder, "tcore", "1.0", requires=[*needs, "tredis"], extras=fancy)
    wheel(folder, "tcore", "2.0", requires=needs, extras=fancy)
    wheel(folder, "tcore", "2.1", requires=["tdep<2"], extras=fancy)
    wheel(folder, "tcore", "2.2", requires=["tdep>=2"], extras=fancy)
    wheel(folder, "tcore", "3.0", requires=needs, requires_python=">=3.99")
    for name, version in (("tdep", "1.0"), ("tdep", "2.0"), ("tfancy", "1.0"), ("tredis", "5.0")):
        wheel(folder, name, version)
    wheel(folder, "tstore", "1.0", requires=["tcore[fancy]>=2,<3", "tdep"])
    wheel(folder, "tstore", "2.0", requires=["tcore>=2", "tdep>=2"])
    return folder


@pytest.fixture
def settings(
    house: Path,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Settings:
    for name in [name for name in os.environ if name.startswith(("UV_", "PIP_"))]:
        monkeypatch.delenv(name)
    for name, value in nothing_but(house).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "uv-cache"))
    return Settings(
        provider=Package("tcore"),
        consumer=Package("tstore"),
        provider_ref=None,
        cache_dir=tmp_path / "cache",
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    parent = tmp_path / "temporary"
    parent.mkdir()
    with Workspace(parent=parent) as made:
        yield made
    assert list(parent.iterdir()) == []


def version(name: str, number: str) -> Pin:
    return Pin(name, "version", number, f"{name}=={number}", "registry", version=number)


def core(number: str) -> Pin:
    return version("tcore", number)


STORE = version("tstore", "1.0")


def make(
    settings: Settings,
    workspace: Workspace,
    candidate: Pin,
    baseline: Pin | None = None,
    *,
    store: Pin = STORE,
    notes: Notes | None = None,
) -> Built:
    return build(settings, candidate, store, baseline, workspace, notes or Notes())


def run(environment: Environment, code: str) -> str:
    return subprocess.run(
        [environment.python, "-I", "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


ALL = "import tcore, tstore, tdep; print(tcore.version, tstore.version, tdep.version)"


def test_a_provider_the_consumer_excludes_is_installed_and_said(
    settings: Settings, workspace: Workspace
) -> None:
    built = make(settings, workspace, core("1.0"))
    made = built.candidate
    assert run(made, ALL) == "1.0 1.0 2.0"
    assert made.requirement == "tcore[fancy]<3,>=2"
    assert made.admits is False
    assert made.provider.version == "1.0"
    assert made.provider.location == made.site[0]
    assert made.consumer.location == made.site[1]
    assert made.root is not None
    assert made.root.is_relative_to(workspace.path)
    assert made.python_version == ".".join(map(str, sys.version_info[:3]))
    assert built.baseline is None
    # The extra that the consumer asks of its provider survives the override.
    assert built.third_parties == {"tdep": "2.0", "tfancy": "1.0", "tredis": "5.0"}
    assert made.packages == {**built.third_parties, "tcore": "1.0", "tstore": "1.0"}


def test_two_sides_share_their_third_parties(settings: Settings, workspace: Workspace) -> None:
    other = replace(core("2.0"))
    wide = replace(settings, provider=Package("tcore", extras=("fancy",)))
    built = make(wide, workspace, other, core("2.0"))
    assert built.baseline is not None
    assert built.differences == ()
    assert built.candidate.site[1] == built.baseline.site[1]
    assert built.candidate.site[0] != built.baseline.site[0]
    assert built.candidate.admits is True


def test_what_differs_beside_the_provider_is_said(settings: Settings, workspace: Workspace) -> None:
    built = make(settings, workspace, core("2.0"), core("1.0"))
    assert built.differences == ("tredis 5.0 only with the baseline",)
    assert built.baseline is not None
    assert run(built.baseline, "import tredis; print(tredis.version)") == "5.0"
    assert "tredis" not in built.candidate.packages


@pytest.mark.parametrize(("candidate", "baseline"), [("2.0", "2.1"), ("2.1", "2.0")])
def test_a_version_that_suits_both_is_taken_for_both(
    settings: Settings, workspace: Workspace, candidate: str, baseline: str
) -> None:
    # 2.0 would get tdep 2.0 by itself, 2.1 refuses it.
    built = make(settings, workspace, core(candidate), core(baseline))
    assert built.baseline is not None
    assert built.candidate.packages["tdep"] == built.baseline.packages["tdep"] == "1.0"


def test_a_version_that_can_not_suit_both_is_a_difference(
    settings: Settings, workspace: Workspace
) -> None:
    built = make(settings, workspace, core("2.2"), core("2.1"))
    assert built.differences == ("tdep 1.0 (baseline) / 2.0 (candidate)",)


def test_the_base_layer_is_made_once_and_keeps_its_bytecode(
    settings: Settings, workspace: Workspace
) -> None:
    first, second = Notes(), Notes()
    made = make(settings, workspace, core("2.0"), notes=first).candidate
    run(made, ALL)
    compiled = list(made.site[1].glob("tstore/__pycache__/*.pyc"))
    assert len(compiled) == 1
    stamp = compiled[0].stat().st_mtime_ns
    again = make(settings, workspace, core("2.0"), notes=second).candidate
    run(again, ALL)
    assert first.said == ["installing tstore and 2 third parties"]
    assert second.said == []
    assert again.site[1] == made.site[1]
    assert again.site[0] != made.site[0]
    assert compiled[0].stat().st_mtime_ns == stamp


def test_a_provider_that_edits_itself_reaches_no_later_run(
    settings: Settings, workspace: Workspace
) -> None:
    made = make(settings, workspace, core("2.0")).candidate
    file = made.site[0] / "tcore" / "__init__.py"
    with file.open("r+") as opened:
        opened.write("version = 'evil'\n")
    assert run(make(settings, workspace, core("2.0")).candidate, ALL) == "2.0 1.0 2.0"
    fresh = replace(settings, cache_dir=settings.cache_dir.parent / "other-cache")
    assert run(make(fresh, workspace, core("2.0")).candidate, ALL) == "2.0 1.0 2.0"


def test_requirements_of_the_settings_are_installed(
    settings: Settings, workspace: Workspace
) -> None:
    more = replace(settings, with_requirements=("tredis", "tdep<2"))
    made = make(more, workspace, core("2.0")).candidate
    assert made.packages["tredis"] == "5.0"
    assert made.packages["tdep"] == "1.0"


def test_requirements_in_conflict_are_named(settings: Settings, workspace: Workspace) -> None:
    with pytest.raises(CheckError, match=r"^dependency-conflict: what tcore and tstore") as raised:
        make(settings, workspace, core("2.1"), store=version("tstore", "2.0"))
    assert raised.value.stage == "environment"
    assert raised.value.side == "candidate"
    assert "tdep" in raised.value.detail
    assert isinstance(raised.value, DependencyConflict)
    told = {(wanted.owner, wanted.requirement) for wanted in raised.value.pair}
    assert told == {("tcore", "tdep<2"), ("tstore", "tdep>=2")}


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_a_provider_for_a_newer_python_is_told_apart(
    settings: Settings, workspace: Workspace, house: Path, installer: str
) -> None:
    chosen = replace(settings, installer=installer)  # type: ignore[arg-type]
    file = house / "tcore-3.0-py3-none-any.whl"
    as_file = Pin("tcore", "wheel", None, str(file), str(file), path=file)
    for pin in (core("3.0"), as_file):
        with pytest.raises(PythonTooOld) as raised:
            make(chosen, workspace, core("2.0"), pin)
        assert raised.value.requires_python == ">=3.99"
        assert raised.value.side == "baseline"


def folder_pin(folder: Path, name: str = "tcore", content: str | None = "content") -> Pin:
    return Pin(name, "path", str(folder), str(folder), str(folder), sha256=content, path=folder)


def test_a_folder_is_built_from_a_copy_that_sees_no_token(
    settings: Settings, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    folder = project(tmp_path / "core", "tcore", "7.0", requires=["tdep"])
    before = sorted(folder.rglob("*"))
    made = make(settings, workspace, folder_pin(folder)).candidate
    assert sorted(folder.rglob("*")) == before
    assert made.provider.version == "7.0"
    assert run(made, ALL) == "folder 1.0 2.0"
    names = run(made, "from tcore.build_environment import names; print(*names)").split()
    assert "PATH" in names
    assert not {"GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY"} & set(names)


def test_a_folder_is_built_again_only_when_its_content_changed(
    settings: Settings, workspace: Workspace, tmp_path: Path
) -> None:
    built = tmp_path / "built"
    built.touch()
    settings = replace(settings, env={"BUILT": str(built)})
    folder = project(
        tmp_path / "core",
        *("tcore", "7.0"),
        before="open(os.environ['BUILT'], 'a').write('x')",
    )
    for content, times in (("a", 1), ("a", 1), ("b", 2), (None, 3), (None, 4)):
        make(settings, workspace, folder_pin(folder, content=content))
        assert built.read_text() == "x" * times


def test_a_folder_is_resolved_again_only_when_its_needs_changed(
    settings: Settings, workspace: Workspace, tmp_path: Path
) -> None:
    def resolved(content: str, needs: list[str]) -> int:
        folder = project(tmp_path / content, "tcore", "7.0", requires=needs, source=f"# {content}")
        made = make(settings, workspace, folder_pin(folder, content=content)).candidate
        assert run(made, "import tcore; print(tcore.__file__)").startswith(str(made.root))
        return len(list((settings.cache_dir / "resolutions").iterdir()))

    assert resolved("one", ["tdep"]) == 1
    assert resolved("other", ["tdep"]) == 1
    assert resolved("third", ["tdep", "tredis"]) == 2


def test_a_folder_of_the_consumer(settings: Settings, workspace: Workspace, tmp_path: Path) -> None:
    folder = project(tmp_path / "store", "tstore", "9.0", requires=["tcore<2", "tdep"])
    pin = folder_pin(folder, "tstore")
    assert consumer_requirement(settings, pin, workspace) == "tcore<2"
    made = make(settings, workspace, core("2.0"), store=pin).candidate
    assert made.consumer.version == "9.0"
    assert (made.requirement, made.admits) == ("tcore<2", False)


def test_a_build_that_fails_says_what_its_backend_said(
    settings: Settings, workspace: Workspace, tmp_path: Path
) -> None:
    before = "raise SystemExit('the backend wants https://me:secret@host/ and more')"
    folder = project(tmp_path / "core", "tcore", "7.0", before=before)
    with pytest.raises(CheckError, match="core can't be built") as raised:
        make(settings, workspace, core("2.0"), folder_pin(folder))
    assert raised.value.side == "baseline"
    assert "the backend wants https://***@host/ and more" in raised.value.detail


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_a_commit_is_verified_by_what_was_recorded(
    settings: Settings, workspace: Workspace, tmp_path: Path, installer: Installer
) -> None:
    settings = replace(settings, installer=installer)
    folder = project(tmp_path / "core", "tcore", "7.0", requires=["tdep"])
    commit = repository(folder)
    pin = Pin(
        *("tcore", "git", "main", f"tcore @ git+{folder.as_uri()}@{commit}", str(folder)),
        commit=commit,
    )
    made = make(settings, workspace, pin).candidate
    assert made.provider.version == "7.0"
    info = (made.provider.direct_url or {})["vcs_info"]
    assert isinstance(info, dict)
    assert info["commit_id"] == commit
    other = replace(pin, commit="f" * 40)
    with pytest.raises(CheckError, match=f"provider-not-as-asked: commit {commit} got installed"):
        make(settings, workspace, other)


def test_the_recipe_for_a_git_folder_works_with_the_pip_of_a_fresh_environment(
    settings: Settings, workspace: Workspace, tmp_path: Path
) -> None:
    top = tmp_path / "core"
    project(top / "below", "tcore", "7.0", requires=["tdep"])
    commit = repository(top)
    url = f"git+{top.as_uri()}@{commit}"
    below = "#subdirectory=below"
    pin = Pin("tcore", "git", "main", f"tcore @ {url}{below}", str(top), commit=commit)
    made = make(settings, workspace, pin).candidate
    commands = reproduce(made, pin, STORE)
    assert f"'{url}#egg=tcore&subdirectory=below'" in commands[-1]
    script = "\n".join(["set -e", *commands]).replace(commands[0].split()[0], sys.executable, 1)
    subprocess.run(["sh", "-c", script], cwd=tmp_path, check=True, capture_output=True)
    python = tmp_path / "env-candidate" / "bin" / "python"
    said = subprocess.run([python, "-I", "-c", ALL], capture_output=True, text=True)
    assert said.stdout.strip() == run(made, ALL) == "folder 1.0 2.0"


def test_a_wheel_that_changed_since_it_was_pinned_is_refused(
    settings: Settings, workspace: Workspace, tmp_path: Path
) -> None:
    file = wheel(tmp_path / "own", "tcore", "8.0", requires=["tdep"])
    pin = Pin("tcore", "wheel", str(file), str(file), str(file), version="8.0", path=file)
    assert make(settings, workspace, pin).candidate.provider.version == "8.0"
    with pytest.raises(CheckError, match=r"provider-not-as-asked: .* changed while"):
        make(settings, workspace, replace(pin, sha256="0" * 64))
    with pytest.raises(CheckError, match=r"provider-not-as-asked: tcore 8\.0 got installed"):
        make(settings, workspace, replace(pin, version="8.1"))


def test_two_halves_of_one_package_are_found(
    settings: Settings, workspace: Workspace, tmp_path: Path
) -> None:
    init = {"both/__init__.py": ""}
    own = tmp_path / "own"
    provider = wheel(own, "tcore", "9.0", files={**init, "both/core.py": "x = 1\n"})
    consumer = wheel(own, "tstore", "9.0", files={**init, "both/store.py": "import both.core\n"})
    pins = [
        Pin(name, "wheel", None, str(file), str(file), path=file)
        for name, file in (("tcore", provider), ("tstore", consumer))
    ]
    made = make(settings, workspace, pins[0], store=pins[1]).candidate
    assert len(made.site) == 1
    assert run(made, "import both.store; print(both.core.x)") == "1"


def test_what_the_consumer_asks_of_its_provider(settings: Settings, workspace: Workspace) -> None:
    assert consumer_requirement(settings, STORE, workspace) == "tcore[fancy]<3,>=2"


def test_what_does_not_exist_is_said(settings: Settings, workspace: Workspace) -> None:
    with pytest.raises(CheckError, match="requirements of tstore with this tcore can't be"):
        make(settings, workspace, core("99"))


@pytest.mark.parametrize(
    ("python", "message"),
    [
        ("9.9", r"Python 9\.9 was not found"),
        ("no-such-thing", "No Python interpreter at 'no-such-thing'"),
        ("/bin/cat", "/bin/cat does not work as a Python interpreter"),
    ],
)
def test_a_python_that_is_not_there(
    settings: Settings, workspace: Workspace, python: str, message: str
) -> None:
    with pytest.raises(CheckError, match=message):
        make(replace(settings, python=python, offline=True), workspace, core("2.0"))


def test_an_interpreter_by_its_path(settings: Settings, workspace: Workspace) -> None:
    chosen = replace(settings, python=sys.executable)
    assert run(make(chosen, workspace, core("2.0")).candidate, ALL) == "2.0 1.0 2.0"


def test_offline_with_everything_cached(
    settings: Settings, workspace: Workspace, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(settings, workspace, core("2.0"), core("1.0"))
    offline = replace(settings, offline=True)
    assert make(offline, workspace, core("2.0"), core("1.0")).candidate.provider.version == "2.0"
    monkeypatch.setenv("UV_FIND_LINKS", str(house / "nothing"))
    with pytest.raises(CheckError, match="Without network the candidate environment can't be"):
        make(offline, workspace, core("2.2"))


def test_with_pip(settings: Settings, workspace: Workspace, tmp_path: Path) -> None:
    chosen = replace(settings, installer="pip")
    folder = project(tmp_path / "core", "tcore", "7.0", requires=["tdep"])
    built = make(chosen, workspace, folder_pin(folder), core("1.0"))
    assert built.baseline is not None
    assert run(built.candidate, ALL) == "folder 1.0 2.0"
    assert run(built.baseline, ALL) == "1.0 1.0 2.0"
    assert built.candidate.admits is False
    assert built.differences == (
        "tfancy 1.0 only with the baseline",
        "tredis 5.0 only with the baseline",
    )
    assert consumer_requirement(chosen, STORE, workspace) == "tcore[fancy]<3,>=2"


def test_pip_names_conflicts_too(settings: Settings, workspace: Workspace) -> None:
    chosen = replace(settings, installer="pip")
    with pytest.raises(DependencyConflict, match=r"^dependency-conflict: "):
        make(chosen, workspace, core("2.1"), store=version("tstore", "2.0"))


def test_without_uv_pip_takes_over_and_that_is_said(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembling, "find_uv", lambda: None)
    notes = Notes()
    assert make(settings, workspace, core("2.0"), notes=notes).candidate.admits is True
    assert notes.said[0] == "uv is not installed: using pip, which is slower"


def existing(tmp_path: Path, house: Path, *wheels: str) -> Path:
    folder = tmp_path / "existing"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    site = next(folder.glob("lib/*/site-packages"))
    files = [str(house / f"{name}-py3-none-any.whl") for name in wheels]
    uv = str(Path(sys.executable).with_name("uv"))
    command = [uv, "pip", "install", "-q", "--no-deps", "--target", str(site), *files]
    subprocess.run(command, check=True)
    return folder


def test_an_environment_that_exists_is_used_as_it_is(
    settings: Settings, workspace: Workspace, tmp_path: Path, house: Path
) -> None:
    folder = existing(tmp_path, house, "tcore-2.0", "tstore-1.0", "tdep-1.0")
    before = sorted(folder.rglob("*"))
    for place in (folder, folder / "bin" / "python"):
        chosen = replace(settings, environment=place)
        made = build(chosen, None, None, None, workspace, Silent()).candidate
        assert made.python == folder / "bin" / "python"
        assert made.root is None
        assert made.packages == {"tcore": "2.0", "tdep": "1.0", "tstore": "1.0"}
        assert (made.requirement, made.admits) == ("tcore[fancy]<3,>=2", True)
        assert consumer_requirement(chosen, None, workspace) == "tcore[fancy]<3,>=2"
        build(chosen, core("2.0"), None, None, workspace, Silent())
        with pytest.raises(CheckError, match=r"provider-not-as-asked: tcore 2\.0 is installed"):
            build(chosen, core("1.0"), None, None, workspace, Silent())
    assert sorted(folder.rglob("*")) == before


def test_a_baseline_is_put_in_front_of_an_environment_that_exists(
    settings: Settings, workspace: Workspace, tmp_path: Path, house: Path
) -> None:
    folder = existing(tmp_path, house, "tcore-2.0", "tstore-1.0", "tdep-1.0")
    chosen = replace(settings, environment=folder)
    built = build(chosen, None, None, core("1.0"), workspace, Silent())
    assert built.baseline is not None
    assert run(built.candidate, ALL) == "2.0 1.0 1.0"
    assert run(built.baseline, ALL) == "1.0 1.0 1.0"
    found = "import importlib.metadata as m; print(m.version('tcore'))"
    assert run(built.baseline, found) == "1.0"


def test_an_environment_without_the_packages_or_without_python(
    settings: Settings, workspace: Workspace, tmp_path: Path, house: Path
) -> None:
    folder = existing(tmp_path, house, "tstore-1.0")
    for place, message in (
        (folder, "tcore is not installed in the environment given"),
        (tmp_path / "nowhere", "There is no environment at"),
        (house, "holds no Python interpreter"),
    ):
        with pytest.raises(CheckError, match=message):
            build(replace(settings, environment=place), None, None, None, workspace, Silent())


def test_an_environment_that_prints_at_start_up_is_understood(
    settings: Settings, workspace: Workspace, tmp_path: Path, house: Path
) -> None:
    folder = existing(tmp_path, house, "tcore-2.0", "tstore-1.0")
    site = next(folder.glob("lib/*/site-packages"))
    (site / "noise.pth").write_text("import sys; print('{\"version\": 1}')\n")
    chosen = replace(settings, environment=folder)
    made = build(chosen, None, None, None, workspace, Silent()).candidate
    assert made.provider.version == "2.0"


@pytest.fixture
def index(house: Path) -> Iterator[str]:
    """A registry that asks for a password, as `host:port`."""
    expected = "Basic " + base64.b64encode(b"me:secret").decode()

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("Authorization") != expected:
                self.send_response(401)
                self.send_header("WWW-Authenticate", "Basic")
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif self.path.startswith("/simple/"):
                self.answer(self.path.split("/")[2])
            else:
                super().do_GET()

        def answer(self, name: str) -> None:
            links = [f'<a href="/{file.name}">{file.name}</a>' for file in house.glob(f"{name}-*")]
            body = f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(house)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_index_credentials_reach_the_installer_and_are_kept_nowhere(
    settings: Settings,
    workspace: Workspace,
    index: str,
    monkeypatch: pytest.MonkeyPatch,
    installer: str,
) -> None:
    for name in ("UV_FIND_LINKS", "UV_DEFAULT_INDEX", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name)
    for name in ("UV", "PIP"):
        monkeypatch.setenv(f"{name}_INDEX_URL", f"http://me:secret@{index}/simple")
    chosen = replace(settings, installer=installer)  # type: ignore[arg-type]
    for _ in range(2):
        built = make(chosen, workspace, core("2.0"), core("1.0"))
        assert run(built.candidate, ALL) == "2.0 1.0 2.0"
    kept = [*chosen.cache_dir.rglob("*.json"), *workspace.path.rglob("*.json")]
    assert list(chosen.cache_dir.glob("resolutions/*.json"))
    assert not [file for file in kept if "secret" in file.read_text()]
    monkeypatch.setenv(f"{installer.upper()}_INDEX_URL", f"http://me:wrong@{index}/simple")
    with pytest.raises(CheckError) as raised:
        make(chosen, workspace, core("2.2"))
    assert "wrong" not in raised.value.detail


def test_rules_of_the_users_own_project_are_named(
    settings: Settings, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rules = '[tool.uv]\noverride-dependencies = ["Tcore==2.1"]\n'
    (tmp_path / "pyproject.toml").write_text(rules)
    with pytest.raises(CheckError) as raised:
        make(settings, workspace, core("2.0"))
    assert raised.value.detail.endswith("names tcore: run from another folder.")


RUN = """
import json, sys
from pathlib import Path
from contract_check.environments import Workspace, build
from contract_check.model.refs import Package, Pin
from contract_check.model.settings import Installer, Settings, Silent
cache, parent, folder = map(Path, sys.argv[1:4])
packages = Package("tcore"), Package("tstore")
settings = Settings(*packages, None, cache_dir=cache, pass_env=("STARTED",))
store = Pin("tstore", "version", None, "tstore==1.0", "", version="1.0")
old = Pin("tcore", "version", None, "tcore==2.0", "", version="2.0")
new = old if folder == Path("-") else Pin(
    "tcore", "path", None, str(folder), "", sha256="x", path=folder)
with Workspace(parent=parent) as workspace:
    built = build(settings, new, store, old, workspace, Silent())
    import subprocess
    said = subprocess.run([built.candidate.python, "-I", "-c", "import tcore, tstore, tdep;"
        "print(tcore.version, tstore.version, tdep.version)"], capture_output=True, text=True)
    print(json.dumps([said.stdout.strip(), str(built.candidate.site[1])]))
"""


def test_many_runs_at_once_with_an_empty_cache(settings: Settings, tmp_path: Path) -> None:
    parent = tmp_path / "temporary"
    parent.mkdir()
    command = [sys.executable, "-c", RUN, str(settings.cache_dir), str(parent), "-"]
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    said = [one.communicate(timeout=120) for one in runs]
    assert [error for _out, error in said] == [""] * 6
    answers = {tuple(json.loads(out)) for out, _error in said}
    assert len(answers) == 1
    assert next(iter(answers))[0] == "2.0 1.0 2.0"
    layers = [path.name for path in (settings.cache_dir / "bases").iterdir()]
    assert len([name for name in layers if not name.startswith(".")]) == 1
    assert not [name for name in layers if name.startswith(".new-")]
    assert list(parent.iterdir()) == []


def test_an_interrupted_build_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    parent, started = tmp_path / "temporary", tmp_path / "started"
    parent.mkdir()
    started.touch()
    before = (
        "import time; open(os.environ['STARTED'], 'w').write(str(os.getpid())); time.sleep(300)"
    )
    folder = project(tmp_path / "core", "tcore", "7.0", before=before)
    command = [sys.executable, "-c", RUN, str(settings.cache_dir), str(parent), str(folder)]
    one = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "STARTED": str(started)},
    )
    deadline = time.monotonic() + 30
    while not (started.exists() and started.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    one.send_signal(signal.SIGINT)
    _out, error = one.communicate(timeout=30)
    assert "KeyboardInterrupt" in error
    assert list(parent.iterdir()) == []
    backend = int(started.read_text())
    while Path(f"/proc/{backend}/cmdline").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    with pytest.raises(ProcessLookupError):
        os.kill(backend, 0)
