"""Puts options, files and profile together."""

from __future__ import annotations

import datetime
import difflib
import os
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from contract_check.config.document import (
    ConsumerTable,
    Document,
    ProviderTable,
    TestsTable,
)
from contract_check.config.files import (
    DEFAULT_PROFILE,
    Source,
    find_file,
    read_file,
    read_profile,
)
from contract_check.config.options import Options
from contract_check.config.packages import check_requirement, folder_package, parse_package
from contract_check.model.contracts import Contract, Policy
from contract_check.model.errors import UsageError
from contract_check.model.refs import Package
from contract_check.model.settings import (
    LEAST_MEMORY,
    LONGEST_TIMEOUT,
    MOST_MEMORY,
    Settings,
    TestSettings,
)

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_Table = TypeVar("_Table", bound=ProviderTable)


def load(
    options: Options, cwd: Path, environ: Mapping[str, str], *, candidate: bool = True
) -> Settings:
    """One run's settings.

    Args:
        options: what the command line said.
        cwd: where the configuration file is looked for, and what relative paths start from
            that options name; those in a file start from the file's folder.
        environ: the parent's environment: where the cache folder may be named.
        candidate: there must be a ref of the provider that is in question.

    Raises:
        UsageError: something said can't be used; the error names the option, or file and key.
    """
    source = _configuration(options, cwd)
    document = source.document
    provider = _package(options.provider, "--provider", source, "provider")
    consumer = _consumer(options, cwd, source)
    own_provider = _is_same(provider, document.provider)
    own_consumer = _is_same(consumer, document.consumer)
    table = document.consumer if own_consumer else None
    policy = _policy(options, document, own=own_provider and own_consumer)
    _check_policy(policy, source)
    typed = _variables(options.env)
    named = options.consumer or options.consumer_path
    handed_on = (*(table.pass_env if table else ()), *map(_name, options.pass_env))
    return Settings(
        provider=_with_repository(provider, options.provider_repository),
        consumer=_with_repository(consumer, options.consumer_repository),
        provider_ref=_candidate(options, source) if candidate else None,
        consumer_from=None if named or own_provider else _whence(source),
        consumer_path=_consumer_path(options, table, cwd),
        consumer_ref=options.consumer_ref or (document.consumer_ref if own_consumer else None),
        baseline=options.baseline or (document.baseline if own_provider else None),
        contracts=_contracts(options, document) if own_provider and own_consumer else (),
        policy=policy,
        compatibility=options.compatibility or document.compatibility,
        tests=_tests(options, table),
        env={**(table.env if table else {}), **typed},
        pass_env=_unique(handed_on),
        hidden=_unique((*typed, *handed_on)),
        python=_python(options.python or document.python, source),
        environment=_environment(options.environment, cwd),
        with_requirements=_requirements(options, source),
        exclude_newer=_exclude_newer(options, source),
        installer=options.installer or document.installer or "uv",
        offline=_first(options.offline, document.offline, False),
        refresh=bool(options.refresh),
        timeout=_timeout(options.timeout) or document.timeout or Settings.timeout,
        deadline=_timeout(options.deadline, "--deadline") or document.deadline,
        memory_limit=_memory_limit(options, document),
        keep_environments=_first(options.keep_environments, document.keep_environments, False),
        allow_network=_first(options.allow_network, document.allow_network, False),
        type_checker=_first(options.type_checker, document.type_checker, True),
        fingerprints=options.fingerprints is not False,
        import_all=_first(options.import_all, document.import_all, True),
        cache_dir=cache_folder(environ),
        home=source.folder,
    )


def configured_consumers(options: Options, cwd: Path) -> tuple[str, ...]:
    """The consumers that the configuration names for its provider, if that is the one in question.

    Raises:
        UsageError: the configuration can't be read.
    """
    source = _configuration(options, cwd)
    table = source.document.provider
    provider = _package(options.provider, "--provider", source, "provider")
    return table.consumers if table is not None and _is_same(provider, table) else ()


