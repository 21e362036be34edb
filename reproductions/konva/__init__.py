"""Konva's event system in Python: a stage of layers, groups and shapes that hears the mouse, fingers and pens.

A reproduction of konva 10.9.1, written anew with its names: ``on``, ``off``, ``fire``, ``_fireAndBubble``,
``getIntersection``, ``EVENTS``. Methods keep the JavaScript spelling, so that a reader finds them upstream.
"""

from .backend import use
from .container import Container, Group
from .dom import Element, NativeEvent, Touch, Window
from .drag_and_drop import DD
from .event import EVENTS, EVENTS_MAP, KonvaEvent, getEventsMap
from .layer import Layer
from .node import Node
from .settings import Konva
from .shape import Shape, shapes
from .shapes import Circle, Line, Rect, Text
from .stage import Stage, stages
from .transform import Transform
from .util import KonvaError, Util

__all__ = [
    "DD",
    "EVENTS",
    "EVENTS_MAP",
    "Circle",
    "Container",
    "Element",
    "Group",
    "Konva",
    "KonvaError",
    "KonvaEvent",
    "Layer",
    "Line",
    "NativeEvent",
    "Node",
    "Rect",
    "Shape",
    "Stage",
    "Text",
    "Touch",
    "Transform",
    "Util",
    "Window",
    "getEventsMap",
    "shapes",
    "stages",
    "use",
]
