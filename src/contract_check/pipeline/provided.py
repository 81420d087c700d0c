"""What was imported is what was installed: the files that the provider's modules came from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from contract_check import observe
from contract_check.model.errors import CheckError
from contract_check.pipeline.subjects import Subject


def asked(subject: Subject) -> tuple[str, ...]:
    """The provider's modules whose files are wanted."""
    return () if subject.provided is None else subject.provider.modules


def check(
    subject: Subject, imported: Mapping[str, tuple[Path, ...]], surroundings: observe.Surroundings
) -> None:
    """Make sure that the provider's modules came from where it is installed.

    Args:
        subject: says where that is.
        imported: modules and where each came from, as the code under test has them.
        surroundings: for the names of folders.

    Raises:
        CheckError: one came from elsewhere.
    """
    if subject.provided is None:
        return
    folder = subject.provided
    for name in sorted(imported):
        places = imported[name]
        if any(_is_own(place, name, folder) for place in places):
            continue
        # Another module under this name: the provider's own business where its package is its own.
        inside = any(_is_inside(place, subject) for place in places)
        if "." in name and (inside or not _is_called(places, name)):
            continue
        place = surroundings.shown(str(places[0]), subject.side, subject.python)
        raise CheckError(
            f"{subject.side}: {name} was imported from {place}, which is not what was installed",
            stage="probe",
            side=subject.side,
            hint=f"Something puts a copy of {subject.provider.name} before the installed one: a "
            "vendored package, a .pth file or a change of sys.path. What was seen is that copy, "
            "so nothing is known of the version in question.",
        )


def _is_own(place: Path, name: str, folder: Path) -> bool:
    """Whether a path is where a folder of packages has the module of this name."""
    parts = name.split(".")
    for base in (folder, Path(os.path.realpath(folder))):
        for path in (place, Path(os.path.realpath(place))):
            if path.is_relative_to(base):
                inside = list(path.relative_to(base).parts)
                inside[-1:] = [inside[-1].partition(".")[0]] if inside else []
                if inside in (parts, [*parts, "__init__"]):
                    return True
    return False


def _is_inside(place: Path, subject: Subject) -> bool:
    """Whether a path is one of the provider's own files, under whatever name."""
    assert subject.provided is not None
    return any(_is_own(place, module, subject.provided) for module in subject.provider.modules)


def _is_called(places: tuple[Path, ...], name: str) -> bool:
    """Whether the files have the module's own name, as those of a copy do."""
    last = name.rpartition(".")[2]
    return any(
        last == (place.parent.name if place.stem == "__init__" else place.name.partition(".")[0])
        for place in places
    )
