"""Scenarios: a tree, listeners and a script of DOM events, as data, played here and in the real Konva.

A scenario is a dictionary that JSON can hold:

* ``stage``: attributes, and ``left`` and ``top``, its place on the page
* ``settings`` of ``Konva``; ``seed`` of the colour keys
* ``tree``: layers, each ``{"class", "attrs", "children"}``; nodes are named by ``attrs.id``
* ``listeners``: ``{"on", "events", "selector", "label", "actions", "times"}``; ``on`` is an id, ``stage``, or
  ``prototype:Rect`` (then in namespace ``test``); the actions follow the log line, the first ``times`` times
* ``steps``: ``{"dispatch": "mousedown", "fields": {...}, "on": "window"}``, ``{"time": 100}`` (milliseconds pass),
  ``{"frame": true}`` (the window paints), ``{"hit": [x, y]}``, ``{"do": action}``
* actions: ``["cancelBubble"]``, ``["preventDefault"]``, ``["raise", text]``, ``["on", listener]``,
  ``["off", id, events, label]``, ``["setting", name, value]``, ``["call", id, method, argument …]``; the argument
  ``{"ref": id}`` is a node
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any

from . import container, dom, node, settings, shape, shapes, util
from .drag_and_drop import DD
from .layer import Layer
from .stage import Stage

Scenario = dict[str, Any]
CLASSES: dict[str, type[node.Node]] = {
    each.__name__: each
    for each in (
        node.Node,
        container.Container,
        Stage,
        Layer,
        container.Group,
        shape.Shape,
        shapes.Rect,
        shapes.Circle,
        shapes.Line,
        shapes.Text,
    )
}


class Raised(Exception):
    """What the action ``raise`` raises."""


class Player:
    """Plays one scenario; ``log`` grows line by line, and ``tell`` hears each line at once.

    ``playing`` is for a person: the clock runs, and what a handler raises is told with its type.
    """

    def __init__(self, scenario: Scenario, tell: Callable[[str], object] | None = None, playing: bool = False) -> None:
        self.scenario = scenario
        self.log: list[str] = []
        self._tell = tell or (lambda line: None)
        self.nodes: dict[str, Any] = {}
        self._handlers: dict[str, Any] = {}
        self._clock = 1_000_000.0
        # A layer that is not in a stage yet asks the default window for its frame.
        self.window = dom.defaultWindow
        self.window.onerror = lambda error: self._write(f"! {error if isinstance(error, Raised) else 'error'}")
        settings.Konva.reset()
        settings.Konva.showWarnings = False
        if playing:
            self.window.onerror = lambda error: self._write(f"! {type(error).__name__}: {error}")
        else:
            settings.Konva.now = lambda: self._clock
        for name, value in scenario.get("settings", {}).items():
            setattr(settings.Konva, name, value)
        util.Util.random = _park_miller(scenario["seed"]).__next__
        attrs = dict(scenario["stage"])
        page = dom.Element(self.window, attrs.pop("left", 0), attrs.pop("top", 0))
        self.stage = Stage({**attrs, "id": "stage", "container": page})
        self.nodes["stage"] = self.stage
        self.window._call(lambda: [self.stage.add(self._build(layer)) for layer in scenario["tree"]])
        self.window.flushFrames()
        for listener in scenario.get("listeners", []):
            self._listen(listener)

    def _build(self, spec: dict[str, Any]) -> Any:
        built = CLASSES[spec["class"]](copy.deepcopy(spec["attrs"]))
        if spec["attrs"].get("id"):
            self.nodes[spec["attrs"]["id"]] = built
        for child in spec.get("children", []):
            built.add(self._build(child))
        return built

    def _find(self, ref: str) -> Any:
        return CLASSES[ref[10:]].prototype if ref.startswith("prototype:") else self.nodes[ref]

    def _listen(self, spec: dict[str, Any]) -> None:
        left = spec.get("times", 1)

        def handler(evt: Any) -> None:
            nonlocal left
            self._write(f"{spec['label']}: {_described(evt)}")
            left -= 1
            if left >= 0:
                for action in spec.get("actions", []):
                    self.act(action, evt)

        def of_class(this: Any, evt: Any) -> None:
            handler(evt)

        on_class = spec["on"].startswith("prototype:")
        heard = self._handlers[spec["label"]] = of_class if on_class else handler
        selector = [spec["selector"]] if spec.get("selector") else []
        self._find(spec["on"]).on(spec["events"], *selector, heard)

    def act(self, action: list[Any], evt: Any = None) -> None:
        verb, *rest = action
        if verb == "cancelBubble":
            evt.cancelBubble = True
        elif verb == "preventDefault":
            if evt.evt:
                evt.evt.preventDefault()
        elif verb == "raise":
            raise Raised(rest[0])
        elif verb == "on":
            self._listen(rest[0])
        elif verb == "off":
            self._find(rest[0]).off(rest[1], self._handlers.get(rest[2]))
        elif verb == "setting":
            setattr(settings.Konva, rest[0], rest[1])
        elif verb == "call":
            ref, method, *arguments = rest
            getattr(self._find(ref), method)(*map(self._resolve, arguments))

    def _resolve(self, value: Any) -> Any:
        return self._find(value["ref"]) if isinstance(value, dict) and "ref" in value else copy.deepcopy(value)

    def step(self, step: dict[str, Any]) -> None:
        if "time" in step:
            self._clock += step["time"]
        elif "frame" in step:
            self.window.flushFrames()
        elif "hit" in step:
            x, y = step["hit"]
            self._write(f"hit {x},{y}: {named(self.stage.getIntersection({'x': x, 'y': y}))}")
        elif "do" in step:
            from .event import KonvaEvent

            self.window._call(self.act, step["do"], KonvaEvent())
        elif "dispatch" in step:
            fields = dict(step.get("fields", {}))
            for name in ("touches", "changedTouches"):
                if name in fields:
                    fields[name] = [dom.Touch(**touch) for touch in fields[name]]
            evt = dom.NativeEvent(step["dispatch"], **fields)
            self.window.dispatch(evt, None if step.get("on") == "window" else self.stage.content)
            if evt.defaultPrevented:
                self._write(f"prevented {evt.type}")

    def _write(self, line: str) -> None:
        self.log.append(line)
        self._tell(line)

    def finish(self) -> list[str]:
        """Writes down where everything ended, takes all apart, and returns the log."""
        for id, each in self.nodes.items():
            at = each.getAbsolutePosition()
            place = f"index={each.index} at={shown(at['x'])},{shown(at['y'])}"
            self._write(f"= {id} parent={named(each.getParent())} {place}")
        dragging, ready = settings.Konva.isDragging(), settings.Konva.isDragReady()
        self._write(f"= dragging {str(dragging).lower()} ready {str(ready).lower()}")
        log, self.log = self.log, []
        self.close()
        return log

    def close(self) -> None:
        for each in CLASSES.values():
            each.prototype.off(".test")
        for each in self.nodes.values():
            each.off()
        for each in list(self.nodes.values()):
            self.window._call(each.destroy)
        DD._dragElements.clear()
        self.window.reset()
        settings.Konva.reset()


def replay(scenario: Scenario) -> list[str]:
    """The log of a scenario, as our Konva plays it."""
    player = Player(scenario)
    for step in scenario["steps"]:
        player.step(step)
    return player.finish()


def pixels(scenario: Scenario) -> list[str]:
    """What a pointer finds at every pixel, row by row."""
    player = Player(scenario)
    width, height = scenario["stage"]["width"], scenario["stage"]["height"]
    found = [named(player.stage.getIntersection({"x": x, "y": y})) for y in range(height) for x in range(width)]
    player.close()
    return found


def named(node: Any) -> str:
    return (node.id() or node.getClassName()) if node else "-"


def shown(value: Any) -> str:
    """A value of an attribute as both sides write it: numbers to three places."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{math.floor(value * 1000 + 0.5) / 1000 + 0:.15g}" if math.isfinite(value) else "nan"
    return "object" if isinstance(value, list | dict) else str(value)


def _described(evt: Any) -> str:
    line = f"currentTarget={named(evt.currentTarget)} evt={evt.evt.type if evt.evt else '-'}"
    line += f" pointerId={shown(evt.pointerId)} target={named(evt.target)} type={evt.type}"
    if "newVal" in vars(evt) or "oldVal" in vars(evt):
        line += f" oldVal={shown(evt.oldVal)} newVal={shown(evt.newVal)}"
    if evt.type.startswith("drag"):
        line += f" at={shown(evt.target.x())},{shown(evt.target.y())}"
    return line


def _park_miller(seed: int) -> Iterator[float]:
    """The minimal standard generator (Park and Miller, 1988): the same numbers in Python and JavaScript."""
    state = seed
    while True:
        state = state * 48271 % 2147483647
        yield state / 2147483647
