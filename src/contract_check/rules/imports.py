"""Imports: does the consumer still find what it imports from the provider?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from contract_check.model.observation import Failure, Frame, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import ImportUse, Place
from contract_check.rules.case import Case, module_failures, short
from contract_check.rules.collisions import class_failure
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.uses import where
from contract_check.rules.witnesses import import_of, importing, statement
from contract_check.rules.wording import a_

_SOURCE = (Direction.SOURCE,)
_IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError", "AttributeError")


def _consumer_place(case: Case, failure: Failure) -> Place | None:
    """The innermost line of the consumer on the way to a failure."""
    for frame in reversed(failure.frames):
        if case.is_consumer(frame.module):
            return Place(frame.file, frame.line)
    return None


def _failing(case: Case, name: str, failure: Failure) -> str:
    """The innermost module of the consumer on the way to a failure, else what was imported."""
    own = [frame.module for frame in failure.frames if case.is_consumer(frame.module)]
    return own[-1] if own else name


def _raised_in(failure: Failure) -> Frame | None:
    return failure.frames[-1] if failure.frames else None


def _missing(case: Case) -> Iterator[tuple[str, Failure, Place | None, str | None]]:
    """What of the provider could not be had: (ref, failure, place, importing consumer module).

    Met when a consumer module was imported, or when a symbol it uses was looked up.
    """
    for outcome, failure in module_failures(case.candidate):
        ref = _missing_ref(case, failure)
        if ref is not None and case.is_consumer(outcome.name):
            yield ref, failure, _consumer_place(case, failure), outcome.name
    yield from _missing_behind_guards(case)
    for symbol in case.candidate.described.symbols.values():
        if symbol.kind == "missing" and symbol.failure and case.is_provider(symbol.ref):
            ref = _missing_symbol(case, symbol)
            if ref is not None:
                yield ref, symbol.failure, case.place_of(symbol.ref), None


def _fell(case: Case, failure: Failure) -> bool:
    """Whether a module fell because another one of the consumer's own had fallen before it, or
    lacks what it lost behind a guard."""
    missing = failure.missing_module
    own = missing is not None and case.is_consumer(missing)
    unbound = failure.type in ("NameError", "UnboundLocalError")
    raised = _raised_in(failure)
    # What importlib looks up of a package that failed, and was taken out of `sys.modules`.
    gone = failure.type == "KeyError" and case.is_consumer(failure.message.strip("'"))
    return own or gone or (unbound and raised is not None and case.is_consumer(raised.module))


def _missing_behind_guards(
    case: Case,
) -> Iterator[tuple[str, Failure, Place | None, str | None]]:
    """What is imported behind guards alone, where modules fall for the lack of it all the same."""
    failures = [failure for _, failure in module_failures(case.candidate)]
    known = {outcome.name for outcome, _ in module_failures(case.baseline)} if case.baseline else ()
    fallen = [item for item, failure in module_failures(case.candidate) if _fell(case, failure)]
    if case.baseline is None or not any(item.name not in known for item in fallen):
        return
    if any(_missing_ref(case, failure) is not None for failure in failures):
        return
    for symbol in case.candidate.described.symbols.values():
        failure = symbol.failure
        if symbol.kind != "missing" or failure is None or not case.is_provider(symbol.ref):
            continue
        lost = _is_absence(case, failure) and _was_had(case, symbol.ref)
        if lost and case.is_guarded(symbol.ref) and symbol.ref not in case.unmet:
            yield symbol.ref, failure, case.place_of(symbol.ref), None


def _roots(case: Case) -> tuple[Locus, ...]:
    """The places of the provider's changes by which modules of the consumer's fall."""
    found = [Locus(case.label(ref)) for ref, *_ in _missing(case)]
    found += [
        Locus(case.label(_failing(case, name, failure)))
        for name, failure in _failures(case)
        if not _fell(case, failure) and _culprit(case, name, failure) is not None
    ]
    return tuple(dict.fromkeys(found))


def _missing_ref(case: Case, failure: Failure) -> str | None:
    """`module:name` or `module` of the provider that a failed import of the consumer's wanted."""
    module = failure.missing_module
    if failure.type not in _IMPORT_ERRORS or module is None or not case.is_provider(module):
        return None
    raised = _raised_in(failure)
    if raised is not None and case.is_provider(raised.module):
        return None  # the provider's own code misses it: it is broken by itself
    return f"{module}:{failure.missing_name}" if failure.missing_name else module


