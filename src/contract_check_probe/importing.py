"""Imports modules and resolves `module:name`."""

from __future__ import annotations

import importlib
import sys
import warnings
from typing import Any

from contract_check_probe.encoding import RAISED
from contract_check_probe.failures import describe_failure, describe_warnings
from contract_check_probe.limits import Exceeded, within

NO_END = "NoEnd"
"""In place of an exception's name, where an import did not come to an end in its time."""
_asked: set[str] = set()


def modules_asked() -> list[Any]:
    """The modules that the host asked for and that imported, in order of their names."""
    return [sys.modules[name] for name in sorted(_asked) if name in sys.modules]


def import_module(name: str, seconds: float = 3600.0) -> dict[str, Any]:
    """Import one module; whatever it raises is a fact, `SystemExit` too.

    Args:
        name: of the module.
        seconds: after which the import is interrupted.
    """
    _asked.add(name)
    failure: dict[str, Any] | None = None
    names: list[str] = []
    with warnings.catch_warnings(record=True) as recorded:
        warnings.simplefilter("always")
        try:
            with within(seconds):
                names = _public_names(importlib.import_module(name))
        except Exceeded as error:
            failure = {**describe_failure(error), "type": NO_END, "message": f"{seconds:g}"}
        except BaseException as error:  # noqa: BLE001 - the host judges, also over exits
            failure = describe_failure(error)
    return {
        "name": name,
        "failure": failure,
        "warnings": describe_warnings(list(recorded)),
        "names": names,
    }


def took_all_memory(outcome: dict[str, Any]) -> bool:
    """Whether an import took all memory there is: the others would go the same way."""
    failure = outcome["failure"]
    return failure is not None and failure["type"] == "MemoryError"


def came_to_no_end(outcome: dict[str, Any]) -> bool:
    """Whether an import was interrupted as it took too long."""
    failure = outcome["failure"]
    return failure is not None and failure["type"] == NO_END


def _is_put_there(name: str, value: Any) -> bool:
    """Whether Pydantic itself put a generic model with its arguments there, under its own name."""
    try:
        own = vars(value) if isinstance(value, type) else {}
    except RAISED:  # a foreign object may raise whatever it is asked
        return False
    filled = own.get("__pydantic_generic_metadata__")
    return isinstance(filled, dict) and filled.get("origin") is not None and name == value.__name__


def _public_names(module: Any) -> list[str]:
    listed = getattr(module, "__all__", None)
    if isinstance(listed, (list, tuple)):
        return sorted({str(name) for name in listed if hasattr(module, str(name))})
    names = {
        name
        for name, value in list(vars(module).items())
        if not (name.startswith("_") or _is_put_there(name, value))
    }
    if "__dir__" in vars(module):
        names.update(str(name) for name in dir(module) if _has(module, str(name)))
    return sorted(name for name in names if not name.startswith("_"))


def _has(module: Any, name: str) -> bool:
    """Whether a name that a module says it looks up itself (PEP 562) can be had of it."""
    try:
        getattr(module, name)
    except RAISED:  # whatever it raises, the name can't be had
        return False
    return True


def resolve(ref: str, *, imported: bool = False) -> Any:
    """The object that `module` or `module:qualified.name` names.

    Args:
        ref: what to look up.
        imported: as `from module import name` does, which imports a submodule of that name.

    Raises:
        BaseException: whatever the import or the look-up raises.
    """
    module_name, _, path = ref.partition(":")
    found: Any = sys.modules.get(module_name)
    if found is None:
        found = importlib.import_module(module_name)
    for part in filter(None, path.split(".")):
        try:
            found = getattr(found, part)
        except AttributeError:
            if not (imported and part == path and _import_submodule(found, part)):
                raise
            found = getattr(found, part)
    return found


def _import_submodule(package: Any, name: str) -> bool:
    """Import a submodule; False where there is none of that name."""
    if not hasattr(package, "__path__"):
        return False
    whole = f"{package.__name__}.{name}"
    try:
        importlib.import_module(whole)
    except ModuleNotFoundError as error:
        if error.name != whole:
            raise
        return False
    return True
