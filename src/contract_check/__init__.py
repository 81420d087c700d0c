"""contract-check: does this version of a provider still fit the package that builds on it?"""

import time

__version__ = "0.1.0"
"""The one place that says it: the build takes it from here."""

STARTED = time.perf_counter()
"""When the first line of contract-check ran in this process, as `time.perf_counter` counts."""
