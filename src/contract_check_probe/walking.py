"""Follows what an object is made of, and what its code can reach.

Each class, function and global value becomes a `Node` of a name that is the same in every
environment, with a hash of its own parts and the names of the nodes it uses. Two environments in
which every node that a model leads to has the same hash do the same with the same input, as far as
Python code says what they do. What can't be followed uses `OPAQUE`, which counts as changed.

Code of third parties is a leaf: the host asks only where they are the same on both sides.
"""

from __future__ import annotations

import dis
import enum
import functools
import hashlib
import re
import sys
import types
import typing
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_check_probe.compiled import Compiled, compiled_from
from contract_check_probe.decorators import decorators_of_fields, without
from contract_check_probe.encoding import scrub
from contract_check_probe.states import steady_state

OPAQUE = "*"
"""Used by what can't be followed: it may depend on anything of the provider."""

_PLAIN = (bool, int, float, complex, str, bytes, type(None), type(...), type(NotImplemented))
_UNFOLLOWED = frozenset(
    """eval exec globals __import__ import_module __subclasses__ _getframe currentframe __doc__
    getsource find_spec get_data iter_modules walk_packages entry_points get_distribution
    packages_distributions get_objects get_referrers stack""".split()
)
"""Names in code that reaches what its other names don't say."""
_BY_NAME = frozenset({"getattr", "hasattr", "vars", "dir", "__dict__", "attrgetter", "setattr"})
_METADATA = ("importlib", "importlib_metadata", "importlib_resources", "pkg_resources", "pkgutil")
_SKIPPED = frozenset(
    """__dict__ __weakref__ __doc__ __firstlineno__ __static_attributes__ _abc_impl __signature__
    __pydantic_validator__ __pydantic_serializer__ __pydantic_setattr_handlers__
    __pydantic_parent_namespace__ __pydantic_complete__ __pydantic_fields_complete__
    __pydantic_extra_info__ __pydantic_core_schema__ __pydantic_fields__ model_fields
    __annotations_cache__ __annotate_func__ __conditional_annotations__""".split()
)
"""What is in a class's own dictionary that says nothing more, or that is looked at on its own."""
_STATELESS = frozenset(
    """_thread.lock _thread.RLock _thread._local _contextvars.ContextVar logging.Logger
    logging.RootLogger threading.Lock builtins.wrapper_descriptor builtins.method_descriptor
    builtins.classmethod_descriptor builtins.getset_descriptor builtins.member_descriptor
    builtins.method-wrapper pydantic_core._pydantic_core.SchemaValidator
    pydantic_core._pydantic_core.SchemaSerializer
    pydantic._internal._mock_val_ser.MockValSer pydantic._internal._mock_val_ser.MockCoreSchema
    pydantic_core._pydantic_core.PydanticUndefinedType _frozen_importlib.ModuleSpec
    _frozen_importlib_external.SourceFileLoader""".split()
)
"""Types whose instances hold nothing that differs between two versions of a package."""
_TEXTUAL = frozenset(
    "datetime decimal uuid pathlib fractions ipaddress zoneinfo range slice".split()
)
_LARGEST = 3_000_000
"""So many parts of objects are looked at; what comes after is opaque."""


@dataclass
class Node:
    """Something with a name, the hash of its own parts, and what it uses.

    Args:
        of: the name of the model that it is a part of, which its hash does not depend on: what
            heirs have of one base has the same hash in all of them.
    """

    parts: list[str] = field(default_factory=list)
    uses: dict[str, None] = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)
    of: str = ""

    def digest(self) -> str:
        """The hash of its own parts, the names of what it uses among them."""
        words = (*self.parts, "uses", *self.uses)
        text = "\0".join(map(self._told, words) if self.of else words)
        return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=12).hexdigest()

    def _told(self, word: str) -> str:
        """A word with its model's name as `this`."""
        kind, name = ("use:", word[4:]) if word.startswith("use:") else ("", word)
        if name == self.of or name.startswith((f"{self.of} ", f"{self.of}.")):
            return f"{kind}\1this{name[len(self.of) :]}"
        return word


