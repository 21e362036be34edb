"""What can be seen and hit (upstream: ``Shape.js``)."""

from __future__ import annotations

import math
from typing import Any

from . import pointer_events
from .factory import Factory
from .node import Node
from .util import Util

shapes: dict[str, Shape] = {}
"""Every living shape by its colour key: what a pixel of a hit canvas means."""

_ATTEMPTS = 10_000


class Shape(Node):
    """Draws by ``sceneFunc(context, shape)``; is hit where ``hitFunc``, or else ``sceneFunc``, paints."""

    nodeType = "Shape"
    _centroid = False

    def __init__(self, config: dict[str, Any] | None = None, **attrs: Any) -> None:
        super().__init__(config, **attrs)
        key = Util.getHitColor()
        for _ in range(_ATTEMPTS):
            if key not in shapes:
                break
            key = Util.getHitColor()
        else:
            Util.warn("no colour key is free: some shapes will be taken for others")
        self.colorKey: str | None = key
        shapes[key] = self

    def _sceneFunc(self, context: Any, shape: Shape) -> None:
        """The path of a class of shapes; nothing here."""

    def getSceneFunc(self) -> Any:
        return self.attrs.get("sceneFunc") or self._sceneFunc

    def getHitFunc(self) -> Any:
        return self.attrs.get("hitFunc") or getattr(self, "_hitFunc", None)

    def _fillFunc(self, context: Any) -> None:
        context.fill()

    def _strokeFunc(self, context: Any, width: float) -> None:
        context._stroke_unscaled(self, width)

    def _fillFuncHit(self, context: Any) -> None:
        context.fill()

    def _strokeFuncHit(self, context: Any, width: float) -> None:
        context._stroke_unscaled(self, width)

    def hasFill(self) -> bool:
        return bool(self.fillEnabled() and self.fill())

    def hasStroke(self) -> bool:
        return bool(self.strokeEnabled() and self.strokeWidth() and self.stroke())

    def hasHitStroke(self) -> bool:
        width = self.hitStrokeWidth()
        return self.hasStroke() if width == "auto" else bool(self.strokeEnabled() and width)

    def intersects(self, point: dict[str, float]) -> bool:
        """Whether a point of the stage is in the shape, even where another one covers it."""
        stage = self.getStage()
        if not stage:
            return False
        buffer = stage.bufferHitCanvas
        buffer.setSizeIfChanged(stage.width(), stage.height())
        buffer.getContext().clear()
        self.drawHit(buffer)
        pixel = buffer.getContext().getImageData(math.floor(point["x"]), math.floor(point["y"]), 1, 1)
        return bool(pixel[0, 0, 3] > 0)

    def destroy(self) -> Shape:
        super().destroy()
        if self.colorKey:
            shapes.pop(self.colorKey, None)
        self.colorKey = None
        return self

    def drawScene(self, can: Any = None, top: Any = None) -> Shape:
        canvas = can or self.getLayer().getCanvas()
        if not (self._isVisible(top) if top else self.isVisible()):
            return self
        context = canvas.getContext()
        context.save()
        try:
            context._applyLineJoin(self)
            context.transform(*self.getAbsoluteTransform(top).getMatrix())
            context._applyOpacity(self)
            self.getSceneFunc()(context, self)
        finally:
            context.restore()
        return self

    def drawHit(self, can: Any = None, top: Any = None) -> Shape:
        if not self.shouldDrawHit(top):
            return self
        if not self.colorKey:
            Util.warn(f"{self!r} was destroyed and is drawn again; use remove() for a shape that comes back")
        canvas = can or self.getLayer().hitCanvas
        drawFunc = self.hitFunc() or self.sceneFunc()
        context = canvas.getContext()
        context.save()
        context._applyLineJoin(self)
        context.transform(*self.getAbsoluteTransform(top).getMatrix())
        try:
            drawFunc(context, self)
        finally:
            context.restore()
        return self

    def getSelfRect(self) -> dict[str, float]:
        """The box of the fill, in the shape's own coordinates."""
        width, height = self.width(), self.height()
        half = 0.5 if self._centroid else 0
        return {"x": -width * half, "y": -height * half, "width": width, "height": height}

    def hasPointerCapture(self, pointerId: Any) -> bool:
        return pointer_events.hasPointerCapture(pointerId, self)

    def setPointerCapture(self, pointerId: Any) -> None:
        pointer_events.setPointerCapture(pointerId, self)

    def releaseCapture(self, pointerId: Any) -> None:
        pointer_events.releaseCapture(pointerId, self)


for _attr in ("sceneFunc", "hitFunc", "fill", "stroke", "lineJoin", "lineCap", "miterLimit", "dash"):
    Factory.addGetterSetter(Shape, _attr)
for _attr, _default in {
    "strokeWidth": 2,
    "hitStrokeWidth": "auto",
    "fillEnabled": True,
    "strokeEnabled": True,
    "dashEnabled": True,
    "dashOffset": 0,
    "strokeScaleEnabled": True,
    "fillAfterStrokeEnabled": False,
}.items():
    Factory.addGetterSetter(Shape, _attr, _default)
