"""Names of functions that have none of their own: they are called after what they are assigned to.

ECMAScript does so for variables, properties of literals, fields and defaults (ECMA-262, NamedEvaluation); assigning to
``X.prototype.name`` or ``exports.name`` is read the same way, since that is where such functions belong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from navigator.facts.typescript.reader import Reader

if TYPE_CHECKING:
    from tree_sitter import Node

Named = Callable[[Reader, "Node", str, str], int]
NAMED: dict[str, Named] = {}
"""Readers of expressions that take a name, and the dotted name of what holds it."""

_TRANSPARENT = ("parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression")


def named(*kinds: str) -> Callable[[Named], Named]:
    """Makes a function the reader of nameable expressions of these kinds."""

    def register(handler: Named) -> Named:
        for kind in kinds:
            NAMED[kind] = handler
        return handler

    return register


def evaluate_named(reader: Reader, node: Node, name: str, holder: str = "") -> int:
    """Reads an expression that is assigned to ``name``."""
    while node.type in _TRANSPARENT and node.named_children and node.named_children[0].type != "comment":
        inner = node.named_children[0]
        if inner.type not in NAMED and inner.type not in _TRANSPARENT:
            break
        node = inner
    handler = NAMED.get(node.type) if name else None
    return handler(reader, node, name, holder) if handler is not None else reader.evaluate(node)


def member_name(reader: Reader, left: Node) -> tuple[str, str]:
    """The name and holder of a function assigned to a member of a prototype or of a module's exports; or nothing."""
    if left.type != "member_expression":
        return "", ""
    owner, name = left.child_by_field_name("object"), left.child_by_field_name("property")
    if owner is None or name is None:
        return "", ""
    text = reader.source(name)
    if owner.type == "identifier" and reader.source(owner) == "exports" and reader.binding("exports") is None:
        return text, ""
    if owner.type != "member_expression":
        return "", ""
    outer, last = owner.child_by_field_name("object"), owner.child_by_field_name("property")
    if outer is None or last is None or outer.type != "identifier":
        return "", ""
    if reader.source(last) == "prototype":
        return text, reader.source(outer)
    if reader.source(owner) == "module.exports" and reader.binding("module") is None:
        return text, ""
    return "", ""
