"""Random scenarios: trees, listeners, transforms and scripts of events, the same for the same seed."""

from __future__ import annotations

import random
from typing import Any

from .gestures import Gestures
from .scenario import Scenario

WIDTH, HEIGHT = 160, 120
SHAPES = ("Rect", "Rect", "Circle", "Line", "Text")
NAMES = ("hot", "cold", "big hot")
SELECTORS = ("Rect", "Shape", "Group", ".hot", ".cold", ".big, Circle", "#n1", "Layer", "#n2, .cold")
POINTER_EVENTS = (
    "mousedown mouseup mousemove mouseenter mouseleave mouseover mouseout click dblclick wheel contextmenu "
    "touchstart touchmove touchend tap dbltap touchenter touchleave touchover touchout touchcancel mousecancel "
    "pointerdown pointermove pointerup pointerclick pointerdblclick pointerenter pointerleave pointerover pointerout "
    "pointercancel gotpointercapture lostpointercapture dragstart dragmove dragend"
).split()
CHANGES = "x y draggable visible listening opacity rotation scaleX name fill position scale absoluteTransform".split()
SETTINGS: dict[str, tuple[Any, ...]] = {
    "pointerEventsEnabled": (False,),
    "capturePointerEventsEnabled": (True,),
    "hitOnDragEnabled": (True,),
    "dragDistance": (0, 1, 10),
    "dblClickWindow": (0, 100),
    "dragButtons": ([0], [0, 2]),
    "autoDrawEnabled": (False,),
    "angleDeg": (False,),
}


