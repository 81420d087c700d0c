"""Text as Markdown that shows it and does nothing else: no markup, link, mention or command."""

from __future__ import annotations

import re
from html import escape

from contract_check.reports.text import one_line, printable

_SPECIAL = re.compile(r"[\\`*_\[\]|~#!$^]")
_START = re.compile(r"^(?:[-+=:]|\d+(?=[.)]))")
_SPAN = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)")
_PAUSE = "&#8203;"
"""A space without width: what it stands in is no mention and no link any more."""


def prose(text: str) -> str:
    """A sentence in one line; what stands between backticks becomes code."""
    line, told, end = one_line(text), "", 0
    for span in _SPAN.finditer(line):
        told += _plain(line[end : span.start()]) + code(span.group(2))
        end = span.end()
    told += _plain(line[end:])
    return _START.sub(lambda found: _entities(found.group()), told)


def code(text: str) -> str:
    """A name or a value as inline code, in a table too."""
    line = one_line(text)
    if line and not re.search(r"[`|]", line):
        return f"`{line}`"
    return f"<code>{_entities(line)}</code>"


def fenced(text: str, language: str = "") -> str:
    """A block of code, with a fence that nothing in it can close."""
    shown = printable(text).strip("\n")
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}{language}\n{shown}\n{fence}"


def folded(title: str, body: str) -> str:
    """A part that is shown when somebody opens it. The title is plain text."""
    return f"<details>\n<summary>{_html(one_line(title))}</summary>\n\n{body}\n\n</details>"


def row(*cells: str) -> str:
    """A line of a table; the cells are Markdown already."""
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    return _unlinked(_SPECIAL.sub(r"\\\g<0>", escape(text, quote=False)))


def _entities(text: str) -> str:
    """Every character but letters, digits and spaces as a reference, which is never markup."""
    return "".join(
        character if character.isalnum() or character == " " else f"&#{ord(character)};"
        for character in text
    )


def _html(text: str) -> str:
    return _unlinked(escape(text, quote=False))


def _unlinked(text: str) -> str:
    """Text in which nothing is a mention, or an address that a link is made of."""
    told = text.replace("@", f"@{_PAUSE}").replace("://", f":{_PAUSE}//")
    return re.sub(r"(?i)\bwww\.", lambda found: f"{found.group()[:3]}{_PAUSE}.", told)
