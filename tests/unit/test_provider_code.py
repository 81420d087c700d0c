"""What the provider's own code does with what it is handed, as it is read from its sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_check.model.code import OwnCall, ProviderCode
from contract_check.model.usage import HandedUse, Place, Usage
from contract_check.usage import read_sides
from contract_check.usage.provider_code import read_provider

_APP = """
class Base:
    def send(self, request): ...

class App(Base):
    def __init__(self, layers=(), handler=None):
        self.layers = list(layers)
        self._handler = handler
        self.hooks = {}

    def on(self, event):
        def keep(hook):
            self.hooks.setdefault(event, []).append(hook)
            return hook
        return keep

    def build(self, app):
        for cls, options in self.layers:
            app = cls(app, **options)
        return app

    async def run(self, item, progress=None):
        await self.send(item, progress=progress)
        for hook in self.hooks["start"]:
            hook(item, "start")
        if self._handler is not None:
            return self._handler(item)
"""
_WAYS = """
import functools
from pkg.app import App

HANDLERS = {}

def register(name, function):
    HANDLERS[name] = function

def fire(name, value):
    HANDLERS[name](value, name=name)

def each(function, items):
    return _all(function, items)

def _all(one, items):
    return [one(item) for item in items]

def use(app: App):
    app.send(1, 2)

def parse(text, *, trim=True): ...

def load(text, options=None):
    return parse(text, **options)
"""


@pytest.fixture
def code(tmp_path: Path) -> ProviderCode:
    (tmp_path / "pkg").mkdir()
    for name, text in (("__init__", ""), ("app", _APP), ("ways", _WAYS)):
        (tmp_path / "pkg" / f"{name}.py").write_text(text, encoding="utf-8")
    files = {f"pkg/{name}.py": tmp_path / f"pkg/{name}.py" for name in ("__init__", "app", "ways")}
    return read_provider(files, ("pkg.app", "pkg.ways"), ())


def _shapes(calls: tuple[OwnCall, ...]) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(call.callee, call.positional, call.keywords) for call in calls]


@pytest.mark.parametrize(
    ("slot", "member", "shapes"),
    [
        pytest.param(
            "instance pkg.app:App",
            "send",
            [("self.send", 1, ("progress",)), ("app.send", 2, ())],
            id="of self, and of a parameter by its annotation",
        ),
        pytest.param(
            "argument pkg.app:App.__init__(layers)", "", [("cls", 1, ())], id="kept in a list"
        ),
        pytest.param(
            "argument pkg.app:App.__init__(handler)",
            "",
            [("self._handler", 1, ())],
            id="kept in an attribute",
        ),
        pytest.param(
            "argument pkg.app:App.on.<locals>.keep(hook)",
            "",
            [("hook", 2, ())],
            id="given to a decorator",
        ),
        pytest.param(
            "argument pkg.ways:register(function)",
            "",
            [("HANDLERS[name]", 1, ("name",))],
            id="kept in a module",
        ),
        pytest.param(
            "argument pkg.ways:each(function)", "", [("one", 1, ())], id="handed on to another"
        ),
    ],
)
def test_calls(
    code: ProviderCode, slot: str, member: str, shapes: list[tuple[str, int, tuple[str, ...]]]
) -> None:
    assert _shapes(code.calls_of((slot,), member)) == shapes


def test_a_decorator_with_arguments_gives_to_its_inner_function(code: ProviderCode) -> None:
    assert code.returned["pkg.app:App.on"] == "argument pkg.app:App.on.<locals>.keep(hook)"


def test_what_is_under_a_condition_or_awaited_is_told(code: ProviderCode) -> None:
    (sent, _) = code.calls_of(("instance pkg.app:App",), "send")
    (handled,) = code.calls_of(("argument pkg.app:App.__init__(handler)",))

    assert (sent.is_awaited, sent.sometimes) == (True, False)
    assert (handled.is_awaited, handled.sometimes) == (False, True)


def test_options_are_followed_to_where_they_are_spread(code: ProviderCode) -> None:
    (spread,) = code.spreads_of(("argument pkg.ways:load(options)",))

    assert (spread.target, spread.accepts) == ("pkg.ways:parse", frozenset(("text", "trim")))


def test_a_small_provider_is_read_whole_where_something_is_handed_to_it(tmp_path: Path) -> None:
    sides = []
    for side, taken in (("old", "text, *, sections=True"), ("new", "text")):
        folder = tmp_path / side
        sources = {
            "pkg/parse.py": f"def numpy({taken}):\n    return text\n",
            "pkg/middle.py": "from pkg.parse import numpy\n\n"
            "def parse(text, options):\n    return numpy(text, **options)\n",
            "pkg/top.py": "from pkg.middle import parse\n\n"
            "def load(text, parser_options=None):\n    return parse(text, parser_options or {})\n",
        }
        for name, text in sources.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        sides.append({name: folder / name for name in sources})
    place = Place(file="own.py", line=1)
    handed = HandedUse("pkg.top:load", "parser_options", "", "options", place, keys=("sections",))
    slot = "argument pkg.top:load(parser_options)"
    before, now = read_sides(sides, Usage(handed=(handed,)), ("pkg.top",))
    assert [item.accepts for item in before.spreads_of((slot,))] == [
        frozenset({"text", "sections"})
    ]
    assert [item.accepts for item in now.spreads_of((slot,))] == [frozenset({"text"})]
