"""What the consumer takes from the provider: sources in, exact uses out."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from contract_check.model.usage import Place, Usage
from contract_check.usage import SourceFile, places, read, read_installed, used_symbols

CORE = frozenset({"core"})


def source(file: str, text: str) -> SourceFile:
    module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return SourceFile(file, module, textwrap.dedent(text).lstrip("\n"))


def usage(files: dict[str, str] | str, **field_types: dict[str, str]) -> Usage:
    table = {"shop/a.py": files} if isinstance(files, str) else files
    types = {name.replace("__", ":"): fields for name, fields in field_types.items()}
    return read([source(file, text) for file, text in table.items()], CORE, field_types=types)


def imports(found: Usage) -> list[str]:
    return [
        f"{u.place.line}: {u.module} {u.name} as {u.bound_as}"
        + " lazy" * u.lazy
        + " guarded" * u.guarded
        for u in found.imports
    ]


def calls(found: Usage) -> list[str]:
    return [
        f"{u.place.line}: "
        + "await " * u.awaited
        + f"{u.target}({', '.join(['_'] * u.positional + [f'{k}=' for k in u.keywords])}"
        + "…" * u.open_ended
        + ")"
        + f" via {u.via}" * (u.via is not None)
        for u in found.calls
    ]


def members(found: Usage) -> list[str]:
    return [
        f"{u.place.line}: {u.owner}{'()' * u.on_instance}.{u.member}"
        + " stored" * u.stored
        + " optional" * u.optional
        for u in found.members
    ]


def names(found: Usage) -> list[str]:
    return [f"{u.place.line}: {u.how} {u.ref}" for u in found.names]


def subclasses(found: Usage) -> list[str]:
    return [
        f"{u.place.line}: {u.consumer}({u.provider}) {','.join(u.members)} | {','.join(u.fields)}"
        for u in found.subclasses
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import core", ["1: core None as core"]),
        ("import core.events.bus", ["1: core.events.bus None as core"]),
        ("import core.events as ev", ["1: core.events None as ev"]),
        ("from core.events import Bus as B, make", [
            "1: core.events Bus as B", "1: core.events make as make",
        ]),
        ("from core.events import (\n    Bus,\n    make,\n)", [
            "1: core.events Bus as Bus", "1: core.events make as make",
        ]),
        ("from core import *", ["1: core * as *"]),
        ("import os, core as c, sys", ["1: core None as c"]),
        ("import corelib, core_tools.core\nfrom .core import x", []),
        ("def f():\n    from core import Bus", ["2: core Bus as Bus lazy"]),
        ("try:\n    from core import Bus\nexcept ImportError:\n    Bus = None", [
            "2: core Bus as Bus guarded",
        ]),
        ("try:\n    from core import Bus\nexcept ImportError:\n    raise SystemError", [
            "2: core Bus as Bus",
        ]),
        ("try:\n    from core import Bus\nexcept (KeyError, ModuleNotFoundError):\n    pass", [
            "2: core Bus as Bus guarded",
        ]),
        ("try:\n    from core import Bus\nexcept ValueError:\n    pass", ["2: core Bus as Bus"]),
        ("try:\n    import os\nexcept Exception:\n    import core", ["4: core None as core"]),
        ("try:\n    def f():\n        import core\nexcept Exception:\n    pass", [
            "3: core None as core lazy",
        ]),
        ("import contextlib\nwith contextlib.suppress(ImportError):\n    import core", [
            "3: core None as core guarded",
        ]),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from core import Bus", [
            "3: core Bus as Bus guarded",
        ]),
        ("import typing as t\nif t.TYPE_CHECKING:\n    import core", [
            "3: core None as core guarded",
        ]),
        ("import importlib\nm = importlib.import_module('core.events')", [
            "2: core.events None as m",
        ]),
        ("from importlib import import_module as load\nload('core.events')", [
            "2: core.events None as ",
        ]),
        ("x = __import__('core.events')", ["1: core.events None as x"]),
        ("def __import__(n): ...\n__import__('core')", []),
        ("import importlib\nimportlib.import_module(name)", []),
    ],
)  # fmt: skip
def test_imports(text: str, expected: list[str]) -> None:
    assert imports(usage(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # direct
        ("from core import Meta\nMeta(1, *a, id='x', **k)", ["2: core:Meta(_, id=…)"]),
        ("import core.ev\ncore.ev.make(backend=1)", ["2: core.ev:make(backend=)"]),
        ("import core.ev as ev\nev.Meta.of(1)", ["2: core.ev:Meta.of(_)"]),
        ("from core import ev\nev.make()", ["2: core:ev.make()"]),
        ("from core import ev\nimport core.ev\nev.make()", ["3: core.ev:make()"]),
        ("from core import *\nMeta(1)\nprint(1)", ["2: core:Meta(_)"]),
        ("from core import *\nfrom numpy import *\nMeta(1)", []),
        ("import importlib\nev = importlib.import_module('core.ev')\nev.make()", [
            "3: core.ev:make()",
        ]),
        ("from core import Env, Meta\nEnv(meta=Meta(1))", [
            "2: core:Env(meta=)", "2: core:Meta(_)",
        ]),
        ("from core import Env\nEnv[int](1)\nIntEnv = Env[int]\nIntEnv(2, 3)", [
            "2: core:Env(_)", "4: core:Env(_, _)",
        ]),
        ("from core import make\nasync def f():\n    await make(1)", ["3: await core:make(_)"]),
        # shadowing
        ("from core import Meta\ndef f(Meta):\n    Meta()", []),
        ("from core import Meta\ndef f():\n    Meta()\n    Meta = 1", []),
        ("from core import Meta\ndef f():\n    for Meta in x:\n        Meta()\n    Meta()", []),
        ("from core import Meta\n[Meta() for Meta in x]\nMeta(1)", ["3: core:Meta(_)"]),
        ("from core import Meta\nf = lambda Meta: Meta()\nMeta(1)", ["3: core:Meta(_)"]),
        ("from core import Meta\nif x:\n    Meta = other\nMeta()", []),
        ("from core import Meta\nif x:\n    Meta = other\n    raise E\nMeta()", [
            "5: core:Meta()",
        ]),
        ("try:\n    from core import Meta\nexcept ImportError:\n    class Meta: ...\nMeta(1)", [
            "5: core:Meta(_)",
        ]),
        ("from core import Meta\nclass A:\n    Meta = 1\n    def f(self):\n        Meta()", [
            "5: core:Meta()",
        ]),
        ("def f():\n    Meta()\nfrom core import Meta", ["2: core:Meta()"]),
        ("from core import Meta\ndel Meta\nMeta()", []),
        ("def f(x):\n    if (Meta := x):\n        Meta()\nfrom core import Meta", []),
        ("Meta = None\ndef load():\n    global Meta\n    from core import Meta\n"
         "def f():\n    Meta(1)", ["6: core:Meta(_)"]),
        ("from core import Bus\nbus = Bus()\ndef f():\n    bus.go()\n"
         "def g():\n    global bus\n    bus = other()", ["2: core:Bus()"]),
        ("from core import Meta\ndef f():\n    def g():\n        Meta()\n    Meta = 1", []),
        # instances
        ("from core import Bus\nbus = Bus()\nbus.publish(1, key=2)", [
            "2: core:Bus()", "3: core:Bus.publish(_, key=)",
        ]),
        ("from core import Bus\ndef f(bus: Bus):\n    bus.go()", ["3: core:Bus.go()"]),
        ("from core import Bus\ndef f(bus: 'Bus | None' = None):\n    bus.go()", [
            "3: core:Bus.go()",
        ]),
        ("from typing import *\nfrom core import Bus\ndef f(bus: Optional[Bus]):\n    bus.go()",
         []),
        ("from typing import Optional as O\nfrom core import Bus\ndef f(b: O[Bus]):\n    b.go()", [
            "4: core:Bus.go()",
        ]),
        ("from core import Bus\ndef f(bus: Bus | str):\n    bus.go()", []),
        ("from core import Bus\ndef f(bus: Bus | str):\n"
         "    if isinstance(bus, Bus) and bus.ok():\n        bus.go()\n    bus.no()", [
             "3: core:Bus.ok()", "4: core:Bus.go()",
         ]),
        ("from core import Bus\ndef f(bus):\n    if not isinstance(bus, Bus):\n        return\n"
         "    bus.go()", ["5: core:Bus.go()"]),
        ("from core import Bus\ndef f(bus):\n    assert isinstance(bus, Bus)\n    bus.go()", [
            "4: core:Bus.go()",
        ]),
        ("from core import Bus\ndef f(bus: Bus):\n    if x:\n        bus = other()\n"
         "    bus.go()", ["5: core:Bus.go()"]),
        ("from core import Bus\ndef f():\n    bus = Bus()\n    if x:\n        bus = other()\n"
         "    bus.go()", ["3: core:Bus()"]),
        ("from core import Bus\ndef f():\n    bus = None\n    if x:\n        bus = Bus()\n"
         "    bus.go()", ["5: core:Bus()", "6: core:Bus.go()"]),
        ("from core import make\nbus = make()\nbus.go()",
         ["2: core:make()", "3: core:make().go()"]),
        ("from core import Bus\ndef f(bus: Bus | str):\n    if x:\n"
         "        assert isinstance(bus, Bus)\n    bus.no()", []),
        ("from core import Bus\ndef f(bus):\n    assert isinstance(bus, Bus)\n    if x:\n"
         "        bus = y()\n    bus.no()", []),
        ("from core import Bus\ndef f(bus: Bus):\n    bus(1)", ["3: core:Bus.__call__(_)"]),
        ("from typing import Self\nfrom core import Bus\nclass A:\n    bus: Bus\n"
         "    @classmethod\n    def new(cls) -> Self: ...\n    def same(self) -> 'Self': ...\n"
         "A.new().same().bus.go()", ["8: core:Bus.go()"]),
        ("from core import Bus\nclass A:\n    @property\n    def bus(self) -> Bus: ...\n"
         "    @bus.setter\n    def bus(self, v): ...\nA().bus.go()", ["7: core:Bus.go()"]),
        ("from core import make, Bus\nbus: Bus = make()\nbus.go()", [
            "2: core:make()", "3: core:Bus.go()",
        ]),
        ("from core import Bus\ndef get() -> Bus: ...\nbus = get()\nbus.go()\nget().stop()", [
            "4: core:Bus.go()", "5: core:Bus.stop()",
        ]),
        ("from core import Bus\nasync def get() -> Bus: ...\nasync def f():\n"
         "    bus = await get()\n    await bus.go()\n    get().no()", [
             "5: await core:Bus.go()",
         ]),
        ("from core import Bus\ndef f(all: list[Bus], named: dict[str, Bus]):\n"
         "    for b in all:\n        b.one()\n    for k, b in named.items():\n        b.two()\n"
         "    for i, b in enumerate(all):\n        b.three()\n    all[0].four()\n"
         "    [b.five() for b in all]\n    named['x'].six()", [
             "4: core:Bus.one()", "6: core:Bus.two()", "8: core:Bus.three()",
             "9: core:Bus.four()", "10: core:Bus.five()", "11: core:Bus.six()",
         ]),
        ("from core import Ev\ne = Ev.model_validate({})\nc = e.model_copy()\nc.go()", [
            "2: core:Ev.model_validate(_)", "3: core:Ev.model_copy()", "4: core:Ev.go()",
        ]),
        ("from core import Bus\nMaybe = Bus | None\ndef f(b: Maybe):\n    b.go()", [
            "4: core:Bus.go()",
        ]),
        ("from typing import cast\nfrom core import Bus\ncast(Bus, x).go()\ncast('Bus', x).on()", [
            "3: core:Bus.go()", "4: core:Bus.on()",
        ]),
    ],
)  # fmt: skip
def test_calls(text: str, expected: list[str]) -> None:
    assert calls(usage(text)) == expected


HOLDER = """
    from __future__ import annotations
    from typing import Optional
    from core import Bus, make

    class Holder:
        shared: Bus

        def __init__(self, bus: Bus, other=None):
            self._bus: Optional[Bus] = None
            self.given = bus
            self.either = other or Bus()
            self.opaque = make()

        @property
        def bus(self) -> Bus:
            return self._bus

        def ensure(self) -> "Bus":
            if self._bus is None:
                self._bus = make()
            self._bus.a()
            return self._bus

        async def run(self):
            self.ensure().b()
            bus = self.ensure()
            await bus.c()
            self.given.d()
            self.bus.e()
            self.shared.f()
            self.either.no()
            self.opaque.no()
