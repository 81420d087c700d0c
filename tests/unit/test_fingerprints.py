"""What changes is seen to change, whatever hides it; what does not is seen to be the same."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pydantic
import pytest

from contract_check.model.fingerprints import Fingerprints
from contract_check.observe.changes import Changes, compared
from contract_check_probe.fingerprints import fingerprint

_MODEL = """
from pydantic import BaseModel, field_validator
class Order(BaseModel):
    size: int = 1
"""
_CHECKED = """
from pydantic import BaseModel, field_validator
from prov import helpers
class Order(BaseModel):
    size: int = 1
    @field_validator("size")
    @classmethod
    def check(cls, value: int) -> int:
        return helpers.check(value)
"""
Files = Mapping[str, str]


def _fingerprint(folder: Path, files: Files, refs: list[str]) -> Fingerprints:
    """The fingerprints of a small package, taken in a forked process."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    (folder / "prov" / "__init__.py").touch()
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        try:
            sys.path.insert(0, str(folder))
            sys.dont_write_bytecode = True
            for ref in refs:
                __import__(ref.partition(":")[0])
            told = fingerprint({"symbols": refs, "own": ["cons"], "provider": ["prov"]})
            answer = json.dumps(told)
        except BaseException as error:  # noqa: BLE001 - told to the parent
            answer = json.dumps({"failed": repr(error)})
        with os.fdopen(write, "w") as out:
            out.write(answer)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as channel:
        answer = channel.read()
    os.waitpid(child, 0)
    assert "failed" not in json.loads(answer), answer
    return Fingerprints.model_validate_json(answer)


def _changes(folder: Path, old: Files, new: Files, ref: str = "prov.models:Order") -> Changes:
    before = _fingerprint(folder / "old", old, [ref])
    now = _fingerprint(folder / "new", {**old, **new}, [ref])
    return compared(before, now)


def _validating(body: str, head: str = "") -> str:
    """A model whose validator has a body of its own."""
    return (
        f"from pydantic import BaseModel, field_validator\n{head}\nclass Order(BaseModel):\n"
        "    size: int = 1\n    @field_validator('size')\n    @classmethod\n"
        f"    def check(cls, value):\n        {body}\n"
    )


def _model(field: str, head: str = "") -> str:
    return (
        "from __future__ import annotations\nfrom typing import *\nfrom pydantic import *\n"
        f"{head}\nclass Order(BaseModel):\n    {field}\n"
    )


_HELPERS = "prov/helpers.py"
_MODELS = "prov/models.py"

_LABELLED = (
    _MODEL
    + """
__all__ = ["Order"]
namespace = locals()
for name in __all__:
    if not name.startswith("__"):
        try:
            {more}setattr(namespace[name], "__module__", "prov")
        except (TypeError, AttributeError):
            pass
"""
)
_AT_WORK = (
    _MODEL
    + """
import atexit, threading, time
class State:
    def __init__(self):
        self.at, self.pace = time.time() + 5, {pace}
        self.thread = threading.Thread(target=print, daemon=True)
        self.thread.start()
STATE = State()
atexit.register(lambda: STATE)
"""
)

