"""``python -m benchmarks.interface WORKSPACE [SYMBOL]``: start-up, time per key, and 1,000 random keys, on an index.

Times are those of the process's own work (processor seconds) and of the wall; memory is what the process holds.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import time

KEYS = (
    "down down down up right left enter 1 2 3 n p plus minus g b space z z left_square_bracket right_square_bracket"
    " e escape H escape f escape question_mark escape tab j k l u T slash escape"
).split()
RANDOM_KEYS = 1000


def resident() -> float:
    """Megabytes of memory; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm") as stream:
            return int(stream.read().split()[1]) * 4096 / 1e6
    except OSError:
        return 0.0


async def measure(workspace: str, symbol: str | None, count: int) -> int:
    began = time.perf_counter()
    from navigator.tui.app import NavigatorApp

    app = NavigatorApp(workspace, symbol)
    async with app.run_test(size=(160, 48)) as pilot:

        async def settled() -> None:
            await pilot.pause()
            while any(not each.is_finished for each in app.workers):
                await asyncio.sleep(0)

        while app.graph.graph is None or not app.calls.root.children or app.source._shown is None:
            if app.problems:
                print(app.problems[0], file=sys.stderr)
                return 2
            await asyncio.sleep(0.002)
        print(f"first screen: {time.perf_counter() - began:.2f} s")
        for view, keys in (("1", ["down"] * 30), ("2", ["right", "down", "left", "up"] * 6), ("3", ["n"] * 20)):
            await pilot.press(view)
            await settled()
            spent = []
            for key in keys:
                before = time.process_time()
                await pilot.press(key)
                await settled()
                spent.append((time.process_time() - before) * 1000)
            name = app.current
            print(f"{name}: {statistics.median(spent):.0f} ms a key, {max(spent):.0f} at most (processor time)")
        drawn = random.Random(0)
        sizes = []
        for number in range(count):
            await pilot.press(drawn.choice(KEYS))
            if number % 20 == 19:
                await settled()
            if number % (count // 5) == count // 5 - 1:
                sizes.append(f"{resident():.0f}")
        while len(app.screen_stack) > 1:
            await pilot.press("escape")
        print(f"{count:,} random keys: {len(app.problems)} errors; memory after each fifth: {' '.join(sizes)} MB")
        return 1 if app.problems else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.interface", description=__doc__)
    parser.add_argument("workspace")
    parser.add_argument("symbol", nargs="?")
    parser.add_argument("--keys", type=int, default=RANDOM_KEYS)
    chosen = parser.parse_args()
    return asyncio.run(measure(chosen.workspace, chosen.symbol, chosen.keys))


if __name__ == "__main__":
    sys.exit(main())
