"""Lines that a report names exist in the consumer's checkout, however its project is laid out."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from tests.support import pair as pairs
from tests.support.tool import Tool

LINE = "return total(prices, currency='USD')"


@pytest.mark.parametrize(
    ("below", "src", "path"),
    [
        ("", True, "src/acme_bills/__init__.py"),
        ("", False, "acme_bills/__init__.py"),
        ("services/bills", True, "services/bills/src/acme_bills/__init__.py"),
    ],
    ids=["src", "flat", "monorepo"],
)
def test_every_format_names_the_line_in_the_checkout(
    tool: Tool, tmp_path: Path, below: str, src: bool, path: str
) -> None:
    pair = pairs.make(tmp_path / "pair", below=below, src=src)
    at_home = replace(tool, folder=pair.consumer, env=pair.env)
    outputs = {
        name: tmp_path / f"report.{name}" for name in ("sarif", "github", "gitlab", "markdown")
    }
    formats = [f"--format={name}={file}" for name, file in outputs.items()]
    done = at_home.json(*pair.options, "--core-ref", "2.0", *formats)
    assert done.code == 1, done
    (finding,) = done.report["findings"]
    assert finding["location"]["file"] == "acme_bills/__init__.py"
    assert finding["location"]["path"] == path
    lines = (pair.top / path).read_text(encoding="utf-8").splitlines()
    assert lines[finding["location"]["line"] - 1].strip() == LINE
    assert done.report["consumer"]["manifest"] == "/".join(filter(None, (below, "pyproject.toml")))

    line = finding["location"]["line"]
    (run,) = json.loads(outputs["sarif"].read_text(encoding="utf-8"))["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == path
    assert place["region"]["startLine"] == line
    assert f"file={path},line={line}," in outputs["github"].read_text(encoding="utf-8")
    (issue,) = json.loads(outputs["gitlab"].read_text(encoding="utf-8"))
    assert issue["location"] == {"path": path, "lines": {"begin": line}}
    assert f"`{path}:{line}`" in outputs["markdown"].read_text(encoding="utf-8")


def test_of_a_commit_too(tool: Tool, tmp_path: Path) -> None:
    pair = pairs.make(tmp_path / "pair", below="services/bills")
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=pair.top, check=True, capture_output=True, text=True
    ).stdout.strip()
    ref = f"git+{pair.top.as_uri()}@{commit}#subdirectory=services/bills"
    done = replace(tool, env=pair.env).json(
        *pair.options, "--core-ref", "2.0", "--store-ref", ref, "--baseline", "1.0"
    )
    assert done.code == 1, done
    (finding,) = done.report["findings"]
    assert finding["location"]["path"] == "services/bills/src/acme_bills/__init__.py"