FOOLING: dict[str, tuple[Files, Files]] = {
    "effect beside labels": (
        {
            _MODELS: "import decimal\nfrom prov.helpers import DIGITS\n"
            + _LABELLED.format(more="decimal.getcontext().prec = DIGITS; "),
            _HELPERS: "DIGITS = 5\n",
        },
        {_HELPERS: "DIGITS = 6\n"},
    ),
    "number of an object that an effect reaches": (
        {_MODELS: _AT_WORK.format(pace="1.0")},
        {_MODELS: _AT_WORK.format(pace="2.0")},
    ),
    "helper one module away": (
        {_MODELS: _CHECKED, _HELPERS: "def check(v): return v\n"},
        {_HELPERS: "def check(v): return v + 1\n"},
    ),
    "helper two modules away": (
        {
            _MODELS: _CHECKED,
            _HELPERS: "from prov.deep import rule\ndef check(v): return rule(v)\n",
            "prov/deep.py": "def rule(v): return v\n",
        },
        {"prov/deep.py": "def rule(v): return -v\n"},
    ),
    "constant": (
        {_MODELS: _validating("return min(value, LIMIT)", "LIMIT = 5")},
        {_MODELS: _validating("return min(value, LIMIT)", "LIMIT = 6")},
    ),
    "constant of another module": (
        {_MODELS: _validating("return min(value, c.LIMIT)", "from prov import c"),
         "prov/c.py": "LIMIT = 5\n"},
        {"prov/c.py": "LIMIT = 6\n"},
    ),
    "base class": (
        {_MODELS: "from prov.base import Base\nclass Order(Base):\n    size: int = 1\n",
         "prov/base.py": _MODEL.replace("Order", "Base")},
        {"prov/base.py": _MODEL.replace("Order", "Base") + "    model_config = {'strict': True}\n"},
    ),
    "mixin's method": (
        {_MODELS: _model("size: int = 1\n    def model_post_init(self, _): self.twice()",
                         "from prov.mix import Mix").replace("(BaseModel)", "(Mix, BaseModel)"),
         "prov/mix.py": "class Mix:\n    def twice(self): return 1\n"},
        {"prov/mix.py": "class Mix:\n    def twice(self): self.__dict__['size'] = 7\n"},
    ),
    "default factory": (
        {_MODELS: _model("size: int = Field(default_factory=make)", "def make(): return 1")},
        {_MODELS: _model("size: int = Field(default_factory=make)", "def make(): return 2")},
    ),
    "lambda factory": (
        {_MODELS: _model("size: int = Field(default_factory=lambda: 1)")},
        {_MODELS: _model("size: int = Field(default_factory=lambda: 2)")},
    ),
    "decorator": (
        {_MODELS: _validating("return value", "from prov.helpers import twice").replace(
            "    def check", "    @twice\n    def check"),
         _HELPERS: "def twice(f):\n    def inner(cls, v): return f(cls, v)\n    return inner\n"},
        {_HELPERS: "def twice(f):\n    def inner(cls, v): return -f(cls, v)\n    return inner\n"},
    ),
    "closure": (
        {_MODELS: _validating("return rule(value)", "from prov.helpers import make\nrule=make(1)"),
         _HELPERS: "def make(n):\n    return lambda v: v + n\n"},
        {_MODELS: _validating("return rule(value)", "from prov.helpers import make\nrule=make(2)")},
    ),
    "module-level dict": (
        {_MODELS: _validating("return TABLE[value]", "TABLE = {1: 1, 2: 2}")},
        {_MODELS: _validating("return TABLE[value]", "TABLE = {1: 1, 2: 3}")},
    ),
    "state that another module fills": (
        {_MODELS: _validating("return TABLE.get(value, value)",
                              "from prov.helpers import TABLE\nimport prov.fill"),
         _HELPERS: "TABLE = {}\n",
         "prov/fill.py": "from prov.helpers import TABLE\nTABLE[1] = 1\n"},
        {"prov/fill.py": "from prov.helpers import TABLE\nTABLE[1] = 9\n"},
    ),
    "value of an enum": (
        {_MODELS: _model("kind: Kind", "import enum\nclass Kind(enum.Enum):\n    A = 'a'")},
        {_MODELS: _model("kind: Kind", "import enum\nclass Kind(enum.Enum):\n    A = 'b'")},
    ),
    "attribute of an enum's member": (
        {_MODELS: _validating("return value * Kind.A.weight",
            "import enum\nclass Kind(enum.Enum):\n    A = 'a'\n    def __init__(self, v):"
            " self.weight = 1")},
        {_MODELS: _validating("return value * Kind.A.weight",
            "import enum\nclass Kind(enum.Enum):\n    A = 'a'\n    def __init__(self, v):"
            " self.weight = 2")},
    ),
    "__init_subclass__": (
        {_MODELS: _model("size: int = 1", "from prov.mix import Mix").replace(
            "(BaseModel)", "(Mix, BaseModel)"),
         "prov/mix.py": "class Mix:\n    def __init_subclass__(cls, **k): cls.limit = 1\n"},
        {"prov/mix.py": "class Mix:\n    def __init_subclass__(cls, **k): cls.limit = 2\n"},
    ),
    "metaclass": (
        {_MODELS: _model("size: int = 1", "from prov.meta import Meta").replace(
            "(BaseModel)", "(BaseModel, metaclass=Meta)"),
         "prov/meta.py": "from pydantic._internal._model_construction import ModelMetaclass\n"
                         "class Meta(ModelMetaclass):\n    def __call__(cls, **k):\n"
                         "        return super().__call__(**k)\n"},
        {"prov/meta.py": "from pydantic._internal._model_construction import ModelMetaclass\n"
                         "class Meta(ModelMetaclass):\n    def __call__(cls, **k):\n"
                         "        return super().__call__(size=3)\n"},
    ),
    "model patched by another module": (
        {_MODELS: _MODEL + "import prov.patch\n", "prov/patch.py": "\n"},
        {"prov/patch.py": "import sys\ndef late(cls, *a, **k): return cls(size=9)\n"
                          "sys.modules['prov.models'].Order.model_validate_json = "
                          "classmethod(late)\n"},
    ),
    "third party patched by another module": (
        {_MODELS: _MODEL, "prov/__init__.py": "import prov.patch\n", "prov/patch.py": "\n"},
        {"prov/patch.py": "import shlex\ndef quote(text): return text\nshlex.quote = quote\n"},
    ),
    "class of a third party patched": (
        {_MODELS: _MODEL, "prov/__init__.py": "import prov.patch\n", "prov/patch.py": "\n"},
        {"prov/patch.py": "import pydantic\ndef d(self, **k): return {}\n"
                          "setattr(pydantic.BaseModel, 'model_dump', d)\n"},
    ),
    "setting of the standard library": (
        {_MODELS: _MODEL, "prov/__init__.py": "import prov.patch\n", "prov/patch.py": "\n"},
        {"prov/patch.py": "import decimal\ndecimal.getcontext().prec = 3\n"},
    ),
    "data file read at import": (
        {_MODELS: _validating("return DATA.get('a')",
            "import json, pathlib\n"
            "DATA = json.loads((pathlib.Path(__file__).parent / 'd.json').read_text())"),
         "prov/d.json": '{"a": 1}'},
        {"prov/d.json": '{"a": 2}'},
    ),
    "version of its own metadata": (
        {_MODELS: _validating("return version('prov')", "from importlib.metadata import version")},
        {"prov/other.py": "x = 1\n"},
    ),
    "metadata module": (
        {_MODELS: _validating("return importlib.metadata.version('prov')",
                              "import importlib.metadata")},
        {"prov/other.py": "x = 1\n"},
    ),
    "metadata imported when it runs": (
        {_MODELS: _validating("from importlib.metadata import version; return version('prov')")},
        {"prov/other.py": "x = 1\n"},
    ),
    "version string": (
        {_MODELS: _validating("return VERSION", "from prov import __version__ as VERSION"),
         "prov/__init__.py": "__version__ = '1'\n"},
        {"prov/__init__.py": "__version__ = '2'\n"},
    ),
    "lru_cache": (
        {_MODELS: _validating("return rule(value)", "from prov.helpers import rule"),
         _HELPERS: "import functools\n@functools.lru_cache\ndef rule(v): return v\n"},
        {_HELPERS: "import functools\n@functools.lru_cache\ndef rule(v): return v + 1\n"},
    ),
    "partial": (
        {_MODELS: _validating("return rule(value)",
            "import functools\ndef add(a, b): return a + b\nrule = functools.partial(add, 1)")},
        {_MODELS: _validating("return rule(value)",
            "import functools\ndef add(a, b): return a + b\nrule = functools.partial(add, 2)")},
    ),
    "descriptor": (
        {_MODELS: _validating("return Box().size", "from prov.helpers import Box"),
         _HELPERS: "class D:\n    def __get__(self, *a): return 1\nclass Box:\n    size = D()\n"},
        {_HELPERS: "class D:\n    def __get__(self, *a): return 2\nclass Box:\n    size = D()\n"},
    ),
    "class of an Annotated's metadata": (
        {_MODELS: _model("size: Annotated[int, Odd()] = 1", "from prov.helpers import Odd"),
         _HELPERS: "class Odd:\n    def __get_pydantic_core_schema__(self, s, h):\n"
                   "        return h(s)\n"},
        {_HELPERS: "class Odd:\n    def __get_pydantic_core_schema__(self, s, h):\n"
                   "        return h(str)\n"},
    ),
    "validator in an Annotated": (
        {_MODELS: _model("size: Annotated[int, AfterValidator(rule)] = 1",
                         "from prov.helpers import rule"),
         _HELPERS: "def rule(v): return v\n"},
        {_HELPERS: "def rule(v): return -v\n"},
    ),
    "regular expression": (
        {_MODELS: _validating("return bool(P.match(str(value)))", "import re\nP=re.compile('a')")},
        {_MODELS: _validating("return bool(P.match(str(value)))", "import re\nP=re.compile('b')")},
    ),
    "singledispatch": (
        {_MODELS: _validating("return rule(value)", "from prov.helpers import rule"),
         _HELPERS: "import functools\n@functools.singledispatch\ndef rule(v): return v\n"
                   "@rule.register\ndef _(v: int): return v\n"},
        {_HELPERS: "import functools\n@functools.singledispatch\ndef rule(v): return v\n"
                   "@rule.register\ndef _(v: int): return v + 1\n"},
    ),
    "import inside a function": (
        {_MODELS: _validating("from prov.late import rule; return rule(value)"),
         "prov/late.py": "def rule(v): return v\n"},
        {"prov/late.py": "def rule(v): return v + 1\n"},
    ),
    "import by name": (
        {_MODELS: _validating("return import_module('prov.late').rule(value)",
                              "from importlib import import_module"),
         "prov/late.py": "def rule(v): return v\n"},
        {"prov/late.py": "def rule(v): return v + 1\n"},
    ),
    "looked up by a name that is put together": (
        {_MODELS: _validating("return getattr(helpers, 'ru' + 'le')(value)",
                              "from prov import helpers"),
         _HELPERS: "def rule(v): return v\n"},
        {_HELPERS: "def rule(v): return v + 1\n"},
    ),
    "looked up among the globals": (
        {_MODELS: _validating("return globals()['LI' + 'MIT']", "LIMIT = 1")},
        {_MODELS: _validating("return globals()['LI' + 'MIT']", "LIMIT = 2")},
    ),
    "TypeAdapter": (
        {_MODELS: _validating("return A.validate_python(value)",
                              "from pydantic import TypeAdapter\nfrom prov.helpers import Size\n"
                              "A = TypeAdapter(Size)"),
         _HELPERS: "from typing import Annotated\nfrom pydantic import Field\n"
                   "Size = Annotated[int, Field(ge=1)]\n"},
        {_HELPERS: "from typing import Annotated\nfrom pydantic import Field\n"
                   "Size = Annotated[int, Field(ge=2)]\n"},
    ),
    "own __get_pydantic_core_schema__": (
        {_MODELS: _model("size: Size", "from prov.helpers import Size"),
         _HELPERS: "from pydantic_core import core_schema as c\nclass Size:\n    @classmethod\n"
                   "    def __get_pydantic_core_schema__(cls, s, h): return c.int_schema(ge=1)\n"},
        {_HELPERS: "from pydantic_core import core_schema as c\nclass Size:\n    @classmethod\n"
                   "    def __get_pydantic_core_schema__(cls, s, h): return c.int_schema(ge=2)\n"},
    ),
    "json_schema_extra": (
        {_MODELS: _model("size: int = Field(1, json_schema_extra={'a': 1})")},
        {_MODELS: _model("size: int = Field(1, json_schema_extra={'a': 2})")},
    ),
    "configuration": (
        {_MODELS: _model("size: int = 1")},
        {_MODELS: _model("size: int = 1\n    model_config = ConfigDict(extra='forbid')")},
    ),
    "code of an alias generator": (
        {_MODELS: _model("size: int = 1\n    model_config = ConfigDict(alias_generator=name,"
                         "populate_by_name=True)", "from prov.helpers import name"),
         _HELPERS: "def name(n): return n.upper()\n"},
        {_HELPERS: "def name(n): return n.title()\n"},
    ),
    "computed field": (
        {_MODELS: _model("size: int = 1\n    @computed_field\n    @property\n"
                         "    def twice(self) -> int: return 2 * self.size")},
        {_MODELS: _model("size: int = 1\n    @computed_field\n    @property\n"
                         "    def twice(self) -> int: return 3 * self.size")},
    ),
    "model_post_init": (
        {_MODELS: _model("size: int = 1\n    def model_post_init(self, _): self.size += 0")},
        {_MODELS: _model("size: int = 1\n    def model_post_init(self, _): self.size += 1")},
    ),
    "wrap serializer": (
        {_MODELS: _model("size: Annotated[int, PlainSerializer(out)] = 1",
                         "from prov.helpers import out"),
         _HELPERS: "def out(v): return v\n"},
        {_HELPERS: "def out(v): return str(v)\n"},
    ),
    "private attribute's factory": (
        {_MODELS: _model("size: int = 1\n    _x: int = PrivateAttr(default_factory=lambda: 1)")},
        {_MODELS: _model("size: int = 1\n    _x: int = PrivateAttr(default_factory=lambda: 2)")},
    ),
    "model inside a model": (
        {_MODELS: _model("item: Item", "class Item(BaseModel):\n    a: int")},
        {_MODELS: _model("item: Item", "class Item(BaseModel):\n    a: str")},
    ),
    "model in a union of a recursive model": (
        {_MODELS: _model("item: Item | Order | None = None", "class Item(BaseModel):\n    a: int")},
        {_MODELS: _model("item: Item | Order | None = None", "class Item(BaseModel):\n    a: str")},
    ),
    "validator put in by hand": (
        {_MODELS: _MODEL + "from pydantic_core import SchemaValidator\n"
         "Order.__pydantic_validator__ = SchemaValidator({'type': 'int', 'ge': 1})\n"},
        {_MODELS: _MODEL + "from pydantic_core import SchemaValidator\n"
         "Order.__pydantic_validator__ = SchemaValidator({'type': 'int', 'ge': 2})\n"},
    ),
    "lazy name of a package": (
        {_MODELS: _validating("return prov.rule(value)", "import prov"),
         "prov/__init__.py": "def __getattr__(n):\n    import importlib\n"
                             "    return importlib.import_module('prov.late').rule\n",
         "prov/late.py": "def rule(v): return v\n"},
        {"prov/late.py": "def rule(v): return v + 1\n"},
    ),
    "default argument": (
        {_MODELS: _validating("return rule(value)", "def rule(v, by=1): return v * by")},
        {_MODELS: _validating("return rule(value)", "def rule(v, by=2): return v * by")},
    ),
    "object with slots": (
        {_MODELS: _validating("return RULE.by * value", "from prov.helpers import RULE"),
         _HELPERS: "class R:\n    __slots__ = ('by',)\nRULE = R()\nRULE.by = 1\n"},
        {_HELPERS: "class R:\n    __slots__ = ('by',)\nRULE = R()\nRULE.by = 2\n"},
    ),
    "subclasses looked up": (
        {_MODELS: _validating("return [c().v for c in R.__subclasses__()][0]",
                              "from prov.helpers import R"),
         _HELPERS: "class R: pass\nclass A(R): v = 1\n"},
        {_HELPERS: "class R: pass\nclass A(R): v = 2\n"},
    ),
    "class with a name that another one has": (
        {_MODELS: _validating("return B.by", "from prov.helpers import A, B"),
         _HELPERS: "def make(n):\n    class R: by = n\n    return R\nA, B = make(1), make(1)\n"},
        {_HELPERS: "def make(n):\n    class R: by = n\n    return R\nA, B = make(1), make(2)\n"},
    ),
}  # fmt: skip

