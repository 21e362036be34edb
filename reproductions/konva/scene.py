"""The scene that is played and replayed: a small stage, with listeners at every level."""

from __future__ import annotations

from typing import Any

STAGE = {"width": 160, "height": 96}

MOUSE = "mouseenter mouseover mousemove mousedown mouseup mouseout mouseleave click dblclick wheel contextmenu"
TOUCH = "touchstart touchmove touchend touchcancel touchover touchenter touchout touchleave tap dbltap"
POINTER = "pointerdown pointerup pointerclick pointercancel gotpointercapture lostpointercapture"
DRAG = "dragstart dragmove dragend"

TREE: list[dict[str, Any]] = [
    {
        "class": "Layer",
        "attrs": {"id": "back"},
        "children": [
            {
                "class": "Rect",
                "attrs": {
                    "id": "desk",
                    "x": 4,
                    "y": 4,
                    "width": 152,
                    "height": 88,
                    "fill": "#26384d",
                    "cornerRadius": 6,
                },
            },
            {
                "class": "Group",
                "attrs": {"id": "mill", "x": 38, "y": 44, "rotation": 20},
                "children": [
                    {"class": "Circle", "attrs": {"id": "hub", "radius": 22, "fill": "#f2b134"}},
                    {
                        "class": "Group",
                        "attrs": {"id": "blades", "scaleX": 0.9, "skewX": 0.2},
                        "children": [
                            {
                                "class": "Rect",
                                "attrs": {"id": "blade", "name": "hot", "width": 26, "height": 8, "fill": "#ed553b"},
                            },
                            {
                                "class": "Line",
                                "attrs": {
                                    "id": "rope",
                                    "points": [0, 0, -14, 10, -18, -8],
                                    "stroke": "#f6d7a7",
                                    "strokeWidth": 3,
                                    "tension": 0.4,
                                },
                            },
                        ],
                    },
                ],
            },
        ],
    },
    {
        "class": "Layer",
        "attrs": {"id": "front"},
        "children": [
            {
                "class": "Circle",
                "attrs": {"id": "ball", "x": 92, "y": 30, "radius": 14, "fill": "#3caea3", "draggable": True},
            },
            {
                "class": "Group",
                "attrs": {"id": "card", "name": "hot card", "x": 108, "y": 50, "draggable": True, "dragDistance": 6},
                "children": [
                    {
                        "class": "Rect",
                        "attrs": {
                            "id": "paper",
                            "width": 40,
                            "height": 30,
                            "fill": "#f7f3e9",
                            "stroke": "#20639b",
                            "strokeWidth": 3,
                            "cornerRadius": 4,
                        },
                    },
                    {
                        "class": "Text",
                        "attrs": {
                            "id": "word",
                            "x": 6,
                            "y": 9,
                            "width": 28,
                            "height": 12,
                            "text": "konva",
                            "fill": "#173f5f",
                        },
                    },
                ],
            },
            {
                "class": "Line",
                "attrs": {
                    "id": "flag",
                    "points": [70, 60, 96, 66, 74, 84],
                    "closed": True,
                    "fill": "#c06c84",
                    "name": "hot",
                },
            },
        ],
    },
]

LISTENERS: list[dict[str, Any]] = [
    {"on": "hub", "events": MOUSE, "label": "hub"},
    {"on": "blade", "events": MOUSE, "label": "blade"},
    {"on": "mill", "events": "mouseenter mouseleave mouseover click.menu tap", "label": "mill"},
    {"on": "blades", "events": "click", "label": "blades", "actions": [["cancelBubble"]], "times": 1},
    {"on": "ball", "events": f"{DRAG} click mousedown mouseup {POINTER} xChange", "label": "ball"},
    {"on": "card", "events": f"{DRAG} click tap {TOUCH}", "label": "card"},
    {"on": "word", "events": "mouseenter mouseleave tap dbltap click", "label": "word"},
    {"on": "back", "events": "click dblclick", "selector": ".hot, Circle", "label": "chosen"},
    {
        "on": "front",
        "events": "click mousedown",
        "selector": "#card",
        "label": "in card",
        "actions": [["cancelBubble"]],
    },
    {"on": "prototype:Line", "events": "click.test tap.test", "label": "every line"},
    {"on": "flag", "events": "click", "label": "flag"},
    {"on": "stage", "events": f"{MOUSE} tap dbltap {DRAG}", "label": "stage"},
    {"on": "stage", "events": "custom", "label": "custom"},
    # What a handler may do while it is called.
    {
        "on": "flag",
        "events": "contextmenu",
        "label": "raises",
        "actions": [["raise", "the flag is torn"]],
        "times": 1,
    },
    {"on": "flag", "events": "contextmenu", "label": "after it"},
    {
        "on": "desk",
        "events": "contextmenu",
        "label": "adds",
        "actions": [
            ["on", {"on": "desk", "events": "contextmenu", "label": "added"}],
            ["call", "ball", "fire", "custom", {}, True],
        ],
        "times": 1,
    },
    {
        "on": "rope",
        "events": "contextmenu",
        "label": "removes itself",
        "actions": [["call", "rope", "destroy"]],
        "times": 1,
    },
    {"on": "rope", "events": "contextmenu", "label": "still heard"},
]
