"""The small pairs in `tests/field`, cut from public bug reports: each a whole run, unconfigured.

`tests/field/expected.toml` says what each must come to. The packages become wheels here, so that
nothing is built; pairs without third parties need no registry.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.packages import nothing_but, wheel
from tests.support.tool import Checked, Tool

FIELD = Path(__file__).parents[1] / "field"
ROWS: dict[str, dict[str, Any]] = tomllib.loads(
    (FIELD / "expected.toml").read_text(encoding="utf-8")
)
MOST_BREAKS = 3
PENDING: Mapping[str, str] = {}
"""Rows that are not right yet, and what is missing. Whoever mends one takes its line out."""


def _project(pair: str, part: str) -> dict[str, Any]:
    text = (FIELD / pair / part / "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project


def _requires(pair: str, part: str) -> list[str]:
    found: list[str] = _project(pair, part).get("dependencies", [])
    return found


def _is_alone(pair: str) -> bool:
    """Whether provider and consumer need nobody else, so that no registry is asked."""
    named = {_project(pair, "old")["name"]}
    needed = {name for part in ("old", "new", "consumer") for name in _requires(pair, part)}
    return needed <= named and not ROWS[pair].get("with")


def _packed(pair: str, part: str, folder: Path) -> Path:
    """A wheel of one package of a pair."""
    project, home = _project(pair, part), FIELD / pair / part
    root = home / "src" if (home / "src").is_dir() else home
    files = {
        str(file.relative_to(root)): file.read_text(encoding="utf-8")
        for file in sorted(root.rglob("*.py"))
    }
    return wheel(
        folder / part,
        project["name"],
        project["version"],
        requires=_requires(pair, part),
        files=files,
        requires_python=project.get("requires-python"),
    )


def _options(pair: str, folder: Path) -> Iterator[str]:
    row, name = ROWS[pair], _project(pair, "old")["name"]
    yield from ("--provider", name, "--consumer", _project(pair, "consumer")["name"])
    if pair == "env-stale-folder":
        environment, source = _stale_environment(pair, folder)
        yield from ("--environment", str(environment), "--provider-ref", str(source))
        return
    baseline = row.get("baseline") or str(_packed(pair, "old", folder))
    yield from ("--provider-ref", str(_packed(pair, "new", folder)), "--baseline", baseline)
    yield from ("--consumer-ref", str(_packed(pair, "consumer", folder)))
    for requirement in row.get("with", ()):
        yield from ("--with", requirement)


def _stale_environment(pair: str, folder: Path) -> tuple[Path, Path]:
    """An environment with a folder's old content, and that folder with its new content."""
    source, environment = folder / "source", folder / "environment"
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, environment], check=True)
    install: list[str | Path] = [uv, "pip", "install", "-q"]
    install += ["--python", environment / "bin" / "python"]
    for part in ("old", "consumer"):
        _copy(FIELD / pair / part, source)
        subprocess.run([*install, "--no-deps", source], check=True)
        if part == "old":
            subprocess.run([*install, "pydantic"], check=True)
    _copy(FIELD / pair / "new", source)
    return environment, source


def _copy(origin: Path, target: Path) -> None:
    subprocess.run(["rm", "-rf", str(target)], check=True)
    subprocess.run(["cp", "-r", str(origin), str(target)], check=True)


def _run(tool: Tool, pair: str, folder: Path) -> Checked:
    env = nothing_but(folder) if _is_alone(pair) and pair != "env-stale-folder" else {}
    own = Tool(tool.cache, tool.folder, tool.temporary, env)
    return own.json(*_options(pair, folder))


def _params() -> Iterator[Any]:
    for pair in ROWS:
        marks = [] if _is_alone(pair) and pair != "env-stale-folder" else [pytest.mark.registry]
        if pair in PENDING:
            marks.append(pytest.mark.xfail(reason=PENDING[pair], strict=True))
        yield pytest.param(pair, marks=marks, id=pair)


@pytest.mark.parametrize("pair", list(_params()))
def test_a_pair_comes_to_what_its_row_says(pair: str, tool: Tool, tmp_path: Path) -> None:
    row, done = ROWS[pair], _run(tool, pair, tmp_path / "packages")
    breaks = [
        item
        for item in done.report["findings"]
        if item["severity"] == "break" and item["suppressed"] is None
    ]
    rules = [item["rule"] for item in breaks]
    assert done.code == row["exit"], done
    assert row.get("rule", "") in ["", *rules]
    assert row.get("not-rule") not in rules
    assert len(rules) <= row.get("breaks", MOST_BREAKS), rules
    assert row.get("says", "") in done.stdout
    unproved = [item["rule"] for item in breaks if not (item["witness"] or {}).get("confirmed")]
    assert unproved == []


def test_rows_that_are_pending_are_rows() -> None:
    assert set(PENDING) <= set(ROWS)
