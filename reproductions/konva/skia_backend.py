"""Painting with skia-python."""

from __future__ import annotations

import functools
import math
from typing import Any, ClassVar

import numpy as np
import skia

from .backend import font_file
from .context_state import ContextState, rgba, sweep

_JOINS = {"miter": skia.Paint.kMiter_Join, "round": skia.Paint.kRound_Join, "bevel": skia.Paint.kBevel_Join}
_CAPS = {"butt": skia.Paint.kButt_Cap, "round": skia.Paint.kRound_Cap, "square": skia.Paint.kSquare_Cap}


class CanvasElement:
    """A bitmap of premultiplied pixels that skia paints into."""

    def __init__(self) -> None:
        self.width = self.height = 0
        self._context = CanvasRenderingContext2D(self)

    def getContext(self, kind: str) -> CanvasRenderingContext2D:
        return self._context

    def setSize(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._context.reset()

    def pixels(self) -> Any:
        """The whole bitmap, (height, width, 4), r g b alpha, not premultiplied."""
        return self._context.getImageData(0, 0, self.width, self.height)


class CanvasRenderingContext2D(ContextState):
    """The browser's context, as far as shapes use it. Paths are kept in the coordinates they were drawn in."""

    _surface: Any = None
    FIELDS: ClassVar = ContextState.FIELDS

    def __init__(self, element: CanvasElement) -> None:
        super().__init__()
        self._element = element
        self._path = skia.Path()
        self._path_matrix: Any = None

    def reset(self) -> None:
        super().reset()
        width, height = self._element.width, self._element.height
        self._surface = skia.Surface(width, height) if width and height else None
        self._canvas = self._surface.getCanvas() if self._surface else skia.Canvas(1, 1)
        self._path = skia.Path()

    def save(self) -> None:
        super().save()
        self._canvas.save()

    def restore(self) -> None:
        """The path goes to pixels and back, as in @napi-rs/canvas: its corners are rounded on the way."""
        onPixels = skia.Path()
        self._current().transform(self._canvas.getTotalMatrix(), onPixels)
        super().restore()
        self._canvas.restore()
        self._path_matrix = self._canvas.getTotalMatrix()
        self._path = _through_inverse(onPixels, self._path_matrix)

    def transform(self, a: float, b: float, c: float, d: float, e: float, f: float) -> None:
        self._canvas.concat(_matrix(a, b, c, d, e, f))

    def setTransform(self, a: float, b: float, c: float, d: float, e: float, f: float) -> None:
        self._canvas.setMatrix(_matrix(a, b, c, d, e, f))

    def scale(self, x: float, y: float) -> None:
        self._canvas.scale(x, y)

    def beginPath(self) -> None:
        self._path = skia.Path()
        self._path_matrix = self._canvas.getTotalMatrix()

    def _current(self) -> Any:
        """The path in today's coordinates: a path stays where it was drawn when the transform changes."""
        matrix = self._canvas.getTotalMatrix()
        if self._path_matrix is None:
            self._path_matrix = matrix
        elif matrix != self._path_matrix:
            onPixels = skia.Path()
            self._path.transform(self._path_matrix, onPixels)
            self._path = _through_inverse(onPixels, matrix)
            self._path_matrix = matrix
        return self._path

    def closePath(self) -> None:
        self._current().close()

    def moveTo(self, x: float, y: float) -> None:
        self._current().moveTo(x, y)

    def lineTo(self, x: float, y: float) -> None:
        self._current().lineTo(x, y)

    def quadraticCurveTo(self, cx: float, cy: float, x: float, y: float) -> None:
        self._current().quadTo(cx, cy, x, y)

    def bezierCurveTo(self, ax: float, ay: float, bx: float, by: float, x: float, y: float) -> None:
        self._current().cubicTo(ax, ay, bx, by, x, y)

    def rect(self, x: float, y: float, width: float, height: float) -> None:
        path = self._current()
        path.moveTo(x, y)
        path.lineTo(x + width, y)
        path.lineTo(x + width, y + height)
        path.lineTo(x, y + height)
        path.close()

    def arc(self, x: float, y: float, radius: float, start: float, end: float, counterClockwise: bool = False) -> None:
        turned = math.degrees(sweep(start, end, counterClockwise))
        oval = skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius)
        first = math.degrees(start)
        path = self._current()
        if abs(abs(turned) - 360) < 1e-5:  # skia draws nothing for a whole turn at once
            path.arcTo(oval, first, turned / 2, False)
            path.arcTo(oval, first + turned / 2, turned / 2, False)
        else:
            path.arcTo(oval, first, turned, False)

    def clip(self) -> None:
        self._canvas.clipPath(self._current(), skia.ClipOp.kIntersect, True)

    def fill(self) -> None:
        self._canvas.drawPath(self._current(), _paint(self.fillStyle, self.globalAlpha))

    def stroke(self) -> None:
        if not self.lineWidth > 0:
            return
        paint = _paint(self.strokeStyle, self.globalAlpha)
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(self.lineWidth)
        paint.setStrokeJoin(_JOINS[self.lineJoin])
        paint.setStrokeCap(_CAPS[self.lineCap])
        paint.setStrokeMiter(self.miterLimit)
        if self._dash:
            paint.setPathEffect(skia.DashPathEffect.Make(self._dash, self.lineDashOffset))
        self._canvas.drawPath(self._current(), paint)

    def clearRect(self, x: float, y: float, width: float, height: float) -> None:
        paint = skia.Paint(BlendMode=skia.BlendMode.kClear)
        self._canvas.drawRect(skia.Rect.MakeXYWH(x, y, width, height), paint)

    def fillText(self, text: str, x: float, y: float, size: float) -> None:
        self._canvas.drawString(text, x, y, _font(size), _paint(self.fillStyle, self.globalAlpha))

    def drawCanvas(self, element: CanvasElement) -> None:
        """Another canvas over this one, pixel on pixel."""
        self._canvas.save()
        self._canvas.resetMatrix()
        if element._context._surface:
            self._canvas.drawImage(element._context._surface.makeImageSnapshot(), 0, 0)
        self._canvas.restore()

    def getImageData(self, x: int, y: int, width: int, height: int) -> Any:
        """(height, width, 4), r g b alpha; outside the canvas all is 0."""
        data = np.zeros((height, width, 4), np.uint8)
        if self._surface and width and height:
            info = skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, skia.kUnpremul_AlphaType)
            self._surface.readPixels(info, data, width * 4, x, y)
        return data


def _matrix(a: float, b: float, c: float, d: float, e: float, f: float) -> Any:
    return skia.Matrix.MakeAll(a, c, e, b, d, f, 0, 0, 1)


def _through_inverse(path: Any, matrix: Any) -> Any:
    """Pixels to the coordinates of ``matrix``; where that has no inverse, nothing can be drawn anyway."""
    inverse, moved = skia.Matrix(), skia.Path()
    if matrix.invert(inverse):
        path.transform(inverse, moved)
    return moved


@functools.cache
def _font(size: float) -> Any:
    return skia.Font(_typeface(), size)


@functools.cache
def _typeface() -> Any:
    return skia.FontMgr().makeFromData(skia.Data.MakeWithCopy(font_file()))


def _paint(style: str, alpha: float) -> Any:
    r, g, b, a = rgba(style)
    paint = skia.Paint(AntiAlias=True)
    paint.setColor(skia.Color(r, g, b, a))
    if alpha != 1:
        paint.setAlphaf(a / 255 * alpha)
    return paint
