"""Call paths between symbols, shortest first.

One path comes from breadth-first search from both ends. Further ones come from Yen's algorithm ("Finding the K
shortest loopless paths in a network", Management Science 17, 1971) over that search.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence

from navigator.callgraph.queries.reach import GraphReader

Path = tuple[int, ...]
Hop = tuple[int, int]


def shortest_path(
    reader: GraphReader,
    sources: Collection[int],
    targets: Collection[int],
    *,
    without: Collection[int] = (),
    without_hops: Collection[Hop] = (),
) -> Path | None:
    """A path of the fewest calls, at least one, from any source to any target; the same one for the same graph.

    A symbol that is both source and target gives a cycle through it. ``without`` are symbols that the path may not
    touch, ``without_hops`` calls that it may not use.
    """
    forward: dict[int, int | None] = {source: None for source in sorted(set(sources)) if source not in without}
    backward: dict[int, int | None] = {target: None for target in sorted(set(targets)) if target not in without}
    front, back = list(forward), list(backward)
    while front and back:
        ahead = len(front) <= len(back)
        near, far = (forward, backward) if ahead else (backward, forward)
        level: list[int] = []
        meetings: list[Hop] = []
        for symbol in front if ahead else back:
            for step in reader.callees(symbol) if ahead else reader.callers(symbol):
                hop = (symbol, step) if ahead else (step, symbol)
                if step in without or hop in without_hops:
                    continue
                if step in far:
                    meetings.append(hop)
                elif step not in near:
                    near[step] = symbol
                    level.append(step)
        if meetings:
            joined = (_chain(forward, left)[::-1] + _chain(backward, right) for left, right in meetings)
            return min(joined, key=lambda path: (len(path), path))
        level.sort()
        if ahead:
            front = level
        else:
            back = level
    return None


def _chain(parents: dict[int, int | None], symbol: int) -> Path:
    chain = [symbol]
    while (parent := parents[chain[-1]]) is not None:
        chain.append(parent)
    return tuple(chain)


def simple_paths(
    reader: GraphReader, sources: Collection[int], targets: Collection[int], maximum: int
) -> Iterator[Path]:
    """Up to ``maximum`` paths without repeated symbols, in order of length.

    A path starts at one source and stops at the first target; it does not pass through another source.
    """
    first = shortest_path(reader, sources, targets)
    candidates: list[tuple[int, Path]] = []
    seen: set[Path] = set()
    found: list[Path] = []
    if first is not None:
        candidates.append((len(first), first))
        seen.add(first)
    while candidates and len(found) < maximum:
        _, path = heapq.heappop(candidates)
        found.append(path)
        yield path
        if len(found) == maximum:
            return
        for deviation in _deviations(reader, path, found, sources, targets):
            if deviation not in seen:
                seen.add(deviation)
                heapq.heappush(candidates, (len(deviation), deviation))


def _deviations(
    reader: GraphReader, path: Path, found: Sequence[Path], sources: Collection[int], targets: Collection[int]
) -> Iterator[Path]:
    """The shortest path that leaves ``path`` at each of its symbols, or starts elsewhere, and is not yet found."""
    others = [source for source in sources if all(source != earlier[0] for earlier in found)]
    if others:
        tried = {source for source in sources if source not in others and source not in targets}
        started = shortest_path(reader, others, targets, without=tried)
        if started is not None:
            yield started
    for place in range(len(path) - 1):
        root = path[: place + 1]
        used = {(root[-1], earlier[place + 1]) for earlier in found if earlier[: place + 1] == root}
        barred = {symbol for symbol in (*root[:-1], *sources) if symbol != root[-1] and symbol not in targets}
        barred.update(symbol for symbol in root[1:-1])
        rest = shortest_path(reader, root[-1:], targets, without=barred, without_hops=used)
        if rest is not None:
            yield root[:-1] + rest
