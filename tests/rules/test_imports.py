"""What the consumer imports: submodules of a package, and names it reads off a module."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import examine_example, run_example

from contract_check.model.report import Verdict
from contract_check.rules import Example

_BASE = "class Base:\n    pass\n"
_EAGER = "from provider import base\n\ndef run():\n    return base.Base()\n"
_LAZY = "def run():\n    from provider import base\n    return base.Base()\n"


def _example(base: str, consumer: str, init: str = "") -> Example:
    return Example(
        title="submodules",
        old={"__init__.py": init, "base.py": _BASE},
        new={"__init__.py": "", "base.py": base},
        consumer=consumer,
    )


@pytest.mark.parametrize("consumer", [_EAGER, _LAZY], ids=["eager", "lazy"])
@pytest.mark.parametrize(
    ("first", "rule", "says"),
    [
        ("import no_such_thing\n", "dependency-undeclared", "provider.base imports no_such_thing"),
        ("from pydantic import no_such_name\n", "import-failed", "fails in provider/base.py, line"),
        ("raise RuntimeError('no disk')\n", "import-failed", "RuntimeError: no disk"),
    ],
)
def test_a_submodule_that_fails_to_import_is_not_called_gone(
    first: str, rule: str, says: str, consumer: str, tmp_path: Path
) -> None:
    judgement = examine_example(_example(first + _BASE, consumer), tmp_path).judgement
    (found,) = judgement.findings
    assert found.rule == rule
    assert says in found.message
    assert found.location is not None
    assert {(item.status, item.checks[0].findings) for item in judgement.contracts} == {
        ("failed", (found.id,))
    }


def test_a_submodule_that_is_imported_in_a_function_is_there(tmp_path: Path) -> None:
    judgement = examine_example(_example(_BASE, _LAZY), tmp_path).judgement
    assert (judgement.verdict, judgement.findings) == (Verdict.COMPATIBLE, ())


def test_a_submodule_that_is_gone_is_called_gone(tmp_path: Path) -> None:
    example = Example(
        title="gone",
        old={"__init__.py": "", "base.py": _BASE},
        new={"__init__.py": ""},
        consumer=_LAZY,
    )
    found = run_example(example, tmp_path)
    assert [item.message for item in found.breaks] == [
        "base is no longer in provider, and consumer imports it from there"
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("TIMEOUT = 3\n", "", "TIMEOUT is no longer in provider, and consumer reads it there"),
        (
            "from provider import base\n",
            "",
            "base is no longer in provider, and consumer reads it there",
        ),
    ],
    ids=["constant", "submodule that nobody imports"],
)
def test_what_is_read_off_a_module_is_not_said_to_be_imported(
    old: str, new: str, says: str, tmp_path: Path
) -> None:
    name = says.partition(" ")[0]
    example = Example(
        title="read",
        old={"__init__.py": old, "base.py": _BASE},
        new={"__init__.py": new, "base.py": _BASE},
        consumer=f"import provider as gb\n\ndef run():\n    return gb.{name}\n",
    )
    (found,) = run_example(example, tmp_path).findings
    assert found.message == says
    assert found.location is not None
    assert found.location.line == 4
    assert found.witness is not None
    assert found.witness.confirmed


def test_a_new_warning_is_proved_where_the_import_warns_of_something_else_too(
    tmp_path: Path,
) -> None:
    warn = "import warnings\nwarnings.warn('{} (v1+)', DeprecationWarning)\n"
    example = Example(
        title="a new warning beside an old one",
        old=warn.format("old") + _BASE,
        new=warn.format("old") + warn.format("new") + _BASE,
        consumer="from provider import Base\n",
    )
    (found,) = examine_example(example, tmp_path).judgement.findings
    assert (found.rule, found.severity) == ("import-warns", "warning")
    assert found.witness is not None
    assert found.witness.confirmed


def test_what_importlib_misses_of_a_package_that_failed_is_no_cause_of_its_own(
    tmp_path: Path,
) -> None:
    example = Example(
        title="a package that failed, and one that asks for it",
        old=_BASE,
        new="",
        consumer={
            "__init__.py": "from consumer import part\nfrom provider import Base\n",
            "part/__init__.py": "",
            "part/late.py": "import sys\n\nwhole = sys.modules['consumer']\n",
        },
    )
    findings = examine_example(example, tmp_path).judgement.findings
    assert [found.rule for found in findings] == ["symbol-removed"]


@pytest.mark.parametrize(
    ("caught", "statement", "rules"),
    [
        ("ModuleNotFoundError", "from provider import helper", ["symbol-removed"]),
        ("ModuleNotFoundError", "from provider.helper import Thing", []),
        ("ModuleNotFoundError", "import provider.helper", []),
        ("(ModuleNotFoundError, ImportError)", "from provider import helper", []),
        ("ImportError", "from provider import helper", []),
    ],
)
def test_a_handler_of_missing_modules_does_not_catch_a_missing_name(
    caught: str, statement: str, rules: list[str], tmp_path: Path
) -> None:
    example = Example(
        title="a helper that is gone",
        old={"__init__.py": _BASE, "helper.py": "class Thing:\n    pass\n"},
        new={"__init__.py": _BASE},
        consumer="from provider import Base\n\n"
        f"def patch():\n    try:\n        {statement}\n    except {caught}:\n        return\n",
    )
    findings = examine_example(example, tmp_path).judgement.findings
    assert [found.rule for found in findings if found.severity == "break"] == rules


@pytest.mark.parametrize("compared", [True, False])
def test_a_second_package_of_the_consumers_that_lacks_a_third_party_is_listed(
    tmp_path: Path, compared: bool
) -> None:
    example = Example(
        title="a server that comes with an extra",
        old=None if not compared else {"__init__.py": _BASE, "part.py": ""},
        new={"__init__.py": _BASE, "part.py": ""},
        consumer={
            "__init__.py": "from provider import Base\n",
            "../server/__init__.py": "import no_such_thing\nfrom provider import part\n",
        },
    )
    judgement = examine_example(example, tmp_path).judgement
    assert (judgement.verdict, judgement.errors) == (Verdict.COMPATIBLE, ())
