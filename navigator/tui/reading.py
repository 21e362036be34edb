"""What the views ask of a workspace: small answers, each made in one thread that owns the open workspace.

SQLite answers most of them in less than a millisecond, but a slow disk or a large answer must not hold up the screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import ParamSpec, TypeVar

import msgspec

from navigator.callgraph import Call, Certainty, Symbol, SymbolKind, Unresolved
from navigator.callgraph.changes import Changes
from navigator.callgraph.queries import Direction, distances
from navigator.callgraph.views import Subgraph, View
from navigator.tui.filters import Filters
from navigator.tui.search import Names
from navigator.workspaces import Workspace, open_workspace
from navigator.workspaces.symbols import defined_in

P = ParamSpec("P")
T = TypeVar("T")


FEW = 3
"""Callees of one call site that have a row each; more of them are folded into one."""


class Row(msgspec.Struct, frozen=True):
    """One call site of a tree: the symbol at its other end and the call; a site without a callee; or a site with more
    than a few, its ``candidates``. In a comparison ``new`` calls are marked, and ``gone`` ones are those of before."""

    symbol: Symbol | None
    call: Call | None
    site: Unresolved | None = None
    candidates: tuple[Row, ...] = ()
    new: bool = False
    gone: bool = False


class Rows(msgspec.Struct, frozen=True):
    """The call sites on one side of a symbol in the order of the source, and how many the filters hide."""

    rows: tuple[Row, ...]
    hidden: int
    external: int
    """How many of the hidden ones lead to code outside the workspace."""

    def hidden_words(self) -> str:
        """What is hidden: most often nothing but calls that leave the workspace."""
        if self.external == self.hidden:
            return f"{self.hidden} external hidden"
        return f"{self.hidden} hidden" + (f", {self.external} of them external" if self.external else "")


class Text(msgspec.Struct, frozen=True):
    """The source of a definition, or of a whole file for a module, and the calls in it."""

    symbol: Symbol
    label: str
    first: int
    """The number of the first line."""
    lines: tuple[str, ...]
    calls: tuple[tuple[Symbol, Call], ...]
    unresolved: tuple[Unresolved, ...]
    stale: bool


class Searched(msgspec.Struct, frozen=True):
    """What searches for a path from both ends reach: how many symbols, the unresolved sites on the way forward, and the
    symbols on the way backward that nobody is known to call."""

    forward: int
    backward: int
    unresolved: tuple[Unresolved, ...]
    sources: tuple[Symbol, ...]


MOST_ENDS = 60


class Reading:
    """An open workspace, asked from coroutines. Close it when done."""

    def __init__(self, name: str | None) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reading")
        self._name = name
        self.workspace: Workspace

    async def open(self) -> None:
        """Raises what ``open_workspace`` raises."""
        self.workspace = await self.ask(open_workspace, self._name)

    async def ask(self, question: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """The answer to a question that may look at the workspace."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: question(*arguments, **named))

    def close(self) -> None:
        workspace = getattr(self, "workspace", None)
        if workspace is not None:
            self._thread.submit(workspace.close)
        self._thread.shutdown(wait=False)

    # Questions, to be passed to ``ask``

    def symbol(self, key: str) -> Symbol | None:
        """The symbol with this id, if the graph has it."""
        number = self.workspace.graph.number(key)
        return None if number is None else self.workspace.graph.symbol(number)

    def rows(self, key: str, direction: Direction, filters: Filters, changes: Changes | None = None) -> Rows:
        """The call sites before or after a symbol; after them those that a comparison says are gone."""
        new = {(call.caller, call.callee) for call in changes.added} if changes is not None else set()
        found = (
            self.workspace.callers(key, guesses=filters.guesses)
            if direction is Direction.CALLERS
            else self.workspace.callees(key, guesses=filters.guesses)
        )
        placed: list[tuple[tuple[str, int, int], Row]] = []
        hidden = external = 0
        for edge in found.edges:
            end = edge.caller if direction is Direction.CALLERS else edge.callee
            if filters.passes(end, edge.call):
                row = Row(end, edge.call, new=(edge.caller.id, edge.callee.id) in new)
                placed.append(((edge.caller.id, edge.call.line, edge.call.column), row))
            else:
                hidden += 1
                external += end.kind is SymbolKind.EXTERNAL
        if filters.unresolved:
            placed.extend(((each.caller, each.line, each.column), Row(None, None, each)) for each in found.unresolved)
        else:
            hidden += len(found.unresolved)
        if direction is Direction.CALLEES:
            placed.sort(key=lambda each: each[0])
        rows = [row for _, row in placed]
        gone = [] if changes is None else self._gone(key, direction, changes)
        return Rows((*(_folded(rows) if direction is Direction.CALLEES else rows), *gone), hidden, external)

    def _gone(self, key: str, direction: Direction, changes: Changes) -> Iterator[Row]:
        """The calls that a symbol no longer makes, or no longer gets."""
        for other, call in changes.removed_at(key):
            if (call.caller == key) == (direction is Direction.CALLEES):
                yield Row(self.symbol(other) or changes.symbol(other), call, gone=True)

    def text(self, key: str) -> Text | None:
        """The source of a symbol's definition; None where the workspace has none."""
        symbol = self.symbol(key)
        if symbol is None or not symbol.file:
            return None
        source = self.workspace.source(symbol)
        graph = self.workspace.graph
        calls: list[tuple[Symbol, Call]] = []
        unresolved: list[Unresolved] = []
        number = graph.number(key)
        inside = [] if number is None else [number, *defined_in(graph, symbol)]
        for each in inside:
            stored = [call for call in graph.calls_from(each) if call.certainty is not Certainty.GUESS]
            calls.extend(zip(graph.symbols(call.callee for call in stored), map(graph.record, stored), strict=True))
            unresolved.extend(graph.unresolved_in(each))
        calls.sort(key=lambda pair: (pair[1].line, pair[1].column, pair[1].end_line, pair[1].end_column, pair[0].id))
        return Text(
            symbol,
            self.workspace.label(symbol),
            max(source.line, 1),
            source.lines,
            tuple(calls),
            tuple(unresolved),
            bool(source.stale),
        )

    def names(self) -> Names:
        """All names, ready to be searched."""
        return Names(self.workspace.graph.all_symbols(), self.workspace.graph.called())

    def call_between(self, caller: str, callee: str) -> Call | None:
        """The first call site by which one symbol calls another."""
        number, target = self.workspace.graph.number(caller), self.workspace.graph.number(callee)
        if number is None:
            return None
        found = (call for call in self.workspace.graph.calls_from(number) if call.callee == target)
        return next(map(self.workspace.graph.record, found), None)

    def subgraph(self, view: View) -> Subgraph:
        return self.workspace.subgraph(view)

    def symbol_at(self, root: str, file: str, line: int) -> Symbol | None:
        """The innermost definition around a line."""
        from navigator.index.symbol_search import at_line

        numbers = [
            number
            for number in at_line(self.workspace.graph, file, line)
            if self.workspace.graph.symbol(number).root == root and self.workspace.graph.symbol(number).file == file
        ]
        return self.workspace.graph.symbol(numbers[0]) if numbers else None

    def searched(self, start: str, end: str, guesses: bool) -> Searched:
        """Why no path leads from one symbol to another."""
        graph = self.workspace.graph
        reader = graph.with_guesses() if guesses else graph
        starts, ends = (self._numbers(key) for key in (start, end))
        forward = distances(reader, starts, Direction.CALLEES)
        backward = distances(reader, ends, Direction.CALLERS)
        unresolved: list[Unresolved] = []
        for number in sorted(forward, key=lambda each: (forward[each], each)):
            unresolved.extend(graph.unresolved_in(number))
            if len(unresolved) >= MOST_ENDS:
                break
        sources = sorted(backward, key=lambda each: (backward[each], each))
        uncalled = [number for number in sources if not reader.callers(number)][:MOST_ENDS]
        return Searched(len(forward), len(backward), tuple(unresolved[:MOST_ENDS]), tuple(graph.symbols(uncalled)))

    def _numbers(self, key: str) -> list[int]:
        numbers = (self.workspace.graph.number(each) for each in self.workspace.called_as(key))
        return [number for number in numbers if number is not None]

    def first(self) -> Symbol | None:
        """Where someone new may begin: the entry point from which most is reached; without calls, any definition."""
        from navigator.callgraph.entry_points import entry_points

        symbols = self.workspace.graph.numbered()
        found = entry_points(symbols, self.workspace.graph.pairs())
        own = (symbol for symbol in symbols.values() if symbol.kind is not SymbolKind.EXTERNAL)
        return symbols[found[0]] if found else next(own, None)


def _folded(rows: Iterable[Row]) -> Iterator[Row]:
    """Puts the many callees of one call site into one row."""
    for _, group in groupby(rows, _site):
        together = list(group)
        if len(together) > FEW and together[0].call is not None:
            yield Row(None, together[0].call, None, tuple(together))
        else:
            yield from together


def _site(row: Row) -> tuple[object, ...]:
    call = row.call or row.site
    assert call is not None
    return call.caller, call.line, call.column, call.end_line, call.end_column, row.call is None, row.new
