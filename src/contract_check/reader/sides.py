"""The types of expressions on both sides, asked for in rounds.

Whoever asks for a type that is not known yet gets an unknown one, and the question is noted. Each
round answers all that were noted, with one run of the checker a side.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping

from contract_check.reader.interface import Span, Spans, World
from contract_check.reader.syntax import Source
from contract_check.reader.types import Names, Typed

Reveal = Callable[[Spans], tuple[Mapping[tuple[str, Span], str], ...]]
"""Asks for the types of expressions, with the baseline and with the candidate."""


class Sides:
    """What expressions are with the baseline and with the candidate.

    Args:
        reveal: asks the checker.
        worlds: the baseline's and the candidate's.
    """

    def __init__(self, reveal: Reveal, worlds: tuple[World, World]) -> None:
        self._reveal = reveal
        self._names = [Names((world.sources, *world.sites)) for world in worlds]
        self._known: tuple[dict[tuple[str, Span], Typed], ...] = ({}, {})
        self._wanted: dict[str, dict[Span, str]] = {}

    def before(self, source: Source, node: ast.expr) -> Typed:
        """What an expression is with the baseline."""
        return self._of(0, source, node)

    def now(self, source: Source, node: ast.expr) -> Typed:
        """What it is with the candidate."""
        return self._of(1, source, node)

    def _of(self, side: int, source: Source, node: ast.expr) -> Typed:
        if not source.can_be_asked(node):
            return Typed()
        span = source.span(node)
        known = self._known[side].get((source.file, span))
        if known is None:
            self._wanted.setdefault(source.file, {}).setdefault(span, source.module)
        return known or Typed()

    def ref(self, dotted: str) -> str:
        """`module:qualname` for a class as the checker writes it, with the candidate."""
        return self._names[1].ref(dotted)

    def note(self, source: Source, nodes: Iterable[ast.expr]) -> None:
        """Ask for these in the next round too, as they will be wanted."""
        for node in nodes:
            self.before(source, node)

    def ask(self) -> bool:
        """Answer what was noted; whether there was anything."""
        wanted, self._wanted = self._wanted, {}
        if not wanted:
            return False
        answers = self._reveal({file: list(spans) for file, spans in wanted.items()})
        for side, answer in enumerate(answers):
            for file, spans in wanted.items():
                for span, module in spans.items():
                    text = answer.get((file, span), "")
                    self._known[side][file, span] = self._names[side].typed(text, module)
        return True
