"""Chooses how to draw a subgraph, and keeps the order of an earlier drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from navigator.callgraph.views import Subgraph, ViewNode, without_cycles
from navigator.diagrams.cells.drawing import Drawing, Ends
from navigator.diagrams.cells.glyphs import UNICODE, Glyphs
from navigator.diagrams.cells.labels import NARROWEST
from navigator.diagrams.cells.layers import depths, distances_from
from navigator.diagrams.cells.sideways import draw_sideways
from navigator.diagrams.cells.topdown import draw_top_down, topological

FRAMES = ("auto", "sideways", "top-down")
MOST_LAYERS = 5
READABLE, TIGHT = 20, 16
"""Cells that labels should have, and below which top-down reads better."""


def draw(
    graph: Subgraph,
    width: int = 80,
    *,
    glyphs: Glyphs = UNICODE,
    frame: str = "auto",
    previous: Drawing | None = None,
) -> Drawing:
    """Draws what a view shows in ``width`` columns where that can be; a pure function of its arguments.

    With ``auto`` a path, more than five layers, or what does not fit goes top-down; ``sideways`` falls back to top-down
    only where it does not fit. Nodes that ``previous`` has keep their order, so that a growing graph stays familiar.
    """
    if frame not in FRAMES:
        raise ValueError(f"no frame {frame!r}; there is: {', '.join(FRAMES)}")
    nodes = _in_known_order(graph.nodes, previous)
    edges = graph.edges
    if frame != "top-down" and nodes and not (frame == "auto" and graph.view.to):
        for forward, depth, narrowest in _layerings(graph, nodes, frame):
            if frame == "sideways" or max(depth.values()) < MOST_LAYERS:
                drawing = draw_sideways(nodes, edges, forward, depth, width, glyphs, narrowest)
                if drawing is not None:
                    return drawing
    return draw_top_down(nodes, edges, width, glyphs)


def _layerings(
    graph: Subgraph, nodes: Sequence[ViewNode], frame: str
) -> Iterator[tuple[Sequence[Ends], Mapping[str, int], int]]:
    """Ways to put nodes into layers, best first: the edges that lead from a layer to a later one, the layers, and how
    narrow labels may get before the next way is tried."""
    keys = [node.id for node in nodes]
    pairs = [(edge.caller, edge.callee) for edge in graph.edges]
    kept = set(without_cycles(_starts(graph, keys), pairs))
    forward = [ends for ends in pairs if ends in kept]
    longest = depths(topological(keys, forward), forward)
    yield forward, longest, READABLE
    distance = distances_from([node.id for node in nodes if node.focus], keys, pairs)
    if distance is not None:
        yield [ends for ends in pairs if distance[ends[0]] < distance[ends[1]]], distance, TIGHT
    yield forward, longest, NARROWEST if frame == "sideways" else TIGHT


def captions(graph: Subgraph) -> list[str]:
    """What was left out, in words."""
    names = {node.id: node.name for node in graph.nodes}
    lines = [
        f"showing {each.shown} of {each.total} {each.direction} of {names.get(each.symbol, each.symbol)}"
        for each in graph.omitted
    ]
    if graph.more_paths:
        lines.append(f"showing {graph.view.paths} of several paths")
    return lines


def _starts(graph: Subgraph, keys: Sequence[str]) -> list[str]:
    """Where the search for cycles begins: at symbols that nobody calls, so that as few calls as may be lead back."""
    called = {edge.callee for edge in graph.edges if edge.caller != edge.callee}
    focus = {node.id for node in graph.nodes if node.focus}
    return sorted(keys, key=lambda key: (key in called, key not in focus))


def _in_known_order(nodes: Sequence[ViewNode], previous: Drawing | None) -> list[ViewNode]:
    if previous is None:
        return list(nodes)
    known = {key: (box.row, box.column) for key, box in previous.nodes.items()}
    ordered = iter(sorted((node for node in nodes if node.id in known), key=lambda node: known[node.id]))
    return [next(ordered) if node.id in known else node for node in nodes]
