"""Puts `reveal_type(…)` around expressions, and tells where each of them is then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from contract_check.reader.interface import Span

_BEFORE = "reveal_type("
_AFTER = ")"
Places = Mapping[tuple[int, int], Span]
"""Line from one and column from nought, to the expression that was asked about."""


def revealing(lines: list[str], spans: Iterable[Span]) -> tuple[str, Places]:
    """A text whose expressions are revealed, and (line, column) of each one in it.

    Args:
        lines: the text, with the ends of its lines.
        spans: expressions, which may hold each other but not overlap.

    Returns:
        the text, and where each expression begins in it: line from one, column from nought.
    """
    wanted = sorted(set(spans))
    insertions: dict[int, list[tuple[int, int, int, str, Span]]] = {}
    for span in wanted:
        size = (span.end_line - span.line, span.end_column - span.column)
        outer = -(size[0] * 100_000 + size[1])
        # At one place: what ends there comes first, then the outer one begins before the inner.
        insertions.setdefault(span.line, []).append((span.column, 1, outer, _BEFORE, span))
        insertions.setdefault(span.end_line, []).append((span.end_column, 0, -outer, _AFTER, span))
    places: dict[tuple[int, int], Span] = {}
    text = list(lines)
    for number, items in insertions.items():
        line, shift = lines[number - 1], 0
        for column, _, _, piece, span in sorted(items, key=lambda item: item[:3]):
            at = column + shift
            line = line[:at] + piece + line[at:]
            shift += len(piece)
            if piece == _BEFORE:
                places[number, at + len(piece)] = span
        text[number - 1] = line
    return "".join(text), places
