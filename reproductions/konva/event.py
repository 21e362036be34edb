"""What a handler receives, and the tables that name events (upstream: the top of ``Stage.js``)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from .settings import Konva
from .util import Util


class KonvaEvent(SimpleNamespace):
    """``target``, ``currentTarget``, ``type``, ``evt`` (the native event), ``pointerId``, and what ``fire`` was given.

    One object travels up the tree while it bubbles, so ``currentTarget`` is only right during the handler. A field
    that was never set reads as ``None``. Setting ``cancelBubble`` stops the way up.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None

    def copy(self) -> KonvaEvent:
        return KonvaEvent(**vars(self))


# DOM event -> method of the Stage. There is no click, dblclick, mouseout or pointerover: those are made here.
EVENTS = (
    ("mouseenter", "_pointerenter"),
    ("mousedown", "_pointerdown"),
    ("mousemove", "_pointermove"),
    ("mouseup", "_pointerup"),
    ("mouseleave", "_pointerleave"),
    ("touchstart", "_pointerdown"),
    ("touchmove", "_pointermove"),
    ("touchend", "_pointerup"),
    ("touchcancel", "_pointercancel"),
    ("mouseover", "_pointerover"),
    ("wheel", "_wheel"),
    ("contextmenu", "_contextmenu"),
    ("pointerdown", "_pointerdown"),
    ("pointermove", "_pointermove"),
    ("pointerup", "_pointerup"),
    ("pointercancel", "_pointercancel"),
    ("pointerleave", "_pointerleave"),
    ("lostpointercapture", "_lostpointercapture"),
)

_ROLES = ("out", "leave", "over", "enter", "move", "down", "up", "cancel", "click", "dblclick")

# What a role ("pointerclick") is called in each family of events.
EVENTS_MAP: dict[str, dict[str, str]] = {
    "mouse": {f"pointer{role}": role if "click" in role else f"mouse{role}" for role in _ROLES},
    "touch": {f"pointer{role}": f"touch{role}" for role in _ROLES}
    | {"pointerdown": "touchstart", "pointerup": "touchend", "pointerclick": "tap", "pointerdblclick": "dbltap"},
    "pointer": {f"pointer{role}": f"pointer{role}" for role in _ROLES},
}

NON_BUBBLING_EVENTS = frozenset(family + role for family in EVENTS_MAP for role in ("enter", "leave"))


def getEventsMap(eventType: str) -> dict[str, str] | None:
    """The names of the family that the DOM event belongs to; None when pointer events are switched off."""
    family = Util._getEventType(eventType)
    if family == "pointer" and not Konva.pointerEventsEnabled:
        return None
    return EVENTS_MAP[family]
