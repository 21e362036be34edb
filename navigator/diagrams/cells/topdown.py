"""A graph top-down: one row a node, edges in a gutter at the left, as ``git log --graph`` draws history.

A node's trunk runs down from its mark in the mark's own lane. In a callee's row the trunk ends in the callee's mark,
which then is the arrow head, or turns aside to it, with the arrow head right after the turn. So every edge has its own
head, and only edges of one caller share a line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from navigator.callgraph.views import ViewEdge, ViewNode, without_cycles
from navigator.diagrams.cells.drawing import Box, Canvas, Drawing, Ends, Place, Style, widest, width_of
from navigator.diagrams.cells.glyphs import EAST, WEST, Glyphs, head
from navigator.diagrams.cells.labels import NARROWEST, labels

STYLES = {"external": Style.DIM, "more": Style.DIM, "unresolved": Style.UNRESOLVED}


def style_of(node: ViewNode) -> Style:
    return Style.FOCUS if node.focus else STYLES.get(node.kind, Style.NODE)


def draw_top_down(nodes: Sequence[ViewNode], edges: Sequence[ViewEdge], width: int, glyphs: Glyphs) -> Drawing:
    """Draws in at most ``width`` columns where labels of six cells allow it."""
    by_ends: dict[Ends, ViewEdge] = {(edge.caller, edge.callee): edge for edge in edges}
    forward = set(without_cycles([node.id for node in nodes], by_ends))
    order = topological([node.id for node in nodes], [ends for ends in by_ends if ends in forward])
    lanes = _lanes(order, forward)
    gutter = 2 * (max((lane for lane, _ in lanes.values()), default=0) + 1)
    by_id = {node.id: node for node in nodes}
    callers: dict[str, list[str]] = {key: [] for key in order}
    for caller, callee in sorted(forward):
        callers[callee].append(caller)
    room = max(NARROWEST, width - gutter - 2 * any(node.focus for node in nodes))
    texts = labels([by_id[key] for key in order], dict.fromkeys(order, room), glyphs)
    canvas = Canvas()
    boxes: dict[str, Box] = {}
    cells: dict[Ends, tuple[Place, ...]] = {}
    rows = {key: row for row, key in enumerate(order)}
    for key in order:
        row = rows[key]
        lane, arriving = lanes[key]
        mark = glyphs.start
        for caller in callers[key]:
            edge = by_ends[caller, key]
            if caller == arriving:
                mark = head(glyphs.down, edge, glyphs)
            cells[caller, key] = _edge(canvas, edge, (rows[caller], 2 * lanes[caller][0]), (row, 2 * lane), glyphs)
        for caller in callers[key]:
            canvas.merge((row, 2 * lanes[caller][0]), caller)
        canvas.write((row, 2 * lane), mark, style_of(by_id[key]))
        # The focus shows without colours, too.
        text = f"[{texts[key]}]" if by_id[key].focus else texts[key]
        canvas.write((row, gutter), text, style_of(by_id[key]))
        boxes[key] = Box(row, gutter, width_of(text), 1)
    column = {key: box.column + box.width for key, box in boxes.items()}
    for ends, edge in by_ends.items():
        if ends not in forward:
            cells[ends] = back_reference(canvas, edge, (rows[edge.caller], column[edge.caller]), texts, glyphs)
            column[edge.caller] = cells[ends][-1][1] + 1
    canvas.dash(cells, by_ends)
    drawn = canvas.rows(glyphs)
    return Drawing(drawn, widest(drawn), boxes, cells, texts, "top-down")


def back_reference(
    canvas: Canvas, edge: ViewEdge, place: Place, texts: Mapping[str, str], glyphs: Glyphs
) -> tuple[Place, ...]:
    """Writes an edge that closes a cycle after its caller's label: a sign, the arrow head, and whom it calls."""
    mark = head(glyphs.right, edge, glyphs)
    text = f" {glyphs.again}{mark}" if edge.caller == edge.callee else f" {glyphs.back}{mark}{texts[edge.callee]}"
    canvas.write(place, text, Style.DIM)
    row, column = place
    return tuple((row, column + offset) for offset in range(1, width_of(text)))


def topological(keys: Sequence[str], forward: Sequence[Ends]) -> list[str]:
    """Callers before callees; a callee directly after its caller where that is possible, else in the order given."""
    waiting = dict.fromkeys(keys, 0)
    following: dict[str, list[str]] = {key: [] for key in keys}
    for caller, callee in forward:
        waiting[callee] += 1
        following[caller].append(callee)
    ready = [key for key in reversed(keys) if not waiting[key]]
    order = []
    while ready:
        key = ready.pop()
        order.append(key)
        for callee in reversed(following[key]):
            waiting[callee] -= 1
            if not waiting[callee]:
                ready.append(callee)
    return order


def _lanes(order: Sequence[str], forward: set[Ends]) -> dict[str, tuple[int, str]]:
    """For each node its lane, and the caller whose trunk runs straight into it (empty: none does)."""
    rows = {key: row for row, key in enumerate(order)}
    last: dict[str, int] = {}
    callers: dict[str, list[str]] = {key: [] for key in order}
    for caller, callee in forward:
        last[caller] = max(last.get(caller, 0), rows[callee])
        callers[callee].append(caller)
    busy: dict[int, str] = {}
    lanes: dict[str, tuple[int, str]] = {}
    for row, key in enumerate(order):
        ending = [caller for caller in callers[key] if last[caller] == row]
        arriving = min(ending, key=lambda caller: lanes[caller][0], default="")
        lane = lanes[arriving][0] if arriving else next(n for n in range(len(order)) if n not in busy)
        lanes[key] = lane, arriving
        for caller in ending:
            busy.pop(lanes[caller][0], None)
        if key in last:
            busy[lane] = key
        else:
            busy.pop(lane, None)
    return lanes


def _edge(canvas: Canvas, edge: ViewEdge, start: Place, end: Place, glyphs: Glyphs) -> tuple[Place, ...]:
    turn = (end[0], start[1])
    trunk = canvas.line(edge.caller, start, turn, heavy=edge.traced)
    if turn == end:
        return tuple(trunk)
    side = 1 if end[1] > start[1] else -1
    canvas.join(edge.caller, turn, EAST if side > 0 else WEST)
    beside = (turn[0], turn[1] + side)
    # What leads to one callee shares its row: from here on the line belongs to the callee.
    rest = canvas.line(f"to {edge.callee}", beside, end, heavy=edge.traced)
    canvas.write(beside, head(glyphs.right if side > 0 else glyphs.left, edge, glyphs), Style.LINE)
    return (*trunk, *rest)