def _missing_symbol(case: Case, symbol: Symbol) -> str | None:
    failure = symbol.failure
    if failure is None or not _is_absence(case, failure) or not _was_had(case, symbol.ref):
        return None
    if failure.type == "ModuleNotFoundError" and not _by_getattr(case, failure):
        missing = failure.missing_module
        known = missing is not None and case.is_provider(missing)
        guarded = case.is_guarded(symbol.ref) or (known and case.is_guarded_module(missing))
        return missing if known and not guarded else None
    return None if case.is_guarded(symbol.ref) or symbol.ref in case.unmet else symbol.ref


def _is_absence(case: Case, failure: Failure) -> bool:
    """Whether a name or module of the provider is not there, rather than there and broken.

    A module may look names up itself, by a function `__getattr__` (PEP 562).
    """
    if failure.type not in _IMPORT_ERRORS:
        return False
    provided = [frame for frame in failure.frames if case.is_provider(frame.module)]
    if not provided:
        return True
    missing = failure.missing_module
    return _by_getattr(case, failure) and (missing is None or case.is_provider(missing))


def _by_getattr(case: Case, failure: Failure) -> bool:
    """Whether a look-up of the provider's own raised, and no module of it that was imported."""
    functions = {frame.function for frame in failure.frames if case.is_provider(frame.module)}
    return bool(functions) and "<module>" not in functions


def _was_had(case: Case, ref: str) -> bool:
    """Whether something was there before.

    Without a baseline a name that only a contract knows may as well be misspelt there.
    """
    return _is_taken(case, ref) if case.baseline is None else not _was_missing(case, ref)


def _failures(case: Case) -> Iterator[tuple[str, Failure]]:
    """What could not be imported, and what the consumer takes later that is there and broken."""
    for outcome, failure in module_failures(case.candidate):
        yield outcome.name, failure
    for ref, symbol in case.candidate.described.symbols.items():
        failure_ = symbol.failure
        if symbol.kind != "missing" or failure_ is None or not case.is_provider(ref):
            continue
        guarded = failure_.type in _IMPORT_ERRORS and case.is_guarded(ref)
        if not _is_absence(case, failure_) and _was_had(case, ref) and not guarded:
            yield ref, failure_


def _is_taken(case: Case, ref: str) -> bool:
    """Whether the consumer's own code takes it from the provider."""
    module, _, path = ref.partition(":")
    name = path.partition(".")[0] or None
    called = (call.target.partition(":") for call in case.usage.calls)
    return (
        any(use.module == module and name in (None, use.name) for use in case.usage.imports)
        or any(use.owner == module and name in (None, use.member) for use in case.usage.members)
        or any(home == module and name == what.partition(".")[0] for home, _, what in called)
    )


def _was_missing(case: Case, ref: str) -> bool:
    before = case.baseline.symbol(ref) if case.baseline else None
    return before is None or before.kind == "missing"


def _module_removed(case: Case) -> Iterator[Draft]:
    seen: set[str] = set()
    for ref, _failure, place, _importer in _missing(case):
        if ":" in ref or ref in seen:
            continue
        seen.add(ref)
        wanted = _first_wanted(case, ref)
        message = f"the module {ref} is gone, and {case.candidate.consumer.name} imports it"
        hint = f"Keep {ref} as a module that re-exports what moved, or change the import."
        if not _was_seen(case, ref):
            message = f"there is no module {ref}, and {case.candidate.consumer.name} imports it"
            hint = f"Change the import, or add a module {ref} to {case.candidate.provider.name}."
        yield Draft(
            subject=ref,
            message=message,
            hint=hint,
            loci=(Locus(case.label(ref)), *_everything_in(case, ref)),
            contract=_contract_of_module(case, ref),
            check="import",
            location=place or case.place_of(ref),
            programs=(importing(wanted or ref),),
            observed=True,
            same="missing",
        )


def _first_wanted(case: Case, module: str) -> str | None:
    for use in case.usage.imports:
        if use.module == module and use.name not in (None, "*"):
            return f"{module}:{use.name}"
    return None


