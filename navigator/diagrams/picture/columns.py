"""Coordinates across the layers: every item as near as may be to its neighbours, nothing overlapping.

The order of items in a layer, and the rule that groups do not overlap, are constraints of the form *b is at least d
after a*. They form a directed graph without circles. A sweep along it that pushes items on, and one against it that
pulls them back, both give coordinates that satisfy all constraints; so does the mean of the two, since the constraints
are linear, and in the mean items that press against each other share their middle.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

ROUNDS = 60
FAR = 1e9

Key = Hashable


class Constraints:
    """Least distances between the positions of keys. ``weightless`` keys have no wish of their own."""

    def __init__(self, keys: Sequence[Key], weightless: Sequence[Key] = ()) -> None:
        self.keys = [*keys, *weightless]
        self.numbers = {key: number for number, key in enumerate(self.keys)}
        self.wishing = len(keys)
        self.after: list[list[tuple[int, float]]] = [[] for _ in self.keys]
        self.before: list[list[tuple[int, float]]] = [[] for _ in self.keys]

    def apart(self, first: Key, second: Key, distance: float) -> None:
        one, other = self.numbers[first], self.numbers[second]
        self.after[one].append((other, distance))
        self.before[other].append((one, distance))

    def order(self) -> list[int]:
        waiting = [len(before) for before in self.before]
        ready = [number for number in reversed(range(len(self.keys))) if not waiting[number]]
        order = []
        while ready:
            number = ready.pop()
            order.append(number)
            for following, _ in self.after[number]:
                waiting[following] -= 1
                if not waiting[following]:
                    ready.append(following)
        assert len(order) == len(self.keys), "constraints form no circle"
        return order


def settle(
    constraints: Constraints, links: Sequence[tuple[Key, Key, float]], fixed: Mapping[Key, float] | None = None
) -> dict[Key, float]:
    """A position for each key. ``links`` draw two keys to each other, with a weight; ``fixed`` keys stay where
    they have been, unless the constraints leave others no room."""
    numbers = constraints.numbers
    near: list[list[tuple[int, float]]] = [[] for _ in constraints.keys]
    for one, other, weight in links:
        near[numbers[one]].append((numbers[other], weight))
        near[numbers[other]].append((numbers[one], weight))
    held = {numbers[key]: value for key, value in (fixed or {}).items() if key in numbers}
    order = constraints.order()
    places = [0.0] * len(constraints.keys)
    for number in order:
        places[number] = max((places[b] + d for b, d in constraints.before[number]), default=0.0)
    for number, value in held.items():
        places[number] = value
    least, most = _room(constraints, order, held)
    for _ in range(ROUNDS):
        wanted = [_wish(number, near[number], places, constraints.wishing) for number in range(len(places))]
        if held:
            wanted = [
                wish if wish is None else max(low, min(high, wish))
                for wish, low, high in zip(wanted, least, most, strict=True)
            ]
        for number, value in held.items():
            wanted[number] = value
        pushed = _pushed(constraints, order, wanted)
        pulled = _pulled(constraints, order, wanted)
        places = [(one + other) / 2 for one, other in zip(pushed, pulled, strict=True)]
    # Numbers without a wish stand at the far ends of what holds them, and count for nothing.
    return {key: places[number] for key, number in numbers.items() if number < constraints.wishing}


def _room(constraints: Constraints, order: Sequence[int], held: Mapping[int, float]) -> tuple[list[float], list[float]]:
    """Between which positions each key moves no key that is held."""
    least, most = [-FAR] * len(order), [FAR] * len(order)
    if held:
        for number in order:
            found = max((held.get(b, least[b]) + d for b, d in constraints.before[number]), default=-FAR)
            least[number] = max(found, -FAR)
        for number in reversed(order):
            found = min((held.get(a, most[a]) - d for a, d in constraints.after[number]), default=FAR)
            most[number] = min(found, FAR)
    return least, most


def _wish(number: int, near: Sequence[tuple[int, float]], places: Sequence[float], wishing: int) -> float | None:
    if number >= wishing:
        return None
    total = sum(weight for _, weight in near)
    return sum(places[other] * weight for other, weight in near) / total if total else places[number]


def _pushed(constraints: Constraints, order: Sequence[int], wanted: Sequence[float | None]) -> list[float]:
    places = [0.0] * len(order)
    for number in order:
        wish = wanted[number]
        least = max((places[b] + d for b, d in constraints.before[number]), default=-FAR)
        places[number] = least if wish is None else max(wish, least)
    return places


def _pulled(constraints: Constraints, order: Sequence[int], wanted: Sequence[float | None]) -> list[float]:
    places = [0.0] * len(order)
    for number in reversed(order):
        wish = wanted[number]
        most = min((places[a] - d for a, d in constraints.after[number]), default=FAR)
        places[number] = most if wish is None else min(wish, most)
    return places
