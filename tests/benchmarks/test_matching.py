from __future__ import annotations

from benchmarks.accuracy.graphs import Export, ExportedCall, ExportedRoot, ExportedSymbol, ExportedUnresolved
from benchmarks.recall.matching import Tally, compare
from benchmarks.recorded import Edge, End


def symbol(name: str, kind: str, line: int, end_line: int, number: int = 1, file: str = "m.py") -> ExportedSymbol:
    again = "" if number == 1 else f"~{number}"
    return ExportedSymbol(f"r:{name}{again}", name, kind, "r", file, line, end_line)


SYMBOLS = (
    symbol("p.m", "module", 1, 99),
    symbol("p.m.C", "class", 2, 9),
    symbol("p.m.C.__init__", "method", 3, 5),
    symbol("p.m.C.run", "method", 6, 9),
    symbol("p.m.f", "function", 12, 14),
    symbol("p.m.f", "function", 22, 24, 2),
    symbol("p.m.f.<lambda:13>", "lambda", 13, 13),
    symbol("p.m.g", "function", 30, 33),
    symbol("p.m.C.__len__", "method", 8, 8),
    ExportedSymbol("r:x.y", "x.y", "external"),
)


def edge(caller: tuple[str, int], callee: tuple[str, int], line: int = 1, kind: str = "direct", count: int = 1) -> Edge:
    return Edge(End("m.py", caller[1], caller[0]), End("m.py", callee[1], callee[0]), line, kind, count)


def export(*calls: tuple[str, str, int], unresolved: tuple[ExportedUnresolved, ...] = ()) -> Export:
    made = tuple(ExportedCall(f"r:p.m{caller}", f"r:p.m{callee}", line) for caller, callee, line in calls)
    return Export("navigator.callgraph/1", SYMBOLS, made, (ExportedRoot("r", "/r"),), unresolved)


def test_found_and_missed_pairs_count_once_however_often_they_ran() -> None:
    graph = export((".g", ".C.run", 31))
    ran = [
        edge(("g", 30), ("C.run", 6), 31, count=7),
        edge(("g", 30), ("C.run", 6), 32),
        edge(("g", 30), ("f", 12), 33, count=3),
    ]
    outcome = compare(ran, graph, graph)
    assert outcome.direct == Tally(edges=2, found=1, guessed=1)
    assert [(miss.caller, miss.callee, miss.count) for miss in outcome.misses] == [("m.py:g", "m.py:f", 3)]


def test_a_class_stands_for_its_constructor_but_not_for_its_methods() -> None:
    graph = export((".g", ".C", 31))
    outcome = compare([edge(("g", 30), ("C.__init__", 3)), edge(("g", 30), ("C.run", 6))], graph, graph)
    assert (outcome.direct.found, outcome.misses[0].callee) == (1, "m.py:C.run")


def test_definitions_of_one_name_are_told_apart_by_line_and_decorators_stand_above() -> None:
    graph = export((".g", ".f~2", 31))
    assert compare([edge(("g", 30), ("f", 20))], graph, graph).direct.found == 1
    assert compare([edge(("g", 30), ("f", 11))], graph, graph).direct.found == 0


def test_lambdas_by_owner_and_module_bodies_by_file() -> None:
    graph = export(("", ".f", 20), (".f", ".f.<lambda:13>", 13))
    ran = [edge(("", 1), ("f", 12)), edge(("f", 12), ("f.<lambda>", 13))]
    assert compare(ran, graph, graph).direct == Tally(edges=2, found=2, guessed=2)


def test_guesses_and_the_standard_library_are_counted_apart() -> None:
    claimed, guessed = export((".g", ".f", 31)), export((".g", ".f", 31), (".g", ".C.run", 32))
    ran = [
        edge(("g", 30), ("f", 12), kind="through"),
        edge(("g", 30), ("C.run", 6)),
        edge(("g", 30), ("C.__len__", 8), kind="resumed"),
    ]
    outcome = compare(ran, claimed, guessed)
    assert outcome.direct == Tally(edges=1, found=0, guessed=1)
    assert outcome.through == Tally(edges=1, found=1, guessed=1)
    assert (outcome.resumed, outcome.misses[0].cause) == (1, "guessed by name only")


def test_causes() -> None:
    graph = export(
        (".g", ".C.run", 31), unresolved=(ExportedUnresolved("r:p.m.g", "m.py", 40, "member of unknown receiver"),)
    )
    causes = {
        "a definition that the graph does not have": edge(("g", 30), ("made", 7), 31),
        "unresolved: member of unknown receiver": edge(("g", 30), ("f", 12), 40),
        "resolved to other callees": edge(("g", 30), ("f", 12), 31),
        "implicit __len__": edge(("g", 30), ("C.__len__", 8), 41),
        "no call seen on that line": edge(("g", 30), ("f", 12), 41),
    }
    for cause, ran in causes.items():
        assert compare([ran], graph, graph).misses[0].cause == cause
    other = export((".g", ".f~2", 31))
    assert compare([edge(("g", 30), ("f", 12), 31)], other, other).misses[0].cause == (
        "resolved to another definition of that name"
    )