SAME: dict[str, tuple[Files, Files]] = {
    "names are labelled": (
        {_MODELS: _LABELLED.format(more=""), "prov/other.py": "x = 1\n"},
        {"prov/other.py": "x = 2\n"},
    ),
    "thread and moment": (
        {_MODELS: _AT_WORK.format(pace="1.0"), "prov/other.py": "x = 1\n"},
        {"prov/other.py": "x = 2\n"},
    ),
    "comment and lines": (
        {_MODELS: _CHECKED, _HELPERS: "def check(v): return v\n"},
        {_HELPERS: "# why\n\n\ndef check(v):\n    # here\n    return v\n"},
    ),
    "another model": (
        {_MODELS: _MODEL + "class Other(BaseModel):\n    a: int\n"},
        {_MODELS: _MODEL + "class Other(BaseModel):\n    a: str\n"},
    ),
    "version that nobody reads": (
        {_MODELS: _MODEL, "prov/__init__.py": "__version__ = '1'\n"},
        {"prov/__init__.py": "__version__ = '2'\n"},
    ),
    "another function of a module that is used": (
        {_MODELS: _CHECKED, _HELPERS: "def check(v): return v\ndef other(v): return v\n"},
        {_HELPERS: "def check(v): return v\ndef other(v): return v + 1\n"},
    ),
    "a model rebuilt at the end": (
        {_MODELS: _MODEL + "class Other(BaseModel):\n    a: int\nOther.model_rebuild()\n"},
        {_MODELS: _MODEL + "class Other(BaseModel):\n    a: str\nOther.model_rebuild()\n"},
    ),
}


