"""The consumer's modules that can't be imported, and what would make them importable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from contract_check.model.observation import Failure, ModuleOutcome
from contract_check.model.report import ReportError, Unchecked
from contract_check.rules.case import Case, module_failures

_VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]\b")
_NAMED_SO = re.compile(r"(?i:environment variable|env var(?:iable)?)\W+([A-Za-z_]\w*)")
_KEY = re.compile(r"'([A-Z_][A-Z0-9_]*)'")
_SETTINGS = re.compile(r"validation errors? for (\w+)")
_MOST_WORDS = 240


def unimportable(case: Case) -> Iterator[Unchecked]:
    """The modules that fail for no fault of the provider's: the others are checked."""
    for outcome, failure in module_failures(case.candidate):
        if not blames_provider(case, failure):
            yield Unchecked(subject=outcome.name, reason=_in_words(case, failure))


def blames_provider(case: Case, failure: Failure) -> bool:
    """Whether a failure comes from the provider's code, or from what is missing in it."""
    missing = failure.missing_module or ""
    return case.is_provider(missing) or any(case.is_provider(f.module) for f in failure.frames)


def nothing_imported(case: Case) -> Iterator[ReportError]:
    """What is said where no module of the consumer can be imported: nothing of it was run."""
    outcomes = [item for item in case.candidate.described.modules if case.is_consumer(item.name)]
    failures = [item.failure for item in outcomes if item.failure is not None]
    if not outcomes or len(failures) < len(outcomes) or _are_read_alone(case, outcomes):
        return
    name, failure = _first(case, outcomes)
    consumer = case.candidate.consumer.name
    compared = case.baseline is not None
    before = {item.name for item, _ in module_failures(case.baseline)} if case.baseline else set()
    also = ", nor can they with the baseline" if compared and name in before else ""
    yield ReportError(
        stage="contract",
        side="candidate",
        message=f"no module of {consumer} can be imported{also}, so nothing of it was checked: "
        f"{name} raises {failure.type}: {failure.message[:_MOST_WORDS]}",
        hint=advice(case, failure)
        or f"Find third parties that {consumer} works with (--exclude-newer DATE, or --with "
        "'NAME<VERSION'), or pass what its import needs with --env.",
    )


def _are_read_alone(case: Case, outcomes: list[ModuleOutcome]) -> bool:
    """Whether the consumer has files that no module's name leads to: they were read, as scripts."""
    modules = {item.name for item in outcomes}
    files = {use.place.file for use in case.usage.imports}
    names = {file.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in files}
    return bool(names - modules)


def _first(case: Case, outcomes: list[ModuleOutcome]) -> tuple[str, Failure]:
    """The failure of a whole package, which takes its modules along, else the first."""
    failing = [(item.name, item.failure) for item in outcomes if item.failure is not None]
    return next((item for item in failing if item[0] in case.consumer_roots), failing[0])


def _in_words(case: Case, failure: Failure) -> str:
    words = f"{failure.type}: {failure.message}"[:_MOST_WORDS]
    told = advice(case, failure)
    return f"{words}. {told}" if told else words


def advice(case: Case, failure: Failure) -> str:
    """What would make an import succeed; empty where nothing is known."""
    if failure.type == "SystemExit":
        return "It is a script: importing it ends the process."
    if failure.type == "NoEnd":
        return "Importing it comes to no end; raise --timeout if it is only slow."
    if failure.type == "ModuleNotFoundError" and failure.missing_module:
        return _install(case, failure.missing_module)
    if names := _variables(failure):
        first = names[0]
        return f"Set it with --env {first}=VALUE, or hand it on with --pass-env {first}."
    if failure.type.endswith("ValidationError") and (found := _SETTINGS.search(failure.message)):
        fields = dict.fromkeys(str(item.loc[0]) for item in failure.errors if item.loc)
        return (
            f"If {found[1]} reads {', '.join(fields) or 'its fields'} from the environment, set "
            "the variables with --env NAME=VALUE, or hand them on with --pass-env NAME."
        )
    return ""


def _variables(failure: Failure) -> list[str]:
    """The environment variables that a failure names."""
    if failure.type == "KeyError":
        found = _KEY.fullmatch(failure.message.strip())
        return [found[1]] if found else []
    named = [match[1] for match in _NAMED_SO.finditer(failure.message)]
    return [*named, *_VARIABLE.findall(failure.message)]


def _install(case: Case, module: str) -> str:
    top = module.partition(".")[0]
    if case.is_consumer(top) or case.is_provider(top):
        return ""
    consumer = case.candidate.consumer
    for line in consumer.requires:
        try:
            asked = Requirement(line)
        except InvalidRequirement:
            continue
        marker = str(asked.marker or "")
        if canonicalize_name(asked.name) == canonicalize_name(top) and "extra" in marker:
            extra = marker.rpartition("==")[2].strip().strip("\"'")
            return f"Install it with --consumer '{consumer.name}[{extra}]'."
    return f"Install what brings {top} with --with."
