"""Marks what ran in the subgraph of a view, so that drawings show it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import msgspec

from navigator.callgraph import CallKind, Certainty
from navigator.callgraph.views import Subgraph, ViewEdge
from navigator.runs.laying import Laid
from navigator.runs.overlay import TracedEdge, Verdict

Pair = tuple[str, str]


def traced_pairs(laid: Laid) -> tuple[frozenset[Pair], frozenset[Pair]]:
    """The edges, as pairs of symbol ids, that lit up in the graph that a reader looks at: the upstream's for a
    reproduction, else that of the traced code; and those that ran although the graph does not have them."""
    if laid.projection is not None:
        steps = (step.path for step in laid.projection.steps)
        return frozenset((one.id, other.id) for path in steps for one, other in pairwise(path)), frozenset()
    edges = laid.overlay.edges
    known = frozenset(pair for edge in edges for pair in edge.static)
    return known, frozenset(_ends(edge) for edge in edges if edge.verdict is Verdict.MISSED)


def mark(shown: Subgraph, known: Iterable[Pair], missed: Iterable[Pair] = ()) -> Subgraph:
    """The subgraph with its edges marked that are among ``known``, and with edges added for the pairs of ``missed``
    both ends of which are shown."""
    owners = {id: node.id for node in shown.nodes for id in (node.members or (node.id,))}
    lit = {(owners[one], owners[other]) for one, other in known if one in owners and other in owners}
    edges = [
        msgspec.structs.replace(edge, traced=True) if (edge.caller, edge.callee) in lit else edge
        for edge in shown.edges
    ]
    there = {(edge.caller, edge.callee): number for number, edge in enumerate(edges)}
    for one, other in sorted(missed):
        ends = owners.get(one), owners.get(other)
        if ends[0] is None or ends[1] is None or (ends[0] == ends[1] and one != other):
            continue
        pair = ends[0], ends[1]
        if pair in there:
            edges[there[pair]] = msgspec.structs.replace(edges[there[pair]], traced=True)
        else:
            there[pair] = len(edges)
            edges.append(ViewEdge(*pair, Certainty.TRACED, CallKind.CALL, traced=True))
    return msgspec.structs.replace(shown, edges=tuple(edges))


def _ends(edge: TracedEdge) -> Pair:
    return edge.caller.id, edge.callee.id
