"""Assignment of a value to a pattern: names, members, elements, and destructuring with defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.typescript.grammars import meaningful
from navigator.facts.typescript.naming import evaluate_named
from navigator.facts.typescript.reader import Reader
from navigator.facts.typescript.strings import constant_key, property_name
from navigator.facts.vocabulary import NONE, Collection, Element, Member, Move, SetElement, SetMember, Unpack

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMES = ("identifier", "shorthand_property_identifier_pattern", "shorthand_property_identifier", "undefined")
_TRANSPARENT = (
    "parenthesized_expression",
    "non_null_expression",
    "as_expression",
    "satisfies_expression",
)


def store(reader: Reader, pattern: Node, value: int, mark: int) -> None:
    """Assigns ``value``; slots made since ``mark`` may become versions of variables."""
    kind = pattern.type
    if kind in _NAMES:
        reader.assign_name(reader.source(pattern), value, mark)
    elif kind == "member_expression":
        _store_member(reader, pattern, value)
    elif kind == "subscript_expression":
        _store_element(reader, pattern, value)
    elif kind in ("object_pattern", "object"):
        _store_object(reader, pattern, value)
    elif kind in ("array_pattern", "array"):
        _store_array(reader, pattern, value)
    elif kind in ("assignment_pattern", "object_assignment_pattern", "assignment_expression"):
        left = pattern.child_by_field_name("left")
        if left is not None:
            store(reader, left, _or_default(reader, pattern, value, left), len(reader.record.lines) - 1)
    elif kind in _TRANSPARENT:
        store(reader, meaningful(pattern)[0], value, mark)
    elif kind == "type_assertion":
        store(reader, meaningful(pattern)[-1], value, mark)
    else:
        reader.evaluate(pattern)


def _or_default(reader: Reader, pattern: Node, value: int, left: Node) -> int:
    """A slot that holds the value or the default of a pattern ``left = right``."""
    right = pattern.child_by_field_name("right")
    flow = reader.frame.flow
    before = flow.fork()
    name = reader.source(left) if left.type in _NAMES else ""
    default = evaluate_named(reader, right, name) if right is not None else NONE
    flow.meet([flow.fork(), before])
    joined = reader.record.temporary()
    reader.emit(Move(joined, value))
    if default >= 0:
        reader.emit(Move(joined, default))
    return joined


def _store_member(reader: Reader, pattern: Node, value: int) -> None:
    owner, name = pattern.child_by_field_name("object"), pattern.child_by_field_name("property")
    if owner is None or name is None:
        return
    receiver = reader.evaluate(owner)
    reader.emit(SetMember(receiver, reader.source(name), value, reader.record.site(pattern)))


def _store_element(reader: Reader, pattern: Node, value: int) -> None:
    owner, index = pattern.child_by_field_name("object"), pattern.child_by_field_name("index")
    if owner is None or index is None:
        return
    receiver = reader.evaluate(owner)
    key = constant_key(reader, index)
    slot = reader.evaluate(index) if key is None else NONE
    site = reader.record.site(pattern)
    if isinstance(key, str):
        reader.emit(SetMember(receiver, key, value, site))
    else:
        reader.emit(SetElement(receiver, key, slot, value, site))


def _store_object(reader: Reader, pattern: Node, value: int) -> None:
    record = reader.record
    for part in meaningful(pattern):
        kind = part.type
        mark = len(record.lines)
        target: Node | None = part
        if kind in ("pair_pattern", "pair"):
            key, target = part.child_by_field_name("key"), part.child_by_field_name("value")
            if key is None or target is None:
                continue
            name = property_name(reader, key)
            slot = record.temporary()
            if name is not None:
                reader.emit(Member(slot, value, name, record.site(key)))
            else:
                index = reader.evaluate(meaningful(key)[0]) if meaningful(key) else NONE
                reader.emit(Element(slot, value, None, index, record.site(key)))
        elif kind in ("rest_pattern", "spread_element"):
            slot = record.temporary()
            reader.emit(Collection(slot, "object", (), (value,)))
            inner = meaningful(part)
            target = inner[0] if inner else None
        else:
            named = part.child_by_field_name("left") if part.child_count else part
            if named is None:
                continue
            slot = record.temporary()
            reader.emit(Member(slot, value, reader.source(named), record.site(named)))
        if target is not None:
            store(reader, target, slot, mark)


def _store_array(reader: Reader, pattern: Node, value: int) -> None:
    record = reader.record
    site = record.site(pattern)
    mark = len(record.lines)
    targets: list[int] = []
    later: list[tuple[Node, int]] = []
    starred = -1
    hole = True
    for child in pattern.children:
        kind = child.type
        if kind == ",":
            if hole:
                targets.append(record.temporary())
            hole = True
        elif kind not in ("[", "]", "comment"):
            hole = False
            slot = record.temporary()
            if kind in ("rest_pattern", "spread_element"):
                starred = len(targets)
                child = meaningful(child)[0]
            targets.append(slot)
            later.append((child, slot))
    reader.emit(Unpack(tuple(targets), value, starred, site))
    for inner, slot in later:
        store(reader, inner, slot, mark)
