"""Why this consumer meets what a rule suspects: a line, a value, a declaration, or nothing.

A rule that starts from the consumer's code is evidence by itself. One that starts from what the
provider's models are, or make of payloads, needs a line that does something at that very path, a
value that the consumer shows, or a contract that declares the direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from contract_check.model.contracts import Compatibility, Contract
from contract_check.model.report import Direction, Evidence
from contract_check.model.usage import Place
from contract_check.rules import Draft, Rule
from contract_check.rules.blame import around
from contract_check.rules.case import Case, Identity
from contract_check.rules.meeting import Way, meeting

STRENGTH: tuple[Evidence, ...] = ("code", "value", "test", "declared", "none")
"""The kinds of evidence, the strongest first."""
_SOURCE, _READS, _READ_BY = Direction.SOURCE, Direction.READS_OLD, Direction.READ_BY_OLD

COUNTED: Mapping[Compatibility, frozenset[Direction]] = {
    "source": frozenset((_SOURCE,)),
    "backward": frozenset((_SOURCE, _READS)),
    "forward": frozenset((_SOURCE, _READ_BY)),
    "full": frozenset((_SOURCE, _READS, _READ_BY)),
}
"""Which directions count as breaks."""

_TAKEN: tuple[Way, ...] = ("reads", "stores", "gives", "reads key")
_NARROWED: tuple[Way, ...] = ("gives unknown",)
_READ: tuple[Way, ...] = ("reads", "reads key")
_WAYS: Mapping[str, tuple[Way, ...]] = {
    # fields
    "field-renamed": _TAKEN,
    "field-removed": _TAKEN,
    "field-became-attribute": ("stores", "gives", "reads key"),
    "required-field-added": ("leaves out",),
    "field-became-required": ("leaves out",),
    "optional-field-added": (),
    "field-became-optional": ("reads",),
    "null-removed": _NARROWED,
    "null-added": _READ,
    "type-changed": ("relies on type", "gives unknown", "reads key"),
    "type-narrowed": _NARROWED,
    "type-widened": _READ,
    "union-arm-reordered": _READ,
    "discriminator-changed": ("gives",),
    "default-changed": ("leaves out",),
    "default-kind-changed": ("reads",),
    "field-excluded": ("reads key",),
    "field-frozen": ("stores",),
    "field-deprecated": ("reads", "stores"),
    # names
    "input-name-changed": ("gives",),
    "output-name-changed": (),
    "populate-by-name-off": ("gives",),
    # constraints
    "bound-tightened": _NARROWED,
    "length-tightened": _NARROWED,
    "pattern-tightened": _NARROWED,
    "multiple-of-tightened": _NARROWED,
    "literal-narrowed": _NARROWED,
    "unique-required": _NARROWED,
    "timezone-required": _NARROWED,
    "finite-required": _NARROWED,
    "constraint-loosened": _READ,
    # behaviour
    "payload-rejected": _NARROWED,
    "payload-accepted": _READ,
    "value-rewritten": ("reads", "gives unknown", "reads key"),
    "attribute-type-changed": ("relies on type", "reads key"),
    "dump-changed": ("reads key",),
    "json-changed": ("reads key",),
    "roundtrip-lost": (),
    "error-changed": (),
    # configuration
    "extra-forbidden": ("gives",),
    "extra-dropped": ("gives",),
    "strict-enabled": _NARROWED,
    "frozen-enabled": ("stores",),
    "hash-lost": (),
    "enum-values-used": _READ,
    "strings-rewritten": _READ,
    "from-attributes-off": ("validates",),
    # enums
    "enum-member-removed": ("names member",),
    "enum-member-renamed": ("names member",),
    "enum-value-changed": ("as plain value",),
    "enum-values-swapped": ("as plain value",),
    "enum-base-changed": ("uses member", "operates on", "looks up"),
    "enum-read-otherwise": ("looks up",),
    "enum-fallback-removed": ("looks up",),
    "enum-member-added": (),
    # subclassing: a base that nobody asks for, catches or needs is missed by none
    "base-lost": (),
    # one environment
    "core-field-overridden": ("derives",),
    "superset-parse-failed": (),
    "subset-parse-failed": (),
    "roundtrip-failed": (),
}
"""What a line of the consumer's must do to meet a rule that starts from the provider's models. A
rule that is not here starts from the consumer's code, or from what a contract declares."""

