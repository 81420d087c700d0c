"""What the consumer takes from the provider, read from its sources: never imported, never run.

`read` works on texts, `read_installed` on an environment's site-packages, `read_sides` on the
provider's own code; `used_symbols` and
`places` answer questions about the result.
"""

from contract_check.usage.provider_sides import read_alone, read_beside, read_sides
from contract_check.usage.queries import places, used_symbols
from contract_check.usage.reading import read, read_installed
from contract_check.usage.sources import SourceFile, untouched

__all__ = [
    "SourceFile",
    "places",
    "read",
    "read_alone",
    "read_beside",
    "read_installed",
    "read_sides",
    "untouched",
    "used_symbols",
]
