"""Calls and readings that the provider answers with an exception, by a guard that is new."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contract_check.model.observation import Symbol
from contract_check.model.report import Severity
from contract_check.model.usage import CallUse, Place
from contract_check.rules.calls.common import SOURCE
from contract_check.rules.calls.fallbacks import is_caught, without_fallbacks
from contract_check.rules.case import Case, short
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.operations import needed, operations, said_of
from contract_check.rules.uses import Site, contract_of, met_behind, sites, where
from contract_check.rules.witnesses import import_of, statement

_ANYTHING = "Anything()"
_RECEIVER = "receiver"


@dataclass(frozen=True)
class _Refused:
    """Something that the consumer does and that may raise now, on purpose.

    Args:
        ref: the function or class.
        member: the method or property.
        guards: those that are new, as `Signature.refusals` has them.
        expression: what the consumer does, in terms of `Subject`, `receiver` and `Anything()`.
        verb: what the consumer does, for the message.
        place: where.
        via: the provider's class that the consumer's class derives from, where it makes one.
        earlier: the guards that were there before: what they refused was refused already, if
            another exception says so now.
    """

    ref: str
    member: str | None
    guards: tuple[str, ...]
    expression: str
    verb: str
    place: Place
    via: str | None = None
    earlier: tuple[str, ...] = ()

    @property
    def raised(self) -> tuple[str, ...]:
        """The names of the exceptions, each once."""
        return _names(self.guards)


def _names(guards: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(guard.rpartition("-> ")[2] for guard in guards))


def _call_refused(case: Case) -> Iterator[Draft]:
    found: dict[Locus, list[_Refused]] = {}
    for item in (*_calls(case), *_readings(case), *_operated(case)):
        if not all(is_caught(case, item.place, name) for name in item.raised):
            found.setdefault(Locus(case.label(item.ref), item.member), []).append(item)
    for locus, items in found.items():
        items.sort(key=lambda item: item.place)
        first = items[0]
        name = short(first.ref) + (f".{first.member}" if first.member else "")
        raised = " or ".join("an exception" if name == "?" else name for name in first.raised)
        yield Draft(
            subject=first.ref,
            path=first.member,
            message=f"{name} now raises {raised}{_when(first.guards)}; "
            f"{case.candidate.consumer.name} {first.verb} at {where(i.place for i in items)}",
            hint=f"Give {name} what it asks for, or stay with a version that does without.",
            loci=(locus, *((Locus(case.label(first.via)),) if first.via else ())),
            contract=contract_of(case, case.label(first.ref), case.label(first.via or "")),
            location=first.place,
            places=tuple(dict.fromkeys(item.place for item in items)),
            programs=tuple(dict.fromkeys(_program(case, item) for item in items)),
        )


def _when(guards: Sequence[str]) -> str:
    conditions = [guard.rpartition("->")[0].strip() for guard in guards]
    shown = conditions[0]
    if not shown or shown == "..." or len(conditions) > 1 or len(shown) > 60:
        return ""
    return f" where `{shown}`"


# --- what the consumer does -----------------------------------------------------------------


def _calls(case: Case) -> Iterator[_Refused]:
    for site in without_fallbacks(sites(case), case.usage.tries):
        new = _new(site.before.refusals, site.now.refusals)
        if new and not site.given.open_ended and not site.now.flavor.endswith("generator"):
            verb = "makes one" if site.constructs else "calls it"
            yield _Refused(
                site.subject,
                None if site.member == "__init__" else site.member,
                new,
                _written(site),
                verb,
                site.use.place,
                site.use.via,
                tuple(site.before.refusals),
            )


def _written(site: Site) -> str:
    """The call with the literals that the consumer passes; of other arguments nothing is known."""
    arguments = ", ".join(_arguments(site.use))
    if site.member is None:
        return f"Subject({arguments})"
    if site.use.on_instance:
        return f"{_RECEIVER}.{site.member}({arguments})"
    return f"Subject.{site.member}({arguments})"


def _arguments(use: CallUse) -> Iterator[str]:
    known: dict[str, str] = {}
    for name, text in use.literals:
        known.setdefault(name, text)
    for place in range(use.positional):
        yield _value(known.get(str(place)))
    for name in use.keywords:
        yield f"{name}={_value(known.get(name))}"


def _value(text: str | None) -> str:
    try:
        value = ast.literal_eval(text or "...")
    except (ValueError, SyntaxError):
        return _ANYTHING
    return _ANYTHING if "Ellipsis" in repr(value) else repr(value)


def _readings(case: Case) -> Iterator[_Refused]:
    """Attributes that are properties which raise."""
    for use in case.usage.members:
        if not use.on_instance or use.stored or use.optional or ":" not in use.owner:
            continue
        for ref, before, now in _classes(case, use.owner):
            member = now.members.get(use.member)
            if member is None or member.kind != "property":
                continue
            old = before.members.get(use.member)
            known = tuple(old.refusals) if old is not None else ()
            new = _new(known, member.refusals)
            if new:
                expression = f"{_RECEIVER}.{use.member}"
                yield _Refused(
                    ref, use.member, new, expression, "reads it", use.place, earlier=known
                )


def _operated(case: Case) -> Iterator[_Refused]:
    """Special methods that raise: `__bool__`, where the consumer says `if not value`."""
    for (owner, operation), uses in operations(case).items():
        for ref, before, now in _classes(case, owner):
            name = next((item for item in needed(operation) if item in now.members), None)
            signature = now.members[name].signature if name is not None else None
            if name is None or signature is None:
                continue
            old = before.members.get(name)
            known = tuple(old.signature.refusals) if old is not None and old.signature else ()
            new = _new(known, signature.refusals)
            given = [item for item in (signature.parameters or ())[1:] if item.required]
            arguments = ", ".join([_RECEIVER, *([_ANYTHING] * len(given))])
            for use in uses if new else ():
                expression = f"type({_RECEIVER}).{name}({arguments})"
                verb = f"{said_of(operation)} one"
                yield _Refused(ref, name, new, expression, verb, use.place, earlier=known)


def _classes(case: Case, owner: str) -> Iterator[tuple[str, Symbol, Symbol]]:
    if case.baseline is None:
        return
    for ref in met_behind(case, owner):
        before, now = case.baseline.symbol(ref), case.candidate.symbol(ref)
        if before is not None and now is not None and before.bases and now.bases:
            yield ref, before, now


def _new(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    return tuple(guard for guard in now if guard not in before)


# --- the witness ----------------------------------------------------------------------------


def _program(case: Case, item: _Refused) -> Program:
    """Does what the consumer does; fails where the provider raises one of these on purpose.

    Of what the consumer's code does not show nothing is known: asking it anything ends the program
    without a failure, and so does whatever else happens.
    """
    receiver = _RECEIVER in item.expression
    return statement(
        "import dis",
        "import inspect",
        "import signal",
        import_of(item.ref, "Subject"),
        *_UNKNOWN,
        *(_BARE if receiver else ()),
        *_REFUSED,
        "",
        f"packages, names = {sorted(case.provider_roots)!r}, "
        f"{list(dict.fromkeys((*item.raised, *_names(item.earlier))))!r}",
        *(_receiver_lines(item) if receiver else ()),
        f"why = refused(lambda: {item.expression}, packages, names)",
        "assert why is None, why",
    )


def _receiver_lines(item: _Refused) -> tuple[str, ...]:
    return (
        f"if inspect.isabstract(Subject) or overridden(Subject, {item.member!r}):",
        "    raise SystemExit(0)",
        "receiver = bare(Subject)",
    )


_UNKNOWN = (
    "",
    "",
    "class Unknown(BaseException):",
    '    """Something is asked that nobody knows."""',
    "",
    "",
    "def unknown(*_, **__):",
    "    raise Unknown",
    "",
    "",
    "class Anything:",
    '    """An argument of which nothing is known."""',
    "",
    "    __getattribute__ = __setattr__ = __call__ = unknown",
    "    __str__ = __repr__ = __format__ = lambda *_: '...'",
    "",
    "",
    'for name in """bool len iter next contains getitem setitem hash eq ne lt le gt ge index int',
    "float add radd sub rsub mul rmul truediv rtruediv mod rmod and rand or ror enter exit await",
    '""".split():',
    "    setattr(Anything, f'__{name}__', unknown)",
)
_BARE = (
    "",
    "",
    "def bare(kind):",
    '    """An instance of whose state nothing is known."""',
    "",
    "    def reading(self, name):",
    "        found = inspect.getattr_static(kind, name, None)",
    "        kinds = (property, classmethod, staticmethod)",
    "        missing = found is None and hasattr(kind, '__getattr__')",
    "        if missing or callable(found) or isinstance(found, kinds):",
    "            return object.__getattribute__(self, name)",
    "        unknown()",
    "",
    "    try:",
    "        return object.__new__(type(kind)('Bare', (kind,), {'__getattribute__': reading}))",
    "    except BaseException:",
    "        raise SystemExit(0)",
    "",
    "",
    "def overridden(kind, name):",
    '    """Whether a loaded class that derives has its own, which the consumer may meet."""',
    "    heirs = type.__subclasses__(kind)",
    "    return any(name in vars(heir) or overridden(heir, name) for heir in heirs)",
)
_REFUSED = (
    "",
    "",
    "def refused(act, packages, names):",
    '    """What is raised, if one of these packages raises it by `raise` or by an exit."""',
    "    if hasattr(signal, 'alarm'):",
    "        signal.signal(signal.SIGALRM, unknown)",
    "        signal.alarm(5)",
    "    try:",
    "        found = act()",
    "        if inspect.iscoroutine(found):",
    "            found.send(None)",
    "    except BaseException as error:",
    "        trace = error.__traceback__",
    "        while trace.tb_next is not None:",
    "            trace = trace.tb_next",
    "        frame, exits = trace.tb_frame, isinstance(error, SystemExit)",
    "        raised = dis.opname[frame.f_code.co_code[trace.tb_lasti]] == 'RAISE_VARARGS'",
    "        home = str(frame.f_globals.get('__name__')).partition('.')[0]",
    "        named = '?' in names or type(error).__name__ in names",
    "        if home in packages and named and (raised or exits):",
    "            return f'{type(error).__name__}: {error}'",
    "    return None",
    "",
)


RULES = (
    Rule(
        id="call-refused",
        family="calls",
        summary="The provider raises for what the consumer calls or reads",
        severity=Severity.BREAK,
        directions=SOURCE,
        witness="code",
        check=_call_refused,
        rank=14,
        proved=True,
    ),
)
