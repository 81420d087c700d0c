"""Contracts as they are declared: the data of a profile or of a project's own configuration."""

from __future__ import annotations

import re
import warnings
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

Compatibility = Literal["source", "backward", "forward", "full"]
"""Which directions count as breaks: the consumer's code alone; also payloads from before; also
readers from before; all of them. The words of schema registries."""
ContractKind = Literal["extends", "uses", "enum", "endpoint", "function", "protocol", "import"]
_SYMBOL = r"^[^\W\d][\w.]*(:[^\W\d][\w.]*)?$"
SymbolName = Annotated[str, Field(pattern=_SYMBOL)]


def is_symbol_name(ref: str) -> bool:
    """Whether a ref can be had by its name: not from inside a function (`f.<locals>.X`), nor from
    a file such as `my-script.py`."""
    return re.search(_SYMBOL, ref) is not None


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class Declaration(BaseModel):
    """Base of everything that is read from a configuration file: unknown keys are refused.

    Keys of several words are written in kebab-case (`fail-on`); snake_case is accepted too.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, alias_generator=_kebab
    )


class Factory(Declaration):
    """A call of the consumer that makes an instance of the contract's consumer model.

    Args:
        call: attribute of the consumer class (`create`) or a whole `module:name`.
        kwargs: keyword arguments, JSON values; the string of an enum's value becomes its member
            where the parameter's annotation is that enum.
    """

    call: str
    kwargs: dict[str, JsonValue] = Field(default_factory=dict)


class Expectation(Declaration):
    """What an endpoint must answer.

    Args:
        when: a variable the settings must pass into the environment for this to apply; the first
            expectation that applies counts.
        status: the HTTP status.
        body: JSON members the response must hold with exactly these values.
        has: JSON members the response must hold, whatever their values.
        model: whether the response must parse as the contract's provider model.
    """

    when: str | None = None
    status: int = 200
    body: dict[str, JsonValue] = Field(default_factory=dict)
    has: tuple[str, ...] = ()
    model: bool = True


class Scenario(Declaration):
    """A small program, run as it stands, that passes where the contract holds.

    It must be in the syntax of the Python that contract-check itself runs with.
    """

    name: str
    code: str


class Contract(Declaration):
    """One thing the provider and the consumer agree on.

    Args:
        name: unique, for people and for policies.
        kind: what sort of thing.
        provider: `module:name` of the provider's side (a bare module for `import`).
        consumer: `module:name` of the consumer's side; for `uses`, the name under which the
            consumer imports it.
        samples: payloads that both sides must read with the values they hold.
        factories: calls that make instances.
        members: for `enum`, member name to value; for `uses`/`extends`, see `values`.
        base: for `enum`, the built-in type its members are (`str`, `int`).
        values: for models, field name to the values the contract names (all must be accepted);
            each is put into the first sample that has room for it.
        app: for `endpoint`, `module:name` of the ASGI application.
        request: for `endpoint`, method and path, as in `GET /healthz`.
        json_body: for `endpoint`, what the request's body says, written `json`.
        expect: for `endpoint`, in order.
        scenarios: programs that pass where the contract holds.
        compatibility: which directions count as breaks; None for what the run says.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    kind: ContractKind
    provider: SymbolName
    consumer: SymbolName | None = None
    description: str = ""
    samples: tuple[dict[str, JsonValue], ...] = ()
    factories: tuple[Factory, ...] = ()
    members: dict[str, JsonValue] = Field(default_factory=dict)
    base: Literal["str", "int"] | None = None
    values: dict[str, tuple[JsonValue, ...]] = Field(default_factory=dict)
    app: SymbolName | None = None
    request: str | None = None
    json_body: JsonValue = Field(default=None, alias="json")
    expect: tuple[Expectation, ...] = ()
    scenarios: tuple[Scenario, ...] = Field(default=(), alias="scenario")
    declared: bool = True
    compatibility: Compatibility | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_colons(cls, value: Any) -> Any:
        """`acme_models.Order` is meant as `acme_models:Order`, but for the module of an import."""
        if not isinstance(value, dict) or value.get("kind") == "import":
            return value
        texts = {key: value.get(key) for key in ("provider", "consumer", "app")}
        dotted = {key: t for key, t in texts.items() if isinstance(t, str) and ":" not in t}
        return {**value, **{key: ":".join(t.rsplit(".", 1)) for key, t in dotted.items()}}

    def model_post_init(self, _context: Any) -> None:
        if self.kind == "extends" and self.consumer is None:
            raise ValueError(f"contract {self.name!r} of kind 'extends' needs a 'consumer'")
        if self.kind == "endpoint" and not (self.app and self.request and self.expect):
            raise ValueError(
                f"contract {self.name!r} of kind 'endpoint' needs 'app', 'request' and 'expect'"
            )
        if self.kind == "enum" and not self.members and self.declared:
            raise ValueError(f"contract {self.name!r} of kind 'enum' needs 'members'")
        for scenario in self.scenarios:
            _check_syntax(self.name, scenario)


def _check_syntax(contract: str, scenario: Scenario) -> None:
    """Refuse a program that this Python can't compile."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(scenario.code, "<scenario>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f", line {line} of its code" if line else ""
        reason = getattr(error, "msg", None) or str(error)
        raise ValueError(
            f"contract {contract!r}, scenario {scenario.name!r}{place}: {reason}"
        ) from None


class Suppression(Declaration):
    """A finding that is known and accepted.

    Args:
        rule: the rule's id.
        subject: the finding's subject, or None for any.
        path: the finding's path, or None for any.
        reason: why it is accepted.
        expires: the last day it counts (ISO 8601 date), or None for ever.
    """

    rule: str
    reason: str
    contract: str | None = None
    subject: str | None = None
    path: str | None = None
    expires: str | None = None


class Policy(Declaration):
    """What the findings are worth.

    Args:
        severities: rule id to severity, for every contract.
        contracts: contract name to (rule id to severity).
        suppressions: findings known and accepted.
        fail_on: the least severity that makes the verdict `break`.
    """

    severities: dict[str, Literal["break", "warning", "info", "off"]] = Field(default_factory=dict)
    contracts: dict[str, dict[str, Literal["break", "warning", "info", "off"]]] = Field(
        default_factory=dict
    )
    suppressions: tuple[Suppression, ...] = Field(default=(), alias="suppress")
    fail_on: Literal["break", "warning"] = "break"
