"""Files with syntax errors keep the facts of their sound parts."""

from __future__ import annotations

import pytest

from navigator.facts import FileFacts, extract

SOUND = """\
import before

class Before:
    def method(self):
        return first(
            second(),
        )

def between(a, b="text"):
    if a:
        return third()
    else:
        fourth()
    return [fifth(x) for x in b]

BROKEN
class After(Before):
    '''text with def inside(): and ( brackets'''

    def method(self):
        super().method()
        return sixth(lambda: seventh())

@eighth
def last():
    return ninth(
1,
2)
"""
DEFINED = ["", "Before", "Before.method", "between", "After", "After.method", "After.method.<lambda:22>", "last"]
CALLED = {"first", "second", "third", "fourth", "fifth", "super", "super().method", "sixth", "seventh", "ninth"}


def called(facts: FileFacts) -> set[str]:
    return {text for text in facts.texts if text and not text.startswith("@")}


def read(broken: str) -> FileFacts:
    return extract(SOUND.replace("BROKEN", broken).encode(), "python")


@pytest.mark.parametrize(
    "broken",
    [
        "x = (1",
        "x = )",
        "x = [1, 2",
        "x = {",
        "f(a b)",
        "f(a,",
        "x = 'unclosed",
        "x = 1 +",
        "x y z",
        "= 3",
        "def",
        "class",
        "def broken(",
        "def broken(a, b:",
        "class Broken(",
        "@broken(",
        "if x",
        "for in y: pass",
        "import",
        "from x import",
        "return return",
        "<<<<<<< HEAD",
        "=======",
        "else:",
        "except E:",
        "lambda x",
        "x = f(\n  y\n  z",
        "f'{'",
        "f'{x'",
        "?",
        "$x = 1",
        "x = 1 if",
        "with open(x) as",
        "while (True:",
        "match x:\n  case [1:",
        "{% if x %}",
        "x = «y»",
        "async x",
        "del",
        "a = yield = b",
        "\\ x",
        "print 'x' 'y' z",
    ],
)
def test_one_broken_statement_costs_only_itself(broken: str) -> None:
    facts = read(broken)
    lines = broken.count("\n")
    expected = [name.replace(":22>", f":{22 + lines}>") for name in DEFINED]
    found = [one.qualified for one in facts.definitions]
    assert [name for name in found if name in expected] == expected
    assert {name.lower() for name in found} - {name.lower() for name in expected} <= {"broken", "<lambda:16>"}
    assert called(facts) >= CALLED
    assert facts.problems
    assert all(16 <= problem.line <= 19 + lines for problem in facts.problems)


@pytest.mark.parametrize("broken", ["if x:", "  indented()", "x = 08", "`x`", "\\", "try:\n  x()", "{{ template }}"])
def test_what_the_grammar_lets_pass_costs_nothing(broken: str) -> None:
    facts = read(broken)
    assert {name.partition(".<")[0] for name in DEFINED} <= {one.qualified for one in facts.definitions}
    assert called(facts) >= CALLED


def test_an_unclosed_string_takes_what_it_takes_in_python() -> None:
    facts = read("x = '''unclosed")
    assert {"Before", "between"} <= {one.qualified for one in facts.definitions}
    assert called(facts) >= {"first", "second", "third", "fourth", "fifth"}
    assert facts.problems


@pytest.mark.parametrize(
    ("source", "names", "calls"),
    [
        ("class A:\n    def f(self):\n        a(\n    def g(self):\n        b()\n", ["A", "A.f", "A.g"], {"b"}),
        (
            "class A:\n    def f(self, x y):\n        a()\n    def g(self):\n        b()\n",
            ["A", "A.f", "A.g"],
            {"a", "b"},
        ),
        ("class A(B C):\n    def f(self):\n        a()\n", ["A", "A.f"], {"a"}),
        ("class A(B:\n    x = 1\n    def f(self):\n        a()\n", ["A", "A.f"], {"a"}),
        ("def f(a:\n    a()\n    b(\n    c()\n", ["f"], {"a", "c"}),
        ("def f(a:\n    a()\n    b(\n    return c()\n", ["f"], {"a", "c"}),
        ("def f(:\n    a()\n", [], {"a"}),
        ("if a(:\n    def f():\n        b()\nelse:\n    c()\n", ["f"], {"b", "c"}),
        ("for x in:\n    b()\nc()\n", [], {"b", "c"}),
        ("try:\n    a()\n    b(]\nexcept E:\n    c()\nfinally:\n    d()\n", [], {"a", "c", "d"}),
        ("try:\n    a()\nexcept (E:\n    c()\nb()\n", [], {"a", "b", "c"}),
        ("@a(\ndef f():\n    b()\n", ["f"], {"b"}),
        ("@a\n@b(\n@c\ndef f():\n    d()\n", ["f"], {"d"}),
        (
            "match x:\n    case 1:\n        a()\n    case [:\n        b()\n    case 3:\n        c()\n",
            [],
            {"a", "b", "c"},
        ),
        (
            "def f():\n    x = {\n        'a': a(),\n        'b': b(\n    }\n    c()\ndef g():\n    d()\n",
            ["f", "g"],
            {"c", "d"},
        ),
        ("def f():\n    return (a()\ndef g():\n    b()\n", ["f", "g"], {"b"}),
        ("x = a(\n    1,\n    2,\n)\ny = b c\nz = d(\n    e(),\n)\n", [], {"a", "d", "e"}),
        ("a(1)\n<<<<<<< HEAD\nb(2)\n=======\nc(3)\n>>>>>>> branch\nd(4)\n", [], {"a", "b", "c", "d"}),
        (
            "class A:\n    x = (\n    def f(self): a()\n\nclass B:\n    def g(self): b()\n",
            ["A", "A.f", "B", "B.g"],
            {"a", "b"},
        ),
        ("x = '''\ndef inside(): a()\n'''\ny = (\ndef f(): b()\n", ["f"], {"b"}),
        ("def f():\n    '''doc\n(\n'''\n    a(\n\ndef g(): b()\n", ["f", "g"], {"b"}),
    ],
)
def test_sound_parts_of_broken_statements(source: str, names: list[str], calls: set[str]) -> None:
    facts = extract(source.encode(), "python")
    assert [one.qualified for one in facts.definitions[1:]] == names
    assert called(facts) == calls
    assert facts.problems


def test_problems_tell_line_and_text() -> None:
    facts = extract(b"a()\nx = (1\ndef f(): pass\n", "python")
    assert [(problem.line, problem.message) for problem in facts.problems] == [(2, "syntax error near 'x = (1'")]


def test_a_sound_file_has_no_problems() -> None:
    assert read("x = 1").problems == ()
    assert extract(b"", "python").problems == ()
    assert extract(b"# only\n\n", "python").problems == ()
    assert extract(b"\\\n", "python").problems == ()


def test_positions_behind_an_error_are_right() -> None:
    facts = extract("é = (1\ndef f(): a('é', b)\n".encode(), "python")
    site = facts.texts.index("a")
    assert facts.sites[4 * site : 4 * site + 4] == (2, 9, 2, 18)


def test_a_line_that_the_grammar_cannot_indent() -> None:
    """The grammar takes a line to the left of its block for the block's end even inside brackets."""
    source = "class A:\n    def f(self):\n        x = (a.\n  b)\n        c()\n    def g(self): d()\n"
    facts = extract(source.encode(), "python")
    assert [one.qualified for one in facts.definitions] == ["", "A", "A.f", "A.g"]
    assert called(facts) == {"c", "d"}
