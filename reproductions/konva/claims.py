"""What the run shows: the log, the hits and the speed, each beside the real Konva's."""

from __future__ import annotations

import difflib
import json
import statistics
from collections.abc import Callable
from typing import NamedTuple

from . import backend
from .generated import generated
from .hit_scenes import scenes
from .many import crowd, moves, timed
from .oracle import Oracle
from .scenario import Scenario, pixels, replay
from .scripted import scripted
from .shrinking import shrunk

FALLBACK_LIMIT = 0.005
"""The share of pixels that may differ without skia; browsers differ from each other too, at the edges."""
MOVE_LIMIT = 5.0
"""Milliseconds."""


class Verdict(NamedTuple):
    held: bool
    detail: str


def difference(ours: list[str], real: list[str]) -> str:
    """The first lines in which two logs differ; empty where they are the same."""
    lines = difflib.unified_diff(real, ours, "real Konva", "ours", lineterm="", n=2)
    return "\n".join(list(lines)[:20])


def same_log(oracle: Oracle, count: int, tell: Callable[[int], object] = lambda done: None) -> Verdict:
    """The scripted scene and ``count`` random ones; the first that differs is shrunk and shown whole."""
    ours = replay(scripted())
    if found := difference(ours, oracle.replay(scripted())):
        return Verdict(False, f"the scripted scene differs:\n{found}")
    lines = 0
    for seed in range(count):
        tell(seed)
        scenario = generated(seed)
        log = oracle.replay(scenario)
        lines += len(log)
        if replay(scenario) != log:
            return Verdict(False, f"generated scenario {seed} differs:\n{explained(oracle, scenario)}")
    return Verdict(True, f"{len(ours)} lines of the script, {lines} of {count} random scenarios, all the same")


def explained(oracle: Oracle, scenario: Scenario) -> str:
    """A scenario that differs, as small as it gets, and how it differs."""

    def fails(candidate: Scenario) -> bool:
        try:
            return replay(candidate) != oracle.replay(candidate)
        except KeyError:  # a node that a step or a listener names is gone
            return False

    small = shrunk(scenario, fails)
    return f"{json.dumps(small)}\n{difference(replay(small), oracle.replay(small))}"


def same_hits(oracle: Oracle) -> Verdict:
    """Every pixel of every scene."""
    total = wrong = 0
    worst = ""
    most = 0.0
    for name, scenario in scenes().items():
        real = oracle.pixels(scenario)
        differing = sum(one != other for one, other in zip(pixels(scenario), real, strict=True))
        total, wrong = total + len(real), wrong + differing
        if differing / len(real) > most:
            most, worst = differing / len(real), name
    allowed = 0.0 if backend.chosen() == "skia" else FALLBACK_LIMIT
    share = f"{wrong} of {total} pixels differ with {backend.chosen()}"
    return Verdict(most <= allowed, f"{share}, at most {most:.2%} of a scene{f' ({worst})' if worst else ''}")


def quick_move(oracle: Oracle | None, count: int) -> Verdict:
    """The median and the slowest of 300 moves over ``count`` shapes."""
    scenario, places = crowd(count), moves(300)
    ours = timed(scenario, places)
    detail = f"{count} shapes: {_figures(ours)}"
    if oracle:
        detail += f"; real Konva {_figures(oracle.time(scenario, places))}"
    return Verdict(statistics.median(ours) < MOVE_LIMIT, detail)


def _figures(taken: list[float]) -> str:
    return f"{statistics.median(taken):.2f} ms in the median, {sorted(taken)[int(len(taken) * 0.99)]:.2f} ms at 99 %"
