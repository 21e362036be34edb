"""Simple statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.conditions import condition, suppose
from navigator.facts.python.dispatch import EXPRESSIONS, STATEMENTS, evaluate, meaningful, statement
from navigator.facts.python.exports import exports_call
from navigator.facts.python.reader import Reader
from navigator.facts.vocabulary import Raise, Return

if TYPE_CHECKING:
    from tree_sitter import Node

_SILENT = k.PUNCTUATION | k.EXTRAS | {k.STRING, k.INTEGER, k.FLOAT, k.TRUE, k.FALSE, k.NONE_LITERAL, k.ELLIPSIS}


@statement(k.EXPRESSION_STATEMENT)
def expression_statement(reader: Reader, node: Node) -> None:
    """Constants (docstrings among them) do nothing. Several expressions between commas are read one by one."""
    for child in node.children:
        kind = child.kind_id
        if kind in _SILENT and (kind != k.STRING or reader.text[child.start_byte] in "\"'"):
            continue
        handler = STATEMENTS[kind] or EXPRESSIONS[kind]
        handler(reader, child)
        if kind == k.CALL and reader.frame is reader.module:
            exports_call(reader, child)


@statement(k.kind_of("return_statement"))
def return_statement(reader: Reader, node: Node) -> None:
    for value in meaningful(node):
        reader.emit(Return(evaluate(reader, value)))
    reader.frame.flow.end()


@statement(k.kind_of("raise_statement"))
def raise_statement(reader: Reader, node: Node) -> None:
    """``raise a from b``; a bare ``raise`` repeats what the handler has caught."""
    cause = node.child_by_field_name("cause")
    for value in meaningful(node):
        slot = evaluate(reader, value)
        if cause is None or value.start_byte != cause.start_byte:
            reader.emit(Raise(slot, reader.record.site(node)))
    reader.frame.flow.end()


@statement(k.kind_of("assert_statement"))
def assert_statement(reader: Reader, node: Node) -> None:
    """The message is read where the test has failed; the rest goes on where it holds."""
    parts = meaningful(node)
    if not parts:
        return
    true, false = condition(reader, parts[0])
    flow = reader.frame.flow
    if len(parts) > 1:
        held = flow.fork()
        suppose(reader, false)
        for message in parts[1:]:
            evaluate(reader, message)
        flow.resume(held)
    suppose(reader, true)


@statement(k.kind_of("break_statement"))
def break_statement(reader: Reader, node: Node) -> None:
    reader.frame.flow.leave_loop()


@statement(k.kind_of("continue_statement"))
def continue_statement(reader: Reader, node: Node) -> None:
    reader.frame.flow.repeat_loop()


@statement(k.GLOBAL_STATEMENT, k.NONLOCAL_STATEMENT, k.kind_of("pass_statement"))
def declaration(reader: Reader, node: Node) -> None:
    """Nothing happens here; the scopes know about it."""


@statement(k.kind_of("print_statement"), k.kind_of("exec_statement"), k.kind_of("chevron"))
def old_statement(reader: Reader, node: Node) -> None:
    """Statements of Python 2: what they are given is read."""
    for part in meaningful(node):
        handler = STATEMENTS[part.kind_id]
        if handler is not None:
            handler(reader, part)
        else:
            evaluate(reader, part)