"""


def test_attributes_of_the_consumers_classes_are_followed_by_their_annotations() -> None:
    found = usage(
        {
            "shop/a.py": HOLDER,
            "shop/b.py": """
        from .a import Holder

        def f(holder: Holder | None):
            holder._bus.g()
            holder.ensure().h()
            Holder(1).given.i()
    """,
        }
    )
    assert calls(found) == [
        "11: core:Bus()",
        "12: core:make()",
        "20: core:make()",
        "21: core:Bus.a()",
        "25: core:Bus.b()",
        "27: await core:Bus.c()",
        "28: core:Bus.d()",
        "29: core:Bus.e()",
        "30: core:Bus.f()",
        "32: core:make().no()",
        "4: core:Bus.g()",
        "5: core:Bus.h()",
        "6: core:Bus.i()",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from core import Level\nLevel.hard", ["2: core:Level.hard"]),
        ("from core import Level\nLevel.hard.value", [
            "2: core:Level.hard", "2: core:Level().value",
        ]),
        ("from core import Level\nx = Level.hard\nx.name", [
            "2: core:Level.hard", "3: core:Level().name",
        ]),
        ("from core import Level\nLevel['hard']", ["2: core:Level.hard"]),
        ("from core import Level\nLevel('hard').value", ["2: core:Level().value"]),
        ("from core import Level\nfor level in Level:\n    level.value", [
            "3: core:Level().value",
        ]),
        ("import core.t\ncore.t.Level.hard", ["2: core.t:Level.hard"]),
        ("import core.t as t\nprint(t.VERSION)", ["2: core.t.VERSION"]),
        ("from core import Ev\ndef f(e: Ev):\n    e.size; e.at = 1; e.tags['x'] = 2; e.n += 1", [
            "3: core:Ev().size", "3: core:Ev().at stored", "3: core:Ev().tags",
            "3: core:Ev().n", "3: core:Ev().n stored",
        ]),
        ("from core import Ev\ndef f(e: Ev):\n    getattr(e, 'size')\n    getattr(e, 'a', 1)\n"
         "    hasattr(e, 'b')\n    setattr(e, 'c', 1)\n    getattr(e, name)", [
             "3: core:Ev().size", "4: core:Ev().a optional", "5: core:Ev().b optional",
             "6: core:Ev().c stored",
         ]),
        ("from core import Ev\ndef f(e: Ev):\n    e.level.value", [
            "3: core:Ev().level", "3: core:Ev.level().value",
        ]),
        ("from core import Bus\ndef f(b: Bus):\n    h = b.handler\n    h(1)", [
            "3: core:Bus().handler",
        ]),
        ("from core import Lost\ntry:\n    x()\nexcept Lost as error:\n    error.code", [
            "5: core:Lost().code",
        ]),
        ("from core import Comp\nparts = [Comp(), Comp()]\nany(c.state != 1 for c in parts)", [
            "3: core:Comp().state",
        ]),
        ("from core import Ev, Level\ndef f(x):\n    match x:\n        case Level.hard: ...\n"
         "        case Ev(size=n) as e: e.key", [
             "4: core:Level.hard", "5: core:Ev().size", "5: core:Ev().key",
         ]),
        ("from core import Ev\ndef f(e: Ev):\n    return (\n        e\n        .size\n    )", [
            "5: core:Ev().size",
        ]),
        ("from core import Ev\ndef f(e: Ev):\n    return f'{e.size} {e.key!r:>{e.width}}'", [
            "3: core:Ev().size", "3: core:Ev().key", "3: core:Ev().width",
        ]),
        ("from core import Ev\ndef f(**kw: Ev):\n    for e in kw.values():\n        e.size", [
            "4: core:Ev().size",
        ]),
    ],
)  # fmt: skip
def test_members(text: str, expected: list[str]) -> None:
    assert members(usage(text)) == expected


def test_field_types_lead_one_step_further() -> None:
    text = "from core import Ev\ndef f(e: Ev):\n    e.level.value\n    e.level.shout()"
    found = usage(text, core__Ev={"level": "core.enums:Level"})
    assert members(found) == [
        "3: core:Ev().level", "3: core.enums:Level().value", "4: core:Ev().level",
    ]  # fmt: skip
    assert calls(found) == ["4: core.enums:Level.shout()"]


def test_names_are_listed_with_the_role_they_play() -> None:
    found = usage("""
        from core import Bus, Ev, Level, Lost, traced

        @traced
        def f(e: "list[Ev]", level=Level) -> Bus | None:
            if isinstance(e, (Ev, Bus)) or type(e) is Ev:
                raise Lost
            try:
                register(Ev, model=Ev)
            except (Lost, OSError):
                return Bus
    """)
    assert names(found) == [
        "3: decorator core:traced",
        "4: annotation core:Ev",
        "4: read core:Level",
        "4: annotation core:Bus",
        "5: isinstance core:Ev",
        "5: isinstance core:Bus",
        "5: compare core:Ev",
        "6: raise core:Lost",
        "8: argument core:Ev",
        "8: argument core:Ev",
        "9: except core:Lost",
        "10: read core:Bus",
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ("""
            from core import Base
            class Mine(Base, metaclass=type):
                model_config = {}
                kind: ClassVar[str] = "x"
                size: int = 1
                name: str
                @property
                def big(self): ...
                class Inner: ...
                async def go(self): ...
         """, ["2: shop.a:Mine(core:Base) model_config,kind,big,Inner,go | size,name"]),
        ("import core.ev\nclass A(core.ev.Env[int], core.Other): ...", [
            "2: shop.a:A(core.ev:Env)  | ", "2: shop.a:A(core:Other)  | ",
        ]),
        ("from core import Base\nclass A(Base): ...\nclass B(A):\n    def f(self): ...", [
            "2: shop.a:A(core:Base)  | ", "3: shop.a:B(core:Base) f | ",
        ]),
        ("from core import Base\nclass Base(Base): ...\nclass B(Base): ...", [
            "2: shop.a:Base(core:Base)  | ", "3: shop.a:B(core:Base)  | ",
        ]),
        ("def f():\n    from core import Base\n    class A(Base):\n        class B(Base): ...", [
            "3: shop.a:f.<locals>.A(core:Base) B | ", "4: shop.a:f.<locals>.A.B(core:Base)  | ",
        ]),
        ({"shop/__init__.py": "from .base import Base as Root",
          "shop/base.py": "from core.models import Base",
          "shop/x/__init__.py": "",
          "shop/x/y.py": "from ... import no\nfrom .. import Root\nclass A(Root): ...",
          "shop/z.py": "import shop.x.y\nclass B(shop.x.y.A): ...",
          }, ["3: shop.x.y:A(core.models:Base)  | ", "2: shop.z:B(core.models:Base)  | "]),
    ],
)  # fmt: skip
def test_subclasses(files: dict[str, str] | str, expected: list[str]) -> None:
    assert subclasses(usage(files)) == expected


def test_a_subclass_uses_what_it_inherits_and_not_what_it_defines() -> None:
    found = usage("""
        from core import Base

        class Mine(Base):
            note: str = ""

            def __init__(self, **data):
                super().__init__(**data)
                self._cache = {}
                self.level = 1

            @property
            def ratio(self):
                return self.size / self.capacity + self.note + self._cache

            @classmethod
            def create(cls, size):
                return cls(size=size, note="")

            def again(self):
                self.check(1)
                Base.check(self, 2)
                super().check(3)
                return type(self)(size=1).ratio

        def use(mine: Mine):
            mine.size, mine.note, mine.ratio, mine.again(), mine.emit()
            Mine.create(1).missing
            Mine.model_validate({}).size
    """)
    assert calls(found) == [
        "7: core:Base.__init__(…)",
        "17: shop.a:Mine(size=, note=) via core:Base",
        "17: core:Base.__init__(size=, note=)",
        "20: core:Base.check(_)",
        "21: core:Base.check(_, _)",
        "22: core:Base.check(_)",
        "23: shop.a:Mine(size=) via core:Base",
        "23: core:Base.__init__(size=)",
        "26: core:Base.emit()",
        "28: core:Base.model_validate(_)",
    ]
    assert [call.on_instance for call in found.calls] == [
        True, False, True, True, False, True, False, True, True, False,
    ]  # fmt: skip
    assert members(found) == [
        "9: core:Base().level stored",
        "13: core:Base().size",
        "13: core:Base().capacity",
        "26: core:Base().size",
        "27: core:Base().missing",
        "28: core:Base().size",
    ]


def test_names_are_followed_through_the_consumers_modules() -> None:
    found = usage(
        {
            "shop/__init__.py": "from .mid import Ev\nfrom . import events\n",
            "shop/mid.py": """
                from core.models import Event as Ev, Level, make as _make
                import core.events as events
                __all__ = ["Ev"]
                __all__ += ["events"]
            """,
            "shop/events.py": "from core.events import Bus\n",
            "shop/use.py": """
                from shop import Ev, mid
                from . import events
                import shop.mid
                import shop
                Ev(1)
                mid.Level.hard
                shop.mid.events.go()
                events.Bus()
                shop.Ev(2)
            """,
        }
    )
    assert calls(found) == [
        "5: core.models:Event(_)",
        "7: core.events:go()",
        "8: core.events:Bus()",
        "9: core.models:Event(_)",
    ]
    assert members(found) == ["6: core.models:Level.hard"]
    assert found.reexports == (
        ("shop:Ev", "core.models:Event", Place("shop/__init__.py", 1)),
        ("shop.mid:Ev", "core.models:Event", Place("shop/mid.py", 1)),
        ("shop.mid:events", "core.events", Place("shop/mid.py", 2)),
    )


def test_modules_that_import_each_other_are_read() -> None:
    found = usage(
        {
            "shop/a.py": "from .b import B\nfrom core import Base\nclass A(Base): ...\n",
            "shop/b.py": """
                from typing import TYPE_CHECKING
                if TYPE_CHECKING:
                    from .a import A
                class B:
                    def f(self, a: "A"):
                        a.size
            """,
        }
    )
    assert members(found) == ["6: core:Base().size"]


def test_circular_names_and_bases_end() -> None:
    found = usage(
        {
            "shop/a.py": "import core\nfrom .b import X\nclass A(X): ...\nA().y\n",
            "shop/b.py": "import core\nfrom .a import X, A\nclass B(A): ...\nB().z\n",
        }
    )
    assert (found.members, found.subclasses) == ((), ())


def test_a_literal_argument_is_kept_as_source() -> None:
    found = usage("from core import f\nf('a', x, -1, *r, 2, k=None, m=y, n=1.5)")
    assert found.calls[0].literals == (
        ("0", "'a'"), ("2", "-1"), ("k", "None"), ("n", "1.5"),
    )  # fmt: skip


def test_literals_inside_lists_and_dictionaries_names_and_loops_are_kept() -> None:
    found = usage(
        """
        from core import M
        KIND, SYMBOLS = "x", ()
        NAME = "market"
        SYMBOLS_TRADED = ["BRK.B", "AAPL"]
        twice = 1
        twice = 2
        def make(x, y):
            M(a={"source": "store", "type": x}, b=[1, x], c=[x], d=x, e=NAME, f=twice)
            return [M(symbol=symbol) for symbol in SYMBOLS_TRADED if symbol]
        """
    )
    assert [made.literals for made in found.calls] == [
        (("a", "{'source': 'store', 'type': ...}"), ("b", "[1, ...]"), ("e", "'market'")),
        (("symbol", "'BRK.B'"), ("symbol", "'AAPL'")),
    ]


def test_sources_that_cannot_be_parsed_are_said() -> None:
    found = usage(
        {
            "shop/a.py": "import core\nif:\n",
            "shop/b.py": "from core import X\nX()\n",
            "shop/c.py": "from core import Y\n\0",
        }
    )
    assert [file for file, _ in found.unreadable] == ["shop/a.py", "shop/c.py"]
    assert found.unreadable[0][1] == "can't be parsed: invalid syntax, line 2"
    assert calls(found) == ["2: core:X()"]


def test_very_long_and_very_deep_expressions() -> None:
    long_sum = "from core import X\nX(" + " + ".join(["1"] * 700) + ")\n"
    assert calls(usage(long_sum)) == ["2: core:X(_)"]
    deep = "from core import X\nX()\nx = " + "f(" * 150 + ")" * 150 + "\n" + "x" + ".a()" * 900
    found = usage(deep)
    assert calls(found) == ["2: core:X()"]
    assert [file for file, _ in found.unreadable] in ([], ["shop/a.py"])


def test_a_provider_inside_the_consumers_namespace_package() -> None:
    files = [
        source("acme/shop/a.py", "from acme.core import Ev\nfrom acme import core\ncore.go()\n"),
        source("acme/shop/b.py", "import acme.core.x\nacme.core.x.run(Ev)\nimport acme.shop.a\n"),
    ]
    found = read(files, frozenset({"acme.core"}))
    assert imports(found) == [
        "1: acme.core Ev as Ev", "2: acme core as core", "1: acme.core.x None as acme",
    ]  # fmt: skip
    assert calls(found) == ["3: acme.core:go()", "2: acme.core.x:run(_)"]


def test_what_the_provider_is_called_elsewhere_does_not_count() -> None:
    found = usage({"shop/core.py": "X = 1\n", "shop/a.py": "from .core import X\nX.y\n# core\n"})
    assert found == Usage()


def test_used_symbols_and_places() -> None:
    found = usage("""
        from core.t import Ev, Level
        import core.bus

        class Mine(Ev): ...

        def f(e: Mine):
            e.level == Level.hard
            core.bus.open_bus()
            print(core.bus.LIMIT)
            Mine(x=1)
    """)
    assert used_symbols(found) == (
        "core.bus:LIMIT", "core.bus:open_bus", "core.t:Ev", "core.t:Level",
    )  # fmt: skip
    assert [place.line for place in places(found, "core.t:Ev")] == [1, 4, 7, 10]
    assert [place.line for place in places(found, "core.t:Level.hard")] == [7]
    assert [place.line for place in places(found, "core.bus")] == [2]
    assert places(found, "core.t:E") == ()


def test_installed_sources_are_found_and_decoded(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "__init__.py").write_bytes(b"\xef\xbb\xbffrom core import Ev\n")
    (shop / "latin.py").write_bytes(
        "# -*- coding: latin-1 -*-\nfrom core import Ev\nEv('é')\n".encode("latin-1")
    )
    (shop / "bad.py").write_bytes(b"from core import Ev\nx = '\xff'\n")
    (shop / "odd.py").write_bytes(b"# coding: nonsense\nimport core\n")
    (shop / "crlf.py").write_bytes(b"import core\r\n\r\ncore.go()\r\n")
    (tmp_path / "top.py").write_text("import core\n")
    files = [
        "shop/__init__.py", "shop/latin.py", "shop/bad.py", "shop/odd.py", "shop/crlf.py",
        "top.py", "shop/gone.py", "../../bin/tool.py", "shop/data.json", "shop-1.dist-info/x.py",
    ]  # fmt: skip
    found = read_installed(tmp_path, files, CORE)
    assert [(u.importer, u.place.line) for u in found.imports] == [
        ("shop", 1), ("shop.crlf", 1), ("shop.latin", 2), ("top", 1),
    ]  # fmt: skip
    assert calls(found) == ["3: core:go()", "3: core:Ev(_)"]
    assert found.calls[1].literals == (("0", "'é'"),)
    assert [file for file, _ in found.unreadable] == ["shop/bad.py", "shop/gone.py", "shop/odd.py"]


def operations(found: Usage) -> list[str]:
    return [f"{u.place.line}: {u.operation} {u.owner} {u.detail}".strip() for u in found.operations]


def test_syntax_on_instances_is_found() -> None:
    found = usage(
        """
        from core import Box

        def use(box: Box, other):
            if box:
                len(box), -box, 1 + box, box + other, other + 1
            for item in box:
                print(item in box, box["a"], {box: 1})
            first, second = box
            box[0] = 1
            del box[0]
            return [*box], dict(**box), box < other
        """
    )
    assert operations(found) == [
        f"{line}: {what}"
        for line, what in (
            (4, "bool core:Box"),
            (5, "len core:Box"),
            (5, "neg core:Box"),
            (5, "radd core:Box"),
            (5, "add core:Box"),
            (6, "iterate core:Box"),
            (7, "contains core:Box"),
            (7, "getitem core:Box 'a'"),
            (7, "hash core:Box"),
            (8, "unpack core:Box 2"),
            (9, "setitem core:Box 0"),
            (10, "delitem core:Box 0"),
            (11, "iterate core:Box"),
            (11, "mapping core:Box"),
            (11, "lt core:Box"),
        )
    ]


def test_what_is_done_with_the_results_of_calls_is_found() -> None:
    found = usage(
        """
        from core import Bus, Envelope, fetch, opened

        async def use(bus: Bus):
            await fetch()
            with opened() as value:
                print(value)
            async for item in bus.stream():
                print(item)
            return Envelope[int](payload=1)
        """
    )
    assert operations(found) == [
        "4: await core:fetch()",
        "5: with core:opened()",
        "7: async iterate core:Bus.stream()",
        "9: subscript core:Envelope 1 types",
    ]


def test_what_is_caught_is_found_and_built_in_exceptions_too() -> None:
    found = usage(
        """
        from core import CoreError, fetch

        try:
            fetch()
        except (CoreError, ValueError):
            raise
        """
    )
    assert [(ref, place.line) for ref, place in found.caught] == [
        ("core:CoreError", 5),
        ("builtins:ValueError", 5),
    ]


def test_what_runs_only_where_something_is_there() -> None:
    found = usage(
        """
        import core
        from core import Bus

        def send(bus: Bus, other):
            if hasattr(bus, "send"):
                bus.send()
            else:
                bus.publish()
            if not hasattr(core, "fetch"):
                return None
            if hasattr(other, "send"):
                other.send()
            return core.fetch()
        """
    )
    assert [
        (use.owner, use.name, use.there, use.region.first, use.region.last) for use in found.choices
    ] == [
        ("core:Bus", "send", True, 6, 6),
        ("core:Bus", "send", False, 8, 8),
        ("core", "fetch", False, 10, 10),
        ("core", "fetch", True, 11, 13),
    ]


def test_what_is_decorated_by_the_consumer_itself() -> None:
    found = usage(
        """
        from core import fetch

        def tries(most):
            def around(inner):
                def outer():
                    return inner()
                return outer
            return around

        @tries(3)
        def load():
            return fetch()
        """
    )
    assert found.decorated == (("shop.a:load", "shop.a:tries"),)
    assert [(use.target, use.place.line) for use in found.reached] == [
        ("?", 6),
        ("shop.a:tries", 10),
    ]


def test_what_runs_inside_a_block_whose_exceptions_are_caught() -> None:
    found = usage(
        """
        from contextlib import suppress
        from core import CoreError, fetch

        class Loader:
            def load(self):
                return fetch()

        def run(loader: Loader, other, then):
            try:
                loader.load()
            except (CoreError, ValueError):
                then()
            with suppress(KeyError):
                other.start()
        """
    )
    tried = [
        (use.region.first, use.region.last, [handler.names for handler in use.handlers])
        for use in found.tries
    ]
    assert tried == [
        (10, 10, [("core:CoreError", "builtins:ValueError")]),
        (14, 14, [("builtins:KeyError",)]),
    ]
    assert [(use.target, use.place.line) for use in found.reached] == [
        ("shop.a:Loader.load", 10),
        ("?", 12),
        ("?.start", 14),
    ]
    assert [(ref, lines.first, lines.last) for ref, lines in found.functions] == [
        ("shop.a:Loader.load", 5, 6),
        ("shop.a:run", 8, 14),
    ]


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ('"%s" % box', ["str"]),
        ('"%d: %r %%" % (1, box)', ["repr"]),
        ('"%s %s" % (box,)', []),
        ('"%(name)s" % box', []),
        ('"%*s" % (3, box)', []),
        ('"{}, {1!r}, {named!s}".format(box, box, named=box)', ["format", "repr", "str"]),
        ('"{0.width}".format(box)', []),
        ('"{".format(box)', []),
        ('"{}".format(*box)', ["iterate"]),
        ('f"{box} {box!r} {box!s}"', ["format", "repr", "str"]),
        ("repr(box)", ["repr"]),
        ("box in [other, box]", ["eq"]),
        ("box in other", []),
        ("[other].index(box)", ["eq"]),
        ("[other].append(box)", []),
    ],
)
def test_texts_and_comparisons_that_format_strings_and_lists_make(
    line: str, asked: list[str]
) -> None:
    found = usage(f"from core import Box\n\ndef use(box: Box, other):\n    return {line}\n")

    texts = {"str", "repr", "format", "eq", "iterate"}
    assert [use.operation for use in found.operations if use.operation in texts] == asked


@pytest.mark.parametrize(
    ("line", "owner"),
    [
        ("bus.all()[0].name", "core:Bus.all().__item_0__()"),
        ("bus.all()[-1].name", "core:Bus.all().__getitem__()"),
        ("bus.all()[1:].name", "core:Bus.all()"),
        ("bus.rows[key].name", "core:Bus.rows.__getitem__()"),
        ("[row.name for row in bus.all()]", "core:Bus.all().__next__()"),
        ("[b.name for a, b in bus.all()]", "core:Bus.all().__next__().__item_1__()"),
        ("[b.name for a, *b in bus.all()]", None),
        ("next(iter(sorted(bus.all()))).name", "core:Bus.all().__next__()"),
        ("list(bus.all())[0].name", "core:Bus.all().__next__()"),
        ("[row.name for row in key]", None),
    ],
)
def test_what_is_taken_out_of_a_collection_is_followed(line: str, owner: str | None) -> None:
    found = usage(f"from core import Bus\n\ndef use(bus: Bus, key):\n    return {line}\n")

    assert [use.owner for use in found.members if use.member == "name"] == (
        [owner] if owner else []
    )


@pytest.mark.parametrize(
    ("above", "call", "expected"),
    [
        ("OPTIONS = {'a': 1}", "go(**OPTIONS)", (("a",), False, (("a", "1"),))),
        ("OPTIONS = dict(a=1)", "go(2, b=3, **OPTIONS)", (("b", "a"), False, None)),
        ("", "go(**{'a': 1})", (("a",), False, (("a", "1"),))),
        ("OPTIONS = {'a': 1}", "go(**OPTIONS, b=OPTIONS['a'])", (("a", "b"), False, None)),
        ("OPTIONS = {'a': 1}\nOPTIONS['b'] = 2", "go(**OPTIONS)", ((), True, ())),
        ("OPTIONS = {'a': 1}\nOPTIONS.update(b=2)", "go(**OPTIONS)", ((), True, ())),
        ("OPTIONS = {'a': 1}\nprint(OPTIONS)", "go(**OPTIONS)", ((), True, ())),
        ("OPTIONS = {'a': 1}\nOPTIONS = {}", "go(**OPTIONS)", ((), True, ())),
        ("OPTIONS = {'a': 1, **{}}", "go(**OPTIONS)", ((), True, ())),
        ("", "go(**{name: 1 for name in 'a'})", ((), True, ())),
        ("from functools import partial", "partial(go, 1, a=2)", (("a",), True, None)),
        ("import functools", "functools.partial(go, a=2)", (("a",), True, (("a", "2"),))),
    ],
)
def test_keywords_that_stand_in_a_dictionary_or_are_given_beforehand(
    above: str, call: str, expected: tuple[object, object, object]
) -> None:
    found = usage(f"from core import go\n{above}\n\ndef use():\n    return {call}\n")

    (use,) = found.calls
    told = (use.keywords, use.open_ended, use.literals if expected[2] is not None else None)
    assert (use.target, told) == ("core:go", expected)


def test_functions_that_are_handed_over_are_found() -> None:
    found = usage(
        """
        from core import Bus

        def show(item): ...

        class Screen:
            def show(self, item): ...

            @classmethod
            def make(cls, item): ...

            def start(self, bus: Bus, rest):
                def inner(item): ...
                bus.on("a", show, done=self.show)
                bus.on(Screen.show, key=Screen.make, other=inner, **rest)
                bus.on(*rest, show)
                bus.on(lambda a, /, b=2, *c, d=bus: b)
        """
    )

    assert [use.passed for use in found.calls] == [
        (("1", "shop.a:show", False), ("done", "shop.a:Screen.show", True)),
        (
            ("0", "shop.a:Screen.show", False),
            ("key", "shop.a:Screen.make", False),
            ("other", "lambda item: None", False),
        ),
        (),
        (("0", "lambda a, /, b=None, *c, d=None: None", False),),
    ]


@pytest.mark.parametrize(
    ("body", "call", "target"),
    [
        ("def made():\n    return Bus()", "made().go()", "core:Bus.go"),
        ("def made():\n    bus = Bus()\n    return bus", "made().go()", "core:Bus.go"),
        (
            "def made():\n    with lock:\n        bus = Bus()\n    return bus",
            "made().go()",
            "core:Bus.go",
        ),
        ("def made(bus=None):\n    bus = Bus()\n    return bus", "made().go()", None),
        ("def made():\n    bus = Bus()\n    bus = 1\n    return bus", "made().go()", None),
        (
            "def made(x):\n    if x:\n        return None\n    return Bus()",
            "made(1).go()",
            "core:Bus.go",
        ),
        ("def made(x):\n    if x:\n        return x\n    return Bus()", "made(1).go()", None),
        ("def made():\n    return opened()", "made().go()", "core:opened().go"),
        (
            "def made():\n    return inner()\ndef inner():\n    return Bus()",
            "made().go()",
            "core:Bus.go",
        ),
        ("def made():\n    return made()", "made().go()", None),
        ("def made():\n    def inner():\n        return Bus()\n    return 1", "made().go()", None),
        ("def made():\n    yield Bus()", "[bus.go() for bus in made()]", "core:Bus.go"),
        ("def made():\n    yield from made()", "[bus.go() for bus in made()]", None),
        ("async def made():\n    return Bus()", "(await made()).go()", "core:Bus.go"),
        ("async def made():\n    return Bus()", "made().go()", None),
        ("@lru_cache\ndef made():\n    return Bus()", "made().go()", "core:Bus.go"),
        ("@other\ndef made():\n    return Bus()", "made().go()", None),
        (
            "class A:\n    @property\n    def b(self):\n        return Bus()",
            "A().b.go()",
            "core:Bus.go",
        ),
        (
            "class A:\n    def b(self):\n        return self.c()\n\n"
            "    def c(self):\n        return Bus()",
            "A().b().go()",
            "core:Bus.go",
        ),
        (
            "class A(Bus):\n    def b(self):\n        return self\n\n"
            "class B(A):\n    def go(self): ...",
            "B().b().go()",
            None,
        ),
    ],
)
def test_what_a_function_without_an_annotation_returns(
    body: str, call: str, target: str | None
) -> None:
    start = "from functools import lru_cache\nfrom core import Bus, opened\n"
    found = usage(f"{start}{body}\n\nasync def use():\n    return {call}\n")

    assert [use.target for use in found.calls if use.target.endswith(".go")] == (
        [target] if target else []
    )


HANDED_ON = """
from core import Client, connect

