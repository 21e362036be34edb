"""A laid trace as a sequence to step through: which call lit up which symbol, in the order of first calls."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import msgspec

from navigator.callgraph import Symbol
from navigator.runs.call_places import CallPlace
from navigator.runs.laying import Laid

Pair = tuple[str, str]


class Frame(msgspec.Struct, frozen=True):
    """One call that lights up for the first time, in the graph that a reader looks at: the upstream's for a
    reproduction, else that of the traced code.

    ``ours`` are the reproduction's own symbols whose call it mirrors, ``count`` how often that was made; ``first`` are
    those of the two ends that have not lit up before, ``place`` is where the graph has the call. Where ``why`` says so,
    it has no such call: then the ends are what was looked for, and the place, if there is one, that of the traced call.
    """

    number: int
    caller: Symbol
    callee: Symbol
    count: int
    first: tuple[Symbol, ...]
    ours: tuple[Symbol, ...] = ()
    why: str = ""
    place: CallPlace | None = None

    @property
    def pair(self) -> Pair:
        return self.caller.id, self.callee.id


def frames(laid: Laid) -> tuple[Frame, ...]:
    """All frames in order, numbered from 1. A call that repeats what has lit up already has none."""
    made: list[Frame] = []
    pairs: set[Pair] = set()
    lit: set[str] = set()
    for caller, callee, count, ours, why, place in _calls(laid):
        pair = caller.id, callee.id
        if pair in pairs:
            continue
        pairs.add(pair)
        ends = () if why and laid.projection is not None else (caller, callee)
        first = tuple({each.id: each for each in ends if each.id not in lit}.values())
        lit.update(each.id for each in first)
        made.append(Frame(len(made) + 1, caller, callee, count, first, ours, why, place))
    return tuple(made)


def _calls(laid: Laid) -> Iterator[tuple[Symbol, Symbol, int, tuple[Symbol, ...], str, CallPlace | None]]:
    if laid.projection is None:
        for edge in laid.overlay.edges:
            place = CallPlace(edge.file, edge.lines[0], edge.text)
            yield edge.caller, edge.callee, edge.count, (), edge.why, place
        return
    for step in laid.projection.steps:
        ours = step.ours[0], step.ours[-1]
        if not step.path:
            yield step.caller, step.callee, step.edge.count, ours, step.why or "the upstream has no such call", None
        for (caller, callee), place in zip(pairwise(step.path), step.places, strict=True):
            yield caller, callee, step.edge.count, ours, "", place if place.line else None


class Replay:
    """A place among frames: 0 before the first call, then the number of the frame that is shown."""

    def __init__(self, name: str, steps: tuple[Frame, ...]) -> None:
        self.name = name
        self.steps = steps
        self.place = 0
        self.order: dict[Pair, int] = {each.pair: each.number for each in steps if not each.why}
        """The number of the frame in which a call of the graph lights up."""

    @property
    def frame(self) -> Frame | None:
        return self.steps[self.place - 1] if self.place else None

    def move(self, by: int) -> bool:
        """Steps forward or, with a negative number, back; at either end it stays, and gives False."""
        before = self.place
        self.place = min(max(self.place + by, 0), len(self.steps))
        return self.place != before

    def seek(self, place: int) -> bool:
        """Goes to a frame by number, the nearest there is; gives False where that is the one that is shown."""
        return self.move(place - self.place)

    def lit(self) -> frozenset[Pair]:
        """The calls that have lit up so far."""
        return frozenset(pair for pair, number in self.order.items() if number <= self.place)

    def lit_symbols(self) -> tuple[Symbol, ...]:
        """The symbols that have lit up so far, in the order in which they did."""
        return tuple(symbol for each in self.steps[: self.place] for symbol in each.first)

    def trail(self, most: int) -> tuple[str, ...]:
        """The ids of the symbols of the latest frames, latest first, at most so many."""
        found: dict[str, None] = {}
        for each in reversed(self.steps[: self.place]):
            for symbol in (each.callee, each.caller):
                if not each.why and len(found) < most:
                    found.setdefault(symbol.id)
        return tuple(found)

    def first_with(self, key: str) -> int | None:
        """The number of the frame in which a symbol lights up."""
        return next((each.number for each in self.steps if any(symbol.id == key for symbol in each.first)), None)
