"""Pointer capture: one node gets everything of a pointer, wherever it goes (upstream: ``PointerEvents.js``)."""

from __future__ import annotations

from typing import Any, NamedTuple

from .event import KonvaEvent


class Capture(NamedTuple):
    """``stage`` is the one that captured in the DOM, even if the shape is moved to another."""

    shape: Any
    stage: Any


Captures: dict[Any, Capture] = {}


def getCapturedShape(pointerId: Any, stage: Any = None) -> Any:
    capture = Captures.get(pointerId)
    return capture.shape if capture and (not stage or capture.stage is stage) else None


def hasPointerCapture(pointerId: Any, shape: Any) -> bool:
    return getCapturedShape(pointerId) is shape


def setPointerCapture(pointerId: Any, shape: Any) -> None:
    """Ends an earlier capture of the pointer first; a shape outside a stage captures nothing."""
    releaseCapture(pointerId)
    stage = shape.getStage()
    if not stage:
        return
    Captures[pointerId] = Capture(shape, stage)
    if stage.content:
        stage.content.setPointerCapture(pointerId)
    _fireCapture(shape, "gotpointercapture", pointerId)


def releaseCapture(pointerId: Any, target: Any = None) -> None:
    """Ends the capture of a pointer; ``target`` can only end its own."""
    capture = Captures.get(pointerId)
    if not capture or (target and capture.shape is not target):
        return
    del Captures[pointerId]
    if capture.stage.content:
        capture.stage.content.releasePointerCapture(pointerId)
    _fireCapture(capture.shape, "lostpointercapture", pointerId)


def releaseCapturesOf(node: Any) -> None:
    """Ends the captures of a node or a stage that is destroyed."""
    for pointerId, capture in list(Captures.items()):
        if node in (capture.shape, capture.stage):
            releaseCapture(pointerId)


def _fireCapture(shape: Any, type: str, pointerId: Any) -> None:
    from .dom import NativeEvent

    shape._fire(type, KonvaEvent(evt=NativeEvent(type, pointerId=pointerId), pointerId=pointerId))
