"""Starts a new rule: `python -m scripts.new_rule field-renamed --family fields`.

It writes the module of the rule, its document and two cases (one that breaks, one near miss). What
is left to say is marked TODO; CONTRIBUTING.md walks through it. Nothing else names the rule: the
catalogue finds its module, and `make docs` writes its page.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path

RULES = Path(__file__).parent.parent / "src" / "contract_check" / "rules"
OF_FIELDS = ("configuration", "constraints", "fields", "names")
"""Families whose rules compare the fields of models."""

_HEAD = '''"""TODO: what the rule finds, as a question or in one sentence."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case
'''
_FIELDS = """from contract_check.rules.interface import Draft, Rule
from contract_check.rules.pairs import changed_fields, field_draft, shown


def _{name}(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        if old == new:  # TODO: what the two descriptions must show
            continue
        found = shown(case, [pair.locus], {{"rejected"}})  # TODO: what the replay must show
        if found:
            message = f"{{pair}} TODO: says what is so now, in common words"
            yield field_draft(case, pair, message, "TODO: says what to do.", found)
"""
_SYMBOLS = """from contract_check.rules.interface import Draft, Locus, Rule
from contract_check.rules.uses import where
from contract_check.rules.witnesses import import_of, statement


def _{name}(case: Case) -> Iterator[Draft]:
    assert case.baseline is not None
    for ref, new in case.candidate.described.symbols.items():
        old = case.baseline.symbol(ref)
        if old is None or old.kind == new.kind or not case.is_provider(ref):
            continue  # TODO: what the two descriptions must show
        places = where(case, ref)
        if not places:  # nothing of the consumer's meets it
            continue
        yield Draft(
            subject=ref,
            message=f"{{ref}} TODO: says what is so now, in common words",
            hint="TODO: says what to do.",
            loci=(Locus(case.label_of(new)),),
            location=places[0],
            places=places,
            programs=(statement(import_of(ref, "subject"), "TODO: what fails now"),),
        )
"""
_RULE = """

RULES = (
    Rule(
        id="{id}",
        family="{family}",
        summary="TODO: one line, no full stop",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE,),
        witness="{witness}",
        check=_{name},
        rank=50,
    ),
)
"""
_DOCUMENT = """## What it means
TODO: what the rule says.

## Why it breaks
TODO: what goes wrong, and for whom.

## Example
TODO: one change that it names.

## What to do
TODO: what the provider's or the consumer's maintainer does about it.
"""
_PROVIDER = """from pydantic import BaseModel


class Event(BaseModel):
    size: int{change}
"""
_CONSUMER = """from provider import Event


def make():
    return Event(size=1)
"""


def files(rule: str, family: str, rules: Path = RULES) -> Mapping[Path, str]:
    """What a new rule starts from: each file with its text.

    Args:
        rule: the rule's id.
        family: the family's name; where it is a package, the module lies in that.
        rules: the folder of the catalogue.
    """
    name = rule.replace("-", "_")
    package = rules / family.replace(" ", "_")
    of_fields = family in OF_FIELDS
    module = _HEAD + (_FIELDS if of_fields else _SYMBOLS).format(name=name)
    witness = "payload" if of_fields else "code"
    module += _RULE.format(id=rule, family=family, name=name, witness=witness)
    shown = rules / "examples" / rule
    return {
        (package if package.is_dir() else rules) / f"{name}.py": module,
        shown / f"{rule}.md": _DOCUMENT,
        shown / "old.py": _PROVIDER.format(change=""),
        shown / "consumer.py": _CONSUMER,
        shown / "it-changes" / "new.py": _PROVIDER.format(change="  # TODO: the change"),
        shown / "it-looks-alike" / "new.py": _PROVIDER.format(change="  # TODO: a near miss"),
        shown / "it-looks-alike" / "case.toml": "breaks = false\n",
    }


def main() -> int:
    """Write the files of a new rule, never over others; 2 where the id can't be one."""
    from contract_check.rules import catalogue

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rule", help="the id, as field-renamed")
    known = {rule.id: rule.family for rule in catalogue()}
    families = sorted(set(known.values()))
    parser.add_argument("--family", required=True, help=f"one of {', '.join(families)}, or another")
    given = parser.parse_args()
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", given.rule) is None:
        print(
            f"{given.rule!r} is no id: words of small letters, joined by hyphens", file=sys.stderr
        )
        return 2
    if given.rule in known:
        print(f"{given.rule} is a rule already, of {known[given.rule]}", file=sys.stderr)
        return 2
    written = files(given.rule, given.family)
    if there := [path for path in written if path.exists()]:
        print(f"{there[0]} is there already", file=sys.stderr)
        return 2
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(RULES.parents[2]))
    print(f'then: make docs, make test ARGS="tests/rules/test_examples.py -k {given.rule}"')
    return 0


if __name__ == "__main__":
    sys.exit(main())
