"""What one environment said: the probe's answers, checked at the door.

The probe (`contract_check_probe`) writes these documents; its docstring describes the protocol.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SkipValidation

from contract_check.model.usage import Place

VOLATILE = "<unstable>"
"""In place of a value that differed between two readings of one side."""

Told = Annotated[JsonValue, SkipValidation]
"""What was JSON on the channel a moment ago, which need not be looked over value by value."""

Encoded = Told
"""A Python value with its type, see `contract_check_probe.encoding`: `{"t": type, ...}`."""


class Answer(BaseModel):
    """Base of every part of an answer."""

    # Built when first used, which is while the probes import the packages.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Frame(Answer):
    """One level of a traceback, outermost first. `module` is the module's name, `file` relative
    to its site-packages folder where it lies in one."""

    file: str
    line: int
    module: str
    function: str = ""


class Failure(Answer):
    """An exception. `missing_module`/`missing_name` are set for import errors."""

    type: str
    message: str
    frames: tuple[Frame, ...] = ()
    missing_module: str | None = None
    missing_name: str | None = None
    errors: tuple[ValidationIssue, ...] = ()
    """For a pydantic ValidationError, its issues."""


class ValidationIssue(Answer):
    type: str
    loc: tuple[str | int, ...]
    message: str = ""


class WarningSeen(Answer):
    category: str
    message: str
    file: str = ""
    line: int = 0


class ModuleOutcome(Answer):
    name: str
    failure: Failure | None = None
    warnings: tuple[WarningSeen, ...] = ()
    names: tuple[str, ...] = ()
    """The public names the module offers after import."""


class Parameter(Answer):
    name: str
    kind: Literal[
        "positional-only", "positional-or-keyword", "var-positional", "keyword-only", "var-keyword"
    ]
    required: bool
    default: str | None = None
    """The default's repr, addresses scrubbed."""
    made: str | None = None
    """The repr of what the factory of a dataclass's field makes, if that is the same each time."""
    annotation: str | None = None
    types: tuple[str, ...] = ()
    """`module:qualname` of every class that the annotation names."""


class Signature(Answer):
    """A function, method or constructor."""

    parameters: tuple[Parameter, ...] | None = None
    """None where no signature can be had (a builtin)."""
    built_in: bool = False
    """A class's that has the constructor of a built-in one, of which `inspect` knows nothing."""
    rewired: bool = False
    """A decorator stands around it that may hand on other arguments than it is given."""
    refusals: tuple[str, ...] = ()
    """Where it raises for what it is given: `not algorithms -> ValueError`; `-> TypeError` where
    it always does."""
    is_async: bool = False
    flavor: Literal[
        "plain",
        "generator",
        "coroutine",
        "async generator",
        "context manager",
        "async context manager",
        "unknown",
    ] = "plain"
    """What a call gives at once; `plain` says nothing of it."""
    opaque: tuple[str, ...] = ()
    """The expressions it returns of which neither its code nor its annotation says whether they are
    to be awaited."""
    body: str | None = None
    """Equal for two functions that do the same with their arguments by position."""
    items: int | None = None
    """How many items it gives, where each of its returns writes out a tuple of as many."""
    returns: str | None = None
    types: tuple[str, ...] = ()
    """`module:qualname` of every class that the return annotation names."""


class Member(Answer):
    """A public or special attribute of a class, as found along its MRO."""

    kind: Literal["method", "classmethod", "staticmethod", "property", "value"]
    owner: str
    """`module:qualname` of the class whose body defines it."""
    signature: Signature | None = None
    value: str | None = None
    constant: Encoded | None = None
    """A value's, where it has a text of its own."""
    annotation: str | None = None
    """A property's."""
    types: tuple[str, ...] = ()
    """`module:qualname` of every class that a property's annotation names."""
    refusals: tuple[str, ...] = ()
    """A property's: where reading it raises."""
    names: tuple[str, ...] = ()
    """For a class inside the class, what it has."""
    stub: bool = False
    """Its body does nothing, or raises NotImplementedError."""


class FieldDescription(Answer):
    name: str
    annotation: str
    required: bool
    default_kind: Literal["none", "value", "factory"] = "none"
    default: Encoded | None = None
    """The default's value; a factory's is called twice and given here only if both agree."""
    alias: Told | None = None
    validation_alias: Told | None = None
    serialization_alias: str | None = None
    constraints: tuple[str, ...] = ()
    """Each piece of metadata, as text (`Ge(ge=0)`)."""
    discriminator: str | None = None
    frozen: bool = False
    exclude: bool = False
    deprecated: str | None = None
    owner: str = ""
    """`module:qualname` of the class that defines it last."""
    types: tuple[str, ...] = ()
    """`module:qualname` of every class named in the annotation."""
    arms: tuple[str, ...] = ()
    """For a union, its arms in order, as text."""


