"""How rules say things: the fixed form of their documentation, and grammar."""

from __future__ import annotations


def doc(means: str, breaks: str, example: str, remedy: str) -> str:
    """A rule's documentation under its four headings.

    Args:
        means: what the rule says.
        breaks: why that breaks something.
        example: one change that it names.
        remedy: what to do about it.
    """
    return (
        f"## What it means\n{means.strip()}\n\n## Why it breaks\n{breaks.strip()}\n\n"
        f"## Example\n{example.strip()}\n\n## What to do\n{remedy.strip()}\n"
    )


def a_(noun: str) -> str:
    """A noun with its indefinite article."""
    return f"{'an' if noun[:1] in 'aeio' else 'a'} {noun}"


def plural(number: int, noun: str) -> str:
    """A number and its noun: `1 file`, `2 files`."""
    return f"{number} {noun}{'s'[: number - 1]}"
