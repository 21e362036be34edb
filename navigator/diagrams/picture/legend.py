"""Puts title, captions and legend around a graph; the legend explains what occurs in the picture and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from navigator.callgraph import CallKind, Certainty
from navigator.callgraph.views import NodeKind, ViewEdge, ViewNode
from navigator.diagrams.picture.curves import HEAD
from navigator.diagrams.picture.measure import REMARK, TITLE, width_of
from navigator.diagrams.picture.records import Area, Picture, PlacedCluster, PlacedEdge, PlacedNode, Point, Words
from navigator.diagrams.styles import LINES, SHAPES, TRACED, Shape

MARGIN = 20.0
SAMPLE, ROW = 34.0, 22.0
LEAST_WIDTH = 360.0


def framed(
    title: str,
    nodes: Sequence[PlacedNode],
    edges: Sequence[PlacedEdge],
    clusters: Sequence[PlacedCluster],
    captions: Sequence[str],
    *,
    legend: bool,
    sideways: bool,
    staying: bool = False,
) -> Picture:
    """Moves everything so that the picture begins at 0, 0, with a margin; where it is ``staying``, no further than
    that nothing begins before."""
    left, top, right, bottom = _bounds(nodes, edges, clusters)
    head = MARGIN + TITLE + 14
    width = max(right - left, LEAST_WIDTH, width_of(title, TITLE)) + 2 * MARGIN
    # A narrow graph stands in the middle.
    inset = (width - 2 * MARGIN - (right - left)) / 2
    move = (MARGIN - left + inset, head - top)
    if staying:
        move = (max(MARGIN - left, 0.0), max(head - top, 0.0))
        width = max(width, right + move[0] + MARGIN)
    graph = Area(left + move[0], top + move[1], right - left, bottom - top)
    words = [Words((MARGIN, MARGIN + TITLE - 2), title, TITLE, bold=True)]
    y = graph.y + graph.height + 26
    for text in captions:
        words.append(Words((MARGIN, y), text, REMARK + 1, dim=True))
        width = max(width, width_of(text, REMARK + 1) + 2 * MARGIN)
        y += 16
    legend_nodes: list[PlacedNode] = []
    legend_edges: list[PlacedEdge] = []
    if legend:
        y = _legend(nodes, edges, y + 4, width, legend_nodes, legend_edges, words)
    return Picture(
        title,
        round(width, 2),
        round(y - 4, 2),
        graph,
        tuple(msgspec.structs.replace(each, area=_moved(each.area, move)) for each in nodes),
        tuple(
            msgspec.structs.replace(
                edge, curve=tuple(_shifted(point, move) for point in edge.curve), tip=_shifted(edge.tip, move)
            )
            for edge in edges
        ),
        tuple(msgspec.structs.replace(each, area=_moved(each.area, move)) for each in clusters),
        tuple(words),
        tuple(legend_nodes),
        tuple(legend_edges),
        sideways,
    )


def _bounds(
    nodes: Sequence[PlacedNode], edges: Sequence[PlacedEdge], clusters: Sequence[PlacedCluster]
) -> tuple[float, float, float, float]:
    areas = [node.area for node in nodes] + [cluster.area for cluster in clusters]
    points = [point for edge in edges for point in edge.curve]
    xs = [x for area in areas for x in (area.x, area.x + area.width)] + [x for x, _ in points]
    ys = [y for area in areas for y in (area.y, area.y + area.height)] + [y for _, y in points]
    return min(xs, default=0.0), min(ys, default=0.0), max(xs, default=0.0), max(ys, default=0.0)


def _moved(area: Area, move: Point) -> Area:
    return Area(round(area.x + move[0], 2), round(area.y + move[1], 2), area.width, area.height)


def _shifted(point: Point, move: Point) -> Point:
    return round(point[0] + move[0], 2), round(point[1] + move[1], 2)


def _legend(
    nodes: Sequence[PlacedNode],
    edges: Sequence[PlacedEdge],
    y: float,
    width: float,
    legend_nodes: list[PlacedNode],
    legend_edges: list[PlacedEdge],
    words: list[Words],
) -> float:
    """Adds the samples in rows as wide as the picture; gives the y below them."""
    present = {edge.certainty for edge in edges}
    lines = [(certainty, False, LINES[certainty].meaning) for certainty in Certainty if certainty in present]
    if any(edge.edge.traced for edge in edges):
        lines.append((Certainty.EXACT, True, TRACED))
    shapes = {node.shape for node in nodes if not node.node.focus}
    x = MARGIN
    for certainty, traced, meaning in lines:
        x, y = _place(x, y, meaning, width)
        legend_edges.append(_line(certainty, traced, (x, y)))
        words.append(Words((x + SAMPLE + 7, y + 3.5), meaning, REMARK, dim=True, legend=True))
        x += SAMPLE + 7 + width_of(meaning, REMARK) + 20
    boxes: list[tuple[Shape, bool, str]] = []
    if any(node.node.focus for node in nodes):
        boxes.append((Shape.FUNCTION, True, "in question"))
    boxes += [(shape, False, meaning) for shape, meaning in SHAPES.items() if shape in shapes]
    for shape, focus, meaning in boxes:
        x, y = _place(x, y, meaning, width)
        area = Area(x + 4, y - 7, SAMPLE - 8, 14)
        sample = ViewNode(f"legend {shape}", "", NodeKind.SYMBOL, focus=focus)
        legend_nodes.append(PlacedNode(sample, shape, area, "", "", meaning))
        words.append(Words((x + SAMPLE + 7, y + 3.5), meaning, REMARK, dim=True, legend=True))
        x += SAMPLE + 7 + width_of(meaning, REMARK) + 20
    return y + ROW + 8


def _place(x: float, y: float, meaning: str, width: float) -> Point:
    """Where a sample goes: here, or in a new row where it would not fit."""
    needed = SAMPLE + 7 + width_of(meaning, REMARK)
    return (MARGIN, y + ROW) if x > MARGIN and x + needed > width - MARGIN else (x, y)


def _line(certainty: Certainty, traced: bool, at: Point) -> PlacedEdge:
    x, y = at
    end = x + SAMPLE - HEAD
    curve = ((x, y), (x + (end - x) / 3, y), (x + 2 * (end - x) / 3, y), (end, y))
    edge = ViewEdge("", "", certainty, CallKind.CALL, traced=traced)
    return PlacedEdge(edge, certainty, curve, (x + SAMPLE, y), (1.0, 0.0), LINES[certainty].meaning)
