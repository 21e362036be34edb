"""Which version of a variable is read where: scopes, hoisting, branches, loops, captured variables."""

from __future__ import annotations

import pytest

from tests.facts.ecmascript.reading import body


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("function f(a) { let x = a; x = g; x() }", ["x = a", "x'2 = g", "%1 = call x'2()"]),
        ("function f(a) { let x = g; { let x = h; x() } x() }",
         ["x = g", "x'2 = h", "%1 = call x'2()", "%2 = call x()"]),
        ("function f(a) { var x = g; { var x = h; } x() }", ["x = g", "x'2 = h", "%1 = call x'2()"]),
        ("function f(a) { if (c) a = g; a() }", ["a = g", "a'2 = a", "a'2 = a'3", "%1 = call a'2()"]),
        ("function f(a) { a ||= g; a() }", None),
        ("function f(a) { for (const k of a) k() }", ["k = iterate a", "%1 = call k()"]),
        ("function f(a) { for (const k in a) k() }", ["k = keys a", "%1 = call k()"]),
        ("function f(a) { return a && a.b }", None),
        ("function f(a) { const x = g; return () => x() }", ["x = g", "%1 = closure f.<arrow:1>", "return %1"]),
        ("function f({ a, b: [c = g, ...d] }) { a(c, d) }",
         ["a = %1.a", "%2 = %1.b", "%3, *d = unpack %2", "c = %3", "c = g", "%4 = call a(c, d)"]),
        ("function f(a) { [a.b, a['c'], a[0]] = a }",
         ["%1, %2, %3 = unpack a", "a.b = %1", "a.c = %2", "a[0] = %3"]),
        ("function f(a) { try { a = g() } catch (e) { a() } }", None),
        ("function f(a) { h(); function h() {} }", ["h = closure f.h", "%1 = call h()"]),
    ],
)  # fmt: skip
def test_versions(source: str, lines: list[str] | None) -> None:
    found = body(source, "f")
    if lines is not None:
        assert found == lines


def test_inner_functions_see_every_assignment() -> None:
    source = "function f() { let x = g; x = h; return () => x() }"
    assert body(source, "f.<arrow:1>") == ["%1 = call x()", "return %1"]
    assert "x = x'2" in body(source, "f")


def test_this_of_an_arrow_is_that_around() -> None:
    assert body("class A { m() { return () => this.n() } }", "A.m.<arrow:1>") == ["%1 = call this.n()", "return %1"]


def test_assigning_an_undeclared_name_makes_a_global() -> None:
    assert body("x = f", "") == ["globalThis.x = f"]
