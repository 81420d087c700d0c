"""What a rule is, and what it says.

A rule is one named way in which a contract can break: a pure function that recognizes it, and what
is said of it. Its documentation and its examples are files (`library`). Tests, `explain`, the
documentation pages and the formats take all of it from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from contract_check.model.report import Direction, Evidence, Severity
from contract_check.model.usage import Place
from contract_check.rules.case import Case
from contract_check.rules.library import Example, document_of, examples_of

WitnessKind = Literal["payload", "code", "http"]


@dataclass(frozen=True)
class Program:
    """A witness before it was run: passes where the contract holds, fails where it doesn't."""

    code: str
    kind: WitnessKind = "code"


@dataclass(frozen=True)
class Locus:
    """A place where something can be different: a class, function or module, and a path in it.

    Args:
        label: `package:qualname`, as values are labelled (`contract_check_probe.encoding`).
        path: a field, member, parameter or dotted path; None for the whole.
        or_in: other places that can be the cause of what is seen here, as the enum that a field
            is annotated with.
        explained_by: places whose change would explain what is seen here, although what is seen
            here shows no change of theirs: the fields on the way from the model that was replayed.
        guessed: something failed and named no place; `or_in` is all that stood on the way.
    """

    label: str
    path: str | None = None
    or_in: tuple[Locus, ...] = ()
    explained_by: tuple[Locus, ...] = ()
    guessed: bool = False

    def covers(self, other: Locus) -> bool:
        """Whether what happens at `other` can be this place's doing."""
        return self._holds(other) or any(
            self._holds(place) or place._holds(self) for place in other.or_in
        )

    def explains(self, other: Locus) -> bool:
        """Whether a change of this place accounts for what happens at `other`."""
        return self.covers(other) or any(self._holds(place) for place in other.explained_by)

    def _holds(self, other: Locus) -> bool:
        if self.label != other.label:
            return False
        if self.path is None or self.path == other.path:
            return True
        return other.path is not None and other.path.startswith(f"{self.path}.")


@dataclass(frozen=True)
class Draft:
    """A rule met at one place: a finding before judgement.

    Args:
        subject: `module:qualname` of what changed, as the consumer spells it.
        path: where inside the subject, or None.
        message: one sentence a maintainer understands.
        hint: what to do about it.
        loci: the places this is about; the first is its own. Drafts about one place become one
            finding, led by the rule that names best.
        contract: the contract it was met in, if in one.
        check: the name of that contract's check which fails by this.
        location: where the consumer meets it.
        places: every line of the consumer's that meets it, `location` among them.
        evidence: why this consumer meets it, where the rule knows; else it is worked out.
        programs: witnesses to try, best first.
        directions: if other than the rule's.
        severity: if other than the rule's.
        observed: the replay itself showed it, so that it is no mere difference in descriptions.
        same: what tells whether the baseline shows the same; the message by default. For messages
            that hold what may differ in the same failure, as the number of a line.
        settles: all that the replay shows at these places is this and nothing worse, so that it
            is worth no more than this draft.
        cause: what is behind it, where that shows: findings of one rule with one cause are told
            as one, with all their places.
    """

    subject: str
    message: str
    hint: str
    loci: tuple[Locus, ...]
    path: str | None = None
    contract: str | None = None
    check: str | None = None
    location: Place | None = None
    places: tuple[Place, ...] = ()
    evidence: Evidence | None = None
    programs: tuple[Program, ...] = ()
    directions: tuple[Direction, ...] | None = None
    severity: Severity | None = None
    observed: bool = False
    same: str | None = None
    settles: bool = False
    cause: str | None = None


@dataclass(frozen=True)
class Rule:
    """One named way in which a contract can break.

    Args:
        id: kebab-case, unique.
        family: the family's name; its module's name as well.
        summary: one line, no full stop.
        severity: by default; `None` for a rule that is an `error` and never a finding.
        directions: who meets it, by default.
        witness: the kind of its witness.
        check: recognizes it; pure.
        rank: lower names better: of drafts about one place, the lowest leads the finding.
        compares: whether it needs a baseline.
        proved: whether it is told only where a witness bears it out, or the replay showed it.
    """

    id: str
    family: str
    summary: str
    severity: Severity | None
    directions: tuple[Direction, ...]
    witness: WitnessKind
    check: Callable[[Case], Iterable[Draft]] = field(repr=False)
    rank: int = 50
    compares: bool = True
    proved: bool = False

    @property
    def doc(self) -> str:
        """Markdown under the headings *What it means*, *Why it breaks*, *Example*, *What to do*."""
        return document_of(self.id)

    @property
    def examples(self) -> tuple[Example, ...]:
        """At least one that breaks and one near miss."""
        return examples_of(self.id)
