"""What processes under test print, as it is repeated in reports."""

from __future__ import annotations

import sys
from pathlib import Path

from contract_check.observe import Surroundings, run_program


def test_every_folder_of_packages_has_the_same_name(tmp_path: Path) -> None:
    base, site = tmp_path / "cache" / "bases" / "f6d0" / "site", tmp_path / "site"
    surroundings = Surroundings(tmp_path / "run", {}, 30, 4096, sites=(site, base))
    code = f"raise ValueError({str(base / 'a.so')!r}, {str(site / 'b.py')!r})"

    run = run_program(Path(sys.executable), code, surroundings=surroundings, name="witness")

    assert run.summary == ("exit 1: ValueError: ('<site-packages>/a.so', '<site-packages>/b.py')")