_WHOLE = frozenset(("configuration",))
"""Families whose drafts are about a class and all the places that show it."""


@dataclass(frozen=True)
class Met:
    """What shows that this consumer meets a suspicion.

    Args:
        evidence: of which kind.
        counts: whether it may be a break: there is evidence, in a direction that counts.
        places: the lines, that of the leading draft first.
    """

    evidence: Evidence
    counts: bool
    places: tuple[Place, ...] = ()


def weigh(case: Case, drafts: Iterable[tuple[Rule, Draft]]) -> Met:
    """The evidence for drafts that have one cause.

    Args:
        case: the facts.
        drafts: those that are worth as much as the leading one, that one first.
    """
    (lead, first), *others = drafts
    # What the replay shows is shown by lines only where no rule names it better.
    telling = [item for item in others if item[0].family != "behaviour" or item[1].evidence]
    found = [_weigh_one(case, rule, draft) for rule, draft in ((lead, first), *telling)]
    best = min(found, key=lambda met: (not met.counts, STRENGTH.index(met.evidence)))
    shown = [met for met in found if met.evidence == best.evidence] if best.counts else found
    places = dict.fromkeys(place for met in shown for place in met.places)
    return Met(best.evidence, best.counts, tuple(places))


def _weigh_one(case: Case, rule: Rule, draft: Draft) -> Met:
    contract = _contract(case, draft)
    counted = COUNTED[case.compatibility_of(contract)]
    directions = frozenset(draft.directions or rule.directions)
    if rule.id not in _WAYS or draft.evidence or draft.places:
        places = draft.places or ((draft.location,) if draft.location is not None else ())
        evidence = draft.evidence or ("code" if places else "declared")
        return Met(evidence, _is_met(evidence, directions, counted), places)
    if places := _lines(case, rule, draft):
        return Met("code", True, places)
    if contract is not None and contract.declared:
        return Met("declared", bool(directions & counted), _around(case, draft, directions))
    # Who asks for more than `source` says that payloads of found models matter as well.
    asked = COUNTED[case.compatibility or "source"] - {_SOURCE}
    if directions & asked:
        return Met("declared", True, _around(case, draft, directions))
    return Met("none", False)


def _is_met(
    evidence: Evidence, directions: frozenset[Direction], counted: frozenset[Direction]
) -> bool:
    """What a line, a value or a test of the consumer's own shows is met by its code."""
    return evidence != "declared" or not directions or bool(directions & counted)


def _lines(case: Case, rule: Rule, draft: Draft) -> tuple[Place, ...]:
    loci = draft.loci if rule.family in _WHOLE else draft.loci[:1]
    found = meeting(case)
    return tuple(
        dict.fromkeys(place for locus in loci for place in found.places(locus, _WAYS[rule.id]))
    )


def _around(case: Case, draft: Draft, directions: frozenset[Direction]) -> tuple[Place, ...]:
    """Where the consumer gives, reads or writes what a declared contract is about; the first line
    of the first of these that there is."""
    found, ways = meeting(case), list[Way]()
    if _READS in directions:
        ways += ["gives", "validates"]
    if _READ_BY in directions:
        ways += ["writes by alias", "writes"]
    ways += ["makes", "derives"]
    return next(filter(None, (found.places(draft.loci[0], (way,))[:1] for way in ways)), ())


def _contract(case: Case, draft: Draft) -> Contract | None:
    """The declared contract that a draft is about, else the one that it was met in."""
    named = draft.contract or case.contract_for(draft.subject)
    own = next((item for item in case.contracts if item.name == named), None)
    if own is not None and own.declared:
        return own
    labels = {locus.label for locus in draft.loci[:1]}
    declared = _declared(Identity(case))
    return next((declared[label] for label in labels if label in declared), own)


@lru_cache(maxsize=2)
def _declared(key: Identity[Case]) -> Mapping[str, Contract]:
    """The labels of what declared contracts are made of, to the first contract."""
    case = key.value
    found: dict[str, Contract] = {}
    for contract in case.contracts:
        if contract.declared and contract.kind in ("extends", "uses", "enum"):
            for ref in filter(None, (contract.provider, contract.consumer)):
                found.setdefault(case.label(ref), contract)
                for locus in around(case, ref):
                    found.setdefault(locus.label, contract)
    return found
