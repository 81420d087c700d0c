"""From a clone to the first answer, on anybody's layout: what a person types, and what comes out.

Each test makes the repositories of one layout. Nothing of it is in any package index.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.packages import nothing_but, project, repository
from tests.support.tool import Checked, Tool

_OLD = "def price(amount, note=''):\n    return amount\n"
_NEW = "def price(amount):\n    return amount\n"
_STORE = "from acme_models import price\n\n\ndef total():\n    return price(2, note='x')\n"
_OWN = ("--provider", "acme-models", "--consumer", "acme-store")


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    for name in ("house", "here", "temporary"):
        (tmp_path / name).mkdir()
    env = nothing_but(tmp_path / "house")
    return Tool(tmp_path / "cache", tmp_path / "here", tmp_path / "temporary", env)


def at(tool: Tool, folder: Path) -> Tool:
    return Tool(tool.cache, folder, tool.temporary, tool.env)


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@t")
    command = ["git", *identity, *arguments]
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def models(folder: Path, tag: str = "v1.0.0") -> Path:
    """The provider's repository: 1.0.0 and the broken 1.1.0, each with its tag, and `main`."""
    made = project(folder, "acme-models", "1.0.0", source=_OLD)
    repository(made)
    git(made, "tag", tag)
    change(made)
    git(made, "commit", "--quiet", "--all", "--message=second")
    git(made, "tag", tag.replace("1.0.0", "1.1.0"))
    return made


def change(folder: Path) -> None:
    (folder / "acme_models" / "__init__.py").write_text(_NEW)
    for file in (folder / "pyproject.toml", folder / "backend.py"):
        file.write_text(file.read_text().replace("1.0.0", "1.1.0"))


def store(folder: Path, requirement: str = "acme-models>=1.0") -> Path:
    return project(folder, "acme-store", "0.1.0", requires=[requirement], source=_STORE)


def told(done: Checked) -> tuple[str, str | None]:
    """The verdict, and the commit or version of the baseline."""
    baseline = done.report["baseline"]
    return done.report["verdict"], baseline and baseline["pin"]["version"]


def test_a_requirement_on_a_repository_is_the_baseline_and_says_where_tags_are(
    tool: Tool, tmp_path: Path
) -> None:
    made = models(tmp_path / "models")
    here = store(tmp_path / "store", f"acme-models @ git+{made.as_uri()}@v1.0.0")
    # As a person writes it: in the project's own file too.
    (here / "pyproject.toml").write_text(
        (here / "pyproject.toml").read_text()
        + "[tool.poetry.dependencies]\n"
        + f'acme-models = {{ git = "{made.as_uri()}", tag = "v1.0.0" }}\n'
    )
    done = at(tool, here).json(*_OWN, "--provider-ref", "v1.1.0")
    assert told(done) == ("break", "1.0.0"), done
    assert done.findings["break"] == ["call-no-longer-binds"]
    written = at(tool, here)("init")
    assert written.stdout.splitlines() == [
        "The provider is acme-models, because its name begins like acme-store; "
        "the consumer is acme-store.",
        "Wrote contract-check.toml; now try: contract-check --provider-ref v1.0.0",
    ]
    text = (here / "contract-check.toml").read_text()
    assert f'\nrepository = "{made.as_uri()}"' in text
    assert '# baseline = "v1.0.0"' in text
    assert at(tool, here).json("--provider-ref", "v1.0.0").code == 0
    assert at(tool, here).json("--provider-ref", "main").code == 1


def test_a_requirement_on_a_folder_of_a_repository(tool: Tool, tmp_path: Path) -> None:
    top = tmp_path / "mono"
    project(top / "libs" / "models", "acme-models", "1.0.0", source=_OLD)
    repository(top)
    git(top, "tag", "v1.0.0")
    change(top / "libs" / "models")
    git(top, "commit", "--quiet", "--all", "--message=second")
    url = f"git+{top.as_uri()}@v1.0.0#subdirectory=libs/models"
    here = store(tmp_path / "store", f"acme-models @ {url}")
    done = at(tool, here).json(*_OWN, "--provider-ref", "main", "--provider-repository",
                               f"{top.as_uri()}#subdirectory=libs/models")  # fmt: skip
    assert told(done) == ("break", "1.0.0"), done


