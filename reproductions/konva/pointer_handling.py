"""What the stage makes of DOM events: hover, press, move, release, click (upstream: ``Stage._pointer*``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import pointer_events
from .drag_and_drop import DD
from .event import KonvaEvent, getEventsMap
from .pointer_release import PointerRelease
from .settings import Konva
from .util import Util

NO_CLICK: Any = object()
"""A press that can no longer become a click; None is a press on the stage itself."""


@dataclass(eq=False)
class PointerState:
    """What the stage remembers of one pointer of one family of events (key ``family:id``)."""

    targetShape: Any = None
    clickStartShape: Any = NO_CLICK
    lastClick: Any = None
    downPosition: Any = None
    pointerType: str | None = None
    relatedPointer: PointerState | None = None
    """The same press in the other family: a mouse button fires pointerdown, then mousedown."""


class PointerHandling(PointerRelease):
    """Mixed into ``Stage``. Every event is told to the shape that was hit and bubbles, or else to the stage."""

    _pointerStates: dict[str, PointerState]

    def _pointerenter(self, evt: Any) -> None:
        self._tell_stage(evt, "pointerenter")

    def _pointerover(self, evt: Any) -> None:
        self._tell_stage(evt, "pointerover")

    def _tell_stage(self, evt: Any, role: str) -> None:
        self.setPointersPositions(evt)
        events = getEventsMap(evt.type)
        if events:
            self._fire(events[role], self._event(evt))

    def _event(self, evt: Any, **fields: Any) -> KonvaEvent:
        """An event that starts, and ends, at the stage."""
        return KonvaEvent(evt=evt, target=self, currentTarget=self, **fields)

    def _pointerEventsEnabled(self) -> bool:
        """No hover while something of this stage is dragged."""
        return Konva.hitOnDragEnabled or not any(
            elem.dragStatus == "dragging" and elem.node.getStage() is self for elem in DD._dragElements.values()
        )

    def _cancelClick(self, pointerId: Any, eventType: str | None = None) -> None:
        for type in [eventType] if eventType else ["mouse", "touch", "pointer"]:
            state = self._pointerStates.get(f"{type}:{pointerId}")
            if state:
                state.clickStartShape = NO_CLICK
                if state.relatedPointer:
                    state.relatedPointer.clickStartShape = NO_CLICK

    def _pointerdown(self, evt: Any) -> None:
        events = getEventsMap(evt.type)
        eventType = Util._getEventType(evt.type)
        if not events:
            return
        self.setPointersPositions(evt)
        triggeredOnShape = False
        for pos in self._changedPointerPositions:
            shape = self.getIntersection(pos)
            heard = shape if shape and shape.isListening() else None
            self._press(eventType, pos, heard, evt)
            if not heard:
                continue
            if Konva.capturePointerEventsEnabled:
                shape.setPointerCapture(pos.id)
            shape._fireAndBubble(events["pointerdown"], KonvaEvent(evt=evt, pointerId=pos.id))
            triggeredOnShape = True
            if shape.preventDefault() and evt.cancelable and "touch" in evt.type:
                evt.preventDefault()
        if not triggeredOnShape:
            self._fire(events["pointerdown"], self._event(evt, pointerId=self._changedPointerPositions[0].id))

    def _press(self, eventType: str, pos: Any, heard: Any, evt: Any) -> None:
        """Remembers where a press began, and which press of the pointer family it belongs to."""
        key = f"{eventType}:{pos.id}"
        before = self._pointerStates.pop(key, None)
        state = PointerState(
            targetShape=before.targetShape if before else None,
            clickStartShape=heard,
            lastClick=self._lastClicks.get(eventType),
            downPosition=pos,
            pointerType=evt.pointerType,
        )
        if eventType != "pointer":
            self._relate(eventType, pos, state)
        self._pointerStates[key] = state
        for elem in list(DD._dragElements.values()):
            if (
                elem.dragStatus == "dragging"
                and (
                    elem.pointerId is None
                    or (elem.pointerEventType == eventType and elem.pointerId == pos.id)
                    or (elem.pointerEventType == "mouse" and eventType == "pointer" and state.pointerType != "touch")
                )
                and elem.node.getStage() is self
            ):
                if elem.pointerId is None and eventType != "pointer":
                    elem.pointerId = pos.id
                    elem.pointerEventType = eventType
                self._cancelClick(pos.id, eventType)

    def _relate(self, eventType: str, pos: Any, state: PointerState) -> None:
        """The newest pointerdown that this mousedown or touchstart may come from."""
        for pointerKey, pointer in reversed(self._pointerStates.items()):
            if not pointerKey.startswith("pointer:") or not pointer.downPosition:
                continue
            if eventType == "touch" and pointer.relatedPointer:
                continue
            touched = pointer.pointerType == "touch"
            same_place = (pointer.downPosition.x, pointer.downPosition.y) == (pos.x, pos.y)
            if not touched if eventType == "mouse" else touched and same_place:
                state.relatedPointer = pointer
                pointer.relatedPointer = state
                if pointer.clickStartShape is NO_CLICK:
                    state.clickStartShape = NO_CLICK
                return

    def _pointermove(self, evt: Any) -> None:
        events = getEventsMap(evt.type)
        eventType = Util._getEventType(evt.type)
        if not events:
            return
        if evt.cancelable and ("touch" in evt.type or evt.pointerType == "touch"):
            self._keep_page_from_scrolling(evt)
        self.setPointersPositions(evt)
        if not self._pointerEventsEnabled():
            return
        processedShapesIds: set[int] = set()
        triggeredOnShape = False
        for pos in self._changedPointerPositions:
            state = self._pointerStates.setdefault(f"{eventType}:{pos.id}", PointerState())
            shape = pointer_events.getCapturedShape(pos.id) or self.getIntersection(pos)
            targetShape = state.targetShape
            if targetShape and targetShape is not shape and targetShape.getStage() is not self:
                targetShape = None
            heard = shape if shape and shape.isListening() else None
            differentTarget = targetShape is not shape
            state.targetShape = heard
            event = KonvaEvent(evt=evt, pointerId=pos.id)
            if differentTarget and targetShape:
                targetShape._fireAndBubble(events["pointerout"], event.copy(), shape)
                targetShape._fireAndBubble(events["pointerleave"], event.copy(), shape)
            # A handler may have changed whether the shape listens.
            if shape and shape.isListening():
                triggeredOnShape = True
                if differentTarget:
                    shape._fireAndBubble(events["pointerover"], event.copy(), targetShape)
                    shape._fireAndBubble(events["pointerenter"], event.copy(), targetShape)
                if shape._id not in processedShapesIds:
                    processedShapesIds.add(shape._id)
                    shape._fireAndBubble(events["pointermove"], event.copy())
            elif targetShape:
                self._fire(events["pointerover"], self._event(evt, pointerId=pos.id))
        if not triggeredOnShape:
            self._fire(events["pointermove"], self._event(evt, pointerId=self._changedPointerPositions[0].id))

    def _keep_page_from_scrolling(self, evt: Any) -> None:
        for elem in DD._dragElements.values():
            if elem.dragStatus == "dragging" and elem.node.getStage() is self and elem.node.preventDefault():
                evt.preventDefault()
                return

    def _pointerleave(self, evt: Any) -> None:
        """The pointer left the stage."""
        events = getEventsMap(evt.type)
        if not events:
            return
        self.setPointersPositions(evt)
        pointerId = self._changedPointerPositions[0].id if self._changedPointerPositions else None
        key = f"{Util._getEventType(evt.type)}:{pointerId}"
        state = self._pointerStates.get(key)
        targetShape = state.targetShape if state else None
        if targetShape and targetShape.getStage() is not self:
            targetShape = None
        # A finger that was lifted does not come back to be told later.
        lifted = evt.pointerType == "touch" and not (state and state.downPosition)
        if self._pointerEventsEnabled() or lifted:
            if state and state.clickStartShape is not NO_CLICK:
                state.targetShape = None
            else:
                self._pointerStates.pop(key, None)
            if targetShape:
                targetShape._fireAndBubble(events["pointerout"], KonvaEvent(evt=evt, pointerId=pointerId))
                targetShape._fireAndBubble(events["pointerleave"], KonvaEvent(evt=evt, pointerId=pointerId))
                self._fire(events["pointerleave"], self._event(evt))
            else:
                self._fire(events["pointerleave"], self._event(evt))
                self._fire(events["pointerout"], self._event(evt))
        self.pointerPos = None
        self._pointerPositions = []
        self._changedPointerPositions = []
        self._pointerEventType = None
