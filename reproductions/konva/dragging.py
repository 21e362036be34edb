"""A node that can be dragged (upstream: the drag methods of ``Node.js``)."""

from __future__ import annotations

import math
from typing import Any

from .drag_and_drop import DD, DragElement
from .event import KonvaEvent
from .settings import Konva
from .util import Util


class Dragging:
    """Mixed into ``Node``."""

    def setDraggable(self, draggable: bool | None = None) -> None:
        self._setAttr("draggable", draggable)
        self._dragChange()

    def getDragDistance(self) -> float:
        """How far the pointer has to go before a press becomes a drag; inherited from the parent."""
        if self.attrs.get("dragDistance") is not None:
            return self.attrs["dragDistance"]
        return self.parent.getDragDistance() if self.parent else Konva.dragDistance

    def isDragging(self) -> bool:
        elem = DD._dragElements.get(self._id)
        return elem is not None and elem.dragStatus == "dragging"

    def _dragChange(self) -> None:
        if self.attrs.get("draggable"):
            self._listenDrag()
            return
        self._dragCleanup()
        elem = DD._dragElements.get(self._id)
        if not self.getStage() or not elem:
            return
        if elem.dragStatus == "dragging":
            self.stopDrag()
        elif elem.dragStatus == "ready":
            DD._dragElements.pop(self._id, None)

    def _listenDrag(self) -> None:
        self._dragCleanup()

        def press(evt: KonvaEvent) -> None:
            button = evt.evt.button
            if button is not None and button not in Konva.dragButtons:
                return
            if self._id in DD._dragElements:
                return
            if not any(self.isAncestorOf(elem.node) for elem in DD._dragElements.values()):
                self._createDragElement(evt)

        self.on("mousedown.konva touchstart.konva", press)

    def _dragCleanup(self) -> None:
        self.off("mousedown.konva")
        self.off("touchstart.konva")

    def _createDragElement(self, evt: KonvaEvent | None) -> None:
        """Makes the node ready: the drag starts when the pointer has gone far enough."""
        stage = self.getStage()
        ap = self.getAbsolutePosition()
        if not stage:
            return
        pointerId = evt.pointerId if evt else None
        pos = stage._getPointerById(pointerId) or next(iter(stage._changedPointerPositions), None)
        native = evt.evt if evt else None
        type = Util._getEventType(native.type) if native and native.type else stage._pointerEventType
        if pointerId is None and pos:
            pointerId = pos.id
        # Movement comes with the mouse and touch events, so a pointer event's id is no use.
        bound = type != "pointer"
        start = (pos.x, pos.y) if pos else (ap["x"], ap["y"])
        DD._dragElements[self._id] = DragElement(
            node=self,
            startPointerPos=start,
            offset=(start[0] - ap["x"], start[1] - ap["y"]),
            pointerId=pointerId if bound else None,
            pointerEventType=type if bound else None,
            startEvent=evt,
        )

    def startDrag(self, evt: KonvaEvent | None = None, bubbleEvent: bool = True) -> None:
        """Starts by hand, without a press; the next pointer that moves drags the node."""
        if self._id not in DD._dragElements:
            self._createDragElement(evt)
        elem = DD._dragElements.get(self._id)
        if not elem:
            return
        elem.dragStatus = "dragging"
        if stage := self.getStage():
            stage._cancelClick(elem.pointerId, elem.pointerEventType)
        native = (elem.startEvent and elem.startEvent.evt) or (evt and evt.evt)
        self.fire("dragstart", KonvaEvent(type="dragstart", target=self, evt=native), bubbleEvent)

    def _setDragPosition(self, evt: Any, elem: DragElement) -> None:
        pos = self.getStage()._getPointerById(elem.pointerId)
        if not pos:
            return
        newNodePos = {"x": pos.x - elem.offset[0], "y": pos.y - elem.offset[1]}
        bound = self.dragBoundFunc()
        if bound:
            bounded = bound(newNodePos, evt)
            if not bounded:
                Util.warn("dragBoundFunc returned nothing; it has to return an absolute position")
            elif not all(math.isfinite(bounded.get(axis, math.nan)) for axis in "xy"):
                Util.warn("dragBoundFunc returned no finite position; the node stays")
                return
            else:
                newNodePos = bounded
        if elem.lastPos != newNodePos:
            self.setAbsolutePosition(newNodePos)
            self._requestDraw()
        elem.lastPos = newNodePos

    def stopDrag(self, evt: KonvaEvent | None = None) -> None:
        elem = DD._dragElements.get(self._id)
        if not elem:
            return
        elem.dragStatus = "stopped"
        DD._endDragBefore(evt, None, elem)
        DD._endDragAfter(evt, elem)
