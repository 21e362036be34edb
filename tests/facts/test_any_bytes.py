"""Whatever the bytes, there are facts, they are the same each time, and they survive encoding."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from navigator.facts import FileFacts, decode, encode, extract
from navigator.facts.python.front import read_tree
from navigator.facts.python.nesting import NESTING_LIMIT
from navigator.facts.python.parsing import parse
from navigator.facts.python.scanning import Scan
from navigator.facts.vocabulary import Definition, Instruction
from tests.facts import corpus

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(source: bytes) -> FileFacts:
    """Reads the bytes and checks what every file's facts fulfil."""
    facts = extract(source, "python")
    assert decode(encode(facts)) == facts
    assert len(facts.sites) == 4 * len(facts.texts)
    assert len(facts.slot_lines) == len(facts.slot_names)
    last_line = facts.definitions[0].span.end_line
    assert all(1 <= line <= last_line + 1 for line in facts.sites[0::4])
    for number, definition in enumerate(facts.definitions):
        assert -1 <= definition.parent < max(number, 1)
        check_definition(facts, definition)
    return facts


def check_definition(facts: FileFacts, definition: Definition) -> None:
    first, end = definition.slots
    assert 0 <= first <= end <= len(facts.slot_lines)
    if definition.parent >= 0:
        outer = facts.definitions[definition.parent].slots
        assert outer[0] <= first and end <= outer[1]
    slots = [*definition.variables.values(), *definition.everything.values(), definition.result, definition.elements]
    slots += [parameter.slot for parameter in definition.parameters]
    slots += [parameter.default for parameter in definition.parameters]
    for instruction in definition.body:
        slots += slots_of(instruction)
        assert getattr(instruction, "site", -1) < len(facts.texts)
        assert getattr(instruction, "definition", 0) < len(facts.definitions)
    assert all(-1 <= slot < len(facts.slot_lines) for slot in slots)


SLOT_FIELDS = ("target", "source", "function", "receiver", "index", "against")


def slots_of(instruction: Instruction) -> list[int]:
    """Every slot that an instruction names."""
    slots = [getattr(instruction, field) for field in SLOT_FIELDS if hasattr(instruction, field)]
    for field in ("arguments", "operands", "bases", "spreads", "targets"):
        slots += [slot if slot >= 0 else ~slot for slot in getattr(instruction, field, ())]
    for field in ("elements", "keywords"):
        slots += [slot for _, slot in getattr(instruction, field, ())]
    return slots


@QUICK
@given(st.binary(max_size=300))
def test_random_bytes(source: bytes) -> None:
    check(source)


@QUICK
@given(st.text("abdefilorstx()[]{}:=.,'\"\\\n\t #@*_1", max_size=200))
def test_random_characters_of_python(text: str) -> None:
    check(text.encode())


WORDS = st.sampled_from(
    [
        *"abc x.y f( ) [ ] { } ( , : = == . * ** @ -> := + - % 1 'k' \"\"\" f'{ }' \\ ; # é".split(" "),
        *"def class lambda if elif else for while try except finally with as match case return yield".split(),
        *"global nonlocal import from del raise assert async await not and or in is None True print".split(),
        *"type super() match _".split(),
        *["\n", "\n    ", "\n        ", "\n", "\r\n", "\t", " ", "\f", ":\n    ", ":\n        "],
    ]
)


@QUICK
@given(st.lists(WORDS, max_size=60))
def test_random_words_of_python(words: list[str]) -> None:
    check(" ".join(words).encode())


INSERTED = (
    b"(",
    b")",
    b"[",
    b"{",
    b'"',
    b"'''",
    b"\n",
    b":",
    b"def ",
    b"class ",
    b"    ",
    b"\\",
    b"#",
    b"=",
    b"\xff",
    b"",
)


@pytest.mark.parametrize("seed", range(6))
def test_real_files_mutated(seed: int) -> None:
    rolls = random.Random(seed)
    for file in corpus.sample(300)[seed::20]:
        source = bytearray(file.read_bytes()[:20_000])
        for _ in range(rolls.randrange(1, 6)):
            position = rolls.randrange(len(source) + 1)
            kind = rolls.randrange(4)
            if kind == 0:
                del source[position : position + rolls.randrange(1, 30)]
            elif kind == 1:
                source[position:position] = rolls.choice(
                    [b"(", b")", b"[", b'"', b"'''", b"\n", b":", b"def ", b"    ", b"\xff"]
                )
            elif kind == 2:
                other = rolls.randrange(len(source) + 1)
                source[position:position] = source[other : other + 40]
            else:
                del source[position:]
        check(bytes(source))


@pytest.mark.long
def test_many_real_files_mutated() -> None:
    rolls = random.Random(0)
    for file in corpus.sample(3000):
        source = bytearray(file.read_bytes())
        for _ in range(rolls.randrange(1, 4)):
            position = rolls.randrange(len(source) + 1)
            source[position : position + rolls.randrange(20)] = bytes(
                rolls.choices(b"()[]{}:'\"\n =,x", k=rolls.randrange(4))
            )
        check(bytes(source))


