"""Statements: declarations of variables, branches, loops, exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.building.flow import Loop, State
from navigator.facts.typescript.conditions import NOTHING, condition
from navigator.facts.typescript.dispatch import execute, execute_block, execute_body, statement
from navigator.facts.typescript.grammars import meaningful
from navigator.facts.typescript.naming import evaluate_named
from navigator.facts.typescript.patterns import store
from navigator.facts.typescript.reader import Reader, Target
from navigator.facts.typescript.types import annotation
from navigator.facts.vocabulary import Hint, Iterate, Keys, Move, Raise, Return

if TYPE_CHECKING:
    from tree_sitter import Node

_SILENT = ("string", "number", "true", "false", "null", "undefined", "regex")


@statement("expression_statement")
def expression_statement(reader: Reader, node: Node) -> None:
    for child in meaningful(node):
        if child.type not in _SILENT:
            handler = reader.statements[child.kind_id] or reader.expressions[child.kind_id]
            handler(reader, child)


@statement("variable_declaration", "lexical_declaration", "using_declaration")
def variables(reader: Reader, node: Node) -> None:
    for declarator in node.named_children:
        if declarator.type == "variable_declarator":
            _variable(reader, declarator)


def _variable(reader: Reader, node: Node) -> None:
    pattern, value_node = node.child_by_field_name("name"), node.child_by_field_name("value")
    if pattern is None:
        return
    record = reader.record
    record.line = node.start_point[0] + 1
    declared = annotation(reader, node.child_by_field_name("type"))
    name = reader.source(pattern) if pattern.type == "identifier" else ""
    binding = reader.binding(name) if name else None
    if declared is not None and binding is not None:
        if binding.scope is reader.frame.scope:
            reader.frame.annotations[binding.key] = declared
        if value_node is None:
            reader.emit(Hint(reader.lasting(binding), declared))
    if value_node is not None:
        mark = len(record.lines)
        value = evaluate_named(reader, value_node, name)
        if declared is not None and binding is None:
            given, value = value, record.temporary()
            reader.emit(Move(value, given))
            reader.emit(Hint(value, declared))
        store(reader, pattern, value, mark)


@statement("statement_block")
def block(reader: Reader, node: Node) -> None:
    execute_block(reader, node)


@statement("return_statement")
def return_statement(reader: Reader, node: Node) -> None:
    for value in meaningful(node):
        reader.emit(Return(reader.evaluate(value)))
    reader.frame.flow.end()


@statement("throw_statement")
def throw_statement(reader: Reader, node: Node) -> None:
    for value in meaningful(node):
        reader.emit(Raise(reader.evaluate(value), reader.record.site(node)))
    reader.frame.flow.end()


@statement("empty_statement", "debugger_statement", "import_attribute")
def nothing(reader: Reader, node: Node) -> None:
    """Nothing happens here."""


@statement("if_statement")
def if_statement(reader: Reader, node: Node) -> None:
    """Each branch starts where the tests before it have failed; all meet at the end."""
    flow = reader.frame.flow
    ends: list[State] = []
    current: Node | None = node
    while current is not None:
        if current.type != "if_statement":
            execute_body(reader, current)
            break
        reader.record.line = current.start_point[0] + 1
        test = current.child_by_field_name("condition")
        true, false = condition(reader, test) if test is not None else NOTHING
        otherwise = flow.fork()
        flow.suppose(true, {})
        execute_body(reader, current.child_by_field_name("consequence"))
        ends.append(flow.fork())
        flow.resume(otherwise)
        flow.suppose(false, {})
        alternative = current.child_by_field_name("alternative")
        inner = meaningful(alternative) if alternative is not None else []
        current = inner[0] if inner else None
    flow.meet([*ends, flow.fork()])


# -- loops -----------------------------------------------------------------------------------------------------------


def _start_loop(reader: Reader, node: Node, label: str) -> Loop:
    """Enters a loop. Variables that have one slot all the time need no version at its head."""
    frame = reader.frame
    info = reader.scan.loops.get(node.id)
    assigned = info.assigned.values() if info is not None else ()
    heads = []
    for binding in assigned:
        if binding.shared or binding.scope is not frame.scope:
            continue
        if binding.captured and binding.writes == 1:
            frame.flow.versions[binding.key] = reader.lasting(binding)
        else:
            heads.append(binding.key)
    loop = frame.flow.start_loop(heads)
    frame.targets.append(Target(loop, label, True))
    return loop


def _end_loop(reader: Reader, at_exit: State) -> None:
    frame = reader.frame
    frame.targets.pop()
    loop = frame.flow.close_loop()
    frame.flow.meet([at_exit, *loop.breaks])


def _in_scope(reader: Reader, node: Node) -> None:
    reader.scope = reader.scan.scopes.get(node.id, reader.scope)


def _read_test(reader: Reader, test: Node | None) -> State:
    """Reads a loop's test and goes on where it holds; returns the state where it fails."""
    flow = reader.frame.flow
    while test is not None and test.type in ("expression_statement", "parenthesized_expression"):
        inner = meaningful(test)
        test = inner[0] if len(inner) == 1 else None
    endless = test is None or test.type in ("true", "empty_statement") or reader.source(test) in ("1", "!0")
    true, _ = condition(reader, test) if test is not None and test.type != "empty_statement" else NOTHING
    at_exit = flow.fork()
    at_exit.alive = at_exit.alive and not endless
    flow.suppose(true, {})
    return at_exit


