"""Which functions ran for one DOM event, and which upstream symbols they stand for."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

_MANIFEST = Path(__file__).parents[1] / "reproduction.toml"
_PACKAGE = __name__.rpartition(".play")[0]


class Upstream(NamedTuple):
    """The upstream side: our names to theirs, and who calls whom there."""

    names: dict[str, str]
    hops: list[tuple[str, str]]


class Call(NamedTuple):
    """A linked function that ran, ``depth`` linked functions below the DOM event."""

    depth: int
    upstream: str


def upstream() -> Upstream:
    manifest = tomllib.loads(_MANIFEST.read_text("utf-8"))
    names = {link["ours"]: link["upstream"] for link in manifest["links"]}
    hops = [(caller, callee) for chain in manifest["chains"].values() for caller, callee in chain]
    return Upstream(names, list(dict.fromkeys(hops)))


class Tracer:
    """Records the linked functions that a call runs, in order."""

    def __init__(self) -> None:
        self.upstream = upstream()

    def run(self, function: Callable[[], object]) -> list[Call]:
        calls: list[Call] = []
        stack: list[bool] = []
        depth = 0

        def heard(frame: FrameType, event: str, _: Any) -> None:
            nonlocal depth
            if event == "call":
                name = self.name(frame)
                linked = self.upstream.names.get(name) if name else None
                if linked:
                    calls.append(Call(depth, linked))
                    depth += 1
                stack.append(linked is not None)
            elif event == "return" and stack:
                depth -= stack.pop()

        before = sys.getprofile()
        sys.setprofile(heard)
        try:
            function()
        finally:
            sys.setprofile(before)
        return calls

    @staticmethod
    def name(frame: FrameType) -> str:
        """The dotted name of a function of this reproduction; empty for all others."""
        module = frame.f_globals.get("__name__", "")
        if not module.startswith(_PACKAGE):
            return ""
        return f"{module}.{frame.f_code.co_qualname}".replace(".<locals>", "")


def path(calls: list[Call]) -> list[tuple[Call, int]]:
    """The calls as an outline without repetition: the same again below the same is counted."""
    root: dict[str, Any] = {}
    counts: dict[tuple[str, ...], int] = {}
    above: list[str] = []
    for call in calls:
        above = [*above[: call.depth], call.upstream]
        below = root
        for name in above:
            below = below.setdefault(name, {})
        counts[tuple(above)] = counts.get(tuple(above), 0) + 1

    def listed(below: dict[str, Any], names: tuple[str, ...]) -> Iterator[tuple[Call, int]]:
        for name, inner in below.items():
            yield Call(len(names), name), counts[(*names, name)]
            yield from listed(inner, (*names, name))

    return list(listed(root, ()))


def tree(hops: list[tuple[str, str]]) -> list[Call]:
    """The upstream's hops as an outline from those that nobody in them calls, the largest first.

    A symbol is opened out once.
    """
    callees = {callee for _, callee in hops}
    opened: set[str] = set()

    def add(symbol: str, depth: int, outline: list[Call]) -> None:
        outline.append(Call(depth, symbol))
        if symbol in opened:
            return
        opened.add(symbol)
        for caller, callee in hops:
            if caller == symbol and callee != symbol:
                add(callee, depth + 1, outline)

    outlines: list[list[Call]] = []
    for caller in dict.fromkeys(caller for caller, _ in hops):
        if caller not in callees:
            outlines.append([])
            add(caller, 0, outlines[-1])
    return [call for outline in sorted(outlines, key=len, reverse=True) for call in outline]
