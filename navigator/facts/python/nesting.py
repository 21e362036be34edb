"""Which statements are nested too deeply to be read.

The readers recurse as deep as the tree is. How deep that may be is said here, in nodes of the tree, so that it depends
neither on how deep the caller is nor on whether the readers are compiled: plain Python would raise RecursionError a
little later, compiled code would overflow the stack much later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k

if TYPE_CHECKING:
    from tree_sitter import Node

NESTING_LIMIT = 240
"""Nodes inside each other. A call in a call's brackets is two, a block in a block is two."""

_BLOCKS = frozenset((k.MODULE, k.BLOCK))
_CHAIN = frozenset((k.ATTRIBUTE, k.CALL, k.SUBSCRIPT))
_CHAINED: dict[int, tuple[int, frozenset[int]]] = {
    **dict.fromkeys(_CHAIN, (0, _CHAIN)),
    k.BINARY_OPERATOR: (0, frozenset((k.BINARY_OPERATOR,))),
    k.BOOLEAN_OPERATOR: (0, frozenset((k.BOOLEAN_OPERATOR,))),
    k.ASSIGNMENT: (-1, frozenset((k.ASSIGNMENT,))),
}
"""Kinds whose chains are read in a loop: which child goes on with the chain, if it is of which kinds."""
_NO_CHAIN = (0, frozenset[int]())


def too_deep(root: Node) -> frozenset[int]:
    """The ids of the innermost statements of blocks that reach deeper than ``NESTING_LIMIT``.

    Only nodes with more descendants than the limit can, and few are, so most of the tree is never visited.
    """
    found: set[int] = set()
    pending = [(root, 0, root.id)]
    while pending:
        node, depth, statement = pending.pop()
        if depth >= NESTING_LIMIT:
            found.add(statement)
            continue
        children = node.children
        if not children:
            continue
        in_block = node.kind_id in _BLOCKS or node is root
        place, kinds = _CHAINED.get(node.kind_id, _NO_CHAIN)
        going_on = children[place]
        for child in children:
            below = depth if child is going_on and child.kind_id in kinds else depth + 1
            if below + child.descendant_count > NESTING_LIMIT:
                # A case is in a block, but it is read with its match statement.
                is_statement = in_block and child.kind_id != k.CASE_CLAUSE
                pending.append((child, below, child.id if is_statement else statement))
    return frozenset(found)
