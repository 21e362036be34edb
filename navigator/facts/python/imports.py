"""Imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.dispatch import statement
from navigator.facts.python.reader import Reader
from navigator.facts.vocabulary import ImportModule, ImportName, ImportStar

if TYPE_CHECKING:
    from tree_sitter import Node


@statement(k.IMPORT_STATEMENT)
def import_statement(reader: Reader, node: Node) -> None:
    """``import a.b, c as d``"""
    for name in node.children_by_field_name("name"):
        site = reader.record.site(name)
        if name.kind_id == k.ALIASED_IMPORT:
            dotted = name.child_by_field_name("name")
            alias = name.child_by_field_name("alias")
            if dotted is not None and alias is not None:
                target = reader.target(reader.name(alias))
                reader.emit(ImportModule(target, dotted_name(reader, dotted), 0, False, site))
        elif name.children:
            target = reader.target(reader.name(name.children[0]))
            reader.emit(ImportModule(target, dotted_name(reader, name), 0, True, site))


@statement(k.IMPORT_FROM_STATEMENT)
def import_from_statement(reader: Reader, node: Node) -> None:
    """``from ..a import b as c, d`` and ``from a import *``"""
    origin = node.child_by_field_name("module_name")
    if origin is None:
        return
    text = dotted_name(reader, origin)
    module = text.lstrip(".")
    _import_names(reader, node, module, len(text) - len(module))


@statement(k.FUTURE_IMPORT_STATEMENT)
def future_import_statement(reader: Reader, node: Node) -> None:
    _import_names(reader, node, "__future__", 0)


def _import_names(reader: Reader, node: Node, module: str, level: int) -> None:
    for child in node.children:
        if child.kind_id == k.WILDCARD_IMPORT:
            reader.emit(ImportStar(module, level, reader.record.site(child)))
    for name in node.children_by_field_name("name"):
        dotted: Node | None = name
        alias: Node | None = name.children[0] if name.children else None
        if name.kind_id == k.ALIASED_IMPORT:
            dotted = name.child_by_field_name("name")
            alias = name.child_by_field_name("alias")
        if dotted is None or alias is None:
            continue
        site = reader.record.site(name)
        target = reader.target(reader.name(alias))
        reader.emit(ImportName(target, module, level, dotted_name(reader, dotted), site))


def dotted_name(reader: Reader, node: Node) -> str:
    """A dotted name's text without the white space and comments that may stand in it."""
    text = reader.source(node)
    if text.isidentifier():
        return text
    return "".join(reader.source(leaf) for leaf in _leaves(node))


def _leaves(node: Node) -> list[Node]:
    leaves: list[Node] = []
    pending = [node]
    while pending:
        part = pending.pop()
        children = part.children
        if children:
            pending.extend(reversed(children))
        elif part.kind_id not in k.EXTRAS:
            leaves.append(part)
    return leaves
