"""Which statements of a function a call depends on: a backward slice that never takes away too much.

Kept are the statements asked for, the control flow around them, every ``return``, ``raise``, ``break`` and
``continue``, and whatever may set a name that a kept statement reads: assignments, imports, definitions, changes in
place. The order of statements is not looked at, so that some are kept without need, and none is missed that sets a
local variable. After M. Weiser, "Program slicing", IEEE Transactions on Software Engineering 10(4), 1984.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator

import msgspec

from navigator.slicing.names import Function, bound_by
from navigator.slicing.sources import first_line

LEAVES = (ast.Return, ast.Raise, ast.Break, ast.Continue, ast.Global, ast.Nonlocal)
Block = list[ast.stmt]


class Trimmed(msgspec.Struct, frozen=True):
    """What is left of a function: ``node`` has the statements that stay; ``dropped`` are ranges of lines to leave out,
    ``emptied`` places (line, indent) where ``pass`` has to stand in for a block."""

    node: ast.stmt
    dropped: tuple[tuple[int, int], ...]
    emptied: tuple[tuple[int, str], ...]


def trim(node: Function, lines: Collection[int]) -> Trimmed:
    """The function with the statements on ``lines``, what these depend on, and nothing else."""
    return _Trimming(node, lines).trimmed()


def blocks_of(node: ast.AST) -> Iterator[tuple[str, Block]]:
    """The blocks of statements right in a compound statement, by the field that holds each."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            yield name, block


def inner_blocks(node: ast.AST) -> Iterator[tuple[ast.AST, str, Block]]:
    """All blocks of a compound statement with their holders: its own, those of its handlers and cases."""
    for holder in (node, *getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        for name, block in blocks_of(holder):
            yield holder, name, block


class _Trimming:
    def __init__(self, node: Function, lines: Collection[int]) -> None:
        self._node = node
        self._parents: dict[ast.stmt, ast.stmt] = {}
        self._all: list[ast.stmt] = []
        self._list(node)
        self._setters: dict[str, list[ast.stmt]] = {}
        for statement in self._all:
            for name in _sets(statement):
                self._setters.setdefault(name, []).append(statement)
        self._kept: set[ast.stmt] = set()
        self._dropped: list[tuple[int, int]] = []
        self._emptied: list[tuple[int, str]] = []
        work = [each for each in self._all if _always(each) or self._is_asked(each, lines)]
        if ast.get_docstring(node, clean=False) is not None:
            work.append(node.body[0])
        while work:
            statement = work.pop()
            if statement in self._kept:
                continue
            self._kept.add(statement)
            if statement in self._parents:
                work.append(self._parents[statement])
            for name in _reads(statement):
                work.extend(self._setters.get(name, ()))

    def _list(self, node: ast.stmt) -> None:
        for _, _, block in inner_blocks(node):
            for each in block:
                self._all.append(each)
                if node is not self._node:
                    self._parents[each] = node
                if not isinstance(each, Function | ast.ClassDef):
                    self._list(each)

    def _is_asked(self, statement: ast.stmt, lines: Collection[int]) -> bool:
        """Whether a line lies in the statement itself, and not only in a block of it."""
        if isinstance(statement, Function | ast.ClassDef):
            return any(first_line(statement) <= line <= (statement.end_lineno or 0) for line in lines)
        inner = [(first_line(block[0]), block[-1].end_lineno or 0) for _, _, block in inner_blocks(statement)]
        return any(
            statement.lineno <= line <= (statement.end_lineno or 0)
            and not any(start <= line <= end for start, end in inner)
            for line in lines
        )

    def trimmed(self) -> Trimmed:
        node = copy.copy(self._node)
        self._block(node, "body", self._node.body)
        return Trimmed(node, tuple(self._dropped), tuple(self._emptied))

    def _block(self, holder: ast.AST, name: str, block: Block) -> None:
        """Puts what stays of a block into ``holder``, a copy."""
        kept: Block = []
        end = first_line(block[0]) - 1
        for rows in _rows(block):
            start, end = end + 1, rows[-1].end_lineno or 0
            if not any(each in self._kept for each in rows):
                self._dropped.append((start, end))
                continue
            for each in rows:
                inner = copy.copy(each)
                if each in self._kept and not isinstance(each, Function | ast.ClassDef):
                    self._inner(inner)
                kept.append(inner)
        if not kept:
            indent = " " * block[0].col_offset
            self._emptied.append((block[-1].end_lineno or 0, indent))
            kept = [ast.copy_location(ast.Pass(), block[0])]
        setattr(holder, name, kept)

    def _inner(self, node: ast.stmt) -> None:
        """Trims the blocks of a compound statement, a copy; an ``else`` of which nothing is left goes altogether."""
        before = max((each.end_lineno or 0 for each in getattr(node, "body", [])), default=0)
        for field in ("handlers", "cases"):
            if hasattr(node, field):
                holders = [copy.copy(each) for each in getattr(node, field)]
                setattr(node, field, holders)
                for holder in holders:
                    for name, block in list(blocks_of(holder)):
                        self._block(holder, name, block)
                if holders:
                    before = max(each.end_lineno or 0 for holder in holders for each in holder.body)
        for name, block in list(blocks_of(node)):
            if name == "orelse" and not any(each in self._kept for each in block):
                self._dropped.append((before + 1, block[-1].end_lineno or 0))
                node.orelse = []  # type: ignore[attr-defined]
            elif name == "orelse" and isinstance(node, ast.If) and _is_elif(node):
                inner = copy.copy(block[0])
                self._inner(inner)
                node.orelse = [inner]
            else:
                self._block(node, name, block)


def _always(statement: ast.stmt) -> bool:
    """Whether a statement leads elsewhere, or hands on to the base class."""
    if isinstance(statement, LEAVES):
        return True
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
        for node in (_own(statement) if isinstance(statement, ast.Expr) else ())
    )


