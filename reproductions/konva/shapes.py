"""Rectangle, circle, line and text (upstream: ``shapes/Rect.js``, ``Circle.js``, ``Line.js``, ``Text.js``)."""

from __future__ import annotations

import math
from typing import Any

from .backend import measureText
from .event import KonvaEvent
from .factory import Factory
from .shape import Shape

PI = math.pi


class Rect(Shape):
    """``width`` × ``height``, from its own origin; ``cornerRadius`` is a number or one a corner, clockwise."""

    className = "Rect"

    def _sceneFunc(self, context: Any, shape: Shape) -> None:
        width, height, cornerRadius = self.width(), self.height(), self.cornerRadius()
        context.beginPath()
        if cornerRadius:
            _rounded(context, width, height, cornerRadius)
        else:
            context.rect(0, 0, width, height)
        context.closePath()
        context.fillStrokeShape(self)


def _rounded(context: Any, width: float, height: float, cornerRadius: Any) -> None:
    x, y = min(width, 0), min(height, 0)
    width, height = abs(width), abs(height)
    wanted = cornerRadius if isinstance(cornerRadius, list | tuple) else [cornerRadius] * 4
    limit = min(width, height) / 2
    top_left, top_right, bottom_right, bottom_left = (min(max(radius or 0, 0), limit) for radius in wanted)
    context.moveTo(x + top_left, y)
    context.lineTo(x + width - top_right, y)
    context.arc(x + width - top_right, y + top_right, top_right, PI * 3 / 2, 0)
    context.lineTo(x + width, y + height - bottom_right)
    context.arc(x + width - bottom_right, y + height - bottom_right, bottom_right, 0, PI / 2)
    context.lineTo(x + bottom_left, y + height)
    context.arc(x + bottom_left, y + height - bottom_left, bottom_left, PI / 2, PI)
    context.lineTo(x, y + top_left)
    context.arc(x + top_left, y + top_left, top_left, PI, PI * 3 / 2)


class Circle(Shape):
    """Round its own origin."""

    className = "Circle"
    _centroid = True

    def _sceneFunc(self, context: Any, shape: Shape) -> None:
        context.beginPath()
        context.arc(0, 0, abs(self.attrs.get("radius") or 0), 0, PI * 2)
        context.closePath()
        context.fillStrokeShape(self)

    def getWidth(self) -> float:
        return abs(self.radius()) * 2

    def getHeight(self) -> float:
        return abs(self.radius()) * 2

    def setWidth(self, width: float) -> None:
        self.radius(width / 2)

    def setHeight(self, height: float) -> None:
        self.radius(height / 2)


class Line(Shape):
    """Through ``points`` [x1, y1, x2, y2, …]; filled if ``closed``, curved with ``tension``."""

    className = "Line"

    def __init__(self, config: dict[str, Any] | None = None, **attrs: Any) -> None:
        super().__init__(config, **attrs)
        self.on("pointsChange.konva tensionChange.konva closedChange.konva", self._forget)

    def _forget(self, evt: KonvaEvent) -> None:
        self._clearCache("tensionPoints")

    def _sceneFunc(self, context: Any, shape: Shape) -> None:
        points, closed = self.points(), self.closed()
        if not points:
            return
        context.beginPath()
        context.moveTo(points[0], points[1])
        if self.tension() and len(points) > 4:
            self._curve(context, points, closed)
        else:
            for x, y in zip(points[2::2], points[3::2], strict=False):
                context.lineTo(x, y)
        if closed:
            context.closePath()
            context.fillStrokeShape(self)
        else:
            context.strokeShape(self)

    def _curve(self, context: Any, points: list[float], closed: bool) -> None:
        tp = self.getTensionPoints()
        if closed:
            inner = tp
        else:
            context.quadraticCurveTo(*tp[:4])
            inner = tp[4:-2]
        for at in range(0, len(inner) - 5, 6):
            context.bezierCurveTo(*inner[at : at + 6])
        if not closed:
            context.quadraticCurveTo(*tp[-2:], *points[-2:])

    def getTensionPoints(self) -> list[float]:
        return self._getCache("tensionPoints", self._getTensionPoints)

    def _getTensionPoints(self) -> list[float]:
        p, tension = self.points(), self.tension()
        if not self.closed():
            return _expand(p, tension)
        first = _control(*p[-2:], *p[:4], tension)
        last = _control(*p[-4:], *p[:2], tension)
        return [*first[2:], *_expand(p, tension), *last[:2], *p[-2:], *last[2:], *first[:2], *p[:2]]

    def getSelfRect(self) -> dict[str, float]:
        points = self.points() or [0, 0]
        xs, ys = points[::2], points[1::2]
        return {"x": min(xs), "y": min(ys), "width": max(xs) - min(xs), "height": max(ys) - min(ys)}

    def getWidth(self) -> float:
        return self.getSelfRect()["width"]

    def getHeight(self) -> float:
        return self.getSelfRect()["height"]