def monorepo(tmp_path: Path, *, workspace: bool) -> Path:
    top = tmp_path / "mono"
    project(top / "libs" / "acme-models", "acme-models", "1.0.0", source=_OLD)
    store(top / "services" / "store", "acme-models")
    if workspace:
        (top / "pyproject.toml").write_text(
            '[tool.uv.workspace]\nmembers = ["libs/*", "services/*"]\n'
            "[tool.uv.sources]\nacme-models = { workspace = true }\n"
        )
        file = top / "services" / "store" / "pyproject.toml"
        lines = file.read_text().replace(
            'version = "0.1.0"\n', 'version = "0.1.0"\ndependencies = ["acme-models"]\n'
        )
        file.write_text(lines)
    repository(top)
    git(top, "tag", "acme-models-v1.0.0")
    return top


def test_both_packages_in_one_repository_and_a_folder_typed_as_it_is_called(
    tool: Tool, tmp_path: Path
) -> None:
    top = monorepo(tmp_path, workspace=True)
    same = at(tool, top).json(*_OWN, "--provider-ref", "libs/acme-models")
    assert told(same) == ("compatible", None), same
    assert "compare with a tag, a branch or an earlier commit" in same.report["notes"][-1]
    change(top / "libs" / "acme-models")
    done = at(tool, top).json(*_OWN, "--provider-ref", "libs/acme-models")
    assert told(done) == ("break", "1.0.0"), done
    assert done.report["provider"]["pin"]["notes"] == ["took the folder libs/acme-models"]
    assert done.report["baseline"]["pin"]["notes"][0] == "the last commit of the same folder"
    assert done.report["consumer"]["pin"]["source"] == str(top / "services" / "store")


def test_a_folder_inside_a_repository_with_tags_for_several_packages(
    tool: Tool, tmp_path: Path
) -> None:
    top = monorepo(tmp_path, workspace=False)
    change(top / "libs" / "acme-models")
    git(top, "commit", "--quiet", "--all", "--message=second")
    done = at(tool, top).json(*_OWN, "--provider-ref", "main", "--baseline", "1.0.0")
    assert told(done) == ("break", "1.0.0"), done
    assert done.report["baseline"]["pin"]["notes"] == ["took the tag acme-models-v1.0.0 for 1.0.0"]


def test_never_published_the_baseline_is_the_lowest_tag_that_is_allowed(
    tool: Tool, tmp_path: Path
) -> None:
    made = models(tmp_path / "models")
    here = store(tmp_path / "store", "acme-models>=1.0")
    done = at(tool, here).json(*_OWN, "--provider-ref", "../models")
    assert told(done) == ("break", "1.0.0"), done
    (note,) = done.report["baseline"]["pin"]["notes"]
    assert note.startswith("acme-models was not found in the registry: took v1.0.0, the lowest")
    done = at(tool, made).json(*_OWN, "--provider-ref", ".", "--consumer-ref", "../store")
    assert told(done) == ("break", "1.0.0"), done


def test_a_branch_of_the_checkout_next_door(tool: Tool, tmp_path: Path) -> None:
    models(tmp_path / "models")
    here = store(tmp_path / "store", "acme-models>=1.0")
    done = at(tool, here).json(*_OWN, "--provider-ref", "main")
    assert told(done) == ("break", "1.0.0"), done
    assert done.report["provider"]["pin"]["source"] == str(tmp_path / "models")


@pytest.mark.parametrize("file", ["requirements.txt", "uv.lock", "Pipfile.lock"])
def test_no_package_at_all(tool: Tool, tmp_path: Path, file: str) -> None:
    made = models(tmp_path / "models")
    app = tmp_path / "app"
    (app / "shop").mkdir(parents=True)
    (app / "shop" / "core.py").write_text(_STORE)
    (app / "run.py").write_text("import sys\nfrom shop.core import total\nsys.exit('no ID')\n")
    commit = git(made, "rev-parse", "v1.0.0")
    text = {
        "requirements.txt": f"# ours\n-e git+{made.as_uri()}@v1.0.0#egg=acme-models\n",
        "uv.lock": '[[package]]\nname = "acme-models"\nversion = "1.0.0"\n'
        f'source = {{ git = "{made.as_uri()}?tag=v1.0.0#{commit}" }}\n',
        "Pipfile.lock": '{"default": {"acme-models": '
        f'{{"git": "{made.as_uri()}", "ref": "{commit}"}}}}}}\n',
    }[file]
    (app / file).write_text(text)
    own = ("--provider", "acme-models", "--consumer-path", ".")
    done = at(tool, app).json(*own, "--provider-ref", "v1.1.0")
    assert told(done) == ("break", "1.0.0"), done
    (found,) = (item for item in done.report["findings"] if item["severity"] == "break")
    assert (found["location"]["file"], found["location"]["line"]) == ("shop/core.py", 5)
    assert f"what it requires is taken from {file}" in done.report["consumer"]["pin"]["notes"]
    assert at(tool, app).json(*own, "--provider-ref", "v1.0.0").code == 0


