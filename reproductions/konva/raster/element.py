"""The canvas element and its context, as ``skia_backend`` has them, over numpy arrays."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from ..context_state import ContextState, rgba, sweep
from .coverage import Coverage, cover
from .path import IDENTITY, Matrix, Path, inverted, mapped, multiplied
from .stroke import Pen, dashes, outlines


class CanvasElement:
    """A bitmap (height, width, 4) of premultiplied r g b alpha from 0 to 1."""

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
    """The browser's context, as far as shapes use it."""

    FIELDS: ClassVar = (*ContextState.FIELDS, "_matrix", "_clip")

    def __init__(self, element: CanvasElement) -> None:
        super().__init__()
        self._element = element
        self.reset()

    def reset(self) -> None:
        super().reset()
        self.bitmap = np.zeros((self._element.height, self._element.width, 4), np.float32)
        self._matrix: Matrix = IDENTITY
        self._clip: Any = None
        self._path = Path()

    def transform(self, a: float, b: float, c: float, d: float, e: float, f: float) -> None:
        self._matrix = multiplied(self._matrix, (a, b, c, d, e, f))

    def setTransform(self, a: float, b: float, c: float, d: float, e: float, f: float) -> None:
        self._matrix = (a, b, c, d, e, f)

    def scale(self, x: float, y: float) -> None:
        self.transform(x, 0, 0, y, 0, 0)

    def beginPath(self) -> None:
        self._path = Path()

    def closePath(self) -> None:
        self._path.close()

    def moveTo(self, x: float, y: float) -> None:
        self._path.move(self._matrix, x, y)

    def lineTo(self, x: float, y: float) -> None:
        self._path.line(self._matrix, x, y)

    def quadraticCurveTo(self, cx: float, cy: float, x: float, y: float) -> None:
        self._path.quadratic(self._matrix, cx, cy, x, y)

    def bezierCurveTo(self, ax: float, ay: float, bx: float, by: float, x: float, y: float) -> None:
        self._path.bezier(self._matrix, ax, ay, bx, by, x, y)

    def rect(self, x: float, y: float, width: float, height: float) -> None:
        self._path.rect(self._matrix, x, y, width, height)

    def arc(self, x: float, y: float, radius: float, start: float, end: float, counterClockwise: bool = False) -> None:
        self._path.arc(self._matrix, x, y, radius, start, sweep(start, end, counterClockwise))

    def clip(self) -> None:
        mask = np.zeros(self.bitmap.shape[:2], np.float32)
        covered = self._cover(self._path.polygons())
        if covered:
            mask[_part(covered)] = covered.alpha
        self._clip = mask if self._clip is None else mask * self._clip

    def fill(self) -> None:
        self._paint(self._cover(self._path.polygons()), self.fillStyle)

    def stroke(self) -> None:
        back = inverted(self._matrix)
        if not self.lineWidth > 0 or back is None:
            return
        a, b, c, d, _, _ = self._matrix
        pen = Pen(self.lineWidth, self.lineJoin, self.lineCap, self.miterLimit, math.hypot(a, b, c, d))
        polygons = []
        for part in self._path.parts:
            points = [tuple(point) for point in mapped(back, part.points)]
            if self._dash:
                for piece in dashes(points, part.closed, self._dash, self.lineDashOffset):
                    polygons += outlines(piece, False, pen)
            else:
                polygons += outlines(points, part.closed, pen)
        self._paint(self._cover([mapped(self._matrix, polygon) for polygon in polygons]), self.strokeStyle)

    def _cover(self, polygons: list[Any]) -> Coverage | None:
        return cover(polygons, self._element.width, self._element.height)

    def _paint(self, covered: Coverage | None, style: str) -> None:
        """Source over destination, where it is covered and not clipped away."""
        if covered is None:
            return
        r, g, b, a = (channel / 255 for channel in rgba(style))
        alpha = covered.alpha.astype(np.float32) * np.float32(a * self.globalAlpha)
        place = _part(covered)
        if self._clip is not None:
            alpha *= self._clip[place]
        under = self.bitmap[place]
        under *= 1 - alpha[..., None]
        under += alpha[..., None] * np.array([r, g, b, 1], np.float32)

    def clearRect(self, x: float, y: float, width: float, height: float) -> None:
        path = Path()
        path.rect(self._matrix, x, y, width, height)
        covered = self._cover(path.polygons())
        if covered:
            alpha = covered.alpha if self._clip is None else covered.alpha * self._clip[_part(covered)]
            self.bitmap[_part(covered)] *= 1 - alpha[..., None]

    def fillText(self, text: str, x: float, y: float, size: float) -> None:
        covered = self._cover_text(text, x, y, size)
        self._paint(covered, self.fillStyle)

    def _cover_text(self, text: str, x: float, y: float, size: float) -> Coverage | None:
        """Glyphs are painted at the size they have on the canvas, then turned into place."""
        from PIL import Image, ImageDraw

        from ..backend import font

        a, b, c, d, _, _ = self._matrix
        zoom = math.sqrt(abs(a * d - b * c))
        width, height = self._element.width, self._element.height
        if not text.strip() or not zoom > 0 or not width or not height:
            return None
        face = font(max(1.0, size * zoom))
        left, top, right, bottom = face.getbbox(text, anchor="ls")
        glyphs = Image.new("L", (math.ceil(right - left) + 4, math.ceil(bottom - top) + 4))
        ImageDraw.Draw(glyphs).text((2 - left, 2 - top), text, fill=255, font=face, anchor="ls")
        place = multiplied(self._matrix, (1 / zoom, 0, 0, 1 / zoom, x + (left - 2) / zoom, y + (top - 2) / zoom))
        back = inverted(place)
        if back is None:
            return None
        steps = (back[0], back[2], back[4], back[1], back[3], back[5])
        turned = glyphs.transform((width, height), Image.Transform.AFFINE, steps, Image.Resampling.BILINEAR)
        return Coverage(0, 0, np.asarray(turned, np.float32) / 255)

    def drawCanvas(self, element: CanvasElement) -> None:
        """Another canvas over this one, pixel on pixel."""
        over = element._context.bitmap
        rows, columns = min(len(over), len(self.bitmap)), min(over.shape[1], self.bitmap.shape[1])
        over = over[:rows, :columns] * self.globalAlpha
        under = self.bitmap[:rows, :columns]
        under *= 1 - over[..., 3:]
        under += over

    def getImageData(self, x: int, y: int, width: int, height: int) -> Any:
        """(height, width, 4), r g b alpha, bytes; outside the canvas all is 0."""
        data = np.zeros((height, width, 4), np.float32)
        rows, columns = self.bitmap.shape[:2]
        x0, x1, y0, y1 = max(x, 0), min(x + width, columns), max(y, 0), min(y + height, rows)
        if x0 < x1 and y0 < y1:
            data[y0 - y : y1 - y, x0 - x : x1 - x] = self.bitmap[y0:y1, x0:x1]
        alpha = data[..., 3:]
        data[..., :3] /= np.where(alpha > 0, alpha, 1)
        return (np.clip(data, 0, 1) * 255 + 0.5).astype(np.uint8)


def _part(covered: Coverage) -> tuple[slice, slice]:
    rows, columns = covered.alpha.shape
    return slice(covered.top, covered.top + rows), slice(covered.left, covered.left + columns)
