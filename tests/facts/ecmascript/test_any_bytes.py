"""Whatever the bytes, there are facts, they are the same each time, they survive encoding, and it takes no age."""

from __future__ import annotations

import random
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from navigator.facts import FileFacts, decode, encode, extract
from tests.facts.test_any_bytes import check_definition

LANGUAGES = ("javascript", "typescript", "tsx")
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PIECES = (
    "a b.c f( ) ( { } [ ] ; , = => ... ?. ! `${ ` ' \" /* */ // / <T> <A/> function class extends async await yield * "
    "get set static #p new super this if else for while do switch case default: break continue return throw try catch "
    "finally import export from as const let var in of typeof void delete enum namespace interface type declare @d "
    "x: 1 ?? || && += 0n é 🎈 \\u0041 \n"
).split(" ")


def check(source: bytes, language: str) -> FileFacts:
    facts = extract(source, language)
    assert decode(encode(facts)) == facts
    assert len(facts.sites) == 4 * len(facts.texts)
    assert len(facts.slot_lines) == len(facts.slot_names)
    last_line = facts.definitions[0].span.end_line
    assert all(1 <= line <= last_line + 1 for line in facts.sites[0::4])
    for number, definition in enumerate(facts.definitions):
        assert -1 <= definition.parent < max(number, 1)
        check_definition(facts, definition)
    return facts


@QUICK
@given(st.binary(max_size=300), st.sampled_from(LANGUAGES))
def test_bytes(source: bytes, language: str) -> None:
    check(source, language)


@QUICK
@given(st.lists(st.sampled_from(PIECES), max_size=60), st.sampled_from(LANGUAGES))
def test_tokens(pieces: list[str], language: str) -> None:
    source = " ".join(pieces).encode()
    assert check(source, language) == check(source, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing(language: str) -> None:
    assert len(check(b"", language).definitions) == 1


@pytest.mark.parametrize("source", [bytes(range(256)) * 20, b"\x7fELF\x01\x02\x03\0\0"])
def test_binary_data_is_refused(source: bytes) -> None:
    facts = check(source, "javascript")
    assert [problem.message for problem in facts.problems] == ["not read: this is binary data, not text"]


def test_more_than_is_read() -> None:
    facts = check(b"x();\n" * (4 << 20), "javascript")
    assert [problem.message for problem in facts.problems] == ["not read: 20 MB is more than 16 MB"]


def test_minified_code_is_not_read() -> None:
    facts = check(b"function f(a){return g(a),h(a)};" * 40_000, "javascript")
    assert [problem.message for problem in facts.problems] == [
        "not read: minified, 1,250 KB; its source says more than its one-letter names"
    ]
    data = b'const data = "' + b"0123456789" * 20_000 + b'";\nf();\n'
    assert check(data, "javascript").problems == ()


@pytest.mark.parametrize(
    "source", [b"\xef\xbb\xbff()", "f()".encode("utf-16"), b"f()\r\n", b"\nf()\r", b"#!/bin/node\nf()"]
)
def test_marks_and_line_ends(source: bytes) -> None:
    facts = check(source, "javascript")
    assert facts.problems == () and facts.texts.count("f") == 1


def test_text_that_is_no_unicode() -> None:
    facts = check(b"f('\xe9');\ng();\n", "javascript")
    assert facts.problems[0].message.startswith("not utf-8 text")
    assert {"f", "g"} <= set(facts.texts)


DEEP = {
    "parentheses": "(" * 20_000 + "1" + ")" * 20_000,
    "arrays": "x = " + "[" * 5_000 + "]" * 5_000,
    "functions": "(function(){" * 3_000 + "})()" * 3_000,
    "arrows": "x = " + "a=>" * 5_000 + "f()",
    "blocks": "{" * 5_000 + "}" * 5_000,
    "tests": "if (a) " * 5_000 + "f();",
    "calls": "f(" * 5_000 + ")" * 5_000,
    "loops": "function g(a) {" + "for (;;) { a = f(a);" * 400 + "}" * 400 + "}",
}


@pytest.mark.parametrize("form", DEEP)
def test_deep_nesting_costs_one_statement(form: str) -> None:
    facts = check(f"before();\n{DEEP[form]};\nafter();\nfunction later() {{}}\n".encode(), "javascript")
    assert {"before", "after"} <= set(facts.texts)
    assert "later" in {definition.qualified for definition in facts.definitions}
    assert [problem.message for problem in facts.problems] == ["nested too deeply to be read"]
    assert facts == extract_in_a_deep_stack(f"before();\n{DEEP[form]};\nafter();\nfunction later() {{}}\n".encode())


def extract_in_a_deep_stack(source: bytes, depth: int = 400) -> FileFacts:
    return extract(source, "javascript") if not depth else extract_in_a_deep_stack(source, depth - 1)


LONG = {
    "sum": ("x = " + " + ".join(["f()"] * 3_000), 3_000),
    "and": ("x = " + " && ".join(["f()"] * 3_000), 3_000),
    "else if": ("if (a) f();" + "else if (b) f();" * 3_000, 3_001),
    "ternary": ("x = " + "a ? f() : " * 3_000 + "0", 3_000),
    "chain": ("x" + ".f()" * 3_000, 3_000),
    "comma": ("x = (" + ",".join(["f()"] * 3_000) + ")", 3_000),
    "assignments": (" = ".join(f"v{number}" for number in range(3_000)) + " = f()", 1),
}


@pytest.mark.parametrize("form", LONG)
def test_long_expressions_are_read_whole(form: str) -> None:
    source, calls = LONG[form]
    facts = check(source.encode(), "javascript")
    assert facts.problems == ()
    assert sum(bool(text) for text in facts.texts) == calls


def test_a_thread_of_its_own_leaves_none_behind() -> None:
    before = threading.active_count()
    check(DEEP["arrows"].encode(), "javascript")
    assert threading.active_count() == before


@pytest.mark.long
def test_junk() -> None:
    generator = random.Random(7)
    for size in (100, 1_000, 10_000) * 30:
        source = " ".join(generator.choice(PIECES) for _ in range(size)).encode()
        for language in LANGUAGES:
            check(source, language)
