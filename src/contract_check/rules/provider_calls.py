"""Calls that the provider's own code makes of what is the consumer's: overrides, functions,
classes and objects that it was handed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from contract_check.model.code import ANYTHING, OwnCall, ProviderCode
from contract_check.model.observation import Observation, Parameter, Signature, Symbol
from contract_check.model.usage import HandedUse
from contract_check.rules.case import CLASSES, Case, Identity, short
from contract_check.rules.interface import Program
from contract_check.rules.uses import AWAITABLE, Given, call_targets, misfit
from contract_check.rules.witnesses import import_of, statement

_LOOKS_FIRST = ("signature(", "getfullargspec(", "co_argcount", "__code__", "except ", "isawait")
"""In what a function asks of a callee: it adapts its call to what it finds."""


@dataclass(frozen=True)
class Slots:
    """Where the provider keeps something of the consumer's, on each side."""

    now: tuple[str, ...]
    before: tuple[str, ...]

    def also(self, *more: str) -> Slots:
        """These and some more, on both sides."""
        return Slots((*self.now, *more), (*self.before, *more))


@dataclass(frozen=True)
class NewCall:
    """A call that the provider makes now, and that does not fit what is the consumer's.

    Args:
        call: the call.
        before: the calls in the same function, with the baseline.
        reason: why it doesn't fit, as the end of a sentence about what is called.
        sure: it is made whenever the calls before were.
    """

    call: OwnCall
    before: tuple[OwnCall, ...]
    reason: str
    sure: bool

    @property
    def where(self) -> str:
        """`Session.call (prov/core.py:12)`."""
        name = short(self.call.function).partition(".<locals>")[0]
        return f"{name} ({self.call.place.file}:{self.call.place.line})"

    @property
    def functions(self) -> tuple[str, ...]:
        """Where calls stand, on either side."""
        return tuple(dict.fromkeys(item.function for item in (self.call, *self.before)))

    @property
    def callees(self) -> tuple[str, ...]:
        """What is called, as it is written on either side."""
        return tuple(dict.fromkeys(item.callee for item in (self.call, *self.before)))


def written(call: OwnCall) -> str:
    """The arguments of a call in words: `2 by position and 'progress'`."""
    parts = [f"{call.positional} by position"] if call.positional else []
    parts += [repr(name) for name in call.keywords]
    return " and ".join(parts) or "nothing"


def new_calls(
    case: Case, slots: Slots, member: str, own: Signature, *, receiver: int = 0
) -> Iterator[NewCall]:
    """The provider's calls that fitted with the baseline, and don't with the candidate.

    Args:
        case: the facts.
        slots: where the provider keeps what is called.
        member: which member of it is called; empty for itself.
        own: the signature of what is called, which the consumer defines.
        receiver: how many of its first parameters are given by being bound.
    """
    if own.parameters is None:
        return
    offered = _bound(own, receiver)
    calls = made_calls(case, slots, member)
    for call in calls.fresh:
        reason = _misfit(offered, call)
        if reason is None or any(map(_adapts, call.looks)):
            continue
        here = calls.earlier.in_place_of(call)
        if any(_misfit(offered, item) is not None for item in here):
            continue
        fits = any(_misfit(offered, item) is None for item in calls.now[call.function])
        yield NewCall(call, tuple(here), reason, _is_sure(case, call, here, fits))


@dataclass(frozen=True)
class MadeCalls:
    """The provider's calls of what is in some slots.

    Args:
        earlier: those of the baseline.
        now: those of the candidate, by the function that they stand in.
        fresh: those of the candidate that the baseline did not make with the same arguments.
    """

    earlier: Earlier
    now: Mapping[str, Sequence[OwnCall]]
    fresh: Sequence[OwnCall]


def made_calls(case: Case, slots: Slots, member: str = "") -> MadeCalls:
    """The provider's calls of a member of what is in some slots; empty for itself."""
    return _made_calls(Identity(case), slots, member)


@lru_cache(maxsize=64)
def _made_calls(key: Identity[Case], slots: Slots, member: str) -> MadeCalls:
    case = key.value
    now = [call for call in case.code.calls_of(slots.now, member) if call.called]
    before = [call for call in case.code_before.calls_of(slots.before, member) if call.called]
    earlier = Earlier(case, slots, before)
    by_function: dict[str, list[OwnCall]] = {}
    for call in now:
        by_function.setdefault(call.function, []).append(call)
    fresh = [call for call in now if not earlier.has(call)]
    return MadeCalls(earlier, by_function, fresh)


