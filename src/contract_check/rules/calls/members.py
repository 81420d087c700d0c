"""Methods and attributes that are gone."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.report import Severity
from contract_check.rules.calls import undescribed
from contract_check.rules.calls.common import BUS, BUS_USER, SOURCE, call_of
from contract_check.rules.case import Case, short
from contract_check.rules.interface import Draft, Example, Locus, Rule
from contract_check.rules.uses import (
    contract_of,
    lost_members,
    where,
)
from contract_check.rules.wording import a_


def _member_removed(case: Case) -> Iterator[Draft]:
    from_base = {case.label(use.provider) for use in case.usage.subclasses}
    for lost in lost_members(case):
        if case.label(lost.subject) in from_base:
            continue  # what a class of the consumer's inherited is `inherited-member-lost`
        name = short(lost.subject)
        verb = "calls" if lost.was.endswith("method") else "reads"
        fate = "is gone" if lost.now is None else f"was {a_(lost.was)} and is {a_(lost.now)} now"
        yield Draft(
            subject=lost.subject,
            path=lost.member,
            message=f"{name}.{lost.member} {fate}; {case.candidate.consumer.name} {verb} it "
            f"at {where(lost.places)}",
            hint=f"Keep {lost.member} as it was, if only as an alias.",
            loci=(Locus(case.label(lost.subject), lost.member),),
            contract=contract_of(case, case.label(lost.subject)),
            location=min(lost.places),
            programs=(lost.program,),
            cause=call_of(lost.member, lost.places),
        )
    if case.baseline is not None:
        yield from undescribed.members(case)


_ASKS = """
from provider import Bus

def send(bus: Bus):
    if hasattr(bus, "send"):
        return bus.send("events", 1)
    return bus.publish("events", 1)
"""
_COUNTED = """
from dataclasses import dataclass

@dataclass
class Event:
    n: int = 0
"""
_TEAM = """
from collections.abc import Iterator

class User:
    def __init__(self):
        self.name = "a"

    def pop(self):
        return self

class Team:
    def __iter__(self) -> Iterator[User]:
        yield User()

    def users(self) -> list[User]:
        return [User()]

    @property
    def by_name(self) -> dict[str, User]:
        return {"a": User()}
"""
_TEAM_USER = "from provider import Team\n\ndef use(team: Team):\n"
_PART = "from pydantic import BaseModel\n\nclass Part(BaseModel):\n    KIND: str = 'a'\n"
_STATE = """
from enum import Enum

class State(Enum):
    on = "on"

    @classmethod
    def parse(cls, text):
        return cls(text)

    @property
    def label(self):
        return self.value.title()
"""

RULES = (
    Rule(
        id="member-removed",
        family="calls",
        summary="An attribute or method that the consumer uses is gone",
        severity=Severity.BREAK,
        directions=SOURCE,
        witness="code",
        doc="""
## What it means
The consumer reads an attribute or calls a method of a provider's class, and the class does not
have it any more, or has a property in place of a method. That may be an attribute that only its
initializer sets, or a private one. Fields of models have rules of their own.

## Why it breaks
`AttributeError` at the consumer's line, or `TypeError` where a property is called.

## Example
`Bus.publish` becomes `Bus.send`, and the consumer calls `bus.publish(…)`.

