"""What definitions are called, and which there are."""

from __future__ import annotations

import pytest

from navigator.facts import extract
from tests.facts.ecmascript.reading import facts_of, qualified


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("function f() { function g() {} }", ["f", "f.g"]),
        ("const f = () => 1, g = function () {}", ["f", "g"]),
        ("const f = function inner() {}", ["inner"]),
        ("run(() => 1)\nrun(function () { return () => 2 })", ["<arrow:1>", "<function:2>", "<arrow:2>"]),
        ("const o = { m() {}, get v() { return 1 }, f: () => 1, p: { q() {} } }", ["o.m", "o.v", "o.f", "o.p.q"]),
        ("run({ m() {} })", ["m"]),
        ("class A { constructor() {} m() {} static s() {} #p() {} f = () => 1 }",
         ["A", "A.constructor", "A.m", "A.s", "A.#p", "A.f"]),
        ("class A { get v() { return 1 } set v(x) {} }", ["A", "A.v", "A.v"]),
        ("const B = class { m() {} }", ["B", "B.m"]),
        ("run(class { m() {} })", ["<class:1>", "<class:1>.m"]),
        ("export default function () {}", ["default"]),
        ("export default class { m() {} }", ["default", "default.m"]),
        ("export default () => 1", ["default"]),
        ("A.prototype.m = function () {}", ["A.m"]),
        ("A.prototype = { m() {} }", ["A.m"]),
        ("exports.f = function () {}\nmodule.exports.g = () => 1", ["f", "g"]),
        ("this.f = function () {}\na.b.c = () => 1", ["<function:1>", "<arrow:2>"]),
        ("class A { [k()]() {} ['x']() {} [Symbol.iterator]() {} }", ["A", "A.[k()]", "A.x", "A.[Symbol.iterator]"]),
        ("let { f = () => 1 } = o\nfunction g(h = () => 2) {}", ["f", "g", "g.h"]),
        ("namespace N { export function f() {} }", ["N", "N.f"]),
        ("namespace N.M { function f() {} }", ["N.M", "N.M.f"]),
        ("function f(x: string): void;\nfunction f(x: any) {}", ["f"]),
        ("declare function f(): void", ["f"]),
        ("declare class A { m(): void }", ["A", "A.m"]),
        ("abstract class A { abstract m(): void; n(): void; n() {} }", ["A", "A.n"]),
        ("interface I { m(): void }\ntype T = () => void", []),
    ],
)  # fmt: skip
def test_names(source: str, names: list[str]) -> None:
    assert qualified(source) == names


def test_later_definitions_are_numbered() -> None:
    facts = facts_of("function f() {} function f() {}\nrun(() => 1, () => 2)")
    assert [(d.qualified, d.ordinal) for d in facts.definitions[1:]] == [
        ("f", 1),
        ("f", 2),
        ("<arrow:2>", 1),
        ("<arrow:2>", 2),
    ]


def test_what_is_around_an_error_is_read() -> None:
    for broken in ("let x = ;", "foo(1, 2", "if (x { y() }", "class E { m( { }", "}", "@@@", "const o = {a: 1 b: 2}"):
        facts = extract(f"function before() {{}}\n{broken}\nfunction after() {{ return g() }}\n".encode(), "typescript")
        assert facts.problems, broken
        assert {"before", "after"} <= {d.qualified.rpartition(".")[2] for d in facts.definitions}, broken
        assert "g" in facts.texts, broken


def test_flow_annotations_in_javascript() -> None:
    assert qualified("function f(x: number): string { return g(x) }", "javascript") == ["f"]


def test_comparisons_in_javascript_are_no_type_arguments() -> None:
    facts = facts_of("f(a<b,c>(d))", "javascript")
    assert [text for text in facts.texts if text] == ["f"]