class Quiet(Client):
    def __init__(self, size=1, **kwargs):
        super().__init__(**kwargs)

class Own(Quiet):
    pass

def make(url, *args, **kwargs):
    return connect(url, *args, timeout=1, **kwargs)

def remake(*args, **kwargs):
    return make("a", *args, **kwargs)

"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Quiet(url=1)", "core:Client.__init__(url=)"),
        ("Quiet(2, url=1)", "core:Client.__init__(url=)"),
        ("Own(url=1, size=2)", "core:Client.__init__(url=)"),
        ("Own(**unknown)", "core:Client.__init__(…)"),
        ('make("a", 1, retry=2)', "core:connect(_, _, timeout=, retry=)"),
        ('make(url="a", retry=2)', "core:connect(_, timeout=, retry=)"),
        ("remake(2, 3, retry=2)", "core:connect(_, _, _, timeout=, retry=)"),
        ('remake(**{"retry": 2})', "core:connect(_, timeout=, retry=)"),
    ],
)
def test_what_a_function_hands_on_is_a_call_at_its_callers_line(line: str, expected: str) -> None:
    text = HANDED_ON + f"def use(unknown):\n    return {line}\n"
    last = len(text.strip("\n").splitlines())
    found = [item for item in calls(usage(text)) if item.startswith(f"{last}: ")]
    assert f"{last}: {expected}" in found


