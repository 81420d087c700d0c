"""Whether arguments fit parameters: the same answers as Python's own."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable

import pytest

from contract_check.model.observation import Parameter, Signature
from contract_check.model.report import Severity
from contract_check.rules.calls.results import same_or_narrower
from contract_check.rules.uses import Given, clash, misfit

_KINDS = ("positional-only", "positional-or-keyword", "var-positional", "keyword-only")


def parameters(function: Callable[..., object]) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(
            name=item.name,
            kind=(*_KINDS, "var-keyword")[item.kind],
            required=item.default is item.empty and item.kind not in (2, 4),
        )
        for item in inspect.signature(function).parameters.values()
    )


def signature(function: Callable[..., object]) -> Signature:
    return Signature(
        parameters=parameters(function), is_async=inspect.iscoroutinefunction(function)
    )


FUNCTIONS = [
    lambda: 0,
    lambda a: 0,
    lambda a, b=1: 0,
    lambda a, /: 0,
    lambda a, /, b: 0,
    lambda a, *, b: 0,
    lambda a, *, b=1: 0,
    lambda *a: 0,
    lambda a, *b: 0,
    lambda **a: 0,
    lambda a, /, **b: 0,
    lambda a, b=1, *c, d, e=2, **f: 0,
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda item: str(inspect.signature(item)))
def test_misfit_is_what_python_says(function: Callable[..., object]) -> None:
    known = parameters(function)
    calls = [
        Given(positional, keywords)
        for positional in range(4)
        for size in range(3)
        for keywords in itertools.combinations("abdx", size)
    ]
    for given in calls:
        values = dict.fromkeys(given.keywords)
        try:
            inspect.signature(function).bind(*[None] * given.positional, **values)
            binds = True
        except TypeError:
            binds = False
        assert (misfit(known, given) is None) is binds, (given, misfit(known, given))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (Given(1, ("zone",)), "has no parameter 'zone'"),
        (Given(3), "takes 2 by position, not 3"),
        (Given(1, ("host",)), "takes 'host' by position only"),
        (Given(2, ("port", "key")), "gets 'port' twice"),
        (Given(0, ("port",)), "requires the arguments 'host' by position and 'key'"),
        (Given(0, (), open_ended=True), None),
        (Given(0, ("zone",), open_ended=True), "has no parameter 'zone'"),
    ],
)
def test_the_reason_names_the_parameter(given: Given, reason: str | None) -> None:
    def connect(host: str, /, port: int = 1, *, key: str) -> None: ...

    assert misfit(parameters(connect), given) == reason


def _base(self: object, item: object) -> None: ...


def _more(self: object, item: object, context: object) -> None: ...


def _optional(self: object, item: object, context: object = None) -> None: ...


def _renamed(self: object, value: object) -> None: ...


def _anything(self: object, *args: object, **kwargs: object) -> None: ...


async def _waits(self: object, item: object) -> None: ...


@pytest.mark.parametrize(
    ("base", "own", "severity"),
    [
        (_base, _base, None),
        (_base, _optional, None),
        (_more, _anything, None),
        (_more, _base, Severity.BREAK),
        (_base, _more, Severity.BREAK),
        (_optional, _base, Severity.WARNING),
        (_renamed, _base, Severity.WARNING),
        (_waits, _base, Severity.BREAK),
        (_base, _waits, Severity.BREAK),
    ],
)
def test_an_override_stands_in_for_its_base(
    base: Callable[..., object], own: Callable[..., object], severity: Severity | None
) -> None:
    found = clash(signature(base), signature(own), bound=True)
    assert (found.severity if found else None) is severity


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ("int | None", "Optional[int]", True),
        ("Union[int, str]", "str | int", True),
        ("typing.List[int]", "list[int]", True),
        ("int", "int | None", True),
        ("dict[str, int | None]", "Dict[str, Optional[int]]", True),
        ("int | None", "int", False),
        ("str", "int", False),
        ("list[int | None]", "list[int]", False),
        ("Literal['a']", "Literal['a', 'b']", True),
        ("'Bus'", "core.Bus", True),
        ("Bus", "Any", True),
        ("Any", "Bus", False),
        ("list[int]", "Sequence[int]", True),
        ("Sequence[int]", "list[int]", False),
        ("list[str]", "Sequence[int]", False),
        ("tuple[int, ...]", "Iterable[int]", True),
        ("Generator[int, None, None]", "Iterator[int]", True),
        ("dict[str, int]", "Mapping[str, int | None]", True),
        ("list[int]", "Iterator[int]", False),
        ("list[int]", "list", True),
        ("tuple[int, str]", "tuple[int, str, str]", False),
    ],
)
def test_return_annotations_are_compared_by_meaning(now: str, before: str, expected: bool) -> None:
    assert same_or_narrower(now, before) is expected
