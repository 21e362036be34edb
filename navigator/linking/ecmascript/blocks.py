"""Functions without a name that run where they are written are part of the code around them, too.

``items.forEach((item) => draw(item))`` is a loop to whoever reads it: the function around it draws the items. The call
belongs to the arrow function; besides, it gets an edge from the function around.
"""

from __future__ import annotations

from collections import defaultdict

from navigator.callgraph import INLINE
from navigator.facts.vocabulary import DefinitionKind
from navigator.linking.frames import DefinitionState
from navigator.linking.solver import EdgeRecord, Solver

AT_ONCE = tuple(f"builtins.{name}." for name in ("Array", "Generator", "Map", "Set", "String"))
"""Built-in classes whose methods call what they are given before they return."""

Edge = tuple[int, DefinitionState | str, EdgeRecord]


def record_blocks(solver: Solver) -> None:
    """Add the edges from the code around."""
    leaving: dict[DefinitionState, list[Edge]] = defaultdict(list)
    for (caller, site, callee), record in solver.edges.items():
        if caller.file.script:
            leaving[caller].append((site, callee, record))
    blocks = {
        callee
        for caller, edges in leaving.items()
        for _, callee, record in edges
        if not isinstance(callee, str) and _in_place(caller, callee, record)
    }
    # Inner functions stand behind outer ones: what they hand outwards is there when the outer one's turn comes.
    for block in sorted(blocks, key=lambda b: (b.file.file.root, b.file.file.path, -b.index)):
        around = block.parent
        assert around is not None
        for site, callee, record in list(leaving[block]):
            if not isinstance(callee, str) and (around, site, callee) not in solver.edges:
                made = EdgeRecord(record.kind, INLINE, record.node, record.value)
                solver.edges[around, site, callee] = made
                leaving[around].append((site, callee, made))


def _in_place(caller: DefinitionState, callee: DefinitionState, record: EdgeRecord) -> bool:
    if callee.kind is not DefinitionKind.LAMBDA or callee.parent is not caller:
        return False
    return record.rule.startswith(AT_ONCE) if record.rule else record.kind == "call"
