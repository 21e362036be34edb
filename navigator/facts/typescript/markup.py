"""JSX: an element whose name is a component makes somebody call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.building.record import shortened
from navigator.facts.typescript.dispatch import expression
from navigator.facts.typescript.grammars import meaningful
from navigator.facts.typescript.reader import Reader
from navigator.facts.vocabulary import Collection, Render

if TYPE_CHECKING:
    from tree_sitter import Node


@expression("jsx_element", "jsx_self_closing_element")
def element(reader: Reader, node: Node) -> int:
    record = reader.record
    opening = node.child_by_field_name("open_tag") if node.type == "jsx_element" else node
    target = record.temporary()
    if opening is None:
        return target
    name = opening.child_by_field_name("name")
    elements: list[tuple[int | str | None, int]] = []
    spreads: list[int] = []
    for attribute in opening.children_by_field_name("attribute"):
        parts = meaningful(attribute)
        if attribute.type == "jsx_attribute":
            value = _attribute_value(reader, parts[1]) if len(parts) > 1 else reader.literal("bool")
            elements.append((reader.source(parts[0]), value))
        elif parts and parts[0].type == "spread_element":
            spreads.append(reader.evaluate(meaningful(parts[0])[0]))
        elif parts:
            reader.evaluate(parts[0])
    children: list[tuple[int | str | None, int]] = []
    for child in meaningful(node) if node.type == "jsx_element" else ():
        if child.type in ("jsx_expression", "jsx_element", "jsx_self_closing_element"):
            children.append((len(children), reader.evaluate(child)))
    if len(children) == 1:
        elements.append(("children", children[0][1]))
    elif children:
        inside = record.temporary()
        reader.emit(Collection(inside, "array", tuple(children)))
        elements.append(("children", inside))
    if name is not None and (name.type != "identifier" or not reader.source(name)[:1].islower()):
        if name.type != "jsx_namespace_name":
            properties = record.temporary()
            reader.emit(Collection(properties, "object", tuple(elements), tuple(spreads)))
            component = reader.evaluate(name)
            site = record.site(opening, shortened(reader.source(name)))
            reader.emit(Render(target, component, (properties,), site))
    return target


def _attribute_value(reader: Reader, node: Node) -> int:
    return reader.evaluate(node)


@expression("jsx_expression")
def embedded(reader: Reader, node: Node) -> int:
    parts = meaningful(node)
    if not parts:
        return reader.record.temporary()
    if parts[0].type == "spread_element":
        return reader.evaluate(meaningful(parts[0])[0])
    return reader.evaluate(parts[0])