@pytest.mark.parametrize(
    "body",
    [
        "    return connect(**clean(kwargs))",
        "    clean(kwargs)\n    return connect(**kwargs)",
        "    kwargs = {}\n    return connect(**kwargs)",
        "    if clean():\n        return connect(**kwargs)",
        "    if clean():\n        return\n    return connect(**kwargs)",
        "    try:\n        return connect(**kwargs)\n    except TypeError:\n        return None",
        "    return clean() or connect(**kwargs)",
        "    return lambda: connect(**kwargs)",
        "    kwargs.pop(clean())\n    return connect(**kwargs)",
    ],
)
def test_what_may_have_changed_or_may_not_run_is_not_handed_on(body: str) -> None:
    text = f"from core import connect\n\ndef make(**kwargs):\n{body}\n\nmake(a=1)\n"
    assert all("a=" not in call for call in calls(usage(text)))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('kwargs.pop("a", None)', "core:connect(b=…)"),
        ('del kwargs["a"]', "core:connect(b=…)"),
        ('kwargs.setdefault("c", 1)', "core:connect(a=, b=…)"),
        ('kwargs["c"] = 1', "core:connect(a=, b=…)"),
        ('print(kwargs.get("c"), "c" in kwargs)', "core:connect(a=, b=)"),
    ],
)
def test_what_is_taken_out_or_put_in_before_it_is_handed_on(body: str, expected: str) -> None:
    text = f"""
from core import connect

def make(**kwargs):
    {body}
    return connect(**kwargs)

make(a=1, b=2)
"""
    assert f"7: {expected}" in calls(usage(text))


