"""Several consumers of one provider: what each of them is, as a person typed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from contract_check.config.load import configured_consumers, load
from contract_check.config.options import Options
from contract_check.model.errors import UsageError
from contract_check.model.settings import Settings

_PATH_STARTS = ("./", "../", "/", "~")


def load_all(
    options: Options, cwd: Path, environ: Mapping[str, str], names: Mapping[str, str]
) -> tuple[Settings, ...]:
    """The settings of every run that a command line asks for, one a consumer.

    Args:
        options: what the command line said.
        cwd: as for `load`.
        environ: as for `load`.
        names: folder to the name of the project in it, for the folders among the consumers; a
            folder that is not in it holds no package.

    Raises:
        UsageError: something said can't be used.
    """
    typed = consumers_of(options, cwd)
    if not typed:
        return (load(options, cwd, environ),)
    if len(typed) > 1 and (options.consumer_ref or options.consumer_path):
        raise UsageError(
            "--consumer-ref and --consumer-path are about one consumer, and several are named",
            hint="Say it of each: --consumer NAME==VERSION, or --consumer ./folder.",
        )
    each = [_one(options, text, names) for text in typed]
    return tuple(load(one, cwd, environ) for one in each)


def consumers_of(options: Options, cwd: Path) -> tuple[str, ...]:
    """The consumers that are named: on the command line, else by the provider's configuration.

    Raises:
        UsageError: the configuration can't be read.
    """
    if options.consumers or options.consumer or options.consumer_path or options.consumer_ref:
        return options.consumers
    return configured_consumers(options, cwd)


def is_folder(text: str) -> bool:
    """Whether a consumer is named by its folder."""
    return text in (".", "..") or text.startswith(_PATH_STARTS)


def _one(options: Options, text: str, names: Mapping[str, str]) -> Options:
    """The options of a run with this consumer alone."""
    alone = replace(options, consumers=())
    if is_folder(text):
        if text not in names:
            return replace(alone, consumer_path=Path(text).expanduser())
        return replace(alone, consumer=names[text], consumer_ref=f"path:{text}")
    try:
        wanted = Requirement(text)
    except InvalidRequirement:
        raise UsageError(
            f"--consumer: {text!r} is neither a package nor a folder",
            hint="Write a name, a name with its version as in my-service==2.1, or ./folder.",
        ) from None
    extras = f"[{','.join(sorted(wanted.extras))}]" if wanted.extras else ""
    named = replace(alone, consumer=f"{wanted.name}{extras}")
    if wanted.url is not None:
        return replace(named, consumer_ref=wanted.url)
    pinned = [one.version for one in wanted.specifier if one.operator in ("==", "===")]
    if not wanted.specifier:
        return named
    if len(pinned) != 1 or len(wanted.specifier) != 1:
        raise UsageError(
            f"--consumer: {text!r} names no single version",
            hint=f"Write {wanted.name} for its newest release, or {wanted.name}==VERSION.",
        )
    return replace(named, consumer_ref=pinned[0])