class Walker:
    """Makes nodes of what is asked for and of all that it reaches.

    Args:
        own: the top-level names of the packages whose code is followed.
    """

    def __init__(self, own: Iterable[str]) -> None:
        self.nodes: dict[str, Node] = {}
        self.fields: dict[str, list[str]] = {}
        self._own = frozenset(own)
        self._names: dict[int, str] = {}
        self._taken: set[str] = set()
        self._kept: list[Any] = []
        self._pending: list[tuple[Node, Callable[[Node], None]]] = []
        self._mentioned: set[str] = set()
        self._parted: list[tuple[Node, str, str]] = []
        self._steps = 0

    def walk(self) -> None:
        """Work through everything that was named and not looked at yet."""
        while self._pending:
            self._fill(*self._pending.pop())
        for body, attribute, name in self._parted:
            if attribute in self._mentioned:  # other code may call it too
                body.uses[name] = None

    def _fill(self, node: Node, look: Callable[[Node], None]) -> None:
        try:
            look(node)
        except Exception:  # noqa: BLE001 - foreign objects may raise anything when looked at
            node.uses[OPAQUE] = None
        node.seen.clear()

    def is_own(self, module: object) -> bool:
        """Whether a module of that name is one whose code is followed."""
        return isinstance(module, str) and module.partition(".")[0] in self._own

    # -- naming --------------------------------------------------------------------------------

    def _named(self, value: Any, name: str, look: Callable[[Node], None]) -> str:
        """The node of an object, which is looked at later if it is new."""
        known = self._names.get(id(value))
        if known is not None:
            return known
        unique, count = name, 1
        while unique in self._taken:
            count += 1
            unique = f"{name}#{count}"
        self._taken.add(unique)
        self._names[id(value)] = unique
        self._kept.append(value)  # so that no other object gets its id
        self.add(unique, look)
        return unique

    def add(self, name: str, look: Callable[[Node], None], of: str = "") -> None:
        """Name a node; `look` fills it."""
        self.nodes[name] = node = Node(of=of)
        self._pending.append((node, look))

    def class_node(self, cls: type) -> str | None:
        """The name of a class's node; None for a third party's, which is told by its name."""
        if not self._is_followed(cls):
            return None
        name = f"c:{cls.__module__}:{cls.__qualname__}"
        return self._named(cls, name, lambda node: self._look_at_class(node, cls))

    def _base_node(self, cls: type) -> str | None:
        """The node of a class without its fields, which a class that derives from it has itself."""
        name = self.class_node(cls)
        return name if name is None or not _fields_of(cls) else f"{name} body"

    def _is_followed(self, cls: type) -> bool:
        if self.is_own(cls.__module__):
            return True
        found: Any = sys.modules.get(cls.__module__)
        for part in cls.__qualname__.split("."):
            found = getattr(found, "__dict__", {}).get(part)
        return found is not cls and hasattr(cls, "__dict__") and not _is_built_in(cls)

    def global_node(self, module: str, name: str, value: Any) -> str | None:
        """The node of a global value; None for what needs none."""
        unique = f"g:{module}:{name}"
        if unique not in self._taken:
            self._taken.add(unique)
            self._kept.append(value)
            self.add(unique, lambda node: self.put(node, value))
        return unique

    # -- values --------------------------------------------------------------------------------

    def put(self, node: Node, value: Any) -> None:
        """Add a value's parts to a node, and what it uses."""
        self._steps += 1
        if self._steps > _LARGEST:
            node.uses[OPAQUE] = None
            return
        kind = type(value)
        if kind in _PLAIN:
            text = scrub(value) if kind is str else repr(value)
            node.parts.append(f"{kind.__name__}:{text}")
        elif kind is types.FunctionType:
            self._put_function(node, value)
        elif isinstance(value, type) and kind is not types.GenericAlias:
            self._put_class(node, value)
        elif kind is types.ModuleType:
            node.parts.append(f"module:{value.__name__}")
            if self.is_own(value.__name__):
                node.uses[OPAQUE] = None
        elif id(value) in node.seen:
            node.parts.append(f"seen:{node.seen[id(value)]}")
        else:
            node.seen[id(value)] = len(node.seen)
            self._kept.append(value)
            self._put_compound(node, value)

    def _put_class(self, node: Node, cls: type) -> None:
        name = self.class_node(cls)
        if name is None:
            node.parts.append(f"class:{cls.__module__}:{cls.__qualname__}")
        else:
            node.uses[name] = None
            node.parts.append(f"use:{name}")

    def _put_compound(self, node: Node, value: Any) -> None:
        kind = type(value)
        node.parts.append(f"({kind.__module__}.{kind.__qualname__}")
        if isinstance(value, enum.Enum):
            self._put_class(node, kind)
            node.parts.append(value.name or repr(value.value))
        elif kind is dict or kind is types.MappingProxyType:
            self._put_items(node, value)
        elif kind is list or kind is tuple:
            for item in value:
                self.put(node, item)
        elif kind is set or kind is frozenset:
            self._put_set(node, value)
        elif kind is types.CodeType:
            self.put_code(node, value)
        elif not self._put_wrapper(node, value):
            self._put_instance(node, value)
        node.parts.append(")")

    def _put_items(self, node: Node, value: Any) -> None:
        for key, item in list(value.items()):
            self.put(node, key)
            node.parts.append("=")
            self.put(node, item)

    def _put_set(self, node: Node, value: Iterable[Any]) -> None:
        """Items by their own hashes, as sets have no order of their own."""
        hashes: list[str] = []
        for item in list(value):
            apart = Node()
            self.put(apart, item)
            hashes.append(apart.digest())
            for name in sorted(apart.uses):
                node.uses[name] = None
        node.parts += sorted(hashes)

    def _put_wrapper(self, node: Node, value: Any) -> bool:
        """Add what an object of a built-in type holds; False for other types."""
        kind = type(value)
        known = f"{kind.__module__}.{kind.__qualname__}"
        held: tuple[Any, ...]
        if known in _STATELESS:
            held = (getattr(value, "name", None), getattr(value, "__qualname__", None))
        elif isinstance(value, functools.partial):
            held = (value.func, value.args, value.keywords)
        elif isinstance(value, re.Pattern):
            held = (value.pattern, value.flags)
        elif isinstance(value, property):
            held = (value.fget, value.fset, value.fdel)
        elif isinstance(value, (staticmethod, classmethod)):
            held = (value.__func__,)
        elif kind is types.MethodType:
            held = (value.__func__, value.__self__)
        elif kind is types.BuiltinFunctionType:
            own = isinstance(value.__self__, types.ModuleType) or value.__self__ is None
            held = (value.__qualname__, value.__module__, None if own else value.__self__)
            if own and self.is_own(value.__module__):
                node.uses[OPAQUE] = None  # compiled code
        elif kind is types.GenericAlias or kind is types.UnionType:
            held = (typing.get_origin(value), typing.get_args(value))
        elif isinstance(value, typing.ForwardRef):
            held = (value.__forward_arg__,)
        elif kind is types.CellType:
            held = (_content(value),)
        elif isinstance(value, weakref.ref):
            held = (value(),)
        elif hasattr(value, "cache_parameters") and hasattr(value, "__wrapped__"):
            held = (value.__wrapped__, vars(value))
        elif kind.__module__ in _TEXTUAL or kind in (range, slice):
            held = (str(value),)
        else:
            return False
        for item in held:
            self.put(node, item)
        return True

    def _put_instance(self, node: Node, value: Any) -> None:
        kind = type(value)
        self._put_class(node, kind)
        told = False
        if isinstance(value, dict):
            self._put_items(node, dict.copy(value) if kind is not dict else value)
            told = True
        elif isinstance(value, (list, tuple)):
            for item in list(value):
                self.put(node, item)
            told = True
        elif isinstance(value, (set, frozenset)):
            self._put_set(node, value)
            told = True
        elif isinstance(value, (str, bytes, int, float)):
            base = next(item for item in (str, bytes, int, float) if isinstance(value, item))
            node.parts.append(scrub(base.__repr__(value)))
            told = True
        state = getattr(value, "__dict__", None)
        if isinstance(state, dict):
            self._put_items(node, steady_state(value, state))
            told = True
        for name, item in _slots(value):
            node.parts.append(name)
            self.put(node, item)
            told = True
        if not told and not (kind.__module__ == "typing" or self.is_own(kind.__module__)):
            self._put_reduced(node, value)

    def _put_reduced(self, node: Node, value: Any) -> None:
        """An object of a compiled type, as it would be copied."""
        if _is_empty(type(value)):
            return
        try:
            reduced = value.__reduce_ex__(2)
        except Exception:  # noqa: BLE001 - what can't be copied can't be looked into
            node.uses[OPAQUE] = None
            return
        self.put(node, reduced)

    # -- code ----------------------------------------------------------------------------------

    def _put_function(self, node: Node, function: types.FunctionType) -> None:
        module = function.__globals__.get("__name__", function.__module__)
        name = f"f:{module}:{function.__qualname__}"
        own = self.is_own(module)
        if not own and not (function.__closure__ or function.__dict__):
            node.parts.append(name)
            return
        name = self._named(function, name, lambda one: self._look_at_function(one, function, own))
        node.uses[name] = None
        node.parts.append(f"use:{name}")

    def _look_at_function(self, node: Node, function: types.FunctionType, own: bool) -> None:
        node.parts.append(function.__qualname__)
        for cell in function.__closure__ or ():
            self.put(node, _content(cell))
        self.put(node, function.__defaults__)
        self.put(node, function.__kwdefaults__)
        self.put(node, {k: v for k, v in function.__dict__.items() if k != "__doc__"})
        if own:
            self.put(node, getattr(function, "__annotations__", None))
            self.put_running(node, function.__code__, function.__globals__)

    def put_running(self, node: Node, code: types.CodeType, names: dict[str, Any]) -> None:
        """Add code and what its names stand for among some globals."""
        self.put_code(node, code)
        found = set(_names_of(code))
        if found & _UNFOLLOWED - names.keys():
            node.uses[OPAQUE] = None
        modules = [item for item in self._globals(node, names, found) if self.is_own(item.__name__)]
        modules.extend(self._imported(node, code, names))
        self._put_members(node, modules, found)

    def _globals(
        self, node: Node, names: dict[str, Any], found: set[str]
    ) -> Iterator[types.ModuleType]:
        """Add what the names stand for; yield the modules among that."""
        home = str(names.get("__name__"))
        built_in = names.get("__builtins__", {})
        built_in = built_in if isinstance(built_in, dict) else vars(built_in)
        for name in sorted(found):
            if name in names:
                value = names[name]
                if isinstance(value, types.ModuleType):
                    node.parts.append(f"{name} is {value.__name__}")
                    if value.__name__.startswith(_METADATA) or name == value.__name__ == "sys":
                        self._beware(node, value.__name__, found)
                    yield value
                elif getattr(value, "__module__", "").startswith(_METADATA):
                    node.uses[OPAQUE] = None
                elif isinstance(value, (types.FunctionType, type)):
                    node.parts.append(f"{name} is")
                    self.put(node, value)
                elif (used := self.global_node(home, name, value)) is not None:
                    node.uses[used] = None
            elif name in built_in and not _is_built_in(built_in[name]):
                self.put(node, built_in[name])

    def _beware(self, node: Node, module: str, found: set[str]) -> None:
        if module != "sys" or found & {"modules", "meta_path", "path"}:
            node.uses[OPAQUE] = None

    def _imported(
        self, node: Node, code: types.CodeType, names: dict[str, Any]
    ) -> Iterator[types.ModuleType]:
        """The modules that code imports when it runs; what is not there yet is opaque."""
        package = str(names.get("__package__") or names.get("__name__") or "")
        for name in _imports_of(code, package):
            if name.startswith(_METADATA):
                node.uses[OPAQUE] = None
            elif self.is_own(name):
                module = sys.modules.get(name)
                if module is None:
                    node.uses[OPAQUE] = None
                else:
                    yield module

    def _put_members(self, node: Node, modules: list[types.ModuleType], found: set[str]) -> None:
        """Add the members of modules that code names."""
        if modules and found & _BY_NAME:
            node.uses[OPAQUE] = None
            return
        done: set[str] = set()
        while modules:
            module = modules.pop()
            if module.__name__ in done:
                continue
            done.add(module.__name__)
            members = vars(module)
            if "__getattr__" in members:
                node.uses[OPAQUE] = None
            for name in sorted(found & members.keys()):
                value = members[name]
                if isinstance(value, types.ModuleType):
                    if self.is_own(value.__name__):
                        modules.append(value)
                elif (used := self.global_node(module.__name__, name, value)) is not None:
                    node.uses[used] = None

    def put_code(self, node: Node, code: types.CodeType) -> None:
        """Add what code does, without the lines and files it stands in."""
        node.parts += [
            code.co_code.hex(),
            " ".join((*code.co_names, "/", *code.co_varnames, "/", *code.co_freevars)),
            f"{code.co_flags} {code.co_argcount} {code.co_posonlyargcount}",
            f"{code.co_kwonlyargcount} {getattr(code, 'co_exceptiontable', b'')!r}",
        ]
        self._mentioned.update(code.co_names)
        for value in code.co_consts:
            if type(value) is str:
                self._mentioned.add(value)
            self.put(node, value)

    # -- classes -------------------------------------------------------------------------------

    def _look_at_class(self, node: Node, cls: type) -> None:
        fields = _fields_of(cls)
        if not fields:
            self._put_body(node, cls, {}, {})
            return
        name = self._names[id(cls)]
        node.uses[f"{name} body"] = None
        pieces: dict[str, Any] = {}
        apart = decorators_of_fields(cls, fields, self.is_own)
        self.nodes[f"{name} body"] = body = Node()
        self._fill(body, lambda one: self._put_model_body(one, cls, fields, pieces, apart))
        self.fields[name] = list(fields)
        for attribute, decorator in apart.items():
            held = (decorator, vars(cls).get(attribute))
            self.add(f"{name} @{attribute}", functools.partial(self.put, value=held), name)
            self._parted.append((body, attribute, f"{name} @{attribute}"))
        for field_name, info in fields.items():
            look = functools.partial(
                self._look_at_field, cls=cls, info=info, piece=pieces.get(field_name)
            )
            self.add(f"{name}.{field_name}", look, name)
            node.uses[f"{name}.{field_name}"] = None
            for attribute, decorator in apart.items():
                if field_name in decorator.info.fields:
                    self.nodes[f"{name}.{field_name}"].uses[f"{name} @{attribute}"] = None

    def _put_body(
        self, node: Node, cls: type, fields: dict[str, Any], apart: Mapping[str, Any]
    ) -> None:
        """What stands in a class, its fields and the decorators that belong to these aside."""
        node.parts.append(cls.__qualname__)
        self.put(node, type(cls))
        for base in cls.__bases__:
            name = self._base_node(base)
            node.parts.append(f"base:{name or f'{base.__module__}:{base.__qualname__}'}")
            if name is not None:
                node.uses[name] = None
        for name, value in list(vars(cls).items()):
            if name in _SKIPPED or name in apart:
                continue
            node.parts.append(name)
            if name == "__abstractmethods__":
                node.parts.append(" ".join(sorted(value)))
            elif name == "__annotations__" and isinstance(value, dict):
                self._put_items(node, {k: v for k, v in value.items() if k not in fields})
            elif name == "__pydantic_decorators__":
                self.put(node, without(getattr(value, "__dict__", None) or _slots(value), apart))
            else:
                self.put(node, value)
        members: dict[str, Any] = getattr(cls, "__members__", {})
        for member in list(members.values()) if isinstance(cls, enum.EnumMeta) else ():
            told = {k: v for k, v in vars(member).items() if k != "__objclass__"}
            self._put_items(node, told)

    def _put_model_body(
        self,
        node: Node,
        cls: type,
        fields: dict[str, Any],
        pieces: dict[str, Any],
        apart: Mapping[str, Any],
    ) -> None:
        """A model without its fields; `pieces` takes what these are compiled to."""
        self._put_body(node, cls, fields, apart)
        schema = vars(cls).get("__pydantic_core_schema__")
        used = compiled_from(vars(cls).get("__pydantic_validator__"))
        if isinstance(schema, dict):
            Compiled(self, cls, schema).put(node, schema, pieces)
        if used is not None and used is not schema:
            node.parts.append("another validator")
            Compiled(self, cls, used).put(node, used, {})

    def _look_at_field(self, node: Node, cls: type, info: Any, piece: Any) -> None:
        self.put(node, info)
        if piece is not None:
            schema = vars(cls).get("__pydantic_core_schema__")
            Compiled(self, cls, schema).put(node, piece, None)


