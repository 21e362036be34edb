"""Paths as the canvas keeps them: straight pieces in device pixels, curves already flattened."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Matrix = tuple[float, float, float, float, float, float]
"""(x, y) goes to (a x + c y + e, b x + d y + f)."""

IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
TOLERANCE = 0.02
"""How far, in pixels, a flattened curve may stray."""


def multiplied(m: Matrix, n: Matrix) -> Matrix:
    """First ``n``, then ``m``."""
    return (
        m[0] * n[0] + m[2] * n[1],
        m[1] * n[0] + m[3] * n[1],
        m[0] * n[2] + m[2] * n[3],
        m[1] * n[2] + m[3] * n[3],
        m[0] * n[4] + m[2] * n[5] + m[4],
        m[1] * n[4] + m[3] * n[5] + m[5],
    )


def inverted(m: Matrix) -> Matrix | None:
    a, b, c, d, e, f = m
    determinant = a * d - b * c
    if not determinant or not math.isfinite(determinant):
        return None
    return (
        d / determinant,
        -b / determinant,
        -c / determinant,
        a / determinant,
        (c * f - d * e) / determinant,
        (b * e - a * f) / determinant,
    )


def mapped(m: Matrix, points: Any) -> Any:
    """Points (n, 2) through ``m``."""
    points = np.asarray(points, float)
    return points @ np.array([[m[0], m[1]], [m[2], m[3]]]) + np.array([m[4], m[5]])


@dataclass
class SubPath:
    points: list[tuple[float, float]] = field(default_factory=list)
    closed: bool = False


class Path:
    """What ``beginPath`` starts; every method takes the matrix that holds when it is called."""

    def __init__(self) -> None:
        self.parts: list[SubPath] = []

    def move(self, m: Matrix, x: float, y: float) -> None:
        self.parts.append(SubPath([_at(m, x, y)]))

    def line(self, m: Matrix, x: float, y: float) -> None:
        self._open(_at(m, x, y)).append(_at(m, x, y))

    def _open(self, start: tuple[float, float]) -> list[tuple[float, float]]:
        """The points of the part that goes on; after a closed one, a new one from where that began."""
        if not self.parts:
            self.parts.append(SubPath([start]))
        elif self.parts[-1].closed:
            self.parts.append(SubPath([self.parts[-1].points[0]]))
        return self.parts[-1].points

    def close(self) -> None:
        if self.parts:
            self.parts[-1].closed = True

    def bezier(self, m: Matrix, ax: float, ay: float, bx: float, by: float, x: float, y: float) -> None:
        a, b, end = _at(m, ax, ay), _at(m, bx, by), _at(m, x, y)
        points = self._open(a)
        p = np.array([points[-1], a, b, end])
        bend = np.abs(np.diff(p, 2, axis=0)).max()
        t = _parameters(math.sqrt(0.75 * bend / TOLERANCE))
        curve = ((1 - t) ** 3) * p[0] + 3 * t * ((1 - t) ** 2) * p[1] + 3 * t**2 * (1 - t) * p[2] + t**3 * p[3]
        points += map(tuple, curve)

    def quadratic(self, m: Matrix, cx: float, cy: float, x: float, y: float) -> None:
        c, end = _at(m, cx, cy), _at(m, x, y)
        points = self._open(c)
        p = np.array([points[-1], c, end])
        t = _parameters(math.sqrt(np.abs(p[0] - 2 * p[1] + p[2]).max() / (4 * TOLERANCE)))
        points += map(tuple, (1 - t) ** 2 * p[0] + 2 * t * (1 - t) * p[1] + t**2 * p[2])

    def arc(self, m: Matrix, x: float, y: float, radius: float, start: float, sweep: float) -> None:
        """A circular arc; joined to what is open by a straight line."""
        a, b, c, d, _, _ = m
        size = radius * math.hypot(a, b, c, d)
        step = 2 * math.acos(max(0.0, 1 - TOLERANCE / size)) if size > TOLERANCE else math.pi
        angles = start + sweep * np.linspace(0, 1, max(1, math.ceil(abs(sweep) / step)) + 1)
        circle = np.column_stack([x + radius * np.cos(angles), y + radius * np.sin(angles)])
        around = [tuple(point) for point in mapped(m, circle)]
        self._open(around[0]).extend(around)

    def rect(self, m: Matrix, x: float, y: float, width: float, height: float) -> None:
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        self.parts.append(SubPath([_at(m, *corner) for corner in corners], True))

    def polygons(self) -> list[Any]:
        """For filling: every part closed by a straight line."""
        return [np.array(part.points, float) for part in self.parts]


def _at(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _parameters(pieces: float) -> Any:
    count = min(500, max(1, math.ceil(pieces))) if math.isfinite(pieces) else 1
    return np.linspace(0, 1, count + 1)[1:, None]
