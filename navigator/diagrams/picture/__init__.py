"""A view laid out in points, for pictures: ``compose`` gives where every box, line and word lies."""

from navigator.diagrams.picture.compose import Detail, Direction, compose
from navigator.diagrams.picture.kept import Kept, read_kept
from navigator.diagrams.picture.records import Area, Picture, PlacedCluster, PlacedEdge, PlacedNode, Point, Words

__all__ = [
    "Area",
    "Detail",
    "Direction",
    "Kept",
    "Picture",
    "PlacedCluster",
    "PlacedEdge",
    "PlacedNode",
    "Point",
    "Words",
    "compose",
    "read_kept",
]
