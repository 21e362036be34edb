"""Queries over random graphs, against networkx and against their own definitions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from navigator.callgraph import Call, CallGraph, CallKind, Certainty, Symbol, SymbolKind
from navigator.callgraph.queries import (
    Direction,
    MemoryGraph,
    cycles,
    distances,
    shortest_path,
    simple_paths,
    tree,
)

Edges = frozenset[tuple[int, int]]


class Adjacent:
    """A reader over plain pairs, that counts what it is asked."""

    def __init__(self, edges: Edges) -> None:
        self.edges = edges
        self.asked = 0

    def callees(self, symbol: int) -> Sequence[int]:
        self.asked += 1
        return sorted(callee for caller, callee in self.edges if caller == symbol)

    def callers(self, symbol: int) -> Sequence[int]:
        self.asked += 1
        return sorted(caller for caller, callee in self.edges if callee == symbol)


def graphs(most: int = 9) -> st.SearchStrategy[Edges]:
    node = st.integers(0, most - 1)
    return st.frozensets(st.tuples(node, node), max_size=30)


def digraph(edges: Edges, most: int = 9) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(most))
    graph.add_edges_from(edges)
    return graph


@given(graphs(), st.integers(0, 8), st.integers(0, 8))
def test_shortest_path_is_a_path_of_the_least_length(edges: Edges, source: int, target: int) -> None:
    path = shortest_path(Adjacent(edges), [source], [target])
    graph = digraph(edges)
    if source == target:
        back = [
            nx.shortest_path_length(graph, near, source) + 1
            for near in graph[source]
            if nx.has_path(graph, near, source)
        ]
        expected = min(back, default=None)
    else:
        expected = nx.shortest_path_length(graph, source, target) if nx.has_path(graph, source, target) else None
    if expected is None:
        assert path is None
    else:
        assert path is not None
        assert (path[0], path[-1]) == (source, target)
        assert all(hop in edges for hop in pairwise(path))
        assert len(path) - 1 == expected


@given(graphs(7), st.integers(0, 6), st.integers(0, 6))
@settings(max_examples=150)
def test_simple_paths_are_all_of_them_in_order_of_length(edges: Edges, source: int, target: int) -> None:
    if source == target:
        return
    found = list(simple_paths(Adjacent(edges), [source], [target], 10_000))
    expected = {tuple(path) for path in nx.all_simple_paths(digraph(edges, 7), source, target)}
    assert set(found) == expected
    assert len(found) == len(expected)
    assert [len(path) for path in found] == sorted(len(path) for path in found)


@given(
    graphs(7), st.frozensets(st.integers(0, 6), min_size=1, max_size=3), st.frozensets(st.integers(0, 6), min_size=1)
)
@settings(max_examples=150)
def test_paths_between_sets_touch_a_source_and_a_target_only_at_their_ends(
    edges: Edges, sources: frozenset[int], targets: frozenset[int]
) -> None:
    if sources & targets:
        return
    found = list(simple_paths(Adjacent(edges), sources, targets, 10_000))
    graph = digraph(edges, 7)
    expected = {
        tuple(path)
        for source in sources
        for target in targets
        for path in nx.all_simple_paths(graph, source, target)
        if not (set(path[1:]) & sources or set(path[:-1]) & targets)
    }
    assert set(found) == expected
    assert [len(path) for path in found] == sorted(len(path) for path in found)


def test_a_maximum_stops_the_search() -> None:
    """A ladder of 30 rungs has 2^30 paths."""
    edges = frozenset(
        pair
        for rung in range(30)
        for pair in (
            (3 * rung, 3 * rung + 1),
            (3 * rung, 3 * rung + 2),
            (3 * rung + 1, 3 * rung + 3),
            (3 * rung + 2, 3 * rung + 3),
        )
    )
    found = list(simple_paths(Adjacent(edges), [0], [90], 5))
    assert len(found) == len(set(found)) == 5
    assert {len(path) for path in found} == {61}


def test_both_ends_are_searched() -> None:
    """Seen from one end alone the fan has 1000 symbols."""
    edges = frozenset({(0, n) for n in range(1, 1001)} | {(1000, 1001), (1001, 1002), (1002, 1003)})
    reader = Adjacent(edges)
    assert shortest_path(reader, [0], [1003]) == (0, 1000, 1001, 1002, 1003)
    assert reader.asked < 10


@given(
    graphs(), st.frozensets(st.integers(0, 8), min_size=1), st.sampled_from(Direction), st.none() | st.integers(1, 4)
)
def test_distances_are_those_of_breadth_first_search(
    edges: Edges, starts: frozenset[int], direction: Direction, depth: int | None
) -> None:
    graph = digraph(edges)
    if direction is Direction.CALLERS:
        graph = graph.reverse()
    expected: dict[int, int] = {}
    for start in starts:
        for node, length in nx.single_source_shortest_path_length(graph, start, cutoff=depth).items():
            expected[node] = min(length, expected.get(node, length))
    found = distances(Adjacent(edges), starts, direction, depth)
    assert found == expected
    assert list(found.items()) == sorted(found.items(), key=lambda item: (item[1], item[0]))


@given(graphs(), st.integers(0, 8), st.integers(1, 4))
def test_a_tree_shows_every_call_in_reach_once(edges: Edges, start: int, depth: int) -> None:
    reader = Adjacent(edges)
    branches = list(tree(reader, start, Direction.CALLEES, depth))
    inside = {symbol for symbol, far in distances(reader, [start], Direction.CALLEES, depth - 1).items()}
    shown = [(branch.parent, branch.symbol) for branch in branches]
    assert sorted(shown) == sorted(edge for edge in edges if edge[0] in inside)
    assert all(1 <= branch.depth <= depth for branch in branches)
    expanded = [branch.symbol for branch in branches if not branch.repeated]
    assert len(expanded) == len(set(expanded))


@given(graphs())
def test_cycles_are_the_strongly_connected_components(edges: Edges) -> None:
    graph = digraph(edges)
    expected = sorted(
        tuple(sorted(component))
        for component in nx.strongly_connected_components(graph)
        if len(component) > 1 or any((node, node) in edges for node in component)
    )
    assert cycles(Adjacent(edges), range(9)) == expected


def test_cycles_do_not_recurse() -> None:
    far = 5000
    forward = {n: (n + 1,) for n in range(far)} | {far: (0,)}

    class Ring:
        def callees(self, symbol: int) -> Sequence[int]:
            return forward[symbol]

        def callers(self, symbol: int) -> Sequence[int]:
            raise AssertionError("not needed")

    assert cycles(Ring(), range(far)) == [tuple(range(far + 1))]


@pytest.mark.parametrize(("guesses", "expected"), [(False, [1]), (True, [1, 2])])
def test_a_memory_graph_follows_guesses_only_when_asked(guesses: bool, expected: list[int]) -> None:
    symbols = tuple(Symbol(f"r:{name}", name, SymbolKind.FUNCTION, "r", "m.py", 1, 1) for name in "abc")
    calls = tuple(
        Call("r:a", callee, "m.py", 1, 0, 1, 1, CallKind.CALL, certainty)
        for callee, certainty in (("r:b", Certainty.EXACT), ("r:c", Certainty.GUESS), ("r:b", Certainty.INFERRED))
    )
    graph = MemoryGraph(CallGraph((), symbols, calls, ()), guesses=guesses)
    assert list(graph.callees(0)) == expected
    assert list(graph.callers(2)) == ([0] if guesses else [])
    assert list(islice(simple_paths(graph, [0], [1], 1), 2)) == [(0, 1)]
