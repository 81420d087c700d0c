"""Takes the README's picture: the terminal report of a real run that finds a break.

`python scripts/picture.py` copies the Core that is installed beside the tests, tightens one bound,
runs the tool on it and writes docs/report.svg.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
WIDTH = 88
sys.path.insert(0, str(ROOT))


def report(folder: Path) -> str:
    """The report of one run, with colours, as a person sees it."""
    from tests.support.core import core_copy

    bound = "queue_size: int = Field(..., ge=0"
    core_copy(
        folder,
        {"telemetry/backpressure.py": lambda text: text.replace(bound, bound[:-1] + "1")},
        name="market-data-core",
    )
    tool = str(Path(sys.executable).with_name("contract-check"))
    options = ["--core-ref", "./market-data-core", "--color", "always", "--quiet"]
    done = subprocess.run(
        [tool, *options],
        cwd=folder,
        env={**os.environ, "COLUMNS": str(WIDTH)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 1:
        raise SystemExit(f"the run did not find the break:\n{done.stdout}{done.stderr}")
    return done.stdout.replace(f"{folder}/", "./")


def shortened(text: str) -> str:
    """Without the commands that reproduce it, which are long and not for a picture."""
    return re.sub(r"(?s)\n[^\n]*To reproduce.*?\n(?=[^\n]*Exercised)", "\n", text)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = shortened(report(Path(folder)))
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text))
    command = "contract-check --core-ref ./market-data-core"
    svg = console.export_svg(title=command, unique_id="report")
    # Fonts are the reader's own: a picture in a README fetches nothing.
    svg = re.sub(r"(?s)@font-face \{.*?\}\s*", "", svg)
    (ROOT / "docs" / "report.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