def _everything_in(case: Case, module: str) -> tuple[Locus, ...]:
    """The places of what the consumer takes from a module, or by way of it: they are gone too."""
    taken = [
        f"{module}:{use.name}"
        for use in case.usage.imports
        if use.name is not None and (use.module == module or use.module.startswith(f"{module}."))
    ]
    taken += [
        ref
        for ref, symbol in case.candidate.described.symbols.items()
        if symbol.failure is not None and symbol.failure.missing_module == module
    ]
    return tuple(Locus(case.label(ref)) for ref in dict.fromkeys(taken))


def _contract_of_module(case: Case, module: str) -> str | None:
    for contract in case.contracts:
        home = contract.provider.partition(":")[0]
        if home == module or home.startswith(f"{module}."):
            return contract.name
    return None


def _symbol_removed(case: Case) -> Iterator[Draft]:
    seen: set[str] = set()
    for ref, _failure, place, _importer in _missing(case):
        name = case.label(ref)
        if ":" not in ref or name in seen:
            continue
        seen.add(name)
        module, _, attribute = ref.partition(":")
        consumer = case.candidate.consumer.name
        read = _is_read(case, ref)
        taken = f"{consumer} {'reads it there' if read else 'imports it from there'}"
        what = "the code that reads it" if read else "the import"
        message = f"{attribute} is no longer in {module}, and {taken}"
        hint = f"Keep {attribute} importable from {module} (an alias is enough), "
        hint += f"or change {what}."
        if not _was_seen(case, ref):
            message = f"{module} has no {attribute}, and {taken}"
            hint = f"Correct {what}, or add {attribute} to {module}."
        location = place or case.place_of(ref) or _taken_from(case, ref)
        yield Draft(
            subject=ref,
            message=message,
            hint=hint,
            loci=(Locus(name),),
            contract=_contract_of_symbol(case, name),
            check="import",
            location=location,
            places=() if location is None else (location, *_read_at(case, ref)),
            programs=tuple(_reading(ref, location)) if read else (importing(ref),),
            observed=True,
            same="missing",
        )


def _taken_from(case: Case, ref: str) -> Place | None:
    """The first line that takes something from a module which it reaches by an attribute."""
    module = ref.replace(":", ".")
    used = [(use.target, use.place) for use in case.usage.calls]
    used += [(use.owner, use.place) for use in case.usage.members]
    used += [(use.ref, use.place) for use in case.usage.names]
    found = (place for name, place in used if f"{name}.".startswith((f"{ref}.", f"{module}:")))
    return min(found, default=None)


def _reading(ref: str, place: Place | None) -> Iterator[Program]:
    """Takes something off its module; where the consumer imports more, after all that it imports:
    a submodule is there once anybody has imported it."""
    module, _, attribute = ref.partition(":")
    yield statement(import_of(module), "", f"{module}.{attribute}")
    if place is not None:
        parts = place.file.removesuffix(".py").removesuffix("/__init__").split("/")
        if all(part.isidentifier() for part in parts):
            own = ".".join(parts)
            yield statement(f"import {own}", import_of(module), "", f"{module}.{attribute}")


def _read_at(case: Case, ref: str) -> tuple[Place, ...]:
    """Where it is taken off its module, in files that import the module and not the name."""
    module, _, name = ref.partition(":")
    uses = case.usage.imports
    importing_it = {use.place.file for use in uses if (use.module, use.name) == (module, name)}
    holding = {
        use.place.file
        for use in uses
        if (use.name is None and _is_along(use.module, module))
        or f"{use.module}.{use.name}" == module
    }
    taken = [use.place for use in case.usage.calls if use.target == ref]
    taken += [
        use.place
        for use in case.usage.members
        if (use.owner, use.member) == (module, name) and not use.stored and not use.optional
    ]
    return tuple(
        sorted({place for place in taken if place.file in holding - importing_it}, key=_order)
    )


