"""Which layer each node stands in, in what order, which edges were turned round, and which group bars the way."""

from __future__ import annotations

import math
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


class Before(msgspec.Struct, frozen=True):
    """How nodes, by id, stood in an earlier picture: their place across the layers, their layer and their rank.

    In a layer those that have a place stand in the order of these, others behind them. Layers stay if all lines still
    lead from one to a later one.
    """

    across: Mapping[str, float]
    layers: Mapping[str, int]
    ranks: Mapping[str, int]


def band_of(node: ViewNode) -> str:
    """What a node shares its part of the picture with: its group, or itself alone."""
    return f"group {node.group}" if node.group else f"node {node.id}"


def layering(
    graph: Subgraph,
    nodes: Sequence[ViewNode],
    before: Before | None = None,
) -> Layering:
    kept = before.across if before is not None else {}
    keys = [node.id for node in nodes]
    pairs = [(edge.caller, edge.callee) for edge in graph.edges if edge.caller != edge.callee]
    called = {callee for _, callee in pairs}
    focus = {node.id for node in nodes if node.focus}
    starts = sorted(keys, key=lambda key: (key in called, key not in focus))
    forward = set(without_cycles(starts, pairs))
    oriented = list(dict.fromkeys(ends if ends in forward else ends[::-1] for ends in pairs))
    order = topological(keys, oriented)
    depth = (_as_before(order, oriented, before.layers) if before is not None else None) or depths(order, oriented)
    layered = arrange(keys, oriented, depth)
    bands = {node.id: band_of(node) for node in nodes}
    rank = _ranks(layered.layers, bands, before.ranks if before is not None else {})
    passing = _centres(layered.hops, rank, bands)
    layers = tuple(
        tuple(
            sorted(
                layer,
                key=lambda item: (
                    float(passing[item] if item.passing else rank[bands[item.key]]),
                    item.passing,
                    kept.get(item.key, math.inf) if kept and not item.passing else 0.0,
                ),
            )
        )
        for layer in layered.layers
    )
    return Layering(layers, layered.hops, frozenset(ends for ends in pairs if ends not in forward), rank)


def _as_before(order: Sequence[str], forward: Sequence[Ends], stood: Mapping[str, int]) -> dict[str, int] | None:
    """Layers in which every node that had one keeps it; None where what is new does not fit in between."""
    callers: dict[str, list[str]] = {key: [] for key in order}
    callees: dict[str, list[str]] = {key: [] for key in order}
    for caller, callee in forward:
        callers[callee].append(caller)
        callees[caller].append(callee)
    depth = {key: stood[key] for key in order if key in stood}
    for key in order:
        before = [depth[caller] for caller in callers[key] if caller in depth]
        if key not in depth and before:
            depth[key] = max(before) + 1
    for key in reversed(order):
        if key not in depth:
            depth[key] = min((depth[callee] for callee in callees[key]), default=1) - 1
    if any(depth[caller] >= depth[callee] for caller, callee in forward):
        return None
    number = {layer: place for place, layer in enumerate(sorted(set(depth.values())))}
    return {key: number[layer] for key, layer in depth.items()}


def _ranks(layers: Sequence[Sequence[Item]], bands: Mapping[str, str], before: Mapping[str, int]) -> dict[str, int]:
    places: dict[str, list[float]] = {}
    for layer in layers:
        for place, item in enumerate(layer):
            if not item.passing:
                places.setdefault(bands[item.key], []).append((place + 0.5) / len(layer))
    mean = {band: sum(found) / len(found) for band, found in places.items()}
    first = {band: number for number, band in enumerate(dict.fromkeys(bands.values()))}
    known: dict[str, int] = {}
    for key, number in before.items():
        if key in bands:
            known[bands[key]] = min(number, known.get(bands[key], number))
    ordered = sorted(mean, key=lambda band: (known.get(band, len(mean)) if known else 0, mean[band], first[band]))
    return {band: number for number, band in enumerate(ordered)}


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
