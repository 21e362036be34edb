"""The parts of PEP 695's type parameters and type aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k

if TYPE_CHECKING:
    from tree_sitter import Node


def parameter_parts(parameters: Node) -> list[tuple[Node | None, list[Node]]]:
    """For each of ``[T: bound, *Ts, **P = default]`` the identifier, and the types that belong to it."""
    parts: list[tuple[Node | None, list[Node]]] = []
    for child in parameters.children:
        if child.kind_id != k.TYPE:
            continue
        node = child
        types: list[Node] = []
        while node.kind_id in (k.TYPE, k.CONSTRAINED_TYPE) and node.children:
            if node.kind_id == k.CONSTRAINED_TYPE:
                types.append(node.children[-1])
            node = node.children[0]
        if node.kind_id in (k.SPLAT_TYPE, k.LIST_SPLAT):
            node = node.children[-1]
        parts.append((node if node.kind_id == k.IDENTIFIER else None, types))
    return parts


def alias_parts(node: Node) -> tuple[Node | None, Node | None, Node | None]:
    """Of ``type X[T] = value`` the name, the brackets and the value."""
    left = node.child_by_field_name("left")
    parameters: Node | None = None
    while left is not None and left.kind_id in (k.TYPE, k.GENERIC_TYPE) and left.children:
        if left.kind_id == k.GENERIC_TYPE and left.children[-1].kind_id == k.TYPE_PARAMETER:
            parameters = left.children[-1]
        left = left.children[0]
    name = left if left is not None and left.kind_id == k.IDENTIFIER else None
    return name, parameters, node.child_by_field_name("right")
