"""A graph from left to right: callers left, callees right, lines routed in the channels between the layers.

Where all that ends in one callee is equally certain, one arrow head stands before its label; otherwise every line has
its own head before it joins the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from navigator.callgraph.views import ViewEdge, ViewNode
from navigator.diagrams.cells.channels import Channel, Route, route
from navigator.diagrams.cells.drawing import Box, Canvas, Drawing, Ends, Place, Style, widest, width_of
from navigator.diagrams.cells.glyphs import EAST, WEST, Glyphs, head
from navigator.diagrams.cells.labels import NARROWEST, labels
from navigator.diagrams.cells.layers import Item, Layered, arrange
from navigator.diagrams.cells.topdown import back_reference, style_of

WIDEST = 40
FRAME = 2


class _Columns(msgspec.Struct, frozen=True):
    """Where layers and channels lie: the first column of each layer and its width."""

    starts: tuple[int, ...]
    widths: tuple[int, ...]
    step: int
    """Cells from one trunk to the next."""

    def end(self, layer: int) -> int:
        """The first column after a layer."""
        return self.starts[layer] + self.widths[layer]


def draw_sideways(
    nodes: Sequence[ViewNode],
    edges: Sequence[ViewEdge],
    forward: Sequence[Ends],
    depth: Mapping[str, int],
    width: int,
    glyphs: Glyphs,
    narrowest: int = NARROWEST,
) -> Drawing | None:
    """Draws in at most ``width`` columns; None where even labels of ``narrowest`` cells do not fit. Edges that are not
    in ``forward`` are written behind their caller's label."""
    layered = arrange([node.id for node in nodes], forward, depth)
    channels = [route(hops, layered.rows) for hops in layered.hops]
    kept = set(forward)
    backward = [edge for edge in edges if (edge.caller, edge.callee) not in kept]
    limits, step = [WIDEST] * len(layered.layers), 2
    while True:
        texts = labels(nodes, {key: limits[layer] for key, layer in depth.items()}, glyphs)
        columns = _columns(nodes, texts, backward, layered, channels, step)
        excess = columns.end(len(columns.starts) - 1) - width
        if excess <= 0:
            return _Sketch(nodes, edges, backward, layered, channels, texts, columns, glyphs).drawing()
        # The layer with the longest label gives way first.
        longest = [0] * len(limits)
        for key, layer in depth.items():
            longest[layer] = max(longest[layer], width_of(texts[key]))
        layer = max(range(len(limits)), key=longest.__getitem__)
        if longest[layer] <= narrowest:
            if step == 1:
                return None
            limits, step = [WIDEST] * len(layered.layers), 1
            continue
        limits[layer] = max(narrowest, longest[layer] - max(1, excess // len(limits)))


def _columns(
    nodes: Sequence[ViewNode],
    texts: Mapping[str, str],
    backward: Sequence[ViewEdge],
    layered: Layered,
    channels: Sequence[Channel],
    step: int,
) -> _Columns:
    framed = {node.id for node in nodes if node.focus}
    extra: dict[str, int] = {}
    for edge in backward:
        # A framed label has no space of its own behind it.
        extra.setdefault(edge.caller, int(edge.caller in framed))
        own = 3 if edge.caller == edge.callee else 3 + width_of(texts[edge.callee])
        extra[edge.caller] += own
    starts, widths = [], []
    column = 0
    for layer, items in enumerate(layered.layers):
        starts.append(column)
        node_widths = [
            width_of(texts[item.key]) + 2 + FRAME * (item.key in framed) + extra.get(item.key, 0)
            for item in items
            if not item.passing
        ]
        widths.append(max(node_widths, default=1))
        column += widths[-1]
        if layer < len(channels):
            column += step * channels[layer].trunks + 2 * channels[layer].collectors + 4
    return _Columns(tuple(starts), tuple(widths), step)


class _Sketch:
    def __init__(
        self,
        nodes: Sequence[ViewNode],
        edges: Sequence[ViewEdge],
        backward: Sequence[ViewEdge],
        layered: Layered,
        channels: Sequence[Channel],
        texts: Mapping[str, str],
        columns: _Columns,
        glyphs: Glyphs,
    ) -> None:
        self.nodes = {node.id: node for node in nodes}
        self.edges = {(edge.caller, edge.callee): edge for edge in edges}
        self.backward = backward
        self.layered = layered
        self.channels = channels
        self.texts = texts
        self.columns = columns
        self.glyphs = glyphs
        self.canvas = Canvas()
        self.items = {item.key: item for layer in layered.layers for item in layer if not item.passing}
        self.grid = self._grid()
        self.boxes = {key: self._box(key) for key in self.items}
        self.leaving = {key: self._after(key) for key in self.boxes}

    def _grid(self) -> dict[int, int]:
        """Rows of the drawing for those grid rows that something uses."""
        used = set(self.layered.rows.values())
        used.update(each.row for channel in self.channels for each in channel.routes)
        for key, item in self.items.items():
            if self.nodes[key].focus:
                used.update((self.layered.rows[item] - 1, self.layered.rows[item] + 1))
        return {row: number for number, row in enumerate(sorted(used))}

    def row(self, item: Item) -> int:
        return self.grid[self.layered.rows[item]]

    def _box(self, key: str) -> Box:
        item = self.items[key]
        framed = self.nodes[key].focus
        grid_row = self.layered.rows[item]
        top = self.grid[grid_row - 1] if framed else self.grid[grid_row]
        bottom = self.grid[grid_row + 1] if framed else self.grid[grid_row]
        size = width_of(self.texts[key]) + 2 + FRAME * framed
        return Box(top, self.columns.starts[item.layer], size, bottom - top + 1)

    def drawing(self) -> Drawing:
        cells = self._back_references()
        for key in self.items:
            self._label(key)
        pieces = {
            each.hop: self._hop(layer, channel, each)
            for layer, channel in enumerate(self.channels)
            for each in channel.routes
        }
        for caller, callee in self.edges:
            if (caller, callee) in cells:
                continue
            before = self.items[caller]
            path: list[Place] = []
            for layer in range(before.layer + 1, self.items[callee].layer):
                passing = Item(caller, layer, True)
                path.extend(pieces[before, passing])
                before = passing
            path.extend(pieces[before, self.items[callee]])
            cells[caller, callee] = tuple(dict.fromkeys(path))
        self._traced(cells)
        self.canvas.dash(cells, self.edges)
        rows = self.canvas.rows(self.glyphs)
        return Drawing(rows, widest(rows), self.boxes, cells, dict(self.texts), "sideways")

    def _after(self, key: str) -> int:
        return self.boxes[key].column + self.boxes[key].width

    def _back_references(self) -> dict[Ends, tuple[Place, ...]]:
        cells: dict[Ends, tuple[Place, ...]] = {}
        for edge in self.backward:
            first = self.nodes[edge.caller].focus and self.leaving[edge.caller] == self._after(edge.caller)
            place = (self.row(self.items[edge.caller]), self.leaving[edge.caller] - (not first))
            drawn = back_reference(self.canvas, edge, place, self.texts, self.glyphs)
            cells[edge.caller, edge.callee] = drawn
            self.leaving[edge.caller] = drawn[-1][1] + 2
        return cells

    def _label(self, key: str) -> None:
        node, box, text = self.nodes[key], self.boxes[key], self.texts[key]
        row = self.row(self.items[key])
        if not node.focus:
            self.canvas.write((row, box.column), " ", Style.PLAIN)
            self.canvas.write((row, box.column + 1), text, style_of(node))
            self.canvas.write((row, box.column + box.width - 1), " ", Style.PLAIN)
            return
        frame = self.glyphs.frame
        last = box.row + box.height - 1
        self.canvas.write((box.row, box.column), frame[0] + frame[4] * (box.width - 2) + frame[1], Style.FOCUS)
        self.canvas.write((last, box.column), frame[2] + frame[4] * (box.width - 2) + frame[3], Style.FOCUS)
        for each in range(box.row + 1, last):
            self.canvas.write((each, box.column), frame[5], Style.FOCUS)
            self.canvas.write((each, box.column + box.width - 1), frame[5], Style.FOCUS)
        self.canvas.write((row, box.column + 1), f" {text} ", Style.FOCUS)

    def _hop(self, layer: int, channel: Channel, each: Route) -> list[Place]:
        left, right = each.hop
        canvas, net, into = self.canvas, left.key, f"to {right.key}"
        first = self.columns.end(layer)
        step = self.columns.step
        trunk = first + 1 + step * each.trunk
        # A collector has a cell before it for an arrow head.
        collector = first + 2 + step * channel.trunks + 2 * (each.collector - channel.trunks)
        level = self.grid[each.row]
        start = (self.row(left), first if left.passing else self.leaving[left.key])
        end = (self.row(right), self.columns.end(layer + 1) if right.passing else self.columns.starts[layer + 1] - 1)
        if not left.passing:
            canvas.join(net, start, WEST)
        path: list[Place] = [start]
        if each.trunk >= 0:
            path += canvas.line(net, start, (start[0], trunk))
            path += canvas.line(net, (start[0], trunk), (level, trunk))
        if each.collector < 0:
            path += canvas.line(net, (level, path[-1][1]), end)
            owner = net
        else:
            path += canvas.line(net, (level, path[-1][1]), (level, collector - 1))
            canvas.join(net, path[-1], EAST)
            canvas.join(into, (level, collector), WEST)
            path += canvas.line(into, (level, collector), (end[0], collector))
            path += canvas.line(into, (end[0], collector), end)
            owner = into
        if right.passing:
            canvas.merge(end, right.key)
        else:
            self._head(each, owner, (level, collector - 1), end)
        return path

    def _head(self, each: Route, net: str, before_collector: Place, end: Place) -> None:
        left, right = each.hop
        arriving = {(edge.certainty, edge.gone) for ends, edge in self._arriving(right.key)}
        mark = head(self.glyphs.right, self.edges[left.key, right.key], self.glyphs)
        if each.collector >= 0 and len(arriving) > 1:
            self.canvas.write(before_collector, mark, Style.LINE)
            self.canvas.join(net, end, EAST)
        else:
            self.canvas.write(end, mark, Style.LINE)

    def _arriving(self, key: str) -> list[tuple[Ends, ViewEdge]]:
        if not hasattr(self, "_by_callee"):
            kept = {(edge.caller, edge.callee) for edge in self.backward}
            self._by_callee: dict[str, list[tuple[Ends, ViewEdge]]] = {}
            for ends, edge in self.edges.items():
                if ends not in kept:
                    self._by_callee.setdefault(ends[1], []).append((ends, edge))
        return self._by_callee[key]

    def _traced(self, cells: Mapping[Ends, Sequence[Place]]) -> None:
        """Straight cells on the way of a call that was seen at run time are heavy."""
        for ends, path in cells.items():
            if self.edges[ends].traced:
                self.canvas.heavy.update((place, bit) for place in path for bit in (1, 2, 4, 8))
