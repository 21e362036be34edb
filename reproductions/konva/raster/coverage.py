"""How much of every pixel a set of polygons covers, by the non-zero winding rule."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

SUB_LINES = 16
"""Lines a pixel row is cut into. Along a line coverage is exact, so only nearly horizontal edges are approximate."""

Polygon = Any
"""Corners (n, 2) of a closed polygon, in device pixels, float64."""


class Coverage(NamedTuple):
    """``alpha`` (rows, columns) from 0 to 1, of the part of the bitmap that begins at ``left``, ``top``."""

    left: int
    top: int
    alpha: Any


def cover(polygons: list[Polygon], width: int, height: int) -> Coverage | None:
    """What ``polygons`` together cover of a bitmap of ``width`` × ``height``; None where that is nothing.

    Every edge is cut by horizontal sample lines. Along a line the crossings are sorted, the winding number between two
    of them is the running sum of directions, and the stretches where it is not 0 are added to the pixels they touch.
    """
    polygons = [polygon for polygon in polygons if len(polygon) > 2 and np.isfinite(polygon).all()]
    if not polygons:
        return None
    starts = np.concatenate(polygons)
    ends = np.concatenate([np.roll(polygon, -1, axis=0) for polygon in polygons])
    left = max(0, math.floor(starts[:, 0].min()))
    right = min(width, math.ceil(starts[:, 0].max()))
    top = max(0, math.floor(starts[:, 1].min()))
    bottom = min(height, math.ceil(starts[:, 1].max()))
    if left >= right or top >= bottom:
        return None
    box = _box(polygons, left, top, right, bottom)
    if box is not None:
        return Coverage(left, top, box)
    return _scan(starts, ends, left, top, right - left, bottom - top)


def _box(polygons: list[Polygon], left: int, top: int, right: int, bottom: int) -> Any:
    """One rectangle along the axes is the product of what it covers across and down."""
    if len(polygons) != 1 or not 4 <= len(polygons[0]) <= 5:
        return None
    corners = polygons[0]
    if len(corners) == 5 and (corners[4] != corners[0]).any():
        return None
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners[:4]
    if not ((ax == bx and by == cy and cx == dx and dy == ay) or (ay == by and bx == cx and cy == dy and dx == ax)):
        return None
    across = _overlap(min(ax, cx), max(ax, cx), left, right)
    down = _overlap(min(ay, cy), max(ay, cy), top, bottom)
    return down[:, None] * across[None, :]


def _overlap(low: float, high: float, first: int, last: int) -> Any:
    pixels = np.arange(first, last)
    return np.clip(np.minimum(high, pixels + 1) - np.maximum(low, pixels), 0, 1)


def _scan(starts: Any, ends: Any, left: int, top: int, columns: int, rows: int) -> Coverage | None:
    lines = rows * SUB_LINES
    x0, y0 = starts[:, 0] - left, (starts[:, 1] - top) * SUB_LINES
    x1, y1 = ends[:, 0] - left, (ends[:, 1] - top) * SUB_LINES
    # An edge crosses the lines whose middle (k + 0.5) lies between its ends; the upper end belongs to it.
    first = np.clip(np.ceil(np.minimum(y0, y1) - 0.5), 0, lines).astype(np.int64)
    last = np.clip(np.ceil(np.maximum(y0, y1) - 0.5), 0, lines).astype(np.int64)
    count = last - first
    total = int(count.sum())
    if not total:
        return None
    edge = np.repeat(np.arange(len(count)), count)
    line = np.arange(total) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    x = x0[edge] + (line + 0.5 - y0[edge]) * ((x1 - x0)[edge] / (y1 - y0)[edge])
    direction = np.where(y1 > y0, 1, -1)[edge]
    order = np.lexsort((x, line))
    line, x = line[order], np.clip(x[order], 0, columns)
    winding = np.cumsum(direction[order])  # closed polygons: back to 0 at the end of every line
    inside = winding[:-1] != 0
    rows_of = line[:-1][inside] // SUB_LINES
    begin, end = x[:-1][inside], x[1:][inside]
    # A stretch is a step up at its begin and a step down at its end; the fraction of a pixel goes to its neighbour.
    stride = columns + 2
    steps = np.zeros(rows * stride)
    for at, sign in ((begin, 1.0), (end, -1.0)):
        whole = np.floor(at).astype(np.int64)
        fraction = at - whole
        place = rows_of * stride + whole
        steps += np.bincount(place, sign * (1 - fraction), len(steps))
        steps += np.bincount(place + 1, sign * fraction, len(steps))
    alpha = np.cumsum(steps.reshape(rows, stride), axis=1)[:, :columns] / SUB_LINES
    return Coverage(left, top, np.clip(alpha, 0, 1))
