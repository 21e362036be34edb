"""Layers for a drawing from left to right: which node stands in which, in what order, at what height."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec

from navigator.diagrams.cells.drawing import Ends

SWEEPS = 4
SPACING = 4
"""Grid rows from one item to the next: the three between are for lines and a frame; unused ones are left out."""


class Item(msgspec.Struct, frozen=True):
    """A node in its layer, or the place where edges of ``key`` pass through one on their way to a later layer."""

    key: str
    layer: int
    passing: bool = False


Hop = tuple[Item, Item]


class Layered(msgspec.Struct, frozen=True):
    """Items by layer, from the top; the hops between neighbouring layers; the grid row of each item."""

    layers: tuple[tuple[Item, ...], ...]
    hops: tuple[tuple[Hop, ...], ...]
    rows: dict[Item, int]


def depths(order: Sequence[str], forward: Sequence[Ends]) -> dict[str, int]:
    """The longest way to each node, in layers; nodes that nobody calls stand right before what they call.

    ``order`` lists callers before callees.
    """
    callers: dict[str, list[str]] = {key: [] for key in order}
    callees: dict[str, list[str]] = {key: [] for key in order}
    for caller, callee in forward:
        callers[callee].append(caller)
        callees[caller].append(callee)
    depth: dict[str, int] = {}
    for key in order:
        depth[key] = max((depth[caller] + 1 for caller in callers[key]), default=0)
    for key in reversed(order):
        if not callers[key] and callees[key]:
            depth[key] = min(depth[callee] for callee in callees[key]) - 1
    return depth


def distances_from(focus: Sequence[str], keys: Sequence[str], pairs: Sequence[Ends]) -> dict[str, int] | None:
    """Layers by the number of calls from (or, to the left, to) the focus; None where that does not reach every node."""
    callers: dict[str, list[str]] = {key: [] for key in keys}
    callees: dict[str, list[str]] = {key: [] for key in keys}
    for caller, callee in pairs:
        callers[callee].append(caller)
        callees[caller].append(callee)
    layer = dict.fromkeys(focus, 0)
    fronts = [(list(focus), callers, -1), (list(focus), callees, 1)]
    while any(front for front, _, _ in fronts):
        following = []
        for front, near, step in fronts:
            reached = []
            for key in front:
                for other in near[key]:
                    if other not in layer:
                        layer[other] = layer[key] + step
                        reached.append(other)
            following.append((reached, near, step))
        fronts = following
    if len(layer) < len(keys):
        return None
    first = min(layer.values(), default=0)
    return {key: layer[key] - first for key in keys}


def arrange(keys: Sequence[str], forward: Sequence[Ends], depth: Mapping[str, int]) -> Layered:
    """Orders each layer so that few lines cross, starting from the order of ``keys``, and gives every item a row.

    Barycentre sweeps: Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures",
    IEEE Transactions on Systems, Man and Cybernetics 11, 1981.
    """
    layers: list[list[Item]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    items = {key: Item(key, depth[key]) for key in keys}
    for key in keys:
        layers[depth[key]].append(items[key])
    hops: list[dict[Hop, None]] = [{} for _ in layers]
    for caller, callee in forward:
        before = items[caller]
        for layer in range(depth[caller] + 1, depth[callee]):
            passing = Item(caller, layer, True)
            if passing not in layers[layer]:
                layers[layer].append(passing)
            hops[layer - 1][before, passing] = None
            before = passing
        hops[depth[callee] - 1][before, items[callee]] = None
    before_of, after_of = _neighbours(hops)
    _order(layers, before_of, after_of)
    rows = _rows(layers, before_of, after_of)
    return Layered(tuple(map(tuple, layers)), tuple(map(tuple, hops[:-1])), rows)


def _neighbours(hops: Sequence[Mapping[Hop, None]]) -> tuple[dict[Item, list[Item]], dict[Item, list[Item]]]:
    before: dict[Item, list[Item]] = {}
    after: dict[Item, list[Item]] = {}
    for channel in hops:
        for left, right in channel:
            before.setdefault(right, []).append(left)
            after.setdefault(left, []).append(right)
    return before, after


def _order(layers: list[list[Item]], before: Mapping[Item, list[Item]], after: Mapping[Item, list[Item]]) -> None:
    best = _crossings(layers, after), [list(layer) for layer in layers]
    for sweep in range(SWEEPS):
        near = after if sweep % 2 else before
        places = {item: place for layer in layers for place, item in enumerate(layer)}
        for layer in reversed(layers) if sweep % 2 else layers:
            centre = {
                item: sum(places[other] for other in near[item]) / len(near[item]) if near.get(item) else places[item]
                for item in layer
            }
            layer.sort(key=lambda item: (centre[item], places[item]))
            places.update((item, place) for place, item in enumerate(layer))
        crossings = _crossings(layers, after)
        if crossings < best[0]:
            best = crossings, [list(layer) for layer in layers]
    layers[:] = best[1]


def _crossings(layers: Sequence[Sequence[Item]], after: Mapping[Item, list[Item]]) -> int:
    total = 0
    for left, right in pairwise(layers):
        places = {item: place for place, item in enumerate(right)}
        ends = [places[other] for item in left for other in sorted(after.get(item, ()), key=places.__getitem__)]
        total += sum(1 for place, end in enumerate(ends) for later in ends[place + 1 :] if later < end)
    return total


def _rows(
    layers: Sequence[Sequence[Item]], before: Mapping[Item, list[Item]], after: Mapping[Item, list[Item]]
) -> dict[Item, int]:
    """Every item as near as may be to the middle of its neighbours, a spacing apart from the next in its layer."""
    tallest = max(map(len, layers))
    rows: dict[Item, int] = {}
    for layer in layers:
        top = (tallest - len(layer)) // 2
        rows.update({item: SPACING * (top + place) for place, item in enumerate(layer)})
    for sweep in range(SWEEPS):
        near = after if sweep % 2 else before
        for layer in reversed(layers) if sweep % 2 else layers:
            wanted = [
                sum(rows[other] for other in near[item]) / len(near[item]) / SPACING
                if near.get(item)
                else rows[item] / SPACING
                for item in layer
            ]
            for item, row in zip(layer, _spread(wanted), strict=True):
                rows[item] = SPACING * row
    top = min(rows.values(), default=0)
    return {item: row - top for item, row in rows.items()}


def _spread(wanted: Sequence[float]) -> list[int]:
    """Ascending whole numbers nearest to those wanted: runs that press against each other share their middle."""
    runs: list[tuple[float, int]] = []
    for place, value in enumerate(wanted):
        total, count = value - place, 1
        while runs and runs[-1][0] / runs[-1][1] >= total / count:
            before = runs.pop()
            total, count = total + before[0], count + before[1]
        runs.append((total, count))
    result: list[int] = []
    for total, count in runs:
        start = round(total / count)
        result.extend(start + len(result) for _ in range(count))
    for place in range(1, len(result)):
        result[place] = max(result[place], result[place - 1] + 1)
    return result
