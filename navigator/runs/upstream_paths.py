"""Paths of calls in an upstream graph that pass through no third linked symbol."""

from __future__ import annotations

from collections.abc import Collection

from navigator.workspaces import Workspace
from navigator.workspaces.symbols import with_constructors


class UpstreamPaths:
    """``linked`` are the ids of all linked symbols; of a class, its constructors are linked with it. Guessed calls are
    not followed."""

    def __init__(self, workspace: Workspace, linked: Collection[str]) -> None:
        self._graph = workspace.graph
        self._ends = {id: self._numbers(id) for id in linked}
        self._linked = {number for numbers in self._ends.values() for number in numbers}
        self._known: dict[tuple[str, str], tuple[int, ...]] = {}

    def _numbers(self, id: str) -> tuple[int, ...]:
        number = self._graph.number(id)
        return tuple(with_constructors(self._graph, [number])) if number is not None else ()

    def find(self, caller: str, callee: str) -> tuple[int, ...]:
        """A shortest path, by number; empty where there is none. From a symbol to itself it takes a call at least."""
        pair = caller, callee
        if pair not in self._known:
            self._known[pair] = self._search(caller, callee, self._linked)
        return self._known[pair]

    def hindrance(self, caller: str, callee: str) -> str:
        """What a path would have to pass through, where there is one at all."""
        path = self._search(caller, callee, ())
        if not path:
            return "the upstream graph has no path of calls between them"
        between = self._graph.symbols(number for number in path[1:-1] if number in self._linked)
        return f"the upstream's calls pass through {', '.join(symbol.name for symbol in between)}"

    def _search(self, caller: str, callee: str, barred: Collection[int]) -> tuple[int, ...]:
        """Breadth first; symbols of ``barred`` may stand at the ends only."""
        goals = set(self._ends[callee])
        before: dict[int, int | None] = dict.fromkeys(self._ends[caller])
        front = list(before)
        while front:
            following: list[int] = []
            for number in front:
                for near in self._graph.callees(number):
                    if near in goals:
                        return self._back(before, number, near)
                    if near not in before and near not in barred:
                        before[near] = number
                        following.append(near)
            front = following
        return ()

    @staticmethod
    def _back(before: dict[int, int | None], last: int, goal: int) -> tuple[int, ...]:
        path = [goal]
        step: int | None = last
        while step is not None:
            path.append(step)
            step = before[step]
        return tuple(reversed(path))
