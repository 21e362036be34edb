"""Lines and columns: wide characters, line ends, form feeds, tabs, encodings."""

from __future__ import annotations

import codecs

import pytest

from navigator.facts import FileFacts, extract
from navigator.facts.vocabulary import CallMember


def calls(facts: FileFacts) -> dict[str, tuple[int, ...]]:
    """The position of each call by its callee's text."""
    return {text: facts.sites[4 * number : 4 * number + 4] for number, text in enumerate(facts.texts) if text}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a()", (1, 0, 1, 3)),
        ("'é'; a()", (1, 5, 1, 8)),
        ("'日本'; a()", (1, 6, 1, 9)),
        ("'😀'; a()", (1, 5, 1, 8)),
        ("'e\u0301'; a()", (1, 6, 1, 9)),
        ("x = 1  # é\na()", (2, 0, 2, 3)),
        ("# é {\n\n'é';a('é',\n b)", (3, 4, 4, 3)),
        ("é = 1; a()", (1, 7, 1, 10)),
        ("\r\n\r\na()\r\n", (3, 0, 3, 3)),
        ("x\ra()\r", (2, 0, 2, 3)),
        ("x\r\n\n\ra()", (4, 0, 4, 3)),
        ("\x0ca()", (1, 1, 1, 4)),
        ("if x:\n\ty\n\x0c\ta()", (3, 2, 3, 5)),
        ("if x:\n\ta()", (2, 1, 2, 4)),
        ("x = [\n  1,\n\ta()]", (3, 1, 3, 4)),
        ("x = \\\n  a()", (2, 2, 2, 5)),
        ("'''\n\n'''; a()", (3, 5, 3, 8)),
        ("a(\n)", (1, 0, 2, 1)),
        ("(a)()", None),
        ("\ufeffa()", (1, 0, 1, 3)),
    ],
)
def test_calls(source: str, expected: tuple[int, ...] | None) -> None:
    if expected is None:
        assert calls(extract(source.encode(), "python")) == {"(a)": (1, 0, 1, 5)}
    else:
        assert calls(extract(source.encode(), "python")) == {"a": expected}


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("# coding: latin-1\n'\xe9'; \xe9()".encode("latin-1"), "é", (2, 5, 2, 8)),
        ("#!x\n# -*- coding: cp1251 -*-\nж()".encode("cp1251"), "ж", (3, 0, 3, 3)),
        ("# vim: set fileencoding=euc-jp :\n日()".encode("euc-jp"), "日", (2, 0, 2, 3)),
        (codecs.BOM_UTF8 + "# coding: utf-8\né()".encode(), "é", (2, 0, 2, 3)),
        ("# coding: latin-1\r\n\xe9()\r\n".encode("latin-1"), "é", (2, 0, 2, 3)),
        ("x = 1\n# coding: latin-1\né()".encode(), "é", (3, 0, 3, 3)),
    ],
)
def test_encodings(source: bytes, name: str, expected: tuple[int, ...]) -> None:
    facts = extract(source, "python")
    assert facts.problems == ()
    assert calls(facts) == {name: expected}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"# coding: nonsense\na()", "unknown encoding 'nonsense'"),
        (b"# coding: punycode\na()", "unsupported encoding 'punycode'"),
        (b"# coding: zlib\na()", "cannot decode as zlib"),
        (b"'\xff'\na()", "not utf-8 text: invalid start byte"),
        (b"# coding: ascii\n'\xe9'\na()", "not ascii text: ordinal not in range(128)"),
    ],
)
def test_text_that_cannot_be_decoded_is_read_all_the_same(source: bytes, message: str) -> None:
    facts = extract(source, "python")
    assert [problem.message for problem in facts.problems] == [message]
    assert "a" in calls(facts)


@pytest.mark.parametrize("source", [b"a()\0", b"\x01\x02\x03\x04a()" * 5, b"\x7fELF" + bytes(range(256))])
def test_binary_data_is_not_read(source: bytes) -> None:
    facts = extract(source, "python")
    assert [problem.message for problem in facts.problems] == ["not read: this is binary data, not text"]
    assert facts.sites == ()


def test_a_huge_file_is_not_read() -> None:
    facts = extract(b"a()\n" * (5 << 20), "python")
    assert [problem.message for problem in facts.problems] == ["not read: 20 MB is more than 16 MB"]


def test_the_text_of_a_callee_is_one_line_of_at_most_sixty_characters() -> None:
    assert list(calls(extract(b"a.\\\n   b.c()", "python"))) == ["a.\\ b.c"]
    (text,) = calls(extract(b"a" * 100 + b"()", "python"))
    assert text == "a" * 59 + "…"
    assert list(calls(extract("ｆ.é()".encode(), "python"))) == ["ｆ.é"]


def test_slots_know_their_lines() -> None:
    facts = extract(
        b"x = 1\ny = (\n  a.b(\n    c.d(),\n  ))\ndef f(p,\n    q): pass\nif x: y = 2\nprint(y)\n", "python"
    )
    lines = {}
    for slot, name in enumerate(facts.slot_names):
        if name:
            lines.setdefault(name, set()).add(facts.slot_lines[slot])
    assert lines["x"] == {1}
    assert {3, 8} <= lines["y"]
    assert lines["f"] == {6} and lines["p"] == {6} and lines["q"] == {7}
    called = {
        one.name: facts.slot_lines[one.target] for one in facts.definitions[0].body if isinstance(one, CallMember)
    }
    assert called == {"b": 3, "d": 4}


@pytest.mark.parametrize(
    ("source", "span"),
    [
        ("def f(): pass", (1, 0, 1, 13)),
        ("async def f():\n  x\n\n  # comment\n\ny", (1, 0, 2, 3)),
        ("@d\ndef f():\n  if x:\n    y = '''\n'''\n", (2, 0, 5, 3)),
        ("def f(): x; y;", (1, 0, 1, 14)),
        ("class A:\n  def f(self): pass\n  x = 1 ;\n", (1, 0, 3, 9)),
        ("x = [lambda: 日()]", (1, 5, 1, 16)),
        ("def f():\n  try: a\n  finally:\n    b  # c\n  # d\n", (1, 0, 4, 5)),
        ("def f():\n  match x:\n    case 1:\n      y\n", (1, 0, 4, 7)),
    ],
)
def test_spans_of_definitions(source: str, span: tuple[int, ...]) -> None:
    found = extract(source.encode(), "python").definitions[1].span
    assert (found.line, found.column, found.end_line, found.end_column) == span


def test_the_span_of_the_module_is_the_file() -> None:
    span = extract("a\nbé".encode(), "python").definitions[0].span
    assert (span.line, span.column, span.end_line, span.end_column) == (1, 0, 2, 2)
