"""The global ``Konva`` object: settings that every stage shares, and the clock (upstream: ``Global.js``)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PI_OVER_180 = 3.141592653589793 / 180

_DEFAULTS: dict[str, Any] = {
    "dblClickWindow": 400,  # milliseconds
    "pointerEventsEnabled": True,
    "autoDrawEnabled": True,
    "hitOnDragEnabled": False,
    "capturePointerEventsEnabled": False,
    "dragDistance": 3,  # pixels, on either axis
    "dragButtons": (0, 1),
    "angleDeg": True,
    "showWarnings": True,
    "pixelRatio": 1,
}


class _Konva:
    """Settings as attributes; ``reset`` puts the defaults back."""

    version = "10.9.1"
    dblClickWindow: float
    pointerEventsEnabled: bool
    autoDrawEnabled: bool
    hitOnDragEnabled: bool
    capturePointerEventsEnabled: bool
    dragDistance: float
    dragButtons: tuple[int, ...]
    angleDeg: bool
    showWarnings: bool
    pixelRatio: float
    now: Callable[[], float]
    """Milliseconds; upstream asks ``Date.now``. Replaced where time has to stand still."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        for name, value in _DEFAULTS.items():
            setattr(self, name, value)
        self.now = lambda: time.monotonic() * 1000

    def getAngle(self, angle: float) -> float:
        return angle * PI_OVER_180 if self.angleDeg else angle

    def isDragging(self) -> bool:
        """Whether any node of any stage is being dragged."""
        from .drag_and_drop import DD

        return DD.isDragging

    def isDragReady(self) -> bool:
        """Whether a press may become a drag."""
        from .drag_and_drop import DD

        return DD.node is not None


Konva = _Konva()
