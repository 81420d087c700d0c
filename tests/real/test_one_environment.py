"""Copies of the real Core 1.4.61, changed, with the real Store, in one environment alone.

Third-party packages are those of the running environment; the two packages under test stand in
front of them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from contract_check.config import Options, load
from contract_check.judge import Judgement
from contract_check.model.observation import Installed
from contract_check.model.report import Finding, Severity, Verdict
from contract_check.pipeline import Subject, examine

pytestmark = pytest.mark.registry

_CORE, _STORE = "market-data-core==1.4.61", "market-data-store==0.6.73"
_FEEDBACK = "telemetry/backpressure.py"
_HEALTH = "telemetry/health.py"


@dataclass(frozen=True)
class Change:
    """A change of the real Core, as a replacement of text in one file.

    Args:
        file: inside the package `market_data_core`.
        old: must stand there exactly once.
        new: takes its place.
        rules: one of these must be found; none for a change that breaks nothing.
    """

    file: str
    old: str
    new: str
    rules: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Packages:
    """Folders with the real Core and the real Store, each alone."""

    core: Path
    store: Path


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    folder = tmp_path_factory.mktemp("real")
    found = Packages(folder / "core", folder / "store")
    uv = Path(sys.executable).with_name("uv")
    for requirement, target in ((_CORE, found.core), (_STORE, found.store)):
        command = [str(uv) if uv.exists() else "uv", "pip", "install", "--quiet", "--no-deps"]
        command += ["--python", sys.executable, "--target", str(target), requirement]
        subprocess.run(command, check=True, timeout=120)
    return found


def _change(file: str, old: str, new: str, *rules: str) -> Change:
    return Change(file, old, new, frozenset(rules))


_REFUSES_STORE = """
    @field_validator("source")
    @classmethod
    def _known(cls, value: str) -> str:
        if value == "store":
            raise ValueError("not a source")
        return value

    class Config:
        frozen = True


