"""The second reader: a type checker that the field maintains, on the consumer's sources.

It is run against both environments, and what is new with the candidate is a suspicion: it names
a line, and the types there name what of the provider's that line works with. Rules and witnesses
decide.
"""

from contract_check.reader.alike import tells_the_same
from contract_check.reader.interface import Checker, Launch, World
from contract_check.reader.pyrefly import Pyrefly
from contract_check.reader.reading import copied, read
from contract_check.reader.resolving import merged

__all__ = ["Checker", "Launch", "Pyrefly", "World", "copied", "merged", "read", "tells_the_same"]
