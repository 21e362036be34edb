"""``for`` and ``while``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.assignments import store
from navigator.facts.python.conditions import condition, suppose
from navigator.facts.python.dispatch import evaluate, execute, statement
from navigator.facts.python.reader import Reader
from navigator.facts.vocabulary import Iterate

if TYPE_CHECKING:
    from tree_sitter import Node


def iterate(reader: Reader, left: Node, source: int, source_node: Node, asynchronous: bool) -> None:
    """Assigns an element of ``source`` to a loop's target."""
    record = reader.record
    site = record.site(source_node)
    name = reader.name(left) if left.kind_id == k.IDENTIFIER else ""
    target = reader.target(name) if name else record.temporary()
    reader.emit(Iterate(target, source, site, asynchronous))
    if not name:
        store(reader, left, target, True)


def _start_loop(reader: Reader, node: Node) -> None:
    """Enters a loop. Variables that have one slot all the time need no version at its head."""
    frame = reader.frame
    names = frame.scope.bound_between(node.start_byte, node.end_byte)
    shared = frame.scope.shared
    frame.flow.start_loop([name for name in names if name not in shared and name not in frame.single])
    for name in names:
        if name in frame.single:
            frame.flow.versions[name] = frame.merged[name]


@statement(k.FOR_STATEMENT)
def for_statement(reader: Reader, node: Node) -> None:
    left = node.child_by_field_name("left")
    right = node.child_by_field_name("right")
    if left is None or right is None:
        execute(reader, node)
        return
    asynchronous = node.children[0].kind_id == k.ASYNC_KEYWORD
    source = evaluate(reader, right)
    flow = reader.frame.flow
    _start_loop(reader, node)
    at_head = flow.fork()
    iterate(reader, left, source, right, asynchronous)
    execute(reader, node.child_by_field_name("body"))
    loop = flow.close_loop()
    flow.resume(at_head)
    otherwise = node.child_by_field_name("alternative")
    if otherwise is not None:
        execute(reader, otherwise.child_by_field_name("body"))
    flow.meet([flow.fork(), *loop.breaks])


@statement(k.WHILE_STATEMENT)
def while_statement(reader: Reader, node: Node) -> None:
    test = node.child_by_field_name("condition")
    if test is None:
        execute(reader, node)
        return
    flow = reader.frame.flow
    _start_loop(reader, node)
    true, false = condition(reader, test)
    at_exit = flow.fork()
    if test.kind_id == k.TRUE or (test.kind_id == k.INTEGER and reader.source(test) != "0"):
        at_exit.alive = False
    suppose(reader, true)
    execute(reader, node.child_by_field_name("body"))
    loop = flow.close_loop()
    flow.resume(at_exit)
    suppose(reader, false)
    otherwise = node.child_by_field_name("alternative")
    if otherwise is not None:
        execute(reader, otherwise.child_by_field_name("body"))
    flow.meet([flow.fork(), *loop.breaks])
