"""Slots and call sites as they are handed out while a file is read.

The parser is fed one byte per code point (see ``building.text``), so its rows and columns are those of the facts, apart
from lines counting from 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

TEXT_LIMIT = 60


class Record:
    """The numbered things of one file: slots with line and name, sites with position and text.

    ``line`` is the line being read (from 1); a new slot is written there.
    """

    __slots__ = ("line", "lines", "names", "points", "texts")

    def __init__(self) -> None:
        self.line = 1
        self.lines: list[int] = []
        self.names: dict[int, str] = {}
        self.points: list[int] = []
        self.texts: list[str] = []

    def temporary(self) -> int:
        """A new slot without a name."""
        lines = self.lines
        lines.append(self.line)
        return len(lines) - 1

    def named(self, name: str) -> int:
        """A new slot for a version of a variable. An empty name marks a shared constant."""
        lines = self.lines
        slot = len(lines)
        lines.append(self.line)
        self.names[slot] = name
        return slot

    def site(self, node: Node, text: str = "") -> int:
        """A new site at the node's span. Slots made next are written on its first line."""
        start = node.start_point
        points = self.points
        points += start
        points += node.end_point
        self.line = start[0] + 1
        texts = self.texts
        texts.append(text)
        return len(texts) - 1

    def site_between(self, first: Node, last: Node, text: str = "") -> int:
        """A new site from the start of one node to the end of another."""
        start = first.start_point
        self.points += start
        self.points += last.end_point
        self.line = start[0] + 1
        self.texts.append(text)
        return len(self.texts) - 1

    def sites(self) -> tuple[int, ...]:
        """Line, column, end line and end column of each site, flat."""
        points = list(self.points)
        points[0::2] = [row + 1 for row in points[0::2]]
        return tuple(points)

    def slot_names(self) -> tuple[str, ...]:
        """Each slot's name."""
        names = [""] * len(self.lines)
        for slot, name in self.names.items():
            names[slot] = name
        return tuple(names)


def shortened(text: str) -> str:
    """The text on one line, at most 60 characters."""
    if len(text) <= TEXT_LIMIT and "\n" not in text:
        return text
    text = " ".join(text.split())
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"
