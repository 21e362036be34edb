"""A finished layout. Coordinates are points from the top left corner, y downwards."""

from __future__ import annotations

import enum

import msgspec

from navigator.callgraph import Certainty
from navigator.callgraph.views import ViewEdge, ViewNode
from navigator.diagrams.styles import Shape

Point = tuple[float, float]


class Area(msgspec.Struct, frozen=True):
    """A rectangle by its top left corner and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


class Anchor(enum.StrEnum):
    START = "start"
    MIDDLE = "middle"


class Words(msgspec.Struct, frozen=True):
    """A line of text: its baseline begins (or has its middle) at ``at``; ``size`` is the font's, in points."""

    at: Point
    text: str
    size: float
    bold: bool = False
    dim: bool = False
    anchor: Anchor = Anchor.START
    legend: bool = False


class PlacedNode(msgspec.Struct, frozen=True):
    """``label`` is the name, ``remark`` the smaller line below it (may be empty). ``rank`` is its place, or that of its
    group, in the order across all layers."""

    node: ViewNode
    shape: Shape
    area: Area
    label: str
    remark: str
    tip: str
    link: str = ""
    rank: int = 0


class PlacedEdge(msgspec.Struct, frozen=True):
    """``curve`` is a start point and then three points for each cubic Bézier piece. The arrow head's tip is ``tip``; it
    points in ``heading``, one of (1, 0), (-1, 0), (0, 1), (0, -1); the curve ends at the head's base."""

    edge: ViewEdge
    certainty: Certainty
    curve: tuple[Point, ...]
    tip: Point
    heading: Point
    words: str


class PlacedCluster(msgspec.Struct, frozen=True):
    group: str
    area: Area
    label: str
    members: tuple[str, ...]


class Picture(msgspec.Struct, frozen=True):
    """``legend_nodes`` and ``legend_edges`` are samples, whose meaning stands in ``words``."""

    title: str
    width: float
    height: float
    graph: Area
    """Where the graph itself lies, without title, captions and legend."""
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]
    clusters: tuple[PlacedCluster, ...]
    words: tuple[Words, ...]
    legend_nodes: tuple[PlacedNode, ...]
    legend_edges: tuple[PlacedEdge, ...]
    sideways: bool