@pytest.mark.parametrize("name", FOOLING)
def test_what_changes_a_model_is_seen(name: str, tmp_path: Path) -> None:
    old, new = FOOLING[name]
    assert _changes(tmp_path, old, new).of("prov.models:Order") is not None


@pytest.mark.parametrize("name", SAME)
def test_what_changes_nothing_of_a_model_is_the_same(name: str, tmp_path: Path) -> None:
    old, new = SAME[name]
    assert _changes(tmp_path, old, new).of("prov.models:Order") is None


@pytest.mark.parametrize("name", [*FOOLING, *SAME])
def test_a_package_is_the_same_as_itself(name: str, tmp_path: Path) -> None:
    """Unless it does what can't be followed, which counts as changed: the field whose validator
    does so, or all of them."""
    old, _ = {**FOOLING, **SAME}[name]
    found = _changes(tmp_path, old, {}).of("prov.models:Order")
    assert found is None or found.fields in (None, {"size"})


def test_what_differs_is_told_field_by_field(tmp_path: Path) -> None:
    old = {_MODELS: _model("a: Item\n    b: int = 1\n    c: int = 1",
                           "class Item(BaseModel):\n    x: int = 1")}  # fmt: skip
    new = {_MODELS: _model("a: Item\n    b: int = 2\n    c: int = 1",
                           "class Item(BaseModel):\n    x: int = 2")}  # fmt: skip
    changes = _changes(tmp_path, old, new)
    found = changes.found["prov.models:Order"]
    assert found.is_followed
    assert (found.fields, found.nested) == (frozenset({"b"}), frozenset({"a"}))
    assert found.holds == {"c:prov.models:Item"}