DEEP = {
    "brackets": "(" * 30_000,
    "balanced brackets": "(" * 5_000 + "x" + ")" * 5_000,
    "lists": "[" * 5_000 + "]" * 5_000,
    "calls": "f(" * 5_000 + ")" * 5_000,
    "signs": "-" * 20_000 + "1",
    "negations": "not " * 20_000 + "x",
    "lambdas": "lambda: " * 5_000 + "1",
    "conditions": "a if b else " * 5_000 + "c",
    "blocks": "".join(" " * depth + "if x:\n" for depth in range(400)) + " " * 400 + "y()\n",
    "functions": "".join(" " * depth + "def f():\n" for depth in range(150)) + " " * 150 + "y()\n",
    "f-strings": "f'{" * 1_000 + "x" + "}'" * 1_000,
    "starred": "[*" * 5_000 + "a" + "]" * 5_000,
    "targets": "(" * 5_000 + "x" + ")" * 5_000 + " = y",
    "annotations": "x: " + "A[" * 5_000 + "]" * 5_000,
    "patterns": "match x:\n    case " + "[" * 3_000 + "]" * 3_000 + ": pass\n",
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_costs_only_the_statement_that_is_deep(name: str) -> None:
    facts = check(("before()\n" + DEEP[name] + "\nafter()\n").encode())
    assert "before" in facts.texts
    if name not in ("brackets", "f-strings"):
        assert "after" in facts.texts


NESTED: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "(" * n + "x" + ")" * n,
    "calls": lambda n: "f(" * n + ")" * n,
    "subscripts": lambda n: "a[" * n + "0" + "]" * n,
    "bases": lambda n: "class A(" + "B[" * n + "C" + "]" * n + "): pass",
    "dictionaries": lambda n: "x = " + "{1: " * n + "2" + "}" * n,
    "lambdas": lambda n: "x = " + "lambda: " * n + "1",
    "comprehensions": lambda n: "x = " + "[y for y in " * n + "z" + "]" * n,
    "conditions": lambda n: "x = " + "(a if b else " * n + "c" + ")" * n,
    "disjunctions": lambda n: "if " + "(a or " * n + "b" + ")" * n + ": pass",
    "negations": lambda n: "while " + "not " * n + "x: pass",
    "targets": lambda n: "(" * n + "x" + ",)" * n + " = y",
    "annotations": lambda n: "x: " + "A[" * n + "B" + "]" * n,
    "patterns": lambda n: "match x:\n    case " + "[" * n + "a" + "]" * n + ": pass",
    "class patterns": lambda n: "match x:\n    case " + "A(" * n + "a" + ")" * n + ": pass",
    "blocks": lambda n: "".join(" " * depth + "if x:\n" for depth in range(n)) + " " * n + "y()\n",
    "functions": lambda n: "".join(" " * depth + "def f():\n" for depth in range(n)) + " " * n + "y()\n",
    "classes": lambda n: "".join(" " * depth + "class A:\n" for depth in range(n)) + " " * n + "y()\n",
    "attempts": lambda n: "".join(" " * depth + "try:\n" for depth in range(n)) + " " * n + "y()\n",
    "f-strings": lambda n: "x = " + "f'{" * n + "y" + "}'" * n,
}


@pytest.mark.parametrize("name", NESTED)
def test_the_limit_is_reached_before_the_stack_ends(name: str) -> None:
    """What is read does not depend on how much of the stack a reader uses, so not on whether it is compiled."""
    read: list[int] = []

    def deeper() -> None:
        for levels in range(NESTING_LIMIT // 4, NESTING_LIMIT + 5):
            text = NESTED[name](levels)
            root, broken = parse(text)
            if not broken:
                facts = read_tree(text, root, Scan(text, root), [])
                if not facts.problems:
                    read.append(levels)

    thread = threading.Thread(target=deeper)
    thread.start()
    thread.join()
    assert read == list(range(NESTING_LIMIT // 4, read[-1] + 1))
    assert read[-1] < NESTING_LIMIT


LONG = {
    "chains of attributes": "a" + ".b" * 20_000,
    "chains of calls": "a" + ".b()" * 20_000,
    "sums": " + ".join("a" * 20_000),
    "conjunctions": " and ".join("a" * 20_000),
    "assignments": "a = " * 10_000 + "b",
    "elif": "if a: pass\n" + "elif a == 1: b = 2\n" * 5_000,
    "branches": "if a: b = c\n" * 10_000,
    "loops": "while a:\n" + "    if b: c = d; continue\n" * 5_000,
    "comments": "x = 1\n" + "# comment {\n" * 50_000,
    "continuations": "x = 1 + " + "\\\n" * 50_000 + "2",
    "blank lines": "\n" * 200_000,
    "strings": "'a' " * 20_000,
    "targets": "a, " * 20_000 + "b = c",
    "errors": "x = (\n" * 300,
    "decorators": "@a\n" * 5_000 + "def f(): pass\n",
}


@pytest.mark.parametrize("name", LONG)
def test_long_files_take_time_in_proportion(name: str) -> None:
    started = time.process_time()
    check(LONG[name].encode())
    assert time.process_time() - started < 5


def test_how_deep_the_caller_is_does_not_matter() -> None:
    source = ("x = " + "f(" * 110 + ")" * 110 + "\n" + "g(" * 400 + ")" * 400 + "\nh()\n").encode()
    found: list[FileFacts] = []

    def deep(levels: int) -> None:
        if levels:
            deep(levels - 1)
        else:
            found.append(extract(source, "python"))

    for levels in (0, 300, 700):
        thread = threading.Thread(target=deep, args=(min(levels, sys.getrecursionlimit() - 300),))
        thread.start()
        thread.join()
    assert len(found) == 3
    assert found[0] == found[1] == found[2]
    assert found[0].texts.count("f") == 110
    assert "h" in found[0].texts
    assert [problem.message for problem in found[0].problems] == ["nested too deeply to be read"]
