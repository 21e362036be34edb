"""Pictures over random graphs: nothing overlaps, every line begins and ends at its boxes."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from navigator.callgraph import CallKind, Certainty
from navigator.callgraph.views import NodeKind, Subgraph, View, ViewEdge, ViewNode
from navigator.diagrams.errors import NoEarlierPicture
from navigator.diagrams.picture import Area, Direction, Kept, Picture, PlacedNode, compose, read_kept
from navigator.diagrams.svg import svg

CERTAINTIES = (Certainty.EXACT, Certainty.INFERRED, Certainty.RULE, Certainty.GUESS)
DIRECTIONS = (Direction.RIGHT, Direction.DOWN)


@st.composite
def graphs(draw: st.DrawFn, most: int = 14) -> Subgraph:
    count = draw(st.integers(1, most))
    groups = draw(st.lists(st.sampled_from(("", "a", "b", "c")), min_size=count, max_size=count))
    nodes = tuple(
        ViewNode(
            f"r:{number}", f"p.m.{'name' * (number % 4)}采{number}", NodeKind.SYMBOL, focus=not number, group=group
        )
        for number, group in enumerate(groups)
    )
    ends = draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=2 * count))
    edges = tuple(
        ViewEdge(f"r:{caller}", f"r:{callee}", draw(st.sampled_from(CERTAINTIES)), CallKind.CALL)
        for caller, callee in sorted(ends)
    )
    return Subgraph(View(("r:0",)), nodes, edges)


def apart(one: Area, other: Area) -> bool:
    slack = 0.05
    return (
        one.x + one.width <= other.x + slack
        or other.x + other.width <= one.x + slack
        or one.y + one.height <= other.y + slack
        or other.y + other.height <= one.y + slack
    )


def inside(inner: Area, outer: Area) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


@pytest.mark.parametrize("direction", DIRECTIONS)
@given(graph=graphs())
@settings(max_examples=150, deadline=None)
def test_boxes_and_groups_do_not_overlap(direction: Direction, graph: Subgraph) -> None:
    picture = compose(graph, direction=direction)
    for one, other in combinations(picture.nodes, 2):
        assert apart(one.area, other.area)
    for one, other in combinations(picture.clusters, 2):
        assert apart(one.area, other.area)
    for cluster in picture.clusters:
        for node in picture.nodes:
            if node.node.id in cluster.members:
                assert inside(node.area, cluster.area)
            else:
                assert apart(node.area, cluster.area)


@pytest.mark.parametrize("direction", DIRECTIONS)
@given(graph=graphs())
@settings(max_examples=100, deadline=None)
def test_every_line_leads_from_its_caller_to_its_callee(direction: Direction, graph: Subgraph) -> None:
    picture = compose(graph, direction=direction)
    areas = {node.node.id: node.area for node in picture.nodes}
    assert [(each.edge.caller, each.edge.callee) for each in picture.edges] == [
        (edge.caller, edge.callee) for edge in graph.edges
    ]
    for each in picture.edges:
        assert len(each.curve) % 3 == 1
        assert touches(areas[each.edge.caller], each.curve[0])
        assert touches(areas[each.edge.callee], each.tip)


def touches(area: Area, point: tuple[float, float]) -> bool:
    x, y = point
    slack = 0.05
    within = area.x - slack <= x <= area.x + area.width + slack and area.y - slack <= y <= area.y + area.height + slack
    edge = min(abs(x - area.x), abs(x - area.x - area.width), abs(y - area.y), abs(y - area.y - area.height))
    return within and edge < slack


@pytest.mark.parametrize("direction", DIRECTIONS)
@given(graph=graphs())
@settings(max_examples=100, deadline=None)
def test_no_line_runs_through_a_box(direction: Direction, graph: Subgraph) -> None:
    picture = compose(graph, direction=direction)
    for each in picture.edges:
        if each.edge.caller == each.edge.callee:
            continue
        for start in range(0, len(each.curve) - 1, 3):
            for x, y in along(each.curve[start : start + 4]):
                for node in picture.nodes:
                    area = node.area
                    assert not (
                        area.x + 0.5 < x < area.x + area.width - 0.5 and area.y + 0.5 < y < area.y + area.height - 0.5
                    ), (each.edge, node.node.id)


def along(piece: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Points of a cubic Bézier curve."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = piece
    points = []
    for step in range(11):
        t, u = step / 10, 1 - step / 10
        weights = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        x = weights[0] * x0 + weights[1] * x1 + weights[2] * x2 + weights[3] * x3
        y = weights[0] * y0 + weights[1] * y1 + weights[2] * y2 + weights[3] * y3
        points.append((x, y))
    return points


@given(graph=graphs())
@settings(max_examples=50, deadline=None)
def test_a_picture_is_a_function_of_its_input_and_holds_everything(graph: Subgraph) -> None:
    picture = compose(graph)
    assert picture == compose(graph)
    paper = Area(0, 0, picture.width, picture.height)
    for area in [*(n.area for n in picture.nodes), *(n.area for n in picture.legend_nodes)]:
        assert inside(area, paper)
    assert all(0 <= x <= picture.width and 0 <= y <= picture.height for e in picture.edges for x, y in e.curve)


def legend(picture: Picture) -> set[str]:
    return {words.text for words in picture.words if words.legend}


def test_the_legend_explains_what_there_is_and_nothing_else() -> None:
    nodes = (
        ViewNode("a", "m.a", NodeKind.SYMBOL, focus=True),
        ViewNode("b", "m.b", NodeKind.EXTERNAL),
        ViewNode("more", "+3 more", NodeKind.MORE, count=3),
    )
    edges = (
        ViewEdge("a", "b", Certainty.RULE, CallKind.CALL),
        ViewEdge("a", "more", Certainty.EXACT, CallKind.CALL, traced=True),
    )
    found = legend(compose(Subgraph(View(("a",)), nodes, edges)))
    assert found == {
        "exact",
        "by a library rule",
        "seen at run time",
        "in question",
        "outside the workspace",
        "more, not shown",
    }
    assert not legend(compose(Subgraph(View(("a",)), nodes, edges), legend=False))


def test_what_would_be_far_wider_than_high_is_turned() -> None:
    nodes = tuple(ViewNode(f"r:{n}", f"m.function{n}", NodeKind.SYMBOL) for n in range(200))
    ends = [(n, n + 1) for n in range(6)] + [(n % 6, n) for n in range(7, 200)]
    edges = tuple(ViewEdge(f"r:{a}", f"r:{b}", Certainty.EXACT, CallKind.CALL) for a, b in ends)
    assert compose(Subgraph(View(), nodes, edges)).sideways
    assert not compose(Subgraph(View(), nodes[:7], edges[:6])).sideways


def grown(graph: Subgraph, caller: int | None, callee: int | None) -> Subgraph:
    """The graph with one node more, ``r:new``, which one of its nodes calls or which calls one."""
    node = ViewNode("r:new", "p.new", NodeKind.SYMBOL)
    ends = (f"r:{caller}", "r:new") if caller is not None else ("r:new", f"r:{callee}")
    edge = ViewEdge(*ends, Certainty.EXACT, CallKind.CALL)
    return Subgraph(graph.view, (*graph.nodes, node), (*graph.edges, edge))


def kept_in(picture: Picture, folder: Path) -> Kept:
    file = folder / "before.svg"
    file.write_bytes(svg(picture))
    return read_kept(str(file))


@pytest.mark.parametrize("direction", DIRECTIONS)
@given(graph=graphs(), which=st.integers(0, 13), calls=st.booleans())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_node_more_leaves_the_others_in_their_order(
    direction: Direction, graph: Subgraph, which: int, calls: bool, tmp_path: Path
) -> None:
    number = which % len(graph.nodes)
    before = compose(graph, direction=direction)
    more = grown(graph, number, None) if calls else grown(graph, None, number)
    after = compose(more, kept=kept_in(before, tmp_path))
    assert after.sideways is before.sideways
    for one, other in combinations([*after.nodes, *(cluster for cluster in after.clusters)], 2):
        if isinstance(one, PlacedNode) and isinstance(other, PlacedNode):
            assert apart(one.area, other.area)
    old = {each.node.id: each.area.centre for each in before.nodes}
    new = {each.node.id: each.area.centre for each in after.nodes}
    across = 1 if before.sideways else 0
    layers: dict[tuple[float, float], list[str]] = {}
    earlier = {each.node.id: each.area for each in before.nodes}
    for each in after.nodes:
        if each.node.id in old:
            areas = earlier[each.node.id], each.area
            starts = [round(area.x if before.sideways else area.y, 1) for area in areas]
            layers.setdefault((starts[0], starts[1]), []).append(each.node.id)
    for keys in layers.values():
        by_old = sorted(keys, key=lambda key: old[key][across])
        by_new = sorted(keys, key=lambda key: new[key][across])
        assert by_old == by_new


@pytest.mark.parametrize("direction", DIRECTIONS)
@given(graph=graphs(), which=st.integers(0, 13))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_that_is_called_besides_moves_none_alone(
    direction: Direction, graph: Subgraph, which: int, tmp_path: Path
) -> None:
    before = compose(graph, direction=direction, legend=False)
    after = compose(grown(graph, which % len(graph.nodes), None), legend=False, kept=kept_in(before, tmp_path))
    old = {each.node.id: each.area.centre for each in before.nodes}
    new = {each.node.id: each.area.centre for each in after.nodes}
    for number in (0, 1):
        moves = [new[key][number] - at[number] for key, at in old.items()]
        assert max(moves) - min(moves) < 0.1, moves


def test_the_same_view_is_the_same_picture(tmp_path: Path) -> None:
    graph = Subgraph(
        View(("r:0",)),
        tuple(ViewNode(f"r:{n}", f"p.name{n}", NodeKind.SYMBOL, focus=not n) for n in range(6)),
        tuple(ViewEdge("r:0", f"r:{n}", Certainty.EXACT, CallKind.CALL) for n in range(1, 6)),
    )
    before = compose(graph)
    assert svg(compose(graph, kept=kept_in(before, tmp_path))) == svg(before)


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"\xff\x00", b'<g data-id="a" data-at="1.2.3,4,5"/>'])
def test_what_holds_no_places_is_told(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "other.svg"
    file.write_bytes(content)
    with pytest.raises(NoEarlierPicture, match="it holds no places"):
        read_kept(str(file))
    with pytest.raises(NoEarlierPicture, match="No such file"):
        read_kept(str(tmp_path / "none.svg"))