class Earlier:
    """The baseline's calls, by where they stand.

    Args:
        case: the facts.
        slots: where the provider keeps what is called.
        calls: what the baseline calls of it.
    """

    def __init__(self, case: Case, slots: Slots, calls: Sequence[OwnCall]) -> None:
        self._case = case
        self._by_name = ANYTHING in slots.now
        self._calls = calls
        self._by_function: dict[str, list[OwnCall]] = {}
        for call in calls:
            self._by_function.setdefault(call.function, []).append(call)

    @cached_property
    def _shapes(self) -> frozenset[tuple[object, ...]]:
        return shapes_of(self._calls)

    def has(self, call: OwnCall) -> bool:
        """Whether one of them has the arguments of a call; where nothing else tells what is called,
        one in its place."""
        if self._by_name:
            return any(item.shape == call.shape for item in self.in_place_of(call))
        return call.shape in self._shapes

    def in_place_of(self, call: OwnCall) -> Sequence[OwnCall]:
        """Those that stood where a call stands now: in the same function, and where nothing else
        tells what is called, of the same name."""
        here = self._by_function.get(call.function, [])
        if self._by_name:
            return [item for item in here if item.callee == call.callee]
        return here if call.function in self._case.code_before.functions else self._calls


def shapes_of(calls: Iterable[OwnCall]) -> frozenset[tuple[object, ...]]:
    """The arguments of some calls, and whether their results are awaited."""
    return frozenset(item.shape for item in calls)


def _bound(own: Signature, receiver: int) -> Signature:
    """A signature without the parameters that are given by being bound."""
    return own.model_copy(update={"parameters": tuple(own.parameters or ())[receiver:]})


def _misfit(own: Signature, call: OwnCall) -> str | None:
    given = Given(call.positional, call.keywords, call.open_ended)
    reason = misfit(own.parameters or (), given)
    if reason is not None:
        return reason
    plain = not own.is_async and own.flavor == "plain" and not own.opaque
    if call.is_awaited and plain and not AWAITABLE.search(own.returns or "") and own.body:
        return "is not async, and is awaited now"
    if call.manner == "dropped" and own.is_async:
        return "is async, and is not awaited"
    return None


def _is_sure(case: Case, call: OwnCall, before: Sequence[OwnCall], fits: bool) -> bool:
    """Whether the new call is made whenever the old ones were.

    Args:
        fits: a call in the same function fits.
    """
    looked = {text for item in before for text in item.looks}
    if any(text not in looked for text in call.looks):
        return False
    if call.sometimes and not before:
        return False
    if call.sometimes and fits:
        return False
    known = case.code_before.functions
    return call.function in known or case.code.runs(call.function, known)


def _adapts(look: str) -> bool:
    return any(text in look for text in _LOOKS_FIRST)


def used_now(case: Case, slots: Slots, member: str) -> OwnCall | None:
    """A call or reading of a member that the provider did not do before, in a function that it
    had, and whatever the object is."""
    before = case.code_before.calls_of(slots.before, member)
    for call in case.code.calls_of(slots.now, member):
        known = case.code_before.functions
        runs = call.function in known or case.code.runs(call.function, known)
        if not before and not call.looks and not call.sometimes and runs:
            return call
    return None


def called_anywhere(case: Case, member: str) -> OwnCall | None:
    """A call of a member of that name, on whatever object, that the provider did not make before
    and that runs whenever what called before does."""
    now = tuple(sorted({slot for slot, name in case.code.calls if name == member}))
    before = tuple(sorted({slot for slot, name in case.code_before.calls if name == member}))
    return used_now(case, Slots(now, before), member)


# --- where what is the consumer's is kept ---------------------------------------------------


def instances_of(case: Case, *refs: str, kind: str = "instance") -> Slots:
    """The slots of instances of some of the provider's classes, and of those they derive from."""

    def found(observation: Observation | None) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for ref in refs:
            symbol = observation.symbol(ref) if observation is not None else None
            for name in (symbol.identity or ref, *symbol.bases) if symbol is not None else ():
                if case.is_provider(name):
                    names.setdefault(f"{kind} {name}")
        return tuple(names)

    return Slots(found(case.candidate), found(case.baseline))


