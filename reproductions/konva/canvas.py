"""Canvases of a layer and their contexts (upstream: ``Canvas.js``, ``Context.js``).

What paints is a back end (``CanvasElement``): skia when it is installed, else our own rasteriser over numpy. Both offer
what the browser's ``CanvasRenderingContext2D`` does, as far as shapes use it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .backend import createCanvasElement
from .context_state import ContextState
from .settings import Konva

if TYPE_CHECKING:
    from .shape import Shape


class Context:
    """Knows how shapes want to be filled and stroked; everything else goes to the back end's context."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._context: Any = canvas._canvas.getContext("2d")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """``fillStyle``, ``lineWidth`` and so on are the back end's, also where a ``sceneFunc`` sets them."""
        if name in ContextState.FIELDS:
            setattr(self._context, name, value)
        else:
            object.__setattr__(self, name, value)

    def setAttr(self, attr: str, val: Any) -> None:
        setattr(self._context, attr, val)

    def clear(self) -> None:
        self._context.clearRect(0, 0, self.canvas.width, self.canvas.height)

    def fillShape(self, shape: Shape) -> None:
        if shape.fillEnabled():
            self._fill(shape)

    def strokeShape(self, shape: Shape) -> None:
        if shape.hasStroke():
            self._stroke(shape)

    def fillStrokeShape(self, shape: Shape) -> None:
        """What a shape's ``sceneFunc`` calls when its path is complete."""
        if shape.attrs.get("fillAfterStrokeEnabled"):
            self.strokeShape(shape)
            self.fillShape(shape)
        else:
            self.fillShape(shape)
            self.strokeShape(shape)

    def _fill(self, shape: Shape) -> None:
        raise NotImplementedError

    def _stroke(self, shape: Shape) -> None:
        raise NotImplementedError

    def _stroke_unscaled(self, shape: Shape, width: float) -> None:
        """Strokes; where the stroke does not scale with the shape, with the canvas's own pen."""
        context = self._context
        scaled = shape.getStrokeScaleEnabled()
        if not scaled:
            context.save()
            context.setTransform(self.canvas.pixelRatio, 0, 0, self.canvas.pixelRatio, 0, 0)
        if shape.attrs.get("lineCap"):
            self.setAttr("lineCap", shape.attrs["lineCap"])
        context.lineWidth = width
        context.stroke()
        if not scaled:
            context.restore()

    def _applyLineJoin(self, shape: Shape) -> None:
        for attr in ("lineJoin", "miterLimit"):
            if shape.attrs.get(attr) is not None:
                self.setAttr(attr, shape.attrs[attr])


class SceneContext(Context):
    """Paints what people see."""

    def _fill(self, shape: Shape) -> None:
        style = shape.fill()
        if style:
            self._context.fillStyle = style
            shape._fillFunc(self)

    def _stroke(self, shape: Shape) -> None:
        context = self._context
        if shape.dash() and shape.dashEnabled():
            context.setLineDash(shape.dash())
            context.lineDashOffset = shape.dashOffset()
        context.strokeStyle = shape.stroke()
        shape._strokeFunc(self, shape.strokeWidth())

    def _applyOpacity(self, shape: Shape) -> None:
        opacity = shape.getAbsoluteOpacity()
        if opacity != 1:
            self._context.globalAlpha = opacity


class HitContext(Context):
    """Paints every shape in its colour key, whatever it looks like."""

    def strokeShape(self, shape: Shape) -> None:
        if shape.hasHitStroke():
            self._stroke(shape)

    def _fill(self, shape: Shape) -> None:
        self._context.save()
        self._context.fillStyle = shape.colorKey
        shape._fillFuncHit(self)
        self._context.restore()

    def _stroke(self, shape: Shape) -> None:
        width = shape.hitStrokeWidth()
        self._context.strokeStyle = shape.colorKey
        shape._strokeFuncHit(self, shape.strokeWidth() if width == "auto" else width)


class Canvas:
    """A bitmap with a context; ``width`` and ``height`` are those of the bitmap, in device pixels."""

    context: Context

    def __init__(self, pixelRatio: float | None = None) -> None:
        self.pixelRatio = pixelRatio or Konva.pixelRatio or 1
        self.width = 0
        self.height = 0
        self._canvas = createCanvasElement()

    def getContext(self) -> Any:
        return self.context

    def getWidth(self) -> int:
        return self.width

    def getHeight(self) -> int:
        return self.height

    def getPixelRatio(self) -> float:
        return self.pixelRatio

    def _bitmapSize(self, size: float) -> int:
        return math.floor((size or 0) * self.pixelRatio)

    def setSize(self, width: float, height: float) -> None:
        """Empties the bitmap, even if the size stays."""
        self.width, self.height = self._bitmapSize(width), self._bitmapSize(height)
        self._canvas.setSize(self.width, self.height)
        self.context._context.scale(self.pixelRatio, self.pixelRatio)

    def setSizeIfChanged(self, width: float, height: float) -> None:
        if (self.width, self.height) != (self._bitmapSize(width), self._bitmapSize(height)):
            self.setSize(width, height)


class SceneCanvas(Canvas):
    """What people see of a layer."""

    def __init__(self, width: float = 0, height: float = 0, pixelRatio: float | None = None) -> None:
        super().__init__(pixelRatio)
        self.context = SceneContext(self)
        self.setSize(width, height)


class HitCanvas(Canvas):
    """The colour-keyed twin of a layer's scene, one pixel a pixel."""

    hitCanvas = True

    def __init__(self, width: float = 0, height: float = 0) -> None:
        super().__init__(1)
        self.context = HitContext(self)
        self.setSize(width, height)
