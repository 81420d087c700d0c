"""A small provider in three versions and a consumer in a repository, without any registry."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.packages import nothing_but, project, repository, wheel

OLD = "def total(prices, currency='EUR'):\n    return sum(prices)\n"
BROKEN = "def total(prices):\n    return sum(prices)\n"
SAME = f"{OLD}\n\ndef mean(prices):\n    return sum(prices) / len(prices)\n"
CONSUMER = (
    '"""Bills."""\n\nfrom acme_prices import total\n\n\n'
    "def bill(prices):\n    return total(prices, currency='USD')\n"
)


@dataclass(frozen=True)
class Pair:
    """acme-prices 1.0 (what the consumer declares), 1.1 (compatible), 2.0 (a break); acme-bills.

    Args:
        house: the folder with the provider's wheels.
        top: the top of the consumer's repository.
        consumer: the consumer's project in it.
        env: index settings under which there is nothing but these.
    """

    house: Path
    top: Path
    consumer: Path
    env: Mapping[str, str]

    @property
    def options(self) -> list[str]:
        return ["--provider", "acme-prices", "--consumer", "acme-bills"]


def make(folder: Path, *, below: str = "", src: bool = True) -> Pair:
    """Write the pair.

    Args:
        folder: an empty one.
        below: where in its repository the consumer's project lies.
        src: whether its package lies in `src`.
    """
    house, top = folder / "house", folder / "checkout"
    for version, source in (("1.0", OLD), ("1.1", SAME), ("2.0", BROKEN)):
        wheel(house, "acme-prices", version, files={"acme_prices/__init__.py": source})
    consumer = project(
        top / below,
        "acme-bills",
        "0.1",
        requires=["acme-prices>=1.0"],
        source=CONSUMER,
        before="os.chdir('src')" if src else "pass",
    )
    if src:
        (consumer / "src").mkdir()
        shutil.move(consumer / "acme_bills", consumer / "src" / "acme_bills")
    repository(top)
    return Pair(house, top, consumer, nothing_but(house))
