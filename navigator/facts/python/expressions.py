"""Names, constants, operators and displays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.dispatch import EXPRESSIONS, evaluate, expression, meaningful
from navigator.facts.python.formatting import percent
from navigator.facts.python.reader import Reader
from navigator.facts.python.strings import constant_string, merged
from navigator.facts.vocabulary import Await, Collection, Format, Operator, Yield

if TYPE_CHECKING:
    from tree_sitter import Node

Key = int | str | None
KEY_LIMIT = 200
"""Longer string keys are treated like computed ones."""


@expression(k.IDENTIFIER)
def identifier(reader: Reader, node: Node) -> int:
    frame = reader.frame
    name = reader.text[node.start_byte : node.end_byte]
    version = frame.flow.versions.get(name)
    if version is None:
        version = frame.outer.get(name)
    if version.__class__ is int:
        return version
    name = reader.name(node)
    return reader.read(name, node) if name else reader.record.temporary()


@expression(k.INTEGER)
def integer(reader: Reader, node: Node) -> int:
    return reader.literal("complex" if reader.text[node.end_byte - 1] in "jJ" else "int")


@expression(k.FLOAT)
def floating(reader: Reader, node: Node) -> int:
    return reader.literal("complex" if reader.text[node.end_byte - 1] in "jJ" else "float")


@expression(k.TRUE, k.FALSE)
def boolean(reader: Reader, node: Node) -> int:
    return reader.literal("bool")


@expression(k.NONE_LITERAL)
def none(reader: Reader, node: Node) -> int:
    return reader.literal("None")


@expression(k.ELLIPSIS)
def ellipsis(reader: Reader, node: Node) -> int:
    return reader.literal("ellipsis")


@expression(k.PARENTHESIZED_EXPRESSION, k.LIST_SPLAT, k.DICTIONARY_SPLAT, k.TYPE, k.AS_PATTERN_TARGET)
def inner(reader: Reader, node: Node) -> int:
    """Brackets and stars around one expression; a star's meaning is for the node around it."""
    slot = -1
    for child in meaningful(node):
        slot = evaluate(reader, child)
    return slot if slot >= 0 else reader.record.temporary()


@expression(k.BINARY_OPERATOR)
def binary(reader: Reader, node: Node) -> int:
    """A left-leaning chain is read from its innermost operation outwards."""
    chain = []
    while node.kind_id == k.BINARY_OPERATOR:
        chain.append(node)
        node = node.children[0]
    start = node.children[-1] if node.kind_id == k.LIST_SPLAT else None
    record = reader.record
    left = -1
    if node.kind_id in _STRINGS and _symbol(reader, chain[-1]) == "%":
        left = percent(reader, node, chain[-1].children[-1])
        if left >= 0:
            chain.pop()
    joined: list[str | int] = []
    if left < 0:
        constant = constant_string(reader, node) if node.kind_id in _STRINGS else None
        left = evaluate(reader, node)
        joined = [left if constant is None else constant]
    else:
        joined = [left]
    for operation in reversed(chain):
        right_node = operation.children[-1]
        constant = constant_string(reader, right_node) if right_node.kind_id in _STRINGS else None
        right = EXPRESSIONS[right_node.kind_id](reader, right_node)
        site = record.site(operation) if start is None else record.site_between(start, operation)
        target = record.temporary()
        symbol = _symbol(reader, operation)
        reader.frame.emit(Operator(target, symbol, (left, right), site))
        left = target
        joined = [*joined, right if constant is None else constant] if symbol == "+" else [left]
    _join(reader, left, joined)
    return left


def _join(reader: Reader, target: int, parts: list[str | int]) -> None:
    """What a chain of ``+`` with a string constant in it puts together."""
    if len(parts) > 1 and any(isinstance(part, str) for part in parts):
        reader.emit(Format(target, merged(parts)))


_STRINGS = (k.STRING, k.CONCATENATED_STRING, k.PARENTHESIZED_EXPRESSION)


def _symbol(reader: Reader, operation: Node) -> str:
    children = operation.children
    symbol = children[1] if len(children) == 3 else operation.child_by_field_name("operator")
    return reader.source(symbol) if symbol is not None else "?"


@expression(k.UNARY_OPERATOR)
def unary(reader: Reader, node: Node) -> int:
    operand_node = node.children[-1]
    if operand_node.kind_id in (k.INTEGER, k.FLOAT):
        return evaluate(reader, operand_node)
    operand = evaluate(reader, operand_node)
    symbol = reader.text[node.start_byte]
    site = reader.record.site(node)
    target = reader.record.temporary()
    reader.emit(Operator(target, symbol if symbol == "~" else "u" + symbol, (operand,), site))
    return target


@expression(k.COMPARISON_OPERATOR)
def comparison(reader: Reader, node: Node) -> int:
    """Each pair of neighbours is one operation; identity tests call nothing."""
    record = reader.record
    target = -1
    symbol = ""
    left_node: Node | None = None
    left = -1
    for child in node.children:
        kind = child.kind_id
        if kind in k.EXTRAS:
            continue
        if kind in k.PUNCTUATION:
            symbol = f"{symbol} {child.type}" if symbol else child.type
            continue
        right = EXPRESSIONS[kind](reader, child)
        if left_node is not None and symbol not in ("is", "is not"):
            site = record.site_between(left_node, child)
            if target < 0:
                target = record.temporary()
            reader.frame.emit(Operator(target, symbol, (left, right), site))
        left, left_node, symbol = right, child, ""
    return target if target >= 0 else reader.literal("bool")


