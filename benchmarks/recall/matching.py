"""Joins recorded calls with the symbols of a static graph, and says why a missing one is missing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec

from benchmarks.accuracy.graphs import Export, ExportedSymbol
from benchmarks.recorded import Edge, End

_ANONYMOUS_LINE = re.compile(r"<(\w+):\d+>")
_CONSTRUCTORS = (".__init__", ".__new__")


class Tally(msgspec.Struct, frozen=True):
    """Distinct (caller, callee) pairs: all recorded ones, those the graph claims, and those with its guesses too."""

    edges: int
    found: int
    guessed: int


class Miss(msgspec.Struct, frozen=True):
    """A recorded call that the graph does not claim. ``line`` is the call's, in the caller's file."""

    caller: str
    callee: str
    file: str
    line: int
    count: int
    cause: str


class Outcome(msgspec.Struct, frozen=True):
    """``direct``: function to function. ``through``: by way of the standard library. ``resumed``: not judged."""

    direct: Tally
    through: Tally
    resumed: int
    misses: tuple[Miss, ...]


class Definitions:
    """The symbols of one root of a graph by file and by name within it."""

    def __init__(self, symbols: Iterable[ExportedSymbol], root: str) -> None:
        inside = [symbol for symbol in symbols if symbol.root == root and symbol.kind != "external"]
        modules = {symbol.file: symbol.name for symbol in inside if symbol.kind == "module"}
        self._by_name: dict[tuple[str, str], list[ExportedSymbol]] = defaultdict(list)
        for symbol in inside:
            local = symbol.name.removeprefix(modules[symbol.file]).removeprefix(".")
            self._by_name[symbol.file, _ANONYMOUS_LINE.sub(r"<\1>", local)].append(symbol)
        for named in self._by_name.values():
            named.sort(key=lambda symbol: symbol.line)

    def find(self, end: End) -> list[ExportedSymbol]:
        """The definition that a recorded end stands in; several only for anonymous functions on one line.

        Of definitions of one name the innermost one around the line is meant, or else the next one below: recorded
        lines start at the first decorator, those of symbols at ``def``.
        """
        named = self._by_name.get((end.file, end.name), [])
        if len(named) < 2:
            return named
        around = [symbol for symbol in named if symbol.line <= end.line <= symbol.end_line]
        chosen = around[-1:] or [symbol for symbol in named if symbol.line >= end.line][:1] or named[-1:]
        return [symbol for symbol in named if symbol.line == chosen[0].line]


class Graph:
    """What a static graph claims about its first root, with and without its guesses."""

    def __init__(self, claimed: Export, guessed: Export) -> None:
        root = claimed.roots[0].name
        self.definitions = Definitions(claimed.symbols, root)
        self._names = {symbol.id: symbol.name for symbol in guessed.symbols}
        files = {symbol.id: symbol.file for symbol in claimed.symbols if symbol.root == root}
        self.claimed = {(call.caller, call.callee) for call in claimed.calls}
        self.guessed = {(call.caller, call.callee) for call in guessed.calls}
        self.reasons = {(site.file, site.line): site.reason for site in claimed.unresolved if site.caller in files}
        self.called_at: dict[tuple[str, int], set[str]] = defaultdict(set)
        for call in claimed.calls:
            if call.caller not in files:
                continue
            self.called_at[files[call.caller], call.line].add(call.callee)

    @staticmethod
    def has(pairs: set[tuple[str, str]], callers: list[ExportedSymbol], callees: list[ExportedSymbol]) -> bool:
        """Whether any of the callers calls any of the callees; a class stands for its constructor."""
        ids = {callee.id for callee in callees}
        for constructor in _CONSTRUCTORS:
            ids |= {callee.id.removesuffix(constructor) for callee in callees if callee.name.endswith(constructor)}
        return any((caller.id, callee) in pairs for caller in callers for callee in ids)

    def cause(self, edge: Edge, callers: list[ExportedSymbol], callees: list[ExportedSymbol], lines: set[int]) -> str:
        """Why the graph lacks a recorded call, as far as the graph itself tells."""
        if not callees or not callers:
            return "a definition that the graph does not have"
        if self.has(self.guessed, callers, callees):
            return "guessed by name only"
        places = [(edge.caller.file, line) for line in sorted(lines)]
        reason = next((self.reasons[place] for place in places if place in self.reasons), "")
        if reason:
            return f"unresolved: {reason}"
        called = set().union(*(self.called_at.get(place, set()) for place in places))
        last = edge.callee.name.rpartition(".")[2]
        if any(self._names.get(other, "").rpartition(".")[2] == last for other in called):
            return "resolved to another definition of that name"
        if last.startswith("__") and last.endswith("__"):
            return f"implicit {last}"
        return "resolved to other callees" if called else "no call seen on that line"


def shown(end: End) -> str:
    return f"{end.file}:{end.name or '<module>'}"


def compare(recorded: Iterable[Edge], claimed: Export, guessed: Export) -> Outcome:
    """Scores the recorded calls by distinct pair of definitions. The first root of the graph is what was recorded."""
    graph = Graph(claimed, guessed)
    seen: dict[str, dict[tuple[str, ...], list[Edge]]] = {"direct": {}, "through": {}, "resumed": {}}
    for edge in recorded:
        if edge.kind in seen:
            pair = (edge.caller.file, edge.caller.name, edge.callee.file, edge.callee.name, str(edge.callee.line))
            seen[edge.kind].setdefault(pair, []).append(edge)
    tallies = {}
    misses = []
    for kind in ("direct", "through"):
        count = Counter[str]()
        for edges in seen[kind].values():
            first = edges[0]
            callers, callees = graph.definitions.find(first.caller), graph.definitions.find(first.callee)
            count["edges"] += 1
            count["found"] += graph.has(graph.claimed, callers, callees)
            count["guessed"] += graph.has(graph.guessed, callers, callees)
            if kind == "direct" and not graph.has(graph.claimed, callers, callees):
                cause = graph.cause(first, callers, callees, {edge.line for edge in edges})
                total = sum(edge.count for edge in edges)
                misses.append(
                    Miss(shown(first.caller), shown(first.callee), first.caller.file, first.line, total, cause)
                )
        tallies[kind] = Tally(count["edges"], count["found"], count["guessed"])
    return Outcome(tallies["direct"], tallies["through"], len(seen["resumed"]), tuple(misses))
