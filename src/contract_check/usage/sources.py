"""The consumer's sources: reading them, and leaving out those that can't touch the provider."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_FROM = re.compile(r"\bfrom[\s\\]+(\.[.\s\\]*[\w.]*|[\w.]+)[\s\\]*import\b")
_IMPORT = re.compile(r"\bimport[\s\\]+([\w.]+(?:[\s\\]*(?:,|\bas\b)[\s\\]*[\w.]+)*)")


@dataclass(frozen=True)
class SourceFile:
    """One source file of the consumer.

    Args:
        file: relative to its site-packages folder, with forward slashes.
        module: the dotted name it is imported by.
        text: its source, decoded.
    """

    file: str
    module: str
    text: str

    @property
    def package(self) -> bool:
        return PurePosixPath(self.file).name == "__init__.py"


def module_name(file: str) -> str | None:
    """The dotted name a file is imported by, or None if it is no module of site-packages."""
    path = PurePosixPath(file)
    if path.suffix != ".py" or path.is_absolute() or ".." in path.parts:
        return None
    parts = path.parts[:-1] if path.name == "__init__.py" else (*path.parts[:-1], path.stem)
    if not parts or any(not part or "." in part for part in parts):
        return None
    return ".".join(parts)


def load(site: Path, files: Iterable[str]) -> tuple[list[SourceFile], list[tuple[str, str]]]:
    """The sources among a distribution's files, decoded as Python itself would (PEP 263).

    Args:
        site: the site-packages folder.
        files: names relative to it, as in the distribution's RECORD.

    Returns:
        the sources in the order of their names, and (file, reason) for those that can't be had.
    """
    sources: list[SourceFile] = []
    unreadable: list[tuple[str, str]] = []
    for file in sorted(set(files)):
        module = module_name(file)
        if module is None:
            continue
        try:
            sources.append(SourceFile(file, module, _decode((site / file).read_bytes())))
        except OSError as error:
            unreadable.append((file, f"can't be read: {error.strerror or type(error).__name__}"))
        except (SyntaxError, UnicodeError, LookupError) as error:
            unreadable.append((file, f"can't be decoded: {error}"))
    return sources, unreadable


def untouched(site: Path, files: Iterable[str], roots: frozenset[str]) -> frozenset[str]:
    """The sources among a distribution's files that can take nothing of the provider.

    Args:
        site: the site-packages folder.
        files: names relative to it.
        roots: the provider's top-level import packages.
    """
    sources, _ = load(site, files)
    return frozenset(one.file for one in sources) - {one.file for one in relevant(sources, roots)}


def _decode(data: bytes) -> str:
    """Like `tokenize.open`, from bytes."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding).read()


def below(module: str, roots: Iterable[str]) -> bool:
    """Whether a module is one of the roots or lies inside one."""
    return any(module == root or module.startswith(root + ".") for root in roots)


def absolute(module: str, package: bool, name: str) -> str | None:
    """The absolute name of what an import statement in `module` calls `name`.

    Args:
        name: with its leading dots, if it has any.

    Returns:
        None where the dots lead out of the top-level package.
    """
    plain = name.lstrip(".")
    level = len(name) - len(plain)
    if level == 0:
        return plain
    parts = module.split(".")
    keep = len(parts) - (level - 1 if package else level)
    if keep <= 0:
        return None
    return ".".join([*parts[:keep], plain]) if plain else ".".join(parts[:keep])


@dataclass(frozen=True)
class _Mentions:
    """What a text imports, read without parsing it: possibly too much, never too little."""

    taken: frozenset[str]
    """Modules of `from … import`."""
    whole: frozenset[str]
    """Modules of `import …`."""
    text: str
    dynamic: bool


def _mentions(source: SourceFile) -> _Mentions:
    text = source.text
    taken = set()
    for match in _FROM.finditer(text):
        name = re.sub(r"[\s\\]", "", match.group(1))
        resolved = absolute(source.module, source.package, name)
        if resolved:
            taken.add(resolved)
    whole = {
        word
        for match in _IMPORT.finditer(text)
        for word in re.split(r"[\s\\,]+", match.group(1))
        if word
    }
    dynamic = "import_module" in text or "__import__" in text
    return _Mentions(frozenset(taken), frozenset(whole), text, dynamic)


def relevant(sources: list[SourceFile], roots: frozenset[str]) -> list[SourceFile]:
    """The sources that may take something of the provider, directly or through one another.

    A type can only travel along imports, so whatever imports a relevant module is relevant too.
    Parsing is what costs time; this reads texts alone, and errs on the side of keeping.
    """
    mentions = {source.module: _mentions(source) for source in sources}
    kept = {
        source.module
        for source in sources
        if any(below(name, roots) for name in mentions[source.module].taken)
        or any(below(name, roots) for name in mentions[source.module].whole)
        or _names_inside(mentions[source.module], roots)
    }
    fresh = set(kept)
    while fresh:
        fresh = {
            name
            for name, seen in mentions.items()
            if name not in kept and any(_may_import(seen, module) for module in fresh)
        }
        kept |= fresh
    return [source for source in sources if source.module in kept]


def _names_inside(seen: _Mentions, roots: frozenset[str]) -> bool:
    """A dynamic import, or `from namespace import root` of a root inside a namespace package."""
    if seen.dynamic and any(root.split(".")[0] in seen.text for root in roots):
        return True
    return any(
        "." in root
        and root.rpartition(".")[0] in seen.taken | seen.whole
        and root.rpartition(".")[2] in seen.text
        for root in roots
    )


def _may_import(seen: _Mentions, module: str) -> bool:
    parent, _, stem = module.rpartition(".")
    if module in seen.taken or any(below(name, (module,)) for name in seen.whole):
        return True
    if stem not in seen.text:
        return False
    return seen.dynamic or parent in seen.taken or any(below(module, (n,)) for n in seen.whole)
