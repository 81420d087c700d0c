"""What the text of an annotation says of what is inside."""

from __future__ import annotations

import pytest

from contract_check.rules.annotations import inside, is_container, named, parts, taken_by_callable


@pytest.mark.parametrize(
    ("text", "member", "expected"),
    [
        ("list[User]", "__next__", "User"),
        ("typing.List['User']", "__item_0__", "'User'"),
        ("Optional[List[User]]", "__getitem__", "User"),
        ("list[User] | None", "pop", "User"),
        ("Awaitable[list[User]]", "__next__", "User"),
        ("'list[User]'", "__next__", "User"),
        ("dict[str, User]", "__next__", "str"),
        ("dict[str, User]", "__getitem__", "User"),
        ("dict[str, User]", "get", "User"),
        ("Mapping[str, User]", "values", "list[User]"),
        ("dict[str, User]", "items", "list[tuple[str, User]]"),
        ("tuple[str, User]", "__item_1__", "User"),
        ("tuple[User, ...]", "__item_1__", "User"),
        ("tuple[str, User]", "__next__", None),
        ("tuple[str, User]", "__item_2__", None),
        ("list[User] | dict[str, User]", "__next__", None),
        ("list[User]", "append", None),
        ("list", "__next__", None),
        ("User", "__next__", None),
        ("Page[User]", "__next__", None),
        ("not (python", "__next__", None),
    ],
)
def test_what_is_taken_out(text: str, member: str, expected: str | None) -> None:
    assert inside(text, member) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tuple[int, str]", ("int", "str")),
        ("Optional[Tuple[int, list[str]]]", ("int", "list[str]")),
        ("tuple[int, ...]", None),
        ("tuple", None),
        ("list[int]", None),
    ],
)
def test_the_items_of_a_tuple(text: str, expected: tuple[str, ...] | None) -> None:
    assert parts(text) == expected


def test_the_classes_that_an_annotation_names() -> None:
    known = ("core:User", "core.rows:Row", "core:Team.Role")
    assert named("Union['User', rows.Row, Team.Role]", known) == known
    assert named("Team", known) == ()
    assert is_container("list[User]")
    assert not is_container("User | list[User]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Callable[[int, str], None]", 2),
        ("Optional['Callable[[], None]']", 0),
        ("Callable[..., None]", None),
        ("Callable", None),
        ("list[Callable[[int], None]]", None),
    ],
)
def test_how_many_arguments_a_callable_is_given(text: str, expected: int | None) -> None:
    assert taken_by_callable(text) == expected
