"""Both benchmarks, one after the other: `python -m benchmarks`."""

from __future__ import annotations

import sys

import benchmarks.mutation.__main__ as mutation
import benchmarks.speed as speed

if __name__ == "__main__":
    sys.exit(max(speed.main([]), mutation.main(sys.argv[1:])))
