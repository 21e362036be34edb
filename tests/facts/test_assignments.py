"""Assignments of every shape."""

from __future__ import annotations

import pytest

from navigator.facts import extract
from tests.facts.reading import body, definition_of, facts_of, inside


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = y = a()", ["x = call a()", "y = x"]),
        ("(x) = a", ["x = a"]),
        ("(x,) = a", ["x = unpack a"]),
        ("x, y = b, a", ["x = b", "y = a"]),
        ("a, b = b, a", ["a'2 = b", "b'2 = a"]),
        ("x, y = a", ["x, y = unpack a"]),
        ("[x, *y] = a", ["x, *y = unpack a"]),
        ("*x, y = a, b, c", ["%1 = tuple {0: a, 1: b, 2: c}", "*x, y = unpack %1"]),
        ("x, (y, *z), a.w, b[0] = c", [
            "x, %1, %2, %3 = unpack c",
            "y, *z = unpack %1",
            "a.w = %2",
            "b[0] = %3",
        ]),
        ("a.x, b = c, a", ["a.x = c", "b'2 = a"]),
        ("a.x += b", ["%1 = a.x", "%2 = %1 += b", "a.x = %2"]),
        ("a[b] -= c", ["%1 = a[b]", "%2 = %1 -= c", "a[b] = %2"]),
        ("a @= b", ["a'2 = a @= b"]),
        ("a[1:2] = b", ["%1 = literal slice", "%2 = iterate b", "a[%1] = %2"]),
        ("a['k'] = b", ["a['k'] = b"]),
        ("del a[0], a.x, b", ["del a[0]", "del a.x"]),
        ("del (a.x, [b[c]])", ["del a.x", "del b[c]"]),
        ("for a.x in b: pass", ["%1 = iterate b", "a.x = %1"]),
        ("for x, *y in a, b: pass", ["%1 = tuple {0: a, 1: b}", "%2 = iterate %1", "x, *y = unpack %2"]),
        ("async for x in a: pass", ["x = async iterate a"]),
        ("with a as x, b.c() as (y, z), c: x.d()", [
            "x = enter a",
            "%1 = call b.c()",
            "%2 = enter %1",
            "y, z = unpack %2",
            "%3 = enter c",
            "%4 = call x.d()",
        ]),
        ("with (a as x, b as a.y,): pass", ["x = enter a", "%1 = enter b", "a.y = %1"]),
        ("with (a, b) as x: pass", ["%1 = tuple {0: a, 1: b}", "x = enter %1"]),
        ("with (a): pass", ["%1 = enter a"]),
        ("async with a: pass", ["%1 = async enter a"]),
    ],
)  # fmt: skip
def test_shapes(source: str, expected: list[str]) -> None:
    assert inside(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x: int = a", ["x: int", "x = a"]),
        ("x: 'list[Foo]'\nx = a\nx = b", ["x: list[Foo]", "x = a", "x'2: list[Foo]", "x'2 = b"]),
        ("x: int = a()", ["x = call a()", "x: int"]),
        ("a.x: B.C = b", ["x = b", "x: B.C", "a.x = x"]),
        ("a.x: B = b()", ["%1 = call b()", "%1: B", "a.x = %1"]),
        ("a.x: B", ["x: B", "a.x = x"]),
        ("a[0]: B = c", ["%1 = c", "%1: B", "a[0] = %1"]),
        ("x: int", []),
        ("(x): int", []),
    ],
)
def test_annotated(source: str, expected: list[str]) -> None:
    assert inside(source) == expected


def test_a_declaration_without_value_is_a_variable_of_a_class_or_module() -> None:
    facts = facts_of("y: int\nclass A:\n    x: 'B'\n")
    assert list(definition_of(facts, "").variables) == ["y", "A"]
    assert list(definition_of(facts, "A").variables) == ["x"]
    assert body("class A:\n    x: 'B'\n", "A") == ["x: B"]


@pytest.mark.parametrize(
    ("source", "exports"),
    [
        ("__all__ = ['a', 'b']", ("a", "b")),
        ("__all__ = 'a', 'b'", ("a", "b")),
        ("__all__ = ['a'] + ['b']", ("a", "b")),
        ("__all__: list[str] = ['a']", ("a",)),
        ("__all__ = ['a']\n__all__ += ['b']", ("a", "b")),
        ("__all__ = ['a']\n__all__ = __all__ + ['b']", ("a", "b")),
        ("__all__ = ['a']\n__all__.append('b')\n__all__.extend(('c',))\n__all__.remove('a')", ("b", "c")),
        ("__all__ = ['a']\n__all__ += other.__all__", None),
        ("__all__ = [name for name in dir()]", None),
        ("__all__ = ['a']\n__all__.sort()", ("a",)),
        ("x = 1", None),
        ("class A:\n    __all__ = ['a']", None),
    ],
)
def test_exports(source: str, exports: tuple[str, ...] | None) -> None:
    assert extract(source.encode(), "python").definitions[0].exports == exports