def cache_folder(environ: Mapping[str, str]) -> Path:
    """The folder named by CONTRACT_CHECK_CACHE_DIR, else this user's cache folder.

    Without a HOME, `platformdirs` takes the one of the user database.
    """
    named = environ.get("CONTRACT_CHECK_CACHE_DIR")
    if named:
        return Path(named).absolute()
    from platformdirs import user_cache_path

    return user_cache_path("contract-check", appauthor=False).absolute()


# --- which files -------------------------------------------------------------------------------


def _configuration(options: Options, cwd: Path) -> Source:
    """The file that counts, laid over the profile it names; else the default profile."""
    path = Path(os.path.normpath(cwd / options.config)) if options.config else find_file(cwd)
    if path is None:
        return read_profile(DEFAULT_PROFILE, "the default")
    own = read_file(path)
    name = own.document.profile or (None if _stands_alone(own.document) else DEFAULT_PROFILE)
    if name is None:
        return own
    base = read_profile(name, f"{own.name}: {own.prefix}profile")
    return replace(own, document=_overlay(base.document, own.document))


def _stands_alone(document: Document) -> bool:
    """Whether it speaks of packages of its own; else it only adjusts the default profile."""
    return bool(document.provider or document.consumer or document.contracts)


def _overlay(base: Document, own: Document) -> Document:
    """The base with everything the project's own file says on top of it."""
    said = {name: getattr(own, name) for name in own.model_fields_set}
    said |= {
        "provider": _overlay_table(base.provider, own.provider),
        "consumer": _overlay_table(base.consumer, own.consumer),
        "contracts": _overlay_contracts(base.contracts, own.contracts),
        "policy": _overlay_policy(base.policy, own.policy),
        "with_requirements": _unique((*base.with_requirements, *own.with_requirements)),
    }
    return base.model_copy(update=said)


def _overlay_table(base: _Table | None, own: _Table | None) -> _Table | None:
    """Another package's name replaces the table; the same name adds to it."""
    if base is None or own is None or _bare(base.name) != _bare(own.name):
        return own or base
    update = {name: getattr(own, name) for name in own.model_fields_set}
    if isinstance(base, ConsumerTable) and isinstance(own, ConsumerTable):
        update["env"] = {**base.env, **own.env}
        update["pass_env"] = _unique((*base.pass_env, *own.pass_env))
    return base.model_copy(update=update)


def _overlay_contracts(
    base: tuple[Contract, ...], own: tuple[Contract, ...]
) -> tuple[Contract, ...]:
    merged = {contract.name: contract for contract in base}
    merged |= {contract.name: contract for contract in own}
    return tuple(merged.values())


def _overlay_policy(base: Policy, own: Policy) -> Policy:
    contracts = {name: dict(severities) for name, severities in base.contracts.items()}
    for name, severities in own.contracts.items():
        contracts[name] = {**contracts.get(name, {}), **severities}
    return base.model_copy(
        update={
            "severities": {**base.severities, **own.severities},
            "contracts": contracts,
            "suppressions": (*base.suppressions, *own.suppressions),
            "fail_on": own.fail_on if "fail_on" in own.model_fields_set else base.fail_on,
        }
    )


# --- which packages ----------------------------------------------------------------------------


def _package(option: str | None, flag: str, source: Source, key: str) -> Package:
    """The package a flag names, else the configuration's.

    A flag that names the same package keeps what the configuration knows of it.
    """
    table: ProviderTable | None = getattr(source.document, key)
    configured = _from_table(table, f"{source.name}: {source.prefix}{key}.name") if table else None
    if option is None:
        if configured is None:
            raise UsageError(
                f"{source.name}: {source.prefix}{key}.name: is missing and must be given",
                hint=f'Write [{source.prefix}{key}] with name = "…", or give {flag} NAME.',
            )
        return configured
    named = parse_package(option, flag)
    if configured is None or named.name != configured.name:
        return named
    return replace(configured, extras=named.extras or configured.extras)


def _from_table(table: ProviderTable, where: str) -> Package:
    package = parse_package(table.name, where, table.repository)
    if not table.extras:
        return package
    extras = sorted({*package.extras, *table.extras})
    return parse_package(f"{package.name}[{','.join(extras)}]", where, table.repository)


