"""What each kind of expression becomes."""

from __future__ import annotations

import pytest

from tests.facts.reading import body, inside


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1", ["%1 = literal int", "x = %1"]),
        ("x = 'name'", ["%1 = text 'name'", "x = %1"]),
        ("x = 'two words'", ["%1 = literal str", "x = %1"]),
        ("x = ''", ["%1 = literal str", "x = %1"]),
        ("x = a + b * -c", ["%1 = u- c", "%2 = b * %1", "x = a + %2"]),
        ("x = ~a @ b", ["%1 = ~ a", "x = %1 @ b"]),
        ("x = a < b not in c", ["x = a < b", "x = b not in c"]),
        ("x = a is not b", ["%1 = literal bool", "x = %1"]),
        ("x = (((a)))", ["x = a"]),
        ("x = a.b.c", ["%1 = a.b", "x = %1.c"]),
        ("await a.b()", ["%1 = call a.b()", "%2 = await %1"]),
        ("x = (yield a)", ["x = yield a"]),
        ("x = yield from a", ["x = yield from a"]),
        ("yield", ["%1 = literal None", "%2 = yield %1"]),
        ("yield a, b", ["%1 = tuple {0: a, 1: b}", "%2 = yield %1"]),
        # What the grammar does not know is read as the expression behind the star.
        ("x = a, *(b)", ["x = tuple {0: a, 1: b}"]),
        (
            "return *[a()] * 2, *b",
            [
                "%1 = call a()",
                "%2 = list {0: %1}",
                "%3 = literal int",
                "%4 = %2 * %3",
                "%5 = tuple {0: %4, *b}",
                "return %5",
            ],
        ),
        ("x = a if b else c", ["x = a", "x = c"]),
        ("x = lambda p, *q, r=a, **s: p", ["x = closure f.<lambda:2>"]),
        ("'docstring'\n...\n1", []),
        ("f'{a()}'", ["%1 = call a()", "%2 = format %1"]),
    ],
)
def test_values(source: str, expected: list[str]) -> None:
    assert inside(source) == expected


@pytest.mark.parametrize(
    ("constant", "type_name"),
    [
        ("b''", "bytes"),
        ("Rb'x' b'y'", "bytes"),
        ("1.5", "float"),
        ("1e3", "float"),
        ("2j", "complex"),
        ("2.5J", "complex"),
        ("0b1_0", "int"),
        ("-1", "int"),
        ("None", "None"),
        ("True", "bool"),
        ("...", "ellipsis"),
    ],
)
def test_constants(constant: str, type_name: str) -> None:
    assert inside(f"a({constant})") == [f"%1 = literal {type_name}", "%2 = call a(%1)"]


def test_a_definition_has_one_slot_for_equal_constants() -> None:
    assert inside("a(1, 2, 'k', 'k')") == ["%1 = literal int", "%2 = text 'k'", "%3 = call a(%1, %1, %2, %2)"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = [a, *b, c]", ["x = list {0: a, ?: c, *b}"]),
        ("x = a,", ["x = tuple {0: a}"]),
        ("x = ()", ["x = tuple {}"]),
        ("x = {a, *b}", ["x = set {?: a, *b}"]),
        ("x = {'k': a, 1: b, c: a, **b, 'p' 'q': c}", ["x = dict {'k': a, 1: b, ?: a, 'pq': c, *b, key c}"]),
        ("x = [p.q for p in a]", ["p = iterate a", "%1 = p.q", "x = list {?: %1}"]),
        ("x = {p: q for p, q in a}", ["%1 = iterate a", "p, q = unpack %1", "x = dict {?: q, key p}"]),
        ("x = {p for p in a}", ["p = iterate a", "x = set {?: p}"]),
        ("x = (q for p in a for q in p)", ["p = iterate a", "q = iterate p", "x = generator {?: q}"]),
        ("x = [p async for p in a]", ["p = async iterate a", "x = list {?: p}"]),
    ],
)
def test_displays_and_comprehensions(source: str, expected: list[str]) -> None:
    assert inside(source) == expected


