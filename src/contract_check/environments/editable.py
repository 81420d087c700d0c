"""Distributions installed in editable mode: their modules lie in a project's folder.

What such an installation leaves in the environment is not standardized (PEP 660); read here are a
`.pth` file with the folder, and the finder of setuptools with its table of packages.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import Distribution, distributions
from pathlib import Path

from contract_check.environments.contents import distribution
from contract_check.environments.values import Editable, Installed
from contract_check.model.errors import CheckError

_NOT_INSTALLED = frozenset(
    {"benchmarks", "build", "dist", "doc", "docs", "example", "examples", "scripts", "test",
     "tests", "tools"}
)  # fmt: skip
"""Folders of a project whose packages lie at its top that are no part of what it installs."""


def located(found: Installed) -> Installed:
    """The same, with where its modules lie if it was installed in editable mode.

    Raises:
        CheckError: it was, in a way that does not tell where they are.
    """
    known = distribution(found)
    if known is None or not _is_editable(found, known):
        return found
    folders = dict(_folders(known, found.location))
    if len(folders) == 1:
        ((folder, names),) = folders.items()
        own = found.name.replace("-", "_")
        names = names or _declared(known) or _names(folder, own)
        files = tuple(sorted(_files(folder, names)))
        if files:
            return replace(found, editable=Editable(folder, files))
    raise CheckError(
        f"{found.name} is installed in editable mode in the environment given, in a way that does "
        "not tell where its modules are.",
        stage="environment",
        side="candidate",
        hint="Install it there without --editable, or leave --environment out to have one built.",
    )


def editable_folders(site: Iterable[Path]) -> tuple[Path, ...]:
    """The folders that packages installed in editable mode take their modules from."""
    found: dict[Path, None] = {}
    for place in site:
        for known in distributions(path=[str(place)]):
            with suppress(SyntaxError, ValueError):  # a finder of another making
                found.update((folder, None) for folder, _ in _folders(known, place))
    return tuple(found)


def _is_editable(found: Installed, known: Distribution) -> bool:
    info = (found.direct_url or {}).get("dir_info")
    if isinstance(info, dict) and info.get("editable") is True:
        return True
    names = [str(file) for file in known.files or ()]
    modules = [name for name in names if name.endswith(".py") and not _is_finder(name)]
    return not modules and any(name.endswith(".pth") for name in names)


def _is_finder(name: str) -> bool:
    return name.startswith("__editable__") and name.endswith("_finder.py")


def _folders(known: Distribution, site: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The folders that a distribution puts on the path; with the names found there, if listed."""
    for name in map(str, known.files or ()):
        if name.endswith(".pth") and "/" not in name:
            for line in _text(site / name).splitlines():
                if line.strip() and not line.startswith(("import ", "import\t", "#")):
                    yield (site / line.strip()).resolve(), ()
        elif _is_finder(name):
            yield from _mapped(_text(site / name))


def _mapped(source: str) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """What the finder of setuptools maps: packages of one folder, by their own names."""
    table: object = None
    for node in ast.parse(source).body:
        # With or without an annotation, by the version of setuptools.
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            table = ast.literal_eval(node.value) if ast.unparse(target) == "MAPPING" else table
    found: dict[Path, tuple[str, ...]] = {}
    for name, place in table.items() if isinstance(table, dict) else ():
        parts, path = str(name).split("."), Path(str(place))
        # Elsewhere than under its own name: a folder that does not exist, so that it is refused.
        named = list(path.parts[-len(parts) :]) == parts
        folder = path.parents[len(parts) - 1] if named else path / name
        found[folder] = (*found.get(folder, ()), str(name).replace(".", "/"))
    yield from found.items()


def _text(file: Path) -> str:
    with suppress(OSError):
        return file.read_text(encoding="utf-8", errors="replace")
    return ""


def _declared(known: Distribution) -> tuple[str, ...]:
    return tuple((known.read_text("top_level.txt") or "").split())


def _names(folder: Path, name: str) -> tuple[str, ...]:
    """The modules and packages in a folder, without what lies beside them in a project."""
    if not any((folder / file).exists() for file in ("pyproject.toml", "setup.py")):
        return tuple(path.stem for path in folder.glob("*"))
    packages = (path.parent.name for path in folder.glob("*/__init__.py"))
    return (*(package for package in packages if package not in _NOT_INSTALLED), name)


def _files(folder: Path, names: Iterable[str]) -> Iterator[str]:
    for name in sorted(set(names)):
        if (folder / f"{name}.py").is_file():
            yield f"{name}.py"
        for path in (folder / name).rglob("*.py"):
            yield path.relative_to(folder).as_posix()
