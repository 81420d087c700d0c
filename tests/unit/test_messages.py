"""The list of all that the tool says, `make messages`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from scripts.messages import messages

from contract_check.model.problems import PROBLEMS
from contract_check.rules import catalogue

ROOT = Path(__file__).parents[2]
TOLD = messages()
_UNCLEAR = ("is told of", "by itself", "puts up with", "put up with", "is to be", "in another way")
"""Phrases that a reader does not understand without the sentence before."""


@pytest.mark.parametrize("phrase", _UNCLEAR)
def test_no_sentence_is_said_in_words_that_must_be_read_twice(phrase: str) -> None:
    sentences = [(name, text) for name, texts in TOLD.items() for text in texts]
    assert len(sentences) > 1000
    assert [item for item in sentences if phrase in item[1]] == []


def test_summaries_advice_and_errors_are_in_the_list() -> None:
    texts = {text for told in TOLD.values() for text in told}
    summaries = [rule.summary for rule in catalogue() if len(rule.summary.split()) > 4]
    assert len(summaries) > 80
    assert [text for text in summaries if text not in texts] == []
    assert [item.name for item in PROBLEMS if item.advice not in texts] == []


def test_neither_docstrings_nor_programs_nor_examples_are_in_it() -> None:
    texts = [text for told in TOLD.values() for text in told]
    assert [text for text in texts if text.startswith(("import ", "def ", "assert "))] == []
    assert "Every sentence that a person may read" not in " ".join(texts)
    assert [name for name in TOLD if name.startswith("rules/examples")] == []


def test_a_part_of_the_list_can_be_asked_for() -> None:
    command = [sys.executable, "-m", "scripts.messages", "rules/names.py"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = told.strip().splitlines()
    assert lines[0] == "rules/names.py"
    assert "  A field is read from another name" in lines
