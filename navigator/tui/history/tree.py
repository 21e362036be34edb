"""The places one has been to, as a tree: going on from an earlier place makes a branch and forgets nothing."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

MOST_VISITS = 500


class Visit(msgspec.Struct):
    """One place: the id of the symbol in the middle, the number of the visit before it (-1 for the first) and of the
    one that was gone on to last (-1 for none), and a name that somebody gave it."""

    symbol: str
    before: int = -1
    latest: int = -1
    name: str = ""


class History(msgspec.Struct):
    """``here`` numbers the current visit; -1 while there is none."""

    visits: list[Visit] = []
    here: int = -1

    def go(self, symbol: str) -> None:
        """Goes on to a symbol: to a visit that already follows this one, or to a new one."""
        if self.here >= 0 and self.visits[self.here].symbol == symbol:
            return
        for number in self.after(self.here):
            if self.visits[number].symbol == symbol:
                self._enter(number)
                return
        self.visits.append(Visit(symbol, self.here))
        self._enter(len(self.visits) - 1)
        if len(self.visits) > MOST_VISITS:
            self._forget_oldest()

    def _enter(self, number: int) -> None:
        before = self.visits[number].before
        if before >= 0:
            self.visits[before].latest = number
        self.here = number

    @property
    def current(self) -> str:
        """The id of the symbol in the middle; empty at the very start."""
        return self.visits[self.here].symbol if self.here >= 0 else ""

    @property
    def can_go_back(self) -> bool:
        return self.here >= 0 and self.visits[self.here].before >= 0

    @property
    def can_go_forward(self) -> bool:
        return self.here >= 0 and self.visits[self.here].latest >= 0

    def back(self) -> str:
        """Goes to the visit before, and gives its symbol; stays where there is none."""
        if self.can_go_back:
            came_from = self.here
            self.here = self.visits[self.here].before
            self.visits[self.here].latest = came_from
        return self.current

    def forward(self) -> str:
        """Goes to the visit that was gone on to last; stays where there is none."""
        if self.can_go_forward:
            self.here = self.visits[self.here].latest
        return self.current

    def jump(self, number: int) -> str:
        """Goes to any visit, and gives its symbol."""
        self._enter(number)
        return self.current

    def after(self, number: int) -> list[int]:
        """The visits that were gone on to from one; from -1 the beginnings."""
        return [each for each, visit in enumerate(self.visits) if visit.before == number]

    def walk(self) -> Iterator[tuple[int, int]]:
        """Every visit's depth and number, each before what follows it. A line without branches stays at one depth."""
        pending = [(0, number) for number in reversed(self.after(-1))]
        while pending:
            depth, number = pending.pop()
            yield depth, number
            following = self.after(number)
            deeper = depth + (len(following) > 1)
            pending.extend((deeper, each) for each in reversed(following))

    def recent(self) -> list[str]:
        """The symbols of the visits, latest first, each once."""
        return list(dict.fromkeys(visit.symbol for visit in reversed(self.visits)))

    def sound(self) -> bool:
        """Whether every number names a visit and each visit comes after the one before it."""
        count = len(self.visits)
        return (
            (self.here == -1) == (count == 0)
            and self.here < count
            and all(
                -1 <= visit.before < number
                and -1 <= visit.latest < count
                and (visit.latest < 0 or self.visits[visit.latest].before == number)
                for number, visit in enumerate(self.visits)
            )
        )

    def _forget_oldest(self) -> None:
        """Drops the first visit; what followed it becomes a beginning."""
        renumbered = []
        for visit in self.visits[1:]:
            latest = visit.latest - 1 if visit.latest > 0 else -1
            renumbered.append(Visit(visit.symbol, max(visit.before - 1, -1), latest, visit.name))
        self.visits = renumbered
        self.here -= 1
