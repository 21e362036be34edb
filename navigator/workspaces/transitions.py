"""Where along a history something came and went, asking at as few commits as possible. Pure: over ids and parents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence

import msgspec

MOST_ENDS = 6
"""At how many first and last commits of one stretch is asked."""


class Transition(msgspec.Struct, frozen=True):
    """A commit that has something which none of its parents has (``came``), or lacks what all of them have."""

    commit: str
    came: bool


def transitions(
    parents: Mapping[str, Sequence[str]], state: Mapping[str, Hashable], holds: Callable[[str], bool]
) -> list[Transition]:
    """The commits with which it came and went, in the order of ``parents``.

    ``parents`` has every commit after its own parents; parents that it has not are not looked at. ``state`` is what an
    answer mostly depends on: commits of one state that follow each other make a stretch, and where ``state`` is
    ``None`` the answer is no. ``holds`` is asked at both ends of a stretch, and inside only where the ends differ, by
    bisection; what comes and goes again between two equal ends is not seen.
    """
    search = _Search({commit: [p for p in of if p in parents] for commit, of in parents.items()}, state, holds)
    candidates = search.inner_changes()
    for commit, of in search.parents.items():
        if not of or any(state[parent] != state[commit] for parent in of):
            candidates.add(commit)
    found = []
    for commit in parents:
        if commit in candidates:
            before = [search.value(parent) for parent in search.parents[commit]]
            now = search.value(commit)
            if now and not any(before):
                found.append(Transition(commit, True))
            elif before and not now and all(before):
                found.append(Transition(commit, False))
    return found


class _Search:
    def __init__(
        self, parents: Mapping[str, list[str]], state: Mapping[str, Hashable], holds: Callable[[str], bool]
    ) -> None:
        self.parents = parents
        self._state = state
        self._holds = holds
        self._asked: dict[str, bool] = {}
        self._settled: dict[str, bool] = {}
        """The answer for all of a stretch, by its name."""
        self._children: dict[str, list[str]] = defaultdict(list)
        self._stretch = self._stretches()

    def value(self, commit: str) -> bool:
        if self._state[commit] is None:
            return False
        settled = self._settled.get(self._stretch[commit])
        return self._ask(commit) if settled is None else settled

    def inner_changes(self) -> set[str]:
        """Settles every stretch whose ends agree, and finds the changes inside the others."""
        members: dict[str, list[str]] = defaultdict(list)
        for commit in self.parents:
            if self._state[commit] is not None:
                members[self._stretch[commit]].append(commit)
        found: set[str] = set()
        for stretch, commits in members.items():
            first = [commit for commit in commits if not self._before(commit)][:MOST_ENDS]
            last = [commit for commit in commits if not self._children[commit]][-MOST_ENDS:]
            answers = {self._ask(commit) for commit in (*last, *first)}
            if len(answers) == 1:
                self._settled[stretch] = answers.pop()
                continue
            for begin in first:
                after = self._after(begin)
                for end in last:
                    if end in after and self._ask(begin) != self._ask(end):
                        found.add(self._changed(begin, end, after))
        return found

    def _changed(self, begin: str, end: str, after: set[str]) -> str:
        """A commit between two that differ which has the answer of ``end``, when none of its parents has."""
        wanted = self._ask(end)
        while True:
            line = [end]
            while line[-1] != begin:
                line.append(next(parent for parent in self._before(line[-1]) if parent in after))
            low, high = 0, len(line) - 1
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if self._ask(line[middle]) == wanted else (low, middle)
            end = line[low]
            others = [p for p in self._before(end) if p in after and self._ask(p) == wanted]
            if not others:
                return end
            end = others[0]

    def _ask(self, commit: str) -> bool:
        if commit not in self._asked:
            self._asked[commit] = self._holds(commit)
        return self._asked[commit]

    def _before(self, commit: str) -> list[str]:
        """The parents in the same stretch."""
        stretch = self._stretch[commit]
        return [parent for parent in self.parents[commit] if self._stretch.get(parent) == stretch]

    def _after(self, begin: str) -> set[str]:
        """The commit, and all of its stretch that descend from it."""
        found, waiting = {begin}, [begin]
        while waiting:
            for child in self._children[waiting.pop()]:
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return found

    def _stretches(self) -> dict[str, str]:
        """The name of every commit's stretch; fills in the children as well."""
        leader: dict[str, str] = {}

        def find(commit: str) -> str:
            while leader[commit] != commit:
                leader[commit] = leader[leader[commit]]
                commit = leader[commit]
            return commit

        for commit, of in self.parents.items():
            leader[commit] = commit
            for parent in of:
                if self._state[parent] == self._state[commit]:
                    self._children[parent].append(commit)
                    leader[find(commit)] = find(parent)
        return {commit: find(commit) for commit in self.parents}
