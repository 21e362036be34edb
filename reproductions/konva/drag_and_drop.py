"""Drags in progress, driven by the window's events (upstream: ``DragAndDrop.js``).

The window hears a release twice: on the way down, before the stage makes a click of it, and on the way up, after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .event import KonvaEvent
from .util import Util


@dataclass(eq=False)
class DragElement:
    """One node under one pointer: ``ready`` (pressed), ``dragging`` or ``stopped`` (released, dragend to come)."""

    node: Any
    startPointerPos: tuple[float, float]
    offset: tuple[float, float]
    """From the node's absolute position to the pointer."""
    pointerId: Any
    pointerEventType: str | None
    startEvent: KonvaEvent | None
    dragStatus: str = "ready"
    lastPos: dict[str, float] | None = None


class _DragAndDrop:
    def __init__(self) -> None:
        self._dragElements: dict[int, DragElement] = {}

    def _each(self) -> Iterator[tuple[int, DragElement]]:
        """As ``Map.forEach``: sees what is added meanwhile, and not what is taken away."""
        seen: set[int] = set()
        while True:
            fresh = next(((key, elem) for key, elem in self._dragElements.items() if id(elem) not in seen), None)
            if not fresh:
                return
            seen.add(id(fresh[1]))
            yield fresh

    @property
    def isDragging(self) -> bool:
        return any(elem.dragStatus == "dragging" for elem in self._dragElements.values())

    @property
    def node(self) -> Any:
        """The node being dragged, else the one that was pressed last."""
        node = None
        for elem in self._dragElements.values():
            node = elem.node
            if elem.dragStatus == "dragging":
                break
        return node

    def _listenToWindow(self, win: Any) -> None:
        def endDragBefore(evt: Any) -> None:
            self._endDragBefore(evt, win)

        def drag(evt: Any) -> None:
            self._batchEvents(lambda: self._drag(evt, win), win)

        def endDragAfter(evt: Any) -> None:
            self._batchEvents(lambda: self._endDragAfter(evt))

        for kind in ("mouseup", "touchend", "touchcancel"):
            win.addEventListener(kind, endDragBefore, True)
        for kind in ("mousemove", "touchmove"):
            win.addEventListener(kind, drag)
        for kind in ("mouseup", "touchend", "touchcancel"):
            win.addEventListener(kind, endDragAfter)

    def _batchEvents(self, callback: Callable[[], None], win: Any = None) -> None:
        """Runs inside the ``eventBatchFunc`` of every stage that has a drag, each function once."""
        if not self._dragElements:
            return
        batches: list[Any] = []
        for elem in self._dragElements.values():
            stage = elem.node.getStage()
            if not stage or (win and stage._getOwnerWindow() is not win):
                continue
            batch = stage.eventBatchFunc()
            if batch and batch not in batches:
                batches.append(batch)
        run = callback
        for batch in batches:
            run = _inside(batch, run)
        run()

    def _drag(self, evt: Any, win: Any = None) -> None:
        """A pointer moved: start the drags that are ready, move every node, then tell."""
        moved, positioned = [], set()
        for _, elem in self._each():
            node = elem.node
            stage = node.getStage()
            if win and stage._getOwnerWindow() is not win:
                continue
            if stage._id not in positioned:
                stage.setPointersPositions(evt)
                positioned.add(stage._id)
            if elem.pointerEventType and elem.pointerEventType != stage._pointerEventType:
                continue
            if elem.pointerId is None:  # started by hand: the first pointer that moves takes it
                elem.pointerId = Util._getFirstPointerId(evt)
                elem.pointerEventType = stage._pointerEventType
                if elem.dragStatus == "dragging":
                    stage._cancelClick(elem.pointerId, elem.pointerEventType)
            pos = next((pos for pos in stage._changedPointerPositions if pos.id == elem.pointerId), None)
            if not pos:
                continue
            if elem.dragStatus != "dragging":
                x, y = elem.startPointerPos
                if max(abs(pos.x - x), abs(pos.y - y)) < node.dragDistance():
                    continue
                node.startDrag(KonvaEvent(evt=evt))
                if not node.isDragging():  # a dragstart handler stopped it
                    continue
            node._setDragPosition(evt, elem)
            moved.append(node)
        for node in moved:
            if node.getStage():
                node.fire("dragmove", KonvaEvent(type="dragmove", target=node, evt=evt), True)

    def _endDragBefore(self, evt: Any, win: Any = None, only: DragElement | None = None) -> None:
        """A pointer was released: no click comes of a drag, and hits are right again before the stage asks."""
        drawNodes, positioned = [], set()
        for key, elem in self._each():
            if only and elem is not only and elem.pointerId != only.pointerId:
                continue
            stage = elem.node.getStage()
            if evt and stage._id not in positioned and (not win or stage._getOwnerWindow() is win):
                stage.setPointersPositions(evt)
                positioned.add(stage._id)
            if not only:
                if evt and elem.pointerEventType and elem.pointerEventType != Util._getEventType(evt.type):
                    continue
                released = elem.pointerId is None or any(
                    pos.id == elem.pointerId for pos in stage._changedPointerPositions
                )
                if not released:
                    continue
            if elem.dragStatus == "ready":
                self._dragElements.pop(key, None)
                continue
            stage._cancelClick(elem.pointerId, elem.pointerEventType)
            elem.dragStatus = "stopped"
            drawNode = elem.node.getLayer() or stage
            if drawNode not in drawNodes:
                drawNodes.append(drawNode)
        for drawNode in drawNodes:
            drawNode.draw()

    def _endDragAfter(self, evt: Any, only: DragElement | None = None) -> None:
        for key, elem in self._each():
            if elem.dragStatus != "stopped" or (only and elem is not only and elem.pointerId != only.pointerId):
                continue
            elem.node.fire("dragend", KonvaEvent(type="dragend", target=elem.node, evt=evt), True)
            if elem.dragStatus != "dragging":  # a dragend handler may have started the next drag
                self._dragElements.pop(key, None)


def _inside(batch: Any, run: Callable[[], None]) -> Callable[[], None]:
    return lambda: Util._batchEvents(batch, run)


DD = _DragAndDrop()
