"""The report in the formats people and programs read, each a pure function of the `Report`."""

from contract_check.reports.interface import Format, RenderOptions
from contract_check.reports.registry import find_format, format_names

__all__ = ["Format", "RenderOptions", "find_format", "format_names"]
