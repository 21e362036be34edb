"""What statements bind: assignments, loops, imports, declarations, patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.scanning import Scan, scans
from navigator.facts.python.scopes import ScopeKind

if TYPE_CHECKING:
    from tree_sitter import Node


@scans(k.ASSIGNMENT)
def _assignment(scan: Scan, node: Node) -> None:
    left, *others = node.children
    if left.kind_id == k.IDENTIFIER:
        scan.bind(left)
    elif others and others[-1].kind_id == k.TYPE and left.kind_id == k.TUPLE_PATTERN:
        pass  # ``(name): type`` without a value binds nothing.
    else:
        scan.bind_target(left)
    for child in others:
        if child.kind_id not in k.PUNCTUATION:
            scan.visit(child)


@scans(k.AUGMENTED_ASSIGNMENT)
def _augmented_assignment(scan: Scan, node: Node) -> None:
    left, *others = node.children
    if left.kind_id == k.IDENTIFIER:
        scan.bind(left)
    scan.visit(left)
    for child in others:
        if child.kind_id not in k.PUNCTUATION:
            scan.visit(child)


@scans(k.NAMED_EXPRESSION)
def _named_expression(scan: Scan, node: Node) -> None:
    name = node.child_by_field_name("name")
    scope = scan.scope
    while scope.kind is ScopeKind.COMPREHENSION and scope.parent is not None:
        scope = scope.parent
    if name is not None:
        if scope is not scan.scope:
            scan.scope.reads.add(scan.name(name))
        scope.bind(scan.name(name), name.start_byte)
    scan.visit(node.children[-1])


@scans(k.FOR_STATEMENT)
def _for(scan: Scan, node: Node) -> None:
    left = node.child_by_field_name("left")
    if left is not None:
        scan.bind_target(left)
    visit_others(scan, node, left)


def visit_others(scan: Scan, node: Node, done: Node | None) -> None:
    for child in node.children:
        if child.kind_id not in k.PUNCTUATION and (done is None or child.start_byte != done.start_byte):
            scan.visit(child)


@scans(k.AS_PATTERN)
def _as_pattern(scan: Scan, node: Node) -> None:
    """``with``/``except`` targets, and ``as`` in ``case`` patterns, where the target is a plain identifier."""
    last = node.children[-1]
    if last.kind_id in (k.AS_PATTERN_TARGET, k.IDENTIFIER) and len(node.children) > 1:
        scan.bind_target(last)
    else:
        scan.visit(last)
    for child in node.children[:-1]:
        scan.visit(child)


@scans(k.EXCEPT_CLAUSE)
def _except(scan: Scan, node: Node) -> None:
    alias = node.child_by_field_name("alias")
    if alias is not None:
        scan.bind_target(alias)
    visit_others(scan, node, alias)


@scans(k.kind_of("delete_statement"))
def _delete(scan: Scan, node: Node) -> None:
    for child in node.children:
        if child.kind_id not in k.PUNCTUATION:
            scan.bind_target(child)


@scans(k.IMPORT_STATEMENT, k.IMPORT_FROM_STATEMENT, k.FUTURE_IMPORT_STATEMENT)
def _import(scan: Scan, node: Node) -> None:
    if node.children[-1].kind_id == k.WILDCARD_IMPORT:
        scan.star_imports = True
    for name in node.children_by_field_name("name"):
        if name.kind_id == k.ALIASED_IMPORT:
            alias = name.child_by_field_name("alias")
            if alias is not None:
                scan.bind(alias)
        elif name.children:
            first = name.children[0]
            if first.kind_id == k.IDENTIFIER:
                scan.bind(first)


@scans(k.GLOBAL_STATEMENT)
def _global(scan: Scan, node: Node) -> None:
    for child in node.children:
        if child.kind_id == k.IDENTIFIER:
            scan.scope.globals.add(scan.name(child))


@scans(k.NONLOCAL_STATEMENT)
def _nonlocal(scan: Scan, node: Node) -> None:
    for child in node.children:
        if child.kind_id == k.IDENTIFIER:
            scan.scope.nonlocals.add(scan.name(child))


@scans(k.CASE_PATTERN)
def _case_pattern(scan: Scan, node: Node) -> None:
    """Captures bind; dotted names and class names are read."""
    nodes = [node]
    while nodes:
        current = nodes.pop()
        kind = current.kind_id
        if kind == k.DOTTED_NAME:
            if len(current.children) == 1:
                scan.bind(current.children[0])
            else:
                scan.visit(current.children[0])
        elif kind == k.CLASS_PATTERN:
            scan.visit(current.children[0].children[0])
            nodes.extend(current.children[1:])
        elif kind == k.KEYWORD_PATTERN:
            nodes.append(current.children[-1])
        elif kind == k.SPLAT_PATTERN:
            if current.children[-1].kind_id == k.IDENTIFIER:
                scan.bind(current.children[-1])
        elif kind == k.AS_PATTERN:
            if current.children[-1].kind_id == k.IDENTIFIER:
                scan.bind(current.children[-1])
            nodes.extend(current.children[:-1])
        elif kind in (k.STRING, k.CONCATENATED_STRING):
            scan.visit(current)
        else:
            nodes.extend(current.children)


@scans(k.MATCH_STATEMENT)
def _match(scan: Scan, node: Node) -> None:
    for child in node.children:
        if child.kind_id not in k.PUNCTUATION:
            scan.visit(child)