def handed_to(case: Case, use: HandedUse) -> tuple[str, str, Slots] | None:
    """The provider's function or class that is given something, the parameter, and its slots."""
    now = _slot(case, case.candidate, case.code, use)
    before = _slot(case, case.baseline, case.code_before, use)
    if now is None or before is None:
        return None
    return now[0], now[1], Slots((now[2],), (before[2],))


def _slot(
    case: Case, observation: Observation | None, code: ProviderCode, use: HandedUse
) -> tuple[str, str, str] | None:
    """(function or class, parameter, slot) on one side."""
    if observation is None:
        return None
    for subject, member in call_targets(case, use.target):
        symbol = observation.symbol(subject)
        if symbol is None or symbol.kind == "missing":
            continue
        if use.argument.startswith("."):
            name = use.argument[1:]
            return subject, name, f"attribute {symbol.identity or subject}.{name}"
        ref, parameters = _called(symbol, subject, member, use)
        if use.argument == "returned":
            slot = code.returned.get(ref)
            return (subject, "the decorator", slot) if slot is not None else None
        parameter = _parameter(parameters, use.argument)
        if parameter:
            return subject, parameter, f"argument {ref}({parameter})"
    return None


def _called(
    symbol: Symbol, subject: str, member: str | None, use: HandedUse
) -> tuple[str, Sequence[Parameter]]:
    """The identity of what runs, and its parameters without a receiver."""
    identity = symbol.identity or subject
    if symbol.kind in CLASSES:
        name = member or "__init__"
        found = symbol.members.get(name)
        owner = found.owner if found is not None else identity
        if name == "__init__":
            made = symbol.constructor
            return f"{owner}.__init__", (made.parameters or ()) if made is not None else ()
        signature = found.signature if found is not None else None
        parameters = (signature.parameters or ()) if signature is not None else ()
        bound = found is not None and found.kind in ("method", "classmethod")
        return f"{owner}.{name}", parameters[1:] if bound else parameters
    signature = symbol.signature
    return identity, (signature.parameters or ()) if signature is not None else ()


def _parameter(parameters: Sequence[Parameter], argument: str) -> str | None:
    """The name of the parameter that takes an argument."""
    any_position = next((item.name for item in parameters if item.kind == "var-positional"), None)
    any_name = next((item.name for item in parameters if item.kind == "var-keyword"), None)
    if argument.isdigit():
        placed = [item.name for item in parameters if item.kind.startswith("positional")]
        return placed[int(argument)] if int(argument) < len(placed) else any_position
    return next((item.name for item in parameters if item.name == argument), any_name)


def signature_of(case: Case, use: HandedUse) -> tuple[Signature, int] | None:
    """The signature of a function or class that is handed over, and how much of it is bound."""
    if use.own.startswith("lambda"):
        return Signature(parameters=tuple(_of_lambda(use.own)), body="lambda"), 0
    module, _, path = use.own.partition(":")
    symbol = case.candidate.symbol(use.own)
    if symbol is not None:
        found = symbol.constructor if use.form == "class" else symbol.signature
        return (found, 0) if found is not None else None
    owner, _, name = path.rpartition(".")
    holder = case.candidate.symbol(f"{module}:{owner}") if owner else None
    member = holder.members.get(name) if holder is not None else None
    if member is None or member.signature is None:
        return None
    bound = member.kind == "classmethod" or (member.kind == "method" and use.form == "bound")
    return member.signature, int(bound)


def _of_lambda(text: str) -> Iterator[Parameter]:
    function = ast.parse(text, mode="eval").body
    assert isinstance(function, ast.Lambda)
    arguments = function.args
    placed = [*arguments.posonlyargs, *arguments.args]
    required = len(placed) - len(arguments.defaults)
    for place, item in enumerate(placed):
        kind = "positional-only" if item in arguments.posonlyargs else "positional-or-keyword"
        yield Parameter(name=item.arg, kind=kind, required=place < required)
    if arguments.vararg is not None:
        yield Parameter(name=arguments.vararg.arg, kind="var-positional", required=False)
    for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield Parameter(name=item.arg, kind="keyword-only", required=default is None)
    if arguments.kwarg is not None:
        yield Parameter(name=arguments.kwarg.arg, kind="var-keyword", required=False)


# --- where arguments land -------------------------------------------------------------------


def landing(parameters: Sequence[Parameter], call: OwnCall) -> tuple[str, ...]:
    """The parameter that takes each argument of a call; `*` or `**` for those that take any."""
    placed = [item.name for item in parameters if item.kind.startswith("positional")]
    named = {item.name for item in parameters if not item.kind.startswith("var-")}
    by_place = (placed[at] if at < len(placed) else "*" for at in range(call.positional))
    return (*by_place, *(name if name in named else "**" for name in call.keywords))