@pytest.mark.parametrize(
    ("subscript", "expected"),
    [
        ("a[1]", ["x = a[1]"]),
        ("a[-1]", ["x = a[-1]"]),
        ("a[0x10]", ["x = a[16]"]),
        ("a['k']", ["x = a['k']"]),
        ("a[b]", ["x = a[b]"]),
        ("a[b, c]", ["%1 = tuple {0: b, 1: c}", "x = a[%1]"]),
        ("a[b,]", ["%1 = tuple {0: b}", "x = a[%1]"]),
        ("a[*b]", ["%1 = tuple {*b}", "x = a[%1]"]),
        ("a[1:]", ["x = a[1:]"]),
        ("a[:b]", ["x = a[0:]"]),
        ("a[b:]", ["x = a[?:]"]),
        ("a[::2]", ["x = a[?:]"]),
        ("a[2:b:1]", ["x = a[2:]"]),
        ("a[b:c, 0]", ["%1 = literal slice", "%2 = literal int", "%3 = tuple {0: %1, 1: %2}", "x = a[%3]"]),
        ("a[None]", ["%1 = literal None", "x = a[%1]"]),
        ("a[1 << 70]", ["%1 = literal int", "%2 = %1 << %1", "x = a[%2]"]),
        (f"a[{1 << 70}]", ["%1 = literal int", "x = a[%1]"]),
    ],
)
def test_subscripts(subscript: str, expected: list[str]) -> None:
    assert inside(f"x = {subscript}") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a(b, *c, k=1, **b)", ["%1 = literal int", "%2 = call a(b, *c, k=%1, **b)"]),
        ("a.b.c(b)(c).d", ["%1 = a.b", "%2 = call %1.c(b)", "%3 = call %2(c)", "%4 = %3.d"]),
        ("a(p for p in b)", ["p = iterate b", "%1 = generator {?: p}", "%2 = call a(%1)"]),
        ("a(*b or c)", ["%1 = b where truthy", "%2 = %1", "%2 = c", "%3 = call a(*%2)"]),
        ("a(*b.c()[0])", ["%1 = call b.c()", "%2 = %1[0]", "%3 = call a(*%2)"]),
        ("a(*b + c)", ["%1 = b + c", "%2 = call a(*%1)"]),
        ("a(k := b)", ["k = b", "%1 = call a(k)"]),
        ("print(a)", ["%1 = call print(a)"]),
        ("print >>a, b", []),
        ("type(a).b = c", ["%1 = call type(a)", "%1.b = c"]),
        ("exec(a)", ["%1 = call exec(a)"]),
        ("match(a).b", ["%1 = call match(a)", "%2 = %1.b"]),
    ],
)
def test_calls(source: str, expected: list[str]) -> None:
    assert inside(source) == expected


def test_a_comprehension_variable_does_not_leak() -> None:
    assert inside("p = a\n[p for p in b]\nreturn p") == [
        "p = a",
        "p'2 = iterate b",
        "%1 = list {?: p'2}",
        "return p",
    ]


def test_a_walrus_in_a_comprehension_does() -> None:
    assert inside("[q := p for p in a]\nreturn q") == ["p = iterate a", "q = p", "%1 = list {?: q}", "return q"]


def test_a_walrus_in_a_comprehension_may_not_have_run() -> None:
    assert inside("q = b\n[q := p for p in a]\nreturn q")[-3:] == ["q'3 = q", "q'3 = q'2", "return q'3"]


def test_a_lambda_in_a_comprehension_sees_its_variable() -> None:
    source = "def f(a):\n    return [lambda: p for p in a]\n"
    assert body(source, "f")[0] == "p = iterate a"
    assert body(source, "f.<lambda:2>") == ["return p"]


def test_boolean_operators_give_what_decided() -> None:
    assert inside("return a and b") == ["%1 = a where not truthy", "%2 = %1", "%2 = b", "return %2"]
    assert inside("return a or b or c") == [
        "%1 = a where truthy",
        "%2 = b where truthy",
        "%3 = %1",
        "%3 = %2",
        "%3 = c",
        "return %3",
    ]
    assert inside("return not a") == ["%1 = literal bool", "return %1"]
    assert inside("return a is None or b") == ["%1 = literal bool", "%2 = %1", "%2 = b", "return %2"]
