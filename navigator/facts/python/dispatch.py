"""Which function reads which kind of node. Handlers register themselves; reading goes through two tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from navigator.facts.python import kinds as k
from navigator.facts.python.reader import Reader

if TYPE_CHECKING:
    from tree_sitter import Node

Expression = Callable[[Reader, "Node"], int]
"""Reads an expression; returns the slot of its value."""
Statement = Callable[[Reader, "Node"], object]
"""Reads a statement; what it returns does not matter."""


TOO_DEEP = "nested too deeply to be read"
_SKIPPED = k.PUNCTUATION | k.EXTRAS
_S = TypeVar("_S", bound=Statement)


def _unknown(reader: Reader, node: Node) -> int:
    """An expression of no known kind: its parts are read, its value is nothing."""
    for child in node.children:
        kind = child.kind_id
        if kind not in k.PUNCTUATION and kind not in k.EXTRAS:
            EXPRESSIONS[kind](reader, child)
    return reader.record.temporary()


EXPRESSIONS: list[Expression] = [_unknown] * k.KIND_LIMIT
STATEMENTS: list[Statement | None] = [None] * k.KIND_LIMIT


def expression(*kinds: int) -> Callable[[Expression], Expression]:
    """Makes a function the reader of expressions of these kinds."""

    def register(handler: Expression) -> Expression:
        for kind in kinds:
            EXPRESSIONS[kind] = handler
        return handler

    return register


def statement(*kinds: int) -> Callable[[_S], _S]:
    """Makes a function the reader of statements of these kinds."""

    def register(handler: _S) -> _S:
        for kind in kinds:
            STATEMENTS[kind] = handler
        return handler

    return register


def evaluate(reader: Reader, node: Node) -> int:
    """Reads an expression; returns the slot of its value."""
    return EXPRESSIONS[node.kind_id](reader, node)


def execute(reader: Reader, block: Node | None) -> None:
    """Reads the statements of a block, a module or a repaired stretch of text."""
    if block is None:
        return
    record = reader.record
    mark = reader.mark()
    for child in block.children:
        kind = child.kind_id
        if kind in _SKIPPED:
            continue
        record.line = line = child.start_point[0] + 1
        if reader.too_deep and child.id in reader.too_deep:
            reader.problem(line, TOO_DEEP)
            continue
        handler = STATEMENTS[kind] or EXPRESSIONS[kind]
        try:
            handler(reader, child)
        except RecursionError:
            if not reader.skip_too_deep:
                raise
            reader.abandon(mark)
            reader.problem(line, TOO_DEEP)
        except (AttributeError, IndexError, TypeError, ValueError):
            # A statement that the parser had to repair may lack any part that others of its kind have.
            if not child.has_error:
                raise
            reader.abandon(mark)
            reader.problem(line, "syntax error")


def meaningful(node: Node) -> list[Node]:
    """The node's children without keywords, operators, brackets and comments."""
    skipped = _SKIPPED
    return [child for child in node.children if child.kind_id not in skipped]
