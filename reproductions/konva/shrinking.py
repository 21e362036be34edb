"""Makes a scenario that fails small: takes away steps, listeners, nodes and attributes while it still fails."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from .scenario import Scenario

Fails = Callable[[Scenario], bool]


def shrunk(scenario: Scenario, fails: Fails) -> Scenario:
    """A smallest scenario, in that nothing single can be taken from it, for which ``fails`` is still true."""
    best = copy.deepcopy(scenario)
    while True:
        before = copy.deepcopy(best)
        for path in ("steps", "listeners", "tree"):
            best = _fewer(best, path, fails)
        for place in _places(best):
            candidate = copy.deepcopy(best)
            if _remove(candidate, place) and fails(candidate):
                best = candidate
        if best == before:
            return best


def _fewer(scenario: Scenario, key: str, fails: Fails) -> Scenario:
    """Takes runs out of a list, first long ones, then single elements (Zeller's ddmin, without its complements)."""
    size = max(1, len(scenario[key]) // 2)
    while True:
        at = 0
        while at < len(scenario[key]):
            candidate = copy.deepcopy(scenario)
            del candidate[key][at : at + size]
            if fails(candidate):
                scenario = candidate
            else:
                at += size
        if size == 1:
            return scenario
        size = max(1, size // 2)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where optional things stand: deepest last, later before earlier, so that removing one moves none that follow."""
    found: list[tuple[Any, ...]] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            here = (*path, key)
            if key in ("children", "actions"):
                found += [(*here, at) for at in reversed(range(len(inner)))]
            elif key in ("attrs", "settings"):
                found += [(*here, name) for name in inner if name != "id"]
            elif key in ("selector", "times", "left", "top"):
                found.append(here)
            found += _places(inner, here)
    elif isinstance(value, list):
        for at in reversed(range(len(value))):
            found += _places(value[at], (*path, at))
    return found


def _remove(scenario: Scenario, place: tuple[Any, ...]) -> bool:
    """Takes away what is there; False where an earlier removal took it along."""
    owner: Any = scenario
    try:
        for key in place[:-1]:
            owner = owner[key]
        del owner[place[-1]]
    except (LookupError, TypeError):
        return False
    return True
