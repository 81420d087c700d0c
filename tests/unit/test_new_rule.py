"""The command that starts a new rule."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from scripts.new_rule import RULES, files

ROOT = RULES.parents[2]


@pytest.mark.parametrize(
    ("family", "module", "found_by"),
    [
        ("fields", "fields/some_thing.py", "changed_fields"),
        ("one environment", "one_environment/some_thing.py", "case.candidate.described"),
        ("enums", "some_thing.py", "case.candidate.described"),
    ],
)
def test_a_new_rule_starts_from_a_module_and_a_folder(
    family: str, module: str, found_by: str, tmp_path: Path
) -> None:
    written = {
        path.relative_to(RULES).as_posix(): text
        for path, text in files("some-thing", family).items()
    }
    shown = "examples/some-thing"
    assert set(written) == {
        module,
        f"{shown}/some-thing.md",
        f"{shown}/old.py",
        f"{shown}/consumer.py",
        f"{shown}/it-changes/new.py",
        f"{shown}/it-looks-alike/new.py",
        f"{shown}/it-looks-alike/case.toml",
    }
    assert found_by in written[module]
    assert 'id="some-thing"' in written[module]
    assert f'family="{family}"' in written[module]
    assert tomllib.loads(written[f"{shown}/it-looks-alike/case.toml"]) == {"breaks": False}
    (tmp_path / "some_thing.py").write_text(written[module], encoding="utf-8")
    loaded = subprocess.run(
        [sys.executable, "-c", "import some_thing; print(some_thing.RULES[0].id)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout == "some-thing\n"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("field-removed", "field-removed is a rule already, of fields"),
        ("Field_Removed", "'Field_Removed' is no id: words of small letters, joined by hyphens"),
    ],
)
def test_what_is_no_new_id_is_told(rule: str, told: str) -> None:
    command = [sys.executable, "-m", "scripts.new_rule", rule, "--family", "fields"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.strip()) == (2, told)


def test_nothing_of_the_catalogue_is_left_to_say() -> None:
    files = [path for path in RULES.rglob("*") if path.suffix in (".py", ".md", ".toml")]
    assert len(files) > 1000
    assert [str(p) for p in files if "TODO" in p.read_text(encoding="utf-8")] == []
