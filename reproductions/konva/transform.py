"""The affine transform of a node (upstream: ``Transform`` in ``Util.js``)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypedDict


class Vector2d(TypedDict):
    """A point or a shift."""

    x: float
    y: float


class Transform:
    """A matrix ``[a, b, c, d, e, f]`` that maps (x, y) to (a x + c y + e, b x + d y + f).

    Every change is multiplied from the right, as on a canvas: what is written last applies to a point first.
    """

    __slots__ = ("dirty", "m")

    def __init__(self, m: Sequence[float] = (1, 0, 0, 1, 0, 0)) -> None:
        self.m = list(m)
        self.dirty = False

    def reset(self) -> None:
        self.m[:] = (1, 0, 0, 1, 0, 0)

    def copy(self) -> Transform:
        return Transform(self.m)

    def copyInto(self, other: Transform) -> None:
        other.m[:] = self.m

    def getMatrix(self) -> list[float]:
        return self.m

    def point(self, point: Vector2d) -> Vector2d:
        a, b, c, d, e, f = self.m
        return {"x": a * point["x"] + c * point["y"] + e, "y": b * point["x"] + d * point["y"] + f}

    def translate(self, x: float, y: float) -> Transform:
        a, b, c, d, _, _ = self.m
        self.m[4] += a * x + c * y
        self.m[5] += b * x + d * y
        return self

    def scale(self, sx: float, sy: float) -> Transform:
        self.m[0] *= sx
        self.m[1] *= sx
        self.m[2] *= sy
        self.m[3] *= sy
        return self

    def rotate(self, radians: float) -> Transform:
        c, s = math.cos(radians), math.sin(radians)
        m0, m1, m2, m3, _, _ = self.m
        self.m[0] = m0 * c + m2 * s
        self.m[1] = m1 * c + m3 * s
        self.m[2] = m0 * -s + m2 * c
        self.m[3] = m1 * -s + m3 * c
        return self

    def skew(self, sx: float, sy: float) -> Transform:
        m0, m1, m2, m3, _, _ = self.m
        self.m[0] = m0 + m2 * sy
        self.m[1] = m1 + m3 * sy
        self.m[2] = m2 + m0 * sx
        self.m[3] = m3 + m1 * sx
        return self

    def multiply(self, other: Transform) -> Transform:
        a, b, c, d, e, f = self.m
        n = other.m
        self.m = [
            a * n[0] + c * n[1],
            b * n[0] + d * n[1],
            a * n[2] + c * n[3],
            b * n[2] + d * n[3],
            a * n[4] + c * n[5] + e,
            b * n[4] + d * n[5] + f,
        ]
        return self

    def isInvertible(self) -> bool:
        return self.m[0] * self.m[3] - self.m[1] * self.m[2] != 0

    def invert(self) -> Transform:
        """Inverts in place; a matrix without an inverse becomes not-a-number throughout, as in JavaScript."""
        a, b, c, d, e, f = self.m
        determinant = a * d - b * c
        q = 1 / determinant if determinant else math.nan
        self.m = [d * q, -b * q, -c * q, a * q, q * (c * f - d * e), q * (b * e - a * f)]
        return self

    def getTranslation(self) -> Vector2d:
        return {"x": self.m[4], "y": self.m[5]}