class Generator:
    """Makes one scenario."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        self.ids: list[str] = []
        self.containers: list[str] = []
        self.labels: list[tuple[str, str, str]] = []

    def scenario(self) -> Scenario:
        pick = self.random
        stage: dict[str, Any] = {"width": WIDTH, "height": HEIGHT}
        if pick.random() < 0.4:
            stage |= {"left": pick.randint(-20, 60), "top": pick.randint(-20, 60)}
        if pick.random() < 0.1:
            stage |= {"x": pick.randint(-10, 10), "y": pick.randint(-10, 10), "scaleX": pick.choice([0.5, 1.5])}
        if pick.random() < 0.05:
            stage["draggable"] = True
        chosen = pick.sample(sorted(SETTINGS), pick.choice([0, 0, 1, 2]))
        tree = [self._layer() for _ in range(pick.choice([1, 1, 2, 3]))]
        return {
            "stage": stage,
            "settings": {name: pick.choice(SETTINGS[name]) for name in chosen},
            "seed": self.seed % 2147483646 + 1,
            "tree": tree,
            "listeners": [self._listener(number) for number in range(pick.randint(4, 14))],
            "steps": Gestures(self, stage.get("left", 0), stage.get("top", 0)).steps(),
        }

    def _name(self) -> str:
        self.ids.append(f"n{len(self.ids) + 1}")
        return self.ids[-1]

    def _layer(self) -> dict[str, Any]:
        attrs: dict[str, Any] = {"id": self._name()}
        self.containers.append(attrs["id"])
        if self.random.random() < 0.1:
            attrs["listening"] = False
        if self.random.random() < 0.1:
            attrs |= {"clipX": 10, "clipY": 5.5, "clipWidth": 120, "clipHeight": 90}
        if self.random.random() < 0.15:
            attrs |= self._transform(20)
        children = [self._node(1) for _ in range(self.random.randint(1, 5))]
        return {"class": "Layer", "attrs": attrs, "children": children}

    def _node(self, depth: int) -> dict[str, Any]:
        pick = self.random
        attrs: dict[str, Any] = {"id": self._name()}
        if pick.random() < 0.4:
            attrs["name"] = pick.choice(NAMES)
        if pick.random() < 0.1:
            attrs["listening"] = False
        if pick.random() < 0.06:
            attrs["visible"] = False
        if pick.random() < 0.3:
            attrs["draggable"] = True
        if pick.random() < 0.08:
            attrs["dragDistance"] = pick.choice([0, 1, 8])
        if pick.random() < 0.08:
            attrs["preventDefault"] = False
        if depth < 4 and pick.random() < 0.35:
            self.containers.append(attrs["id"])
            attrs |= self._transform(40)
            if pick.random() < 0.15:
                attrs |= {"clip": {"x": -5, "y": 0, "width": pick.randint(10, 90), "height": pick.randint(10, 70)}}
            children = [self._node(depth + 1) for _ in range(pick.randint(0, 3))]
            return {"class": "Group", "attrs": attrs, "children": children}
        attrs |= self._transform(100)
        kind = pick.choice(SHAPES)
        return {"class": kind, "attrs": attrs | self._looks(kind)}

    def _transform(self, reach: int) -> dict[str, Any]:
        pick = self.random
        attrs: dict[str, Any] = {"x": pick.randint(0, reach), "y": pick.randint(0, int(reach * 0.8))}
        if pick.random() < 0.25:
            attrs["rotation"] = pick.choice([15, 45, 90, -30, 180, pick.uniform(0, 360)])
        if pick.random() < 0.2:
            attrs |= {"scaleX": pick.choice([0.5, 2, -1, 1.3]), "scaleY": pick.choice([0.5, 1.5, 1, -0.8])}
        if pick.random() < 0.1:
            attrs |= {"skewX": pick.uniform(-0.6, 0.6), "skewY": pick.choice([0, 0.3])}
        if pick.random() < 0.15:
            attrs |= {"offsetX": pick.randint(-10, 20), "offsetY": pick.randint(-10, 20)}
        if pick.random() < 0.05:
            attrs["transformsEnabled"] = pick.choice(["position", "none"])
        return attrs

    def _looks(self, kind: str) -> dict[str, Any]:
        pick = self.random
        attrs: dict[str, Any] = {"fill": pick.choice(["red", "#0a0", "rgba(0, 0, 255, 0.5)"])}
        if pick.random() < 0.4:
            attrs |= {"stroke": "black", "strokeWidth": pick.choice([1, 2, 5, 9])}
            attrs |= pick.choice([{}, {}, {"lineJoin": "round"}, {"lineCap": "round"}, {"strokeScaleEnabled": False}])
        if pick.random() < 0.1:
            attrs["hitStrokeWidth"] = pick.choice([0, 12])
        if pick.random() < 0.05:
            attrs["fillEnabled"] = False
        if kind == "Rect":
            attrs |= {"width": pick.randint(5, 70), "height": pick.randint(5, 60)}
            attrs |= pick.choice([{}, {}, {"cornerRadius": pick.randint(2, 30)}, {"cornerRadius": [0, 5, 10, 20]}])
        elif kind == "Circle":
            attrs |= {"radius": pick.randint(4, 35)}
        elif kind == "Line":
            attrs |= {"points": [pick.randint(-10, 60) for _ in range(2 * pick.randint(2, 5))]}
            attrs |= pick.choice([{"closed": True}, {}, {"tension": 0.5}, {"tension": 0.4, "closed": True}])
            attrs |= {"stroke": "black", "strokeWidth": pick.choice([2, 6, 10])}
        else:
            attrs |= {"text": "words", "width": pick.randint(10, 60), "height": pick.randint(8, 40)}
        return attrs

    def _listener(self, number: int, nested: bool = False) -> dict[str, Any]:
        pick = self.random
        owner = pick.choice([*self.ids, *self.ids, "stage", "stage", *self.containers])
        if pick.random() < 0.07:
            owner = "prototype:" + pick.choice(["Node", "Shape", "Rect", "Group", "Container", "Stage", "Circle"])
        # Those of the runtime's own are not looked at; which shapes they are is data of another kind.
        events = pick.sample(POINTER_EVENTS, pick.randint(1, 9))
        if pick.random() < 0.15:
            events += [f"{change}Change" for change in pick.sample(CHANGES, 2)]
        if pick.random() < 0.1:
            events.append("custom")
        label = f"h{number}"
        if owner.startswith("prototype:"):
            events = [f"{event}.test" for event in events]
        elif pick.random() < 0.2:
            events = [f"{event}.{pick.choice(['a', 'b', 'a.b'])}" for event in events]
        self.labels.append((owner, " ".join(events), label))
        spec: dict[str, Any] = {"on": owner, "events": " ".join(events), "label": label}
        if owner in ("stage", *self.containers) and pick.random() < 0.3:
            spec["selector"] = pick.choice(SELECTORS)
        if not nested and pick.random() < 0.5:
            spec["actions"] = [self.action(number) for _ in range(pick.choice([1, 1, 2]))]
            spec["times"] = pick.choice([1, 1, 2, 5])
        return spec

    def action(self, number: int) -> list[Any]:
        """What a handler does beside being logged."""
        pick = self.random
        kind = pick.random()
        if kind < 0.22:
            return ["cancelBubble"]
        if kind < 0.28:
            return ["preventDefault"]
        if kind < 0.36:
            return ["raise", f"from h{number}"]
        if kind < 0.48:
            return ["on", self._listener(number * 100 + pick.randint(1, 99), nested=True)]
        if kind < 0.56 and self.labels:
            owner, events, label = pick.choice(self.labels)
            if owner.startswith("prototype:"):
                return ["off", owner, events, label]
            how = pick.choice([events, events.split(".")[0].split(" ")[0], ".a", "mousedown click.b", ""])
            return ["off", owner, how, pick.choice([label, "none"])]
        if kind < 0.6:
            name = pick.choice(sorted(SETTINGS))
            return ["setting", name, pick.choice(SETTINGS[name])]
        return self.change()

    def change(self) -> list[Any]:
        """A call of a node's method."""
        pick = self.random
        node = pick.choice(self.ids)
        calls: list[list[Any]] = [
            ["x", pick.randint(-20, 120)],
            ["position", {"x": pick.randint(0, 100), "y": pick.randint(0, 80)}],
            ["move", {"x": pick.randint(-10, 10), "y": 4}],
            ["absolutePosition", {"x": pick.randint(0, 100), "y": pick.randint(0, 80)}],
            ["rotation", pick.randint(0, 360)],
            ["scale", {"x": pick.choice([0.5, 1, 2]), "y": 1}],
            ["visible", pick.random() < 0.5],
            ["listening", pick.random() < 0.5],
            ["draggable", pick.random() < 0.6],
            ["name", pick.choice(NAMES)],
            ["remove"],
            ["destroy"],
            ["moveToTop"],
            ["moveToBottom"],
            ["moveUp"],
            ["zIndex", 0],
            ["startDrag"],
            ["stopDrag"],
            ["fire", pick.choice(["custom", "click", "mouseenter", "mousedown.a"]), {}, pick.random() < 0.6],
            ["fire", pick.choice(["custom", "click", "tap"])],
            ["moveTo", {"ref": pick.choice(self.containers)}],
        ]
        method, *arguments = pick.choice(calls)
        if method == "moveTo" and not self._may_hold(node, arguments[0]["ref"]):
            method, arguments = "moveToTop", []
        if pick.random() < 0.12:
            method = pick.choice(["setPointerCapture", "releaseCapture"])
            arguments = [pick.choice([999, 1, 2, 7])]
        return ["call", node, method, *arguments]

    def _may_hold(self, node: str, container: str) -> bool:
        """No node into one that is made later, and so may lie in it; a layer goes nowhere."""
        return int(container[1:]) < int(node[1:]) and node not in self.containers


def generated(seed: int) -> Scenario:
    """The scenario of a seed."""
    return Generator(seed).scenario()