@expression(k.AS_PATTERN)
def misplaced_as(reader: Reader, node: Node) -> int:
    """``x as y`` outside of ``with``, ``except`` and ``case``: a mistake in the source."""
    return evaluate(reader, node.children[0])


@expression(k.NAMED_EXPRESSION)
def named(reader: Reader, node: Node) -> int:
    """``name := value`` binds in the nearest scope that is no comprehension."""
    name = node.child_by_field_name("name")
    mark = len(reader.record.lines)
    value = evaluate(reader, node.children[-1])
    if name is None:
        return value
    frame = reader.frame
    while frame.scope.kind is frame.scope.kind.COMPREHENSION and frame.parent is not None:
        frame = frame.parent
    text = reader.name(name)
    reader.bind(text, value, reader.is_fresh(value, mark), frame)
    return reader.read(text, name)


@expression(k.AWAIT)
def awaited(reader: Reader, node: Node) -> int:
    source = evaluate(reader, node.children[-1])
    site = reader.record.site(node)
    target = reader.record.temporary()
    reader.emit(Await(target, source, site))
    return target


@expression(k.YIELD)
def yielded(reader: Reader, node: Node) -> int:
    children = node.children
    delegate = any(child.kind_id == k.FROM_KEYWORD for child in children)
    values = meaningful(node)
    source = evaluate(reader, values[-1]) if values else reader.literal("None")
    site = reader.record.site(node)
    target = reader.record.temporary()
    reader.emit(Yield(target, source, site, delegate))
    return target


@expression(k.LIST, k.TUPLE, k.SET, k.EXPRESSION_LIST, k.PATTERN_LIST, k.LIST_PATTERN, k.TUPLE_PATTERN)
def display(reader: Reader, node: Node) -> int:
    """``[a, *b]``, ``(a, b)``, ``{a, b}``. Positions are known up to the first star."""
    kind = node.kind_id
    type_name = "list" if kind in (k.LIST, k.LIST_PATTERN) else "set" if kind == k.SET else "tuple"
    line = node.start_point[0] + 1
    elements, spreads = items(reader, meaningful(node), ordered=type_name != "set")
    reader.record.line = line
    target = reader.record.temporary()
    reader.emit(Collection(target, type_name, elements, spreads))
    return target


def items(reader: Reader, nodes: list[Node], ordered: bool) -> tuple[tuple[tuple[Key, int], ...], tuple[int, ...]]:
    """The elements by position, and the slots whose elements are spread among them."""
    elements: list[tuple[Key, int]] = []
    spreads: list[int] = []
    text = reader.text
    for position, node in enumerate(nodes):
        slot = EXPRESSIONS[node.kind_id](reader, node)
        if text[node.start_byte : node.start_byte + 1] == "*":
            spreads.append(slot)
        else:
            elements.append((position if ordered and not spreads else None, slot))
    return tuple(elements), tuple(spreads)


@expression(k.DICTIONARY)
def dictionary(reader: Reader, node: Node) -> int:
    """``{key: value, **other}``"""
    elements: list[tuple[Key, int]] = []
    spreads: list[int] = []
    keys: list[int] = []
    line = node.start_point[0] + 1
    for child in meaningful(node):
        if child.kind_id != k.PAIR:
            spreads.append(evaluate(reader, child))
            continue
        key_node, value_node = pair(child)
        key = constant_key(reader, key_node)
        if key is None:
            keys.append(evaluate(reader, key_node))
        elements.append((key, evaluate(reader, value_node)))
    reader.record.line = line
    target = reader.record.temporary()
    reader.emit(Collection(target, "dict", tuple(elements), tuple(spreads), tuple(keys)))
    return target


def pair(node: Node) -> tuple[Node, Node]:
    """A dictionary item's key and value."""
    children = node.children
    return children[0], children[-1]


def constant_key(reader: Reader, node: Node) -> Key:
    """The integer or string that an expression is, or ``None``."""
    kind = node.kind_id
    if kind == k.STRING or kind == k.CONCATENATED_STRING:
        value = constant_string(reader, node)
        return value if value is not None and len(value) <= KEY_LIMIT else None
    if kind == k.INTEGER:
        return constant_integer(reader.source(node))
    if kind == k.UNARY_OPERATOR and reader.text[node.start_byte] == "-":
        value_node = node.children[-1]
        if value_node.kind_id == k.INTEGER:
            value_integer = constant_integer(reader.source(value_node))
            return None if value_integer is None else -value_integer
    if kind == k.PARENTHESIZED_EXPRESSION:
        parts = meaningful(node)
        return constant_key(reader, parts[0]) if len(parts) == 1 else None
    return None


def constant_integer(text: str) -> int | None:
    """An integer literal's value where it fits in 63 bits."""
    if len(text) > 24:
        return None
    try:
        value = int(text, 0)
    except ValueError:
        return None
    return value if value < 1 << 63 else None
