"""Conditions: what is known about variables and access paths where a test has held, and where it has failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.building.flow import Held
from navigator.facts.building.versions import Test
from navigator.facts.python import kinds as k
from navigator.facts.python.dispatch import EXPRESSIONS, evaluate, expression, meaningful
from navigator.facts.python.reader import Reader
from navigator.facts.python.strings import constant_string
from navigator.facts.vocabulary import NONE, Call, CallMember, Move, Narrow

if TYPE_CHECKING:
    from tree_sitter import Node

OPERANDS = 100
"""In a longer chain of one boolean operator the tests of the operands are ignored."""
Outcome = tuple[list[Held], list[Held]]
"""What holds where the condition is true, and where it is false."""


def condition(reader: Reader, node: Node) -> Outcome:
    """Reads a condition whose value nobody uses but the branch."""
    kind = node.kind_id
    if kind == k.PARENTHESIZED_EXPRESSION:
        parts = meaningful(node)
        if len(parts) == 1:
            return condition(reader, parts[0])
    elif kind == k.NOT_OPERATOR:
        true, false = condition(reader, node.children[-1])
        return false, true
    elif kind == k.BOOLEAN_OPERATOR:
        return _short_circuit(reader, node)
    tests = _test(reader, node)
    if tests is None:
        evaluate(reader, node)
        return [], []
    return tests


def _short_circuit(reader: Reader, node: Node) -> Outcome:
    """``a and b``: b is read where a holds; both hold where the whole does. ``or`` the other way round."""
    operands, is_and = boolean_operands(node)
    flow = reader.frame.flow
    exits = []
    together: list[Held] = []
    for operand in operands:
        true, false = condition(reader, operand)
        on = true if is_and else false
        if len(operands) > OPERANDS:
            continue
        if operand is not operands[-1]:
            exits.append(flow.fork())
            suppose(reader, on)
        together += on
    exits.append(flow.fork())
    flow.meet(exits)
    return (together, []) if is_and else ([], together)


def boolean_operands(node: Node) -> tuple[list[Node], bool]:
    """The operands of a chain of one boolean operator, and whether it is ``and``."""
    is_and = any(child.kind_id == k.AND_KEYWORD for child in node.children)
    operands: list[Node] = []
    while True:
        operands.append(node.children[-1])
        node = node.children[0]
        if node.kind_id != k.BOOLEAN_OPERATOR or is_and != any(
            child.kind_id == k.AND_KEYWORD for child in node.children
        ):
            break
    operands.append(node)
    operands.reverse()
    return operands, is_and


def suppose(reader: Reader, held: list[Held]) -> None:
    """Goes on where the tests hold."""
    if not held:
        return
    flow = reader.frame.flow
    outer = {
        test.key: reader.read(test.key)
        for test, _ in held
        if "." not in test.key and test.key not in flow.versions and _is_fixed(reader, test.key)
    }
    flow.suppose(held, outer)


def _is_fixed(reader: Reader, name: str) -> bool:
    """Whether the name has a slot outside of this scope, which nobody else is likely to change meanwhile."""
    scope = reader.frame.scope
    return name not in scope.locals and name not in scope.globals and name not in scope.nonlocals


def _test(reader: Reader, node: Node) -> Outcome | None:
    """The tests that one simple condition makes; reads it. ``None``, with nothing read, where it makes none."""
    kind = node.kind_id
    if kind == k.CALL:
        return _call_test(reader, node)
    if kind == k.COMPARISON_OPERATOR:
        return _comparison_test(reader, node)
    if kind == k.NAMED_EXPRESSION:
        evaluate(reader, node)
        return _both(path_of(reader, node), "truthy", NONE)
    path = path_of(reader, node)
    if path:
        evaluate(reader, node)
        return _both(path, "truthy", NONE)
    return None


def _both(path: str, test: str, against: int, negated: bool = False) -> Outcome:
    if not path:
        return [], []
    one = Test(path, test, against)
    return ([(one, False)], [(one, True)]) if negated else ([(one, True)], [(one, False)])


_TESTS = {"isinstance": "instance", "issubclass": "subclass", "callable": "callable", "hasattr": "member"}


def _call_test(reader: Reader, node: Node) -> Outcome | None:
    function = node.children[0]
    if function.kind_id == k.ATTRIBUTE:
        return _affix_test(reader, node, function)
    if function.kind_id != k.IDENTIFIER:
        return None
    name = reader.source(function)
    test = _TESTS.get(name)
    if test is None or name not in reader.globals:
        return None
    arguments = meaningful(node.children[-1])
    if len(arguments) != (1 if test == "callable" else 2) or arguments[0].kind_id == k.LIST_SPLAT:
        return None
    path = path_of(reader, arguments[0])
    if not path:
        return None
    evaluate(reader, node)
    made = reader.frame.definition.body[-1]
    if not isinstance(made, Call) or len(made.arguments) != len(arguments):
        return [], []
    return _both(path, test, made.arguments[1] if len(arguments) > 1 else NONE)


_AFFIX_TESTS = {"startswith": "prefix", "endswith": "suffix"}


def _affix_test(reader: Reader, node: Node, function: Node) -> Outcome | None:
    """``name.startswith("...")``"""
    test = _AFFIX_TESTS.get(reader.source(function.children[-1]))
    arguments = meaningful(node.children[-1])
    if test is None or len(arguments) != 1 or arguments[0].kind_id != k.STRING:
        return None
    path = path_of(reader, function.children[0])
    if not path or constant_string(reader, arguments[0]) is None:
        return None
    evaluate(reader, node)
    made = reader.frame.definition.body[-1]
    if not isinstance(made, CallMember) or len(made.arguments) != 1:
        return [], []
    return _both(path, test, made.arguments[0])


def _comparison_test(reader: Reader, node: Node) -> Outcome | None:
    children = [child for child in node.children if child.kind_id not in k.EXTRAS]
    if len(children) != 3:
        return None
    left, operator, right = children
    symbol = operator.type
    if symbol in ("is", "is not"):
        negated = symbol == "is not"
        if right.kind_id == k.NONE_LITERAL:
            path = path_of(reader, left)
            if path:
                evaluate(reader, left)
                return _both(path, "none", NONE, negated)
        return _exact_type(reader, node, left, right, negated)
    if symbol in ("==", "!="):
        path = path_of(reader, left)
        if (
            path
            and right.kind_id in _CONSTANTS
            and (right.kind_id != k.STRING or constant_string(reader, right) is not None)
        ):
            evaluate(reader, node)
            against = evaluate(reader, right)
            on, off = _both(path, "equal", against, symbol == "!=")
            return (on, []) if symbol == "==" else ([], off)
        return _exact_type(reader, node, left, right, symbol == "!=")
    return None


_CONSTANTS = frozenset((k.STRING, k.INTEGER, k.FLOAT, k.TRUE, k.FALSE, k.NONE_LITERAL))


def _exact_type(reader: Reader, node: Node, left: Node, right: Node, negated: bool) -> Outcome | None:
    """``type(x) is C`` makes x an instance of C; that it fails says nothing."""
    if left.kind_id != k.CALL or right.kind_id not in (k.IDENTIFIER, k.ATTRIBUTE):
        return None
    function = left.children[0]
    if function.kind_id != k.IDENTIFIER or reader.source(function) != "type" or "type" not in reader.globals:
        return None
    arguments = meaningful(left.children[-1])
    path = path_of(reader, arguments[0]) if len(arguments) == 1 else ""
    if not path:
        return None
    evaluate(reader, left)
    against = evaluate(reader, right)
    held: list[Held] = [(Test(path, "instance", against), True)]
    return ([], held) if negated else (held, [])


def path_of(reader: Reader, node: Node) -> str:
    """A variable's name, or a dotted access path that starts at one; nothing for other expressions."""
    names: list[str] = []
    while node.kind_id == k.ATTRIBUTE:
        names.append(reader.name(node.children[-1]))
        node = node.children[0]
    if node.kind_id == k.NAMED_EXPRESSION or node.kind_id == k.PARENTHESIZED_EXPRESSION:
        if names:
            return ""
        if node.kind_id == k.NAMED_EXPRESSION:
            return reader.name(node.children[0])
        parts = meaningful(node)
        return path_of(reader, parts[0]) if len(parts) == 1 else ""
    if node.kind_id != k.IDENTIFIER:
        return ""
    names.append(reader.name(node))
    return ".".join(reversed(names))


