"""The outline of a stroke: a box a piece, a wedge a corner, caps at the ends; together, by winding, the stroke.

Everything is in the coordinates of the pen, where it is round; the caller maps the polygons to pixels.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

Point = tuple[float, float]


class Pen(NamedTuple):
    width: float
    join: str
    cap: str
    miterLimit: float
    scale: float
    """Pixels a unit: how finely round corners have to be cut."""


def outlines(points: Sequence[Point], closed: bool, pen: Pen) -> list[Any]:
    """Polygons (n, 2), all turning the same way."""
    line = [tuple(map(float, point)) for point in points]
    line = [point for at, point in enumerate(line) if not at or point != line[at - 1]]
    if closed and len(line) > 1 and line[0] == line[-1]:
        line.pop()
    if len(line) < 2:
        return _dot(line, closed, pen)
    half = pen.width / 2
    pairs = list(zip(line, line[1:] + line[:1], strict=True))
    pieces = pairs if closed else pairs[:-1]
    polygons = [_box(start, end, half) for start, end in pieces]
    corners = range(len(pieces)) if closed else range(1, len(pieces))
    for at in corners:
        polygons += _join(pieces[at - 1][0], pieces[at][0], pieces[at][1], pen)
    if not closed:
        polygons += _cap(line[1], line[0], pen) + _cap(line[-2], line[-1], pen)
    return [_turned(polygon) for polygon in polygons]


def _turned(polygon: Any) -> Any:
    x, y = polygon[:, 0], polygon[:, 1]
    return polygon if (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() >= 0 else polygon[::-1]


def _direction(start: Point, end: Point) -> tuple[float, float]:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    return dx / length, dy / length


def _box(start: Point, end: Point, half: float) -> Any:
    dx, dy = _direction(start, end)
    nx, ny = -dy * half, dx * half
    return np.array(
        [
            (start[0] + nx, start[1] + ny),
            (end[0] + nx, end[1] + ny),
            (end[0] - nx, end[1] - ny),
            (start[0] - nx, start[1] - ny),
        ]
    )


def _disc(centre: Point, pen: Pen) -> Any:
    half = pen.width / 2
    count = max(8, math.ceil(math.pi / math.acos(max(0.0, 1 - 0.02 / max(half * pen.scale, 0.05)))))
    angles = np.linspace(0, 2 * math.pi, count, endpoint=False)
    return np.column_stack([centre[0] + half * np.cos(angles), centre[1] + half * np.sin(angles)])


def _join(before: Point, corner: Point, after: Point, pen: Pen) -> list[Any]:
    ax, ay = _direction(before, corner)
    bx, by = _direction(corner, after)
    cross, dot = ax * by - ay * bx, ax * bx + ay * by
    if abs(cross) < 1e-12 and dot > 0:
        return []
    if pen.join == "round":
        return [_disc(corner, pen)]
    half = pen.width / 2
    side = -half if cross > 0 else half  # the outer side of the bend
    first = (corner[0] - ay * side, corner[1] + ax * side)
    second = (corner[0] - by * side, corner[1] + bx * side)
    wedge = [corner, first, second]
    # The miter is 1 / sin(θ/2) pen widths long, where θ, the angle between the pieces, has cos θ = -dot.
    sine = math.sqrt(max(0.0, (1 + dot) / 2))
    if pen.join == "miter" and sine * pen.miterLimit >= 1:
        length = side / sine
        mx, my = -(ay + by), ax + bx
        size = math.hypot(mx, my)
        wedge.insert(2, (corner[0] + mx / size * length, corner[1] + my / size * length))
    return [np.array(wedge)]


def _cap(inner: Point, end: Point, pen: Pen) -> list[Any]:
    if pen.cap == "round":
        return [_disc(end, pen)]
    if pen.cap == "square":
        dx, dy = _direction(inner, end)
        half = pen.width / 2
        return [_box(end, (end[0] + dx * half, end[1] + dy * half), half)]
    return []


def _dot(line: list[Any], closed: bool, pen: Pen) -> list[Any]:
    """A piece without length shows by its caps alone."""
    if not line or pen.cap == "butt":
        return []
    if pen.cap == "round":
        return [_disc(line[0], pen)]
    x, y = line[0]
    half = pen.width / 2
    return [_turned(_box((x - half, y), (x + half, y), half))]


def dashes(points: Sequence[Point], closed: bool, lengths: Sequence[float], offset: float) -> list[list[Point]]:
    """The pieces of a line that are drawn, by turns on and off from ``offset`` into the pattern."""
    total = sum(lengths)
    if not total > 0 or min(lengths) < 0:
        return [list(points) + ([points[0]] if closed else [])]
    line = [*points, points[0]] if closed else list(points)
    offset %= total
    at = 0
    while offset >= lengths[at]:
        offset -= lengths[at]
        at = (at + 1) % len(lengths)
    left = lengths[at] - offset
    drawn = at % 2 == 0
    pieces: list[list[Point]] = [[line[0]]] if drawn else []
    for start, end in itertools.pairwise(line):
        length = math.hypot(end[0] - start[0], end[1] - start[1])
        done = 0.0
        while length - done > left:
            done += left
            point = (start[0] + (end[0] - start[0]) * done / length, start[1] + (end[1] - start[1]) * done / length)
            if drawn:
                pieces[-1].append(point)
            else:
                pieces.append([point])
            drawn = not drawn
            at = (at + 1) % len(lengths)
            left = lengths[at]
        left -= length - done
        if drawn:
            pieces[-1].append(end)
    return pieces
