"""Names, operators and assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.typescript.conditions import condition, operands
from navigator.facts.typescript.dispatch import expression
from navigator.facts.typescript.grammars import meaningful
from navigator.facts.typescript.naming import evaluate_named, member_name
from navigator.facts.typescript.patterns import store
from navigator.facts.typescript.reader import Reader
from navigator.facts.typescript.strings import constant_key
from navigator.facts.typescript.types import annotation
from navigator.facts.vocabulary import (
    NONE,
    Await,
    Element,
    Format,
    Hint,
    Member,
    Move,
    SetElement,
    SetMember,
    Yield,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_MEMBERS = ("member_expression", "subscript_expression")


@expression("identifier", "shorthand_property_identifier")
def identifier(reader: Reader, node: Node) -> int:
    return reader.read(reader.text[node.start_byte : node.end_byte], node)


@expression("this")
def this(reader: Reader, node: Node) -> int:
    return reader.receiver()


@expression("parenthesized_expression", "sequence_expression")
def sequence(reader: Reader, node: Node) -> int:
    """The value of the last part."""
    slot = NONE
    for part in meaningful(node):
        if part.type != "type_annotation":
            slot = reader.evaluate(part)
    return slot if slot >= 0 else reader.record.temporary()


@expression("as_expression", "satisfies_expression")
def as_expression(reader: Reader, node: Node) -> int:
    parts = meaningful(node)
    value = reader.evaluate(parts[0])
    if len(parts) < 2 or node.type == "satisfies_expression":
        return value
    return _declared(reader, value, parts[-1])


@expression("type_assertion")
def type_assertion(reader: Reader, node: Node) -> int:
    parts = meaningful(node)
    value = reader.evaluate(parts[-1])
    types = meaningful(parts[0]) if len(parts) > 1 else []
    return _declared(reader, value, types[0]) if types else value


def _declared(reader: Reader, value: int, type_node: Node) -> int:
    """The value, for which a type stands in where nothing is known about it."""
    declared = annotation(reader, type_node)
    if declared is None or declared.name in ("any", "const", "string"):
        return value
    slot = reader.record.temporary()
    reader.emit(Move(slot, value))
    reader.emit(Hint(slot, declared))
    return slot


@expression("non_null_expression", "instantiation_expression")
def non_null(reader: Reader, node: Node) -> int:
    return reader.evaluate(meaningful(node)[0])


# -- operators -------------------------------------------------------------------------------------------------------


@expression("binary_expression")
def binary(reader: Reader, node: Node) -> int:
    operator_node = node.child_by_field_name("operator")
    operator = reader.source(operator_node) if operator_node is not None else ""
    if operator in ("&&", "||", "??"):
        return _logical(reader, node, operator)
    if operator == "+":
        return _sum(reader, node)
    if operator in ("===", "==", "!==", "!=", "instanceof"):
        condition(reader, node)
        return reader.literal("bool")
    for part in operands(reader, node, ("-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>", ">>>", operator)):
        if part.type == "private_property_identifier":
            continue
        reader.evaluate(part)
    return reader.literal("bool" if operator in ("<", ">", "<=", ">=", "in") else "number")


def _logical(reader: Reader, node: Node, operator: str) -> int:
    """``a && b`` is ``b`` where it is of any use; ``a || b`` and ``a ?? b`` are either."""
    flow = reader.frame.flow
    record = reader.record
    target = record.temporary()
    parts = operands(reader, node, (operator,))
    ends = []
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if last:
            reader.emit(Move(target, reader.evaluate(part)))
        elif operator == "&&":
            true, _ = condition(reader, part)
            ends.append(flow.fork())
            flow.suppose(true, {})
        else:
            value = reader.evaluate(part)
            reader.emit(Move(target, value))
            ends.append(flow.fork())
    flow.meet([flow.fork(), *ends])
    return target


def _sum(reader: Reader, node: Node) -> int:
    """A chain of ``+`` is a string put together, unless a number shows that it is none."""
    slots: list[str | int] = []
    text = number = False
    for part in operands(reader, node, ("+",)):
        constant = constant_key(reader, part)
        if isinstance(constant, str):
            slots.append(constant)
            text = True
        else:
            number = number or part.type == "number"
            slots.append(reader.evaluate(part))
    if number and not text:
        return reader.literal("number")
    target = reader.record.temporary()
    reader.emit(Format(target, tuple(slot for slot in slots if slot != "")))
    return target


@expression("unary_expression")
def unary(reader: Reader, node: Node) -> int:
    operator_node, argument = node.child_by_field_name("operator"), node.child_by_field_name("argument")
    if argument is None or operator_node is None:
        return reader.record.temporary()
    operator = reader.source(operator_node)
    if operator == " ":
        # Shown to the parser as a mark, see ``shown.awaited``.
        return reader.evaluate(argument)
    if operator == "!":
        condition(reader, argument)
        return reader.literal("bool")
    if operator == "delete" and argument.type in _MEMBERS:
        owner = argument.child_by_field_name("object")
        if owner is not None:
            reader.evaluate(owner)
        index = argument.child_by_field_name("index")
        if index is not None:
            reader.evaluate(index)
        return reader.literal("bool")
    reader.evaluate(argument)
    if operator == "void":
        return reader.literal("undefined")
    return reader.literal("str" if operator == "typeof" else "number")


@expression("update_expression")
def update(reader: Reader, node: Node) -> int:
    argument = node.child_by_field_name("argument")
    if argument is not None:
        if argument.type == "identifier":
            mark = len(reader.record.lines)
            reader.assign_name(reader.source(argument), reader.literal("number"), mark + 1)
        else:
            reader.evaluate(argument)
    return reader.literal("number")


@expression("await_expression")
def await_expression(reader: Reader, node: Node) -> int:
    parts = meaningful(node)
    if not parts:
        return reader.record.temporary()
    source = reader.evaluate(parts[0])
    site = reader.record.site(node)
    target = reader.record.temporary()
    reader.emit(Await(target, source, site))
    return target


@expression("yield_expression")
def yield_expression(reader: Reader, node: Node) -> int:
    parts = meaningful(node)
    source = reader.evaluate(parts[0]) if parts else NONE
    site = reader.record.site(node)
    target = reader.record.temporary()
    delegate = any(child.type == "*" for child in node.children)
    reader.emit(Yield(target, source, site, delegate))
    return target


# -- assignments -----------------------------------------------------------------------------------------------------


@expression("assignment_expression")
def assignment(reader: Reader, node: Node) -> int:
    """``left = right``; in ``a = b = c`` the value is read once and stored from right to left."""
    lefts: list[Node] = []
    current: Node | None = node
    while current is not None and current.type == "assignment_expression":
        left = current.child_by_field_name("left")
        if left is not None:
            lefts.append(left)
        current = current.child_by_field_name("right")
    record = reader.record
    mark = len(record.lines)
    if current is None:
        return record.temporary()
    name = holder = ""
    if lefts and lefts[-1].type == "identifier":
        name = reader.source(lefts[-1])
    elif lefts:
        name, holder = member_name(reader, lefts[-1])
        if not name and current.type == "object":
            name, holder = _owner_name(reader, lefts[-1]), ""
    value = evaluate_named(reader, current, name, holder)
    for left in reversed(lefts):
        store(reader, left, value, mark)
        mark = len(record.lines)
    return value


def _owner_name(reader: Reader, left: Node) -> str:
    """What an object literal assigned to ``left`` is called: ``X`` for ``X.prototype`` or ``this.X``."""
    text = "".join(reader.source(left).split())
    if text.endswith(".prototype"):
        return text[: -len(".prototype")] if text.count(".") == 1 else ""
    return ""


@expression("augmented_assignment_expression")
def augmented_assignment(reader: Reader, node: Node) -> int:
    """``left += right``, and ``left ||= right`` which assigns only sometimes."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator_node = node.child_by_field_name("operator")
    record = reader.record
    if left is None or right is None or operator_node is None:
        return record.temporary()
    operator = reader.source(operator_node)
    receiver = index = NONE
    key: int | str | None = None
    name = ""
    while left.type in ("parenthesized_expression", "non_null_expression"):
        left = meaningful(left)[0]
    if left.type == "member_expression":
        owner, property_node = left.child_by_field_name("object"), left.child_by_field_name("property")
        if owner is None or property_node is None:
            return record.temporary()
        receiver = reader.evaluate(owner)
        key = reader.source(property_node)
    elif left.type == "subscript_expression":
        owner, index_node = left.child_by_field_name("object"), left.child_by_field_name("index")
        if owner is None or index_node is None:
            return record.temporary()
        receiver = reader.evaluate(owner)
        key = constant_key(reader, index_node)
        index = reader.evaluate(index_node) if key is None else NONE
    elif left.type == "identifier":
        name = reader.source(left)
    site = record.site(left)
    before = record.temporary()
    if name:
        before = reader.read(name, left)
    elif receiver < 0:
        before = reader.evaluate(left)
    elif isinstance(key, str):
        reader.emit(Member(before, receiver, key, site))
    else:
        reader.emit(Element(before, receiver, key, index, site))
    flow = reader.frame.flow
    logical = operator in ("||=", "&&=", "??=")
    skipped = flow.fork()
    value = evaluate_named(reader, right, name)
    mark = len(record.lines)
    if logical:
        result = record.temporary()
        reader.emit(Move(result, before))
        reader.emit(Move(result, value))
    elif operator == "+=":
        result = record.temporary()
        reader.emit(Format(result, (before, value)))
    else:
        result = reader.literal("number")
    if name:
        reader.assign_name(name, result, mark)
    elif receiver >= 0 and isinstance(key, str):
        reader.emit(SetMember(receiver, key, result, site))
    elif receiver >= 0:
        reader.emit(SetElement(receiver, key, index, result, site))
    if logical:
        flow.meet([flow.fork(), skipped])
    return result
