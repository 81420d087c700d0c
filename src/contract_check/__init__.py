"""contract-check: does this version of a provider still fit the package that builds on it?"""

__version__ = "0.1.0"
"""The one place that says it: the build takes it from here."""
