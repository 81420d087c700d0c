"""What is replayed: payloads from schemas, from exact schema differences and from samples.

Everything here is a pure function: no clock, no randomness, no I/O; equal arguments give equal
payloads in equal order.
"""

from contract_check.payloads.corpus import constructor_variants, from_samples, merge
from contract_check.payloads.difference import FEW_PARTS, MOST_PARTS, WIDE, from_difference
from contract_check.payloads.from_literals import from_literals
from contract_check.payloads.from_metadata import from_metadata
from contract_check.payloads.from_schemas import from_schema
from contract_check.payloads.ordinary import ordinary
from contract_check.payloads.parts import from_properties
from contract_check.payloads.schema import most_arms
from contract_check.payloads.shrink import minimal
from contract_check.payloads.unwritten import NewNames, adds_names

__all__ = [
    "FEW_PARTS",
    "MOST_PARTS",
    "WIDE",
    "NewNames",
    "adds_names",
    "constructor_variants",
    "from_difference",
    "from_literals",
    "from_metadata",
    "from_properties",
    "from_samples",
    "from_schema",
    "merge",
    "minimal",
    "most_arms",
    "ordinary",
]
