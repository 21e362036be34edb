"""The calls that came and went between two graphs, laid into views of the later one."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from navigator.callgraph.diff import ModuleDiff
from navigator.callgraph.records import Call, Symbol, SymbolKind
from navigator.callgraph.views import NodeKind, Subgraph, ViewEdge, ViewNode

MOST_GONE = 12
"""Nodes of definitions that are not drawn otherwise, so that what was removed does not hide what is there."""


class Changes(msgspec.Struct, frozen=True):
    """``added`` and ``removed`` calls, one for each pair of symbols; ``gone`` are definitions that are only in the
    earlier graph, by id. Ends of removed calls that were moved or renamed have the ids of today."""

    added: tuple[Call, ...] = ()
    removed: tuple[Call, ...] = ()
    gone: dict[str, Symbol] = {}

    def removed_at(self, key: str) -> list[tuple[str, Call]]:
        """The removed calls that a symbol made or got, each with the id of its other end."""
        return [
            (call.callee if call.caller == key else call.caller, call)
            for call in self.removed
            if key in (call.caller, call.callee)
        ]

    def symbol(self, key: str) -> Symbol:
        """A definition of before; of one that is known by nothing but a call, its name."""
        root, _, name = key.partition(":")
        return self.gone.get(key) or Symbol(key, name, SymbolKind.FUNCTION, root, "", 0, 0)


def changes(modules: Iterable[ModuleDiff]) -> Changes:
    """What a comparison by module says of calls."""
    modules = tuple(modules)
    now = {pair.before.id: pair.after.id for module in modules for pair in (*module.moved, *module.renamed)}
    return Changes(
        tuple(call for module in modules for call in module.calls_added),
        tuple(
            msgspec.structs.replace(
                call, caller=now.get(call.caller, call.caller), callee=now.get(call.callee, call.callee)
            )
            for module in modules
            for call in module.calls_removed
        ),
        {symbol.id: symbol for module in modules for symbol in module.removed},
    )


def with_changes(shown: Subgraph, found: Changes) -> Subgraph:
    """The subgraph with new calls marked, and with the calls that went, as far as one of their ends is shown: those of
    the focus with their other end, those of other nodes where both are there."""
    owners = {id: node.id for node in shown.nodes for id in (node.members or (node.id,))}
    focus = {node.id for node in shown.nodes if node.focus}
    new = {(owners.get(call.caller), owners.get(call.callee)) for call in found.added}
    edges = [
        msgspec.structs.replace(edge, traced=edge.traced or (edge.caller, edge.callee) in new) for edge in shown.edges
    ]
    there = {(edge.caller, edge.callee) for edge in edges}
    nodes = list(shown.nodes)
    room = MOST_GONE
    for call in found.removed:
        for key, other in ((call.caller, call.callee), (call.callee, call.caller)):
            if key not in owners and owners.get(other) in focus and room:
                nodes.append(_node(key, found))
                owners[key] = key
                room -= 1
        ends = owners.get(call.caller), owners.get(call.callee)
        if ends[0] is None or ends[1] is None or ends in there or (ends[0] == ends[1] and call.caller != call.callee):
            continue
        there.add((ends[0], ends[1]))
        edges.append(ViewEdge(ends[0], ends[1], call.certainty, call.kind, call.file, call.line, gone=True))
    return msgspec.structs.replace(shown, nodes=tuple(nodes), edges=tuple(edges))


def _node(key: str, found: Changes) -> ViewNode:
    symbol = found.symbol(key)
    return ViewNode(key, symbol.name, NodeKind.SYMBOL, symbol)
