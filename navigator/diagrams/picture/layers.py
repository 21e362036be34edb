"""Which layer each node stands in, in what order, which edges were turned round, and which group bars the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from navigator.callgraph.views import Subgraph, ViewNode, without_cycles
from navigator.diagrams.cells.drawing import Ends
from navigator.diagrams.cells.layers import Hop, Item, arrange, depths
from navigator.diagrams.cells.topdown import topological


class Layering(msgspec.Struct, frozen=True):
    """``turned`` are the edges that lead from a later layer to an earlier one: in ``hops`` they run the other way."""

    layers: tuple[tuple[Item, ...], ...]
    hops: tuple[tuple[Hop, ...], ...]
    turned: frozenset[Ends]
    rank: dict[str, int]
    """The place of each group, and of each node without one, in the order that holds in every layer."""


def band_of(node: ViewNode) -> str:
    """What a node shares its part of the picture with: its group, or itself alone."""
    return f"group {node.group}" if node.group else f"node {node.id}"


def layering(graph: Subgraph, nodes: Sequence[ViewNode]) -> Layering:
    keys = [node.id for node in nodes]
    pairs = [(edge.caller, edge.callee) for edge in graph.edges if edge.caller != edge.callee]
    called = {callee for _, callee in pairs}
    focus = {node.id for node in nodes if node.focus}
    starts = sorted(keys, key=lambda key: (key in called, key not in focus))
    forward = set(without_cycles(starts, pairs))
    oriented = list(dict.fromkeys(ends if ends in forward else ends[::-1] for ends in pairs))
    depth = depths(topological(keys, oriented), oriented)
    layered = arrange(keys, oriented, depth)
    bands = {node.id: band_of(node) for node in nodes}
    rank = _ranks(layered.layers, bands)
    passing = _centres(layered.hops, rank, bands)
    layers = tuple(
        tuple(sorted(layer, key=lambda item: passing[item] if item.passing else rank[bands[item.key]]))
        for layer in layered.layers
    )
    return Layering(layers, layered.hops, frozenset(ends for ends in pairs if ends not in forward), rank)


def _ranks(layers: Sequence[Sequence[Item]], bands: Mapping[str, str]) -> dict[str, int]:
    places: dict[str, list[float]] = {}
    for layer in layers:
        for place, item in enumerate(layer):
            if not item.passing:
                places.setdefault(bands[item.key], []).append((place + 0.5) / len(layer))
    mean = {band: sum(found) / len(found) for band, found in places.items()}
    first = {band: number for number, band in enumerate(dict.fromkeys(bands.values()))}
    return {band: number for number, band in enumerate(sorted(mean, key=lambda band: (mean[band], first[band])))}


def _centres(hops: Sequence[Sequence[Hop]], rank: Mapping[str, int], bands: Mapping[str, str]) -> dict[Item, float]:
    """For each passing line the mean rank of where it comes from and of the nodes that it ends in."""
    ends: dict[Item, tuple[int, int]] = {}
    for channel in reversed(hops):
        for left, right in channel:
            if left.passing:
                more = ends[right] if right.passing else (rank[bands[right.key]], 1)
                known = ends.get(left, (0, 0))
                ends[left] = known[0] + more[0], known[1] + more[1]
    return {item: (rank[bands[item.key]] + total) / (1 + count) for item, (total, count) in ends.items()}
