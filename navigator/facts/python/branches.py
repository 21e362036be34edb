"""``if``, ``try`` and ``with``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.building.flow import State
from navigator.facts.python import kinds as k
from navigator.facts.python.assignments import store
from navigator.facts.python.conditions import condition, suppose
from navigator.facts.python.dispatch import evaluate, execute, meaningful, statement
from navigator.facts.python.reader import Reader
from navigator.facts.vocabulary import Catch, Enter

if TYPE_CHECKING:
    from tree_sitter import Node


@statement(k.IF_STATEMENT)
def if_statement(reader: Reader, node: Node) -> None:
    """Each branch starts where the tests before it have failed; all meet at the end."""
    flow = reader.frame.flow
    ends: list[State] = []
    clauses = [node, *(child for child in node.children if child.kind_id in (k.ELIF_CLAUSE, k.ELSE_CLAUSE))]
    for clause in clauses:
        reader.record.line = clause.start_point[0] + 1
        if clause.kind_id == k.ELSE_CLAUSE:
            execute(reader, clause.child_by_field_name("body"))
            ends.append(flow.fork())
            break
        test = clause.child_by_field_name("condition")
        true, false = condition(reader, test) if test is not None else ([], [])
        otherwise = flow.fork()
        suppose(reader, true)
        execute(reader, clause.child_by_field_name("consequence"))
        ends.append(flow.fork())
        flow.resume(otherwise)
        suppose(reader, false)
    else:
        ends.append(flow.fork())
    flow.meet(ends)


@statement(k.TRY_STATEMENT)
def try_statement(reader: Reader, node: Node) -> None:
    """A handler may see any version assigned before the exception; ``finally`` sees what any way out has left."""
    flow = reader.frame.flow
    clauses = meaningful(node)
    final = next((clause for clause in clauses if clause.kind_id == k.FINALLY_CLAUSE), None)
    guarded = flow.guard(flow.loops) if final is not None else None
    before = flow.fork()
    flow.start_recording()
    execute(reader, node.child_by_field_name("body"))
    interrupted = flow.interrupted(before, flow.stop_recording())
    ends: list[State] = []
    body_end = flow.fork()
    for clause in clauses:
        if clause.kind_id == k.ELSE_CLAUSE:
            execute(reader, clause.child_by_field_name("body"))
            body_end = flow.fork()
        elif clause.kind_id == k.EXCEPT_CLAUSE:
            flow.resume(State(interrupted.versions.copy(), interrupted.paths, interrupted.alive))
            _handler(reader, clause)
            ends.append(flow.fork())
            flow.resume(State(body_end.versions.copy(), body_end.paths, body_end.alive))
    flow.meet([body_end, *ends])
    if final is not None and guarded is not None:
        flow.enter_finally(guarded)
        for part in meaningful(final):
            execute(reader, part)
        flow.leave_finally(guarded)


def _handler(reader: Reader, clause: Node) -> None:
    """``except E as name:``, after which the name is unbound."""
    reader.record.line = clause.start_point[0] + 1
    name = ""
    for part in meaningful(clause):
        kind = part.kind_id
        if kind == k.BLOCK:
            execute(reader, part)
        elif kind == k.AS_PATTERN:
            source = evaluate(reader, part.children[0])
            alias = part.children[-1]
            while alias.kind_id == k.AS_PATTERN_TARGET and alias.children:
                alias = alias.children[0]
            if alias.kind_id == k.IDENTIFIER:
                name = reader.name(alias)
                reader.emit(Catch(reader.target(name), source))
        else:
            evaluate(reader, part)
    if name:
        reader.unbind(name)


SWALLOWING = frozenset(("suppress", "raises", "assertRaises", "assertRaisesRegex"))
"""Context managers of the standard library and its test frameworks that are there to swallow exceptions."""


@statement(k.WITH_STATEMENT)
def with_statement(reader: Reader, node: Node) -> None:
    """Where the body cannot end, or the manager exists to swallow exceptions, the rest may follow any part of it."""
    flow = reader.frame.flow
    asynchronous = node.children[0].kind_id == k.ASYNC_KEYWORD
    swallowing = False
    for clause in node.children:
        if clause.kind_id == k.WITH_CLAUSE:
            for item in _items(clause):
                swallowing = _enter(reader, item, asynchronous) or swallowing
    before = flow.fork()
    flow.start_recording()
    execute(reader, node.child_by_field_name("body"))
    interrupted = flow.interrupted(before, flow.stop_recording())
    if swallowing or not flow.alive:
        flow.meet([flow.fork(), interrupted])


def _items(clause: Node) -> list[Node]:
    """The context expressions, each perhaps an ``as`` pattern."""
    items: list[Node] = []
    for item in meaningful(clause):
        values = meaningful(item) if item.kind_id == k.WITH_ITEM else [item]
        items += values
    return items


def _enter(reader: Reader, item: Node, asynchronous: bool) -> bool:
    """One item of a ``with`` statement; returns whether its manager exists to swallow exceptions."""
    target: Node | None = None
    expression = item
    if item.kind_id == k.AS_PATTERN:
        expression = item.children[0]
        target = item.children[-1]
    source = evaluate(reader, expression)
    record = reader.record
    site = record.site(expression)
    while target is not None and target.kind_id == k.AS_PATTERN_TARGET and target.children:
        target = target.children[0]
    name = reader.name(target) if target is not None and target.kind_id == k.IDENTIFIER else ""
    entered = reader.target(name) if name else record.temporary()
    reader.emit(Enter(entered, source, site, asynchronous))
    if target is not None and not name:
        store(reader, target, entered, True)
    if expression.kind_id != k.CALL:
        return False
    return reader.source(expression.children[0]).rpartition(".")[2] in SWALLOWING