class EnumMember(Answer):
    name: str
    value: Encoded
    text: str = ""
    """str(member)"""
    formatted: str = ""
    alias_of: str | None = None


class Symbol(Answer):
    """What a `module:name` turned out to be in this environment.

    Args:
        ref: the name asked for.
        kind: `missing` where it could not be had: `failure` says why.
        identity: `module:qualname` the object itself states (differs from ref after a move).
    """

    ref: str
    kind: Literal[
        "missing", "module", "model", "enum", "protocol", "class", "function", "alias", "value"
    ]
    failure: Failure | None = None
    identity: str | None = None
    bases: tuple[str, ...] = ()
    """The MRO as `module:qualname`, itself first, `object` left out."""
    final: bool = False
    abstract: tuple[str, ...] = ()
    hashable: bool | None = None
    runtime_checkable: bool | None = None
    deprecated: str | None = None
    constructor: Signature | None = None
    signature: Signature | None = None
    members: dict[str, Member] = Field(default_factory=dict)
    private_overrides: dict[str, Member] = Field(default_factory=dict)
    """The private methods of which a class nearer to it has one in place of a base's."""
    special: tuple[str, ...] = ()
    """The special methods its instances have (`__len__`), those of every object aside;
    `__class_getitem__` where the class itself takes `[...]`."""
    type_parameters: int | None = None
    """How many types a generic class takes in `[...]`, where all of them are plain."""
    attributes: tuple[str, ...] = ()
    """What its methods assign on `self`, and its private names."""
    open_attributes: bool = False
    """Its instances may have attributes that are not written in its code."""
    read_only: tuple[str, ...] = ()
    """Properties without a setter."""
    frozen: bool = False
    """A frozen dataclass."""
    validated: bool = False
    """A dataclass of Pydantic's."""
    slotted: bool = False
    """Its instances have no `__dict__`."""
    layout: tuple[str, ...] | None = None
    """The fields of a NamedTuple, in order."""
    typed_keys: dict[str, bool] | None = None
    """The keys of a TypedDict, and whether each must be there."""
    heirs: tuple[str, ...] = ()
    """For an exception, the loaded exceptions of its package that derive from it."""
    raised: tuple[str, ...] = ()
    """The exceptions that its code, or code it calls in its own package, names."""
    protocol_members: tuple[str, ...] = ()
    implementers: tuple[str, ...] = ()
    """Classes of the imported modules that have every member of this protocol."""
    config: dict[str, str] = Field(default_factory=dict)
    """Set entries of model_config, as text."""
    fields: dict[str, FieldDescription] = Field(default_factory=dict)
    computed: tuple[str, ...] = ()
    schema_validation: dict[str, Any] | None = None
    """What it reads, as a JSON Schema whose definitions may be shared with other models'; None for
    a model without one, and for one that nobody asked about, as it is the same on both sides."""
    schema_failure: str | None = None
    enum_members: tuple[EnumMember, ...] = ()
    enum_base: tuple[str, ...] = ()
    """Built-in types its members are (`str`, `int`)."""
    enum_fallback: Encoded | None = None
    """What an unknown value of the members' type becomes, where the enum has a `_missing_`."""
    enum_readings: dict[str, str] = Field(default_factory=dict)
    """Other writings of its values (in capitals, a member's name) to the member they become."""
    literals: tuple[Told, ...] | None = None
    """For an alias of a Literal, its values."""
    value: Encoded | None = None
    gaps: dict[str, str] = Field(default_factory=dict)
    """Parts of it that could not be described (`fields.size`; empty for the whole) to the reason:
    in their places stands next to nothing."""


class Runtime(Answer):
    python: str
    implementation: str
    platform: str
    pydantic: str | None


class Outcome(Answer):
    """What became of one payload at one model.

    Values are given as attributes, as a Python dump and as JSON, by name and by alias.
    """

    payload: str
    """The payload's id."""
    model: str
    accepted: bool
    unstable: bool = False
    """It went another way each time it was read, so that nothing can be said of it."""
    given_up: str = ""
    """Why it was not replayed."""
    failure: Failure | None = None
    """Why not, or what its dump raised."""
    attributes: Encoded | None = None
    python: Encoded | None = None
    python_alias: Encoded | None = None
    json_: Told | None = Field(default=None, alias="json")
    json_alias: Told | None = None
    roundtrip: Literal["same", "different", "refused", "unserializable"] | None = None
    """Its own JSON dump read back by the same model: by name if that is accepted, else by alias."""
    roundtrip_detail: str = ""
    """Where it came back different, as `path: before -> after`."""
    roundtrip_failure: Failure | None = None
    """Why it was refused."""
    warnings: tuple[WarningSeen, ...] = ()
    read_by: dict[str, Reading] = Field(default_factory=dict)
    """Model ref to what it made of this instance's JSON dump."""


