"""Trimmed functions reach the same calls with the same arguments."""

from __future__ import annotations

import ast
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from navigator.slicing.names import Function
from navigator.slicing.trimming import trim

NAMES = st.sampled_from("abcd")
EXPRESSIONS = st.one_of(
    NAMES,
    st.integers(0, 9).map(str),
    st.tuples(NAMES, st.sampled_from("+-*"), NAMES).map(lambda each: " ".join(each)),
    NAMES.map(lambda name: f"side({name!r})"),
)
SIMPLE = st.one_of(
    st.tuples(NAMES, EXPRESSIONS).map(lambda each: f"{each[0]} = {each[1]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda each: f"{each[0]} += {each[1]}"),
    NAMES.map(lambda name: f"box.append({name})"),
    NAMES.map(lambda name: f"noise({name})"),
    EXPRESSIONS.map(lambda text: f"return {text}"),
    st.tuples(NAMES, NAMES).map(lambda each: f"goal({each[0]}, len(box), {each[1]})"),
)


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def compound(block: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    return st.one_of(
        st.tuples(NAMES, block).map(lambda each: [f"if {each[0]} > 3:", *indented(each[1])]),
        st.tuples(NAMES, block, block).map(
            lambda each: [f"if {each[0]} > 3:", *indented(each[1]), "else:", *indented(each[2])]
        ),
        st.tuples(NAMES, block, NAMES, block).map(
            lambda each: [f"if {each[0]} > 3:", *indented(each[1]), f"elif {each[2]}:", *indented(each[3])]
        ),
        st.tuples(NAMES, block).map(lambda each: [f"for {each[0]} in range(2):", *indented(each[1])]),
        st.tuples(block, block).map(
            lambda each: ["try:", *indented(each[0]), "except ZeroDivisionError:", *indented(each[1])]
        ),
    )


BLOCKS = st.recursive(
    st.lists(SIMPLE, min_size=1, max_size=4),
    lambda inner: st.lists(st.one_of(SIMPLE.map(lambda line: [line]), compound(inner)), min_size=1, max_size=4).map(
        lambda parts: [line for part in parts for line in part]
    ),
    max_leaves=6,
)


def calls_of(source: str) -> list[tuple[Any, ...]]:
    """What ``goal`` is called with."""
    found: list[tuple[Any, ...]] = []
    space: dict[str, Any] = {
        "goal": lambda *arguments: found.append(arguments),
        "noise": lambda _: None,
        "side": ord,
    }
    exec(source, space)
    space["f"](1, 2, 5, 7)
    return found


@settings(max_examples=300, deadline=None)
@given(BLOCKS)
def test_the_same_calls(block: list[str]) -> None:
    lines = ["def f(a, b, c, d):", "    box = []", *indented(block)]
    source = "\n".join(lines) + "\n"
    (node,) = ast.parse(source).body
    assert isinstance(node, Function)
    goals = {number for number, line in enumerate(lines, 1) if line.strip().startswith("goal")}
    trimmed = trim(node, goals)
    assert calls_of(ast.unparse(trimmed.node)) == calls_of(source)
    left = list(lines)
    for start, end in trimmed.dropped:
        left[start - 1 : end] = [""] * (end - start + 1)
    for line, indent in trimmed.emptied:
        left[line - 1] = f"{indent}pass"
    text = "\n".join(line for line in left if line)
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(ast.unparse(trimmed.node)))
    assert "noise" not in text


def test_nothing_is_kept_without_need() -> None:
    source = '''\
def f(self, data, n):
    """What it does."""
    log = make_log()
    # Prepared first.
    total = prepare(data)
    for each in data:
        log.write(each)
    if n:
        total += n
    else:
        log.flush()
    with lock:
        goal(total)
        count = 1
    self.count = count
'''
    (node,) = ast.parse(source).body
    assert isinstance(node, Function)
    assert ast.unparse(trim(node, {13}).node).splitlines() == [
        "def f(self, data, n):",
        '    """What it does."""',
        "    total = prepare(data)",
        "    if n:",
        "        total += n",
        "    with lock:",
        "        goal(total)",
    ]
