"""Text -> Ref -> Pin: how a person names a state of a package, and what that comes to."""

from contract_check.refs.folder import content_hash, project_name
from contract_check.refs.parse import parse
from contract_check.refs.resolve import Resolver

__all__ = ["Resolver", "content_hash", "parse", "project_name"]
