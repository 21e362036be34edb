"""A finished drawing, and the canvas on which one is made."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from navigator.callgraph.views import ViewEdge
from navigator.diagrams.cells.glyphs import EAST, NORTH, SOUTH, WEST, Glyphs

Place = tuple[int, int]
"""Row and column of a cell, from 0."""
Ends = tuple[str, str]
"""The ids of an edge's caller and callee."""


class Style(enum.StrEnum):
    PLAIN = "plain"
    LINE = "line"
    NODE = "node"
    FOCUS = "focus"
    DIM = "dim"
    UNRESOLVED = "unresolved"


class Run(msgspec.Struct, frozen=True):
    """Characters of one row that look alike."""

    text: str
    style: Style


class Box(msgspec.Struct, frozen=True):
    """Where a node lies, in cells."""

    row: int
    column: int
    width: int
    height: int


class Drawing(msgspec.Struct, frozen=True):
    """Rows from the top; ``edges`` lists the cells of each edge from its caller to its callee."""

    rows: tuple[tuple[Run, ...], ...]
    width: int
    nodes: dict[str, Box]
    edges: dict[Ends, tuple[Place, ...]]
    labels: dict[str, str]
    frame: str

    def lines(self) -> list[str]:
        """The drawing as plain text."""
        return ["".join(run.text for run in row).rstrip() for row in self.rows]


def width_of(text: str) -> int:
    """Terminal columns: wide East Asian characters take two, combining marks and joiners none."""
    if text.isascii():
        return len(text)
    return sum(width_of_character(character) for character in text)


def width_of_character(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Canvas:
    """Cells that are written once: lines of nets, which may cross at right angles, and texts over them."""

    def __init__(self) -> None:
        self.bits: dict[Place, dict[str, int]] = {}
        self.heavy: set[tuple[Place, int]] = set()
        self.dashed: set[Place] = set()
        self.texts: dict[Place, tuple[str, Style]] = {}

    def line(self, net: str, start: Place, end: Place, *, heavy: bool = False) -> list[Place]:
        """Draws a straight line of ``net`` between two cells, both included, and gives its cells in order."""
        (row, column), (last_row, last_column) = start, end
        down = (last_row > row) - (last_row < row)
        right = (last_column > column) - (last_column < column)
        assert not (down and right), "a line is straight"
        ahead = SOUTH if down > 0 else NORTH if down < 0 else EAST if right > 0 else WEST
        behind = {NORTH: SOUTH, SOUTH: NORTH, EAST: WEST, WEST: EAST}[ahead]
        cells = [start]
        while cells[-1] != end:
            here = cells[-1]
            following = (here[0] + down, here[1] + right)
            for place, bit in ((here, ahead), (following, behind)):
                self.join(net, place, bit)
                if heavy:
                    self.heavy.add((place, bit))
            cells.append(following)
        return cells

    def dash(self, ways: Mapping[Ends, Sequence[Place]], edges: Mapping[Ends, ViewEdge]) -> None:
        """Dashes the ways of calls that went, but for cells that a call which is there shares."""
        kept = {place for ends, way in ways.items() if not edges[ends].gone for place in way}
        self.dashed.update(
            place for ends, way in ways.items() if edges[ends].gone for place in way if place not in kept
        )

    def join(self, net: str, place: Place, bit: int) -> None:
        nets = self.bits.setdefault(place, {})
        nets[net] = nets.get(net, 0) | bit

    def merge(self, place: Place, net: str) -> None:
        """Makes all lines through a cell one: they join there instead of crossing."""
        bits = 0
        for each in self.bits.get(place, {}).values():
            bits |= each
        self.bits[place] = {net: bits}

    def write(self, place: Place, text: str, style: Style) -> None:
        """Puts text from a cell on; a wide character's second cell stays empty, and marks join the one before."""
        row, column = place
        for character in text:
            width = width_of_character(character)
            if width == 0:
                before = max((c for c in range(place[1], column) if (row, c) in self.texts), default=None)
                if before is not None:
                    known, _ = self.texts[row, before]
                    if not known:
                        before -= 1
                        known, _ = self.texts[row, before]
                    self.texts[row, before] = known + character, style
                continue
            self.texts[row, column] = character, style
            if width == 2:
                self.texts[row, column + 1] = "", style
            column += width

    def rows(self, glyphs: Glyphs) -> tuple[tuple[Run, ...], ...]:
        places = self.bits.keys() | self.texts.keys()
        if not places:
            return ()
        ends: dict[int, int] = {}
        for row, column in places:
            ends[row] = max(ends.get(row, 0), column)
        return tuple(
            _runs([self._cell((row, column), glyphs) for column in range(ends.get(row, -1) + 1)])
            for row in range(max(ends) + 1)
        )

    def _cell(self, place: Place, glyphs: Glyphs) -> tuple[str, Style]:
        text = self.texts.get(place)
        if text is not None:
            return text
        nets = self.bits.get(place)
        if not nets:
            return " ", Style.PLAIN
        if len(nets) > 1:
            return glyphs.cross, Style.LINE
        (bits,) = nets.values()
        if bits in glyphs.heavy and all((place, bit) in self.heavy for bit in (NORTH, EAST, SOUTH, WEST) if bits & bit):
            return glyphs.heavy[bits], Style.LINE
        if place in self.dashed and bits in glyphs.dashed:
            return glyphs.dashed[bits], Style.LINE
        return glyphs.lines[bits], Style.LINE


def _runs(cells: Iterable[tuple[str, Style]]) -> tuple[Run, ...]:
    runs: list[Run] = []
    text, style = "", Style.PLAIN
    for character, kind in cells:
        if kind is not style and text:
            runs.append(Run(text, style))
            text = ""
        style = kind
        text += character
    if text:
        runs.append(Run(text, style))
    return tuple(runs)


def widest(rows: Sequence[Sequence[Run]]) -> int:
    return max((sum(width_of(run.text) for run in row) for row in rows), default=0)
