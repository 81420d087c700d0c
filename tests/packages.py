"""Small packages made by tests: wheels written by hand, projects with a build backend of their own.

Neither needs a package registry.
"""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def wheel(
    folder: Path,
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    files: Mapping[str, str] | None = None,
    requires_python: str | None = None,
    extras: Sequence[str] = (),
) -> Path:
    """Write a pure wheel and return it; without `files` it holds one module that says its version.

    Args:
        folder: where; made if missing.
        files: path in the wheel to text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    metadata += [f"Requires-Dist: {line}" for line in requires]
    metadata += [f"Provides-Extra: {extra}" for extra in extras]
    metadata += [f"Requires-Python: {requires_python}"] if requires_python else []
    content = dict(files or {f"{module}/__init__.py": f"version = {version!r}\n"})
    content[f"{info}/METADATA"] = "\n".join([*metadata, ""])
    content[f"{info}/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    path = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in content.items():
            archive.writestr(file, text)
        record = [f"{file},sha256={_digest(text)},{len(text)}" for file, text in content.items()]
        archive.writestr(f"{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,", ""]))
    return path


def nothing_but(house: Path) -> dict[str, str]:
    """The index settings with which uv and pip see the packages of a folder, and no others."""
    empty = house.with_name(f"{house.name}-index")
    empty.mkdir(exist_ok=True)
    uv = {"UV_FIND_LINKS": str(house), "UV_DEFAULT_INDEX": empty.as_uri()}
    pip = {"PIP_FIND_LINKS": str(house), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    return uv | pip


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


BACKEND = """
import os, pathlib, zipfile

NAME, VERSION, MODULE = {name!r}, {version!r}, {module!r}

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    {before}
    info = f"{{MODULE}}-{{VERSION}}.dist-info"
    file = f"{{MODULE}}-{{VERSION}}-py3-none-any.whl"
    content = {{f"{{info}}/METADATA": f"Metadata-Version: 2.1\\nName: {{NAME}}\\n"
                + f"Version: {{VERSION}}\\n" + {requires!r},
               f"{{info}}/WHEEL": "Wheel-Version: 1.0\\nGenerator: tests\\n"
                "Root-Is-Purelib: true\\nTag: py3-none-any\\n"}}
    for path in sorted(pathlib.Path(MODULE).rglob("*.py")):
        content[path.as_posix()] = path.read_text()
    content[f"{{MODULE}}/build_environment.py"] = f"names = {{sorted(os.environ)!r}}\\n"
    record = "".join(f"{{name}},,\\n" for name in [*content, f"{{info}}/RECORD"])
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / file, "w") as archive:
        for name, text in {{**content, f"{{info}}/RECORD": record}}.items():
            archive.writestr(name, text)
    pathlib.Path("LEFTOVER").write_text("left by the build")
    return file
"""


def project(
    folder: Path,
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    source: str = "version = 'folder'\n",
    before: str = "pass",
) -> Path:
    """Write a project with a build backend in its own tree, and return its folder.

    The backend leaves a file behind, and packs the names of the environment variables it sees
    as the module `build_environment`.

    Args:
        source: the text of the package's `__init__.py`.
        before: a statement the backend runs first.
    """
    module = name.replace("-", "_")
    (folder / module).mkdir(parents=True)
    (folder / module / "__init__.py").write_text(source, encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "{version}"\n\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        encoding="utf-8",
    )
    lines = "".join(f"Requires-Dist: {line}\n" for line in requires)
    (folder / "backend.py").write_text(
        BACKEND.format(name=name, version=version, module=module, requires=lines, before=before),
        encoding="utf-8",
    )
    return folder


def repository(folder: Path) -> str:
    """Make a git repository of a folder with one commit, and return the commit."""
    identity = {"GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@t"}
    identity |= {"GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@t"}
    environment = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull}

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    git("init", "--quiet", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--quiet", "--message=first")
    return git("rev-parse", "HEAD")
