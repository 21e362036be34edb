"""From what is asked for to the places in the source that a slice cannot do without."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from navigator.callgraph import Certainty, Role, Symbol, SymbolKind
from navigator.slicing.closure import Node
from navigator.slicing.errors import NoPath
from navigator.slicing.modules import Modules
from navigator.slicing.sources import UnitKind
from navigator.workspaces import Workspace

SITES = 3
"""Of how many call sites between two symbols the evidence is kept."""
MOST_CALLEES = 12
"""How many callees one symbol brings at most."""


class Wish(msgspec.Struct, frozen=True):
    """What a slice is to show: symbols in reading order, and calls between them that it must keep."""

    title: str
    symbols: tuple[Symbol, ...]
    hops: tuple[tuple[Symbol, Symbol], ...]
    is_path: bool = False


def wish_for_path(workspace: Workspace, source: str, target: str) -> Wish:
    """The shortest path between two symbols; raises NoPath, and what resolving a symbol raises."""
    found = workspace.paths(source, target)
    if not found.paths:
        raise NoPath(
            f"no calls lead from {found.sources[0].name} to {found.targets[0].name}; `navigator callees` shows what "
            "is called, and `navigator health` what could not be resolved"
        )
    symbols = tuple(hop.symbol for hop in found.paths[0])
    title = f"{symbols[0].name} to {symbols[-1].name}"
    return Wish(title, symbols, tuple(itertools.pairwise(symbols)), is_path=True)


def wish_for_symbols(workspace: Workspace, texts: Sequence[str], depth: int) -> Wish:
    """Symbols and what they call, up to ``depth`` calls away; of many callees the first ones in the source."""
    graph = workspace.graph
    starts: list[Symbol] = []
    for text in texts:
        starts += workspace.resolve(text)
    numbers = [number for symbol in starts for number in [graph.number(symbol.id)] if number is not None]
    chosen = dict.fromkeys(numbers)
    hops: dict[tuple[int, int], None] = {}
    level = list(chosen)
    for _ in range(depth):
        following: list[int] = []
        for caller in level:
            callees = dict.fromkeys(
                call.callee for call in graph.calls_from(caller) if call.certainty is not Certainty.GUESS
            )
            inside = [
                callee
                for callee in callees
                if graph.symbol(callee).kind is not SymbolKind.EXTERNAL and graph.symbol(callee).role is Role.SOURCE
            ]
            for callee in inside[:MOST_CALLEES]:
                hops[caller, callee] = None
                if callee not in chosen:
                    chosen[callee] = None
                    following.append(callee)
        level = following
    symbols = {number: graph.symbol(number) for number in chosen}
    title = ", ".join(dict.fromkeys(symbol.name for symbol in starts))
    return Wish(title, tuple(symbols.values()), tuple((symbols[a], symbols[b]) for a, b in hops))


class Places:
    """Finds the units and members that hold symbols, calls and evidence."""

    def __init__(self, workspace: Workspace, modules: Modules) -> None:
        self._workspace = workspace
        self._modules = modules

    def of_wish(self, wish: Wish) -> list[Node]:
        """What holds the symbols of a wish, the calls of its hops, and the evidence of these."""
        found = dict.fromkeys(self._of(wish.symbols))
        for caller, callee in wish.hops:
            found.update(dict.fromkeys(self.evidence(caller, callee)))
        return list(found)

    def of_starts(self, wish: Wish) -> list[Node]:
        """What holds the symbols of a wish to which none of its calls leads."""
        callees = {callee.id for _, callee in wish.hops}
        return list(self._of(symbol for symbol in wish.symbols if symbol.id not in callees))

    def _of(self, symbols: Iterable[Symbol]) -> Iterator[Node]:
        for symbol in symbols:
            if symbol.kind is not SymbolKind.MODULE:
                yield from self.at(self._modules.module_of(symbol), symbol.line)

    def at(self, module: str, line: int) -> Iterator[Node]:
        """What holds a line of a module; import statements come by themselves where they are needed."""
        place = self._modules.source(module).unit_at(line)
        if place is None or place[0].kind in (UnitKind.IMPORT, UnitKind.STAR, UnitKind.DOCSTRING, UnitKind.FUTURE):
            return
        unit, member = place
        yield Node(module, unit.index, member.name if member else "")

    def evidence(self, caller: Symbol, callee: Symbol) -> Iterator[Node]:
        """What holds the calls between two symbols, and each step of their evidence."""
        for module, line in self._evidence_lines(caller, callee):
            yield from self.at(module, line)

    def _evidence_lines(self, caller: Symbol, callee: Symbol) -> Iterator[tuple[str, int]]:
        graph = self._workspace.graph
        ends = graph.number(caller.id), graph.number(callee.id)
        if ends[0] is None or ends[1] is None:
            return
        calls = [call for call in graph.calls_between(ends[0], ends[1]) if call.certainty is not Certainty.GUESS]
        ranks = list(Certainty)
        if caller.file.endswith(".py"):
            for call in calls:
                yield self._modules.module_of(caller), call.line
        for call in sorted(calls, key=lambda each: ranks.index(each.certainty))[:SITES]:
            for step in graph.evidence(call):
                for module in self._modules.at(step.file) if step.line else ():
                    yield module, step.line

    def lines(self, wish: Wish) -> dict[Node, set[int]]:
        """For every function that calls on the way: the lines of these calls and of their evidence, and of what it
        defines that is on the way itself. Functions that only get called are not among them: they stay whole."""
        callers = {caller.id for caller, _ in wish.hops}
        wanted: dict[Node, set[int]] = {}
        for caller in dict.fromkeys(caller for caller, _ in wish.hops):
            if caller.file.endswith(".py"):
                for node in self.at(self._modules.module_of(caller), caller.line):
                    wanted.setdefault(node, set())
        found = [place for caller, callee in wish.hops for place in self._evidence_lines(caller, callee)]
        for module, line in found:
            for node in self.at(module, line):
                if node in wanted:
                    wanted[node].add(line)
        for symbol in wish.symbols:
            if symbol.file.endswith(".py") and symbol.kind is not SymbolKind.MODULE:
                for node in self.at(self._modules.module_of(symbol), symbol.line):
                    if node in wanted:
                        whole = symbol.id not in callers
                        wanted[node].update(range(symbol.line, symbol.end_line + 1) if whole else [symbol.line])
        return wanted
