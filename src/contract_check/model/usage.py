"""What the consumer takes from the provider, read from its installed sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mention = Literal[
    "annotation", "argument", "compare", "decorator", "except", "isinstance", "raise", "read"
]


@dataclass(frozen=True, order=True)
class Place:
    """A line of the consumer's installed sources.

    Args:
        file: relative to its site-packages folder, with forward slashes.
        line: counted from one.
    """

    file: str
    line: int


@dataclass(frozen=True)
class ImportUse:
    """An import of something of the provider.

    Args:
        module: the provider module named in the statement, absolute.
        name: the name taken from it, or None for `import module`.
        bound_as: the local name it is bound to.
        place: where.
        importer: the consumer module that holds the statement.
        lazy: inside a function, so that it runs only when that is called.
        guarded: inside a `try` whose handler swallows ImportError, or under TYPE_CHECKING.
        by_module: by a handler of ModuleNotFoundError alone, which a name that its module lacks
            does not raise.
    """

    module: str
    name: str | None
    bound_as: str
    place: Place
    importer: str
    lazy: bool = False
    guarded: bool = False
    by_module: bool = False


@dataclass(frozen=True)
class SubclassUse:
    """A class of the consumer that derives from one of the provider, by `class` or `type()`.

    Args:
        provider: `module:qualname` as the consumer spells it.
        consumer: `module:qualname` of the deriving class.
        members: names its body defines (methods, properties, class attributes), no fields.
        place: where.
        fields: names its body annotates (fields of a model or dataclass).
        mixed: it has other bases too, which may have further members, or a metaclass of its own.
        keywords: the names of the class statement's keywords.
    """

    provider: str
    consumer: str
    members: tuple[str, ...]
    place: Place
    fields: tuple[str, ...] = ()
    mixed: bool = False
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class CallUse:
    """A call of something of the provider.

    Args:
        target: `module:qualname` of what is called, as the consumer spells it: a class (its
            constructor), a function, or a method (`module:Class.method`, also on instances;
            `module:make().method` on what a function returned).
        positional: how many positional arguments.
        keywords: the keyword names, in order.
        open_ended: has `*args` or `**kwargs`, so that the counts are lower bounds.
        awaited: directly awaited.
        place: where.
        literals: keyword (or `"0"`, `"1"` for positions) to the literal it is given, as Python
            source, with `...` for parts of it that are not known; once for each value that a loop
            gives it.
        via: for the constructor of a class of the consumer (then `target` names that class), the
            nearest provider class it derives from.
        on_instance: a method called on an instance, so that `self` is already given.
        own: `module:qualname` of the consumer's classes whose instances are among the arguments.
        passed: the consumer's functions among the arguments: keyword or position as text,
            `module:qualname` (for a lambda or a function inside another one, a lambda
            with its parameters), and whether
            it is bound to an instance.
        later: `functools.partial`, so that further arguments may come, and the call itself.
    """

    target: str
    positional: int
    keywords: tuple[str, ...]
    open_ended: bool
    awaited: bool
    place: Place
    literals: tuple[tuple[str, str], ...] = ()
    via: str | None = None
    on_instance: bool = False
    own: tuple[str, ...] = ()
    passed: tuple[tuple[str, str, bool], ...] = ()
    later: bool = False


@dataclass(frozen=True)
class HandedUse:
    """Something of the consumer's own that gets into the provider's hands.

    Args:
        target: what is called with it, as in `CallUse`; for an attribute the class.
        argument: keyword, or position as text; `.name` where it is assigned to an attribute;
            `returned` where what the call returned is called with it, as a decorator.
        own: `module:qualname`, or a lambda with its parameters; empty for `options`.
        form: what it is: `bound` is a method of an instance, `options` a dictionary.
        place: where.
        on_instance: the target is a method called on an instance.
        keys: for `options`, its keys that are text.
    """

    target: str
    argument: str
    own: str
    form: Literal["function", "bound", "class", "instance", "options"]
    place: Place
    on_instance: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class MemberUse:
    """An attribute read on something of the provider.

    Args:
        owner: `module:qualname` of the class (or module) it is read on; `module:make()` for what
            a function returned.
        member: the attribute's name; for an enum, the member's name.
        on_instance: read on an instance, not on the class itself.
        place: where.
        stored: assigned to, not read.
        optional: asked for in a way that bears its absence (`hasattr`, `getattr` with a default).
    """

    owner: str
    member: str
    on_instance: bool
    place: Place
    stored: bool = False
    optional: bool = False


@dataclass(frozen=True)
class NameUse:
    """A mention of a provider name that is no call, no base class and no member read.

    Args:
        ref: `module:qualname` as the consumer spells it.
        how: in which role it is mentioned.
        place: where.
    """

    ref: str
    how: Mention
    place: Place


@dataclass(frozen=True)
class OperationUse:
    """Python's own syntax, or a built-in function, applied to something of the provider.

    Args:
        owner: `module:qualname` of the class whose instance it is (of the consumer's own class
            where that derives from the provider's); `module:make()` and `module:Class.make()` for
            what a function or method returned; the class itself for `subscript` and `place`.
        operation: what is done: `len`, `iterate`, `with`, `add`, … (see `rules.operations`).
        place: where.
        detail: a constant key of `getitem` or `subscript`, as Python source, and for one that is no
            constant, how many there are (`2 types`); for `unpack` how many
            targets (`1+2`: one before and two after a starred one); for `place`
            (`list(Level)[0]`) which; for `compare` the comparison with a literal (`Subject > 5`).
    """

    owner: str
    operation: str
    place: Place
    detail: str = ""


@dataclass(frozen=True)
class Region:
    """Lines of one file, the first and the last included."""

    file: str
    first: int
    last: int

    def holds(self, place: Place) -> bool:
        """Whether a place is among them."""
        return self.file == place.file and self.first <= place.line <= self.last


@dataclass(frozen=True)
class Handler:
    """An `except` clause, or what `contextlib.suppress` is given.

    Args:
        names: `module:qualname` of what it catches, as far as it is known.
        place: where.
        body: a text for what it does.
        region: the lines of what it does; None for `suppress`, which does nothing.
    """

    names: tuple[str, ...]
    place: Place
    body: str
    region: Region | None = None


@dataclass(frozen=True)
class TryUse:
    """A block whose exceptions are caught, and by which handlers, in order."""

    region: Region
    handlers: tuple[Handler, ...]


@dataclass(frozen=True)
class Choice:
    """Lines that run only where something of the provider's has an attribute, or lacks it.

    Args:
        region: the lines.
        owner: a module, or `module:qualname` of a class.
        name: the attribute that `hasattr` asks for.
        there: whether they run where it is there.
        alone: other code stands in these lines as well, so that this is about that name alone.
    """

    region: Region
    owner: str
    name: str
    there: bool
    alone: bool = False


@dataclass(frozen=True)
class Condition:
    """The test of an `if` that names nothing of a function's own, so that it can be asked for.

    Args:
        module: the consumer's module, whose names it is about.
        test: it, as Python source; evaluating it changes nothing.
        holds: the lines that run where it is true.
        fails: the lines that run where it is false, if there are any.
        of_provider: it is about the provider, or a version of what is installed.
    """

    module: str
    test: str
    holds: Region
    fails: Region | None
    of_provider: bool


@dataclass(frozen=True)
class Reach:
    """A call of the consumer's own function, or one of which it is not known what it calls.

    Args:
        target: `module:qualname`; `?.name` for a method of an unknown object, `?` for anything,
            `yield` for where a generator waits, and a context manager what it is entered for.
        place: where.
    """

    target: str
    place: Place


@dataclass(frozen=True)
class Usage:
    """All that was found, in the order of the sources."""

    imports: tuple[ImportUse, ...] = ()
    subclasses: tuple[SubclassUse, ...] = ()
    calls: tuple[CallUse, ...] = ()
    members: tuple[MemberUse, ...] = ()
    reexports: tuple[tuple[str, str, Place], ...] = ()
    """(`consumer_module:name`, `provider_module:name`, where) for names in `__all__` or of an
    `__init__`, that the consumer offers on."""
    names: tuple[NameUse, ...] = ()
    operations: tuple[OperationUse, ...] = ()
    caught: tuple[tuple[str, Place], ...] = ()
    """(`module:qualname`, where) for what `except` clauses name, built-in exceptions too."""
    tries: tuple[TryUse, ...] = ()
    choices: tuple[Choice, ...] = ()
    conditions: tuple[Condition, ...] = ()
    functions: tuple[tuple[str, Region], ...] = ()
    """(`module:qualname`, its lines) of the consumer's functions."""
    reached: tuple[Reach, ...] = ()
    decorated: tuple[tuple[str, str], ...] = ()
    """(function, decorator) of the consumer's own, each `module:qualname`."""
    holders: tuple[tuple[str, str, Place], ...] = ()
    """(`module:qualname` of a class of the consumer's, `module:qualname` of the provider's, where)
    for the names in the annotations of its fields."""
    handed: tuple[HandedUse, ...] = ()
    unfollowed: tuple[tuple[Place, str], ...] = ()
    """(where, what) for names of the provider that are only known when the code runs."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """(file, reason) for sources that could not be parsed."""
