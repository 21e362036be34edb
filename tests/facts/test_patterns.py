"""``match`` statements."""

from __future__ import annotations

import pytest

from tests.facts.reading import inside


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("x", ["x = a"]),
        ("_", []),
        ("1", []),
        ("-1 | 2.5 | 'k' | None | True | 1+2j", ["%1 = text 'k'"]),
        ("b.c", ["%1 = b.c", "%2 = a == %1"]),
        ("b.c.d", ["%1 = b.c", "%2 = %1.d", "%3 = a == %2"]),
        ("B()", ["%1 = a where instance B"]),
        ("b.C()", ["%1 = b.C", "%2 = a where instance %1"]),
        ("B(x, 1)", ["%1 = a where instance B", "x = %1 match argument 0", "%2 = %1 match argument 1"]),
        ("B(k=x)", ["%1 = a where instance B", "x = %1.k"]),
        ("B(k=C(x))", [
            "%1 = a where instance B",
            "%2 = %1.k",
            "%3 = %2 where instance C",
            "x = %3 match argument 0",
        ]),
        ("B(k=_)", ["%1 = a where instance B", "%2 = %1.k"]),
        ("str(x)", ["%1 = a where instance str", "x = %1"]),
        ("B() as x", ["%1 = a where instance B", "x = a where instance B"]),
        ("(B() as x)", ["%1 = a where instance B", "x = a where instance B"]),
        ("1 as x", ["x = a"]),
        ("[x, *y]", ["x, *y = unpack a"]),
        ("(x, _, *_)", ["x, %1, *%2 = unpack a"]),
        ("x, y", ["x, y = unpack a"]),
        ("x,", ["x = unpack a"]),
        ("[[x]]", ["%1 = unpack a", "x = unpack %1"]),
        ("{'k': x, 2: y, **z}", ["x = a['k']", "y = a[2]", "z = a"]),
        ("{b.c: x}", ["%1 = b.c", "x = a[%1]"]),
        ("{-1: x}", ["x = a[-1]"]),
        ("(x)", ["x = a"]),
        ("[x] | {'k': x}", ["x = unpack a", "x'2 = a['k']"]),
        ("x if b.c()", ["x = a", "%1 = call b.c()"]),
    ],
)  # fmt: skip
def test_patterns(pattern: str, expected: list[str]) -> None:
    assert inside(f"match a:\n    case {pattern}: pass") == expected


def test_cases_narrow_the_subject_and_what_comes_after() -> None:
    lines = inside("match a:\n    case B(): a.x()\n    case C(1): a.y()\n    case _: a.z()\na.w()")
    assert [line for line in lines if " where " in line or "call" in line] == [
        "%1 = a where instance B",
        "a'2 = a where instance B",
        "%2 = call a'2.x()",
        "%3 = a where instance C",
        "a'3 = a where not instance B",
        "a'4 = a'3 where instance C",
        "%5 = call a'4.y()",
        "%6 = call a'3.z()",
        "%7 = call a.w()",
    ]


def test_a_guarded_case_says_nothing_where_it_fails() -> None:
    assert inside("match a:\n    case B() if b: pass\n    case _: a.z()")[-1] == "%2 = call a.z()"


def test_several_subjects() -> None:
    assert inside("match a, b:\n    case x, y: pass") == ["%1 = tuple {0: a, 1: b}", "x, y = unpack %1"]


def test_match_and_case_are_names_elsewhere() -> None:
    assert inside("match = case = a\nmatch.case(case[match])\nmatch(a)") == [
        "match = a",
        "case = a",
        "%1 = case[match]",
        "%2 = call match.case(%1)",
        "%3 = call match(a)",
    ]
