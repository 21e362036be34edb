"""Any sequence of keys: no error, and the views stay in step."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from navigator.tui.actions import REGISTRY
from tests.tui.driver import opened
from tests.tui.test_actions import LEAVES, in_step

KEYS = [key for action in REGISTRY if action.id not in LEAVES for key in action.keys]
FURTHER = ["enter", "escape", "tab", "down", "up", "left", "right", "pagedown", "home", "end", "a", "e", "5", "space"]


@pytest.mark.parametrize("seed", range(4))
def test_random_keys(home: Path, seed: int) -> None:
    drawn = random.Random(seed)
    keys = [drawn.choice(KEYS if drawn.random() < 0.6 else FURTHER) for _ in range(120)]
    size = drawn.choice([(160, 48), (80, 24), (40, 12)])

    async def play() -> None:
        async with opened("demo-webui", "modules.processing.process_images", size=size) as nav:
            for number, key in enumerate(keys):
                await nav.pilot.press(key)
                if number % 10 == 9:
                    await nav.settled()
                    assert nav.app.is_running, keys[: number + 1]
                    if len(nav.app.screen_stack) == 1:
                        assert in_step(nav), keys[: number + 1]
            assert nav.app.return_code in (None, 0)

    asyncio.run(play())


def test_resizing_at_any_time(home: Path) -> None:
    async def play() -> None:
        async with opened("demo-webui") as nav:
            for width, height in ((80, 24), (200, 60), (20, 6), (100, 30), (99, 30), (160, 48)):
                await nav.pilot.resize_terminal(width, height)
                await nav.settled()
                await nav.press("2", "right", "3", "n", "1", "down")
                assert nav.app.calls.display == (width >= 100 or nav.app.current == "calls")
            assert in_step(nav)

    asyncio.run(play())
