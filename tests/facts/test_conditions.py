"""What tests tell about variables and access paths."""

from __future__ import annotations

import pytest

from tests.facts.reading import inside


def narrowed(source: str) -> list[str]:
    """The instructions that narrow, and the calls of members."""
    return [line for line in inside(source) if " where " in line or (" = call " in line and "." in line)]


@pytest.mark.parametrize(
    ("test", "held", "failed"),
    [
        ("isinstance(a, B)", "instance B", "not instance B"),
        ("issubclass(a, B)", "subclass B", "not subclass B"),
        ("callable(a)", "callable", "not callable"),
        ("a is None", "none", "not none"),
        ("a is not None", "not none", "none"),
        ("a", "truthy", "not truthy"),
        ("not a", "not truthy", "truthy"),
        ("not (not a)", "truthy", "not truthy"),
        ("(a := b)", "truthy", "not truthy"),
        ("(a := b()) is None", "none", "not none"),
        ("a == 1", "equal %1", None),
        ("a != 'k'", None, "equal %1"),
        ("type(a) is B", "instance B", None),
        ("type(a) != B", None, "instance B"),
        ("hasattr(a, 'n')", "member %1", "not member %1"),
        ("a is b", None, None),
        ("a < 1", None, None),
        ("a == b", None, None),
        ("isinstance(a)", None, None),
        ("isinstance(*a, B)", None, None),
        ("other(a, B)", None, None),
        ("a.isinstance(a, B)", None, None),
        ("b and isinstance(a, B)", "instance B", None),
        ("b or isinstance(a, B)", None, "not instance B"),
        ("not (b or a is None)", "not none", None),
    ],
)
def test_both_branches(test: str, held: str | None, failed: str | None) -> None:
    lines = inside(f"if {test}: a.yes()\nelse: a.no()")
    for name, expected in (("yes", held), ("no", failed)):
        (called,) = [line for line in lines if line.endswith(f".{name}()")]
        receiver = called.partition(" = call ")[2].removesuffix(f".{name}()")
        made = [line for line in lines if line.startswith(f"{receiver} = ")]
        if expected is None:
            assert not any(" where " in line for line in made)
        else:
            assert [line.partition(" where ")[2] for line in made] == [expected]


def test_a_test_that_is_no_builtin_says_nothing() -> None:
    assert inside("isinstance = b\nif isinstance(a, B): a.x()")[-1] == "%2 = call a.x()"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if a is None: return\na.x()", ["a'2 = a where not none", "%1 = call a'2.x()"]),
        ("if a is None: raise E\na.x()", ["a'2 = a where not none", "%1 = call a'2.x()"]),
        ("for a in b:\n    if a is None: continue\n    a.x()", ["a'3 = a'2 where not none", "%1 = call a'3.x()"]),
        ("assert a is not None\na.x()", ["a'2 = a where not none", "%1 = call a'2.x()"]),
        ("while a is None: a = b\na.x()", ["a'4 = a'3 where not none", "%1 = call a'4.x()"]),
        ("x = a.x() if a else a.y()", [
            "a'2 = a where truthy",
            "%1 = call a'2.x()",
            "a'3 = a where not truthy",
            "%2 = call a'3.y()",
        ]),
        ("x = [p.x() for p in a if p]", ["p'2 = p where truthy", "%1 = call p'2.x()"]),
        ("x = a and a.x()", ["%1 = a where not truthy", "a'2 = a where truthy", "%2 = call a'2.x()"]),
        ("x = a is None or a.x()", ["a'2 = a where not none", "%2 = call a'2.x()"]),
        ("if a and a.x(): a.y()", ["a'2 = a where truthy", "%1 = call a'2.x()", "%2 = call a'2.y()"]),
    ],
)  # fmt: skip
def test_where_tests_hold(source: str, expected: list[str]) -> None:
    assert narrowed(source) == expected


def test_branches_that_cover_everything_meet_as_before() -> None:
    assert narrowed("if isinstance(a, B): a.x()\nelse: a.y()\na.z()")[-1] == "%4 = call a.z()"
    assert narrowed("if isinstance(a, B): a.x()\na.z()")[-1] == "%3 = call a.z()"
    source = "if isinstance(a, B): pass\nelif isinstance(a, C): pass\nelse: raise E\na.z()"
    assert narrowed(source) == [
        "a'2 = a where not instance B",
        "a'3 = a where instance B",
        "a'4 = a'2 where instance C",
        "%3 = call a'5.z()",
    ]


@pytest.mark.parametrize(
    ("source", "tests"),
    [
        ("if a.x is not None: a.x.y()", ["not none"]),
        ("if a.x and isinstance(a.x, B): a.x.y()", ["truthy", "instance B"]),
        ("if a.x.z is None: return\na.x.z.y()", ["not none"]),
        ("if a.x is not None:\n    a.x = b\n    a.x.y()", []),
        ("if a.x.z is not None:\n    a.x = b\n    a.x.z.y()", []),
        ("if a.x is not None:\n    a = b\n    a.x.y()", []),
        ("if a.x is not None: pass\na.x.y()", []),
        ("if a.x is not None:\n    while b:\n        a.x.y()\n        a.x = c", []),
        ("if a.x: b.x.y()", []),
    ],
)
def test_access_paths(source: str, tests: list[str]) -> None:
    lines = inside(source)
    index = next(number for number, line in enumerate(lines) if line.endswith(".y()"))
    receiver = lines[index].partition(" = call ")[2].removesuffix(".y()")
    found = []
    for line in reversed(lines[:index]):
        if line.startswith(f"{receiver} = ") and " where " in line:
            receiver, _, test = line.partition(" = ")[2].partition(" where ")
            found.insert(0, test)
    assert found == tests


def test_names_of_outer_scopes() -> None:
    assert inside("if g is not None: g.x()\ng.y()") == ["g = g where not none", "%1 = call g.x()", "%2 = call g.y()"]
    assert inside("global g\nif g is None: g = a\ng.x()") == ["g = a", "%1 = call g.x()"]


def test_a_member_is_read_at_each_place_also_where_it_is_narrowed() -> None:
    """A property runs each time."""
    assert [line for line in inside("if a.p: a.p\n") if line.endswith("a.p")] == ["%1 = a.p", "%2 = a.p"]
