"""A script of DOM events for the scene, which uses all of the event system."""

from __future__ import annotations

from typing import Any

from .scenario import Scenario
from .scene import LISTENERS, STAGE, TREE


class Script:
    """Writes steps down; coordinates are those of the stage, which lies at the top left of the page."""

    def __init__(self) -> None:
        self.steps: list[dict[str, Any]] = []

    def send(self, type: str, x: float, y: float, **fields: Any) -> None:
        self.steps.append({"dispatch": type, "fields": {"clientX": x, "clientY": y, **fields}})

    def mouse(self, role: str, x: float, y: float, button: int = 0) -> None:
        """Both events that a browser sends."""
        self.send(f"pointer{role}", x, y, button=button, pointerId=1, pointerType="mouse")
        self.send(f"mouse{role}", x, y, button=button)

    def click(self, x: float, y: float, button: int = 0) -> None:
        self.mouse("down", x, y, button)
        self.mouse("up", x, y, button)

    def touch(self, type: str, changed: dict[int, tuple[float, float]], there: dict[int, tuple[float, float]]) -> None:
        def listed(fingers: dict[int, tuple[float, float]]) -> list[dict[str, float]]:
            return [{"identifier": id, "clientX": x, "clientY": y} for id, (x, y) in fingers.items()]

        self.steps.append({"dispatch": type, "fields": {"touches": listed(there), "changedTouches": listed(changed)}})

    def tap(self, x: float, y: float) -> None:
        self.touch("touchstart", {3: (x, y)}, {3: (x, y)})
        self.touch("touchend", {3: (x, y)}, {})

    def do(self, *action: Any) -> None:
        self.steps.append({"do": list(action)})

    def wait(self, milliseconds: float) -> None:
        self.steps.append({"time": milliseconds})

    def frame(self) -> None:
        self.steps.append({"frame": True})


def _hover(script: Script) -> None:
    script.send("mouseenter", 2, 2)
    for x, y in ((10, 10), (30, 30), (44, 52), (52, 54), (150, 90)):
        script.mouse("move", x, y)


def _clicks(script: Script) -> None:
    script.click(52, 54)  # the blade: its group stops the click
    script.wait(100)
    script.click(52, 54)  # the second of two
    script.wait(500)
    script.click(28, 32)
    script.wait(399)
    script.click(28, 32)
    script.click(28, 32)
    script.wait(500)
    script.mouse("down", 28, 32)
    script.mouse("up", 120, 12)  # released elsewhere: no click
    script.wait(500)
    script.click(80, 70)
    script.click(2, 2)


def _drags(script: Script) -> None:
    script.mouse("down", 92, 30)
    script.mouse("move", 93, 31)  # nearer than the threshold
    script.mouse("up", 93, 31)
    script.wait(500)
    script.mouse("down", 92, 30)
    for x, y in ((97, 30), (110, 24), (120, 22)):
        script.mouse("move", x, y)
    script.steps.append({"dispatch": "mousemove", "on": "window", "fields": {"clientX": 170, "clientY": 26}})
    script.mouse("move", 130, 26)
    script.mouse("up", 130, 26)  # a drag is no click
    script.frame()
    script.mouse("down", 130, 66)
    script.mouse("move", 134, 66)  # the card wants 6 pixels
    script.mouse("move", 128, 62)
    script.mouse("move", 124, 60)
    script.mouse("up", 124, 60)
    script.frame()
    script.do("call", "ball", "startDrag")
    script.mouse("move", 132, 30)
    script.do("call", "ball", "stopDrag")
    script.frame()


def _fingers(script: Script) -> None:
    script.tap(122, 60)
    script.wait(200)
    script.tap(122, 60)
    script.wait(500)
    one, other = (30, 30), (122, 60)
    script.touch("touchstart", {1: one}, {1: one})
    script.touch("touchstart", {2: other}, {1: one, 2: other})
    script.touch("touchmove", {1: (60, 20), 2: (110, 70)}, {1: (60, 20), 2: (110, 70)})
    script.frame()
    script.touch("touchend", {2: (110, 70)}, {1: (60, 20)})
    script.touch("touchcancel", {1: (60, 20)}, {})
    script.frame()


def _capture(script: Script) -> None:
    script.do("call", "ball", "setPointerCapture", 1)
    script.send("pointermove", 20, 80, pointerId=1, pointerType="pen")
    script.send("pointerup", 20, 80, pointerId=1, pointerType="pen")
    script.send("pointerdown", 134, 30, pointerId=5, pointerType="pen")
    script.send("pointercancel", 134, 30, pointerId=5, pointerType="pen")
    script.do("call", "ball", "setPointerCapture", 8)
    script.send("lostpointercapture", 0, 0, pointerId=8)


def _edges(script: Script) -> None:
    for _ in range(2):
        script.send("contextmenu", 78, 70)  # raises, then does not
        script.send("contextmenu", 8, 60)  # adds a listener and fires, then both are there
    script.send("contextmenu", 23, 40)  # the rope destroys itself
    script.frame()
    script.send("contextmenu", 23, 40)
    script.send("wheel", 28, 32, deltaY=1)
    script.send("wheel", 159, 1, deltaY=-1)
    script.do("call", "hub", "listening", False)
    script.frame()
    script.mouse("move", 28, 32)
    script.click(28, 32)
    script.do("call", "hub", "listening", True)
    script.do("off", "mill", ".menu", "none")
    script.do("off", "stage", "mousemove wheel", "none")
    script.frame()
    script.wait(500)
    script.click(28, 32)
    script.do("setting", "pointerEventsEnabled", False)
    script.do("call", "ball", "position", {"x": 92, "y": 30})
    script.frame()
    script.click(92, 30)
    script.do("call", "front", "visible", False)
    script.frame()
    script.click(92, 30)
    script.mouse("move", 28, 32)
    script.send("mouseleave", -3, 32)


def scripted() -> Scenario:
    """The scene and its script."""
    script = Script()
    for part in (_hover, _clicks, _drags, _fingers, _capture, _edges):
        part(script)
    return {
        "stage": STAGE,
        "settings": {},
        "seed": 2026,
        "tree": TREE,
        "listeners": LISTENERS,
        "steps": script.steps,
    }
