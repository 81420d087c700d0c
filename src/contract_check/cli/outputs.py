"""Where reports go: `--format FORMAT[=FILE]`, read before the run, written after it."""

from __future__ import annotations

import difflib
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from contract_check.model.errors import UsageError
from contract_check.model.report import Report
from contract_check.reports import RenderOptions, find_format, format_names

Color = Literal["auto", "always", "never"]
_DEFAULT = "terminal"


@dataclass(frozen=True)
class Output:
    """One report to write.

    Args:
        format: the format's name.
        path: the file, or None for stdout.
    """

    format: str
    path: Path | None = None


@dataclass(frozen=True)
class Written:
    """What became of the reports.

    Args:
        stdout: the one for stdout, in characters that stdout can show; empty if there is none.
        lost: why others could not be written.
    """

    stdout: str = ""
    lost: tuple[UsageError, ...] = ()


def parse_outputs(texts: Sequence[str], cwd: Path) -> tuple[Output, ...]:
    """Read the `--format` options.

    Raises:
        UsageError: an unknown format, a file that can't be written, or two reports for one place.
    """
    outputs = tuple(_parse(text, cwd) for text in texts) or (Output(_DEFAULT),)
    places = [output.path for output in outputs]
    for place in places:
        if places.count(place) > 1:
            raise UsageError(
                f"--format: two reports would go to {place or 'stdout'}",
                hint="Give each but one a file of its own: --format json=report.json.",
            )
    return outputs


def write(outputs: Sequence[Output], report: Report, *, color: Color, verbose: bool) -> Written:
    """Write the reports that go to files: each that can be, whatever becomes of the others."""
    for_stdout = ""
    lost: list[UsageError] = []
    for output in outputs:
        text = find_format(output.format).render(report, _options(output, color, verbose))
        if output.path is None:
            encoding = _encoding()
            for_stdout = text.encode(encoding, "backslashreplace").decode(encoding)
        else:
            try:
                _write_file(output.path, text)
            except OSError as error:
                lost.append(_unwritten(output.path, error))
    return Written(for_stdout, tuple(lost))


def _parse(text: str, cwd: Path) -> Output:
    name, sign, file = text.partition("=")
    known = format_names()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        meant = f"Did you mean {near[0]!r}? " if near else ""
        raise UsageError(
            f"--format: there is no format {name!r}",
            hint=f"{meant}The formats are: {', '.join(known)}.",
        )
    if sign and not file:
        raise UsageError(
            f"--format: {text!r} names no file", hint=f"Write --format {name}=FILE, or {name}."
        )
    if not sign or file == "-":
        return Output(name)
    path = cwd / file
    _check_writable(path, file)
    return Output(name, path)


def _check_writable(path: Path, shown: str) -> None:
    """Better now than after the run."""
    fault = None
    if path.is_dir():
        fault = "is a folder"
    elif not path.parent.is_dir():
        fault = f"its folder {path.parent} does not exist"
    elif path.exists() and not os.access(path, os.W_OK):
        fault = "is write-protected"
    elif _is_plain(path) and not os.access(path.resolve().parent, os.W_OK):
        fault = f"its folder {path.parent} is write-protected"
    if fault:
        raise UsageError(
            f"--format: {shown} can't be written: {fault}",
            hint="Give a file in a folder that exists and that you may write to.",
        )


def _is_plain(path: Path) -> bool:
    """Not a device, pipe or the like: those are written to, never replaced."""
    return path.is_file() or not path.exists()


def _options(output: Output, color: Color, verbose: bool) -> RenderOptions:
    if output.path is not None:
        return RenderOptions(verbose=verbose)
    return RenderOptions(
        width=_width(), color=wants_color(color), symbols=_shows_symbols(), verbose=verbose
    )


def wants_color(color: Color) -> bool:
    """Whether stdout gets ANSI styles. For `auto`, see no-color.org and force-color.org."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _width() -> int:
    """The terminal's width, or COLUMNS, or 80; neither unreadably narrow nor tiresomely wide."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, 40), 120)


def _shows_symbols() -> bool:
    try:
        "✓✗".encode(_encoding())
    except UnicodeEncodeError:
        return False
    return True


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def _write_file(path: Path, text: str) -> None:
    if _is_plain(path):
        _replace(path.resolve(), text)
    else:
        path.write_text(text, encoding="utf-8")


def _unwritten(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"--format: {path} can't be written: {error.strerror or error}",
        hint="Give a file in a folder that exists, that you may write to and that has space.",
    )


def _replace(path: Path, text: str) -> None:
    """Write the file whole or not at all, with the permissions any new file would get."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
