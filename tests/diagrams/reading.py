"""Reads a drawing back: from its characters, and where the nodes' labels stand, to the edges that it shows."""

from __future__ import annotations

import unicodedata

from navigator.callgraph import Certainty
from navigator.diagrams.cells import UNICODE, Drawing

NORTH, EAST, SOUTH, WEST = 1, 2, 4, 8
BITS = {glyph: bits for bits, glyph in enumerate(UNICODE.lines) if bits} | {
    glyph: bits for bits, glyph in UNICODE.heavy.items()
}
RIGHT = {glyph: certainty for certainty, glyph in UNICODE.right.items() if certainty is not Certainty.TRACED}
LEFT = {glyph: certainty for certainty, glyph in UNICODE.left.items() if certainty is not Certainty.TRACED}
DOWN = {glyph: certainty for certainty, glyph in UNICODE.down.items() if certainty is not Certainty.TRACED}

Edges = dict[tuple[str, str], Certainty]


def cells(drawing: Drawing) -> dict[tuple[int, int], str]:
    """Each cell's character; a wide one fills two cells, the second with nothing."""
    grid: dict[tuple[int, int], str] = {}
    for row, line in enumerate(drawing.lines()):
        column = 0
        for character in line:
            if unicodedata.combining(character):
                continue
            grid[row, column] = character
            if unicodedata.east_asian_width(character) in "WF":
                grid[row, column + 1] = ""
                column += 1
            column += 1
    return grid


def read(drawing: Drawing) -> Edges:
    return _sideways(drawing) if drawing.frame == "sideways" else _top_down(drawing)


def _references(
    drawing: Drawing, grid: dict[tuple[int, int], str], row: int, column: int, caller: str
) -> tuple[Edges, int]:
    """The edges written after a label, and the column after them."""
    found: Edges = {}
    by_text = {text: key for key, text in drawing.labels.items()}
    while True:
        text = "".join(grid.get((row, each), " ") for each in range(column, column + 3))
        if text[:1] == " " and text[1:2] == "↺":
            found[caller, caller] = RIGHT[text[2]]
            column += 3
        elif text[:1] == " " and text[1:2] == "↩":
            head = RIGHT[text[2]]
            column += 3
            start, name = column, ""
            while grid.get((row, column), " ") != " ":
                name += grid[row, column]
                column += 1
            assert column > start
            found[caller, by_text[name]] = head
        else:
            return found, column


def _sideways(drawing: Drawing) -> Edges:
    grid = cells(drawing)
    inside = {
        (row, column): key
        for key, box in drawing.nodes.items()
        for row in range(box.row, box.row + box.height)
        for column in range(box.column, box.column + box.width)
    }
    found: Edges = {}
    for key, box in drawing.nodes.items():
        row = box.row + box.height // 2
        after = box.column + box.width - (box.height == 1)
        references, column = _references(drawing, grid, row, after, key)
        found |= references
        column = column + 1 if references else box.column + box.width
        pending: list[tuple[int, int, Certainty | None]] = [(row, column, None)]
        if BITS.get(grid.get((row, column), " "), 0) & WEST == 0:
            continue
        seen = set()
        while pending:
            row, column, certainty = pending.pop()
            if (row, column) in seen:
                continue
            seen.add((row, column))
            if (row, column) in inside:
                assert certainty is not None, "a line ends without an arrow head"
                found[key, inside[row, column]] = certainty
                continue
            glyph = grid[row, column]
            if glyph in RIGHT:
                pending.append((row, column + 1, RIGHT[glyph]))
            elif glyph == "┼":
                pending.append((row, column + 1, certainty))
            else:
                bits = BITS[glyph]
                assert bits & WEST, (row, column, glyph)
                if bits & EAST:
                    pending.append((row, column + 1, certainty))
                for bit, step in ((NORTH, -1), (SOUTH, 1)):
                    at, here = row, bits
                    while here & bit:
                        at += step
                        glyph = grid[at, column]
                        here = NORTH | SOUTH if glyph == "┼" else BITS[glyph]
                        if glyph != "┼" and here & EAST:
                            pending.append((at, column + 1, certainty))
    return found


def _top_down(drawing: Drawing) -> Edges:
    grid = cells(drawing)
    by_row = {box.row: key for key, box in drawing.nodes.items()}
    marks = {}
    for key, box in drawing.nodes.items():
        (marks[key],) = [
            column
            for column in range(0, box.column, 2)
            if grid.get((box.row, column), " ") in DOWN or grid.get((box.row, column)) == UNICODE.start
        ]
    found: Edges = {}
    for key, box in drawing.nodes.items():
        found |= _references(drawing, grid, box.row, box.column + box.width, key)[0]
        row, column = box.row + 1, marks[key]
        while row in by_row:
            glyph = grid.get((row, column), " ")
            callee = by_row[row]
            if column == marks[callee]:
                if glyph in DOWN:
                    found[key, callee] = DOWN[glyph]
                break
            bits = NORTH | SOUTH if glyph == "┼" else BITS.get(glyph, 0)
            if not bits & NORTH:
                break
            if glyph != "┼" and bits & (EAST | WEST):
                side, heads = (1, RIGHT) if marks[callee] > column else (-1, LEFT)
                found[key, callee] = heads[grid[row, column + side]]
            if not bits & SOUTH:
                break
            row += 1
    return found
