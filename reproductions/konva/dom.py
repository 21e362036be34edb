"""As much of a browser as the event system touches: events, elements, a window with frames."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple


class NativeEvent:
    """A DOM event: ``type`` and whatever fields it has; one that it lacks reads as None.

    Touch events have ``touches`` and ``changedTouches``, lists of ``Touch``.
    """

    def __init__(self, type: str, cancelable: bool = True, **fields: Any) -> None:
        self.type = type
        self.cancelable = cancelable
        self.defaultPrevented = False
        self.stopped = False
        for name, value in fields.items():
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None

    def preventDefault(self) -> None:
        self.defaultPrevented = self.defaultPrevented or self.cancelable

    def stopPropagation(self) -> None:
        self.stopped = True


class Touch(NamedTuple):
    """A finger."""

    identifier: int
    clientX: float
    clientY: float


class _Listener(NamedTuple):
    callback: Callable[[NativeEvent], object]
    capture: bool


class EventTarget:
    """Something that hears DOM events."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[_Listener]] = {}

    def addEventListener(self, type: str, callback: Callable[[NativeEvent], object], capture: bool = False) -> None:
        self._listeners.setdefault(type, []).append(_Listener(callback, capture))

    def removeAllListeners(self) -> None:
        self._listeners.clear()


class Window(EventTarget):
    """Delivers events and frames. What a listener raises is reported, and the other listeners are still called."""

    def __init__(self) -> None:
        super().__init__()
        self._frames: list[Callable[[], object]] = []
        self.animationQueue: list[Callable[[], object]] = []
        self.onerror: Callable[[Exception], object] = _report

    def reset(self) -> None:
        """Forgets what waits for a frame; errors are printed again."""
        self._frames, self.animationQueue = [], []
        self.onerror = _report

    def requestAnimationFrame(self, callback: Callable[[], object]) -> None:
        self._frames.append(callback)

    def flushFrames(self) -> int:
        """Paints: calls what waits for the next frame, and says how many that were."""
        waiting, self._frames = self._frames, []
        for callback in waiting:
            self._call(callback)
        return len(waiting)

    def dispatch(self, evt: NativeEvent, target: Element | None = None) -> None:
        """Down (capture) from the window to ``target``, then up again; without a target only the window hears."""
        for owner, capture in ((self, True), (target, True), (target, False), (self, False)):
            for listener in list(owner._listeners.get(evt.type, ())) if owner else ():
                if listener.capture == capture:
                    self._call(listener.callback, evt)
            if evt.stopped:
                return

    def _call(self, callback: Callable[..., object], *arguments: Any) -> None:
        try:
            callback(*arguments)
        except Exception as error:
            self.onerror(error)


def _report(error: Exception) -> None:
    traceback.print_exception(error, file=sys.stderr)


class Element(EventTarget):
    """A ``div`` at a place on the page."""

    def __init__(self, window: Window, left: float = 0, top: float = 0) -> None:
        super().__init__()
        self.ownerWindow = window
        self.left, self.top = left, top
        self.style: dict[str, str] = {}
        self.clientWidth: float = 0
        self.clientHeight: float = 0
        self.capturedPointers: set[Any] = set()

    def getBoundingClientRect(self) -> tuple[float, float, float, float]:
        """left, top, width, height"""
        return self.left, self.top, self.clientWidth, self.clientHeight

    def setPointerCapture(self, pointerId: Any) -> None:
        self.capturedPointers.add(pointerId)

    def releasePointerCapture(self, pointerId: Any) -> None:
        self.capturedPointers.discard(pointerId)


defaultWindow = Window()
