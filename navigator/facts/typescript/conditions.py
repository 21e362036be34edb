"""Tests, and what is known about variables where they have held or failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.building.flow import Held
from navigator.facts.building.versions import Test
from navigator.facts.typescript.dispatch import expression
from navigator.facts.typescript.grammars import meaningful
from navigator.facts.typescript.reader import Reader
from navigator.facts.typescript.strings import constant_string
from navigator.facts.vocabulary import NONE, Move

if TYPE_CHECKING:
    from tree_sitter import Node

Outcome = tuple[list[Held], list[Held]]
"""What holds where a test has held, and where it has failed."""
NOTHING: Outcome = ([], [])
CHAIN = 200
"""Operands of one chain of ``&&`` or ``||`` whose tests are remembered."""


def condition(reader: Reader, node: Node) -> Outcome:
    """Reads a test."""
    kind = node.type
    if kind == "parenthesized_expression":
        inner = meaningful(node)
        return condition(reader, inner[0]) if len(inner) == 1 else _value(reader, node)
    if kind == "unary_expression" and _operator(reader, node) == "!":
        argument = node.child_by_field_name("argument")
        if argument is not None:
            true, false = condition(reader, argument)
            return false, true
    if kind == "binary_expression":
        operator = _operator(reader, node)
        if operator in ("&&", "||"):
            return _chain(reader, node, operator)
        if operator in ("===", "==", "!==", "!="):
            return _comparison(reader, node, operator[0] == "!")
        if operator == "instanceof":
            return _instance(reader, node)
    return _value(reader, node)


def _operator(reader: Reader, node: Node) -> str:
    operator = node.child_by_field_name("operator")
    return reader.source(operator) if operator is not None else ""


def _value(reader: Reader, node: Node) -> Outcome:
    key = _key(reader, node)
    reader.evaluate(node)
    return _outcome(key, "truthy", NONE)


def _outcome(key: str, test: str, against: int) -> Outcome:
    if not key:
        return NOTHING
    made = Test(key, test, against)
    return [(made, True)], [(made, False)]


def _key(reader: Reader, node: Node) -> str:
    """The key of a variable of this function that has versions, where the expression is one; else nothing."""
    while node.type == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    if node.type != "identifier":
        return ""
    binding = reader.binding(reader.source(node))
    if binding is None or binding.shared or binding.scope is not reader.frame.scope:
        return ""
    return binding.key


def operands(reader: Reader, node: Node, operators: tuple[str, ...]) -> list[Node]:
    """The operands of a left-leaning chain of one kind of operator, in order."""
    found: list[Node] = []
    while node.kind_id == reader.grammar.binary and _operator(reader, node) in operators:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            break
        found.append(right)
        node = left
    found.append(node)
    found.reverse()
    return found


def _chain(reader: Reader, node: Node, operator: str) -> Outcome:
    flow = reader.frame.flow
    both = operator == "&&"
    collected: list[Held] = []
    ends = []
    parts = operands(reader, node, (operator,))
    for number, part in enumerate(parts):
        true, false = condition(reader, part)
        going_on = true if both else false
        if number < CHAIN:
            collected += going_on
        if number < len(parts) - 1:
            ends.append(flow.fork())
            flow.suppose(going_on, {})
    flow.meet([flow.fork(), *ends])
    return (collected, []) if both else ([], collected)


def _comparison(reader: Reader, node: Node, negative: bool) -> Outcome:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return _value(reader, node)
    outcome = NOTHING
    if left.type == "string":
        left, right = right, left
    text = constant_string(reader, right)
    if left.type == "unary_expression" and _operator(reader, left) == "typeof" and text is not None:
        argument = left.child_by_field_name("argument")
        key = _key(reader, argument) if argument is not None else ""
        reader.evaluate(left)
        if text == "function":
            outcome = _outcome(key, "callable", NONE)
        elif text in ("string", "number", "object", "undefined", "boolean"):
            outcome = _outcome(key, f"type {text}", NONE)
    else:
        key = _key(reader, left)
        reader.evaluate(left)
        against = reader.evaluate(right)
        if text is not None:
            outcome = _outcome(key, "equal", against)
        elif right.type in ("null", "undefined"):
            outcome = _outcome(key, "none", NONE)
    return (outcome[1], outcome[0]) if negative else outcome


def _instance(reader: Reader, node: Node) -> Outcome:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return _value(reader, node)
    key = _key(reader, left)
    reader.evaluate(left)
    return _outcome(key, "instance", reader.evaluate(right))


@expression("ternary_expression")
def ternary(reader: Reader, node: Node) -> int:
    """``test ? a : b``; chains of them in the last operand are one loop."""
    flow = reader.frame.flow
    record = reader.record
    target = record.temporary()
    ends = []
    current: Node | None = node
    while current is not None and current.type == "ternary_expression":
        test, consequence = current.child_by_field_name("condition"), current.child_by_field_name("consequence")
        alternative = current.child_by_field_name("alternative")
        true, false = condition(reader, test) if test is not None else NOTHING
        otherwise = flow.fork()
        flow.suppose(true, {})
        if consequence is not None:
            reader.emit(Move(target, reader.evaluate(consequence)))
        ends.append(flow.fork())
        flow.resume(otherwise)
        flow.suppose(false, {})
        current = alternative
    if current is not None:
        reader.emit(Move(target, reader.evaluate(current)))
    flow.meet([*ends, flow.fork()])
    return target
