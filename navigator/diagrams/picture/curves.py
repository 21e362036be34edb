"""The lines of a picture: smooth curves in the channels between layers, straight where they pass a layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import msgspec

from navigator.callgraph.views import ViewEdge
from navigator.diagrams.cells.drawing import Ends
from navigator.diagrams.cells.layers import Item
from navigator.diagrams.picture.layers import Layering
from navigator.diagrams.picture.records import Area, PlacedEdge, Point

HEAD = 8.0
"""The length of an arrow head."""
PORT = 9.0
"""The space between two lines that end at one side of a box, where there is room."""


class Ports(msgspec.Struct, frozen=True):
    """Layers with their coordinates: ``across`` by item; ``starts`` and ``depths`` by layer."""

    layers: Layering
    across: Mapping[Item, float]
    starts: Sequence[float]
    depths: Sequence[float]
    sideways: bool


def curves(
    edges: Sequence[ViewEdge], areas: Mapping[str, Area], ports: Ports, words: Callable[[ViewEdge], str]
) -> tuple[PlacedEdge, ...]:
    return _Curves(edges, areas, ports, words).placed()


class _Curves:
    def __init__(
        self, edges: Sequence[ViewEdge], areas: Mapping[str, Area], ports: Ports, words: Callable[[ViewEdge], str]
    ) -> None:
        self.edges = edges
        self.areas = areas
        self.ports = ports
        self.words = words
        self.layer = {item.key: item.layer for layer in ports.layers.layers for item in layer if not item.passing}
        self.ways = {(edge.caller, edge.callee): self._way(edge) for edge in edges if edge.caller != edge.callee}
        self.leaving, self.entering = self._sides()

    def _way(self, edge: ViewEdge) -> list[Item]:
        """The items that an edge passes, from the earlier layer to the later."""
        ends = (edge.caller, edge.callee)
        first, last = ends[::-1] if ends in self.ports.layers.turned else ends
        between = [Item(first, layer, True) for layer in range(self.layer[first] + 1, self.layer[last])]
        return [Item(first, self.layer[first]), *between, Item(last, self.layer[last])]

    def _sides(self) -> tuple[dict[Ends, float], dict[Ends, float]]:
        """Where, across, each edge meets its first and its last box."""
        after: dict[str, list[Ends]] = {}
        before: dict[str, list[Ends]] = {}
        for ends, way in self.ways.items():
            after.setdefault(way[0].key, []).append(ends)
            before.setdefault(way[-1].key, []).append(ends)
        leaving = {
            ends: place
            for key, found in after.items()
            for ends, place in self._spread(key, found, {ends: self.ways[ends][1] for ends in found}).items()
        }
        entering = {
            ends: place
            for key, found in before.items()
            for ends, place in self._spread(key, found, {ends: self.ways[ends][-2] for ends in found}).items()
        }
        return leaving, entering

    def _spread(self, key: str, found: Sequence[Ends], towards: Mapping[Ends, Item]) -> dict[Ends, float]:
        """Ports of one side in the order of what they lead to; lines that go the same way share one."""
        across = self.ports.across
        targets = sorted(dict.fromkeys(towards[ends] for ends in found), key=lambda item: (across[item], item.key))
        area = self.areas[key]
        size = area.height if self.ports.sideways else area.width
        step = min(PORT, (size - 10) / max(1, len(targets) - 1))
        middle = area.centre[1 if self.ports.sideways else 0]
        place = {item: middle + (number - (len(targets) - 1) / 2) * step for number, item in enumerate(targets)}
        return {ends: place[towards[ends]] for ends in found}

    def placed(self) -> tuple[PlacedEdge, ...]:
        return tuple(self._loop(edge) if edge.caller == edge.callee else self._curve(edge) for edge in self.edges)

    def _point(self, along: float, across: float) -> Point:
        return (along, across) if self.ports.sideways else (across, along)

    def _curve(self, edge: ViewEdge) -> PlacedEdge:
        ends = (edge.caller, edge.callee)
        way, turned = self.ways[ends], ends in self.ports.layers.turned
        starts, depths = self.ports.starts, self.ports.depths
        first, last = self.areas[way[0].key], self.areas[way[-1].key]
        begin = first.x + first.width if self.ports.sideways else first.y + first.height
        end = last.x if self.ports.sideways else last.y
        if turned:
            begin += HEAD
        else:
            end -= HEAD
        stops = [(begin, self.leaving[ends])]
        edge_of_layer = starts[way[0].layer] + depths[way[0].layer]
        if edge_of_layer > begin:
            stops.append((edge_of_layer, self.leaving[ends]))
        for item in way[1:-1]:
            across = self.ports.across[item]
            stops += [(starts[item.layer], across), (starts[item.layer] + depths[item.layer], across)]
        stops.append((end, self.entering[ends]))
        points = [self._point(*stops[0])]
        for (one, across), (other, later) in pairwise(stops):
            middle = (one + other) / 2
            points += [self._point(middle, across), self._point(middle, later), self._point(other, later)]
        if turned:
            points.reverse()
            tip, heading = self._point(begin - HEAD, self.leaving[ends]), self._point(-1.0, 0.0)
        else:
            tip, heading = self._point(end + HEAD, self.entering[ends]), self._point(1.0, 0.0)
        return PlacedEdge(edge, edge.certainty, tuple(points), tip, heading, self.words(edge))

    def _loop(self, edge: ViewEdge) -> PlacedEdge:
        """A call of oneself: out at the right of the upper side, and back into it."""
        area = self.areas[edge.caller]
        x, y = area.x + area.width, area.y
        points = ((x - 20, y), (x - 20, y - 18), (x - 6, y - 22), (x - 6, y - HEAD))
        return PlacedEdge(edge, edge.certainty, points, (x - 6, y), (0.0, 1.0), self.words(edge))