def _whence(source: Source) -> str:
    return f"the built-in {source.name}" if source.folder is None else source.name


def _is_same(package: Package, table: ProviderTable | None) -> bool:
    return table is not None and _bare(table.name) == package.name


def _bare(name: str) -> str:
    return parse_package(name, "name").name


def _with_repository(package: Package, repository: str | None) -> Package:
    """The package with its repository, of which `#subdirectory=FOLDER` names the project's."""
    text, sign, below = (repository or package.repository or "").partition("#subdirectory=")
    return replace(package, repository=text or None, subdirectory=below if sign else None)


def _consumer(options: Options, cwd: Path, source: Source) -> Package:
    """The consumer that is named; of a folder that is no package, the folder's name."""
    if options.consumer_path is None or options.consumer or source.folder is not None:
        return _package(options.consumer, "--consumer", source, "consumer")
    folder = Path(os.path.normpath(cwd / options.consumer_path))
    return folder_package(folder, "--consumer-path")


def _tests(options: Options, table: ConsumerTable | None) -> TestSettings | None:
    """The tests to run: those of the command line with what the configuration says of tests."""
    configured = table.tests if table is not None else None
    if configured is None and not options.tests:
        if options.tests_with or options.tests_args:
            raise UsageError(
                "--tests-with and --tests-args say how to run tests, and none are asked for",
                hint="Say which: --tests PATH, from the top of the consumer's project.",
            )
        return None
    said = configured or TestsTable()
    needs = (*said.with_requirements, *options.tests_with)
    for path in options.tests:
        if not path.strip() or path.startswith("-"):
            raise UsageError(f"--tests: {path!r} is no path", hint="Options go to --tests-args.")
    return TestSettings(
        paths=options.tests or said.paths,
        keyword=said.keyword,
        marker=said.marker,
        arguments=(*said.arguments, *shlex.split(options.tests_args or "")),
        requirements=tuple(check_requirement(text, "--tests-with") for text in needs),
        group=said.group,
        timeout=said.timeout,
        optional=said.optional and not options.tests,
    )


def _consumer_path(options: Options, table: ConsumerTable | None, cwd: Path) -> Path | None:
    path = options.consumer_path or (table.path if table else None)
    if path is None:
        return None
    if options.consumer_ref:
        raise UsageError(
            "--consumer-path and --consumer-ref both say where the consumer is",
            hint="Give --consumer-path for a folder that is no package, --consumer-ref for one "
            "that is.",
        )
    return Path(os.path.normpath(cwd / path))


def _candidate(options: Options, source: Source) -> str | None:
    if options.provider_ref:
        return options.provider_ref
    if options.environment is None:
        flag = "--core-ref" if source.folder is None else "--provider-ref"
        raise UsageError(
            "there is nothing to check: no ref of the provider is given",
            hint=f"Say which: contract-check {flag} REF, where REF is a version, tag, branch, "
            "commit, folder, wheel or git+ URL.",
        )
    return None


# --- single settings ---------------------------------------------------------------------------


def _contracts(options: Options, document: Document) -> tuple[Contract, ...]:
    """The declared contracts; what the command line says of compatibility counts for each."""
    if options.compatibility is None:
        return document.contracts
    said = {"compatibility": options.compatibility}
    return tuple(contract.model_copy(update=said) for contract in document.contracts)


def _policy(options: Options, document: Document, *, own: bool) -> Policy:
    """The policy that applies; what speaks of other packages' contracts is left out."""
    update: dict[str, object] = {}
    fail_on = options.fail_on or document.fail_on
    if fail_on:
        update["fail_on"] = fail_on
    if not own:
        update |= {"contracts": {}, "suppressions": ()}
    return document.policy.model_copy(update=update)


def _check_policy(policy: Policy, source: Source) -> None:
    """Rules that do not exist would silently do nothing, so they are refused."""
    where = f"{source.name}: {source.prefix}policy"
    named = [(f"{where}.severities.{rule}", rule) for rule in policy.severities]
    for contract, severities in policy.contracts.items():
        named += [(f"{where}.contracts.{contract}.{rule}", rule) for rule in severities]
    for index, suppression in enumerate(policy.suppressions):
        named.append((f"{where}.suppress[{index}].rule", suppression.rule))
        if suppression.expires is not None:
            _day(suppression.expires, f"{where}.suppress[{index}].expires")
    if named:
        _check_rules(named)


