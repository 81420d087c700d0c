"""Makes text that packages under test had a hand in safe to show."""

from __future__ import annotations

import unicodedata

_KEPT = frozenset("\n\t")
# Control characters, invisible and direction-changing ones, lone surrogates, private use: what
# could move the cursor, hide text or make it read differently from what it is.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str) -> str:
    """The text with every character that is not plainly visible written as its escape.

    Newlines and tabs stay; a carriage return with newline becomes a newline.
    """
    text = text.replace("\r\n", "\n")
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if character in _KEPT or not is_unsafe(character) else _escape(character)
        for character in text
    )


def one_line(text: str) -> str:
    """`printable` text with all white space runs turned into single spaces."""
    return printable(" ".join(text.split()))


def shortened(text: str, length: int) -> str:
    """The text, or its beginning with an ellipsis, in no more than that many characters."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def is_unsafe(character: str) -> bool:
    """Whether a character moves the cursor, hides text or changes how it reads."""
    return unicodedata.category(character) in _UNSAFE


def _escape(character: str) -> str:
    return ascii(character)[1:-1]
