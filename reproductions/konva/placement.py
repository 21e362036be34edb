"""Where a node is (upstream: the transform methods of ``Node.js``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .settings import Konva
from .transform import Transform, Vector2d
from .util import Util


class Placement:
    """Mixed into ``Node``: own and absolute transform, position, size."""

    def _batchTransformChanges(self, func: Callable[[], object]) -> None:
        """Lets several attributes change before the transforms are thrown away once."""
        if self._batchingTransformChange:
            func()
            return
        self._batchingTransformChange = True
        try:
            func()
        finally:
            self._batchingTransformChange = False
            if self._needClearTransformCache:
                self._needClearTransformCache = False
                self._clearCache("transform")
                self._clearSelfAndDescendantCache("absoluteTransform")

    def getTransform(self) -> Transform:
        """translate · rotate · skew · scale · translate(-offset)"""
        return self._getCache("transform", self._getTransform)

    def _getTransform(self) -> Transform:
        m = self._cache.get("transform") or Transform()
        m.reset()
        attrs = self.attrs
        x, y, rotation = self.x(), self.y(), Konva.getAngle(self.rotation())
        if x or y:
            m.translate(x, y)
        if rotation:
            m.rotate(rotation)
        if attrs.get("skewX") or attrs.get("skewY"):
            m.skew(attrs.get("skewX", 0), attrs.get("skewY", 0))
        scaleX, scaleY = attrs.get("scaleX", 1), attrs.get("scaleY", 1)
        if scaleX != 1 or scaleY != 1:
            m.scale(scaleX, scaleY)
        if attrs.get("offsetX") or attrs.get("offsetY"):
            m.translate(-1 * attrs.get("offsetX", 0), -1 * attrs.get("offsetY", 0))
        m.dirty = False
        return m

    def getAbsoluteTransform(self, top: Any = None) -> Transform:
        """From the node's coordinates to the stage's canvas, or to those of its ancestor ``top``."""
        if top:
            return self._getAbsoluteTransform(top)
        return self._getCache("absoluteTransform", self._getCachedAbsoluteTransform)

    def _getAbsoluteTransform(self, top: Any = None) -> Transform:
        at = Transform()
        if self is top:
            return at
        if self.parent and self.parent is not top:
            self.parent.getAbsoluteTransform(top).copyInto(at)
        return self._multiplyOwnTransform(at)

    def _getCachedAbsoluteTransform(self) -> Transform:
        at = self._cache.get("absoluteTransform") or Transform()
        if self.parent:
            self.parent.getAbsoluteTransform().copyInto(at)
        else:
            at.reset()
        self._multiplyOwnTransform(at)
        at.dirty = False
        return at

    def _multiplyOwnTransform(self, at: Transform) -> Transform:
        enabled = self.transformsEnabled()
        if enabled == "all":
            at.multiply(self.getTransform())
        elif enabled == "position":
            at.translate(self.x() - self.offsetX(), self.y() - self.offsetY())
        return at

    def setPosition(self, pos: Vector2d) -> Any:
        def both() -> None:
            self.x(pos["x"])
            self.y(pos["y"])

        self._batchTransformChanges(both)
        return self

    def getPosition(self) -> Vector2d:
        return {"x": self.x(), "y": self.y()}

    def getAbsolutePosition(self, top: Any = None) -> Vector2d:
        """Where the node's own origin is, its offset left out."""
        at = Transform(self.getAbsoluteTransform(top).getMatrix())
        offset = self.offset()
        return at.translate(offset["x"], offset["y"]).getTranslation()

    def setAbsolutePosition(self, pos: Vector2d) -> Any:
        """Moves the node so that its origin comes to ``pos`` on the stage, whatever turns its ancestors."""
        origTrans = self._clearTransform()
        self.attrs["x"], self.attrs["y"] = origTrans.pop("x"), origTrans.pop("y")
        self._clearCache("transform")
        it = self._getAbsoluteTransform().copy()
        invertible = it.isInvertible()
        shift = it.invert().translate(pos["x"], pos["y"]).getTranslation()
        self.attrs.update(origTrans)
        if invertible:
            self.setPosition({"x": self.attrs["x"] + shift["x"], "y": self.attrs["y"] + shift["y"]})
        else:
            Util.warn("the absolute position cannot be set: an ancestor is scaled to nothing")
        self._clearCache("transform")
        self._clearSelfAndDescendantCache("absoluteTransform")
        return self

    def _clearTransform(self) -> dict[str, float]:
        """Puts every part of the transform to neutral, silently, and returns what it was."""
        neutral = {"scaleX": 1, "scaleY": 1}
        parts = ("x", "y", "rotation", "scaleX", "scaleY", "offsetX", "offsetY", "skewX", "skewY")
        before = {part: getattr(self, part)() for part in parts}
        self.attrs.update({part: neutral.get(part, 0) for part in parts})
        return before

    def getRelativePointerPosition(self) -> Vector2d | None:
        """The pointer in the node's own coordinates."""
        stage = self.getStage()
        pos = stage.getPointerPosition() if stage else None
        return self.getAbsoluteTransform().copy().invert().point(pos) if pos else None

    def move(self, change: Vector2d) -> Any:
        return self.setPosition({"x": self.x() + change.get("x", 0), "y": self.y() + change.get("y", 0)})

    def rotate(self, theta: float) -> Any:
        return self.rotation(self.rotation() + theta)

    def setSize(self, size: dict[str, float]) -> Any:
        self.width(size["width"])
        self.height(size["height"])
        return self

    def getSize(self) -> dict[str, float]:
        return {"width": self.width(), "height": self.height()}
