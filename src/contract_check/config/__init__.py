"""Settings: what flags, environment, a project's configuration and a profile come to.

`load` is the way in. A flag outranks a `CONTRACT_CHECK_…` variable (the command line folds those
two into one `Options`), which outranks the project's file, which outranks the profile it names.
"""

from contract_check.config.consumers import consumers_of, is_folder, load_all
from contract_check.config.files import find_file, profile_names
from contract_check.config.load import cache_folder, load
from contract_check.config.options import Options
from contract_check.config.packages import folder_package, parse_package

__all__ = [
    "Options",
    "cache_folder",
    "consumers_of",
    "find_file",
    "folder_package",
    "is_folder",
    "load",
    "load_all",
    "parse_package",
    "profile_names",
]
