"""Ten thousand shapes, and how long a mousemove over them takes."""

from __future__ import annotations

import random
import time
from typing import Any

from .dom import NativeEvent
from .scenario import Player, Scenario

WIDTH, HEIGHT = 1000, 700


def crowd(count: int) -> Scenario:
    """``count`` rectangles in groups of a hundred, every one of them listening."""
    pick = random.Random(11)

    def shape(number: int) -> dict[str, Any]:
        attrs: dict[str, Any] = {
            "id": f"s{number}",
            "x": pick.randint(0, WIDTH - 20),
            "y": pick.randint(0, HEIGHT - 20),
        }
        return {"class": "Rect", "attrs": attrs | {"width": 16, "height": 12, "fill": "teal"}}

    groups = [
        {
            "class": "Group",
            "attrs": {"id": f"g{first}"},
            "children": [shape(number) for number in range(first, min(first + 100, count))],
        }
        for first in range(0, count, 100)
    ]
    layer = {"class": "Layer", "attrs": {"id": "layer"}, "children": groups}
    return {"stage": {"width": WIDTH, "height": HEIGHT}, "settings": {}, "seed": 3, "tree": [layer], "steps": []}


def moves(count: int) -> list[tuple[int, int]]:
    """Where the pointer goes: all over the stage."""
    pick = random.Random(12)
    return [(pick.randrange(WIDTH), pick.randrange(HEIGHT)) for _ in range(count)]


def timed(scenario: Scenario, places: list[tuple[int, int]]) -> list[float]:
    """Milliseconds that each mousemove takes, once everything is drawn."""
    player = Player(scenario)
    taken = []
    for x, y in places:
        evt = NativeEvent("mousemove", clientX=x, clientY=y)
        start = time.perf_counter()
        player.window.dispatch(evt, player.stage.content)
        taken.append((time.perf_counter() - start) * 1000)
    player.close()
    return taken
