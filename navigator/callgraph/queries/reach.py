"""What can be reached from a symbol, in which direction and how far."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import msgspec


class GraphReader(Protocol):
    """All that the queries need of a graph: symbols are numbers, neighbours come distinct and ascending."""

    def callees(self, symbol: int) -> Sequence[int]: ...

    def callers(self, symbol: int) -> Sequence[int]: ...


class Direction(enum.StrEnum):
    CALLERS = "callers"
    CALLEES = "callees"


class Branch(msgspec.Struct, frozen=True, gc=False):
    """One row of a call tree. ``parent`` is the symbol one level up; ``repeated`` rows are expanded elsewhere."""

    depth: int
    parent: int
    symbol: int
    repeated: bool


def neighbours(reader: GraphReader, symbol: int, direction: Direction) -> Sequence[int]:
    return reader.callers(symbol) if direction is Direction.CALLERS else reader.callees(symbol)


def distances(
    reader: GraphReader, starts: Iterable[int], direction: Direction, depth: int | None = None
) -> dict[int, int]:
    """The smallest number of calls between ``starts`` and every symbol reached, nearest first, then by number.

    The starts themselves are included, at distance 0. ``depth`` bounds the distance; ``None`` means no bound.
    """
    level = sorted(set(starts))
    found = dict.fromkeys(level, 0)
    distance = 0
    while level and (depth is None or distance < depth):
        distance += 1
        reached = {near for symbol in level for near in neighbours(reader, symbol, direction)}
        level = sorted(reached - found.keys())
        found.update(dict.fromkeys(level, distance))
    return found


def tree(reader: GraphReader, start: int, direction: Direction, depth: int) -> Iterator[Branch]:
    """The call tree under ``start``, in reading order, ``start`` itself left out.

    A symbol is expanded once, at the place nearest to the start, so that the tree is never larger than the graph.
    """
    nearest = distances(reader, (start,), direction, depth)
    expanded = {start}
    pending = [(1, start, near) for near in reversed(neighbours(reader, start, direction))]
    while pending:
        level, parent, symbol = pending.pop()
        expand = symbol not in expanded and nearest[symbol] == level
        yield Branch(level, parent, symbol, not expand)
        if expand:
            expanded.add(symbol)
            if level < depth:
                following = neighbours(reader, symbol, direction)
                pending.extend((level + 1, symbol, near) for near in reversed(following))
