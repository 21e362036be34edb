"""How long drawing takes: ``python -m benchmarks.speed.drawings`` draws random graphs of five layers."""

from __future__ import annotations

import random
import statistics
import sys
import time

from navigator.callgraph import CallKind, Certainty
from navigator.callgraph.views import NodeKind, Subgraph, View, ViewEdge, ViewNode
from navigator.diagrams.cells import draw

SIZES = ((30, 60, 160), (120, 240, 400))
SEEDS = 20


def graph(nodes: int, edges: int, seed: int) -> Subgraph:
    """A random graph whose edges lead from one of five layers to a later one."""
    chance = random.Random(seed)
    ends: set[tuple[int, int]] = set()
    while len(ends) < edges:
        caller, callee = chance.randrange(nodes), chance.randrange(nodes)
        if caller * 5 // nodes < callee * 5 // nodes:
            ends.add((caller, callee))
    return Subgraph(
        View(("n:0",)),
        tuple(ViewNode(f"n:{each}", f"package.function{each}", NodeKind.SYMBOL) for each in range(nodes)),
        tuple(
            ViewEdge(f"n:{caller}", f"n:{callee}", chance.choice(list(Certainty)[:3]), CallKind.CALL)
            for caller, callee in sorted(ends)
        ),
    )


def main() -> None:
    for nodes, edges, width in SIZES:
        for frame in ("sideways", "top-down"):
            times, widths, heights = [], [], []
            for seed in range(SEEDS):
                subject = graph(nodes, edges, seed)
                start = time.perf_counter()
                drawing = draw(subject, width, frame=frame)
                times.append(time.perf_counter() - start)
                if drawing.frame == frame:
                    widths.append(drawing.width)
                    heights.append(len(drawing.rows))
            drawn = f"{len(widths)} of {SEEDS} fit {width} columns"
            size = f"widest {max(widths)}, tallest {max(heights)}" if widths else "none fits"
            middle, most = (1000 * each for each in (statistics.median(times), max(times)))
            sys.stdout.write(
                f"{nodes} nodes, {edges} edges, {frame}: median {middle:.0f} ms, most {most:.0f} ms; {drawn}; {size}\n"
            )


if __name__ == "__main__":
    main()