def _fields_of(cls: type) -> dict[str, Any]:
    """A model's fields, with those it has from its bases."""
    fields = vars(cls).get("__pydantic_fields__", vars(cls).get("model_fields"))
    return fields if isinstance(fields, dict) else {}


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # nothing was put there yet
        return "<empty>"


def _slots(value: Any) -> Iterator[tuple[str, Any]]:
    for base in type(value).__mro__:
        names = vars(base).get("__slots__", ())
        for name in (names,) if isinstance(names, str) else tuple(names):
            if name not in ("__dict__", "__weakref__", "cls_ref"):
                try:
                    yield name, object.__getattribute__(value, name)
                except AttributeError:
                    continue


def _is_empty(kind: type) -> bool:
    """Whether instances of a class have no room for anything."""
    return kind.__basicsize__ == object.__basicsize__ and not kind.__dictoffset__


def _is_built_in(value: Any) -> bool:
    return getattr(value, "__module__", "builtins") == "builtins"


def _names_of(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for item in code.co_consts:
        if isinstance(item, types.CodeType):
            yield from _names_of(item)


def _imports_of(code: types.CodeType, package: str) -> Iterator[str]:
    """The modules that code imports, in full."""
    constants: list[Any] = []
    for instruction in dis.get_instructions(code):
        if instruction.opname == "LOAD_CONST" or instruction.opname == "LOAD_SMALL_INT":
            constants.append(instruction.argval)
        elif instruction.opname == "IMPORT_NAME":
            level = constants[-2] if len(constants) > 1 else 0
            name = str(instruction.argval)
            if isinstance(level, int) and level:
                parts = package.split(".")
                name = ".".join(filter(None, (*parts[: len(parts) - level + 1], name)))
            yield name
    for item in code.co_consts:
        if isinstance(item, types.CodeType):
            yield from _imports_of(item, package)
