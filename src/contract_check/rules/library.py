"""The documents and examples of the rules: files in `examples/`, read when they are asked for.

    examples/field-removed/field-removed.md        what `explain` and the documentation show
    examples/field-removed/old.py, consumer.py     what its cases have in common
    examples/field-removed/a-field-goes/new.py     one case: the provider after the change
    examples/field-removed/a-field-goes/case.toml  what else there is to say of it, if anything

A case has `new.py`. Of `old.py`, `consumer.py` and `contracts.toml` it has its own, or its rule has
one for all. A folder (`old/`) in place of a module is a package of several modules.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).with_name("examples")
Sources = str | Mapping[str, str]
"""A package's source: one module's text, or file name (`sub/module.py`) to text."""


@dataclass(frozen=True)
class Example:
    """A small provider and consumer that show a rule, or a near miss of it.

    Args:
        title: what changes, in a few words.
        new: the provider's source after the change; its package is named `provider`.
        consumer: the consumer's source; its package is named `consumer`.
        breaks: whether the rule must be found; a near miss (False) must show no break at all.
        old: the provider's source before; None for a rule that one environment shows.
        contracts: declared contracts, as TOML.
        requirement: requirement metadata of the consumer on the provider, `provider<2`, if any;
            the provider's version is 1.
        requires_python: the provider's Requires-Python after the change, if any.
        read_types: the type checker reads it too, as in a whole run.
    """

    title: str
    new: Sources
    consumer: Sources
    breaks: bool = True
    old: Sources | None = None
    contracts: str = ""
    requirement: str | None = None
    requires_python: str | None = None
    read_types: bool = False


class _CaseFile(BaseModel):
    """`case.toml`: what `Example` says beside the sources; the title if the folder's name is not
    it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str | None = None
    breaks: bool = True
    requirement: str | None = None
    requires_python: str | None = None
    read_types: bool = False


@cache
def document_of(rule: str) -> str:
    """A rule's documentation: Markdown under the four headings of every rule.

    Args:
        rule: its id.

    Raises:
        FileNotFoundError: there is none.
    """
    return (FOLDER / rule / f"{rule}.md").read_text(encoding="utf-8").strip()


@cache
def examples_of(rule: str) -> tuple[Example, ...]:
    """A rule's examples, by the names of their folders; none if it has none.

    Args:
        rule: its id.

    Raises:
        FileNotFoundError: a case has no `new.py`, or no `consumer.py`.
        pydantic.ValidationError: a `case.toml` says what no example has.
    """
    folder = FOLDER / rule
    cases = (item for item in sorted(folder.iterdir()) if _is_case(item))
    return tuple(_example(folder, case) for case in cases)


def _is_case(path: Path) -> bool:
    return path.is_dir() and path.name not in ("old", "consumer", "__pycache__")


def _example(rule: Path, case: Path) -> Example:
    new, consumer = _sources(case, "new"), _sources(case, "consumer") or _sources(rule, "consumer")
    if new is None or consumer is None:
        raise FileNotFoundError(f"{case}: a case needs new.py and consumer.py (or the rule's)")
    about = _CaseFile.model_validate(tomllib.loads(_text(case / "case.toml")))
    return Example(
        title=about.title or case.name.replace("-", " "),
        new=new,
        consumer=consumer,
        old=_sources(case, "old") or _sources(rule, "old"),
        contracts=_text(case / "contracts.toml") or _text(rule / "contracts.toml"),
        **about.model_dump(exclude={"title"}),
    )


def _sources(folder: Path, name: str) -> Sources | None:
    """The module or the package of a name in a folder; None if neither is there."""
    package = folder / name
    if package.is_dir():
        files = sorted(package.rglob("*.py"))
        return {f.relative_to(package).as_posix(): _text(f) for f in files}
    return _text(folder / f"{name}.py") or None


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
