"""A call graph in memory, as a reader: for programs and tests that hold the records and no index."""

from __future__ import annotations

from collections.abc import Sequence

from navigator.callgraph.records import CallGraph, Certainty


class MemoryGraph:
    """Numbers symbols by their place in ``graph.symbols``. Guesses count only when asked for."""

    def __init__(self, graph: CallGraph, *, guesses: bool = False) -> None:
        self.graph = graph
        self.numbers = {symbol.id: number for number, symbol in enumerate(graph.symbols)}
        forward: dict[int, set[int]] = {}
        backward: dict[int, set[int]] = {}
        for call in graph.calls:
            if call.certainty is Certainty.GUESS and not guesses:
                continue
            caller, callee = self.numbers[call.caller], self.numbers[call.callee]
            forward.setdefault(caller, set()).add(callee)
            backward.setdefault(callee, set()).add(caller)
        self._callees = {symbol: tuple(sorted(near)) for symbol, near in forward.items()}
        self._callers = {symbol: tuple(sorted(near)) for symbol, near in backward.items()}

    def callees(self, symbol: int) -> Sequence[int]:
        return self._callees.get(symbol, ())

    def callers(self, symbol: int) -> Sequence[int]:
        return self._callers.get(symbol, ())
