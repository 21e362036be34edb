"""Which node an arrow key leads to in a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from navigator.diagrams.cells import Box

SIDEWAYS = ("left", "right")


def neighbour(nodes: Mapping[str, Box], edges: Iterable[tuple[str, str]], start: str, direction: str) -> str | None:
    """The nearest node ``left``, ``right``, ``up`` or ``down`` of one: first along a call, then anywhere on that side.

    Calls lead along the drawing's own direction, so a step across it finds the nearest node of the same layer.
    """
    here = nodes[start]
    connected = {callee for caller, callee in edges if caller == start} | {
        caller for caller, callee in edges if callee == start
    }
    beyond = [key for key, box in nodes.items() if key != start and _ahead(here, box, direction)]
    if not beyond:
        return None

    def distance(key: str) -> tuple[bool, float, float, str]:
        box = nodes[key]
        along, across = _apart(here, box, direction)
        return key not in connected, along + 2 * across, across, key

    return min(beyond, key=distance)


def _ahead(here: Box, box: Box, direction: str) -> bool:
    """Whether a node lies wholly on that side."""
    if direction == "left":
        return box.column + box.width <= here.column
    if direction == "right":
        return box.column >= here.column + here.width
    if direction == "up":
        return box.row + box.height <= here.row
    return box.row >= here.row + here.height


def _apart(here: Box, box: Box, direction: str) -> tuple[float, float]:
    """How far a node is along a direction and across it, in rows; a cell is about twice as high as wide."""
    rows = abs((box.row + box.height / 2) - (here.row + here.height / 2))
    columns = abs((box.column + box.width / 2) - (here.column + here.width / 2)) / 2
    if direction in SIDEWAYS:
        return columns, rows
    # In the same column of a layered drawing the nearest row is meant, however wide the labels are.
    overlap = box.column < here.column + here.width and here.column < box.column + box.width
    return rows, 0.0 if overlap else columns
