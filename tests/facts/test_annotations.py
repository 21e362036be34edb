"""Annotations as types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navigator.facts.listing import type_text
from navigator.facts.python.annotations import parse_type
from navigator.facts.vocabulary import TypeRef
from tests.facts.reading import body, facts_of, inside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("int", "int"),
        ("a.b.C", "a.b.C"),
        ("a . b", "a.b"),
        ("list[A.B]", "list[A.B]"),
        ("dict[str, list[A]]", "dict[str, list[A]]"),
        ("A | None", "A | None"),
        ("A | B | A", "A | B"),
        ("Optional[A]", "A | None"),
        ("t.Optional[A | B]", "A | B | None"),
        ("Union[A, Optional[B]]", "A | B | None"),
        ("Union[A]", "A"),
        ("'A'", "A"),
        ("'list[A] | None'", "list[A] | None"),
        ("list['A']", "list[A]"),
        ("Annotated[A, x(), 'doc']", "A"),
        ("ClassVar[A]", "A"),
        ("typing.Final[list[A]]", "list[A]"),
        ("Final", "Final"),
        ("Required[A]", "A"),
        ("Callable[[A, B], C]", "Callable[?[A, B], C]"),
        ("Callable[..., C]", "Callable[?, C]"),
        ("Literal['a', 1, None]", "Literal[?]"),
        ("type[A]", "type[A]"),
        ("tuple[A, ...]", "tuple[A, ?]"),
        ("tuple[()]", "tuple[?]"),
        ("(A)", "A"),
        ("(A | None)", "A | None"),
        ("*Ts", "Ts"),
        ("None", "None"),
        ("None | A", "None | A"),
        ("A[int].B", "?"),
        ("f(x)", "?"),
        ("1", "?"),
        ("'a b'", "?"),
        ("''", "?"),
        ("A if B else C", "?"),
        ("A and B", "?"),
        ("lambda: A", "?"),
        ("not A", "?"),
        ("[A]", "?[A]"),
        ("A,", "?"),
        ("A[", "?"),
        ("A]", "?"),
        ("A |", "?"),
        ("A[\n    B,  # why\n    C,\n]", "A[B, C]"),
        ('"""A"""', "A"),
        ("b'A'", "?"),
        ("True", "?"),
        ("list[A, 1 + 2, B]", "list[A, ?, B]"),
    ],
)
def test_types(text: str, expected: str) -> None:
    assert type_text(parse_type(text)) == expected


def test_deep_and_long_annotations_are_unknown_or_cut() -> None:
    assert type_text(parse_type("A[" * 40 + "]" * 40)).count("A") < 30
    assert parse_type(" | ".join(["A" * 20] * 1000)) == TypeRef("?")
    assert parse_type("'" + "\\'" * 100 + "'") == TypeRef("?")


@given(st.text("AB.,|[]()'\" *", max_size=30))
def test_any_text_is_a_type_or_unknown(text: str) -> None:
    assert isinstance(parse_type(text), TypeRef)


def test_private_names_in_annotations() -> None:
    assert body("class A:\n    x: __B\n    y: 'list[__B]'\n", "A") == ["x: _A__B", "y: list[_A__B]"]


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        ("def g(x: Annotated[A, b(c)] = 1): pass", ["call b(c)"]),
        ("def g() -> Annotated[A, lambda: 1]: pass", []),
        ("x: a().B = 1", ["call a()"]),
        ("x: 'a()' = 1", []),
        ("x: A[b() if c else d()]", ["call b()", "call d()"]),
    ],
)
def test_calls_in_annotations_run_where_they_stand(source: str, calls: list[str]) -> None:
    lines = inside(source)
    assert [line.partition(" = ")[2] for line in lines if "call" in line] == calls


def test_lambdas_in_annotations_are_definitions() -> None:
    assert [one.qualified for one in facts_of("x: A[lambda: 1] = 2\n").definitions] == ["", "<lambda:1>"]
