"""Behaviour: what replay shows and no description explains.

These rules turn every difference the replay showed into a draft. Where a rule over descriptions
names the cause, it leads the finding and takes the witness from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from contract_check.model.report import Direction, Severity
from contract_check.model.usage import Place
from contract_check.rules.case import Case
from contract_check.rules.evidence import Kind, Seen, seen
from contract_check.rules.interface import Draft, Example, Locus, Program, Rule
from contract_check.rules.witnesses import accepted_again

_MOST_PROGRAMS = 3
_SHOWN: frozenset[Kind] = frozenset(("rejected", "value", "type"))
"""What the consumer's own call meets where it passes what was replayed."""
_MADE_HERE = (Direction.READS_OLD, Direction.SOURCE)
"""Who meets it where the consumer's own call is refused, or makes another instance."""


def _drafts(
    case: Case, *, kind: Kind, say: Callable[[Seen, str], str], hint: str
) -> Iterator[Draft]:
    """One draft for each place, with the smallest payloads as witnesses."""
    groups: dict[tuple[Locus, ...], list[Seen]] = {}
    for item in seen(case):
        if item.kind == kind:
            groups.setdefault(item.loci, []).append(item)
    for loci, items in groups.items():
        first, place = items[0], loci[0]
        # A payload that holds the field shows more than one whose default is what differs, and
        # what the consumer itself passes shows most.
        telling = sorted(items, key=lambda item: (item.omitted, item.passed is None))
        passed = next((item.passed for item in items if item.passed is not None), None)
        subject = case.ref_of(place.label)
        name = subject.rpartition(":")[2]
        yield Draft(
            subject=subject,
            path=place.path,
            message=say(first, f"{name}.{place.path}" if place.path else name),
            hint=hint,
            loci=loci,
            contract=case.contract_at(place.label),
            location=passed or case.place_of(subject),
            places=_passed(items) if kind in _SHOWN else (),
            evidence="value" if passed and kind in _SHOWN else None,
            directions=_MADE_HERE if passed and kind in ("rejected", "value") else None,
            programs=(*(item.program for item in telling[:_MOST_PROGRAMS]), *_twice(telling[0])),
            observed=True,
            cause=first.after if kind == "warning" else case.class_behind(place.label),
        )


def _passed(items: Iterable[Seen]) -> tuple[Place, ...]:
    """Every line at which the consumer passes what differs."""
    places = {item.passed for item in items if item.passed is not None}
    return tuple(sorted(places))


def _twice(item: Seen) -> Iterator[Program]:
    """For what was refused: a validator may accept it once, and remember that."""
    if item.kind == "rejected" and item.payload is not None:
        yield accepted_again(item.payload.model, item.payload.data, item.payload.mode)


def _rule(
    identifier: str,
    kind: Kind,
    summary: str,
    severity: Severity,
    directions: tuple[Direction, ...],
    rank: int,
    say: Callable[[Seen, str], str],
    hint: str,
    doc: str,
    examples: tuple[Example, ...],
) -> Rule:
    return Rule(
        id=identifier,
        family="behaviour",
        summary=summary,
        severity=severity,
        directions=directions,
        witness="payload",
        doc=doc,
        examples=examples,
        check=partial(_drafts, kind=kind, say=say, hint=hint),
        rank=rank,
    )


_EVENT = """
from pydantic import BaseModel

class Event(BaseModel):
    name: str
    size: int
    low: int = 0
"""
_USER = """
from provider import Event

def make():
    return Event(name="a", size=1)
"""
_CHECKING = _EVENT.replace("import BaseModel", "import BaseModel, field_validator, model_validator")

_NO_DOTS = """
    @field_validator("name")
    @classmethod
    def plain(cls, value):
        if value == "BRK.B":
            raise ValueError("no dots")
        return value
"""
_CLOSED = _EVENT + '    model_config = {"extra": "forbid"}\n'