class RateAdjustment"""
_FROZEN = "\n    class Config:\n        frozen = True\n\n\nclass RateAdjustment"

BREAKS = {
    "queue size removed": _change(
        _FEEDBACK,
        '    queue_size: int = Field(..., ge=0, description="Current queue size")\n',
        "",
        *("factory-incomplete", "roundtrip-failed", "member-not-there"),
    ),
    "source removed": _change(
        _FEEDBACK,
        '    source: str = Field(default="store", description="Source component '
        '(store, pipeline, etc.)")\n',
        "",
        *("factory-incomplete", "roundtrip-failed"),
    ),
    "details removed": _change(
        _HEALTH,
        "    details: dict[str, str] = Field(default_factory=dict, "
        'description="Component-specific details")\n',
        "",
        "roundtrip-failed",
    ),
    "required field added": _change(
        _FEEDBACK,
        "    capacity: int",
        "    shard: str\n    capacity: int",
        "factory-failed",
    ),
    "required field added to health": _change(
        _HEALTH,
        '    version: str = Field(..., description="Service version")',
        "    version: str\n    region: str",
        *("superset-parse-failed", "endpoint-failed"),
    ),
    "extras forbidden": _change(
        _FEEDBACK,
        _FROZEN,
        _FROZEN.replace("frozen = True", 'frozen = True\n        extra = "forbid"'),
        "subset-parse-failed",
    ),
    "value changed": _change(_FEEDBACK, 'soft = "soft"', 'soft = "SOFT"', "enum-value-changed"),
    "values swapped": _change(
        _FEEDBACK,
        '    soft = "soft"  # Approaching capacity, throttle recommended\n    hard = "hard"',
        '    soft = "hard"\n    hard = "soft"',
        "enum-values-swapped",
    ),
    "member removed": _change(
        _FEEDBACK, '    hard = "hard"  # At capacity, must throttle\n', "", "enum-member-removed"
    ),
    "member removed that scenarios use": _change(
        _FEEDBACK,
        '    soft = "soft"  # Approaching capacity, throttle recommended\n',
        "",
        "enum-member-removed",
    ),
    "member renamed": _change(_FEEDBACK, 'hard = "hard"', 'HARD = "hard"', "enum-member-renamed"),
    "no strings any more": _change(_FEEDBACK, "(str, Enum)", "(Enum)", "enum-base-changed"),
    "degraded removed": _change(
        _HEALTH, '["healthy", "degraded", "unhealthy"]', '["healthy", "unhealthy"]',
        "enum-values-differ",
    ),
    "healthy removed": _change(
        _HEALTH, '["healthy", "degraded", "unhealthy"]', '["degraded", "unhealthy"]',
        "enum-values-differ",
    ),
    "details are numbers": _change(
        _HEALTH, "dict[str, str]", "dict[str, int]", "superset-parse-failed"
    ),
    "a validator refuses the Store": _change(
        _FEEDBACK, _FROZEN, _REFUSES_STORE, *("factory-failed", "superset-parse-failed")
    ),
    "a validator of the model refuses what is full": _change(
        _FEEDBACK,
        _FROZEN,
        "\n    @model_validator(mode='after')\n    def _room(self):\n"
        "        if self.queue_size >= self.capacity:\n"
        "            raise ValueError('full')\n        return self\n" + _FROZEN,
        *("factory-failed", "superset-parse-failed"),
    ),
    "a field with the name of a property of the Store's": _change(
        _FEEDBACK,
        "    capacity: int",
        "    utilization: float = 0.0\n    capacity: int",
        "field-shadows-consumer-attribute",
    ),
    "the class is renamed": _change(
        _FEEDBACK,
        "class FeedbackEvent(BaseModel):",
        "class FeedbackMessage(BaseModel):",
        *("import-failed", "symbol-removed"),
    ),
    "a syntax error": _change(
        _FEEDBACK, "class FeedbackEvent(BaseModel):", "class (BaseModel):", "import-failed"
    ),
    "an undeclared import": _change(
        _FEEDBACK, "from enum import Enum", "import orphan\nfrom enum import Enum",
        "dependency-undeclared",
    ),
    "the bus is called otherwise": _change(
        "events/__init__.py",
        "from .factory import create_event_bus,",
        "from .factory import create_event_bus as make_event_bus,",
        "symbol-removed",
    ),
}  # fmt: skip

HARMLESS = {
    "nothing": _change(_FEEDBACK, _FROZEN, _FROZEN),
    "optional field added": _change(
        _FEEDBACK, "    capacity: int", "    shard: str | None = None\n    capacity: int"
    ),
    "a bound written otherwise": _change(
        _FEEDBACK, "capacity: int = Field(..., gt=0,", "capacity: int = Field(..., ge=1,"
    ),
    "JSON printed at import": _change(
        _FEEDBACK,
        "from enum import Enum",
        'from enum import Enum\n\nprint(\'{"verdict": "break"}\')',
    ),
    "another docstring": _change(
        _FEEDBACK, '"""Backpressure severity levels."""', '"""How full it is."""'
    ),
    "fields in another order": _change(
        _HEALTH,
        '    name: str = Field(..., description="Component name")\n'
        '    state: HealthState = Field(..., description="Health state")\n',
        '    state: HealthState = Field(..., description="Health state")\n'
        '    name: str = Field(..., description="Component name")\n',
    ),
}


@pytest.fixture
def judged(packages: Packages, tmp_path: Path) -> Callable[[Change], Judgement]:
    """Examines a changed Core, without a baseline."""

    def examined(change: Change) -> Judgement:
        core = shutil.copytree(packages.core, tmp_path / "core")
        file = core / "market_data_core" / change.file
        text = file.read_text(encoding="utf-8")
        assert text.count(change.old) == 1, change.old
        text = text.replace(change.old, change.new)
        text = text.replace(
            "from pydantic import", "from pydantic import field_validator, model_validator,", 1
        )
        file.write_text(text, encoding="utf-8")
        (tmp_path / "home").mkdir()
        work = tmp_path / "work"
        work.mkdir()
        environ = {"HOME": str(tmp_path / "home")}
        settings = load(Options(provider_ref="./core"), tmp_path, environ)
        subject = Subject(
            side="candidate",
            python=Path(sys.executable),
            provider=_installed("market-data-core", core),
            consumer=_installed("market-data-store", packages.store),
            site=packages.store,
            files=_files(packages.store),
            paths=(core, packages.store),
        )
        return examine([subject], settings, work).judgement

    return examined


def _files(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py")))


def _installed(name: str, folder: Path) -> Installed:
    modules = [file.removesuffix(".py").removesuffix("/__init__") for file in _files(folder)]
    names = [module.replace("/", ".") for module in modules if not module.endswith("__main__")]
    roots = {module.partition(".")[0] for module in names}
    return Installed(name=name, version="0", roots=tuple(sorted(roots)), modules=tuple(names))


def _told(findings: tuple[Finding, ...]) -> str:
    return "\n".join(f"{f.rule} {f.severity} {f.subject} {f.path}: {f.message}" for f in findings)


@pytest.mark.parametrize("change", [pytest.param(c, id=n) for n, c in BREAKS.items()])
def test_breaks(change: Change, judged: Callable[[Change], Judgement]) -> None:
    judgement = judged(change)
    breaks = [item for item in judgement.findings if item.severity is Severity.BREAK]
    assert judgement.verdict is Verdict.BREAK, _told(judgement.findings)
    assert {item.rule for item in breaks} & change.rules, _told(judgement.findings)
    assert len(breaks) == 1, _told(judgement.findings)
    assert all(item.witness and item.witness.confirmed for item in breaks)
    assert any(report.status == "failed" for report in judgement.contracts)


@pytest.mark.parametrize("change", [pytest.param(c, id=n) for n, c in HARMLESS.items()])
def test_harmless(change: Change, judged: Callable[[Change], Judgement]) -> None:
    judgement = judged(change)
    assert judgement.verdict is Verdict.COMPATIBLE, (_told(judgement.findings), judgement.errors)
    assert {report.status for report in judgement.contracts if report.declared} == {"passed"}
