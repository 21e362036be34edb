"""Routes the lines between two neighbouring layers.

Every vertical line has a track of its own. A *trunk* serves one item on the left: one line comes in from the left,
all others go out to the right. A *collector* serves one item on the right: one line goes out to the right, all others
come in from the left. So a reader, who follows lines to the right and at a vertical may take any exit, is never led
wrong. A level line between trunk and collector takes any row that is free there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from navigator.diagrams.cells.layers import Hop, Item


class Route(msgspec.Struct, frozen=True):
    """How one hop runs: ``trunk`` and ``collector`` are track numbers, -1 for none; ``row`` is the level part."""

    hop: Hop
    trunk: int
    collector: int
    row: int


class Channel(msgspec.Struct, frozen=True):
    """Tracks count from the left, trunks before collectors."""

    trunks: int
    collectors: int
    routes: tuple[Route, ...]


class _Occupied:
    """Stretches of rows that are taken, between positions."""

    def __init__(self) -> None:
        self._taken: dict[int, list[tuple[int, int]]] = {}

    def free(self, row: int, start: int, end: int) -> bool:
        return all(end < first or last < start for first, last in self._taken.get(row, ()))

    def take(self, row: int, start: int, end: int) -> None:
        self._taken.setdefault(row, []).append((start, end))


def route(hops: Sequence[Hop], rows: Mapping[Item, int]) -> Channel:
    """Routes all hops of a channel; ``rows`` are the grid rows of the items at both sides."""
    after: dict[Item, list[Item]] = {}
    before: dict[Item, list[Item]] = {}
    for left, right in hops:
        after.setdefault(left, []).append(right)
        before.setdefault(right, []).append(left)
    collected = {item for item in before if len(before[item]) > 1}
    ends = {rows[item]: item for item in before}
    trunked = {left for left in after if _needs_trunk(left, after[left], collected, rows, ends)}
    trunks = _ordered(trunked, after, before, collected, rows)
    track = {item: number for number, item in enumerate(trunks)}
    first = len(trunks)
    ordered = sorted(collected, key=lambda item: _collector_key(item, before[item], rows))
    track_of = {item: first + number for number, item in enumerate(ordered)}
    last = first + len(ordered)
    occupied = _Occupied()
    for left in after:
        if left in track:
            occupied.take(rows[left], -1, track[left])
    for right in before:
        if right in track_of:
            occupied.take(rows[right], track_of[right], last)
    routes: dict[Hop, Route] = {}
    for left, right in hops:
        if left not in track:
            end = track_of.get(right, last)
            occupied.take(rows[left], -1, end)
            routes[left, right] = Route((left, right), -1, track_of.get(right, -1), rows[left])
        elif right not in track_of:
            occupied.take(rows[right], track[left], last)
            routes[left, right] = Route((left, right), track[left], -1, rows[right])
    highest = max(rows.values(), default=0)
    for left, right in sorted(hops, key=lambda hop: abs(rows[hop[0]] - rows[hop[1]])):
        if (left, right) in routes:
            continue
        start, end = track[left], track_of[right]
        for row in _candidates(rows[left], rows[right], highest):
            # The own lines of both ends touch the stretch at its ends only.
            touching = row == rows[left] or row == rows[right]
            inner = (start + 1, end - 1) if touching else (start, end)
            own = row == rows[right] or occupied.free(row, end, end)
            at_start = row == rows[left] or occupied.free(row, start, start)
            if own and at_start and occupied.free(row, *inner):
                occupied.take(row, start, end)
                routes[left, right] = Route((left, right), start, end, row)
                break
    return Channel(len(trunks), len(ordered), tuple(routes[hop] for hop in hops))


def _needs_trunk(
    left: Item, rights: Sequence[Item], collected: set[Item], rows: Mapping[Item, int], ends: Mapping[int, Item]
) -> bool:
    if len(rights) > 1:
        return True
    (right,) = rights
    if right in collected:
        return ends.get(rows[left], right) is not right
    return rows[left] != rows[right]


def _candidates(start: int, end: int, highest: int) -> Iterator[int]:
    """Rows for a level line: those of the ends, those between, those outside, at last new ones below everything."""
    yield start
    yield end
    low, high = min(start, end), max(start, end)
    between = list(range(low + 1, high))
    yield from sorted(between, key=lambda row: (abs(row - end), row))
    for distance in range(1, highest + 2):
        if low - distance >= 0:
            yield low - distance
        if high + distance <= highest:
            yield high + distance
    row = highest
    while True:
        row += 1
        yield row


def _ordered(
    trunked: set[Item],
    after: Mapping[Item, Sequence[Item]],
    before: Mapping[Item, Sequence[Item]],
    collected: set[Item],
    rows: Mapping[Item, int],
) -> list[Item]:
    """Trunks from the left. Where the row of a trunk's own line is also that of a callee of another trunk, the first
    must stand to the left of the second; a circle of such demands is broken by giving the callee a collector."""
    starts = {rows[item]: item for item in after}
    order = sorted(trunked, key=lambda item: _trunk_key(item, after[item], rows))
    later: dict[Item, set[Item]] = {item: set() for item in order}
    for item in order:
        for right in after[item]:
            other = starts.get(rows[right])
            if right not in collected and other is not None and other is not item:
                if other in trunked and not _reaches(later, item, other):
                    later[other].add(item)
                else:
                    collected.add(right)
    result: list[Item] = []
    waiting = list(order)
    while waiting:
        chosen = next(item for item in waiting if not any(item in later[other] for other in waiting))
        waiting.remove(chosen)
        result.append(chosen)
    return result


def _reaches(later: Mapping[Item, set[Item]], start: Item, goal: Item) -> bool:
    pending, seen = [start], {start}
    while pending:
        item = pending.pop()
        if item == goal:
            return True
        pending.extend(later[item] - seen)
        seen |= later[item]
    return False


def _trunk_key(item: Item, rights: Sequence[Item], rows: Mapping[Item, int]) -> tuple[int, str, int]:
    """Trunks that lead down stand the further right the higher they begin; those that lead up the other way round."""
    row = rows[item]
    lean = sum(rows[right] - row for right in rights)
    return (-row if lean >= 0 else row - 10**6, item.key, item.layer)


def _collector_key(item: Item, lefts: Sequence[Item], rows: Mapping[Item, int]) -> tuple[int, str, int]:
    row = rows[item]
    lean = sum(row - rows[left] for left in lefts)
    return (row if lean >= 0 else 10**6 - row, item.key, item.layer)
