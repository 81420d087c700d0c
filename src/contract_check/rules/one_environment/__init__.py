"""One environment: what provider and consumer show together, without anything to compare with.

Where there is a baseline, what comparing shows names a cause better: most of these rank last.
"""

from contract_check.rules.one_environment import (
    factories,
    parsing,
    roundtrips,
    scenarios,
    unfit,
    values,
)

RULES = tuple(
    sorted(
        (
            *parsing.RULES,
            *values.RULES,
            *factories.RULES,
            *roundtrips.RULES,
            *scenarios.RULES,
            *unfit.RULES,
        ),
        key=lambda rule: rule.rank,
    )
)
