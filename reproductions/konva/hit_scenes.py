"""Scenes for comparing what is hit, pixel by pixel: transforms, strokes, clips, thin lines, a hit function's shapes."""

from __future__ import annotations

from typing import Any

from .generated import generated
from .scenario import Scenario
from .scripted import scripted


def _scene(*children: dict[str, Any], width: int = 200, height: int = 150, **layer: Any) -> Scenario:
    tree = [{"class": "Layer", "attrs": {"id": "layer", **layer}, "children": list(children)}]
    return {"stage": {"width": width, "height": height}, "settings": {}, "seed": 7, "tree": tree, "steps": []}


def _node(kind: str, id: str, *children: dict[str, Any], **attrs: Any) -> dict[str, Any]:
    spec: dict[str, Any] = {"class": kind, "attrs": {"id": id, **attrs}}
    return spec | {"children": list(children)} if children else spec


def _transforms() -> Scenario:
    """Rotation, skew, scale and offset through nested groups, one of them mirrored."""
    return _scene(
        _node(
            "Group",
            "outer",
            _node("Rect", "turned", width=60, height=24, rotation=30, fill="red", stroke="black", strokeWidth=4),
            _node(
                "Group",
                "inner",
                _node("Circle", "oval", radius=22, x=10, y=30, fill="blue"),
                _node("Rect", "round", x=-20, y=50, width=50, height=30, cornerRadius=9, fill="green", skewX=0.4),
                scaleX=-1.4,
                scaleY=0.8,
                x=70,
                offsetX=12,
            ),
            x=60,
            y=20,
            rotation=-12,
            skewY=0.15,
        ),
        _node("Circle", "ring", x=160, y=110, radius=24, fillEnabled=False, stroke="black", strokeWidth=7),
    )


def _strokes() -> Scenario:
    """Joins, caps, curves, strokes that do not scale, strokes that are hit where nothing is drawn."""
    zigzag = [0, 0, 40, 6, 6, 26, 50, 40]
    return _scene(
        _node("Line", "miter", x=10, y=10, points=zigzag, stroke="black", strokeWidth=6),
        _node(
            "Line", "round", x=75, y=10, points=zigzag, stroke="black", strokeWidth=8, lineJoin="round", lineCap="round"
        ),
        _node(
            "Line",
            "bevel",
            x=138,
            y=10,
            points=zigzag,
            stroke="black",
            strokeWidth=9,
            lineJoin="bevel",
            lineCap="square",
        ),
        _node(
            "Line",
            "curve",
            x=10,
            y=70,
            points=[0, 0, 30, 40, 60, 0, 90, 44],
            stroke="black",
            strokeWidth=5,
            tension=0.5,
        ),
        _node("Line", "blob", x=110, y=70, points=[0, 0, 30, -8, 44, 34, 10, 40], fill="red", closed=True, tension=0.6),
        _node("Line", "thin", x=4, y=128, points=[0, 0, 190, 9], stroke="black", strokeWidth=1),
        _node("Line", "wide to hit", x=4, y=112, points=[0, 0, 80, 4], stroke="black", strokeWidth=1, hitStrokeWidth=9),
        _node(
            "Rect",
            "fixed stroke",
            x=165,
            y=80,
            width=8,
            height=10,
            scaleX=3,
            scaleY=2,
            fill="red",
            stroke="black",
            strokeWidth=5,
            strokeScaleEnabled=False,
        ),
    )


def _clips() -> Scenario:
    """A turned clip inside a clipped layer, and shapes that touch each other at fractions of a pixel."""
    rows = [
        _node("Rect", f"tile {row}{column}", x=4 + 13.3 * column, y=90 + 9.7 * row, width=13.3, height=9.7, fill="red")
        for row in range(5)
        for column in range(8)
    ]
    return _scene(
        _node(
            "Group",
            "window",
            _node("Circle", "big", x=30, y=30, radius=40, fill="red"),
            _node("Rect", "bar", y=28, width=90, height=12, fill="blue"),
            x=50,
            y=10,
            rotation=25,
            clipX=4,
            clipY=6,
            clipWidth=56,
            clipHeight=44,
        ),
        *rows,
        _node(
            "Text", "text", x=130, y=100, width=60, height=30, text="text", rotation=-8, stroke="black", strokeWidth=3
        ),
        clipX=2,
        clipY=3.5,
        clipWidth=194,
        clipHeight=130,
    )


def scenes() -> dict[str, Scenario]:
    """By name: three made for it, the scripted scene, and some random ones."""
    made = {"transforms": _transforms(), "strokes": _strokes(), "clips": _clips(), "scripted": scripted()}
    return made | {f"generated {seed}": generated(seed) for seed in range(1, 5)}
