"""Small pairs that a type checker should see: a change that breaks, and a harmless twin.

Each is one module of the provider, before and after, and one of the consumer. They are examined all
at once, as modules of two packages.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """One kind of use.

    Args:
        name: of its modules.
        old: the provider's module before.
        breaks: what is replaced, and by what, so that the consumer breaks.
        harmless: the same so that it does not, though the module differs at the same place.
        consumer: the consumer's module; `p` is the provider's.
    """

    name: str
    old: str
    breaks: tuple[tuple[str, str], ...]
    harmless: tuple[tuple[str, str], ...]
    consumer: str

    def broken(self) -> str:
        """The provider's module after the change that breaks."""
        return _replaced(self.old, self.breaks)

    def fine(self) -> str:
        """The provider's module after the change that breaks nothing."""
        return _replaced(self.old, self.harmless)


def _replaced(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    for before, after in changes:
        assert before in text, (before, text)
        text = text.replace(before, after)
    return text


_CLIENT = """
class Client:
    def rows(self, limit=1):
        return [limit]
    def close(self):
        pass
"""
_LIMIT_GONE = (("limit=1", "n=1"), ("[limit]", "[n]"))
_LIMIT_KEPT = (("limit=1", "limit=1, *, offset=0"),)
_CLOSE_GONE = (("def close", "def shut"),)
_CLOSE_KEPT = (
    ("def close(self):\n        pass", "def shut(self):\n        pass\n    close = shut"),
)


def _client(name: str, consumer: str, more: str = "") -> Pair:
    """A pair about `Client.rows(limit=…)`, reached in some way."""
    return Pair(name, _CLIENT + more, _LIMIT_GONE, _LIMIT_KEPT, consumer)


def _closing(name: str, consumer: str, more: str = "") -> Pair:
    """A pair about `Client.close`, reached in some way."""
    return Pair(name, _CLIENT + more, _CLOSE_GONE, _CLOSE_KEPT, consumer)


PAIRS = (
    _client(
        "dict_values",
        "def run(all: 'dict[str, p.Client]'):\n    for item in all.values():\n"
        "        item.rows(limit=1)\n",
    ),
    _client(
        "own_generic",
        "from typing import Generic, TypeVar\n\nT = TypeVar('T')\n\n\nclass Box(Generic[T]):\n"
        "    def __init__(self, item: T):\n        self.item = item\n\n\n"
        "def run():\n    return Box(p.Client()).item.rows(limit=1)\n",
    ),
    _client(
        "own_dataclass",
        "from dataclasses import dataclass\n\n\n@dataclass\nclass Session:\n    client: p.Client\n\n\n"
        "@dataclass\nclass App:\n    session: Session\n\n\n"
        "def run(app: App):\n    return app.session.client.rows(limit=1)\n",
    ),
    _client(
        "partial",
        "from functools import partial\n\n\ndef run():\n"
        "    return partial(p.Client().rows, limit=2)()\n",
    ),
    _client(
        "executor",
        "from concurrent.futures import ThreadPoolExecutor\n\n\ndef run(client: p.Client):\n"
        "    with ThreadPoolExecutor() as pool:\n"
        "        return pool.submit(client.rows, limit=1).result()\n",
    ),
    _client(
        "async_manager",
        "async def run():\n    async with p.opened() as client:\n"
        "        return client.rows(limit=1)\n",
        "\nfrom contextlib import asynccontextmanager\n\n\n@asynccontextmanager\nasync def opened():\n"
        "    yield Client()\n",
    ),
    _client(
        "awaited",
        "import asyncio\n\n\nasync def make():\n    return p.Client()\n\n\nasync def run():\n"
        "    made = await asyncio.gather(make(), make())\n    return made[0].rows(limit=1)\n",
    ),
    _client(
        "lambda_parameter",
        "def run(all: 'list[p.Client]'):\n"
        "    return sorted(all, key=lambda item: item.rows(limit=1))\n",
    ),
    _client(
        "walrus",
        "def run(name: str):\n    if (client := p.find(name)) is not None:\n"
        "        return client.rows(limit=1)\n    return None\n",
        "\n\ndef find(name) -> 'Client | None':\n    return Client()\n",
    ),
    _client(
        "narrowed",
        "def run(item: object):\n    if isinstance(item, p.Client):\n"
        "        return item.rows(limit=1)\n    return None\n",
    ),
    _client(
        "matched",
        "def run(item: object):\n    match item:\n        case p.Client() as client:\n"
        "            return client.rows(limit=1)\n    return None\n",
    ),
    _client(
        "defaultdict",
        "from collections import defaultdict\n\nPOOL = defaultdict(p.Client)\n\n\n"
        "def run(name: str):\n    return POOL[name].rows(limit=1)\n",
    ),
    _client(
        "own_property",
        "class App:\n    def __init__(self):\n        self._client = p.Client()\n\n    @property\n"
        "    def client(self):\n        return self._client\n\n\n"
        "def run():\n    return App().client.rows(limit=1)\n",
    ),
    _client(
        "cached_property",
        "from functools import cached_property\n\n\nclass App:\n    @cached_property\n"
        "    def client(self) -> p.Client:\n        return p.Client()\n\n"
        "    def run(self):\n        return self.client.rows(limit=1)\n",
    ),
    _client(
        "unannotated_factory",
        "def run():\n    return p.connect('x').rows(limit=1)\n",
        "\n\ndef connect(url):\n    return Client()\n",
    ),
    _client(
        "handler_table",
        "HANDLERS = {'rows': p.Client().rows}\n\n\n"
        "def run():\n    return HANDLERS['rows'](limit=1)\n",
    ),
    _closing(
        "union",
        "class Own:\n    def close(self):\n        pass\n\n\n"
        "def run(item: 'p.Client | Own'):\n    item.close()\n",
    ),
    _closing(
        "closing_list",
        "def run(all: 'list[p.Client]'):\n    while all:\n        all.pop().close()\n",
    ),
    _closing(
        "starred",
        "def run(*clients: p.Client):\n    for client in clients:\n        client.close()\n",
    ),
    _closing(
        "class_registry",
        "KINDS: 'dict[str, type[p.Client]]' = {'plain': p.Client}\n\n\n"
        "def run(name: str):\n    KINDS[name]().close()\n",
    ),
    _closing(
        "self_returning",
        "def run():\n    p.Builder().named('x').build().close()\n",
        "\n\nclass Builder:\n    def named(self, name):\n        return self\n"
        "    def build(self):\n        return Client()\n",
    ),
    _closing(
        "try_else",
        "def run():\n    try:\n        client = p.Client()\n    except OSError:\n        return\n"
        "    else:\n        client.close()\n",
    ),
    Pair(
        "exception",
        "class Failed(Exception):\n    def __init__(self, code=0):\n        self.code = code\n",
        (("self.code", "self.status"),),
        (("self.code = code", "self.code = self.status = code"),),
        "def run(call):\n    try:\n        call()\n    except p.Failed as error:\n"
        "        return error.code\n",
    ),
    Pair(
        "generator",
        "class Row:\n    size = 1\n\n\ndef rows():\n    yield Row()\n",
        (("size = 1", "length = 1"),),
        (("size = 1", "size = length = 1"),),
        "def run():\n    return sum(row.size for row in p.rows())\n",
    ),
    Pair(
        "property_to_method",
        "class Page:\n    @property\n    def items(self) -> list[int]:\n        return [1]\n",
        (("    @property\n", ""),),
        (("@property", "@property  # of numbers"),),
        "def run(pages: 'list[p.Page]'):\n    return [one for page in pages for one in page.items]\n",
    ),
    Pair(
        "method_to_property",
        "class Page:\n    def items(self) -> list[int]:\n        return [1]\n",
        (("    def items", "    @property\n    def items"),),
        (("return [1]", "return [2]"),),
        "def run(pages: 'list[p.Page]'):\n    return [len(page.items()) for page in pages]\n",
    ),
    Pair(
        "tuple_grows",
        "from typing import NamedTuple\n\n\nclass Place(NamedTuple):\n    x: int\n    y: int\n\n\n"
        "def place():\n    return Place(*[0] * len(Place._fields))\n",
        (("    y: int\n", "    y: int\n    z: int\n"),),
        (("    y: int\n", "    y: int = 0\n"),),
        "def run():\n    x, y = p.place()\n    return x + y\n",
    ),
    Pair(
        "typed_dictionary",
        "from typing import TypedDict\n\n\nclass Row(TypedDict):\n    size: int\n\n\n"
        "def rows() -> 'list[Row]':\n    return [{'size': 1}]\n",
        (("size: int", "length: int"), ("'size'", "'length'")),
        (("size: int", "size: int\n    length: int"), ("{'size': 1}", "{'size': 1, 'length': 1}")),
        "def run():\n    return [row['size'] for row in p.rows()]\n",
    ),
    Pair(
        "entered_result",
        "class Held:\n    def __enter__(self):\n        return self\n"
        "    def __exit__(self, *about):\n        return None\n\n\n"
        "class Lock:\n    def held(self):\n        return Held()\n",
        (("__enter__", "begin"), ("__exit__", "end")),
        (("return None", "return False"),),
        "def run(locks: 'dict[str, p.Lock]'):\n    with locks['a'].held():\n        return 1\n",
    ),
    Pair(
        "operator_in_list",
        "class Money:\n    def __add__(self, other):\n        return self\n",
        (("__add__", "plus"),),
        (("return self", "return other"),),
        "def run(all: 'list[p.Money]'):\n    return all[0] + all[1]\n",
    ),
    Pair(
        "contained",
        "class Pool:\n    def __contains__(self, item):\n        return True\n",
        (("__contains__", "holds"),),
        (("return True", "return item is not None"),),
        "def run(pools: 'list[p.Pool]', name: str):\n    return [pool for pool in pools if name in pool]\n",
    ),
    Pair(
        "set_item",
        "class Store:\n    def __setitem__(self, key, value):\n        pass\n",
        (("__setitem__", "put"),),
        (("pass", "del key"),),
        "def run(stores: 'dict[str, p.Store]'):\n    stores['a']['b'] = 1\n",
    ),
    Pair(
        "no_longer_callable",
        "class Rule:\n    def __call__(self, value):\n        return value\n\n\n"
        "def rules():\n    return [Rule()]\n",
        (("__call__", "check"),),
        (("return value", "return bool(value)"),),
        "def run(value):\n    return [rule(value) for rule in p.rules()]\n",
    ),
    Pair(
        "constant_type",
        "from datetime import timedelta\n\nTIMEOUT = timedelta(seconds=1)\n",
        (("timedelta(seconds=1)", "1.0"),),
        (("seconds=1", "seconds=2"),),
        "def run():\n    return p.TIMEOUT.total_seconds()\n",
    ),
    Pair(
        "list_to_generator",
        "def names():\n    return ['a']\n",
        (("return ['a']", "yield 'a'"),),
        (("['a']", "['a', 'b']"),),
        "def run():\n    return p.names()[0]\n",
    ),
    Pair(
        "text_to_path",
        "def folder() -> str:\n    return 'a'\n",
        (
            ("def folder() -> str", "from pathlib import Path\n\n\ndef folder() -> Path"),
            ("return 'a'", "return Path('a')"),
        ),
        (("return 'a'", "return 'b'"),),
        "def run():\n    return p.folder().split('/')\n",
    ),
    Pair(
        "attribute_type",
        "class Info:\n    tags: 'list[str]'\n\n    def __init__(self):\n        self.tags = []\n",
        (("list[str]", "str"), ("self.tags = []", "self.tags = ''")),
        (("self.tags = []", "self.tags = ['a']"),),
        "def run(all: 'list[p.Info]'):\n    for info in all:\n        info.tags.append('x')\n",
    ),
    Pair(
        "callback",
        "from typing import Callable\n\n\ndef each(call: Callable[[str], None]) -> None:\n    call('a')\n",
        (("[str]", "[str, int]"), ("call('a')", "call('a', 1)")),
        (("call('a')", "call('b')"),),
        "class Seen:\n    def one(self, name):\n        return name\n\n\n"
        "def run():\n    p.each(Seen().one)\n",
    ),
    Pair(
        "protocol_through_list",
        "from typing import Protocol, runtime_checkable\n\n\n@runtime_checkable\nclass Sink(Protocol):\n"
        "    def put(self, item) -> None: ...\n\n\ndef drain(sink: Sink) -> None:\n    sink.put(1)\n",
        (
            (
                "def put(self, item) -> None: ...",
                "def put(self, item) -> None: ...\n    def flush(self) -> None: ...",
            ),
            ("sink.put(1)", "sink.put(1)\n    sink.flush()"),
        ),
        (("sink.put(1)", "sink.put(2)"),),
        "class Memory:\n    def put(self, item) -> None:\n        return None\n\n\nSINKS = [Memory()]\n\n\n"
        "def run():\n    for sink in SINKS:\n        p.drain(sink)\n",
    ),
    Pair(
        "class_of_alias",
        "class Mode:\n    @classmethod\n    def parse(cls, text, strict=False):\n        return cls()\n\n\n"
        "Kind = Mode\n",
        ((", strict=False", ""),),
        ((", strict=False", ", strict=False, loose=False"),),
        "def run(kind: 'type[p.Kind]'):\n    return kind.parse('a', strict=True)\n",
    ),
    Pair(
        "optional_chain",
        "class Token:\n    text = ''\n\n\nclass User:\n    def token(self) -> 'Token | None':\n"
        "        return Token()\n",
        (("text = ''", "value = ''"),),
        (("text = ''", "text = value = ''"),),
        "def run(users: 'dict[str, p.User]'):\n    token = users['a'].token()\n"
        "    return token.text if token else ''\n",
    ),
)
