"""Chains of calls, members and elements, read from their innermost link outwards.

A chain of any length is one loop: fluent interfaces nest as deep as they are long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.building.record import shortened
from navigator.facts.typescript.dispatch import expression
from navigator.facts.typescript.grammars import meaningful
from navigator.facts.typescript.reader import Reader
from navigator.facts.typescript.scopes import ScopeKind
from navigator.facts.typescript.strings import constant_key, template_parts
from navigator.facts.vocabulary import NONE, Call, CallElement, CallMember, Collection, Element, Member, New, Super

if TYPE_CHECKING:
    from tree_sitter import Node


@expression("call_expression", "member_expression", "subscript_expression")
def chain(reader: Reader, node: Node) -> int:
    grammar = reader.grammar
    links: list[tuple[int, Node]] = []
    while True:
        kind = node.kind_id
        inner: Node | None
        if kind == grammar.call:
            inner = node.child_by_field_name("function")
        elif kind == grammar.member or kind == grammar.subscript:
            inner = node.child_by_field_name("object")
        elif kind == grammar.non_null or (links and node.type == "parenthesized_expression"):
            inner = meaningful(node)[0] if node.named_child_count else None
            if inner is None:
                break
            node = inner
            continue
        else:
            break
        if inner is None:
            break
        links.append((kind, node))
        node = inner
    slot = super_value(reader, node) if node.type == "super" else reader.evaluate(node)
    record = reader.record
    index = len(links) - 1
    while index >= 0:
        kind, link = links[index]
        index -= 1
        if kind == grammar.call:
            slot = _call(reader, slot, link)
            continue
        followed = links[index][1] if index >= 0 and links[index][0] == grammar.call else None
        if kind == grammar.member:
            name_node = link.child_by_field_name("property")
            name = reader.source(name_node) if name_node is not None else ""
            if followed is not None:
                slot = _call_member(reader, slot, name, link, followed)
                index -= 1
            else:
                target = record.temporary()
                reader.emit(Member(target, slot, name, record.site(link)))
                slot = target
            continue
        index_node = link.child_by_field_name("index")
        key = constant_key(reader, index_node) if index_node is not None else None
        if isinstance(key, str):
            if followed is not None:
                slot = _call_member(reader, slot, key, link, followed)
                index -= 1
            else:
                target = record.temporary()
                reader.emit(Member(target, slot, key, record.site(link)))
                slot = target
            continue
        key_slot = reader.evaluate(index_node) if key is None and index_node is not None else NONE
        if followed is not None:
            arguments = read_arguments(reader, followed)
            site = record.site(followed, callee_text(reader, link))
            target = record.temporary()
            reader.emit(CallElement(target, slot, key, key_slot, arguments, site))
            index -= 1
        else:
            target = record.temporary()
            reader.emit(Element(target, slot, key, key_slot, record.site(link)))
        slot = target
    return slot


def callee_text(reader: Reader, node: Node) -> str:
    """The source of what is called, for people."""
    return shortened(reader.text[node.start_byte : node.end_byte][:400])


def _call(reader: Reader, function: int, node: Node) -> int:
    arguments = read_arguments(reader, node)
    called = node.child_by_field_name("function")
    record = reader.record
    site = record.site(node, callee_text(reader, called) if called is not None else "")
    target = record.temporary()
    reader.emit(Call(target, function, arguments, (), site))
    return target


def _call_member(reader: Reader, receiver: int, name: str, link: Node, node: Node) -> int:
    arguments = read_arguments(reader, node)
    record = reader.record
    site = record.site(node, callee_text(reader, link))
    target = record.temporary()
    reader.emit(CallMember(target, receiver, name, arguments, (), site))
    return target


def read_arguments(reader: Reader, call: Node) -> tuple[int, ...]:
    """Evaluates the arguments of a call, or what a tagged template hands to its tag."""
    node = call.child_by_field_name("arguments")
    if node is None:
        return ()
    if node.type == "template_string":
        pieces = reader.record.temporary()
        slots = [part for part in template_parts(reader, node) if isinstance(part, int)]
        reader.emit(Collection(pieces, "array", ((None, reader.literal("str")),)))
        return (pieces, *slots)
    arguments: list[int] = []
    for child in node.named_children:
        kind = child.type
        if kind == "spread_element":
            arguments.append(~reader.evaluate(meaningful(child)[0]))
        elif kind != "comment":
            arguments.append(reader.evaluate(child))
    return tuple(arguments)


def super_value(reader: Reader, node: Node) -> int:
    """``super``, whose members are those of the base class with this object as their receiver."""
    frame = reader.frame
    while frame.scope.kind is ScopeKind.ARROW and frame.parent is not None:
        frame = frame.parent
    target = reader.record.temporary()
    if frame.super_class >= 0:
        reader.emit(Super(target, reader.receiver(), frame.super_class, NONE, frame.static))
    else:
        # In a method of an object literal: what is behind the object.
        reader.emit(Member(target, reader.receiver(), "__proto__", NONE))
    return target


@expression("super")
def super_alone(reader: Reader, node: Node) -> int:
    return super_value(reader, node)


@expression("new_expression")
def new(reader: Reader, node: Node) -> int:
    constructor = node.child_by_field_name("constructor")
    if constructor is None:
        return reader.record.temporary()
    function = reader.evaluate(constructor)
    arguments = read_arguments(reader, node)
    record = reader.record
    site = record.site(node, callee_text(reader, constructor))
    target = record.temporary()
    reader.emit(New(target, function, arguments, site))
    return target


@expression("import")
def dynamic_import(reader: Reader, node: Node) -> int:
    """``import`` where it is called."""
    return reader.global_slot("import", node)


@expression("meta_property")
def meta_property(reader: Reader, node: Node) -> int:
    """``import.meta`` and ``new.target`` are objects that nobody here knows."""
    return reader.record.temporary()
