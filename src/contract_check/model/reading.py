"""What a type checker has to say of the consumer's sources that is new with the candidate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from contract_check.model.usage import Place, Usage

Aspect = Literal[
    "argument",
    "attribute",
    "base",
    "call",
    "import",
    "instance",
    "key",
    "operation",
    "nominal",
]
"""What a diagnostic is about. `nominal` is about types alone: nothing need fail when it runs."""


@dataclass(frozen=True, order=True)
class Diagnostic:
    """One complaint of a type checker.

    Args:
        file: relative to the folder of the sources, with forward slashes.
        line: where it begins, counted from one.
        column: in characters, counted from one.
        end_line: where it ends.
        end_column: behind its last character.
        kind: the checker's own name for it.
        aspect: what it is about.
        message: in the checker's words; its first line says what is wrong.
        statement: the first and the last line of the statement that it is in, where it was read.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    kind: str
    aspect: Aspect
    message: str
    statement: tuple[int, int] | None = None

    def covers(self, place: Place) -> bool:
        """Whether a place is in the statement that this is about."""
        first, last = self.statement or (self.line, self.end_line)
        return self.file == place.file and first <= place.line <= last

    @property
    def place(self) -> Place:
        """The line it begins on."""
        return Place(self.file, self.line)

    @property
    def said(self) -> str:
        """What is wrong, on one line."""
        return self.message.strip().partition("\n")[0].strip()


@dataclass(frozen=True)
class Demand:
    """What the consumer does with a value.

    Args:
        kind: `attribute`, `call`, or an operation as `OperationUse` calls it.
        name: of the attribute; the key of `getitem`, as Python source, where it is constant.
        positional: how many arguments stand by position, of a call.
        keywords: the names of the others.
        open_ended: there may be more arguments.
    """

    kind: str
    name: str = ""
    positional: int = 0
    keywords: tuple[str, ...] = ()
    open_ended: bool = False


@dataclass(frozen=True)
class Value:
    """A value of the provider's that has another type with the candidate.

    Args:
        origin: `module:name` of a function, method, class or constant that it comes from.
        steps: what is done to get from there to the value: `call`, `await`, `enter`, `aenter`,
            `iterate`, `aiterate`, `getitem`, `['key']`, or `.name` for an attribute.
        before: its type with the baseline, in the checker's words.
        now: its type with the candidate.
        demand: what the consumer does with it.
        place: where.
    """

    origin: str
    steps: tuple[str, ...]
    before: str
    now: str
    demand: Demand
    place: Place


@dataclass(frozen=True)
class Reading:
    """What came of reading with a type checker, on both sides.

    Args:
        checker: its name.
        fresh: what it says of the candidate alone and that may fail when it runs.
        nominal: how many further diagnostics are new, about types alone.
        uses: what the consumer takes from the provider at those places.
        values: the values there that have another type now.
        given: (`module:qualname` of a protocol or base, `module:qualname` of a class of the
            consumer's, where) for instances that are given where the protocol is asked for.
        problem: why it could not be done, as a sentence; None if it was.
    """

    checker: str = ""
    fresh: tuple[Diagnostic, ...] = ()
    nominal: int = 0
    uses: Usage = field(default_factory=Usage)
    values: tuple[Value, ...] = ()
    given: tuple[tuple[str, str, Place], ...] = ()
    problem: str | None = None