class Reading(Answer):
    accepted: bool
    failure: Failure | None = None
    attributes: Encoded | None = None
    json_: Told | None = Field(default=None, alias="json")
    extra: tuple[str, ...] = ()
    """Top-level names it kept that are no fields of it."""


class CallOutcome(Answer):
    """What a factory call returned, and what the model made of it."""

    id: str
    failure: Failure | None = None
    type: str | None = None
    bases: tuple[str, ...] = ()
    outcome: Outcome | None = None
    """The result replayed as a payload: its dumps, its round trip, who reads it."""
    properties: dict[str, Encoded] = Field(default_factory=dict)
    """The consumer's own properties read on the result: value, or `{"t": "!", "r": error}`."""
    warnings: tuple[WarningSeen, ...] = ()


class ScenarioOutcome(Answer):
    id: str
    failure: Failure | None = None
    result: Encoded | None = None
    warnings: tuple[WarningSeen, ...] = ()


class HttpOutcome(Answer):
    id: str
    failure: Failure | None = None
    status: int | None = None
    body: str = ""
    json_: Told | None = Field(default=None, alias="json")
    reading: Reading | None = None
    """What the provider's model made of the body."""
    response_model: str | None = None
    """The identity of the model the route declares, where the app is FastAPI's."""
    response_model_bases: tuple[str, ...] = ()


class Described(Answer):
    """The answer to `observe`."""

    modules: tuple[ModuleOutcome, ...] = ()
    symbols: dict[str, Symbol] = Field(default_factory=dict)
    runtime: Runtime


class Evaluated(Answer):
    """The answer to `evaluate`: whether each test is true, None where that can't be told."""

    answers: tuple[bool | None, ...] = ()


class ToldSchema(Answer):
    """A model's JSON Schema; `gap` says why it can't be had, `failure` why parts take anything."""

    document: Annotated[dict[str, Any] | None, SkipValidation] = None
    failure: str | None = None
    gap: str | None = None


class Schemas(Answer):
    """The answer to `schemas`: what is told of each model, and what the documents refer to."""

    schemas: dict[str, ToldSchema]
    definitions: Annotated[dict[str, Any], SkipValidation]


class Replayed(Answer):
    """The answer to `replay`."""

    outcomes: tuple[Outcome, ...] = ()
    calls: tuple[CallOutcome, ...] = ()
    scenarios: tuple[ScenarioOutcome, ...] = ()
    http: tuple[HttpOutcome, ...] = ()


class Installed(Answer):
    """A distribution as it is installed in an environment.

    Args:
        roots: the top-level names of its import packages and modules.
        modules: every importable module it installed, `__main__` aside.
    """

    name: str
    version: str
    requires: tuple[str, ...] = ()
    requires_python: str | None = None
    roots: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


class Observation(Answer):
    """Everything one environment said about the contracts.

    Args:
        provider: what is installed of the provider.
        consumer: what is installed of the consumer.
        requirement: the consumer's own requirement on the provider, as its metadata has it.
        admits: whether that requirement admits the provider installed; None without one.
        packages: every distribution installed, name to version.
        described: modules imported and symbols described.
        replayed: payloads, calls, scenarios and requests replayed.
    """

    provider: Installed
    consumer: Installed
    requirement: str | None = None
    admits: bool | None = None
    packages: dict[str, str] = Field(default_factory=dict)
    described: Described
    replayed: Replayed = Field(default_factory=Replayed)

    def symbol(self, ref: str) -> Symbol | None:
        """What a ref turned out to be, or None where nobody asked."""
        return self.described.symbols.get(ref)


class Payload(Answer):
    """A JSON document replayed against a model.

    Args:
        id: unique and stable.
        model: the `module:name` it is for.
        origin: why it is in the corpus, in words (`sample`, `boundary of queue_size`).
        data: the document.
        mode: read as JSON text, as Python objects (`model_validate`), or by the constructor.
        expect: `valid` where the contract itself says so (a declared sample), `invalid` where it
            is a near miss, `unknown` where only a comparison can tell.
        fields: paths it exercises.
    """

    id: str
    model: str
    origin: str
    data: Told
    mode: Literal["json", "python", "constructor"] = "json"
    expect: Literal["valid", "invalid", "unknown"] = "unknown"
    fields: tuple[str, ...] = ()
    read_by: tuple[str, ...] = ()
    """Other models that must read what this one writes."""
    place: Place | None = None
    """Where the consumer passes what it holds, if it comes from there."""
    unwritten: bool = False
    """It holds a name that only the candidate has a field for: nobody wrote it for the baseline."""
    odd: bool = False
    """It holds what only lax reading takes, or what is larger than anyone writes."""


Failure.model_rebuild()
Outcome.model_rebuild()
CallOutcome.model_rebuild()
HttpOutcome.model_rebuild()