def test_consumers_model_changes_with_its_base(tmp_path: Path) -> None:
    consumer = "from prov.models import Order\nclass Mine(Order):\n    more: int = 1\n"
    old = {_MODELS: _MODEL, "cons/__init__.py": consumer}
    changes = _changes(tmp_path, old, {_MODELS: _MODEL + "    legacy: int = 0\n"}, "cons:Mine")
    assert changes.found["cons:Mine"].fields == frozenset({"legacy"})


_TWO_CHECKED = """
from pydantic import BaseModel, field_validator
class Order(BaseModel):
    size: int = 1
    name: str = ""
    @field_validator("size")
    @classmethod
    def check(cls, value):
        return {body}
"""


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ("", {"size"}),
        ("    @classmethod\n    def other(cls, value):\n        return cls.check(value)\n", None),
        ("    def other(self, name):\n        return getattr(self, name)(1)\n", None),
    ],
    ids=["nobody else calls it", "called by another method", "may be called by name"],
)
def test_a_validator_is_a_part_of_its_fields(
    more: str, fields: set[str] | None, tmp_path: Path
) -> None:
    old, new = (_TWO_CHECKED.format(body=body) + more for body in ("value", "value + 1"))
    found = _changes(tmp_path, {_MODELS: old}, {_MODELS: new}).found["prov.models:Order"]
    assert found.fields == fields


def test_heirs_of_a_changed_base_differ_in_the_same_way(tmp_path: Path) -> None:
    heirs = "".join(f"class M{n}(Order):\n    more{n}: int = 1\n" for n in (1, 2))
    heirs += "class M3(Order):\n    size: str = ''\n"
    old, new = (_TWO_CHECKED.format(body=body) + heirs for body in ("value", "value + 1"))
    refs = ["prov.models:M1", "prov.models:M2", "prov.models:M3"]
    before = _fingerprint(tmp_path / "old", {_MODELS: old}, refs)
    now = _fingerprint(tmp_path / "new", {_MODELS: new}, refs)
    one, other, third = (compared(before, now).found[ref] for ref in refs)
    assert one.causes == other.causes != third.causes
    assert one.fields == other.fields == frozenset({"size"})


assert pydantic.VERSION  # imported before processes are forked, which then need not
