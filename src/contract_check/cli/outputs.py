"""Where reports go: `--format FORMAT[=FILE]`, read before the run, written after it."""

from __future__ import annotations

import difflib
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from contract_check.model.errors import UsageError
from contract_check.model.report import Report, Reports
from contract_check.reports import RenderOptions, find_format, format_names
from contract_check.support import workflow_commands

Color = Literal["auto", "always", "never"]
_ALONGSIDE = "github"
"""Lines that the runner takes out of the output: they may stand on stdout beside the page."""
_SUMMARY = "GITHUB_STEP_SUMMARY"
_CODE_QUALITY = "gl-code-quality-report.json"


@dataclass(frozen=True)
class Output:
    """One report to write.

    Args:
        format: the format's name.
        path: the file, or None for stdout.
    """

    format: str
    path: Path | None = None


_PAGE = Output("terminal")


@dataclass(frozen=True)
class Written:
    """What became of the reports.

    Args:
        stdout: the one for stdout, in characters that stdout can show; empty if there is none.
        lost: why others could not be written.
    """

    stdout: str = ""
    lost: tuple[UsageError, ...] = ()


def parse_outputs(
    texts: Sequence[str], cwd: Path, environ: Mapping[str, str] | None = None
) -> tuple[Output, ...]:
    """Read the `--format` options; without any, what fits the place the tool runs in.

    Args:
        texts: the options as typed.
        cwd: the folder that files are relative to.
        environ: the variables that tell GitHub Actions and GitLab CI from a terminal.

    Raises:
        UsageError: an unknown format, a file that can't be written, or two reports for one place.
    """
    outputs = tuple(_parse(text, cwd) for text in texts) or _default(cwd, environ or {})
    told = [item for item in outputs if item != Output(_ALONGSIDE) or _PAGE not in outputs]
    places = [output.path for output in told]
    for place in places:
        if places.count(place) > 1:
            raise UsageError(
                f"--format: two reports would go to {place or 'stdout'}",
                hint="Give each but one a file of its own: --format json=report.json.",
            )
    return outputs


def _default(cwd: Path, environ: Mapping[str, str]) -> tuple[Output, ...]:
    """For a terminal the page; in a pipeline besides what that pipeline shows at the lines."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return _PAGE, Output(_ALONGSIDE)
    file = cwd / _CODE_QUALITY
    if environ.get("GITLAB_CI") == "true" and not file.is_dir() and os.access(cwd, os.W_OK):
        return _PAGE, Output("gitlab", file)
    return (_PAGE,)


def write(
    outputs: Sequence[Output], report: Report | Reports, *, color: Color, verbose: bool
) -> Written:
    """Write the reports that go to files: each that can be, whatever becomes of the others."""
    for_stdout = ""
    lost: list[UsageError] = []
    if any(output.format == _ALONGSIDE for output in outputs):
        lost += _summarize(report)
    for output in outputs:
        text = _rendered(output.format, report, _options(output, color, verbose))
        if output.path is None:
            if output.format == "terminal" and workflow_commands.is_read(os.environ):
                text = workflow_commands.inert(text)
            encoding = _encoding()
            for_stdout += text.encode(encoding, "backslashreplace").decode(encoding)
        else:
            try:
                write_file(output.path, text)
            except OSError as error:
                lost.append(_unwritten(output.path, error))
    return Written(for_stdout, tuple(lost))


def _rendered(name: str, told: Report | Reports, options: RenderOptions) -> str:
    found = find_format(name)
    if isinstance(told, Reports):
        return found.render_all(told, options)
    return found.render(told, options)


def _summarize(report: Report | Reports) -> list[UsageError]:
    """Append the Markdown report to the job summary, where the runner offers one."""
    file = os.environ.get(_SUMMARY)
    if not file:
        return []
    text = _rendered("markdown", report, RenderOptions())
    try:
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(f"{text}\n")
    except OSError as error:
        return [_unwritten(Path(file), error)]
    return []


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


def write_file(path: Path, text: str) -> None:
    """Write a file whole or not at all; a device or pipe is written to as it stands.

    Raises:
        OSError: it can't be written.
    """
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
