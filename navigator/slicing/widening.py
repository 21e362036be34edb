"""What to take into a slice besides, where a call has been lost: whoever brings the values that the call goes through.

A call on an object is found in a slice only if the object's way is in it: where it is made, and the calls by which it
comes to the caller. The call graph says who makes objects of a class, and how calls lead from there.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator

from navigator.callgraph import Role, Symbol, SymbolKind
from navigator.callgraph.queries import Direction, distances, shortest_path
from navigator.slicing.asking import Places
from navigator.slicing.closure import Node
from navigator.slicing.modules import Modules
from navigator.slicing.names import Function
from navigator.slicing.occurrences import Occurrences, receiver_attributes
from navigator.workspaces import Workspace

CONSTRUCTORS = ("__init__", "__new__")
MAKERS = 1
"""How many places that make an object are taken at first, nearest first."""
FAR = 4
"""How many calls away from a common caller."""


class Widening:
    """``further`` in its methods says how often it has been tried: each time more is taken."""

    def __init__(self, workspace: Workspace, modules: Modules) -> None:
        self._workspace = workspace
        self._graph = workspace.graph
        self._modules = modules
        self._places = Places(workspace, modules)
        self._occurrences = Occurrences(modules)
        self._symbols_at: dict[tuple[str, int], int | None] = {}
        self._ways: dict[tuple[int, int], tuple[int, ...]] = {}

    def nodes(self, caller: Symbol, callee: Symbol, further: int) -> list[Node]:
        """What may bring the values that the call from ``caller`` to ``callee`` goes through."""
        ends = self._graph.number(caller.id), self._graph.number(callee.id)
        if ends[0] is None or ends[1] is None:
            return []
        found: dict[Node, None] = dict.fromkeys(self._attributes(caller))
        if further:
            found.update(dict.fromkeys(self._set_elsewhere(ends[0], ends[1], further)))
        owners = list(self._owners(callee))
        if further or not owners:
            owners += [each for each in self._owners(caller) if each not in owners]
        for owner in owners:
            makers = self._makers(owner)
            ways = sorted((way for maker in makers if (way := self._way(maker, ends[0]))), key=len)
            for way in ways[: MAKERS * (further + 1)]:
                found.update(dict.fromkeys(self._along(way)))
            for maker in [each for each in makers if not any(each in way for way in ways)][: further * MAKERS]:
                found.update(dict.fromkeys(self._of(maker)))
        if further:
            for each in self._usable(self._graph.callers(ends[0]))[: MAKERS * further]:
                found.update(dict.fromkeys(self._along((each, ends[0]))))
        return list(found)

    def _owners(self, symbol: Symbol) -> Iterator[int]:
        """The class that a method belongs to, or that a function inside one is written in."""
        outer = symbol.id.rpartition(".")[0]
        while "." in outer:
            owner = self._graph.number(outer)
            if owner is not None and self._graph.symbol(owner).kind is SymbolKind.CLASS:
                yield owner
                return
            outer = outer.rpartition(".")[0]

    def _makers(self, owner: int) -> list[int]:
        """Who calls a class or its constructors."""
        symbol = self._graph.symbol(owner)
        ends = [owner]
        for name in CONSTRUCTORS:
            number = self._graph.number(f"{symbol.id}.{name}")
            if number is not None:
                ends.append(number)
        return self._usable(dict.fromkeys(caller for end in ends for caller in self._graph.callers(end)))

    def _usable(self, numbers: Iterable[int]) -> list[int]:
        """Those that can be cut, code before tests."""
        symbols = [(number, self._graph.symbol(number)) for number in numbers]
        inside = [pair for pair in symbols if pair[1].file.endswith(".py")]
        return [number for number, _ in sorted(inside, key=lambda pair: (pair[1].role is not Role.SOURCE, pair[0]))]

    def _way(self, maker: int, caller: int) -> tuple[int, ...]:
        pair = maker, caller
        if pair not in self._ways:
            self._ways[pair] = self._found_way(*pair)
        return self._ways[pair]

    def _found_way(self, maker: int, caller: int) -> tuple[int, ...]:
        """Symbols by which an object made in ``maker`` can come to ``caller``: calls between them either way, or from
        somebody who calls both."""
        if maker == caller:
            return (maker,)
        for start, end in ((maker, caller), (caller, maker)):
            path = shortest_path(self._graph, (start,), (end,))
            if path is not None and len(path) <= 2 * FAR:
                return path
        above = distances(self._graph, (maker,), Direction.CALLERS, FAR)
        beside = distances(self._graph, (caller,), Direction.CALLERS, FAR)
        common = sorted(above.keys() & beside.keys(), key=lambda each: (above[each] + beside[each], each))
        for each in common[:1]:
            left = shortest_path(self._graph, (each,), (maker,)) or ()
            right = shortest_path(self._graph, (each,), (caller,)) or ()
            return tuple(dict.fromkeys((*left, *right)))
        return ()

    def _along(self, way: Iterable[int]) -> Iterator[Node]:
        numbers = list(way)
        for number in numbers:
            yield from self._of(number)
        for caller, callee in itertools.pairwise(numbers):
            yield from self._places.evidence(self._graph.symbol(caller), self._graph.symbol(callee))

    def _of(self, number: int) -> Iterator[Node]:
        symbol = self._graph.symbol(number)
        if not symbol.file.endswith(".py"):
            return
        if symbol.kind is SymbolKind.MODULE:
            return
        yield from self._places.at(self._modules.module_of(symbol), symbol.line)

    def _set_elsewhere(self, caller: int, callee: int, further: int) -> Iterator[Node]:
        """Who sets the attributes through which the call is made, and how calls lead from there to the caller."""
        module = self._modules.module_of(self._graph.symbol(caller))
        name = self._graph.symbol(callee).name.rpartition(".")[2]
        lines = dict.fromkeys(call.line for call in self._graph.calls_between(caller, callee))
        source = self._modules.source(module)
        wanted = dict.fromkeys(each for line in lines for each in receiver_attributes(source, line, name))
        for call in self._graph.calls_from(caller):
            if call.line in lines:
                # Properties on the way.
                yield from self._of(call.callee)
        for attribute in wanted:
            yield from self._from_places(self._occurrences.setting(attribute), caller, further)
        for end in (callee, caller):
            owner = next(self._owners(self._graph.symbol(end)), end)
            mentioned = self._graph.symbol(owner).name.rpartition(".")[2]
            yield from self._from_places(self._occurrences.mentioning(mentioned), caller, further)

    def _from_places(self, places: Iterable[tuple[str, int]], caller: int, further: int) -> Iterator[Node]:
        """What stands at some places, and the calls that lead from there to the caller, shortest first."""
        ways: dict[int | tuple[str, int], tuple[int, ...]] = {}
        lines: dict[int | tuple[str, int], tuple[str, int]] = {}
        for place in places:
            symbol = self._symbol_at(*place)
            key = symbol if symbol is not None else place
            if key not in ways:
                ways[key] = self._way(symbol, caller) if symbol is not None else ()
                lines[key] = place
        near = sorted(ways, key=lambda key: (not ways[key] and not isinstance(key, tuple), len(ways[key])))
        for key in near[: 2 * MAKERS * further]:
            yield from self._places.at(*lines[key])
            yield from self._along(ways[key])

    def _symbol_at(self, module: str, line: int) -> int | None:
        """The innermost function around a line."""
        place = module, line
        if place not in self._symbols_at:
            self._symbols_at[place] = self._innermost(*place)
        return self._symbols_at[place]

    def _innermost(self, module: str, line: int) -> int | None:
        condition = "symbols.root = ? AND files.path = ? AND symbols.line <= ? AND symbols.end_line >= ?"
        numbers = self._graph.where(condition, (*self._modules.place(module), line, line))
        inside = [each for each in self._graph.symbols(numbers) if each.kind is not SymbolKind.MODULE]
        return self._graph.number(max(inside, key=lambda each: each.line).id) if inside else None

    def _attributes(self, caller: Symbol) -> Iterator[Node]:
        """The members of the caller's class that set attributes which the caller reads."""
        module = self._modules.module_of(caller)
        place = self._modules.source(module).unit_at(caller.line)
        if place is None or place[1] is None:
            return
        unit, member = place[0], place[1]
        read = member.reads.attributes
        for name, other in unit.members.items():
            if name == "__init__" or read & _set_by(other.nodes):
                yield Node(module, unit.index, name)


def _set_by(nodes: Iterable[Function]) -> set[str]:
    return {
        each.attr
        for node in nodes
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store)
    }
