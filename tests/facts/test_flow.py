"""Versions of variables through branches, loops, exceptions."""

from __future__ import annotations

import pytest

from tests.facts.reading import inside


def returned(source: str) -> set[str]:
    """What may be in x after the source: the instructions that made it, tests on the way left out."""
    lines = inside(source + "\nreturn x")
    made: dict[str, list[str]] = {}
    for line in lines:
        targets, _, value = line.partition(" = ")
        for target in targets.split(", "):
            made.setdefault(target, []).append(value.partition(" where ")[0])
    found: set[str] = set()
    seen: set[str] = set()
    pending = [lines[-1].removeprefix("return ")]
    while pending:
        slot = pending.pop()
        if slot in made and slot not in seen:
            seen.add(slot)
            pending += made[slot]
        elif slot not in made:
            found.add(slot)
    return found


@pytest.mark.parametrize(
    ("source", "values"),
    [
        # Branches.
        ("x = A()\nif c: x = B()", {"call A()", "call B()"}),
        ("if c: x = A()\nelse: x = B()", {"call A()", "call B()"}),
        ("x = C()\nif c: x = A()\nelse: x = B()", {"call A()", "call B()"}),
        ("x = C()\nif c: x = A()\nelif b: x = B()", {"call A()", "call B()", "call C()"}),
        ("x = A()\nif c: x = B(); return", {"call A()"}),
        ("x = A()\nif c: x = B(); raise", {"call A()"}),
        ("if c: x = A()\nelse: raise E", {"call A()"}),
        ("x = A()\nif c:\n    if b: x = B()\n    else: return\nelse: x = C()", {"call B()", "call C()"}),
        ("x = A() if c else B()", {"call A()", "call B()"}),
        ("x = A()\nb and (x := C())", {"call A()", "call C()"}),
        ("x = A()\nif b and (x := C()): pass", {"call A()", "call C()"}),
        ("x = A()\nif (x := C()) and b: pass", {"call C()"}),
        # Loops.
        ("x = A()\nfor i in b: x = B()", {"call A()", "call B()"}),
        ("x = A()\nfor i in b:\n    x = B()\n    break\nelse: x = C()", {"call B()", "call C()"}),
        ("x = A()\nfor i in b:\n    if i: x = B(); continue\n    x = C()", {"call A()", "call B()", "call C()"}),
        ("x = A()\nfor i in b:\n    if i: x = B(); break\nelse: raise E", {"call B()"}),
        ("x = A()\nwhile c: x = B()", {"call A()", "call B()"}),
        ("x = A()\nwhile True:\n    x = B()\n    if c: break", {"call B()"}),
        ("x = A()\nwhile 1:\n    if c: break\n    x = B()", {"call A()", "call B()"}),
        ("x = A()\nwhile c:\n    while b: x = B()\n    if c: x = C(); break", {"call A()", "call B()", "call C()"}),
        ("for x in A(): pass", {"iterate %1"}),
        ("x = A()\nfor x in B(): pass", {"call A()", "iterate %1"}),
        ("for i in b:\n    if i: return x\n    x = A()\nx = C()", {"call C()"}),
        # Exceptions.
        ("x = A()\ntry: x = B()\nexcept E: pass", {"call A()", "call B()"}),
        ("x = A()\ntry: x = B()\nexcept E: x = C()", {"call B()", "call C()"}),
        ("x = A()\ntry: x = B()\nexcept E: return", {"call B()"}),
        ("x = A()\ntry: x = B(); x = C()\nexcept E: pass", {"call A()", "call B()", "call C()"}),
        ("try: x = A()\nexcept E: x = B()\nelse: x = C()", {"call B()", "call C()"}),
        ("try: x = A()\nfinally: x = B()", {"call B()"}),
        ("try: x = A()\nexcept E: x = B()\nfinally: C()", {"call A()", "call B()"}),
        ("x = A()\ntry:\n    try: x = B()\n    finally: C()\nexcept E: pass", {"call A()", "call B()"}),
        ("try: x = A()\nexcept* E: x = B()", {"call A()", "call B()"}),
        ("while c:\n    try: x = A(); break\n    except E: x = B()", {"call A()", "call B()"}),
        # With.
        ("x = A()\nwith c: x = B()", {"call B()"}),
        ("x = A()\nwith contextlib.suppress(E): x = B()", {"call A()", "call B()"}),
        ("x = A()\nwith c:\n    x = B()\n    raise E", {"call A()", "call B()"}),
        # Match.
        ("x = A()\nmatch c:\n    case 1: x = B()\n    case 2: x = C()", {"call A()", "call B()", "call C()"}),
        ("x = A()\nmatch c:\n    case 1: x = B()\n    case _: x = C()", {"call B()", "call C()"}),
        ("match c:\n    case [x, 1] | [1, x]: pass\n    case x: pass", {"unpack c", "c"}),
    ],
)  # fmt: skip
def test_what_reaches_the_end(source: str, values: set[str]) -> None:
    assert returned(source) == values


def test_unreachable_code_is_read_and_flows_nowhere() -> None:
    assert inside("x = a\nreturn x\nx = b\nx.c()") == ["x = a", "return x", "x'2 = b", "%1 = call x'2.c()"]
    assert returned("x = a\nwhile c:\n    continue\n    x = b") == {"a"}


def test_finally_sees_every_way_out() -> None:
    source = "x = a\ntry:\n    x = b\n    return\nexcept E:\n    x = c\n    raise\nfinally:\n    x.d()"
    lines = inside(source)
    called = lines[-1].removeprefix("%1 = call ").removesuffix(".d()")
    assert {line.removeprefix(f"{called} = ") for line in lines if line.startswith(f"{called} = ")} == {
        "x",
        "x'2",
        "x'3",
    }


def test_an_exceptions_name_ends_with_its_handler() -> None:
    lines = inside("try: a()\nexcept E as e: e.x()\nreturn e")
    assert lines[:3] == ["%1 = call a()", "e = catch E", "%2 = call e.x()"]
    assert lines[3] == "return e'2"


def test_a_join_is_made_only_where_somebody_reads_it() -> None:
    assert inside("if c: x = a\nelse: x = b") == ["x = a", "x'2 = b"]
    assert inside("for i in a: x = i") == ["i = iterate a", "x = i"]


def test_ten_thousand_branches() -> None:
    lines = inside("\n".join(f"if a: x = {name}" for name in ("a", "b", "c") * 3000) + "\nreturn x")
    assert len(lines) < 40_000
