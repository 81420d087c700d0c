"""The documents and examples of the rules, as files."""

from __future__ import annotations

import subprocess
import sys

import pytest

from contract_check.rules import catalogue
from contract_check.rules.library import FOLDER, examples_of
from contract_check.rules.ran import RUN_RULES

_FILES = {"old.py", "new.py", "consumer.py", "contracts.toml", "case.toml"}
_OPENED = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from contract_check.rules import catalogue
rule = catalogue()[0]
before = [name for name in opened if "examples" in name]
rule.doc, rule.examples
after = [name for name in opened if "examples" in name]
print(len(before), len(after) > 0)
"""


def test_every_folder_is_a_rule_and_every_rule_has_one() -> None:
    known = {rule.id for rule in catalogue()} | {rule.id for rule in RUN_RULES}
    assert {path.name for path in FOLDER.iterdir()} == known


def test_no_file_lies_there_that_nobody_reads() -> None:
    files = [path.relative_to(FOLDER) for path in FOLDER.rglob("*") if path.is_file()]
    modules = {"old", "new", "consumer"}  # folders of packages, whose files have names of their own
    own = [p for p in files if p.suffix != ".pyc" and not modules & {*p.parts[1:-1]}]
    assert len(own) > 1000
    strange = [str(path) for path in own if path.name not in {*_FILES, f"{path.parts[0]}.md"}]
    assert strange == []


def test_a_case_takes_from_its_rule_what_it_lacks() -> None:
    found = {example.title: example for example in examples_of("bound-tightened")}
    rises, alias = found["a minimum rises"], found["a minimum of an alias rises"]
    assert rises.breaks
    assert not found["an equal bound spelled otherwise"].breaks
    assert isinstance(rises.new, str)
    assert isinstance(rises.old, str)
    assert "size: int = Field(gt=0)" in rises.old
    assert "size: int = Field(ge=5)" in rises.new
    assert rises.consumer == found["a maximum is added"].consumer
    assert alias.consumer != rises.consumer


def test_a_package_of_several_modules_is_a_folder() -> None:
    found = {example.title: example for example in examples_of("module-removed")}
    moved = found["a module moves without a shim"]
    assert not isinstance(moved.new, str)
    assert sorted(moved.new) == ["__init__.py", "messages.py"]


def test_a_case_without_a_consumer_is_told(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "some-rule" / "a-case").mkdir(parents=True)
    (folder / "some-rule" / "a-case" / "new.py").write_text("A = 1\n", encoding="utf-8")
    monkeypatch.setattr("contract_check.rules.library.FOLDER", folder)
    with pytest.raises(FileNotFoundError, match=r"a case needs new\.py and consumer\.py"):
        examples_of("some-rule")


def test_the_catalogue_is_there_before_any_example_is_read() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _OPENED], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["0", "True"]