def test_several_bases_or_a_decorator_may_change_what_is_handed_on() -> None:
    text = """
from core import Client
from other import Mixin, decorator

class Mixed(Client, Mixin):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)

@decorator
def make(**kwargs):
    return Client(**kwargs)

Mixed(a=1)
make(a=1)
"""
    found = calls(usage(text))
    assert [item for item in found if item.startswith(("12", "13"))] == [
        "12: shop.a:Mixed(a=) via core:Client"
    ]


def test_a_class_of_the_consumers_own_is_what_runs_though_type_checkers_see_another() -> None:
    text = """
from typing import TYPE_CHECKING
from core import Client

class _Quiet(Client):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)

if TYPE_CHECKING:
    Quiet = Client
else:
    Quiet = _Quiet

class Own(Quiet):
    pass

Own(a=1)
"""
    assert "16: core:Client.__init__(a=)" in calls(usage(text))


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("list(Level)[0]", "0"),
        ("tuple(Level)[-1]", "-1"),
        ("next(iter(Level))", "0"),
        ("list(Level)[True]", None),
        ("list(Level)[~0]", None),
        ("list(Level)[1:]", None),
        ("sorted(Level)[0]", None),
        ("list(bus)[0]", None),
    ],
)
def test_a_member_that_is_taken_by_its_place(line: str, place: str | None) -> None:
    found = usage(f"from core import Bus, Level\n\ndef use(bus: Bus):\n    return {line}\n")

    told = [(use.owner, use.detail) for use in found.operations if use.operation == "place"]
    assert told == ([("core:Level", place)] if place else [])


