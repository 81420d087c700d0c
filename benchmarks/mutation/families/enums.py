"""BackpressureLevel."""

from benchmarks.mutation.edits import bases, end, member, module, reordered, replace, start, without
from benchmarks.mutation.families.places import BACKPRESSURE
from benchmarks.mutation.mutant import Change, breaking, harmless, warning

_LEVEL = "BackpressureLevel"


def _levels(base: str, members: str, imports: str = "") -> Change:
    steps = [replace(_LEVEL, f"class {_LEVEL}({base}):\n    " + "\n    ".join(members.split("; ")))]
    return module(BACKPRESSURE, *([start(imports)] if imports else []), *steps)


MUTANTS = (
    breaking(
        "member-removed", "enum-member-removed", module(BACKPRESSURE, without(_LEVEL, "soft"))
    ),
    breaking(
        "member-removed-ok", "enum-member-removed", module(BACKPRESSURE, without(_LEVEL, "ok"))
    ),
    breaking(
        "member-renamed",
        "enum-member-renamed",
        _levels("str, Enum", "ok = 'ok'; throttle = 'soft'; hard = 'hard'"),
    ),
    breaking(
        "members-in-capitals",
        "enum-member-renamed",
        _levels("str, Enum", "OK = 'ok'; SOFT = 'soft'; HARD = 'hard'"),
    ),
    breaking(
        "value-changed",
        "enum-value-changed",
        _levels("str, Enum", "ok = 'ok'; soft = 'soft'; hard = 'critical'"),
    ),
    breaking(
        "values-in-capitals",
        "enum-value-changed",
        _levels("str, Enum", "ok = 'OK'; soft = 'SOFT'; hard = 'HARD'"),
    ),
    harmless(
        "capitals-read-as-well",
        module(
            BACKPRESSURE,
            member(
                "BackpressureLevel",
                """
                @classmethod
                def _missing_(cls, value):
                    return cls.__members__.get(str(value).lower())
                """,
            ),
        ),
        silent=False,
    ),
    breaking(
        "values-swapped",
        "enum-values-swapped",
        _levels("str, Enum", "ok = 'ok'; soft = 'hard'; hard = 'soft'"),
    ),
    breaking(
        "no-longer-a-string", "enum-base-changed", module(BACKPRESSURE, bases(_LEVEL, "Enum"))
    ),
    breaking(
        "numbers",
        "enum-base-changed enum-value-changed",
        _levels("IntEnum", "ok = 0; soft = 1; hard = 2", "from enum import IntEnum"),
    ),
    breaking(
        "constants-not-members",
        "enum-base-changed symbol-kind-changed import-failed",
        _levels("str", "ok = 'ok'; soft = 'soft'; hard = 'hard'"),
    ),
    breaking(
        "member-became-an-alias",
        "enum-value-changed enum-member-removed",
        _levels("str, Enum", "ok = 'ok'; soft = 'ok'; hard = 'hard'"),
    ),
    warning(
        "member-added",
        "enum-member-added",
        module(BACKPRESSURE, member(_LEVEL, "critical = 'critical'")),
    ),
    warning(
        "string-enum",
        "enum-text-changed",
        _levels("StrEnum", "ok = 'ok'; soft = 'soft'; hard = 'hard'", "from enum import StrEnum"),
    ),
    warning(
        "text-changed",
        "enum-text-changed",
        module(BACKPRESSURE, member(_LEVEL, "def __str__(self):\n    return self.value")),
    ),
    warning(
        "fallback-added",
        "payload-accepted constraint-loosened",
        module(
            BACKPRESSURE,
            member(_LEVEL, "@classmethod\ndef _missing_(cls, value):\n    return cls.hard"),
        ),
    ),
    harmless("members-reordered", module(BACKPRESSURE, reordered(_LEVEL, "hard", "soft", "ok"))),
    harmless(
        "unique", module(BACKPRESSURE, start("from enum import unique"), end(f"unique({_LEVEL})"))
    ),
    harmless(
        "enum-method-added",
        module(
            BACKPRESSURE,
            member(
                _LEVEL,
                """
                @property
                def rank(self) -> int:
                    return ["ok", "soft", "hard"].index(self.value)
                """,
            ),
        ),
    ),
)
