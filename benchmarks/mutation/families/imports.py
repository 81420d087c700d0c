"""Modules and names that the Store imports."""

from benchmarks.mutation.edits import (
    append,
    end,
    everywhere,
    module,
    move,
    rename,
    replace,
    start,
    text,
)
from benchmarks.mutation.families.places import (
    BACKPRESSURE,
    CORE_INIT,
    ENVELOPE,
    EVENTS_INIT,
    FACTORY,
    HEALTH,
    PROTOCOLS,
    ROOT,
    TELEMETRY_INIT,
)
from benchmarks.mutation.mutant import breaking, harmless, warning

_ENVELOPE_IMPORT = "from .envelope import EventEnvelope, EventMeta\n"
_BACKPRESSURE_IMPORT = (
    "from .backpressure import BackpressureLevel, FeedbackEvent, RateAdjustment\n"
)
_DEPRECATED_NAME = """

def __getattr__(name):
    if name == "BackpressureLevel":
        import warnings
        from .backpressure import BackpressureLevel
        warnings.warn("use market_data_core.levels", DeprecationWarning, stacklevel=2)
        return BackpressureLevel
    raise AttributeError(name)
"""

MUTANTS = (
    breaking(
        "class-renamed", "symbol-removed", everywhere(r"\bFeedbackEvent\b", "BackpressureEvent")
    ),
    breaking("enum-renamed", "symbol-removed", everywhere(r"\bBackpressureLevel\b", "Pressure")),
    breaking("health-status-renamed", "symbol-removed", everywhere(r"\bHealthStatus\b", "Health_")),
    breaking(
        "function-renamed", "symbol-removed", everywhere(r"\bcreate_event_bus\b", "make_event_bus")
    ),
    breaking(
        "protocol-renamed", "symbol-removed", everywhere(r"\bEventBus\b", "Bus", f"{ROOT}/events/")
    ),
    breaking(
        "export-dropped",
        "symbol-removed",
        text(TELEMETRY_INIT, "from .health import HealthComponent, ", "from .health import "),
        text(TELEMETRY_INIT, '    "HealthComponent",\n', ""),
        text(CORE_INIT, "    HealthComponent,\n", ""),
        text(CORE_INIT, '    "HealthComponent",\n', ""),
    ),
    breaking(
        "lazily-imported-name-dropped",
        "symbol-removed",
        text(EVENTS_INIT, _ENVELOPE_IMPORT, "from .envelope import EventEnvelope\n"),
        text(EVENTS_INIT, '        "EventMeta",\n', ""),
    ),
    breaking(
        "package-moved",
        "module-removed",
        move(f"{ROOT}/telemetry/", f"{ROOT}/observability/"),
        everywhere(r"(from \.+)telemetry\b", r"\1observability"),
    ),
    breaking(
        "module-moved",
        "module-removed",
        move(ENVELOPE, f"{ROOT}/events/messages.py"),
        everywhere(r"(from \.+)envelope\b", r"\1messages"),
    ),
    breaking(
        "protocols-folded-into-package",
        "module-removed",
        move(PROTOCOLS, f"{ROOT}/events/_interfaces.py"),
        everywhere(r"(from \.)protocols\b", r"\1_interfaces", f"{ROOT}/events/"),
    ),
    breaking(
        "class-became-function",
        "symbol-kind-changed",
        module(
            BACKPRESSURE,
            rename("FeedbackEvent", "_FeedbackEvent"),
            end("def FeedbackEvent(**values): return _FeedbackEvent(**values)"),
        ),
    ),
    breaking(
        "class-became-type-alias",
        "symbol-kind-changed",
        module(
            BACKPRESSURE,
            start("from typing import Annotated"),
            rename("FeedbackEvent", "_FeedbackEvent"),
            end("FeedbackEvent = Annotated[_FeedbackEvent, 'event']"),
        ),
    ),
    breaking(
        "enum-became-literal",
        "symbol-kind-changed",
        module(
            BACKPRESSURE,
            start("from typing import Literal"),
            replace("BackpressureLevel", "BackpressureLevel = Literal['ok', 'soft', 'hard']"),
        ),
    ),
    breaking(
        "model-became-dataclass",
        "symbol-kind-changed base-lost",
        module(
            BACKPRESSURE,
            start("from dataclasses import dataclass"),
            replace(
                "FeedbackEvent",
                """
                @dataclass(frozen=True, kw_only=True)
                class FeedbackEvent:
                    coordinator_id: str
                    queue_size: int
                    capacity: int
                    level: BackpressureLevel
                    source: str = "store"
                    ts: float
                """,
            ),
        ),
    ),
    breaking("syntax-error", "import-failed", append(FACTORY, "\ndef broken(:\n")),
    breaking(
        "raises-on-import",
        "import-failed",
        append(HEALTH, "\nraise RuntimeError('telemetry needs a licence')\n"),
    ),
    breaking(
        "circular-import",
        "import-failed symbol-removed",
        text(
            BACKPRESSURE,
            "from enum import Enum\n",
            "from enum import Enum\nfrom market_data_core.events import create_event_bus\n",
        ),
        text(
            FACTORY,
            "from .adapters import InMemoryBus\n",
            "from .adapters import InMemoryBus\n"
            "from market_data_core.telemetry import FeedbackEvent\n",
        ),
    ),
    breaking(
        "needs-newer-library",
        "import-failed dependency-undeclared",
        module(HEALTH, start("from pydantic import frozen_model_of_the_future")),
    ),
    breaking(
        "undeclared-dependency",
        "dependency-undeclared",
        module(BACKPRESSURE, start("import a_package_nobody_declared")),
    ),
    breaking(
        "undeclared-dependency-deep",
        "dependency-undeclared",
        append(f"{ROOT}/_clock.py", "import some_clock_library.utc as utc\n"),
        module(ENVELOPE, start("from .. import _clock")),
    ),
    warning(
        "module-deprecated",
        "import-warns",
        module(
            PROTOCOLS,
            start("import warnings"),
            end("warnings.warn('use market_data_core.bus', DeprecationWarning, stacklevel=2)"),
        ),
    ),
    warning(
        "name-deprecated",
        "import-warns",
        text(
            TELEMETRY_INIT,
            _BACKPRESSURE_IMPORT,
            "from .backpressure import FeedbackEvent, RateAdjustment\n",
        ),
        text(TELEMETRY_INIT, '    "BackpressureLevel",\n', ""),
        text(CORE_INIT, "    BackpressureLevel,\n", ""),
        text(CORE_INIT, '    "BackpressureLevel",\n', ""),
        append(TELEMETRY_INIT, _DEPRECATED_NAME),
    ),
    harmless(
        "class-moved-and-reexported",
        append(f"{ROOT}/telemetry/events.py", "from .backpressure import *\n"),
        module(
            BACKPRESSURE,
            start("from ._levels import BackpressureLevel"),
            replace("BackpressureLevel", ""),
        ),
        append(
            f"{ROOT}/telemetry/_levels.py",
            "from enum import Enum\n\n\nclass BackpressureLevel(str, Enum):\n"
            '    """Levels."""\n\n    ok = "ok"\n    soft = "soft"\n    hard = "hard"\n',
        ),
    ),
    harmless(
        "package-moved-with-shim",
        move(f"{ROOT}/telemetry/", f"{ROOT}/observability/"),
        everywhere(r"(from \.+)telemetry\b", r"\1observability"),
        append(
            TELEMETRY_INIT,
            "from ..observability import *\nfrom ..observability import __all__\n",
        ),
    ),
    harmless(
        "module-moved-with-shim",
        move(ENVELOPE, f"{ROOT}/events/messages.py"),
        everywhere(r"(from \.+)envelope\b", r"\1messages"),
        append(ENVELOPE, "from .messages import EventEnvelope, EventMeta\n"),
    ),
    harmless(
        "module-became-package",
        move(ENVELOPE, f"{ROOT}/events/envelope/__init__.py"),
    ),
    harmless(
        "lazy-module",
        text(EVENTS_INIT, "from .factory import create_event_bus, create_test_bus\n", ""),
        append(
            EVENTS_INIT,
            "\n\ndef __getattr__(name):\n"
            "    if name in ('create_event_bus', 'create_test_bus'):\n"
            "        from . import factory\n"
            "        return getattr(factory, name)\n"
            "    raise AttributeError(name)\n",
        ),
    ),
    harmless("new-module", append(f"{ROOT}/telemetry/tracing.py", "SAMPLE_RATE = 0.1\n")),
    harmless(
        "optional-dependency",
        append(
            HEALTH, "\ntry:\n    import a_package_nobody_declared\nexcept ImportError:\n    pass\n"
        ),
    ),
)