def apply_path_tests(reader: Reader, node: Node, slot: int) -> int:
    """Narrows the value just read from an access path by the tests that hold for it."""
    path = path_of(reader, node)
    for test, positive in reader.frame.flow.paths.get(path, ()) if path else ():
        target = reader.record.temporary()
        reader.emit(Narrow(target, slot, test.test, test.against, positive))
        slot = target
    return slot


@expression(k.NOT_OPERATOR)
def negation(reader: Reader, node: Node) -> int:
    condition(reader, node.children[-1])
    return reader.literal("bool")


@expression(k.BOOLEAN_OPERATOR)
def boolean_value(reader: Reader, node: Node) -> int:
    """``a and b`` is a where a is false, else b; ``or`` the other way round."""
    operands, is_and = boolean_operands(node)
    record = reader.record
    emit = reader.frame.emit
    flow = reader.frame.flow
    line = record.line
    exits = []
    sources: list[int] = []
    for operand in operands[:-1]:
        slot, (true, false) = conditional_value(reader, operand)
        if slot != reader.frame.literals.get("bool"):
            narrowed = record.temporary()
            emit(Narrow(narrowed, slot, "truthy", NONE, not is_and))
            slot = narrowed
        sources.append(slot)
        if len(operands) <= OPERANDS:
            exits.append(flow.fork())
            suppose(reader, true if is_and else false)
    sources.append(evaluate(reader, operands[-1]))
    exits.append(flow.fork())
    flow.meet(exits)
    record.line = line
    target = record.temporary()
    for source in sources:
        emit(Move(target, source))
    return target


