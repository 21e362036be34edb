"""Lays a view out in points. Layers follow each other from left to right or from top to bottom; within a layer, groups
keep the same order everywhere, so that each group is one rectangle that no other node stands in."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import msgspec

from navigator.callgraph.views import Subgraph, ViewEdge, ViewNode
from navigator.diagrams.cells import UNICODE, captions
from navigator.diagrams.cells.labels import labels, printable, shortened
from navigator.diagrams.cells.layers import Item
from navigator.diagrams.picture.columns import Constraints, Key, settle
from navigator.diagrams.picture.curves import Ports, curves
from navigator.diagrams.picture.kept import Kept
from navigator.diagrams.picture.layers import Before, Layering, band_of, layering
from navigator.diagrams.picture.legend import framed
from navigator.diagrams.picture.measure import NAME, REMARK, width_of
from navigator.diagrams.picture.records import Area, Picture, PlacedCluster, PlacedNode, Point
from navigator.diagrams.styles import shape_of

HEIGHT, LOW = 38.0, 26.0
"""Of a box with a remark, and of one without."""
SIDE = 11.0
WIDEST_LABEL = 44
"""In characters."""
PASSING = 4.0
CLUSTER_SIDE, CLUSTER_HEAD = 10.0, 20.0
BETWEEN_CLUSTERS = 14.0
NEAREST, FURTHEST = 44.0, 150.0
"""Bounds of the space between two layers."""
NARROW = 28.0
"""The space between two layers that stand where they stood before, for a name that is longer than those before."""
WIDEST_SHAPE = 3.0
"""Times its height, before a picture that leads downwards is tried from left to right."""
MOST_SIDEWAYS = 5
"""Layers; a view with more is drawn downwards, unless that makes it far wider than high."""


class Direction(enum.StrEnum):
    AUTO = "auto"
    RIGHT = "right"
    DOWN = "down"


class Detail(msgspec.Struct, frozen=True):
    """What a picture tells of a symbol: ``place`` is its file and line, ``link`` where it can be read, or empty."""

    place: str = ""
    link: str = ""


def compose(
    graph: Subgraph,
    detail: Callable[[ViewNode], Detail] = lambda node: Detail(),
    *,
    direction: Direction = Direction.AUTO,
    legend: bool = True,
    title: str = "",
    kept: Kept | None = None,
) -> Picture:
    """The picture of what a view shows; a pure function of its arguments.

    Nodes that an earlier picture has, which ``kept`` tells of, stay where they are, unless what has come between them
    takes more room than there is: then they give way. Where something new begins to the left of all or above, all move.
    """
    nodes = graph.nodes
    words = node_words(graph, detail)
    if kept is not None and direction is Direction.AUTO:
        direction = Direction.RIGHT if kept.sideways else Direction.DOWN
    if kept is not None and kept.sideways is not (direction is Direction.RIGHT):
        kept = None
    places = kept.places if kept is not None else {}
    sizes = {key: _size(label, remark) for key, (label, remark, _, _) in words.items()}
    layers = layering(graph, nodes, None if kept is None else _before(kept, sizes))
    sideways = direction is Direction.RIGHT
    if direction is Direction.AUTO:
        sideways = len(layers.layers) <= MOST_SIDEWAYS and not graph.view.to
    placing = _Placing(nodes, layers, sizes, sideways, places)
    areas = placing.areas()
    if direction is Direction.AUTO and not sideways and not graph.view.to and _slope(areas) > WIDEST_SHAPE:
        turned = _Placing(nodes, layers, sizes, True)
        if _slope(beside := turned.areas()) < _slope(areas):
            sideways, placing, areas = True, turned, beside
    placed = tuple(
        PlacedNode(node, shape_of(node), areas[node.id], *words[node.id], rank=layers.rank[band_of(node)])
        for node in nodes
    )
    edges = curves(graph.edges, areas, placing.ports(), _edge_words(nodes))
    return framed(
        title or heading(graph),
        placed,
        edges,
        placing.clusters(areas),
        captions(graph),
        legend=legend,
        sideways=sideways,
        staying=kept is not None,
    )


def _before(kept: Kept, sizes: Mapping[str, tuple[float, float]]) -> Before:
    along, across = (0, 1) if kept.sideways else (1, 0)
    here = {key: at for key, at in kept.places.items() if key in sizes}
    starts = {key: at[along] - sizes[key][along] / 2 for key, at in here.items()}
    layers: dict[str, int] = {}
    layer, last = 0, None
    for key in sorted(starts, key=lambda key: (starts[key], key)):
        # What stands in one layer begins at one line, but for rounding.
        layer += last is not None and starts[key] - last > 1
        layers[key], last = layer, starts[key]
    return Before({key: at[across] for key, at in here.items()}, layers, kept.ranks)


def _slope(areas: Mapping[str, Area]) -> float:
    """How much longer a picture is than high, or higher than long."""
    width = max(each.x + each.width for each in areas.values()) - min(each.x for each in areas.values())
    height = max(each.y + each.height for each in areas.values()) - min(each.y for each in areas.values())
    return max(width / height, height / width)


def heading(graph: Subgraph) -> str:
    """What a view shows, in words."""
    view = graph.view
    if view.name:
        return view.name
    names = {node.id: printable(node.name) for node in graph.nodes}
    focus = next((names.get(key, key) for key in view.focus), "")
    if view.to:
        target = next((names.get(key, key) for key in view.to), "")
        return f"How calls lead from {focus} to {target}"
    if not focus:
        return "Calls"
    return f"Calls around {focus}"


def node_words(graph: Subgraph, detail: Callable[[ViewNode], Detail]) -> dict[str, tuple[str, str, str, str]]:
    """For each node its label, the remark below it, its tooltip and its link."""
    texts = labels(graph.nodes, dict.fromkeys((node.id for node in graph.nodes), WIDEST_LABEL), UNICODE)
    found = {}
    for node in graph.nodes:
        known = detail(node)
        found[node.id] = texts[node.id], _remark(node, known), _tip(node, known), known.link
    return found


def _size(text: str, remark: str) -> tuple[float, float]:
    width = max(width_of(text, NAME), width_of(remark, REMARK)) + 2 * SIDE
    return round(width, 1), HEIGHT if remark else LOW


def _remark(node: ViewNode, detail: Detail) -> str:
    if node.members:
        return f"{len(node.members)} symbols" if len(node.members) != 1 else "1 symbol"
    return shortened(printable(detail.place.rpartition("/")[2]), WIDEST_LABEL, UNICODE) if detail.place else ""


def _tip(node: ViewNode, detail: Detail) -> str:
    kind = node.symbol.kind if node.symbol is not None else ""
    parts = [printable(node.name), " ".join(part for part in (kind, printable(detail.place)) if part)]
    if node.members:
        parts.append(f"{len(node.members)} of its symbols are in this view")
    return "\n".join(part for part in parts if part and part != "\ufffd")


def _edge_words(nodes: Sequence[ViewNode]) -> Callable[[ViewEdge], str]:
    names = {node.id: printable(node.name) for node in nodes}

    def words(edge: ViewEdge) -> str:
        text = f"{names[edge.caller]} → {names[edge.callee]}\n{edge.kind}, {edge.certainty}"
        if edge.file:
            text += f", {printable(edge.file)}:{edge.line}"
        if edge.calls > 1:
            text += f", {edge.calls} call sites"
        return text + (", seen at run time" if edge.traced else "")

    return words


class _Placing:
    """*Along* is the direction in which calls lead, *across* the one in which a layer's items stand."""

    def __init__(
        self,
        nodes: Sequence[ViewNode],
        layers: Layering,
        sizes: Mapping[str, tuple[float, float]],
        sideways: bool,
        kept: Mapping[str, Point] | None = None,
    ) -> None:
        self.kept = kept or {}
        self.nodes = {node.id: node for node in nodes}
        self.layers = layers
        self.sizes = sizes
        self.sideways = sideways
        self.bands = {node.id: band_of(node) for node in nodes}
        self.grouped = {self.bands[node.id] for node in nodes if node.group and not node.members}
        self.across = self._across()
        self.starts, self.depths = self._along()

    def extent(self, item: Item) -> float:
        """Half of what an item takes across."""
        if item.passing:
            return PASSING / 2
        width, height = self.sizes[item.key]
        return (height if self.sideways else width) / 2

    def _across(self) -> dict[Item, float]:
        items = [item for layer in self.layers.layers for item in layer]
        spans = self._spans()
        sides = [(band, side) for band in spans for side in ("top", "bottom")]
        constraints = Constraints(items, sides)
        for layer in self.layers.layers:
            for one, other in pairwise(layer):
                constraints.apart(one, other, self.extent(one) + self.extent(other) + self._gap(one, other))
        if self.grouped:
            self._keep_apart(constraints, items, spans)
        links = [
            (left, right, 1.0 + 3.0 * left.passing + 3.0 * right.passing)
            for hops in self.layers.hops
            for left, right in hops
        ]
        fixed: dict[Key, float] = {
            item: self.kept[item.key][1 if self.sideways else 0]
            for item in items
            if not item.passing and item.key in self.kept
        }
        return {item: place for item, place in settle(constraints, links, fixed).items() if isinstance(item, Item)}

    def _gap(self, one: Item, other: Item) -> float:
        if one.passing and other.passing:
            return 8.0
        if one.passing or other.passing:
            return 10.0
        return 14.0 if self.sideways else 22.0

    def _spans(self) -> dict[str, tuple[int, int]]:
        """The first and the last layer that each band has a node in."""
        spans: dict[str, tuple[int, int]] = {}
        if not self.grouped:
            return spans
        for number, layer in enumerate(self.layers.layers):
            for item in layer:
                if not item.passing:
                    band = self.bands[item.key]
                    spans[band] = spans.get(band, (number, number))[0], number
        return spans

    def _keep_apart(
        self, constraints: Constraints, items: Sequence[Item], spans: Mapping[str, tuple[int, int]]
    ) -> None:
        head = CLUSTER_HEAD if self.sideways else CLUSTER_SIDE
        for item in items:
            if not item.passing:
                band = self.bands[item.key]
                inside = band in self.grouped
                constraints.apart((band, "top"), item, self.extent(item) + (head if inside else 0))
                constraints.apart(item, (band, "bottom"), self.extent(item) + (CLUSTER_SIDE if inside else 0))
        ordered = sorted(spans, key=self.layers.rank.__getitem__)
        known = set()
        for number in range(len(self.layers.layers)):
            present = [band for band in ordered if spans[band][0] <= number <= spans[band][1]]
            for one, other in pairwise(present):
                if (one, other) not in known:
                    known.add((one, other))
                    constraints.apart((one, "bottom"), (other, "top"), BETWEEN_CLUSTERS)

    def _along(self) -> tuple[list[float], list[float]]:
        """Where each layer begins, and how deep it is."""
        depths = []
        for layer in self.layers.layers:
            sizes = [self.sizes[item.key] for item in layer if not item.passing]
            depths.append(max((size[0 if self.sideways else 1] for size in sizes), default=0.0))
        gaps = []
        for hops in self.layers.hops:
            steepest = max((abs(self.across[left] - self.across[right]) for left, right in hops), default=0.0)
            gap = min(FURTHEST, NEAREST + steepest / 5 + 2.0 * min(len(hops), 15))
            if not self.sideways:
                gap = min(FURTHEST, 0.8 * NEAREST + steepest / 8) + (CLUSTER_HEAD if self.grouped else 0)
            gaps.append(gap)
        stood = self._stood()
        known = min(stood, default=0)
        starts = [stood.get(known, 0.0)]
        for number in range(known, len(depths) - 1):
            end = starts[-1] + depths[number]
            nearest = min(gaps[number], NARROW)
            starts.append(max(stood[number + 1], end + nearest) if number + 1 in stood else end + gaps[number])
        for number in reversed(range(known)):
            starts.insert(0, starts[0] - gaps[number] - depths[number])
        return starts, depths

    def _stood(self) -> dict[int, float]:
        """Where layers began in the picture before, those that have nodes of it."""
        along = 0 if self.sideways else 1
        found: dict[int, list[float]] = {}
        for number, layer in enumerate(self.layers.layers):
            for item in layer:
                if not item.passing and item.key in self.kept:
                    start = self.kept[item.key][along] - self.sizes[item.key][along] / 2
                    found.setdefault(number, []).append(start)
        return {number: sorted(starts)[len(starts) // 2] for number, starts in found.items()}

    def areas(self) -> dict[str, Area]:
        found = {}
        for layer in self.layers.layers:
            for item in layer:
                if item.passing:
                    continue
                width, height = self.sizes[item.key]
                start, across = self.starts[item.layer], self.across[item]
                if self.sideways:
                    found[item.key] = Area(start, across - height / 2, width, height)
                else:
                    found[item.key] = Area(across - width / 2, start, width, height)
        return found

    def ports(self) -> Ports:
        return Ports(self.layers, self.across, self.starts, self.depths, self.sideways)

    def clusters(self, areas: Mapping[str, Area]) -> tuple[PlacedCluster, ...]:
        members: dict[str, list[str]] = {}
        for node in self.nodes.values():
            if self.bands[node.id] in self.grouped and not node.members:
                members.setdefault(node.group, []).append(node.id)
        clusters = []
        for group, keys in members.items():
            left = min(areas[key].x for key in keys) - CLUSTER_SIDE
            top = min(areas[key].y for key in keys) - CLUSTER_HEAD
            right = max(areas[key].x + areas[key].width for key in keys) + CLUSTER_SIDE
            bottom = max(areas[key].y + areas[key].height for key in keys) + CLUSTER_SIDE
            fitting = max(6, int((right - left - 12) / (REMARK * 0.602)))
            label = shortened(printable(group), fitting, UNICODE)
            clusters.append(PlacedCluster(group, Area(left, top, right - left, bottom - top), label, tuple(keys)))
        return tuple(clusters)
