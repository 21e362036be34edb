"""Assignment in every shape: plain, unpacking, annotated, augmented, and ``del``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.annotations import annotation
from navigator.facts.python.chains import read_subscript
from navigator.facts.python.conditions import path_of
from navigator.facts.python.dispatch import EXPRESSIONS, evaluate, expression, meaningful, statement
from navigator.facts.python.exports import read_exports
from navigator.facts.python.reader import Reader
from navigator.facts.python.scopes import ScopeKind
from navigator.facts.vocabulary import (
    NONE,
    Element,
    Hint,
    Iterate,
    Member,
    Move,
    Operator,
    SetElement,
    SetMember,
    Unpack,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_GROUPS = frozenset((k.TUPLE_PATTERN, k.LIST_PATTERN, k.PATTERN_LIST, k.TUPLE, k.LIST, k.EXPRESSION_LIST))
_WRAPPERS = (k.AS_PATTERN_TARGET, k.PARENTHESIZED_EXPRESSION, k.LIST_SPLAT_PATTERN, k.LIST_SPLAT)
_BRACKETED = (k.TUPLE_PATTERN, k.TUPLE, k.PARENTHESIZED_EXPRESSION)


@statement(k.ASSIGNMENT)
@expression(k.ASSIGNMENT)
def assignment(reader: Reader, node: Node) -> int:
    """``a = b = value``: the value is read once and goes to the targets from left to right."""
    children = node.children
    if len(children) == 3 and children[0].kind_id == k.IDENTIFIER and children[1].kind_id == k.EQUALS:
        value_node = children[2]
        value_kind = value_node.kind_id
        if value_kind != k.ASSIGNMENT:
            name = reader.name(children[0])
            if name == "__all__" and reader.frame is reader.module:
                read_exports(reader, [children[0]], value_node)
            mark = len(reader.record.lines)
            value = EXPRESSIONS[value_kind](reader, value_node)
            if name:
                reader.bind(name, value, value >= mark and value not in reader.record.names)
            return value
    return _assignment_to_any(reader, node)


def _assignment_to_any(reader: Reader, node: Node) -> int:
    targets: list[Node] = []
    value_node: Node | None = node
    while value_node is not None and value_node.kind_id == k.ASSIGNMENT:
        left = value_node.child_by_field_name("left")
        right = value_node.child_by_field_name("right")
        type_node = value_node.child_by_field_name("type")
        if left is not None and type_node is not None:
            return annotated_assignment(reader, left, type_node, right)
        if left is not None:
            targets.append(left)
        value_node = right
    if value_node is None:
        return reader.record.temporary()
    if len(targets) == 1 and _in_parallel(reader, targets[0], value_node):
        return NONE
    if reader.frame is reader.module:
        read_exports(reader, targets, value_node)
    mark = len(reader.record.lines)
    value = EXPRESSIONS[value_node.kind_id](reader, value_node)
    for target in targets:
        store(reader, target, value, reader.is_fresh(value, mark))
    return value


def _in_parallel(reader: Reader, target: Node, value: Node) -> bool:
    """``a, b = c, d`` with equally many on both sides: each value goes straight to its target."""
    if target.kind_id not in _GROUPS or value.kind_id not in _GROUPS:
        return False
    targets = meaningful(target)
    values = meaningful(value)
    if len(targets) != len(values) or _is_bracketed_single(reader, target) or _is_bracketed_single(reader, value):
        return False
    text = reader.text
    if any(text[part.start_byte] == "*" for part in (*targets, *values) if part.end_byte > part.start_byte):
        return False
    evaluated: list[tuple[int, bool]] = []
    for part in values:
        mark = len(reader.record.lines)
        slot = evaluate(reader, part)
        evaluated.append((slot, reader.is_fresh(slot, mark)))
    for part, (slot, fresh) in zip(targets, evaluated, strict=True):
        store(reader, part, slot, fresh)
    return True


def _is_bracketed_single(reader: Reader, node: Node) -> bool:
    """``(a)``, which is a itself, and not ``(a,)``."""
    if node.kind_id not in _BRACKETED:
        return False
    return len(meaningful(node)) == 1 and not any(child.kind_id == k.COMMA for child in node.children)


def store(reader: Reader, target: Node, value: int, fresh: bool = False) -> None:
    """Assigns the value to any kind of target."""
    kind = target.kind_id
    if kind == k.IDENTIFIER:
        name = reader.name(target)
        if name:
            reader.bind(name, value, fresh)
    elif kind == k.ATTRIBUTE:
        store_member(reader, target, value)
    elif kind == k.SUBSCRIPT:
        store_element(reader, target, value)
    elif kind in _WRAPPERS or _is_bracketed_single(reader, target):
        for part in meaningful(target):
            store(reader, part, value, fresh)
    elif kind in _GROUPS:
        unpack(reader, target, value)
    else:
        evaluate(reader, target)


def store_member(reader: Reader, target: Node, value: int) -> None:
    children = target.children
    receiver = evaluate(reader, children[0])
    site = reader.record.site(target)
    reader.emit(SetMember(receiver, reader.name(children[-1]), value, site))
    flow = reader.frame.flow
    if flow.paths:
        path = path_of(reader, target)
        if path:
            flow.forget(path)


def store_element(reader: Reader, target: Node, value: int) -> None:
    children = target.children
    receiver = evaluate(reader, children[0])
    key, index, _, is_slice = read_subscript(reader, children)
    site = reader.record.site(target)
    if is_slice:
        index = reader.literal("slice")
        if value != NONE:
            element = reader.record.temporary()
            reader.emit(Iterate(element, value, site))
            value = element
    reader.emit(SetElement(receiver, key, index, value, site))


def unpack(reader: Reader, target: Node, value: int) -> None:
    """``a, *b = value``: every target gets a slot, which goes on to where the target leads."""
    parts = meaningful(target)
    starred = -1
    slots: list[int] = []
    later: list[tuple[Node, int]] = []
    site = reader.record.site(target)
    for position, part in enumerate(parts):
        inner = part
        if inner.kind_id in (k.LIST_SPLAT_PATTERN, k.LIST_SPLAT):
            starred = position
            inner = inner.children[-1]
        name = reader.name(inner) if inner.kind_id == k.IDENTIFIER else ""
        slot = reader.target(name) if name else reader.record.temporary()
        slots.append(slot)
        if not name:
            later.append((inner, slot))
    reader.emit(Unpack(tuple(slots), value, starred, site))
    for inner, slot in later:
        store(reader, inner, slot, True)


def annotated_assignment(reader: Reader, left: Node, type_node: Node, right: Node | None) -> int:
    """``target: type = value``; without a value a declaration."""
    declared = annotation(reader, type_node)
    record = reader.record
    mark = len(record.lines)
    value = EXPRESSIONS[right.kind_id](reader, right) if right is not None else NONE
    while _is_bracketed_single(reader, left):
        left = meaningful(left)[0]
    kind = left.kind_id
    if kind == k.IDENTIFIER:
        name = reader.name(left)
        if not name:
            return value
        frame = reader.frame
        if right is not None and frame is reader.module:
            read_exports(reader, [left], right)
        frame.annotations[name] = declared
        if value != NONE:
            reader.bind(name, value, reader.is_fresh(value, mark))
        elif frame.scope.kind in (ScopeKind.MODULE, ScopeKind.CLASS) and name not in frame.flow.versions:
            reader.target(name)
        return value
    if value == NONE or not reader.is_fresh(value, mark):
        slot = record.named(".".join(path_of(reader, left).split(".")[-1:]))
        if value != NONE:
            reader.emit(Move(slot, value))
        value = slot
    reader.emit(Hint(value, declared))
    if right is not None or kind == k.ATTRIBUTE:
        store(reader, left, value)
    else:
        evaluate(reader, left)
    return value


@statement(k.AUGMENTED_ASSIGNMENT)
@expression(k.AUGMENTED_ASSIGNMENT)
def augmented_assignment(reader: Reader, node: Node) -> int:
    """``target += value``: reads the target, operates, assigns."""
    left = node.child_by_field_name("left")
    operator = node.child_by_field_name("operator")
    right = node.child_by_field_name("right")
    record = reader.record
    if left is None or right is None or operator is None:
        return record.temporary()
    if reader.frame is reader.module:
        read_exports(reader, [left], right, augmented=True)
    while _is_bracketed_single(reader, left):
        left = meaningful(left)[0]
    kind = left.kind_id
    receiver = index = NONE
    key: int | str | None = None
    if kind == k.ATTRIBUTE:
        children = left.children
        receiver = evaluate(reader, children[0])
        site = record.site(left)
        before = record.temporary()
        reader.emit(Member(before, receiver, reader.name(children[-1]), site))
    elif kind == k.SUBSCRIPT:
        children = left.children
        receiver = evaluate(reader, children[0])
        key, index, _, is_slice = read_subscript(reader, children)
        if is_slice:
            index = reader.literal("slice")
        site = record.site(left)
        before = record.temporary()
        reader.emit(Element(before, receiver, key, index, site))
    else:
        site = NONE
        before = evaluate(reader, left)
    value = evaluate(reader, right)
    operation_site = record.site(node)
    result = record.temporary()
    reader.emit(Operator(result, reader.source(operator), (before, value), operation_site))
    if kind == k.ATTRIBUTE:
        reader.emit(SetMember(receiver, reader.name(left.children[-1]), result, site))
        path = path_of(reader, left)
        if path:
            reader.frame.flow.forget(path)
    elif kind == k.SUBSCRIPT:
        reader.emit(SetElement(receiver, key, index, result, site))
    elif kind == k.IDENTIFIER:
        name = reader.name(left)
        if name:
            reader.bind(name, result, True)
    return result


@statement(k.kind_of("delete_statement"))
def delete(reader: Reader, node: Node) -> None:
    """``del a, b.c, d[e]``"""
    targets = meaningful(node)
    while targets:
        target = targets.pop(0)
        kind = target.kind_id
        if kind == k.IDENTIFIER:
            reader.unbind(reader.name(target))
        elif kind == k.ATTRIBUTE:
            store_member(reader, target, NONE)
        elif kind == k.SUBSCRIPT:
            store_element(reader, target, NONE)
        elif kind in _GROUPS or kind == k.PARENTHESIZED_EXPRESSION:
            targets = meaningful(target) + targets
        else:
            evaluate(reader, target)
