"""The root of the tree, and its border to the page (upstream: ``Stage.js``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from . import pointer_events
from .canvas import HitCanvas, SceneCanvas
from .container import Container
from .dom import Element, Window, defaultWindow
from .drag_and_drop import DD
from .event import EVENTS
from .factory import Factory
from .pointer_handling import PointerHandling
from .util import KonvaError, Util

NO_POINTERS = "the stage has not seen a pointer yet; register one with stage.setPointersPositions(event)"

stages: list[Stage] = []
_listening_windows: list[Window] = []


class PointerPosition(NamedTuple):
    """A pointer on the stage, in pixels from its top left corner."""

    id: Any
    x: float
    y: float


def listenToWindow(win: Window) -> None:
    """Once a window: drags go on outside the stage."""
    if win not in _listening_windows:
        _listening_windows.append(win)
        DD._listenToWindow(win)


class Stage(PointerHandling, Container):
    """Holds layers. ``container`` is the element of the page that shows them; one is made when none is given."""

    nodeType = "Stage"

    def __init__(self, config: dict[str, Any] | None = None, **attrs: Any) -> None:
        self.content: Element | None = None
        super().__init__(config, **attrs)
        self._pointerPositions: list[PointerPosition] = []
        self._changedPointerPositions: list[PointerPosition] = []
        self._pointerEventType: str | None = None
        self.pointerPos: dict[str, float] | None = None
        self._pointerStates = {}
        self._lastClicks = {}
        self._buildDOM()
        self._bindContentEvents()
        stages.append(self)
        self.on("widthChange.konva heightChange.konva", lambda evt: self._resizeDOM())
        self.on("visibleChange.konva", lambda evt: self._checkVisibility())
        self._checkVisibility()

    def _buildDOM(self) -> None:
        self.bufferHitCanvas = HitCanvas()
        if self.attrs.get("container") is None:
            self.attrs["container"] = Element(defaultWindow)
        container = self.attrs["container"]
        self.content = Element(container.ownerWindow, container.left, container.top)
        listenToWindow(self._getOwnerWindow())
        self._resizeDOM()

    def _bindContentEvents(self) -> None:
        """One listener a DOM event, which calls the method of that name."""

        def bind(event: str, methodName: str) -> None:
            def listener(evt: Any) -> None:
                def handle() -> None:
                    getattr(self, methodName)(evt)

                self._batchEvents(handle)

            self.content.addEventListener(event, listener)

        for event, methodName in EVENTS:
            bind(event, methodName)

    def _batchEvents(self, callback: Callable[[], None]) -> None:
        Util._batchEvents(self.eventBatchFunc(), callback)

    def _getOwnerWindow(self) -> Window:
        return (self.content or self.attrs["container"]).ownerWindow if self.attrs.get("container") else defaultWindow

    def _validateAdd(self, child: Any) -> None:
        if child.getType() != "Layer":
            raise KonvaError(f"a stage holds layers, not a {child.getType()}")

    def add(self, *layers: Any) -> Stage:
        """Layers are drawn when they are added."""
        if len(layers) != 1:
            for layer in layers:
                self.add(layer)
            return self
        (layer,) = layers
        super().add(layer)
        layer._setSize(self.width(), self.height())
        layer.draw()
        return self

    def destroy(self) -> Stage:
        super().destroy()
        self._pointerStates.clear()
        self._lastClicks = {}
        if self.content:
            self.content.removeAllListeners()
        if self in stages:
            stages.remove(self)
        return self

    def getStage(self) -> Stage:
        return self

    def getLayer(self) -> None:
        return None

    def getLayers(self) -> list[Any]:
        return self.getChildren()

    def shouldDrawHit(self, top: Any = None) -> bool:
        return True

    def batchDraw(self) -> Stage:
        for layer in self.children:
            layer.batchDraw()
        return self

    def _checkVisibility(self) -> None:
        if self.content:
            self.content.style["display"] = "" if self.visible() else "none"

    def _resizeDOM(self) -> None:
        width, height = self.width(), self.height()
        if self.content:
            self.content.clientWidth, self.content.clientHeight = width, height
        for layer in self.children:
            layer._setSize(width, height)
            layer.draw()

    def getIntersection(self, pos: Any) -> Any:
        """The topmost shape at a point, as the pointer would find it."""
        if not pos:
            return None
        for layer in reversed(self.children):
            shape = layer.getIntersection(pos)
            if shape:
                return shape
        return None

    def getPointerPosition(self) -> dict[str, float] | None:
        pos = next(iter(self._pointerPositions or self._changedPointerPositions), None)
        if not pos:
            Util.warn(NO_POINTERS)
            return None
        return {"x": pos.x, "y": pos.y}

    def _getPointerById(self, id: Any) -> PointerPosition | None:
        return next((pos for pos in self._pointerPositions if pos.id == id), None)

    def getPointersPositions(self) -> list[PointerPosition]:
        return self._pointerPositions

    def setPointersPositions(self, evt: Any) -> None:
        """Reads where the pointers are from a native event."""
        left, top, scaleX, scaleY = self._getContentPosition()

        def position(id: Any, point: Any) -> PointerPosition:
            return PointerPosition(id, (point.clientX - left) / scaleX, (point.clientY - top) / scaleY)

        if evt.touches is not None:
            self._pointerEventType = "touch"
            changed = evt.touches if evt.changedTouches is None else evt.changedTouches
            self._pointerPositions = [position(touch.identifier, touch) for touch in evt.touches]
            self._changedPointerPositions = [position(touch.identifier, touch) for touch in changed]
        else:
            self._pointerEventType = "mouse" if evt.pointerId is None else "pointer"
            pos = position(Util._getFirstPointerId(evt), evt)
            self.pointerPos = {"x": pos.x, "y": pos.y}
            self._pointerPositions = [pos]
            self._changedPointerPositions = [pos]

    def _getContentPosition(self) -> tuple[float, float, float, float]:
        """left, top and the scale of the page (an element may be shown larger than it is)"""
        left, top, width, height = self.content.getBoundingClientRect()
        across, down = self.content.clientWidth, self.content.clientHeight
        return left, top, (width / across if across else 1) or 1, (height / down if down else 1) or 1

    def hasPointerCapture(self, pointerId: Any) -> bool:
        return pointer_events.hasPointerCapture(pointerId, self)

    def setPointerCapture(self, pointerId: Any) -> None:
        pointer_events.setPointerCapture(pointerId, self)

    def releaseCapture(self, pointerId: Any) -> None:
        pointer_events.releaseCapture(pointerId, self)

    def toCanvas(self, pixelRatio: float = 1) -> SceneCanvas:
        """The scene of all visible layers, one over the other."""
        canvas = SceneCanvas(self.width(), self.height(), pixelRatio)
        for layer in self.children:
            if layer.isVisible():
                own = SceneCanvas(self.width(), self.height(), pixelRatio)
                layer.drawScene(own)
                canvas.getContext().drawCanvas(own._canvas)
        return canvas


Factory.addGetterSetter(Stage, "container")
Factory.addGetterSetter(Stage, "eventBatchFunc")
