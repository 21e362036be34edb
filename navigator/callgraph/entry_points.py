"""Where reading a program may begin: what nobody in it calls, and from which most of it is reached."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from navigator.callgraph.records import Role, Symbol, SymbolKind

FOLLOWED = 16
"""Of so many candidates, those that reach most by two calls, it is counted how much they reach at all."""
MODULE = SymbolKind.MODULE


def entry_points(symbols: Mapping[int, Symbol], calls: Iterable[tuple[int, int]]) -> list[int]:
    """The likely entry points of a program by number, best first; empty where nothing calls anything.

    Those are functions and methods of its own code, without a leading underscore anywhere in the name, that no other
    definition calls: what a module calls when it is run (``main``), what a framework or the user of a library calls.
    They are ordered by how many of the program's symbols they reach. ``calls`` are pairs of caller and callee. Where
    every definition is called by another, those come first from which most is called.
    """
    callees: dict[int, set[int]] = defaultdict(set)
    called: set[int] = set()
    for caller, callee in calls:
        target = symbols[callee]
        if caller == callee or target.role is not Role.SOURCE or target.kind is SymbolKind.EXTERNAL:
            continue
        callees[caller].add(callee)
        source = symbols[caller]
        if source.role is Role.SOURCE and source.kind is not MODULE and not _inside(source, target):
            called.add(callee)
    own = [number for number in callees if symbols[number].role is Role.SOURCE and symbols[number].kind is not MODULE]
    open_to_all = [number for number in own if number not in called and _public(symbols[number])]
    near = {number: _within_two(callees, number) for number in open_to_all or own}
    candidates = heapq.nlargest(FOLLOWED, near, key=lambda number: (near[number], -number))
    reach = {number: _reach(callees, number) for number in candidates}
    return sorted(candidates, key=lambda number: (-reach[number], len(symbols[number].name), symbols[number].id))


def _public(symbol: Symbol) -> bool:
    if symbol.kind not in (SymbolKind.FUNCTION, SymbolKind.METHOD):
        return False
    name = symbol.name.removeprefix(f"{symbol.file}:")
    return not any(part.startswith("_") and part != "__main__" for part in name.split("."))


def _inside(symbol: Symbol, other: Symbol) -> bool:
    """Whether one is defined in the other: what a function's own closures call does not make it used."""
    return symbol.id.startswith(f"{other.id}.")


def _within_two(callees: Mapping[int, set[int]], start: int) -> int:
    near = set(callees[start])
    for number in callees[start]:
        near |= callees.get(number, set())
    return len(near - {start})


def _reach(callees: Mapping[int, set[int]], start: int) -> int:
    seen, waiting = {start}, deque([start])
    while waiting:
        for number in callees.get(waiting.popleft(), ()):
            if number not in seen:
                seen.add(number)
                waiting.append(number)
    return len(seen)