def _is_along(one: str, other: str) -> bool:
    """Whether one of two modules is the other or holds it."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def _order(place: Place) -> tuple[str, int]:
    return place.file, place.line


def _is_read(case: Case, ref: str) -> bool:
    """Whether the consumer takes it off a module that it imports, and never imports the name."""
    module, _, name = ref.partition(":")
    imported = any(use.module == module and use.name == name for use in case.usage.imports)
    return not imported and _is_taken(case, ref)


def _was_seen(case: Case, ref: str) -> bool:
    """Whether there is a baseline, and it has what the candidate lacks."""
    if case.baseline is None:
        return False
    symbols = case.baseline.described.symbols.values()
    failures = [failure for _, failure in module_failures(case.baseline)]
    failures += [symbol.failure for symbol in symbols if symbol.failure is not None]
    module, _, name = ref.partition(":")
    return all(
        (item.missing_module, item.missing_name or "") != (module, name) for item in failures
    )


def _contract_of_symbol(case: Case, name: str) -> str | None:
    return next((item.name for item in case.contracts if case.label(item.provider) == name), None)


def _dependency_undeclared(case: Case) -> Iterator[Draft]:
    seen: set[str] = set()
    for name, failure in _failures(case):
        missing = failure.missing_module
        raised = _raised_in(failure)
        if failure.type != "ModuleNotFoundError" or missing is None or raised is None:
            continue
        if not case.is_provider(raised.module) or case.is_provider(missing):
            continue
        top = missing.partition(".")[0]
        if top in seen:
            continue
        seen.add(top)
        extra = _extra_that_brings(case, top)
        wording = f"only declares it for its extra {extra!r}" if extra else "does not declare it"
        yield Draft(
            subject=raised.module,
            path=top,
            message=f"{raised.module} imports {top}, but {case.candidate.provider.name} {wording}; "
            f"so {name} can't be imported",
            hint=f"Add {top} to the dependencies of {case.candidate.provider.name}, or import it "
            "where it is needed.",
            loci=(Locus(case.label(raised.module), top),),
            contract=_first_contract_in(case, name),
            check="import",
            location=_consumer_place(case, failure) or case.place_of(name),
            programs=(importing(name), importing(raised.module)),
            observed=True,
            same=f"{failure.type}: {failure.message}",
        )


def _extra_that_brings(case: Case, module: str) -> str | None:
    for line in case.candidate.provider.requires:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        marker = str(requirement.marker or "")
        if canonicalize_name(requirement.name) == canonicalize_name(module) and "extra" in marker:
            return marker.rpartition("==")[2].strip().strip("\"'")
    return None


def _first_contract_in(case: Case, name: str) -> str | None:
    """The first contract about a symbol, or about anything in a module."""
    for contract in case.contracts:
        for ref in (contract.consumer, contract.app, contract.provider):
            if ref is not None and name in (ref, ref.partition(":")[0]):
                return contract.name
    return None


def _import_failed(case: Case) -> Iterator[Draft]:
    """Failures that are the provider's, in code or by its absence, each cause once."""
    seen: set[tuple[str, str]] = set()
    roots = _roots(case)
    for name, failure in _failures(case):
        culprit = _culprit(case, name, failure)
        key = (failure.type, failure.message)
        if culprit is None or key in seen:
            continue
        seen.add(key)
        raised = ": ".join((failure.type, *failure.message.splitlines()[:1]))
        yield Draft(
            subject=name,
            message=f"importing {name} fails in {culprit}: {raised}",
            hint="See the witness for the whole traceback; the module must import without errors.",
            loci=(
                Locus(
                    case.label(_failing(case, name, failure)),
                    explained_by=roots if _fell(case, failure) else (),
                ),
            ),
            contract=_first_contract_in(case, name),
            check="import",
            location=_consumer_place(case, failure) or case.place_of(name),
            programs=(importing(name),),
            observed=True,
            same=f"{failure.type}: {failure.message}",
        )


def _culprit(case: Case, module: str, failure: Failure) -> str | None:
    """Where the provider is to blame, in words; None where it is not, or another rule names it."""
    if _missing_ref(case, failure) is not None:
        return None
    raised = _raised_in(failure)
    third_party = failure.type == "ModuleNotFoundError" and not case.is_provider(
        failure.missing_module or ""
    )
    if third_party:
        return None
    for frame in reversed(failure.frames):
        if case.is_provider(frame.module) or case.is_provider(frame.file.partition("/")[0]):
            return f"{frame.file}, line {frame.line}"
    before = _worked_before(case, module)
    if failure.type == "SystemExit" and not before:
        return None  # a script of the consumer's, which ends by itself
    if before or (raised and _touches_provider(case, raised)):
        return f"{raised.file}, line {raised.line}" if raised else module
    return None


