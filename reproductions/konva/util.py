"""Small functions of the global ``Util`` object that events and the hit graph use (upstream: ``Util.js``)."""

from __future__ import annotations

import copy
import math
import random
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .settings import Konva

if TYPE_CHECKING:
    from .dom import Window
    from .event import KonvaEvent


class KonvaError(Exception):
    """The tree or an argument is not what Konva allows."""


class Util:
    """Namespace of functions, as upstream."""

    random: Callable[[], float] = random.Random().random
    """Source of the colour keys."""

    @staticmethod
    def _getEventType(type: str) -> str:
        if "pointer" in type:
            return "pointer"
        if "touch" in type:
            return "touch"
        return "mouse"

    @staticmethod
    def _getFirstPointerId(evt: Any) -> Any:
        """The pointer that caused a native event; 999 stands for the mouse."""
        if evt.touches is not None:
            return evt.changedTouches[0].identifier
        return 999 if evt.pointerId is None else evt.pointerId

    @staticmethod
    def getHitColor() -> str:
        """A random colour key ``#rrggbb``."""
        channels = [int(Util.random() * 256) for _ in range(3)]
        return Util.getHitColorKey(*channels)

    @staticmethod
    def getHitColorKey(r: int, g: int, b: int) -> str:
        """The key nearest to a colour of the hit canvas; keys are 3 apart, so that a rounding error is forgiven."""

        def snap(value: int) -> int:
            return math.floor(value / 3 + 0.5) * 3

        return f"#{snap(r):02x}{snap(g):02x}{snap(b):02x}"

    @staticmethod
    def cloneObject(event: KonvaEvent) -> KonvaEvent:
        """A copy whose lists and dictionaries are copied too; nodes and native events are shared."""
        clone = event.copy()
        for name, value in vars(clone).items():
            if isinstance(value, list | dict):
                setattr(clone, name, copy.copy(value))
        return clone

    @staticmethod
    def _capitalize(text: str) -> str:
        return text[:1].upper() + text[1:]

    @staticmethod
    def requestAnimFrame(callback: Callable[[], object], win: Window | None) -> None:
        """Calls back in the next frame of ``win``; one request serves all that wait for the same frame."""
        from .dom import defaultWindow

        target = win or defaultWindow
        if not target.animationQueue:

            def frame() -> None:
                queue, target.animationQueue = target.animationQueue, []
                for each in queue:
                    each()

            target.requestAnimationFrame(frame)
        target.animationQueue.append(callback)

    @staticmethod
    def _batchEvents(batch: Callable[[Callable[[], None]], object] | None, run: Callable[[], None]) -> None:
        """Runs inside ``batch``, which has to call its argument once, before it returns."""
        if not batch:
            run()
            return
        called, active = False, True

        def once() -> None:
            nonlocal called
            if called or not active:
                Util.warn("eventBatchFunc has to call its argument once, and before it returns")
                return
            called = True
            run()

        try:
            batch(once)
        finally:
            active = False
            if not called:
                Util.warn("eventBatchFunc did not call its argument, so the event is lost")

    @staticmethod
    def warn(message: str) -> None:
        if Konva.showWarnings:
            print(f"konva: {message}", file=sys.stderr)