RULES = (
    _rule(
        "payload-rejected",
        "rejected",
        "A payload that was accepted is refused",
        Severity.BREAK,
        (Direction.READS_OLD,),
        80,
        lambda item, place: f"{place}: a payload that was accepted is now {item.after}",
        "Accept it again, or give the stricter model a new name and migrate what is stored.",
        """
## What it means
A document that the model read with the baseline is refused with the candidate, and no description
of the model says why: a validator became stricter.

## Why it breaks
What was written before (stored, queued, sent by peers that have not upgraded) can't be read.

## Example
A model validator that now demands `low <= size`.

## What to do
Accept the old documents, or migrate them first.
""",
        (
            Example(
                title="a cross-field validator is added",
                old=_CHECKING,
                new=_CHECKING
                + """
    @model_validator(mode="after")
    def ordered(self):
        if self.low > self.size:
            raise ValueError("low exceeds size")
        return self
""",
                consumer=_USER,
            ),
            Example(
                title="a validator refuses what the consumer passes",
                old=_CHECKING,
                new=_CHECKING + _NO_DOTS,
                consumer=_USER.replace('"a"', '"BRK.B"'),
            ),
            Example(
                title="a validator refuses what the consumer passes to something else",
                old=_CHECKING,
                new=_CHECKING + _NO_DOTS,
                consumer=_USER + '\n\nprint(dict(name="BRK.B", size=1))\n',
                breaks=False,
            ),
            Example(
                title="a new field refuses what the consumer passed for nothing before",
                old=_EVENT,
                new=_EVENT + "    note: int = 0\n",
                consumer=_USER.replace("size=1", 'size=1, note="hello"'),
            ),
            Example(
                title="a validator refuses a call that failed already",
                old=_CHECKING,
                new=_CHECKING + _NO_DOTS,
                consumer=_USER.replace('"a", size=1', '"BRK.B", size="one"'),
                breaks=False,
            ),
            Example(
                title="a validator that refuses nothing",
                old=_CHECKING,
                new=_CHECKING
                + """
    @model_validator(mode="after")
    def ordered(self):
        return self
""",
                consumer=_USER,
                breaks=False,
            ),
        ),
    ),
    _rule(
        "value-rewritten",
        "value",
        "A payload is accepted, but read as another value",
        Severity.BREAK,
        (Direction.READS_OLD,),
        82,
        lambda item, place: f"{place}: {item.before} is read as {item.after}",
        "Keep the value as it was, or normalize where the payload is written.",
        """
## What it means
The same document gives an instance with another value in some field.

## Why it breaks
Nothing fails: what was written before silently means something else.

## Example
A validator that now strips or upper-cases a name.

## What to do
Leave stored values alone; normalize new ones where they are made.
""",
        (
            Example(
                title="a validator rewrites a name",
                old=_CHECKING,
                new=_CHECKING
                + """
    @field_validator("name")
    @classmethod
    def tidy(cls, value):
        return value.strip().lower()
""",
                consumer=_USER,
            ),
            Example(
                title="a validator that returns what it is given",
                old=_CHECKING,
                new=_CHECKING
                + """
    @field_validator("name")
    @classmethod
    def tidy(cls, value):
        return str(value)
""",
                consumer=_USER,
                breaks=False,
            ),
        ),
    ),
    _rule(
        "attribute-type-changed",
        "type",
        "An attribute of an instance has another type",
        Severity.BREAK,
        (Direction.SOURCE,),
        81,
        lambda item, place: f"{place} was {item.before} and is {item.after} now",
        "Keep the attribute's type, or offer the new one under a new name.",
        """
## What it means
The same document gives an instance whose attribute is of another type.

## Why it breaks
Code that reads it fails or goes another way: `event.level.value` where `level` is a plain string.

## Example
A validator that turns a string into a list of its words.

## What to do
Keep the type; offer the other form as a property.
""",
        (
            Example(
                title="a validator changes the type",
                old=_EVENT.replace("name: str", "name: object"),
                new=_CHECKING.replace("name: str", "name: object")
                + """
    @field_validator("name")
    @classmethod
    def words(cls, value):
        return str(value).split()
""",
                consumer=_USER,
            ),
            Example(
                title="a property offers another form",
                old=_EVENT,
                new=_EVENT
                + """
    @property
    def words(self):
        return self.name.split()
""",
                consumer=_USER,
                breaks=False,
            ),
        ),
    ),
    _rule(
        "dump-changed",
        "dump",
        "The same instance is dumped otherwise",
        Severity.BREAK,
        (Direction.READ_BY_OLD,),
        83,
        lambda item, place: f"{place}: model_dump() gave {item.before} and gives {item.after} now",
        "Keep what is written as it was, or version the payload.",
        """
## What it means
An instance with the same attributes gives another Python dump.

## Why it breaks
Whoever reads the dump, stores it or sends it on meets another document.

## Example
A field serializer that rounds a number.

## What to do
Keep the form of what is written; add a new field for the new form.
""",
        (
            Example(
                title="a serializer is added",
                old=_EVENT,
                new=_EVENT.replace("import BaseModel", "import BaseModel, field_serializer")
                + """
    @field_serializer("size")
    def shown(self, value):
        return f"{value} items"
""",
                consumer=_USER,
            ),
            Example(
                title="a serializer that changes nothing",
                old=_EVENT,
                new=_EVENT.replace("import BaseModel", "import BaseModel, field_serializer")
                + """
    @field_serializer("size")
    def shown(self, value):
        return int(value)
""",
                consumer=_USER,
                breaks=False,
            ),
        ),
    ),
    _rule(
        "json-changed",
        "json",
        "The same instance is written as other JSON",
        Severity.BREAK,
        (Direction.READ_BY_OLD,),
        85,
        lambda item, place: (
            f"{place}: was written as {item.before}, is written as {item.after} now"
        ),
        "Keep what is written as it was, or version the payload.",
        """
## What it means
Attributes and Python dump are the same, and only the JSON differs: a serializer that acts in JSON
mode, or another encoding of a date, of bytes, of a special number.

## Why it breaks
Peers that have not upgraded read the JSON, and meet another document.

## Example
`@field_serializer("size", when_used="json")` that writes a number as a string.

## What to do
Keep the JSON; add a new field for the new form.
""",
        (
            Example(
                title="a serializer that acts in JSON mode alone",
                old=_EVENT,
                new=_EVENT.replace("import BaseModel", "import BaseModel, field_serializer")
                + """
    @field_serializer("size", when_used="json")
    def shown(self, value):
        return str(value)
""",
                consumer=_USER,
            ),
            Example(
                title="a JSON serializer that changes nothing",
                old=_EVENT,
                new=_EVENT.replace("import BaseModel", "import BaseModel, field_serializer")
                + """
    @field_serializer("size", when_used="json")
    def shown(self, value):
        return value
""",
                consumer=_USER,
                breaks=False,
            ),
        ),
    ),
    _rule(
        "roundtrip-lost",
        "roundtrip",
        "An instance no longer survives its own JSON",
        Severity.BREAK,
        (Direction.SOURCE,),
        84,
        lambda item, place: (
            f"{place}: what is written was read back the same, and now is {item.after}"
        ),
        "Let the model read what it writes: keep its serializer and its validator inverse.",
        """
## What it means
With the baseline, an instance was written as JSON and read back equal; with the candidate the same
instance is refused or comes back different.

## Why it breaks
Queues, caches and stores hold what the model wrote, and give back something else.

## Example
A computed field on a model that forbids extra members: the model refuses what it writes.

## What to do
Keep writing and reading inverse to each other.
""",
        (
            Example(
                title="a computed field that the model itself refuses to read",
                old=_CLOSED,
                new=_CLOSED.replace("import BaseModel", "import BaseModel, computed_field")
                + """
    @computed_field
    @property
    def total(self) -> int:
        return self.size + self.low
""",
                consumer=_USER,
            ),
            Example(
                title="a private attribute that is always the same",
                old=_EVENT,
                new=_EVENT.replace("import BaseModel", "import BaseModel, PrivateAttr")
                + "    _note: str = PrivateAttr(default='')\n",
                consumer=_USER,
                breaks=False,
            ),
        ),
    ),
    _rule(
        "warning-added",
        "warning",
        "Reading or writing a payload now warns",
        Severity.WARNING,
        (Direction.SOURCE,),
        86,
        lambda item, place: f"{place}: reading or writing it now warns: {item.after}",
        "Move off what the warning names.",
        """
## What it means
A payload that was read and written silently now raises a warning.

## Why it breaks
Nothing breaks today; where warnings are errors, it fails.

## Example
A validator that calls `warnings.warn`.

## What to do
Move off what the warning names.
""",
        (
            Example(
                title="a validator warns",
                old=_EVENT,
                new="import warnings\n"
                + _CHECKING
                + """
    @model_validator(mode="after")
    def tell(self):
        warnings.warn("Event goes", DeprecationWarning, stacklevel=2)
        return self
""",
                consumer=_USER,
            ),
            Example(
                title="a comment about deprecation",
                old=_EVENT,
                new=_EVENT + "    # deprecated some day\n",
                consumer=_USER,
                breaks=False,
            ),
        ),
    ),
    _rule(
        "error-changed",
        "error",
        "The same bad input gives another validation error",
        Severity.WARNING,
        (Direction.SOURCE,),
        87,
        lambda item, place: f"{place}: a bad payload gave {item.before} and gives {item.after} now",
        "Check code that looks at the type or place of validation errors.",
        """
## What it means
A document is refused on both sides, but with another error type or at another place.

## Why it breaks
Code that decides by `error["type"]` or `error["loc"]`, and API clients that show them, see
something else.

## Example
A constraint is replaced by a validator that raises `ValueError`: `greater_than_equal` becomes
`value_error`.

## What to do
Keep the type with `PydanticCustomError`, or adapt what looks at it.
""",
        (
            Example(
                title="a constraint becomes a validator",
                old=_EVENT.replace("BaseModel", "BaseModel, Field", 1).replace(
                    "size: int", "size: int = Field(ge=0)"
                ),
                new=_CHECKING
                + """
    @field_validator("size")
    @classmethod
    def positive(cls, value):
        if value < 0:
            raise ValueError("negative")
        return value
""",
                consumer=_USER,
            ),
            Example(
                title="another message for the same error",
                old=_CHECKING
                + """
    @field_validator("size")
    @classmethod
    def positive(cls, value):
        if value < 0:
            raise ValueError("negative")
        return value
""",
                new=_CHECKING
                + """
    @field_validator("size")
    @classmethod
    def positive(cls, value):
        if value < 0:
            raise ValueError("must not be negative")
        return value
""",
                consumer=_USER,
                breaks=False,
            ),
        ),
    ),
    _rule(
        "payload-accepted",
        "accepted",
        "A payload that was refused is accepted",
        Severity.WARNING,
        (Direction.READ_BY_OLD,),
        88,
        lambda item, place: f"{place}: a payload that was {item.before} is now accepted",
        "Upgrade readers before writers, so that nobody meets what it can't read.",
        """
## What it means
A document that the model refused with the baseline is accepted with the candidate, and no
description says why: a validator became more lenient.

## Why it breaks
Nothing breaks here. Peers that have not upgraded refuse such a document once one is written.

## Example
A validator that checked a name is gone.

## What to do
Upgrade readers before writers.
""",
        (
            Example(
                title="a validator is dropped",
                old=_CHECKING
                + """
    @field_validator("size")
    @classmethod
    def positive(cls, value):
        if value < 0:
            raise ValueError("negative")
        return value
""",
                new=_EVENT,
                consumer=_USER,
            ),
            Example(
                title="a validator is rewritten",
                old=_CHECKING
                + """
    @field_validator("size")
    @classmethod
    def positive(cls, value):
        if value < 0:
            raise ValueError("negative")
        return value
""",
                new=_CHECKING
                + """
    @field_validator("size")
    @classmethod
    def positive(cls, value):
        if not value >= 0:
            raise ValueError("below zero")
        return value
""",
                consumer=_USER,
                breaks=False,
            ),
        ),
    ),
)
