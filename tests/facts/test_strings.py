"""String constants, f-strings, ``%`` and ``format``."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navigator.facts.python.strings import literal_value
from tests.facts.reading import inside


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("'a'", "a"),
        ('"""a"""', "a"),
        ("r'\\d'", "\\d"),
        ("'\\x41\\u0042'", "AB"),
        ("u'x'", "x"),
        ("'a' 'b' \"c\"", "abc"),
        ("('a'\n'b')", "ab"),
        ("'a' f'b' 'c'", "abc"),
        ("f'{{}}'", "{}"),
    ],
)
def test_constant_strings(literal: str, value: str) -> None:
    assert inside(f"x = {literal}") == [f"%1 = text {value!r}", "x = %1"]


@pytest.mark.parametrize("literal", ["'" + "x" * 201 + "'", "'a b'", "'\\n'", "'\\ud800'", "'\\x'", "''"])
def test_strings_that_name_nothing(literal: str) -> None:
    assert inside(f"x = {literal}") == ["%1 = literal str", "x = %1"]


@given(st.text(max_size=12))
def test_literal_values_are_those_of_python(text: str) -> None:
    for literal in (repr(text), ascii(text)):
        value: object = ast.literal_eval(literal)
        try:
            text.encode()
        except UnicodeEncodeError:
            value = None if "\\" in literal else text
        assert literal_value(literal) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f'n{a}.{b!r:>{c}}' 'z'", ["%1 = format 'n' a '.' b 'z'"]),
        ("rf'\\d{a}\\n'", ["%1 = format '\\\\d' a '\\\\n'"]),
        ("f'\\t{a}'", ["%1 = format '\\t' a"]),
        ("f'{a=}{b}'", ["%1 = format a b"]),
        ("f'{a:{b()}}'", ["%1 = call b()", "%2 = format a"]),
        ("""f'{f"{a}"}'""", ["%1 = format a", "%2 = format %1"]),
        ("f'{a, b}'", ["%1 = tuple {0: a, 1: b}", "%2 = format %1"]),
        ("f'{(lambda: a)()}'", ["%1 = closure f.<lambda:2>", "%2 = call %1()", "%3 = format %2"]),
        ("f'{a}' if b else ''", ["%1 = format a", "%2 = literal str", "%3 = %1", "%3 = %2"]),
    ],
)
def test_f_strings(source: str, expected: list[str]) -> None:
    assert inside(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'%s.%d%%' % (a, b)", ["%1 = format a '.' b '%'"]),
        ("'k%s' % a", ["%1 = format 'k' a"]),
        ("'%5.2f|' % a + b", ["%1 = format a '|'", "%2 = %1 + b"]),
        ("'%(n)s' % a", ["%1 = text '%(n)s'", "%2 = %1 % a"]),
        ("'%s' % (*a,)", ["%1 = text '%s'", "%2 = tuple {*a}", "%3 = %1 % %2"]),
        ("'%*d' % (a, b)", ["%1 = text '%*d'", "%2 = tuple {0: a, 1: b}", "%3 = %1 % %2"]),
        ("'%s%s' % a", ["%1 = text '%s%s'", "%2 = %1 % a"]),
        ("'x' % ()", ["%1 = format 'x'"]),
    ],
)
def test_percent(source: str, expected: list[str]) -> None:
    assert inside(source) == expected


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("'a{}b{}'.format(a, b)", "'a' a 'b' b"),
        ("'{1}{0}{k}{{'.format(a, b, k=c)", "b a c '{'"),
        ("'{0.x}{1!r:>3}'.format(a, b)", "%3 b"),
        ("'{}{}'.format(a)", "a %3"),
        ("('a' '{}').format(a)", "'a' a"),
    ],
)
def test_format(source: str, parts: str) -> None:
    call, made = inside(source)[-2:]
    assert call.startswith("%2 = call %1.format(")
    assert made == f"%2 = format {parts}"


@pytest.mark.parametrize("source", ["'{}'.format(*a)", "a.format(b)", "'x'.format(a)"])
def test_format_of_what_is_unknown_is_only_a_call(source: str) -> None:
    assert "= call " in inside(source)[-1]