def _control(x0: float, y0: float, x1: float, y1: float, x2: float, y2: float, t: float) -> list[float]:
    """The two Bézier handles of the middle one of three points: along the line between the others, by distance."""
    before, after = math.hypot(x1 - x0, y1 - y0), math.hypot(x2 - x1, y2 - y1)
    if not before + after:
        return [x1, y1, x1, y1]
    fa, fb = t * before / (before + after), t * after / (before + after)
    return [x1 - fa * (x2 - x0), y1 - fa * (y2 - y0), x1 + fb * (x2 - x0), y1 + fb * (y2 - y0)]


def _expand(p: list[float], tension: float) -> list[float]:
    found: list[float] = []
    for n in range(2, len(p) - 2, 2):
        handles = _control(*p[n - 2 : n + 4], tension)
        found += [*handles[:2], *p[n : n + 2], *handles[2:]]
    return found


class Text(Shape):
    """Lines of text, one below the other; hit in its whole box. As large as it is unless given a size."""

    className = "Text"

    def __init__(self, config: dict[str, Any] | None = None, **attrs: Any) -> None:
        super().__init__({"fill": "black", **(config or {}), **attrs})

    def _sceneFunc(self, context: Any, shape: Shape) -> None:
        size, line_height = self.fontSize(), self.lineHeight() * self.fontSize()
        for number, line in enumerate(self.text().split("\n")):
            free = self.width() - 2 * self.padding() - measureText(line, size)
            x = self.padding() + free * {"left": 0, "center": 0.5, "right": 1}[self.align()]
            # The middle of a line is the middle of the font: 0.34 em above the base line, in most fonts.
            y = self.padding() + (number + 0.5) * line_height + 0.34 * size
            if self.hasFill():
                context.fillStyle = self.fill()
                context.fillText(line, x, y, size)

    def getStrokeScaleEnabled(self) -> bool:
        """The stroke of letters always scales with them."""
        return True

    def _hitFunc(self, context: Any, shape: Shape) -> None:
        context.beginPath()
        context.rect(0, 0, self.width(), self.height())
        context.closePath()
        context.fillStrokeShape(self)

    def getWidth(self) -> float:
        given = self.attrs.get("width")
        if given not in (None, "auto"):
            return given
        return max(measureText(line, self.fontSize()) for line in self.text().split("\n")) + 2 * self.padding()

    def getHeight(self) -> float:
        given = self.attrs.get("height")
        if given not in (None, "auto"):
            return given
        return self.fontSize() * self.lineHeight() * (self.text().count("\n") + 1) + 2 * self.padding()


Factory.addGetterSetter(Rect, "cornerRadius", 0)
Factory.addGetterSetter(Circle, "radius", 0)
Factory.addGetterSetter(Line, "closed", False)
Factory.addGetterSetter(Line, "tension", 0)
Factory.addGetterSetter(Line, "points", [])
for _attr, _default in {"text": "", "fontSize": 12, "lineHeight": 1, "padding": 0, "align": "left"}.items():
    Factory.addGetterSetter(Text, _attr, _default)
