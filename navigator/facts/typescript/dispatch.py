"""Which function reads which kind of node. Handlers register themselves; reading goes through two tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from navigator.facts.typescript.grammars import Table
from navigator.facts.typescript.reader import Expression, Reader, Statement

if TYPE_CHECKING:
    from tree_sitter import Node

_S = TypeVar("_S", bound=Statement)


def _unknown(reader: Reader, node: Node) -> int:
    """An expression of no known kind: its parts are read, its value is nothing."""
    for child in node.named_children:
        (reader.statements[child.kind_id] or reader.expressions[child.kind_id])(reader, child)
    return reader.record.temporary()


EXPRESSIONS: Table[Expression] = Table(_unknown)
STATEMENTS: Table[Statement | None] = Table(None)


def expression(*names: str) -> Callable[[Expression], Expression]:
    """Makes a function the reader of expressions of these kinds."""

    def register(handler: Expression) -> Expression:
        EXPRESSIONS.add(handler, *names)
        return handler

    return register


def statement(*names: str) -> Callable[[_S], _S]:
    """Makes a function the reader of statements of these kinds."""

    def register(handler: _S) -> _S:
        STATEMENTS.add(handler, *names)
        return handler

    return register


def execute(reader: Reader, nodes: list[Node]) -> None:
    """Reads statements; function declarations come first, as they are hoisted."""
    grammar = reader.grammar
    silent = grammar.silent
    hoisted = grammar.function_declarations
    early: set[int] = set()
    for child in nodes:
        kind = child.kind_id
        if kind in hoisted:
            early.add(child.id)
            _execute_one(reader, child)
        elif child.type == "export_statement":
            declaration = child.child_by_field_name("declaration")
            if declaration is not None and declaration.kind_id in hoisted:
                early.add(child.id)
                _execute_one(reader, child)
    for child in nodes:
        if not silent[child.kind_id] and child.id not in early:
            _execute_one(reader, child)


def execute_body(reader: Reader, node: Node | None) -> None:
    """Reads one statement, or the statements of a block in its scope."""
    if node is None:
        return
    if node.type == "statement_block":
        execute_block(reader, node)
    elif not reader.grammar.silent[node.kind_id]:
        execute(reader, [node])


def execute_block(reader: Reader, node: Node) -> None:
    """Reads the statements of a block in the scope that the node opens."""
    outer = reader.scope
    reader.scope = reader.scan.scopes.get(node.id, outer)
    execute(reader, node.children)
    reader.scope = outer


def _execute_one(reader: Reader, child: Node) -> None:
    record = reader.record
    record.line = line = child.start_point[0] + 1
    kind = child.kind_id
    mark = reader.mark()
    handler = reader.statements[kind] or reader.expressions[kind]
    try:
        handler(reader, child)
    except RecursionError:
        if not reader.skip_too_deep:
            raise
        reader.abandon(mark)
        reader.problem(line, "nested too deeply to be read")
    except (AttributeError, IndexError, TypeError, ValueError):
        # A statement that the parser had to repair may lack any part that others of its kind have.
        if not child.has_error:
            raise
        reader.abandon(mark)
        reader.problem(line, "syntax error")
