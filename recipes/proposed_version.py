#!/usr/bin/env python3
"""Says which version of a package a lock file's change proposes: for Dependabot and Renovate.

    python3 proposed_version.py market-data-core --base origin/main

Compares the lock files of the checkout with those of the base, and writes `old=…` and `new=…` to
$GITHUB_OUTPUT, or else to standard output. Nothing is written where the version did not change.
Reads uv.lock, poetry.lock, pdm.lock, pylock.toml, Pipfile.lock and requirements files. Needs git
and Python 3.11, nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")


def normalized(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(file: str, text: str, package: str) -> str | None:
    """The version that a lock or requirements file holds of a package, if it holds one."""
    if file.endswith("Pipfile.lock"):
        entry = json.loads(text).get("default", {}).get(package, {})
        return str(entry.get("version", "")).removeprefix("==") or None
    if file.endswith((".lock", ".toml")):
        told = tomllib.loads(text)
        entries = told.get("package", told.get("packages", []))
        return next(
            (each.get("version") for each in entries if normalized(each["name"]) == package), None
        )
    pinned = re.findall(r"(?m)^\s*([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*==\s*([^\s;#\\]+)", text)
    return next((version for name, version in pinned if normalized(name) == package), None)


def git(*arguments: str) -> str:
    """What git answers; empty where it refuses."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def change(package: str, base: str) -> tuple[str, str] | None:
    """The old and the new version, of the first lock file in which they differ."""
    for file in git("diff", "--name-only", "--end-of-options", base).splitlines():
        name = Path(file).name
        if name not in LOCKS and not re.fullmatch(r"requirements.*\.txt", name):
            continue
        if not Path(file).is_file():
            continue
        old = locked(file, git("show", f"{base}:{file}"), package)
        new = locked(file, Path(file).read_text(encoding="utf-8"), package)
        if old and new and old != new:
            return old, new
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package")
    parser.add_argument("--base", default="origin/main", help="what the change is compared with")
    given = parser.parse_args()
    found = change(normalized(given.package), given.base)
    if found is None:
        print(f"{given.package} stays as it is", file=sys.stderr)
        return 0
    if not all(re.fullmatch(r"[\w.!+-]+", version) for version in found):
        print(f"{given.package}: the lock file holds no plain version", file=sys.stderr)
        return 1
    lines = f"old={found[0]}\nnew={found[1]}\n"
    output = os.environ.get("GITHUB_OUTPUT")
    if output:
        with Path(output).open("a", encoding="utf-8") as file:
            file.write(lines)
    else:
        sys.stdout.write(lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