## What to do
Keep the old name as an alias (`publish = send`) until its users have moved.
""",
        examples=(
            Example(
                title="a method is renamed",
                old=BUS,
                new=BUS.replace("def publish", "def send"),
                consumer=BUS_USER,
            ),
            Example(
                title="a method is renamed, and the consumer asks which one there is",
                old=BUS,
                new=BUS.replace("def publish", "def send"),
                consumer=_ASKS,
                breaks=False,
            ),
            Example(
                title="a method is renamed, and the consumer asks too late",
                old=BUS,
                new=BUS.replace("def publish", "def send"),
                consumer=_ASKS.replace("    if", '    bus.publish("events", 0)\n    if'),
            ),
            Example(
                title="a property becomes a method",
                old=BUS,
                new=BUS.replace("    @property\n", ""),
                consumer=BUS_USER,
            ),
            *(
                Example(
                    title=f"what is in a collection loses a name, {how}",
                    old=_TEAM,
                    new=_TEAM.replace("self.name", "self.title"),
                    consumer=f"{_TEAM_USER}    return {line}\n",
                )
                for how, line in (
                    ("in a loop", "[user.name for user in team.users()]"),
                    ("by position", "team.users()[0].name"),
                    ("by key", 'team.by_name["a"].name'),
                    ("among the items", "[user.name for key, user in team.by_name.items()]"),
                    ("in a tuple", "[user.name for number, user in enumerate(team.users())]"),
                    ("in a class that is iterated over", "[user.name for user in team]"),
                )
            ),
            Example(
                title="what is in a collection loses a name that the collection has",
                old=_TEAM,
                new=_TEAM.replace("def pop", "def take"),
                consumer=f"{_TEAM_USER}    return team.users().pop()\n",
                breaks=False,
            ),
            Example(
                title="an enum loses a property of its members",
                old=_STATE,
                new=_STATE.replace("def label", "def title"),
                consumer="from provider import State\n\ndef labels():\n"
                "    return [state.label for state in State]\n\ndef first():\n"
                "    return State.on.label\n",
            ),
            Example(
                title="a field that is read by its key loses its name",
                old=_COUNTED,
                new=_COUNTED.replace("n: int", "m: int"),
                consumer="from dataclasses import asdict\nfrom provider import Event\n\n"
                'def number():\n    return asdict(Event())["n"]\n',
            ),
            Example(
                title="a name in a nested class goes",
                old="class Box:\n    class Limits:\n        most = 1\n        least = 0\n",
                new="class Box:\n    class Limits:\n        top = 1\n        least = 0\n",
                consumer="from provider import Box\n\ndef most():\n    return Box.Limits.most\n",
            ),
            Example(
                title="a nested class goes",
                old="class Box:\n    class Config:\n        most = 1\n",
                new="class Box:\n    class Limits:\n        most = 1\n",
                consumer="from provider import Box\n\ndef most():\n    return Box.Config.most\n",
            ),
            Example(
                title="a name in a nested class goes that nobody reads",
                old="class Box:\n    class Limits:\n        most = 1\n        least = 0\n",
                new="class Box:\n    class Limits:\n        top = 1\n        least = 0\n",
                consumer="from provider import Box\n\ndef least():\n    return Box.Limits.least\n",
                breaks=False,
            ),
            Example(
                title="an enum loses a class method",
                old=_STATE,
                new=_STATE.replace("def parse", "def read"),
                consumer="from provider import State\n\ndef read():\n"
                '    return State.parse("on")\n',
            ),
            Example(
                title="an enum loses a property that nobody reads",
                old=_STATE,
                new=_STATE.replace("def label", "def title"),
                consumer="from provider import State\n\ndef name():\n    return State.on.name\n",
                breaks=False,
            ),
            Example(
                title="an attribute that the initializer sets is renamed",
                old=BUS,
                new=BUS.replace("self.name", "self.title"),
                consumer=BUS_USER.replace("bus.depth", "bus.name"),
            ),
            Example(
                title="a private attribute that the consumer reads goes",
                old=BUS + "\n    def _flush(self): ...\n",
                new=BUS,
                consumer=BUS_USER.replace("bus.depth", "bus._flush()"),
            ),
            Example(
                title="a property becomes an attribute that the initializer sets",
                old=BUS,
                new=BUS.replace(
                    "    @property\n    def depth(self):\n        return 0\n", ""
                ).replace("self.name = name", "self.name = name\n        self.depth = 0"),
                consumer=BUS_USER,
                breaks=False,
            ),
            Example(
                title="a function loses its cache, which the consumer clears",
                old="from functools import lru_cache\n\n@lru_cache\ndef load():\n    return 1\n",
                new="def load():\n    return 1\n",
                consumer="from provider import load\n\ndef reset():\n    load.cache_clear()\n",
            ),
            Example(
                title="a function has another cache",
                old="from functools import lru_cache\n\n@lru_cache\ndef load():\n    return 1\n",
                new="from functools import cache\n\n@cache\ndef load():\n    return 1\n",
                consumer="from provider import load\n\ndef reset():\n    load.cache_clear()\n"
                "    return load.__name__\n",
                breaks=False,
            ),
            *(
                Example(
                    title=f"a class variable that is read on the class becomes {what}",
                    old=old,
                    new=new,
                    consumer="from provider import Part\n\ndef kind():\n    return Part.KIND\n",
                )
                for what, old, new in (
                    ("a field", "class Part:\n    KIND: str = 'a'\n", _PART),
                    (
                        "an attribute of its instances",
                        "class Part:\n    KIND = 'a'\n",
                        "class Part:\n    def __init__(self):\n        self.KIND = 'a'\n",
                    ),
                )
            ),
            Example(
                title="a class variable that is read on an instance becomes a field",
                old="class Part:\n    KIND: str = 'a'\n",
                new=_PART,
                consumer="from provider import Part\n\ndef kind(part: Part):\n"
                "    return part.KIND\n",
                breaks=False,
            ),
            Example(
                title="an attribute is set by a base class",
                old=BUS,
                new=BUS.replace(
                    "class Bus:",
                    "class Named:\n    def __init__(self, name):\n        self.name = name\n\n"
                    "class Bus(Named):",
                ).replace(
                    "self.name = name\n\n    def publish",
                    "super().__init__(name)\n\n    def publish",
                ),
                consumer=BUS_USER.replace("bus.depth", "bus.name"),
                breaks=False,
            ),
            Example(
                title="attributes by names that are not written in the code",
                old=BUS,
                new=BUS.replace("self.name = name", "self.__dict__.update({'na' + 'me': name})"),
                consumer=BUS_USER.replace("bus.depth", "bus.name"),
                breaks=False,
            ),
            Example(
                title="a method is renamed and an alias is left",
                old=BUS,
                new=BUS.replace("def publish", "def send") + "\n    publish = send\n",
                consumer=BUS_USER,
                breaks=False,
            ),
            Example(
                title="a method that the consumer does not call goes",
                old=BUS + "\n    def close(self): ...\n",
                new=BUS,
                consumer=BUS_USER,
                breaks=False,
            ),
        ),
        check=_member_removed,
        rank=45,
    ),
)
