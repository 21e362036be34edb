"""What a view selects, on a graph in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from navigator.callgraph import Call, CallGraph, CallKind, Certainty, Role, Symbol, SymbolKind, Unresolved
from navigator.callgraph.queries import Direction, MemoryGraph, distances
from navigator.callgraph.views import Grouping, NodeKind, Subgraph, View, group_of, select, without_cycles


class Site(msgspec.Struct, frozen=True):
    path: str
    line: int
    column: int
    kind: CallKind
    certainty: Certainty


class Graph(MemoryGraph):
    """Adds what a view reads."""

    def number(self, key: str) -> int | None:
        return self.numbers.get(key)

    def all_symbols(self) -> Iterable[Symbol]:
        return self.graph.symbols

    def symbols(self, numbers: Iterable[int]) -> list[Symbol]:
        return [self.graph.symbols[number] for number in numbers]

    def calls_between(self, caller: int, callee: int) -> Sequence[Site]:
        ends = self.graph.symbols[caller].id, self.graph.symbols[callee].id
        return [
            Site(call.file, call.line, call.column, call.kind, call.certainty)
            for call in self.graph.calls
            if (call.caller, call.callee) == ends
        ]

    def unresolved_in(self, caller: int) -> list[Unresolved]:
        return [site for site in self.graph.unresolved if site.caller == self.graph.symbols[caller].id]


def graph_of(edges: Iterable[tuple[str, str]], certainty: Certainty = Certainty.EXACT) -> Graph:
    """Functions ``mN.name`` named by their edges; names with ``ext`` are external."""
    pairs = list(edges)
    names = sorted({name for pair in pairs for name in pair})
    symbols = tuple(
        Symbol(name, name, SymbolKind.EXTERNAL, "", "", 0, 0)
        if name.startswith("ext")
        else Symbol(name, name, SymbolKind.FUNCTION, "r", f"{name.partition('.')[0]}.py", 1, 2)
        for name in names
    )
    calls = tuple(
        Call(caller, callee, "f.py", line, 0, line, 1, CallKind.CALL, certainty)
        for line, (caller, callee) in enumerate(pairs)
    )
    return Graph(CallGraph((), symbols, calls, ()), guesses=True)


def shown(found: Subgraph) -> set[str]:
    return {node.id for node in found.nodes}


FAN = [("m.a", f"m.b{number:02}") for number in range(30)] + [("m.z", "m.a"), ("m.b00", "m.c"), ("m.b00", "m.b01")]


def test_neighbours_on_each_side() -> None:
    graph = graph_of([("m.a", "m.b"), ("m.b", "m.c"), ("m.c", "m.d"), ("m.x", "m.b")])
    assert shown(select(View(("m.b",)), graph)) == {"m.a", "m.b", "m.c", "m.x"}
    assert shown(select(View(("m.b",), callers=0, callees=2), graph)) == {"m.b", "m.c", "m.d"}


def test_what_is_left_out_is_counted_and_drawn() -> None:
    found = select(View(("m.a",), siblings=5), graph_of(FAN))
    (omitted,) = found.omitted
    assert (omitted.symbol, omitted.direction, omitted.shown, omitted.total) == ("m.a", Direction.CALLEES, 5, 30)
    (more,) = (node for node in found.nodes if node.kind is NodeKind.MORE)
    assert (more.name, more.count) == ("+25 more", 25)
    assert ("m.a", more.id) in {(edge.caller, edge.callee) for edge in found.edges}


@given(st.integers(1, 40), st.integers(1, 40))
def test_shown_and_left_out_add_up(siblings: int, limit: int) -> None:
    graph = graph_of(FAN)
    found = select(View(("m.a",), siblings=siblings, limit=limit, callees=2), graph)
    symbols = [node for node in found.nodes if node.kind is NodeKind.SYMBOL]
    assert len(symbols) <= max(limit, 1)
    for side, near in ((Direction.CALLEES, graph.callees), (Direction.CALLERS, graph.callers)):
        left = sum(each.total - each.shown for each in found.omitted if each.direction is side and each.symbol == "m.a")
        drawn = {graph.numbers[node.id] for node in symbols} & {*near(graph.numbers["m.a"])}
        assert len(drawn) + left == len(near(graph.numbers["m.a"]))


def test_filters() -> None:
    graph = graph_of([("m.a", "n.b"), ("m.a", "ext.print"), ("m.a", "m.c")])
    assert shown(select(View(("m.a",)), graph)) == {"m.a", "n.b", "m.c"}
    assert shown(select(View(("m.a",), external=True), graph)) == {"m.a", "n.b", "m.c", "ext.print"}
    assert shown(select(View(("m.a",), modules=("n",)), graph)) == {"m.a", "n.b"}
    assert shown(select(View(("m.a",), modules=("n",), pinned=("m.c",)), graph)) == {"m.a", "n.b", "m.c"}
    assert shown(select(View(("m.a",), without=("n.*",)), graph)) == {"m.a", "m.c"}
    assert shown(select(View(("m.a",), hidden=("m.c",)), graph)) == {"m.a", "n.b"}
    assert shown(select(View(("m.a",), roles=(Role.TEST,)), graph)) == {"m.a"}
    assert shown(select(View(("m.a",), kinds=(CallKind.SPAWN,)), graph)) == {"m.a"}
    guessed = graph_of([("m.a", "m.b")], Certainty.GUESS)
    assert shown(select(View(("m.a",)), guessed)) == {"m.a"}
    assert shown(select(View(("m.a",), certainties=()), guessed)) == {"m.a", "m.b"}


def test_paths() -> None:
    graph = graph_of([("m.a", "m.b"), ("m.b", "m.c"), ("m.a", "m.d"), ("m.d", "m.e"), ("m.e", "m.c"), ("m.b", "m.x")])
    found = select(View(("m.a",), to=("m.c",)), graph)
    assert (shown(found), found.more_paths) == ({"m.a", "m.b", "m.c"}, True)
    both = select(View(("m.a",), to=("m.c",), paths=2), graph)
    assert (shown(both), both.more_paths) == ({"m.a", "m.b", "m.c", "m.d", "m.e"}, False)
    assert select(View(("m.c",), to=("m.a",)), graph).nodes == ()


def test_groups_fold_into_one_node() -> None:
    graph = graph_of([("m.a", "n.b"), ("m.a", "n.c"), ("n.b", "n.c")])
    view = View(("m.a",), callees=2, group=Grouping.MODULE, collapsed=("n",))
    found = select(view, graph)
    assert shown(found) == {"m.a", "group:n"}
    assert [(edge.caller, edge.callee, edge.calls) for edge in found.edges] == [("m.a", "group:n", 2)]
    (group,) = (node for node in found.nodes if node.kind is NodeKind.GROUP)
    assert set(group.members) == {"n.b", "n.c"}


@pytest.mark.parametrize(
    ("grouping", "group"),
    [("none", ""), ("class", "p.m.C"), ("module", "p.m"), ("package", "p"), ("root", "r")],
)
def test_groups_of_a_method(grouping: str, group: str) -> None:
    assert group_of(Symbol("r:p.m.C.f", "p.m.C.f", SymbolKind.METHOD, "r", "p/m.py", 1, 2), Grouping(grouping)) == group


@pytest.mark.parametrize(
    ("name", "file", "module"),
    [
        ("p.m.<lambda:3>", "p/m.py", "p.m"),
        ("p.m.C.f.<lambda:3>", "p/m.py", "p.m"),
        ("src/A.ts:f.<arrow:3>", "src/A.ts", "src/A.ts"),
    ],
)
def test_modules_of_functions_without_a_name(name: str, file: str, module: str) -> None:
    assert group_of(Symbol(f"r:{name}", name, SymbolKind.LAMBDA, "r", file, 3, 3), Grouping.MODULE) == module


def test_a_view_without_a_focus_shows_all_that_passes() -> None:
    graph = graph_of([("m.a", "n.b"), ("n.b", "ext.x"), ("o.c", "o.c")])
    assert shown(select(View(), graph)) == {"m.a", "n.b", "o.c"}
    assert shown(select(View(external=True), graph)) == {"m.a", "n.b", "o.c", "ext.x"}
    assert shown(select(View(modules=("m", "n")), graph)) == {"m.a", "n.b"}
    limited = select(View(limit=2), graph)
    assert (len(limited.nodes), limited.total) == (2, 3)


def test_the_limit_of_a_view_without_a_focus_counts_groups() -> None:
    found = select(View(group=Grouping.MODULE, collapsed=("*",), limit=3), graph_of(FAN))
    assert (len(found.nodes), found.total) == (1, 1)


def test_a_view_is_saved_as_data() -> None:
    view = View(("m.a",), to=("m.b",), group=Grouping.CLASS, name="mine")
    assert msgspec.json.decode(msgspec.json.encode(view), type=View) == view


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20))
def test_without_cycles_keeps_what_it_can(pairs: set[tuple[int, int]]) -> None:
    named = sorted((f"m.{caller}", f"m.{callee}") for caller, callee in pairs)
    kept = set(without_cycles([f"m.{number}" for number in range(7)], named))
    assert kept <= set(named)
    graph = graph_of([("m.0", "m.0"), *kept])
    for caller, callee in set(named) - kept:
        if caller != callee:
            reached = distances(graph, [graph.numbers[callee]], Direction.CALLEES)
            assert graph.numbers[caller] in reached, "a dropped pair closes a cycle"
