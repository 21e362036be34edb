"""The command ``python -m benchmarks.slices``."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from benchmarks.slices.identity import changed_functions
from navigator.callgraph import Certainty, Role, Symbol, SymbolKind
from navigator.slicing import CheckFailed, NotCuttable, Wish, Written, wish_for_path, wish_for_symbols, write_slice
from navigator.workspaces import Workspace, index, open_workspace

KINDS = (SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.CLASS)
LONGEST = 3
"""How many callers further up a path begins, at most."""


class Outcome(msgspec.Struct):
    """What came of slicing one source, in one way."""

    source: str
    way: str
    tried: int = 0
    written: int = 0
    uncuttable: int = 0
    """In files that this Python cannot read, or that another hides."""
    refused: list[str] = msgspec.field(default_factory=list)
    calls: int = 0
    open_calls: int = 0
    changed: list[str] = msgspec.field(default_factory=list)
    """Functions that are not upstream's text."""
    failing: int = 0
    """Module-level statements left out because they fail when imported."""
    seconds: list[float] = msgspec.field(default_factory=list)
    lines: list[int] = msgspec.field(default_factory=list)

    def row(self) -> str:
        seconds, lines = sorted(self.seconds) or [0.0], sorted(self.lines) or [0]
        shown = f"{_at(seconds, 0.5):.2f} / {_at(seconds, 0.95):.2f} / {seconds[-1]:.2f}"
        return (
            f"| {self.source} | {self.way} | {self.tried} | {self.written} | {len(self.refused)} | {self.uncuttable} "
            f"| {self.open_calls} of {self.calls} | {len(self.changed)} | {self.failing} | {shown} "
            f"| {_at(lines, 0.5)} / {lines[-1]} |"
        )


HEAD = (
    "| source | way | tried | written | refused | cannot be cut | calls left open | functions changed "
    "| statements left out | seconds: median / 95 % / most | lines: median / most |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)


Number = TypeVar("Number", int, float)


def _at(values: list[Number], share: float) -> Number:
    return values[min(len(values) - 1, int(len(values) * share))]


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slices", description=__doc__)
    parser.add_argument("sources", metavar="SOURCE", nargs="+", help="what `navigator index` takes")
    parser.add_argument("--symbols", metavar="N", type=int, default=75, help="random symbols of each source (75)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", metavar="FILE", type=Path, help="write everything as JSON")
    return parser.parse_args(arguments)


def wishes(workspace: Workspace, symbol: Symbol, chance: random.Random) -> Iterator[tuple[str, Wish]]:
    """The symbol with what it calls, and a path to it from one of its direct or indirect callers."""
    yield "symbol", wish_for_symbols(workspace, [symbol.id], 1)
    graph = workspace.graph
    start = graph.number(symbol.id)
    assert start is not None
    way = [start]
    for _ in range(LONGEST):
        callers = [
            each
            for each in graph.callers(way[-1])
            if each not in way and graph.symbol(each).role is Role.SOURCE and graph.symbol(each).kind in KINDS
        ]
        if not callers:
            break
        way.append(chance.choice(callers))
    if len(way) > 1:
        yield "path", wish_for_path(workspace, graph.symbol(way[-1]).id, symbol.id)


def exact(workspace: Workspace, wish: Wish) -> bool:
    """Whether every call of a wish rests on name binding alone."""
    return all(
        any(reason.call.certainty is Certainty.EXACT for reason in workspace.why(a.id, b.id).reasons)
        for a, b in wish.hops
    )


def changed(workspace: Workspace, written: Written) -> Iterator[str]:
    """The functions of a slice that are not upstream's."""
    for part in written.made.parts:
        if not part.file:
            continue
        theirs = workspace.content(part.root, part.file)
        for name in changed_functions((written.folder / part.path).read_bytes(), theirs):
            yield f"{part.path}: {name}"


def measure(workspace: Workspace, source: str, count: int, seed: int) -> list[Outcome]:
    chance = random.Random(seed)
    symbols = [
        each
        for each in workspace.graph.all_symbols()
        if each.kind in KINDS and each.role is Role.SOURCE and each.file.endswith(".py")
    ]
    outcomes = {way: Outcome(source, way) for way in ("symbol", "path")}
    for symbol in chance.sample(symbols, min(count, len(symbols))):
        began = time.perf_counter()
        try:
            for way, wish in wishes(workspace, symbol, chance):
                began = time.perf_counter()
                outcome = outcomes[way]
                outcome.tried += 1
                outcome.calls += len(wish.hops)
                with tempfile.TemporaryDirectory() as folder:
                    try:
                        written = write_slice(workspace, wish, Path(folder) / "cut", stub_external=True)
                    except CheckFailed as error:
                        kind = "exact" if exact(workspace, wish) else "by value flow"
                        outcome.refused.append(f"{wish.title} ({kind}): {error}")
                    except NotCuttable:
                        outcome.uncuttable += 1
                    else:
                        outcome.written += 1
                        outcome.open_calls += len(written.open_calls)
                        outcome.failing += len(written.failing)
                        outcome.seconds.append(time.perf_counter() - began)
                        outcome.lines.append(written.made.kept_lines)
                        outcome.changed += changed(workspace, written)
        except NotCuttable:
            outcomes["symbol"].uncuttable += 1
    return list(outcomes.values())


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as home:
        os.environ["NAVIGATOR_HOME"] = home
        for number, source in enumerate(options.sources):
            print(f"indexing {source}", file=sys.stderr)
            index([source], name=f"source{number}")
            with open_workspace(f"source{number}") as workspace:
                label = Path(source).name or source
                outcomes += measure(workspace, label, options.symbols, options.seed)
    print(HEAD)
    for outcome in outcomes:
        print(outcome.row())
    for outcome in outcomes:
        for text in (*outcome.refused, *(f"changed: {each}" for each in outcome.changed)):
            print(f"{outcome.source}: {text}", file=sys.stderr)
    totals = Counter(tried=sum(o.tried for o in outcomes), written=sum(o.written for o in outcomes))
    print(f"\n{totals['written']} of {totals['tried']} written")
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(outcomes)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