def attributes_read(node: ast.AST) -> set[str]:
    """The attributes that a method reads from its object."""
    return {each.attr for each in _of_receiver(node) if isinstance(each.ctx, ast.Load)}


def lines_setting(node: ast.AST, attributes: Collection[str]) -> set[int]:
    """The lines of a method on which it sets some attributes of its object."""
    return {
        each.lineno for each in _of_receiver(node) if not isinstance(each.ctx, ast.Load) and each.attr in attributes
    }


def _of_receiver(node: ast.AST) -> Iterator[ast.Attribute]:
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id in ("self", "cls"):
            yield each


def _is_elif(node: ast.If) -> bool:
    return len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If) and node.orelse[0].col_offset == node.col_offset


def _rows(block: Block) -> Iterator[Block]:
    """Statements that share lines belong together."""
    row: Block = []
    for each in block:
        if row and first_line(each) > (row[-1].end_lineno or 0):
            yield row
            row = []
        row.append(each)
    if row:
        yield row


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement that are not in its blocks; all of a function or class."""
    if isinstance(statement, Function | ast.ClassDef):
        yield from ast.walk(statement)
        return
    inside = {id(each) for _, _, block in inner_blocks(statement) for each in block}
    work: list[ast.AST] = [statement]
    while work:
        node = work.pop()
        yield node
        work.extend(each for each in ast.iter_child_nodes(node) if id(each) not in inside)


def _reads(statement: ast.stmt) -> set[str]:
    """The names that a statement reads, and the attributes of names (``self.x``)."""
    found: set[str] = set()
    for node in _own(statement):
        if isinstance(node, ast.Name) and (not isinstance(node.ctx, ast.Store) or isinstance(statement, ast.AugAssign)):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add(f"{node.value.id}.{node.attr}")
    return found


def _sets(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds, and those whose object it may change in place."""
    if isinstance(statement, Function | ast.ClassDef):
        yield statement.name
        return
    for node in _own(statement):
        yield from _set_by(node)


def _set_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        yield from _changed(node)
    elif isinstance(node, ast.Import | ast.ImportFrom | ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        yield from bound_by([node]) if not isinstance(node, ast.ExceptHandler) else [node.name or ""]
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            if function.value.id not in ("self", "cls"):
                yield function.value.id


def _changed(node: ast.expr) -> Iterator[str]:
    """``a[0] = x`` changes ``a``; ``a.b = x`` sets ``a.b``, and changes what ``a`` is unless that is the receiver."""
    inner = node
    while isinstance(inner, ast.Attribute | ast.Subscript):
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
            yield f"{inner.value.id}.{inner.attr}"
            if inner.value.id in ("self", "cls"):
                return
        inner = inner.value
    if isinstance(inner, ast.Name):
        yield inner.id
