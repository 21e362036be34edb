"""Type annotations as ``TypeRef``s."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.typescript.grammars import meaningful
from navigator.facts.typescript.reader import Reader
from navigator.facts.vocabulary import TypeRef

if TYPE_CHECKING:
    from tree_sitter import Node

UNKNOWN = TypeRef("?")
DEPTH = 12
"""Types nested deeper than this are not read."""


def annotation(reader: Reader, node: Node | None) -> TypeRef | None:
    """The type behind ``:``, or ``None`` where there is none or it says nothing."""
    if node is None:
        return None
    inner = meaningful(node) if node.type.endswith("annotation") else [node]
    found = type_of(reader, inner[-1]) if inner else UNKNOWN
    return None if found.name == "?" else found


def type_of(reader: Reader, node: Node, depth: int = 0) -> TypeRef:
    """A type; what holds nothing that could be called is ``?``."""
    kind = node.type
    if depth > DEPTH:
        return UNKNOWN
    parts = meaningful(node)
    if kind in ("type_identifier", "identifier", "nested_type_identifier", "nested_identifier"):
        return TypeRef("".join(reader.source(node).split()))
    if kind == "predefined_type":
        name = reader.source(node)
        return TypeRef(name) if name == "string" else UNKNOWN
    if kind == "generic_type" and parts:
        arguments = parts[1:] and meaningful(parts[-1])
        return TypeRef(
            "".join(reader.source(parts[0]).split()),
            tuple(type_of(reader, argument, depth + 1) for argument in arguments or ()),
        )
    if kind == "array_type" and parts:
        return TypeRef("Array", (type_of(reader, parts[0], depth + 1),))
    if kind in ("union_type", "intersection_type"):
        found: list[TypeRef] = []
        for part in parts:
            one = type_of(reader, part, depth + 1)
            if one.name == "|":
                found.extend(one.arguments)
            elif one.name != "?":
                found.append(one)
        return TypeRef("|", tuple(found)) if len(found) > 1 else found[0] if found else UNKNOWN
    if kind in ("parenthesized_type", "readonly_type", "optional_type", "rest_type", "type_predicate") and parts:
        return type_of(reader, parts[-1], depth + 1)
    if kind == "tuple_type":
        return TypeRef("Tuple", tuple(type_of(reader, part, depth + 1) for part in parts))
    if kind == "type_query" and parts:
        return TypeRef("typeof", (TypeRef("".join(reader.source(parts[0]).split())),))
    if kind in ("required_parameter", "optional_parameter"):
        inner = node.child_by_field_name("type")
        return (inner and annotation(reader, inner)) or UNKNOWN
    if kind == "this_type":
        return TypeRef("this")
    return UNKNOWN


def members_of(reader: Reader, body: Node | None) -> tuple[tuple[str, TypeRef], ...]:
    """The properties of an interface or object type whose types say something."""
    found: list[tuple[str, TypeRef]] = []
    for member in meaningful(body) if body is not None else ():
        if member.type == "property_signature":
            name, declared = member.child_by_field_name("name"), member.child_by_field_name("type")
            one = annotation(reader, declared)
            if name is not None and one is not None:
                found.append((reader.source(name).strip("'\""), one))
        elif member.type == "method_signature":
            name = member.child_by_field_name("name")
            if name is not None:
                found.append((reader.source(name).strip("'\""), TypeRef("Function")))
    return tuple(found)


def type_parameters(reader: Reader, node: Node | None) -> tuple[TypeRef, ...]:
    """The type parameters that a declaration opens with, each applied to its bound if it has one."""
    found: list[TypeRef] = []
    for parameter in meaningful(node) if node is not None else ():
        name = parameter.child_by_field_name("name")
        bound = parameter.child_by_field_name("constraint")
        if name is not None:
            inner = meaningful(bound) if bound is not None else []
            found.append(TypeRef(reader.source(name), tuple(type_of(reader, part) for part in inner[:1])))
    return tuple(found)