def mislaid(base: Sequence[Parameter], own: Sequence[Parameter], call: OwnCall) -> str | None:
    """Where an argument gets into another parameter of the consumer's class than of its base."""
    for there, here in zip(landing(base, call), landing(own, call), strict=True):
        if there != here and "*" not in here and there not in ("*", "**"):
            return f"takes as {here!r} what {{base}} takes as {there!r}"
    return None


# --- witnesses ------------------------------------------------------------------------------


def binding_program(own: str, found: NewCall, *, receiver: int = 0) -> Program:
    """Binds what is the consumer's to the calls that the provider's sources hold.

    Args:
        own: `module:qualname`, or a lambda.
        found: the call.
        receiver: how many arguments stand for what it is bound to.
    """
    bound = "None, " * receiver
    given = f"given = {own}" if own.startswith("lambda") else import_of(own, "given")
    if "async" in found.reason:
        checks: tuple[str, ...] = (
            "assert inspect.iscoroutinefunction(given) == awaited, ast.unparse(node)",
        )
    else:
        checks = (
            "bind = signature.bind_partial if more else signature.bind",
            f"bind({bound}*placed, **named)",
        )
    return statement(
        "import ast",
        "import importlib",
        "import inspect",
        given,
        "",
        *_READING,
        "",
        *_calls(found),
        f"    {_SIGNATURE}",
        *(f"    {line}" for line in checks),
    )


def landing_program(base: str, own: str, found: NewCall) -> Program:
    """Passes if each argument gets into the parameter that has the name it has in the base."""
    return statement(
        "import ast",
        "import importlib",
        "import inspect",
        import_of(base, "Base"),
        import_of(own, "given"),
        "",
        *_READING,
        "",
        *_calls(found),
        "    values = [object() for _ in (*placed, *named)]",
        "    placed, named = values[: len(placed)], dict(zip(named, values[len(placed) :]))",
        "    theirs = inspect.signature(Base).bind_partial(*placed, **named).arguments",
        "    ours = inspect.signature(given).bind_partial(*placed, **named).arguments",
        "    for name, value in ours.items():",
        "        for other, same in theirs.items():",
        "            assert value is not same or name == other, f'{name} is given {other}'",
    )


_READING = (
    "",
    "def function(module, *path):",
    '    """A function of the provider; an empty one where it has none."""',
    "    try:",
    "        found = [ast.parse(inspect.getsource(importlib.import_module(module)))]",
    "    except ImportError:",
    "        return ast.Module([], [])",
    "    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)",
    "    for name in path:",
    "        inside = [node for tree in found for node in ast.walk(tree)]",
    "        found = [node for node in inside if isinstance(node, kinds)]",
    "        found = [node for node in found if node.name == name][:1]",
    "    return found[0] if found else ast.Module([], [])",
    "",
)
_SIGNATURE = "signature = inspect.signature(given)"


def _calls(found: NewCall) -> Iterable[str]:
    """Lines that go through the calls in the provider's sources."""
    places = []
    for ref in found.functions:
        module, _, path = ref.partition(":")
        names = [name for name in path.split(".") if name != "<locals>"]
        places.append(", ".join(repr(name) for name in (module, *names)))
    every = ", ".join(f"function({place})" for place in places)
    return (
        f"trees = [{every}]",
        "nodes = [node for tree in trees for node in ast.walk(tree)]",
        "awaiting = [node.value for node in nodes if isinstance(node, ast.Await)]",
        "calls = [node for node in nodes if isinstance(node, ast.Call)]",
        f"names = {_tuple(found.callees)}",
        "for node in [node for node in calls if ast.unparse(node.func) in names]:",
        "    awaited = node in awaiting",
        "    placed = [None for item in node.args if not isinstance(item, ast.Starred)]",
        "    named = {item.arg: None for item in node.keywords if item.arg}",
        "    more = len(placed) < len(node.args) or len(named) < len(node.keywords)",
    )


def _tuple(names: Sequence[str]) -> str:
    """Some names as a tuple in source."""
    return f"({', '.join(map(repr, names))},)"


def loosely(slots: Slots) -> Slots:
    """These slots, and objects of which nothing is known."""
    return slots.also(ANYTHING)
