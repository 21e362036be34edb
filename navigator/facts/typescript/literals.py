"""Object and array literals, and constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.typescript.dispatch import expression
from navigator.facts.typescript.functions import read_function
from navigator.facts.typescript.grammars import meaningful
from navigator.facts.typescript.naming import evaluate_named, named
from navigator.facts.typescript.reader import Reader
from navigator.facts.typescript.strings import property_name
from navigator.facts.vocabulary import NONE, Collection, Define, Iterate, SetElement, SetMember

if TYPE_CHECKING:
    from tree_sitter import Node

LARGE = 4096
"""Elements of an array literal that are told apart; those of larger ones are tables of data."""


@expression("number")
def number(reader: Reader, node: Node) -> int:
    text = reader.source(node)
    return reader.literal(f"number:{text}" if text.isdecimal() and len(text) < 4 else "number")


@expression("regex")
def regex(reader: Reader, node: Node) -> int:
    return reader.literal("regexp")


@expression("true", "false")
def boolean(reader: Reader, node: Node) -> int:
    return reader.literal("bool")


@expression("null")
def null(reader: Reader, node: Node) -> int:
    return reader.literal("null")


@expression("undefined")
def undefined(reader: Reader, node: Node) -> int:
    if reader.binding("undefined") is not None:
        return reader.read("undefined", node)
    return reader.literal("undefined")


@expression("array")
def array(reader: Reader, node: Node) -> int:
    elements: list[tuple[int | str | None, int]] = []
    told_apart = True
    position = 0
    hole = True
    for child in node.children:
        kind = child.type
        if kind == ",":
            position += hole
            hole = True
        elif kind == "spread_element":
            hole = False
            source = reader.evaluate(meaningful(child)[0])
            item = reader.record.temporary()
            reader.emit(Iterate(item, source, reader.record.site(child), False))
            elements.append((None, item))
            told_apart = False
        elif child.is_named and kind != "comment":
            hole = False
            slot = reader.evaluate(child)
            elements.append((position if told_apart and position < LARGE else None, slot))
            position += 1
    target = reader.record.temporary()
    reader.emit(Collection(target, "array", tuple(elements)))
    return target


@expression("object", "object_pattern")
def object_value(reader: Reader, node: Node) -> int:
    return object_literal(reader, node, "", "")


@named("object")
def object_literal(reader: Reader, node: Node, name: str, holder: str) -> int:
    """An object literal; functions in it belong to the name that it is assigned to."""
    inside = f"{holder}.{name}" if holder and name else name
    record = reader.record
    target = record.temporary()
    elements: list[tuple[int | str | None, int]] = []
    spreads: list[int] = []
    later: list[Define | SetElement | SetMember] = []
    for part in meaningful(node):
        kind = part.type
        if kind == "pair":
            key_node, value_node = part.child_by_field_name("key"), part.child_by_field_name("value")
            if key_node is None or value_node is None:
                continue
            key = property_name(reader, key_node)
            if key is None:
                inner = meaningful(key_node)
                index = reader.evaluate(inner[0]) if inner else NONE
                value = evaluate_named(reader, value_node, "")
                later.append(SetElement(target, None, index, value, record.site(key_node)))
            elif key == "__proto__" and key_node.type != "computed_property_name":
                later.append(SetMember(target, key, reader.evaluate(value_node), record.site(key_node)))
            else:
                elements.append((key, evaluate_named(reader, value_node, key, inside)))
        elif kind == "method_definition":
            _method(reader, part, target, inside, elements, later)
        elif kind == "spread_element":
            spreads.append(reader.evaluate(meaningful(part)[0]))
        elif kind in ("shorthand_property_identifier", "shorthand_property_identifier_pattern"):
            text = reader.source(part)
            elements.append((text, reader.read(text, part)))
        else:
            reader.evaluate(part)
    reader.emit(Collection(target, "object", tuple(elements), tuple(spreads)))
    for instruction in later:
        reader.emit(instruction)
    return target


def _method(
    reader: Reader,
    node: Node,
    target: int,
    holder: str,
    elements: list[tuple[int | str | None, int]],
    later: list[Define | SetElement | SetMember],
) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is None:
        return
    words = {child.type for child in node.children if not child.is_named}
    role = "get" if "get" in words else "set" if "set" in words else ""
    name = property_name(reader, name_node)
    site = reader.record.site(name_node)
    if name is None:
        inner = meaningful(name_node)
        index = reader.evaluate(inner[0]) if inner else NONE
        value = read_function(reader, node, f"[{reader.source(name_node).strip('[]')}]"[:60], holder)
        if role:
            later.append(Define(target, "", index, value, role, site))
        else:
            later.append(SetElement(target, None, index, value, site))
        return
    shown = f"[Symbol.{name[2:]}]" if name.startswith("@@") else name
    value = read_function(reader, node, shown, holder)
    if role:
        later.append(Define(target, name, NONE, value, role, site))
    else:
        elements.append((name, value))