@statement("while_statement")
def while_statement(reader: Reader, node: Node, label: str = "") -> None:
    outer = reader.scope
    _in_scope(reader, node)
    _start_loop(reader, node, label)
    at_exit = _read_test(reader, node.child_by_field_name("condition"))
    execute_body(reader, node.child_by_field_name("body"))
    _end_loop(reader, at_exit)
    reader.scope = outer


@statement("do_statement")
def do_statement(reader: Reader, node: Node, label: str = "") -> None:
    outer = reader.scope
    flow = reader.frame.flow
    _in_scope(reader, node)
    loop = _start_loop(reader, node, label)
    execute_body(reader, node.child_by_field_name("body"))
    flow.meet([*loop.continues, flow.fork()])
    loop.continues.clear()
    at_exit = _read_test(reader, node.child_by_field_name("condition"))
    _end_loop(reader, at_exit)
    reader.scope = outer


@statement("for_statement")
def for_statement(reader: Reader, node: Node, label: str = "") -> None:
    outer = reader.scope
    flow = reader.frame.flow
    _in_scope(reader, node)
    start = node.child_by_field_name("initializer")
    if start is not None and start.type != "empty_statement":
        execute(reader, [start])
    loop = _start_loop(reader, node, label)
    at_exit = _read_test(reader, node.child_by_field_name("condition"))
    execute_body(reader, node.child_by_field_name("body"))
    flow.meet([*loop.continues, flow.fork()])
    loop.continues.clear()
    increment = node.child_by_field_name("increment")
    if increment is not None:
        reader.evaluate(increment)
    _end_loop(reader, at_exit)
    reader.scope = outer