def _check_rules(named: Iterable[tuple[str, str]]) -> None:
    from contract_check.rules import catalogue
    from contract_check.rules.ran import RUN_RULES

    known = [rule.id for rule in catalogue()] + [rule.id for rule in RUN_RULES]
    for where, rule in named:
        if rule not in known:
            near = difflib.get_close_matches(rule, known, n=3, cutoff=0.6)
            meant = f"Did you mean {' or '.join(near)}? " if near else ""
            raise UsageError(
                f"{where}: there is no rule {rule!r}",
                hint=f"{meant}`contract-check rules` lists them all.",
            )


def _variables(texts: Iterable[str]) -> dict[str, str]:
    variables: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not _VARIABLE.fullmatch(name):
            # The value may be a secret, so at most the name is repeated.
            raise UsageError(
                f"--env: {name!r} is not of the form NAME=VALUE",
                hint="Write --env NAME=VALUE, or --pass-env NAME to hand on the parent's value.",
            )
        variables[name] = value
    return variables


def _name(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        shown = name.partition("=")[0]
        raise UsageError(
            f"--pass-env: {shown!r} is no variable's name",
            hint="Write the name alone: --pass-env DATABASE_URL.",
        )
    return name


def _python(value: str | None, source: Source) -> str | None:
    if value is not None and (value.startswith("-") or not value.strip()):
        raise UsageError(
            f"--python (or {source.name}: {source.prefix}python): {value!r} is no Python",
            hint="Write a version as in 3.12, or the path of an interpreter.",
        )
    return value


def _environment(path: Path | None, cwd: Path) -> Path | None:
    if path is None:
        return None
    whole = Path(os.path.normpath(cwd / path))
    if not whole.exists():
        raise UsageError(
            f"--environment: {path} does not exist",
            hint="Give the folder of a virtual environment, or the path of its interpreter.",
        )
    return whole


def _requirements(options: Options, source: Source) -> tuple[str, ...]:
    where = f"{source.name}: {source.prefix}with"
    own = [check_requirement(text, where) for text in source.document.with_requirements]
    said = [check_requirement(text, "--with") for text in options.with_requirements]
    return _unique((*own, *said))


def _exclude_newer(options: Options, source: Source) -> str | None:
    if options.exclude_newer:
        return _date(options.exclude_newer, "--exclude-newer")
    if source.document.exclude_newer:
        where = f"{source.name}: {source.prefix}exclude-newer"
        return _date(source.document.exclude_newer, where)
    return None


def _date(text: str, where: str) -> str:
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{where}: {text!r} is no date", hint="Write it as in 2026-01-31 (ISO 8601)."
        ) from None
    return text


def _day(text: str, where: str) -> None:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{where}: {text!r} is no day", hint="Write it as in 2026-01-31, without a time."
        ) from None


def _memory_limit(options: Options, document: Document) -> int:
    limit = options.memory_limit
    if limit is not None and limit < LEAST_MEMORY:
        raise UsageError(
            f"--memory-limit: {limit} MiB is too little for a Python with Pydantic",
            hint=f"Write at least {LEAST_MEMORY}; the default is {Settings.memory_limit}.",
        )
    if limit is not None and limit > MOST_MEMORY:
        raise UsageError(
            f"--memory-limit: {limit} MiB is more than a process can have",
            hint=f"Write at most {MOST_MEMORY}; the default is {Settings.memory_limit}.",
        )
    return limit or document.memory_limit or Settings.memory_limit


def _timeout(value: float | None, option: str = "--timeout") -> float | None:
    if value is not None and not 0 < value <= LONGEST_TIMEOUT:
        raise UsageError(
            f"{option}: {value:g} is no time to wait",
            hint=f"Write seconds, more than 0 and at most {LONGEST_TIMEOUT:.0f} (a week).",
        )
    return value


def _first(*values: bool | None) -> bool:
    return next((value for value in values if value is not None), False)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