def conditional_value(reader: Reader, node: Node) -> tuple[int, Outcome]:
    """Reads an expression that is both a value and a condition."""
    path = path_of(reader, node)
    if path:
        return evaluate(reader, node), _both(path, "truthy", NONE)
    kind = node.kind_id
    if kind == k.PARENTHESIZED_EXPRESSION:
        parts = meaningful(node)
        if len(parts) == 1:
            return conditional_value(reader, parts[0])
    if kind in (k.COMPARISON_OPERATOR, k.NOT_OPERATOR) or _is_test_call(reader, node):
        return reader.literal("bool"), condition(reader, node)
    return evaluate(reader, node), ([], [])


def _is_test_call(reader: Reader, node: Node) -> bool:
    return node.kind_id == k.CALL and reader.source(node.children[0]) in _TESTS


@expression(k.CONDITIONAL_EXPRESSION)
def conditional(reader: Reader, node: Node) -> int:
    """``a if test else b``"""
    parts = meaningful(node)
    if len(parts) != 3:
        for part in parts:
            evaluate(reader, part)
        return reader.record.temporary()
    chosen, test, other = parts
    flow = reader.frame.flow
    true, false = condition(reader, test)
    before = flow.fork()
    suppose(reader, true)
    first = EXPRESSIONS[chosen.kind_id](reader, chosen)
    first_end = flow.fork()
    flow.resume(before)
    suppose(reader, false)
    second = EXPRESSIONS[other.kind_id](reader, other)
    flow.meet([first_end, flow.fork()])
    target = reader.record.temporary()
    reader.emit(Move(target, first))
    reader.emit(Move(target, second))
    return target
