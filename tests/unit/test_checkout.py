"""Where a consumer's module lies in its repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_check.refs.checkout import of_folder, of_names


def project(tmp_path: Path, *files: str) -> Path:
    for name in (".git/HEAD", *files):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("below", "files", "path", "manifest"),
    [
        ("", ("pyproject.toml", "src/store/app.py"), "src/store/app.py", "pyproject.toml"),
        ("", ("setup.py", "store/app.py"), "store/app.py", "setup.py"),
        (
            "services/store",
            ("pyproject.toml", "services/store/pyproject.toml", "services/store/src/store/app.py"),
            "services/store/src/store/app.py",
            "services/store/pyproject.toml",
        ),
        ("", ("setup.py", "lib/py/store/app.py"), "lib/py/store/app.py", "setup.py"),
        # Of what was built from it, the source counts.
        ("", ("src/store/app.py", "build/lib/store/app.py"), "src/store/app.py", None),
        # One of two other projects' files: nobody can tell which.
        ("", ("a/store/app.py", "b/store/app.py"), None, None),
        ("services/store", ("store/app.py", "services/store/pyproject.toml"), None,
         "services/store/pyproject.toml"),
    ],
)  # fmt: skip
def test_a_module_is_found_from_the_top_of_the_repository(
    tmp_path: Path, below: str, files: tuple[str, ...], path: str | None, manifest: str | None
) -> None:
    top = project(tmp_path, *files)
    checkout = of_folder(top / below)
    assert checkout.path_of("store/app.py") == path
    assert checkout.manifest == manifest
    assert path is None or (top / path).is_file()


def test_a_folder_in_no_repository_is_its_own_top(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "app.py").write_text("", encoding="utf-8")
    assert of_folder(tmp_path).path_of("store/app.py") == "store/app.py"


def test_a_listing_of_a_commit_is_read_alike() -> None:
    names = ("services/store/src/store/app.py", "services/other/src/store/app.py")
    assert of_names(names, "services/store").path_of("store/app.py") == names[0]
