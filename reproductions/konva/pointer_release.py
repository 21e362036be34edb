"""The end of a press, and events without one: wheel, context menu, cancellation (upstream: ``Stage._pointerup`` …)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import pointer_events
from .event import KonvaEvent, getEventsMap
from .settings import Konva
from .util import Util


@dataclass(frozen=True, eq=False)
class Click:
    """The last click of a family, until it is half of a double click; ``shape`` None is the stage."""

    shape: Any
    time: float


class PointerRelease:
    """Mixed into ``Stage``."""

    _lastClicks: dict[str, Click | None]

    def _pointerup(self, evt: Any) -> None:
        events = getEventsMap(evt.type)
        eventType = Util._getEventType(evt.type)
        if not events:
            return
        self.setPointersPositions(evt)
        processedShapesIds: set[int] = set()
        skipPointerUpTrigger = False
        for pos in self._changedPointerPositions:
            state = self._forget_press(f"{eventType}:{pos.id}", keep_target=eventType != "touch")
            # Read now: handlers of the release may cancel, and come too late for that.
            listenClick = _may_click(state)
            clickStartShape = state.clickStartShape if state else None
            shape = pointer_events.getCapturedShape(pos.id) or self.getIntersection(pos)
            alreadyReleased = shape and shape._id in processedShapesIds
            if shape:
                shape.releaseCapture(pos.id)
                processedShapesIds.add(shape._id)
            fireDblClick = listenClick and self._count_click(eventType, state.lastClick, clickStartShape, shape)
            event = KonvaEvent(evt=evt, pointerId=pos.id)
            if shape and shape.isListening():
                skipPointerUpTrigger = True
                if not alreadyReleased:
                    shape._fireAndBubble(events["pointerup"], event.copy())
                if listenClick and clickStartShape is shape:
                    shape._fireAndBubble(events["pointerclick"], event.copy())
                    if fireDblClick:
                        shape._fireAndBubble(events["pointerdblclick"], event.copy())
            else:
                if not skipPointerUpTrigger:
                    first = self._changedPointerPositions[0].id
                    self._fire(events["pointerup"], self._event(evt, pointerId=first))
                    skipPointerUpTrigger = True
                if listenClick:
                    self._fire(events["pointerclick"], self._event(evt, pointerId=pos.id))
                if fireDblClick:
                    self._fire(events["pointerdblclick"], self._event(evt, pointerId=pos.id))
            if eventType == "touch":
                self._finger_left(events, state.targetShape if state else None, event)
        if not skipPointerUpTrigger:
            self._fire(events["pointerup"], self._event(evt, pointerId=self._changedPointerPositions[0].id))
        if evt.cancelable and eventType == "mouse":
            evt.preventDefault()

    def _forget_press(self, key: str, keep_target: bool) -> Any:
        """Ends the press; only what the pointer hovers is remembered, if it can hover."""
        state = self._pointerStates.get(key)
        if state and state.targetShape and keep_target:
            self._pointerStates[key] = type(state)(targetShape=state.targetShape)
        else:
            self._pointerStates.pop(key, None)
        return state

    def _count_click(self, eventType: str, clickAtPress: Any, clickStartShape: Any, shape: Any) -> bool:
        """Whether a release makes a click a double click; remembers the first of two."""
        clickTarget = shape if shape and shape.isListening() else None
        if clickTarget and clickStartShape is not clickTarget:
            return False
        lastClick = self._lastClicks.get(eventType)
        double = (
            lastClick is not None
            and clickAtPress is lastClick
            and lastClick.shape is clickTarget
            and Konva.now() - lastClick.time < Konva.dblClickWindow
        )
        self._lastClicks[eventType] = None if double else Click(clickTarget, Konva.now())
        return double

    def _finger_left(self, events: dict[str, str], targetShape: Any, event: KonvaEvent) -> None:
        """A finger that is lifted hovers no more."""
        if targetShape and targetShape.getStage() is self:
            targetShape._fireAndBubble(events["pointerout"], event.copy())
            targetShape._fireAndBubble(events["pointerleave"], event.copy())

    def _contextmenu(self, evt: Any) -> None:
        self._tell_hit("contextmenu", evt)

    def _wheel(self, evt: Any) -> None:
        self._tell_hit("wheel", evt)

    def _tell_hit(self, type: str, evt: Any) -> None:
        self.setPointersPositions(evt)
        shape = self.getIntersection(self.getPointerPosition())
        if shape and shape.isListening():
            shape._fireAndBubble(type, KonvaEvent(evt=evt))
        else:
            self._fire(type, self._event(evt))

    def _pointercancel(self, evt: Any) -> None:
        """The browser took the pointer away: no click, the capture ends, and listeners of pointerup are told too."""
        self.setPointersPositions(evt)
        events = getEventsMap(evt.type)
        eventType = Util._getEventType(evt.type)
        for pos in self._changedPointerPositions:
            self._cancelClick(pos.id, eventType)
            state = self._forget_press(f"{eventType}:{pos.id}", keep_target=eventType != "touch")
            shape = pointer_events.getCapturedShape(pos.id) or self.getIntersection(pos)
            event = KonvaEvent(evt=evt, pointerId=pos.id)
            if shape:
                if events:
                    shape._fireAndBubble(events["pointercancel"], event.copy())
                shape._fireAndBubble("pointerup", event.copy())
            elif events:
                self._fire(events["pointercancel"], self._event(evt, pointerId=pos.id))
            pointer_events.releaseCapture(pos.id)
            if events and eventType == "touch":
                self._finger_left(events, state.targetShape if state else None, event)

    def _lostpointercapture(self, evt: Any) -> None:
        if pointer_events.getCapturedShape(evt.pointerId, self):
            pointer_events.releaseCapture(evt.pointerId)


def _may_click(state: Any) -> bool:
    from .pointer_handling import NO_CLICK

    return state is not None and state.clickStartShape is not NO_CLICK
