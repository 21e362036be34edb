"""What changed between two workspaces, and what that touches."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from navigator.callgraph import Call, Certainty, Role, Root
from navigator.callgraph.diff import Defined, ModuleDiff, Side, diff
from navigator.callgraph.queries import Direction, distances
from navigator.index import Home, Store, StoredGraph
from navigator.workspaces.answers import Reached
from navigator.workspaces.definitions import definitions
from navigator.workspaces.workspace import Workspace


class Comparison(msgspec.Struct, frozen=True):
    """Two workspaces: their names, roots, and what changed by module.

    Calls from or to code outside the workspace and guessed ones are left out. The symbols and calls of the earlier one
    bear the later one's root names."""

    before: str
    after: str
    before_roots: tuple[Root, ...]
    after_roots: tuple[Root, ...]
    files_changed: int
    """Paths whose content differs, or that only one side has."""
    modules: tuple[ModuleDiff, ...]


class Affected(msgspec.Struct, frozen=True):
    """What reaches a changed definition by calls, nearest first; tests apart. ``changed`` counts where it starts."""

    changed: int
    callers: tuple[Reached, ...]
    tests: tuple[Reached, ...]


def compare(before: Workspace, after: Workspace, *, home: Home | None = None) -> Comparison:
    """Matches roots by name, and what is left over in the order that each workspace has them in."""
    names = _matched(before.roots, after.roots)
    old_files, new_files = before.graph.files(), after.graph.files()
    old_contents = {(names[file.root], file.path): file.digest for file in old_files}
    new_contents = {(file.root, file.path): file.digest for file in new_files}
    same = {place for place, digest in old_contents.items() if new_contents.get(place) == digest}
    old_unchanged = frozenset(
        (file.root, file.path, file.digest) for file in old_files if (names[file.root], file.path) in same
    )
    new_unchanged = frozenset(
        (file.root, file.path, file.digest) for file in new_files if (file.root, file.path) in same
    )
    with Store.open(home or Home.default()) as store:
        old = list(definitions(store, old_files, before.graph.all_symbols(), old_unchanged))
        new = list(definitions(store, new_files, after.graph.all_symbols(), new_unchanged))
    modules = diff(
        _side(before.graph, old, names), _side(after.graph, new, {root.name: root.name for root in after.roots})
    )
    return Comparison(
        before.name,
        after.name,
        before.roots,
        after.roots,
        len(old_contents.keys() | new_contents.keys()) - len(same),
        modules,
    )


def affected(comparison: Comparison, after: Workspace) -> Affected:
    """What a change touches in the later workspace: who reaches a definition that is new, whose text differs, that has
    another name or place, or that calls something else than before."""
    graph = after.graph
    starts = {number for identity in _touched(comparison.modules) if (number := graph.number(identity)) is not None}
    callers: list[Reached] = []
    tests: list[Reached] = []
    for number, distance in distances(graph, starts, Direction.CALLERS).items():
        symbol = graph.symbol(number)
        if symbol.role is Role.TEST:
            tests.append(Reached(symbol, distance))
        elif distance:
            callers.append(Reached(symbol, distance))
    return Affected(len(starts), tuple(callers), tuple(tests))


def _touched(modules: Iterable[ModuleDiff]) -> Iterable[str]:
    for module in modules:
        yield from (symbol.id for symbol in module.added)
        yield from (each.after.id for each in (*module.moved, *module.renamed))
        yield from (change.after.id for change in module.changed)
        yield from (call.caller for call in (*module.calls_added, *module.calls_removed))


def _matched(before: Iterable[Root], after: Iterable[Root]) -> dict[str, str]:
    """The later name of every root of the earlier workspace; its own where there is no counterpart."""
    old, new = [root.name for root in before], [root.name for root in after]
    spare = [name for name in new if name not in old]
    return {name: name if name in new or not spare else spare.pop(0) for name in old}


def _side(graph: StoredGraph, defined: Iterable[Defined], names: dict[str, str]) -> Side:
    symbols = {each.symbol.id: _named(each, names) for each in defined}
    by_number = dict(enumerate(graph.ids()))
    numbers = {number for number, identity in by_number.items() if identity in symbols}
    calls: dict[tuple[str, str], Call] = {}
    for stored in graph.all_calls():
        if stored.caller in numbers and stored.callee in numbers and stored.certainty is not Certainty.GUESS:
            caller, callee = (symbols[by_number[end]].symbol.id for end in (stored.caller, stored.callee))
            if (caller, callee) not in calls:
                calls[caller, callee] = msgspec.structs.replace(graph.record(stored), caller=caller, callee=callee)
    return Side({each.symbol.id: each for each in symbols.values()}, calls)


def _named(defined: Defined, names: dict[str, str]) -> Defined:
    symbol = defined.symbol
    if names[symbol.root] == symbol.root:
        return defined
    renamed = msgspec.structs.replace(
        symbol, root=names[symbol.root], id=names[symbol.root] + symbol.id[len(symbol.root) :]
    )
    return msgspec.structs.replace(defined, symbol=renamed)
