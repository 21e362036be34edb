"""Properties of drawings over random graphs."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from navigator.callgraph import CallKind, Certainty
from navigator.callgraph.views import NodeKind, Subgraph, View, ViewEdge, ViewNode
from navigator.diagrams.cells import ASCII, Drawing, draw
from navigator.diagrams.cells.drawing import width_of
from tests.diagrams.reading import cells, read

CERTAINTIES = (Certainty.EXACT, Certainty.INFERRED, Certainty.RULE, Certainty.GUESS)
FRAMES = ("sideways", "top-down")


@st.composite
def graphs(draw: st.DrawFn, most: int = 12) -> Subgraph:
    count = draw(st.integers(1, most))
    names = draw(st.lists(st.text("abcxyz_09采样器é", min_size=1, max_size=9), min_size=count, max_size=count))
    focus = draw(st.sets(st.integers(0, count - 1), max_size=2))
    nodes = tuple(
        ViewNode(f"r:{number}", f"p{number % 3}.m.{name}", NodeKind.SYMBOL, focus=number in focus)
        for number, name in enumerate(names)
    )
    ends = draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=3 * count))
    edges = tuple(
        ViewEdge(
            f"r:{caller}", f"r:{callee}", draw(st.sampled_from(CERTAINTIES)), CallKind.CALL, traced=draw(st.booleans())
        )
        for caller, callee in sorted(ends)
    )
    return Subgraph(View(("r:0",)), nodes, edges)


def drawn(graph: Subgraph, frame: str, width: int = 3000) -> Drawing:
    drawing = draw(graph, width, frame=frame)
    assert drawing.frame == frame
    return drawing


@pytest.mark.parametrize("frame", FRAMES)
@given(graph=graphs())
@settings(max_examples=300, deadline=None)
def test_reading_a_drawing_gives_the_graph(frame: str, graph: Subgraph) -> None:
    drawing = drawn(graph, frame)
    assert read(drawing) == {(edge.caller, edge.callee): edge.certainty for edge in graph.edges}, "\n".join(
        drawing.lines()
    )


@given(graph=graphs(), width=st.integers(30, 120))
@settings(max_examples=150, deadline=None)
def test_narrow_drawings_read_back_as_well(graph: Subgraph, width: int) -> None:
    drawing = draw(graph, width, frame="sideways")
    assert read(drawing) == {(edge.caller, edge.callee): edge.certainty for edge in graph.edges}


@pytest.mark.parametrize("frame", FRAMES)
@given(graph=graphs())
@settings(max_examples=100, deadline=None)
def test_edges_are_connected_and_meet_only_at_a_common_end_or_cross(frame: str, graph: Subgraph) -> None:
    drawing = drawn(graph, frame)
    grid = cells(drawing)
    assert drawing.edges.keys() == {(edge.caller, edge.callee) for edge in graph.edges}
    users: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for ends, path in drawing.edges.items():
        assert path
        assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 for a, b in pairwise(path))
        for place in path:
            users.setdefault(place, []).append(ends)
    for place, sharing in users.items():
        for one in sharing:
            for other in sharing:
                if one[0] != other[0] and one[1] != other[1]:
                    ways = [_way(drawing.edges[ends], place) for ends in (one, other)]
                    assert sorted(ways) == ["across", "down"] or _meet(drawing, place, one, other), (place, one, other)
                    assert grid[place] in "┼╋" or "" in ways or _meet(drawing, place, one, other)


def _way(path: tuple[tuple[int, int], ...], place: tuple[int, int]) -> str:
    """How an edge passes a cell; empty where it turns or ends there."""
    number = path.index(place)
    around = path[max(0, number - 1) : number + 2]
    if len(around) == 3 and len({row for row, _ in around}) == 1:
        return "across"
    return "down" if len(around) == 3 and len({column for _, column in around}) == 1 else ""


def _meet(drawing: Drawing, place: tuple[int, int], one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Top-down, the mark of a node is where an edge to it ends and one from it begins."""
    ends = {drawing.edges[one][-1], drawing.edges[other][0]}, {drawing.edges[other][-1], drawing.edges[one][0]}
    return drawing.frame == "top-down" and bool({*one} & {*other}) and {place} in ends


@pytest.mark.parametrize("frame", FRAMES)
@given(graph=graphs())
@settings(max_examples=100, deadline=None)
def test_no_line_enters_a_box(frame: str, graph: Subgraph) -> None:
    drawing = drawn(graph, frame)
    grid = cells(drawing)
    taken: set[tuple[int, int]] = set()
    for key, box in drawing.nodes.items():
        row = box.row + box.height // 2
        inner = "".join(grid.get((row, box.column + each), " ") for each in range(box.width))
        assert inner.strip(" │[]") == drawing.labels[key]
        places = {(box.row + r, box.column + c) for r in range(box.height) for c in range(box.width)}
        assert not places & taken
        assert not any(places & set(path) for path in drawing.edges.values())
        taken |= places


@given(graph=graphs(), width=st.integers(20, 200))
@settings(max_examples=100, deadline=None)
def test_a_drawing_is_a_function_of_its_input(graph: Subgraph, width: int) -> None:
    first = draw(graph, width)
    assert first == draw(graph, width)
    assert first.width == max(width_of("".join(run.text for run in row)) for row in first.rows)
    if first.frame == "sideways":
        assert first.width <= width
    assert len(set(first.labels.values())) == len(graph.nodes)


@given(graph=graphs())
@settings(max_examples=50, deadline=None)
def test_ascii_has_the_same_shape(graph: Subgraph) -> None:
    unicode, ascii = draw(graph, 3000), draw(graph, 3000, glyphs=ASCII)
    assert (unicode.nodes, unicode.edges) == (ascii.nodes, ascii.edges)
    labels = "".join(ascii.labels.values())
    assert all(character.isascii() or character in labels for line in ascii.lines() for character in line)


@pytest.mark.parametrize("frame", FRAMES)
def test_growing_a_graph_keeps_the_order(frame: str) -> None:
    nodes = [ViewNode(f"r:{n}", f"m.f{n}", NodeKind.SYMBOL, focus=n == 0) for n in range(8)]
    edges = [ViewEdge("r:0", f"r:{n}", Certainty.EXACT, CallKind.CALL) for n in (5, 2, 7, 1, 3, 6, 4)]
    before = draw(Subgraph(View(("r:0",)), tuple(nodes), tuple(edges)), 200, frame=frame)
    more = [ViewNode("r:0new", "m.new", NodeKind.SYMBOL), *reversed(nodes)]
    edges.insert(0, ViewEdge("r:3", "r:0new", Certainty.EXACT, CallKind.CALL))
    after = draw(Subgraph(View(("r:0",)), tuple(more), tuple(edges)), 200, frame=frame, previous=before)
    order = sorted(before.nodes, key=lambda key: (before.nodes[key].column, before.nodes[key].row))
    kept = sorted(
        (k for k in after.nodes if k in before.nodes), key=lambda k: (after.nodes[k].column, after.nodes[k].row)
    )
    assert kept == order


def test_what_ran_is_heavy_round_its_corners() -> None:
    nodes = tuple(ViewNode(f"r:{n}", f"m.f{n}", NodeKind.SYMBOL) for n in range(3))
    ends = ((0, 1), (0, 2))
    edges = tuple(ViewEdge(f"r:{a}", f"r:{b}", Certainty.EXACT, CallKind.CALL, traced=b == 2) for a, b in ends)
    text = "\n".join(draw(Subgraph(View(("r:0",)), nodes, edges), 200, frame="sideways").lines())
    assert "┬───▶ f1" in text and "┗━━━▶ f2" in text, text
