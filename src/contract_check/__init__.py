"""contract-check: does this version of a provider still fit the package that builds on it?"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("market-data-contract-check")
except PackageNotFoundError:  # running from a source tree that was never installed
    __version__ = "0.0.0"
