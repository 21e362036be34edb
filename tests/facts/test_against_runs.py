"""Random programs are run, and whatever a variable held at a place is among what the facts say may be there."""

from __future__ import annotations

import contextlib
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from navigator.facts import FileFacts, extract
from navigator.facts.vocabulary import Call, Collection, Iterate, Move, Narrow, Text

NAMES = st.sampled_from(["x", "y", "z"])
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=2000)


TESTS = ["decide()", "not decide()", "{0} is None", "{0} == 'v1'", "isinstance({0}, str)", "{0}"]


class Program:
    """Lines of a program; every constant and every place where a value is shown has a number."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.count = 0

    def number(self) -> int:
        self.count += 1
        return self.count

    def add(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def source(self) -> str:
        return "\n".join(self.lines) + "\n"


class Writer:
    """Writes random statements; ``kinds`` are those allowed."""

    def __init__(self, draw: Callable[..., object], kinds: list[str]) -> None:
        self.draw = draw
        self.kinds = kinds
        self.program = Program()

    def name(self) -> str:
        return str(self.draw(NAMES))

    def block(self, depth: int, loops: int, functions: int) -> None:
        """One to four statements; ``loops`` and ``functions`` tell how many are open."""
        for _ in range(int(self.draw(st.integers(1, 4)))):  # type: ignore[call-overload]
            self.statement(depth, loops, functions)

    def statement(self, depth: int, loops: int, functions: int) -> None:
        kinds = [kind for kind in self.kinds if depth < 5 or kind.partition("_")[0] in ("assign", "copy", "show")]
        if not loops:
            kinds = [kind for kind in kinds if kind not in ("break", "continue")]
        if not functions:
            kinds = [kind for kind in kinds if kind not in ("return", "nonlocal")]
        getattr(self, "write_" + str(self.draw(st.sampled_from(kinds))))(depth, loops, functions)

    def write_assign(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, f"{self.name()} = 'v{self.program.number()}'")

    def write_copy(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, f"{self.name()} = {self.name()}")

    def write_swap(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, f"{self.name()}, {self.name()} = {self.name()}, {self.name()}")

    def write_choose(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, f"{self.name()} = {self.name()} if decide() else {self.name()}")

    def write_walrus(self, depth: int, loops: int, functions: int) -> None:
        number = self.program.number()
        self.program.add(
            depth, f"decide() and ({self.name()} := 'v{number}') or decide() and ({self.name()} := {self.name()})"
        )

    def write_show(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, f"show{self.program.number()}({self.name()})")

    def write_if(self, depth: int, loops: int, functions: int) -> None:
        test = self.draw(
            st.sampled_from(["decide()", "not decide()", "{0} is None", "{0} == 'v1'", "isinstance({0}, str)", "{0}"])
        )
        self.program.add(depth, f"if {str(test).format(self.name())}:")
        self.block(depth + 1, loops, functions)
        if self.draw(st.booleans()):
            self.program.add(depth, "elif decide():")
            self.block(depth + 1, loops, functions)
        if self.draw(st.booleans()):
            self.program.add(depth, "else:")
            self.block(depth + 1, loops, functions)

    def write_while(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(
            depth, str(self.draw(st.sampled_from(["while decide():", "while more():", "for _ in range(2):"])))
        )
        self.block(depth + 1, loops + 1, functions)
        if self.draw(st.booleans()):
            self.program.add(depth, "else:")
            self.block(depth + 1, loops, functions)

    def write_for(self, depth: int, loops: int, functions: int) -> None:
        first, second = self.program.number(), self.program.number()
        self.program.add(depth, f"for {self.name()} in ('v{first}', 'v{second}') if decide() else ():")
        self.block(depth + 1, loops + 1, functions)

    def write_break(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, "if decide(): break")

    def write_continue(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, "if decide(): continue")

    def write_return(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, "if decide(): return")

    def write_fail(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, "fail()")

    def write_try(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, "try:")
        self.block(depth + 1, loops, functions)
        final = self.draw(st.booleans())
        if self.draw(st.booleans()) or not final:
            self.program.add(depth, "except Exception:")
            self.block(depth + 1, loops, functions)
            if self.draw(st.booleans()):
                self.program.add(depth, "else:")
                self.block(depth + 1, loops, functions)
        if final:
            self.program.add(depth, "finally:")
            self.block(depth + 1, 0, functions)

    def write_with(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, str(self.draw(st.sampled_from(["with context():", "with suppress(Exception):"]))))
        self.block(depth + 1, loops, functions)

    def write_match(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, f"match {self.name()}:")
        for pattern in ("'v1' | 'v2'", f"str() as {self.name()} if decide()", self.name()):
            self.program.add(depth + 1, f"case {pattern}:")
            self.block(depth + 2, loops, functions)

    def write_function(self, depth: int, loops: int, functions: int) -> None:
        name = f"f{self.program.number()}"
        self.program.add(depth, f"def {name}():")
        kind = self.draw(st.sampled_from(["nonlocal" if functions else "global", "read", "local"]))
        if kind in ("nonlocal", "global"):
            self.program.add(depth + 1, f"{kind} x")
            body = Writer(self.draw, ["assign_x", "show_x"])
        elif kind == "read":
            body = Writer(self.draw, ["show"])
        else:
            self.program.add(depth + 1, "x = y = z = 'v0'")
            body = Writer(self.draw, self.kinds)
        body.program = self.program
        body.block(depth + 1, 0, functions + 1)
        self.write_statement_between(depth, loops, functions)
        self.program.add(depth, f"{name}()")

    def write_class(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, f"class C{self.program.number()}:")
        body = Writer(self.draw, ["assign", "copy", "swap", "show"])
        body.program = self.program
        body.block(depth + 1, 0, functions)

    def write_delete(self, depth: int, loops: int, functions: int) -> None:
        name = self.name()
        self.program.add(depth, f"del {name}")
        self.write_statement_between(depth, loops, functions)
        self.program.add(depth, f"{name} = 'v{self.program.number()}'")

    def write_statement_between(self, depth: int, loops: int, functions: int) -> None:
        if self.draw(st.booleans()):
            self.write_assign(depth, loops, functions)

    def write_assign_x(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, f"x = 'v{self.program.number()}'")

    def write_show_x(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, f"show{self.program.number()}(x)")

    def write_comprehension(self, depth: int, loops: int, functions: int) -> None:
        name = self.name()
        self.program.add(
            depth, f"[show{self.program.number()}({self.name()}) for {name} in forever('v{self.program.number()}')]"
        )

    def write_lambda(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, f"g = lambda: show{self.program.number()}({self.name()})")
        self.write_statement_between(depth, loops, functions)
        self.program.add(depth, "g()")


EVERYTHING = [name.removeprefix("write_") for name in vars(Writer) if name.startswith("write_")]
EVERYTHING = [kind for kind in EVERYTHING if kind not in ("statement_between", "assign_x", "show_x", "nonlocal")]
BRANCHES = ["assign", "copy", "swap", "choose", "show", "decided"]


@st.composite
def programs(draw: Callable[..., object], in_function: bool) -> str:
    """A program that starts with its variables bound."""
    writer = Writer(draw, EVERYTHING)
    depth = 0
    if in_function:
        writer.program.add(0, "def main():")
        depth = 1
    writer.program.add(depth, "x = y = z = 'v0'")
    writer.block(depth, 0, depth)
    writer.block(depth, 0, depth)
    for name in "xyz":
        writer.program.add(depth, f"show{writer.program.number()}({name})")
    if in_function:
        writer.program.add(0, "main()")
    return writer.program.source()


class Failure(Exception):
    """Raised where a program may fail."""


class Context:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def run(source: str, decisions: Iterator[bool]) -> dict[str, set[str]]:
    """What each place has shown in one run, in which the decisions are taken in turn, and false in the end."""
    shown: dict[str, set[str]] = {}
    steps = itertools.count()

    def decide() -> bool:
        if next(steps) > 300:
            raise Failure
        return next(decisions, False)

    def fail() -> None:
        if decide():
            raise Failure

    class Names(dict[str, object]):
        def __missing__(self, name: str) -> object:
            if name.startswith("show"):
                return lambda value: shown.setdefault(name, set()).add(value)
            raise KeyError(name)

    names = Names(
        decide=decide,
        fail=fail,
        context=Context,
        suppress=contextlib.suppress,
    )
    count = source.count("show")
    for number in range(1, 40 * count):
        if f"show{number}(" in source:
            names[f"show{number}"] = names[f"show{number}"]
    with contextlib.suppress(Failure, UnboundLocalError, NameError):
        exec(compile(source, "program.py", "exec"), names)
    return shown


def told(facts: FileFacts) -> dict[str, set[str]]:
    """What the facts say each place may show: constants follow moves, tests, and iteration over displays."""
    held: dict[int, set[str | int]] = defaultdict(set)
    """For each slot the constants in it, and as numbers the slots that elements of displays in it come from."""
    moves: list[tuple[int, int]] = []
    iterations: list[tuple[int, int]] = []
    shows: list[tuple[str, int]] = []
    for definition in facts.definitions:
        for instruction in definition.body:
            if isinstance(instruction, Text):
                held[instruction.target].add(instruction.value)
            elif isinstance(instruction, Collection):
                held[instruction.target].update(slot for _, slot in instruction.elements)
            elif isinstance(instruction, Move | Narrow):
                moves.append((instruction.target, instruction.source))
            elif isinstance(instruction, Iterate):
                iterations.append((instruction.target, instruction.source))
            elif isinstance(instruction, Call) and facts.texts[instruction.site].startswith("show"):
                shows.append((facts.texts[instruction.site], instruction.arguments[0]))
    before = -1
    while before != (before := sum(map(len, held.values()))):
        for target, source in moves:
            held[target] |= held[source]
        for target, source in iterations:
            for element in [value for value in held[source] if isinstance(value, int)]:
                held[target] |= held[element]
    return {name: {value for value in held[slot] if isinstance(value, str)} for name, slot in shows}


def check(source: str, decisions: list[list[bool]]) -> None:
    """Runs the program with each list of decisions, and compares."""
    facts = extract(source.encode(), "python")
    assert facts.problems == ()
    static = told(facts)
    for taken in decisions:
        for name, values in run(source, iter(taken)).items():
            assert values <= static[name], name


DECISIONS = st.lists(st.lists(st.booleans(), max_size=30), min_size=3, max_size=6)


@FEW
@given(programs(in_function=True), DECISIONS)
def test_functions(source: str, decisions: list[list[bool]]) -> None:
    check(source, decisions)


@FEW
@given(programs(in_function=False), DECISIONS)
def test_modules(source: str, decisions: list[list[bool]]) -> None:
    check(source, decisions)


@pytest.mark.long
@MANY
@given(st.booleans().flatmap(programs), DECISIONS)
def test_many(source: str, decisions: list[list[bool]]) -> None:
    check(source, decisions)


class BranchWriter(Writer):
    """Writes branches alone, each way of which some run takes."""

    def write_decided(self, depth: int, loops: int, functions: int) -> None:
        self.program.add(depth, "if decide():")
        self.block(depth + 1, loops, functions)
        if self.draw(st.booleans()):
            self.program.add(depth, "else:")
            self.block(depth + 1, loops, functions)


@st.composite
def branches(draw: Callable[..., object]) -> str:
    """A function of assignments and branches."""
    writer = BranchWriter(draw, BRANCHES)
    writer.program.add(0, "def main():")
    writer.program.add(1, "x = y = z = 'v0'")
    writer.block(1, 0, 1)
    for name in "xyz":
        writer.program.add(1, f"show{writer.program.number()}({name})")
    writer.program.add(0, "main()")
    return writer.program.source()


@FEW
@given(branches())
def test_branches_are_followed_exactly(source: str) -> None:
    """Every value told for a place is there in some run."""
    decided = source.count("decide()")
    if decided > 8:
        return
    static = told(extract(source.encode(), "python"))
    shown: dict[str, set[str]] = {name: set() for name in static}
    for taken in itertools.product((True, False), repeat=decided):
        for name, values in run(source, iter(taken)).items():
            shown[name] |= values
    assert static == shown
