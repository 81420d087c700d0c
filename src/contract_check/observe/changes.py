"""Compares what the models of two environments are made of: which are the same, code included."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from contract_check.model.fingerprints import Fingerprints

_OPAQUE = "*"
"""What a node uses that the probe could not follow: it counts as changed."""
_BODY = " body"


Cause = tuple[str, str, str]
"""A node, with its hash on both sides where it is a part of the model in question."""


@dataclass(frozen=True)
class Change:
    """How a model differs between the two sides.

    Args:
        fields: the fields that differ themselves; None where any may behave in another way.
        nested: the fields that hold a class which differs.
        node: the model's own node.
        holds: the nodes of the models that differ themselves and that it holds.
        is_followed: whether all that it leads to could be followed.
        causes: what differs of all that it leads to. Models with equal causes, as the heirs of
            one changed base, differ in the same way. Empty where that is not known.
    """

    fields: frozenset[str] | None = None
    nested: frozenset[str] = frozenset()
    node: str = ""
    holds: frozenset[str] = frozenset()
    is_followed: bool = False
    causes: frozenset[Cause] = frozenset()


ANYTHING = Change()
"""Of a model that nothing is known of."""


@dataclass(frozen=True)
class Changes:
    """What differs between two sides.

    Args:
        same: the refs of models that do the same on both sides.
        found: ref to how it differs, for the others that are known.
    """

    same: frozenset[str] = frozenset()
    found: Mapping[str, Change] = field(default_factory=dict)

    def of(self, ref: str) -> Change | None:
        """How a model differs; None where it is the same on both sides."""
        return None if ref in self.same else self.found.get(ref, ANYTHING)


NOTHING_KNOWN = Changes()


def compared(before: Fingerprints, now: Fingerprints) -> Changes:
    """Return what differs between the fingerprints of the baseline and the candidate.

    A node differs where its own parts do, or where anything does that it leads to.
    """
    graph = _Graph(before, now)
    if any(name in graph.changed for name in (*before.everywhere, *now.everywhere)):
        return Changes()
    same: set[str] = set()
    found: dict[str, Change] = {}
    for ref, node in now.models.items():
        if node is None or before.models.get(ref) != node:
            continue
        if node not in graph.changed:
            same.add(ref)
        else:
            found[ref] = graph.change_of(node)
    return Changes(frozenset(same), found)


class _Graph:
    """The nodes of both sides as one graph."""

    def __init__(self, before: Fingerprints, now: Fingerprints) -> None:
        names = before.nodes.keys() | now.nodes.keys()
        self.fields = {
            name: tuple(dict.fromkeys((*before.fields.get(name, ()), *now.fields.get(name, ()))))
            for name in before.fields.keys() | now.fields.keys()
        }
        self.uses: dict[str, set[str]] = {
            name: {used for side in (before, now) for used in side.nodes.get(name, ("", ()))[1]}
            for name in names
        }
        one_sided = ("", ())
        self.hashes = {
            name: (before.nodes.get(name, one_sided)[0], now.nodes.get(name, one_sided)[0])
            for name in names
        }
        self.own = {name for name, (old, new) in self.hashes.items() if old != new} | {_OPAQUE}
        # A model's own node holds the names of its fields alone, which are compared one by one.
        self.own |= {name for name in self.fields if _reordered(before, now, name)}
        self.changed = self._leading_to(self.own)

    def _leading_to(self, targets: Iterable[str]) -> set[str]:
        users: dict[str, list[str]] = {}
        for name, uses in self.uses.items():
            for used in uses:
                users.setdefault(used, []).append(name)
        found: set[str] = set()
        pending = list(targets)
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending.extend(users.get(name, ()))
        return found

    def change_of(self, node: str) -> Change:
        """How a model differs whose node is among those changed."""
        causes = set(self._causes(node))
        is_followed = not any(name == _OPAQUE for name, _, _ in causes)
        fields = self.fields.get(node)
        if fields is None or _OPAQUE in self.uses.get(node, ()):
            return Change(node=node, causes=frozenset(causes))
        differing, nested = set[str](), set[str]()
        for name in fields:
            place = f"{node}.{name}"
            if self._differs(place, self.fields.keys()):
                differing.add(name)
                causes.add((f".{name}", *self.hashes[place]))
            elif place in self.changed:
                nested.add(name)
        holds = self._models_that_differ(f"{node}.{name}" for name in fields)
        return Change(
            fields=None if self._body_differs(node) else frozenset(differing),
            nested=frozenset(nested),
            node=node,
            holds=frozenset(holds - {node}),
            is_followed=is_followed,
            causes=frozenset(causes),
        )

    def _causes(self, node: str) -> Iterator[Cause]:
        for name in self._reached(node, ()):
            if name not in self.own or name == node:
                continue
            if name.startswith((f"{node}.", f"{node} ")):
                yield (name.removeprefix(node), *self.hashes[name])
            else:
                yield (name, "", "")

    def _body_differs(self, node: str) -> bool:
        """Whether anything but the fields of a model does, those of its bases left out too."""
        bodies = [name for name in self._reached(node + _BODY, ()) if name.endswith(_BODY)]
        return self._differs(node + _BODY, {name.removesuffix(_BODY) for name in bodies})

    def _differs(self, start: str, cut: Collection[str]) -> bool:
        return any(name in self.own for name in self._reached(start, cut))

    def _reached(self, start: str, cut: Collection[str]) -> Iterator[str]:
        """The changed nodes that one leads to, itself first, not past some others."""
        done: set[str] = set()
        pending = [start]
        while pending:
            name = pending.pop()
            if name in done or name in cut:
                continue
            done.add(name)
            if name in self.changed:
                yield name
                pending.extend(self.uses.get(name, ()))

    def _models_that_differ(self, places: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for place in places:
            for name in self._reached(place, found):
                if name in self.fields and self._differs_itself(name):
                    found.add(name)
        return found

    def _differs_itself(self, node: str) -> bool:
        places = (f"{node}.{name}" for name in self.fields[node])
        return self._body_differs(node) or any(
            self._differs(place, self.fields.keys()) for place in places
        )


def _reordered(before: Fingerprints, now: Fingerprints, name: str) -> bool:
    """Whether the fields that both sides have come in another order."""
    sides = [side.fields.get(name, ()) for side in (before, now)]
    both = set(sides[0]) & set(sides[1])
    old, new = ([item for item in side if item in both] for side in sides)
    return old != new