def _worked_before(case: Case, module: str) -> bool:
    if case.baseline is None:
        return False
    return any(
        item.name == module and item.failure is None for item in case.baseline.described.modules
    )


def _touches_provider(case: Case, frame: Frame) -> bool:
    """Whether the line that failed is one on which the consumer uses the provider."""
    place = Place(frame.file, frame.line)
    places = {
        *(use.place for use in case.usage.imports),
        *(use.place for use in case.usage.subclasses),
        *(use.place for use in case.usage.calls),
        *(use.place for use in case.usage.members),
    }
    return case.is_consumer(frame.module) and place in places


def _symbol_kind_changed(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    for ref, now in case.candidate.described.symbols.items():
        before = case.baseline.symbol(ref)
        if before is None or not case.is_provider(ref) or "missing" in (before.kind, now.kind):
            continue
        if before.kind == now.kind or _still_a_class(before, now):
            continue
        if _is_type_in_annotations(case, ref, before, now):
            continue  # what models with such fields take is replayed
        program = _use_that_fails(case, ref, before, now)
        if program is None and not _on_instances(case, ref, before, now):
            continue
        yield Draft(
            subject=ref,
            message=f"{short(ref)} was {a_(before.kind)} and is {a_(now.kind)} now",
            hint=f"Keep {short(ref)} {a_(before.kind)}, or give the {now.kind} a new name.",
            loci=(Locus(case.label(ref)), *_refused_in(case, ref)),
            contract=_contract_of_symbol(case, case.label(ref)),
            location=case.place_of(ref),
            programs=(program or _kind_program(ref, before),),
            severity=None if program else Severity.WARNING,
        )


def _is_type_in_annotations(case: Case, ref: str, before: Symbol, now: Symbol) -> bool:
    """Whether a type is one again, in another way, and the consumer only annotates with it."""
    name, usage = case.label(ref), case.usage
    types = ("alias", "class", "model", "enum")
    if "alias" not in (before.kind, now.kind) or {before.kind, now.kind} - set(types):
        return False
    if any(item.declared and case.label(item.provider) == name for item in case.contracts):
        return False
    used = [use.ref for use in usage.names if use.how != "annotation"]
    used += [use.target for use in usage.calls]
    used += [use.provider for use in usage.subclasses]
    used += [use.owner for use in usage.members] + [use.owner for use in usage.operations]
    labels = map(case.label, used)
    return not any(use == name or use.startswith(f"{name}.") for use in labels)


def _is_called_in(case: Case, name: str, file: str) -> bool:
    """Whether a file that imports something calls it: then it imports it for itself."""
    return any(
        case.label(call.target) == name and call.place.file == file for call in case.usage.calls
    )


def _only_read(case: Case, ref: str) -> tuple[str, ...]:
    """What the consumer reads and calls of a class, where it does nothing else with it."""
    name, usage = case.label(ref), case.usage
    others = [use.ref for use in usage.names] + [use.provider for use in usage.subclasses]
    others += [use.target for use in usage.calls]
    others += [use.owner for use in usage.operations]
    if any(case.label(other) == name for other in others):
        return ()
    found = [use.member for use in usage.members if case.label(use.owner) == name]
    found += [
        call.target.rpartition(".")[2]
        for call in usage.calls
        if case.label(call.target.rpartition(".")[0]) == name
    ]
    return tuple(dict.fromkeys(found))


def _use_that_fails(case: Case, ref: str, before: Symbol, now: Symbol) -> Program | None:
    """Shows a use of the consumer's that the new thing can't serve; None where there is none.

    A class and a function can both be called, and be named in annotations.
    """
    name, usage = case.label(ref), case.usage
    if now.kind == "module" and (reads := _only_read(case, ref)):
        return statement(import_of(ref, "Subject"), "", *(f"Subject.{item}" for item in reads))
    called = ("class", "model", "function")
    if before.kind not in (*called, "protocol", "alias") or now.kind not in called:
        return _kind_program(ref, before)
    if any(item.declared and case.label(item.provider) == name for item in case.contracts):
        return _kind_program(ref, before)
    if now.kind == "function":
        roles = {use.how for use in usage.names if case.label(use.ref) == name}
        derived = any(case.label(use.provider) == name for use in usage.subclasses)
        offered = case.is_provider(before.identity or "") and any(
            case.label(provider) == name and not _is_called_in(case, name, place.file)
            for _, provider, place in usage.reexports
        )
        if derived or offered or roles - {"annotation", "decorator"}:
            return _kind_program(ref, before)
    taken = [
        (use.owner, use.member)
        for use in usage.members
        if not (use.on_instance or use.stored or use.optional)
    ]
    taken += [
        (use.target.rpartition(".")[0], use.target.rpartition(".")[2])
        for use in usage.calls
        if not use.on_instance
    ]
    for owner, member in taken:
        if ":" in owner and case.label(owner) == name and member not in now.members:
            return statement(import_of(ref, "Subject"), "", f"Subject.{member}")
    return None


def _on_instances(case: Case, ref: str, before: Symbol, now: Symbol) -> bool:
    """Whether the consumer uses instances of a class in whose place a function says nothing of
    what it returns."""
    if now.kind != "function" or not before.bases or not case.is_provider(before.identity or ""):
        return False
    if now.signature is not None and now.signature.types:
        return False
    used = [use.owner for use in case.usage.members if use.on_instance]
    used += [use.owner for use in case.usage.operations]
    used += [use.target.rpartition(".")[0] for use in case.usage.calls if use.on_instance]
    return any(case.label(owner) == case.label(ref) for owner in used)


def _refused_in(case: Case, ref: str) -> Iterator[Locus]:
    """The consumer's modules whose import fails where they derive from it."""
    for use in case.usage.subclasses:
        if use.provider == ref and class_failure(case, use) is not None:
            yield Locus(case.label(use.consumer.partition(":")[0]))


def _still_a_class(before: Symbol, now: Symbol) -> bool:
    """Changes between sorts of classes have rules of their own (`enum-base-changed`, …)."""
    classes = ("model", "enum", "protocol", "class")
    return before.kind in classes and now.kind in classes


def _kind_program(ref: str, before: Symbol) -> Program:
    name = "Subject"
    conditions = {
        "model": f"isinstance({name}, type)",
        "enum": f"isinstance({name}, type)",
        "protocol": f"isinstance({name}, type)",
        "class": f"isinstance({name}, type)",
        "function": f"callable({name}) and not isinstance({name}, type)",
        "module": f"type({name}).__name__ == 'module'",
        "alias": f"hasattr({name}, '__origin__')",
        "value": f"not callable({name}) and type({name}).__name__ != 'module'",
    }
    return statement(import_of(ref, name), f"assert {conditions[before.kind]}, {name}")


def _export_lost(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    before = {item.name: item for item in case.baseline.described.modules}
    roots = _roots(case)
    for now in case.candidate.described.modules:
        old = before.get(now.name)
        if old is None or old.failure or now.failure or not case.is_consumer(now.name):
            continue
        lost = sorted(set(old.names) - set(now.names))
        for name in lost:
            if f"{now.name}.{name}" in case.candidate.consumer.modules:
                continue  # a module that is imported by its own name
            origin = next(
                (
                    f"{use.module}:{use.name}"
                    for use in case.usage.imports
                    if use.bound_as == name and use.guarded
                ),
                None,
            )
            if origin in case.unmet:
                continue  # the consumer itself chose another branch
            if origin is None and (stars := _only_by_star(case, now.name, name)):
                yield from _star_lost(case, now.name, name, stars)
                continue
            loci = (Locus(case.label(f"{now.name}:{name}"), explained_by=roots),)
            yield Draft(
                subject=f"{now.name}:{name}",
                message=f"{now.name} no longer has {name}: importing it from the provider fails, "
                "and an `except` of the consumer hides that",
                hint=f"Stay below this version of {case.candidate.provider.name}, or import "
                f"{origin or name} from where it is now.",
                loci=loci if origin is None else (Locus(case.label(origin)),),
                contract=None,
                location=case.place_of(origin) if origin else None,
                programs=(importing(f"{now.name}:{name}"),),
                observed=True,
            )


_BEGINNING = 40
"""Characters of a warning by which a witness knows it from others."""


def _beginning(message: str) -> str:
    """A pattern for the beginning of a warning's text."""
    return re.sub(r"[^\w ]", ".", message.partition("\n")[0][:_BEGINNING])


def _only_by_star(case: Case, module: str, name: str) -> tuple[ImportUse, ...]:
    """The `from provider import *` from which alone a module of the consumer can have a name."""
    imports = [use for use in case.usage.imports if use.importer == module]
    offered = {ref for ref, _, _ in case.usage.reexports}
    if f"{module}:{name}" in offered or any(use.bound_as == name for use in imports):
        return ()
    return tuple(use for use in imports if use.name == "*")


def _star_lost(case: Case, module: str, name: str, stars: Sequence[ImportUse]) -> Iterator[Draft]:
    """A name that a star import no longer brings, where the module uses it."""
    for star in stars:
        ref = f"{star.module}:{name}"
        places = sorted(place for place in _uses_of(case, ref) if place.file == star.place.file)
        if places:
            yield Draft(
                subject=ref,
                message=f"`from {star.module} import *` no longer brings {name}; "
                f"{case.candidate.consumer.name} uses it at {where(places)}",
                hint=f"Import {name} by its name, or keep it in the `__all__` of {star.module}.",
                loci=(Locus(case.label(ref)),),
                contract=None,
                location=places[0],
                places=tuple(places),
                programs=(importing(f"{module}:{name}"),),
                observed=True,
            )


def _uses_of(case: Case, ref: str) -> Iterator[Place]:
    """Where the consumer calls, names, reads or derives from something by its own name."""
    yield from (use.place for use in case.usage.calls if use.target == ref)
    yield from (use.place for use in case.usage.names if use.ref == ref)
    yield from (use.place for use in case.usage.subclasses if use.provider == ref)
    yield from (use.place for use in case.usage.members if use.owner == ref)


def _import_warns(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    known = {
        (warning.category, warning.message)
        for module in case.baseline.described.modules
        for warning in module.warnings
    }
    seen: set[tuple[str, str]] = set()
    for module in case.candidate.described.modules:
        for warning in module.warnings:
            key = (warning.category, warning.message)
            if key in known or key in seen or "Deprecat" not in warning.category:
                continue
            if not case.is_consumer(module.name):
                continue
            seen.add(key)
            yield Draft(
                subject=module.name,
                path=warning.category,
                message=f"importing {module.name} now warns: {warning.category}: "
                f"{warning.message.splitlines()[0] if warning.message else ''}",
                hint="Stop using what is deprecated before a later version removes it.",
                loci=(Locus(case.label(module.name), f"{warning.category}: {warning.message}"),),
                contract=_first_contract_in(case, module.name),
                location=Place(warning.file, warning.line)
                if case.is_consumer(warning.file.partition("/")[0])
                else None,
                programs=(
                    statement(
                        "import warnings",
                        f'warnings.filterwarnings("error", {_beginning(warning.message)!r}, '
                        f"{warning.category})",
                        import_of(module.name),
                    ),
                )
                if warning.category in ("DeprecationWarning", "PendingDeprecationWarning")
                else (),
                observed=True,
            )


RULES = (
    Rule(
        id="module-removed",
        family="imports",
        summary="A module that the consumer imports is gone",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_module_removed,
        rank=0,
        compares=False,
    ),
    Rule(
        id="symbol-removed",
        family="imports",
        summary="A module no longer has a name that the consumer imports",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_symbol_removed,
        rank=1,
        compares=False,
    ),
    Rule(
        id="dependency-undeclared",
        family="imports",
        summary="The provider imports a package that it does not declare",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_dependency_undeclared,
        rank=2,
        compares=False,
    ),
    Rule(
        id="import-failed",
        family="imports",
        summary="A module of the consumer no longer imports",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_import_failed,
        rank=6,
        compares=False,
    ),
    Rule(
        id="symbol-kind-changed",
        family="imports",
        summary="A class became a function, a module, a value, or the reverse",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_symbol_kind_changed,
        rank=3,
    ),
    Rule(
        id="export-lost",
        family="imports",
        summary="The consumer no longer has a name, because its guarded import fails",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        check=_export_lost,
        rank=4,
    ),
    Rule(
        id="import-warns",
        family="imports",
        summary="Importing the consumer emits a new deprecation warning",
        severity=Severity.WARNING,
        directions=_SOURCE,
        witness="code",
        check=_import_warns,
        rank=40,
    ),
)
