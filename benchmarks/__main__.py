"""Both benchmarks, one after the other: `python -m benchmarks`."""

from __future__ import annotations

import sys

from benchmarks import speed
from benchmarks.mutation import __main__ as mutation

if __name__ == "__main__":
    sys.exit(max(speed.main([]), mutation.main(sys.argv[1:])))