def test_init_in_a_folder_without_a_project(tool: Tool, tmp_path: Path) -> None:
    made = models(tmp_path / "models")
    app = tmp_path / "My App"
    app.mkdir()
    (app / "job.py").write_text(_STORE)
    (app / "requirements.txt").write_text(f"acme-models @ git+{made.as_uri()}@v1.0.0\n")
    written = at(tool, app)("init")
    assert written.code == 0, written
    assert "the consumer is my-app" in written.stdout
    assert at(tool, app).json("--provider-ref", "v1.0.0").code == 0
    assert at(tool, app).json("--provider-ref", "v1.1.0").code == 1


def test_setup_py_alone(tool: Tool, tmp_path: Path) -> None:
    made = models(tmp_path / "models")
    here = store(tmp_path / "store", f"acme-models @ git+{made.as_uri()}@v1.0.0")
    (here / "setup.py").write_text(
        "from setuptools import setup\nNAME = 'acme-store'\n"
        "setup(name=NAME, version='0.1.0', packages=['acme_store'], install_requires=[\n"
        f"    'acme-models @ git+{made.as_uri()}@v1.0.0'])\n"
    )
    backend = (here / "pyproject.toml").read_text().partition("[build-system]")[2]
    (here / "pyproject.toml").write_text(f"[build-system]{backend}")
    done = at(tool, here).json(*_OWN, "--provider-ref", "v1.1.0")
    assert told(done) == ("break", "1.0.0"), done
    assert at(tool, here)("init").stdout.startswith("The provider is acme-models")


def test_a_misspelt_provider_is_told_what_the_consumer_requires(tool: Tool, tmp_path: Path) -> None:
    made = models(tmp_path / "models")
    here = store(tmp_path / "store")
    file = here / "pyproject.toml"
    file.write_text(
        file.read_text().replace(
            "[build", f'dependencies = ["acme-models @ git+{made.as_uri()}@v1"]\n[build'
        )
    )
    named = ("--provider", "acme-modles", "--consumer", "acme-store")
    done = at(tool, here).json(*named, "--provider-ref", "v1.1.0")
    assert done.code == 3
    (error,) = done.report["errors"]
    assert error["message"] == "the package registry has no package acme-modles"
    assert error["hint"].startswith("did you mean acme-models, which acme-store requires? Else")
    assert "--core-" not in error["hint"]
    wrong = at(tool, here).json(*named, "--provider-ref", "../models")
    assert wrong.report["errors"][0]["hint"].startswith("did you mean acme-models")


def test_a_python_that_is_there(tool: Tool, tmp_path: Path) -> None:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    other = next((v for v in ("3.12", "3.13") if list(root.glob(f"{v}.*"))), None)
    if other is None or sys.version_info[:2] == tuple(map(int, other.split("."))):
        pytest.skip("pyenv has no other Python")
    made = models(tmp_path / "models")
    here = store(tmp_path / "store", f"acme-models @ git+{made.as_uri()}@v1.0.0")
    done = at(tool, here).json(*_OWN, "--provider-ref", "../models", "--python", other)
    assert told(done)[0] == "break", done
    assert done.report["environments"]["candidate"]["python"].startswith(f"{other}.")


def without_project_table(here: Path, text: str) -> None:
    """Put other tables in the place of `[project]`, with the same build backend."""
    file = here / "pyproject.toml"
    file.write_text(text + "[build-system]" + file.read_text().partition("[build-system]")[2])


def test_poetry_tables_alone(tool: Tool, tmp_path: Path) -> None:
    made = models(tmp_path / "models")
    here = store(tmp_path / "store", f"acme-models @ git+{made.as_uri()}@v1.0.0")
    without_project_table(
        here,
        '[tool.poetry]\nname = "acme-store"\nversion = "0.1.0"\ndescription = ""\nauthors = []\n\n'
        '[tool.poetry.dependencies]\npython = "^3.11"\n'
        f'acme-models = {{ git = "{made.as_uri()}", tag = "v1.0.0" }}\n\n',
    )
    written = at(tool, here)("init")
    assert written.stdout.startswith("The provider is acme-models"), written
    done = at(tool, here).json("--provider-ref", "v1.1.0")
    assert told(done) == ("break", "1.0.0"), done
    assert at(tool, here).json("--provider-ref", "v1.0.0").code == 0


