"""Groups of symbols that call each other in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from navigator.callgraph.queries.reach import GraphReader


def cycles(reader: GraphReader, symbols: Iterable[int]) -> list[tuple[int, ...]]:
    """The strongly connected components among what ``symbols`` reach, each ascending, in order of their first.

    A component of one symbol counts only if the symbol calls itself. Tarjan, "Depth-first search and linear graph
    algorithms", SIAM Journal on Computing 1, 1972, without recursion.
    """
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    stacked: set[int] = set()
    components: list[tuple[int, ...]] = []

    def enter(symbol: int) -> tuple[int, Iterator[int]]:
        order[symbol] = low[symbol] = len(order)
        stack.append(symbol)
        stacked.add(symbol)
        return symbol, iter(reader.callees(symbol))

    for start in symbols:
        if start in order:
            continue
        work = [enter(start)]
        while work:
            symbol, following = work[-1]
            for step in following:
                if step not in order:
                    work.append(enter(step))
                    break
                if step in stacked:
                    low[symbol] = min(low[symbol], order[step])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[symbol])
                if low[symbol] == order[symbol]:
                    component = [stack.pop()]
                    while component[-1] != symbol:
                        component.append(stack.pop())
                    stacked.difference_update(component)
                    if len(component) > 1 or symbol in reader.callees(symbol):
                        components.append(tuple(sorted(component)))
    return sorted(components)
