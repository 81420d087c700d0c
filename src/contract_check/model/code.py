"""What the provider's own code does with what it is handed, read from its sources.

Where something is kept or handed on is called a slot, and written as text:

    instance prov.core:Session          an instance of a class, or of one that derives from it
    class prov.core:Session             the class itself, or one that derives from it
    argument prov.core:App.add(layer)   what a function is given for a parameter
    attribute prov.core:App.layers      what is kept in an attribute, or inside it
    global prov.core:HANDLERS           the same for a variable of a module
    made SLOT                           what calling a slot makes
    ?                                   anything
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from contract_check.model.usage import Place

ANYTHING = "?"
Manner = Literal["awaited", "dropped", "used", "handed on"]


@dataclass(frozen=True, order=True)
class OwnCall:
    """A call, or a reading, in the provider's own code of something that it was handed.

    Args:
        place: where, relative to the provider's site-packages folder.
        function: `module:qualname` of the outermost function that it stands in.
        callee: what is called, as it is written there (`self.send`).
        positional: how many arguments by position.
        keywords: the names of the others, in order.
        open_ended: there may be more, from `*args` or `**kwargs`.
        manner: what becomes of the result.
        sometimes: under a condition.
        looks: what the function asks of the callee beforehand, as source.
        called: False for an attribute that is read and not called.
    """

    place: Place
    function: str
    callee: str
    positional: int = 0
    keywords: tuple[str, ...] = ()
    open_ended: bool = False
    manner: Manner = "used"
    sometimes: bool = False
    looks: tuple[str, ...] = ()
    called: bool = True

    @property
    def shape(self) -> tuple[int, tuple[str, ...], bool, bool]:
        """The arguments, and whether the result is awaited."""
        return self.positional, tuple(sorted(self.keywords)), self.open_ended, self.is_awaited

    @property
    def is_awaited(self) -> bool:
        """Whether the call is awaited at once."""
        return self.manner == "awaited"


@dataclass(frozen=True)
class Spread:
    """A dictionary that the provider's code passes on by `**`.

    Args:
        call: the call.
        target: `module:qualname` of what is called; empty where that is not known.
        accepts: the parameters that can be given by name; None where anything is taken, or where
            it is not known.
    """

    call: OwnCall
    target: str
    accepts: frozenset[str] | None


@dataclass(frozen=True)
class ProviderCode:
    """One side of the provider, as far as it was read.

    Args:
        calls: slot and member (empty: the slot itself is called) to the calls.
        flows: slot to the slots that what is in it gets into.
        spreads: slot to where a dictionary in it is passed on by `**`.
        functions: the functions that were read, with the names that each of them calls.
        returned: function to the inner function that it returns, with its first parameter's slot.
    """

    calls: Mapping[tuple[str, str], tuple[OwnCall, ...]] = field(default_factory=dict)
    flows: Mapping[str, frozenset[str]] = field(default_factory=dict)
    spreads: Mapping[str, tuple[Spread, ...]] = field(default_factory=dict)
    functions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    returned: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _reached(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _calls_of(self) -> dict[tuple[tuple[str, ...], str], tuple[OwnCall, ...]]:
        return {}

    @cached_property
    def _callers(self) -> Mapping[str, tuple[str, ...]]:
        """The functions that call each name."""
        found: dict[str, list[str]] = {}
        for ref, names in self.functions.items():
            for name in names:
                found.setdefault(name, []).append(ref)
        return {name: tuple(refs) for name, refs in found.items()}

    def reached(self, slot: str) -> tuple[str, ...]:
        """A slot, and those that what is in it gets into."""
        if slot not in self._reached:
            self._reached[slot] = self._reach(slot)
        return self._reached[slot]

    def _reach(self, slot: str) -> tuple[str, ...]:
        prefix, start = ("made ", slot[5:]) if slot.startswith("made ") else ("", slot)
        found = {start: None}
        todo = [start]
        while todo:
            for target in sorted(self.flows.get(todo.pop(), ())):
                if target not in found:
                    found[target] = None
                    todo.append(target)
        return tuple(f"{prefix}{item}" for item in found)

    def calls_of(self, slots: tuple[str, ...], member: str = "") -> tuple[OwnCall, ...]:
        """The calls of what is in some slots, or of a member of it, in the order of the sources."""
        key = (slots, member)
        if key not in self._calls_of:
            found = {
                call
                for slot in slots
                for item in self.reached(slot)
                for call in self.calls.get((item, member), ())
            }
            self._calls_of[key] = tuple(sorted(found))
        return self._calls_of[key]

    def members_of(self, slots: tuple[str, ...]) -> tuple[str, ...]:
        """The members that are called or read of what is in some slots."""
        reached = {item for slot in slots for item in self.reached(slot)}
        return tuple(sorted({name for slot, name in self.calls if slot in reached and name}))

    def spreads_of(self, slots: tuple[str, ...]) -> tuple[Spread, ...]:
        """Where a dictionary in some slots is passed on by `**`."""
        return tuple(
            dict.fromkeys(
                found
                for slot in slots
                for item in self.reached(slot)
                for found in self.spreads.get(item, ())
            )
        )

    def runs(self, function: str, known: Container[str]) -> bool:
        """Whether a function is called, directly or not, by one of those that were `known`."""
        todo = [_name_of(function)]
        asked = set(todo)
        while todo:
            for ref in self._callers.get(todo.pop(), ()):
                if ref in known:
                    return True
                name = _name_of(ref)
                if name not in asked:
                    asked.add(name)
                    todo.append(name)
        return False


def _name_of(function: str) -> str:
    return function.rpartition(":")[2].rpartition(".")[2]