@pytest.mark.parametrize("source", ["uv", "poetry"])
def test_a_folder_next_door_as_source(tool: Tool, tmp_path: Path, source: str) -> None:
    made = models(tmp_path / "models")
    git(made, "checkout", "--quiet", "v1.0.0")
    here = store(tmp_path / "store", "acme-models")
    file = here / "pyproject.toml"
    tables = {
        "uv": '[tool.uv.sources]\nacme-models = { path = "../models", editable = true }\n',
        "poetry": "[tool.poetry.dependencies]\n"
        'acme-models = { path = "../models", develop = true }\n',
    }
    lines = 'version = "0.1.0"\n'
    text = file.read_text().replace(lines, f'{lines}dependencies = ["acme-models"]\n')
    file.write_text(text + tables[source])
    written = at(tool, here)("init")
    assert written.stdout.startswith("The provider is acme-models"), written
    assert at(tool, here).json("--provider-ref", "../models").code == 0
    change(made)
    done = at(tool, here).json("--provider-ref", "../models")
    assert told(done) == ("break", "1.0.0"), done


_DJANGO = {
    "manage.py": "import os, sys\n\n\ndef main():\n"
    "    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
    "    from django.core.management import execute_from_command_line\n"
    "    execute_from_command_line(sys.argv)\n\n\nif __name__ == '__main__':\n    main()\n",
    "shop/__init__.py": "",
    "shop/settings.py": "INSTALLED_APPS = ['orders']\nSECRET_KEY = 'x'\n",
    "orders/__init__.py": "",
    "orders/apps.py": "from django.apps import AppConfig\n\n\nclass Orders(AppConfig):\n"
    "    name = 'orders'\n",
    "orders/views.py": _STORE,
    "orders/migrations/__init__.py": "",
    "orders/migrations/0001_initial.py": "dependencies = []\n",
}
_FLASK = {
    "app.py": "import os\nfrom acme_models import price\n\n\ndef total():\n"
    "    return price(2, note='x')\n\n\nif __name__ == '__main__':\n    print(total())\n",
    "wsgi.py": "from app import total\n",
    "templates/index.html": "<p></p>\n",
    "tests/test_app.py": "import nothing_like_it\n",
}
_SCRIPTS = {
    "nightly-job.py": _STORE,
    "once.py": "import sys\nif len(sys.argv) < 2:\n    sys.exit('usage: once.py FILE')\n"
    "import acme_models\n",
    "old.py": "print 'python 2'\n",
}
FOLDERS = {"django": (_DJANGO, "orders/views.py", 5), "flask": (_FLASK, "app.py", 6),
           "scripts": (_SCRIPTS, "nightly-job.py", 5)}  # fmt: skip


@pytest.mark.parametrize("layout", FOLDERS)
def test_an_application_that_is_no_package(tool: Tool, tmp_path: Path, layout: str) -> None:
    made = models(tmp_path / "models")
    files, file, line = FOLDERS[layout]
    app = tmp_path / "app"
    for name, text in files.items():
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        (app / name).write_text(text)
    (app / "requirements.txt").write_text(f"acme-models @ git+{made.as_uri()}@v1.0.0\n")
    written = at(tool, app)("init")
    assert written.code == 0, written
    same = at(tool, app).json("--provider-ref", "v1.0.0")
    assert same.code == 0, same
    done = at(tool, app).json("--provider-ref", "v1.1.0")
    assert told(done) == ("break", "1.0.0"), done
    (found,) = (item for item in done.report["findings"] if item["severity"] == "break")
    assert (found["location"]["file"], found["location"]["line"]) == (file, line)


def test_a_name_with_a_dot_where_a_colon_belongs(tool: Tool, tmp_path: Path) -> None:
    made = models(tmp_path / "models")
    here = store(tmp_path / "store", f"acme-models @ git+{made.as_uri()}@v1.0.0")
    (here / "contract-check.toml").write_text(
        '[provider]\nname = "acme-models"\n[consumer]\nname = "acme-store"\n'
        '[[contract]]\nname = "price"\nkind = "function"\nprovider = "acme_models.price"\n'
    )
    done = at(tool, here)("--provider-ref", "v1.1.0")
    assert done.code == 1, done


def test_a_script_of_a_package_that_ends_the_process(tool: Tool, tmp_path: Path) -> None:
    made = models(tmp_path / "models")
    here = store(tmp_path / "store", f"acme-models @ git+{made.as_uri()}@v1.0.0")
    (here / "acme_store" / "command.py").write_text(
        "import sys\nfrom acme_models import price\nsys.exit(price(1, note='y') and 'no ID')\n"
    )
    same = at(tool, here).json(*_OWN, "--provider-ref", "v1.0.0")
    assert same.code == 0, same
    done = at(tool, here).json(*_OWN, "--provider-ref", "v1.1.0")
    assert told(done) == ("break", "1.0.0"), done
