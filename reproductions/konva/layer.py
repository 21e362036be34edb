"""A pair of canvases: what is seen, and what is hit (upstream: ``Layer.js``)."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from .canvas import HitCanvas, SceneCanvas
from .container import Container
from .drag_and_drop import DD
from .event import KonvaEvent
from .factory import Factory
from .settings import Konva
from .shape import shapes
from .util import KonvaError, Util

HIT_SEARCH_RADIUS = 10
HIT_SEARCH_MAX_DISTANCE = 256


class Hit(NamedTuple):
    """What one pixel says: a shape, nothing, or a mixture of colours at some edge."""

    shape: Any = None
    antialiased: bool = False


def getHitShape(pixel: Any) -> Any:
    """The shape whose key a pixel (r, g, b, alpha) shows; a pixel less than half covered shows none."""
    r, g, b, alpha = pixel
    return shapes.get(Util.getHitColorKey(int(r), int(g), int(b))) if alpha >= 128 else None


class Layer(Container):
    """Directly below the stage. Draws itself in the next frame after anything in it has changed."""

    nodeType = "Layer"

    def __init__(self, config: dict[str, Any] | None = None, **attrs: Any) -> None:
        self._waitingForDraw = False
        super().__init__(config, **attrs)
        self.canvas = SceneCanvas()
        self.hitCanvas = HitCanvas()

    def getCanvas(self) -> SceneCanvas:
        return self.canvas

    def getHitCanvas(self) -> HitCanvas:
        return self.hitCanvas

    def getLayer(self) -> Layer:
        return self

    def getStage(self) -> Any:
        return self.parent

    def getWidth(self) -> Any:
        return self.parent.width() if self.parent else None

    def getHeight(self) -> Any:
        return self.parent.height() if self.parent else None

    def setWidth(self, width: Any = None) -> None:
        Util.warn("a layer is as wide as its stage: set stage.width")

    def setHeight(self, height: Any = None) -> None:
        Util.warn("a layer is as high as its stage: set stage.height")

    def _validateAdd(self, child: Any) -> None:
        if child.getType() not in ("Group", "Shape"):
            raise KonvaError(f"a layer holds groups and shapes, not a {child.getType()}")

    def _setSize(self, width: float, height: float) -> None:
        self.canvas.setSize(width, height)
        self._syncHitCanvasSize()

    def _syncHitCanvasSize(self) -> None:
        """A layer that does not listen needs no hit canvas."""
        listening = self.isListening()
        self.hitCanvas.setSizeIfChanged(
            (self.getWidth() if listening else 0) or 0, (self.getHeight() if listening else 0) or 0
        )

    def clear(self) -> Layer:
        self.canvas.getContext().clear()
        self.hitCanvas.getContext().clear()
        return self

    def batchDraw(self) -> Layer:
        """Draws in the next frame, however often it is asked before."""
        if not self._waitingForDraw:
            self._waitingForDraw = True

            def frame() -> None:
                self._waitingForDraw = False
                self.draw()

            stage = self.getStage()
            Util.requestAnimFrame(frame, stage._getOwnerWindow() if stage else None)
        return self

    def getIntersection(self, pos: Any) -> Any:
        """The topmost shape at a point: the pixel's, or where that is a mixture, the nearest ring's that shows one."""
        if not self.isListening() or not self.isVisible():
            return None
        hit = self._getIntersection(pos)
        if hit.shape or not hit.antialiased:
            return hit.shape
        return self._nearest(*_pixel(pos))

    def _getIntersection(self, pos: Any) -> Hit:
        if not self.hitCanvas.width or not self.hitCanvas.height:
            return Hit()
        pixel = self.hitCanvas.getContext().getImageData(*_pixel(pos), 1, 1)[0, 0]
        shape = getHitShape(pixel)
        return Hit(shape) if shape else Hit(antialiased=bool(pixel[3] > 0))

    def _nearest(self, cx: int, cy: int) -> Any:
        """Squares of growing distance, row by row, until one shows a shape or the edge fades out."""

        def read(radius: int) -> Any:
            return self.hitCanvas.getContext().getImageData(cx - radius, cy - radius, 2 * radius + 1, 2 * radius + 1)

        radius = HIT_SEARCH_RADIUS
        data = read(radius)
        previousMax = data[radius, radius, 3]
        for distance in range(1, HIT_SEARCH_MAX_DISTANCE + 1):
            if distance > radius:
                radius = min(HIT_SEARCH_MAX_DISTANCE, radius * 2)
                data = read(radius)
            strongest = 0
            for y in range(-distance, distance + 1):
                for x in range(-distance, distance + 1, 1 if abs(y) == distance else 2 * distance):
                    pixel = data[y + radius, x + radius]
                    shape = getHitShape(pixel)
                    if shape:
                        return shape
                    strongest = max(strongest, pixel[3])
            if strongest <= previousMax and strongest != 255:
                return None
            previousMax = strongest
        return None

    def drawScene(self, can: Any = None, top: Any = None) -> Layer:
        canvas = can or self.getCanvas()
        self._fire("beforeDraw", KonvaEvent(node=self))
        if self.clearBeforeDraw():
            canvas.getContext().clear()
        super().drawScene(canvas, top)
        self._fire("draw", KonvaEvent(node=self))
        return self

    def shouldDrawHit(self, top: Any = None) -> bool:
        """Not while something of the layer is dragged: nothing is asked then, and drawing would cost."""
        if not super().shouldDrawHit(top):
            return False
        if top or Konva.hitOnDragEnabled:
            return True
        return not any(
            elem.dragStatus == "dragging" and (elem.node is self.getStage() or elem.node.getLayer() is self)
            for elem in DD._dragElements.values()
        )

    def drawHit(self, can: Any = None, top: Any = None) -> Layer:
        if not can:
            self._syncHitCanvasSize()
            if self.clearBeforeDraw():
                self.hitCanvas.getContext().clear()
        super().drawHit(can or self.hitCanvas, top)
        return self

    def destroy(self) -> Layer:
        self.canvas.setSize(0, 0)
        self.hitCanvas.setSize(0, 0)
        super().destroy()
        return self


def _pixel(pos: Any) -> tuple[int, int]:
    x, y = (pos["x"], pos["y"]) if isinstance(pos, dict) else (pos.x, pos.y)
    return math.floor(x), math.floor(y)


Factory.addGetterSetter(Layer, "clearBeforeDraw", True)