def test_names_in_the_fields_of_the_consumers_classes() -> None:
    found = usage(
        """
        from typing import Optional
        from core import Id, Side, Size
        from pydantic import BaseModel

        Sides = list[Side]

        class Order(BaseModel):
            id: Id
            sides: "Optional[Sides]" = None

            def sized(self, size: Size) -> None: ...
        """
    )
    assert found.holders == (
        ("shop.a:Order", "core:Id", Place("shop/a.py", 8)),
        ("shop.a:Order", "core:Side", Place("shop/a.py", 9)),
    )


def test_comparisons_with_what_is_written_out_are_told() -> None:
    found = usage(
        """
        import core
        from core import NAMES, Bus

        def ask(value):
            return "a" in NAMES, -1 < core.LIMIT, Bus.depth == value, 1 < Bus.depth < 3
        """
    )
    told = [(use.owner, use.detail) for use in found.operations if use.operation == "compare"]
    assert sorted(told) == [
        ("core:Bus.depth", ""),
        ("core:Bus.depth", ""),
        ("core:LIMIT", "-1 < Subject"),
        ("core:NAMES", "'a' in Subject"),
    ]


def test_a_partial_is_called_with_its_arguments_and_those_of_the_call() -> None:
    found = usage(
        """
        from functools import partial
        from core import merge

        noted = partial(merge, 1, note="a", deep=True)

        def both(x):
            return noted(x, note="b")
        """
    )
    assert calls(found) == ["4: core:merge(_, note=, deep=…)", "7: core:merge(_, _, deep=, note=)"]


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("", "core.api:split"),
        ("from . import api", "core.api:split"),
        ("from .other import *", "core.api:split"),
        ("from .api import split as api", "core:api.split"),
        ("api = 1", "core:api.split"),
        ("from .binding import *", "core:api.split"),
        ("from elsewhere import *", "core:api.split"),
        ("def __getattr__(name): ...", "core:api.split"),
    ],
)
def test_a_module_that_is_imported_from_its_package(
    tmp_path: Path, package: str, expected: str
) -> None:
    texts = {
        "core/__init__.py": package,
        "core/api.py": "def split(): ...",
        "core/other.py": "x = 1",
        "core/binding.py": "api = 1",
        "shop.py": "from core import api\n\napi.split()",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    provided = {name: tmp_path / name for name in texts if name.startswith("core/")}
    found = read_installed(tmp_path, ["shop.py"], CORE, provider_files=[provided, provided])
    assert [use.target for use in found.calls] == [expected]


def test_a_name_of_a_module_that_is_given_another_name_is_read() -> None:
    found = usage("import core\n\nLIMIT = core.LIMIT\n\nclass Own:\n    limit = core.OTHER\n")
    assert members(found) == ["3: core.LIMIT", "6: core.OTHER"]


def test_a_tuple_that_is_written_out_is_its_items() -> None:
    found = usage("from core import go\n\ngo(0, *(1, 2), *rest)\ngo(*[3])\n")
    assert calls(found) == ["3: core:go(_, _, _…)", "4: core:go(_)"]