@statement("for_in_statement")
def for_in_statement(reader: Reader, node: Node, label: str = "") -> None:
    """``for (x of xs)``, ``for (x in xs)``, ``for await``."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return
    record = reader.record
    outer = reader.scope
    source = reader.evaluate(right)
    _in_scope(reader, node)
    _start_loop(reader, node, label)
    at_exit = reader.frame.flow.fork()
    operator = node.child_by_field_name("operator")
    site = record.site(right)
    mark = len(record.lines)
    element = record.temporary()
    if operator is not None and reader.source(operator) == "in":
        reader.emit(Keys(element, source))
    else:
        asynchronous = any(child.type == "await" for child in node.children)
        reader.emit(Iterate(element, source, site, asynchronous))
    store(reader, left, element, mark)
    execute_body(reader, node.child_by_field_name("body"))
    _end_loop(reader, at_exit)
    reader.scope = outer


_LOOPS = {
    "while_statement": while_statement,
    "do_statement": do_statement,
    "for_statement": for_statement,
    "for_in_statement": for_in_statement,
}


@statement("labeled_statement")
def labeled_statement(reader: Reader, node: Node) -> None:
    label_node, body = node.child_by_field_name("label"), node.child_by_field_name("body")
    label = reader.source(label_node) if label_node is not None else ""
    if body is None:
        return
    loop_reader = _LOOPS.get(body.type)
    if loop_reader is not None:
        loop_reader(reader, body, label)
        return
    frame = reader.frame
    loop = Loop({})
    frame.targets.append(Target(loop, label, False))
    execute_body(reader, body)
    frame.targets.pop()
    frame.flow.meet([frame.flow.fork(), *loop.breaks])


def _jump(reader: Reader, node: Node, repeat: bool) -> None:
    label_node = node.child_by_field_name("label")
    label = reader.source(label_node) if label_node is not None else ""
    flow = reader.frame.flow
    for target in reversed(reader.frame.targets):
        plain = target.continues if repeat else target.continues or not target.label
        if target.label == label if label else plain:
            (target.loop.continues if repeat else target.loop.breaks).append(flow.fork())
            break
    flow.end()


@statement("break_statement")
def break_statement(reader: Reader, node: Node) -> None:
    _jump(reader, node, False)


@statement("continue_statement")
def continue_statement(reader: Reader, node: Node) -> None:
    _jump(reader, node, True)


# -- switch, try, with -----------------------------------------------------------------------------------------------


@statement("switch_statement")
def switch_statement(reader: Reader, node: Node) -> None:
    """A case starts where the value was compared, or where the case before has fallen through."""
    value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
    if value is not None:
        reader.evaluate(value)
    if body is None:
        return
    outer = reader.scope
    _in_scope(reader, body)
    frame = reader.frame
    flow = frame.flow
    loop = Loop({})
    frame.targets.append(Target(loop, "", False))
    before = flow.fork()
    flow.alive = False
    default = False
    for case in meaningful(body):
        default = default or case.type == "switch_default"
        entered = State(before.versions.copy(), before.paths, before.alive)
        flow.meet([entered, flow.fork()])
        parts = meaningful(case)
        tested = case.child_by_field_name("value")
        if tested is not None:
            reader.evaluate(tested)
            parts = [part for part in parts if part.id != tested.id]
        execute(reader, parts)
    frame.targets.pop()
    ends = [flow.fork(), *loop.breaks]
    if not default:
        ends.append(before)
    flow.meet(ends)
    reader.scope = outer


@statement("try_statement")
def try_statement(reader: Reader, node: Node) -> None:
    """A handler may see any version assigned before the exception; ``finally`` sees what any way out has left."""
    flow = reader.frame.flow
    handler, finalizer = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
    guarded = flow.guard(target.loop for target in reader.frame.targets) if finalizer is not None else None
    before = flow.fork()
    flow.start_recording()
    execute_body(reader, node.child_by_field_name("body"))
    interrupted = flow.interrupted(before, flow.stop_recording())
    body_end = flow.fork()
    ends = [body_end]
    if handler is not None:
        flow.resume(State(interrupted.versions.copy(), interrupted.paths, interrupted.alive))
        outer = reader.scope
        _in_scope(reader, handler)
        parameter = handler.child_by_field_name("parameter")
        if parameter is not None:
            mark = len(reader.record.lines)
            store(reader, parameter, reader.record.temporary(), mark)
        execute_body(reader, handler.child_by_field_name("body"))
        reader.scope = outer
        ends.append(flow.fork())
    flow.meet(ends)
    if finalizer is not None and guarded is not None:
        flow.enter_finally(guarded)
        execute_body(reader, finalizer.child_by_field_name("body"))
        flow.leave_finally(guarded)


@statement("with_statement")
def with_statement(reader: Reader, node: Node) -> None:
    value = node.child_by_field_name("object")
    if value is not None:
        reader.evaluate(value)
    execute_body(reader, node.child_by_field_name("body"))
