"""Settings, dataclasses, enums, exceptions, generics and context managers of a small client."""

from benchmarks.mutation.mutant import breaking, harmless
from benchmarks.mutation.unprepared.pair import more, swap

PROVIDER = """
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Mode(Enum):
    READ = "read"
    WRITE = "write"


class ClientError(Exception):
    def __init__(self, message, status=None):
        super().__init__(message)
        self.status = status


class NotFound(ClientError):
    pass


@dataclass
class Options:
    url: str
    timeout: float = 5.0
    headers: dict = field(default_factory=dict)


class Record(BaseModel):
    id: int
    title: str
    tags: list[str] = []


class Page(Generic[T]):
    def __init__(self, items: list[T], total: int):
        self.items = items
        self.total = total

    def __iter__(self):
        return iter(self.items)

    def first(self) -> T:
        return self.items[0]


class Client:
    default_mode = Mode.READ

    def __init__(self, options: Options):
        self.options = options

    @classmethod
    def from_url(cls, url: str, **settings) -> "Client":
        return cls(Options(url, **settings))

    def get(self, key: int, *, mode: Mode = Mode.READ) -> Record:
        if key < 0:
            raise NotFound("no such record", 404)
        return Record(id=key, title="a")

    def list(self, limit: int = 10) -> Page[Record]:
        return Page([self.get(1)], 1)

    def close(self) -> None:
        return None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *exc) -> None:
        self.close()


def parse(text, *, strict=True, blank=False):
    return text


class Reader:
    def __init__(self, options=None):
        self.options = options or {}

    def read(self, text):
        return parse(text, **self.options)


@contextmanager
def session(url: str):
    client = Client.from_url(url)
    try:
        yield client
    finally:
        client.close()
"""
CONSUMER = {
    "__init__.py": "",
    "service.py": """
from provider import Client, ClientError, Mode, NotFound, Options, Reader, session

PARSING = {"blank": True}


def connect() -> Client:
    return Client(Options("http://x", timeout=1.0))


def title(client: Client, key: int) -> str:
    try:
        return client.get(key, mode=Mode.READ).title
    except NotFound as error:
        return str(error.status)


def titles() -> list[str]:
    with session("http://x") as client:
        return [record.title for record in client.list(limit=5)]


def total(client: Client) -> int:
    page = client.list()
    return page.total + len(page.first().tags)


def safely(client: Client) -> int:
    try:
        return client.get(-1).id
    except ClientError:
        return 0


def read(text):
    return Reader(options=PARSING).read(text)


def quick():
    return Client.from_url("http://x", timeout=2.0)
""",
}

MUTANTS = (
    breaking(
        "option-renamed",
        "constructor-changed call-no-longer-binds",
        swap(("timeout: float = 5.0", "wait: float = 5.0")),
    ),
    breaking(
        "option-required",
        "constructor-changed call-no-longer-binds",
        swap(("url: str\n    timeout", "url: str\n    token: str\n    timeout")),
    ),
    breaking(
        "enum-member-renamed", "enum-member-renamed enum-member-removed", swap(("READ", "GET"))
    ),
    breaking("field-renamed", "field-renamed field-removed", swap(("title", "name"))),
    breaking(
        "exception-status-gone",
        "member-removed",
        swap(
            ('"no such record", 404', '"no such record"'),
            ("message, status=None", "message"),
            ("        self.status = status\n", ""),
        ),
    ),
    breaking(
        "exception-elsewhere",
        "base-lost exception-escapes",
        swap(
            ("NotFound(ClientError)", "NotFound(Exception)"),
            ('NotFound("no such record", 404)', 'NotFound("no such record")'),
        ),
    ),
    breaking(
        "page-not-iterable", "iteration-lost operation-lost", swap(("def __iter__", "def iterate"))
    ),
    breaking(
        "page-total-method",
        "member-removed attribute-became-method",
        swap(
            (
                "        self.total = total\n",
                "        self._total = total\n\n    def count(self):\n        return self._total\n",
            )
        ),
    ),
    breaking(
        "client-not-a-context",
        "operation-lost call-no-longer-binds",
        swap(("def list(self, limit: int = 10)", "def list(self, size: int = 10)")),
    ),
    breaking(
        "get-becomes-async",
        "sync-async-changed",
        swap(("    def get(self", "    async def get(self")),
    ),
    breaking("session-gone", "symbol-removed", swap(("def session(", "def open_session("))),
    breaking(
        "session-plain", "operation-lost context-manager-lost", swap(("@contextmanager\n", ""))
    ),
    breaking("option-in-dict-gone", "call-no-longer-binds", swap((", blank=False", ""))),
    breaking(
        "mode-by-position-only",
        "call-no-longer-binds",
        swap(("*, mode: Mode = Mode.READ", "mode: Mode = Mode.READ, /")),
    ),
    harmless(
        "option-added", swap(("timeout: float = 5.0", "timeout: float = 5.0\n    retries: int = 3"))
    ),
    harmless(
        "field-added",
        swap(("title: str\n", "title: str\n    summary: str | None = None\n")),
        silent=False,
    ),
    harmless(
        "enum-member-added",
        swap(('WRITE = "write"', 'WRITE = "write"\n    APPEND = "append"')),
        silent=False,
    ),
    harmless(
        "exception-between",
        swap(
            (
                "class NotFound(ClientError)",
                "class Missing(ClientError):\n    pass\n\n\nclass NotFound(Missing)",
            )
        ),
    ),
    harmless(
        "page-has-length",
        swap(
            (
                "    def first(self)",
                "    def __len__(self):\n        return len(self.items)\n\n    def first(self)",
            )
        ),
    ),
    harmless(
        "client-has-more",
        swap(
            (
                "    def close(self)",
                "    def ping(self) -> bool:\n        return True\n\n    def close(self)",
            )
        ),
    ),
    harmless("keyword-added", swap(("limit: int = 10", "limit: int = 10, offset: int = 0"))),
    harmless("parse-takes-more", swap(("blank=False", "blank=False, trim=True"))),
    harmless("parse-takes-anything", swap((", blank=False", ", **rest"))),
    harmless("module-function-added", more("\n\ndef helper():\n    return 1\n")),
    harmless(
        "docstring", swap(("class Client:\n", 'class Client:\n    """Talks to the server."""\n\n'))
    ),
    harmless("annotations", swap(("def parse(text,", "def parse(text: str,"))),
    harmless(
        "helper-inside",
        swap(
            ('        return Record(id=key, title="a")', "        return self._made(key)"),
            (
                "    def close(self)",
                "    def _made(self, key):\n"
                '        return Record(id=key, title="a")\n\n    def close(self)',
            ),
        ),
    ),
    harmless(
        "session-yields-the-same",
        swap(
            (
                "    client = Client.from_url(url)\n",
                "    client = Client.from_url(url, timeout=3.0)\n",
            )
        ),
    ),
    harmless("constant-added", more("\nVERSION = 2\n")),
)
