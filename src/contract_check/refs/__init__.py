"""Text -> Ref -> Pin: how a person names a state of a package, and what that comes to."""

from contract_check.refs.around import in_repository
from contract_check.refs.checkout import Checkout, of_folder
from contract_check.refs.folder import content_hash, project_name
from contract_check.refs.loose import loose_requirements, pin_loose
from contract_check.refs.parse import parse
from contract_check.refs.projects import Project, is_project, local_requirements, read_project
from contract_check.refs.resolve import Resolver

__all__ = [
    "Checkout",
    "Project",
    "Resolver",
    "content_hash",
    "in_repository",
    "is_project",
    "local_requirements",
    "loose_requirements",
    "of_folder",
    "parse",
    "pin_loose",
    "project_name",
    "read_project",
]
