"""Shorter readings of source: the outline of a symbol (signatures and calls), and a path as one listing.

Both give lines of the original, with their numbers; nothing is rewritten.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from navigator.callgraph import DERIVED, INLINE, WRAPPER, Call, Certainty, Symbol, SymbolKind
from navigator.slicing.errors import NotCuttable
from navigator.slicing.modules import Modules
from navigator.slicing.names import Function
from navigator.slicing.sources import ModuleSource, first_line
from navigator.slicing.trimming import blocks_of, inner_blocks, trim
from navigator.workspaces import Hop, Workspace


class OutlineLine(msgspec.Struct, frozen=True):
    """A line of the original, and the calls on it that matter here. ``skipped`` lines before it are not shown;
    ``depth`` counts the calls of a path that lead to it."""

    symbol: str
    file: str
    line: int
    text: str
    calls: tuple[Call, ...] = ()
    skipped: int = 0
    depth: int = 0


def skeleton(workspace: Workspace, symbol: Symbol) -> list[OutlineLine]:
    """The signatures of a symbol and of what it defines, and the statements that call into the workspace, with the
    control flow around them."""
    if not symbol.file:
        return []
    text = workspace.text(symbol.root, symbol.file).split("\n")
    calls = _calls_within(workspace, symbol)
    by_line: dict[int, list[Call]] = {}
    for call in calls:
        by_line.setdefault(call.line, []).append(call)
    node = _node(workspace, symbol)
    if node is None:
        inner = workspace.graph.where(
            "symbols.root = ? AND files.path = ? AND symbols.line BETWEEN ? AND ?",
            (symbol.root, symbol.file, symbol.line, symbol.end_line),
        )
        wanted = {each.line for each in workspace.graph.symbols(inner) if each.kind is not SymbolKind.MODULE}
        wanted |= by_line.keys()
    else:
        wanted = set(_outline(node, set(by_line)))
    return list(_lines(symbol, text, sorted(wanted), by_line))


def listing(workspace: Workspace, path: Sequence[Hop]) -> list[OutlineLine]:
    """A path as one text: of each function what the next call depends on, and the next function right below that call.
    The last function is whole."""
    return list(_hop(workspace, path, 0))


def _hop(workspace: Workspace, path: Sequence[Hop], depth: int) -> Iterator[OutlineLine]:
    symbol = path[depth].symbol
    text = workspace.text(symbol.root, symbol.file).split("\n")
    if depth + 1 == len(path):
        wanted = list(range(_top(workspace, symbol), symbol.end_line + 1))
        yield from _lines(symbol, text, wanted, {}, depth)
        return
    calls = [call for call in path[depth + 1].calls if call.rule not in DERIVED] or list(path[depth + 1].calls)
    by_line: dict[int, list[Call]] = {}
    for call in calls:
        by_line.setdefault(call.line, []).append(call)
    node = _node(workspace, symbol)
    if isinstance(node, Function):
        wanted = _left(node, set(by_line))
    elif node is not None:
        wanted = sorted(_outline(node, set(by_line)))
    else:
        wanted = sorted({symbol.line, *by_line})
    first = min(by_line)
    before = [line for line in wanted if line <= _statement_end(node, first)]
    yield from _lines(symbol, text, before, by_line, depth)
    yield from _hop(workspace, path, depth + 1)
    after = [line for line in wanted if line > before[-1]]
    yield from _lines(symbol, text, after, by_line, depth, previous=before[-1])


def _left(node: Function, lines: set[int]) -> list[int]:
    """The lines of a function that trimming leaves."""
    dropped = {line for start, end in trim(node, lines).dropped for line in range(start, end + 1)}
    if ast.get_docstring(node, clean=False) is not None and node.body[0].end_lineno != node.body[0].lineno:
        dropped.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return [line for line in range(first_line(node), (node.end_lineno or 0) + 1) if line not in dropped]


def _statement_end(node: ast.AST | None, line: int) -> int:
    """The last line of the innermost simple statement, or header, on a line."""
    end = line
    for each in ast.walk(node) if node is not None else ():
        if isinstance(each, ast.stmt) and each.lineno <= line <= (each.end_lineno or 0):
            if not any(True for _ in blocks_of(each)):
                end = max(end, each.end_lineno or line)
    return end


def _top(workspace: Workspace, symbol: Symbol) -> int:
    node = _node(workspace, symbol)
    return first_line(node) if isinstance(node, ast.stmt) else symbol.line


def _node(workspace: Workspace, symbol: Symbol) -> ast.Module | ast.stmt | None:
    """The definition of a symbol of a Python file; none for other languages, and for what this Python cannot read."""
    if not symbol.file.endswith(".py"):
        return None
    modules = Modules(workspace)
    try:
        source: ModuleSource = modules.source(modules.module_of(symbol))
    except NotCuttable:
        return None
    if symbol.kind is SymbolKind.MODULE:
        return source.tree
    for node in ast.walk(source.tree):
        if isinstance(node, Function | ast.ClassDef) and node.lineno == symbol.line:
            return node
    return None


def _outline(node: ast.Module | ast.stmt, called: set[int]) -> Iterator[int]:
    """The lines of signatures, of statements with calls, and of the headers around them."""
    if isinstance(node, Function | ast.ClassDef):
        yield from range(first_line(node), _header_end(node) + 1)
    for _, _, block in inner_blocks(node):
        for each in block:
            if isinstance(each, Function | ast.ClassDef):
                yield from _outline(each, called)
                continue
            lines = list(_outline(each, called))
            start, end = each.lineno, _header_end(each)
            if lines or any(start <= line <= end for line in called):
                yield from range(start, end + 1)
                yield from lines


def _header_end(node: ast.stmt) -> int:
    """The last line of a statement before its first block."""
    blocks = [block for _, _, block in inner_blocks(node)]
    if not blocks:
        return node.end_lineno or node.lineno
    return max(node.lineno, min(first_line(block[0]) for block in blocks) - 1)


def _calls_within(workspace: Workspace, symbol: Symbol) -> list[Call]:
    """The calls that a symbol and everything defined in it make into the workspace, apart from guesses."""
    graph = workspace.graph
    owners = graph.where(
        "symbols.root = ? AND files.path = ? AND symbols.line BETWEEN ? AND ?",
        (symbol.root, symbol.file, symbol.line, symbol.end_line),
    )
    found = []
    for owner in owners:
        for call in graph.calls_from(owner):
            inside = symbol.line <= call.line <= symbol.end_line and call.path == symbol.file
            if not inside or call.certainty is Certainty.GUESS or call.rule == INLINE:
                continue
            if graph.symbol(call.callee).kind is not SymbolKind.EXTERNAL:
                found.append(graph.record(call))
    wrapped = {_site(call) for call in found if call.rule == WRAPPER}
    return [call for call in found if call.rule == WRAPPER or _site(call) not in wrapped]


def _site(call: Call) -> tuple[int, int, int, int]:
    """Where a call stands. Of a wrapper and what it wraps the latter is what the reader sees called there."""
    return call.line, call.column, call.end_line, call.end_column


def _lines(
    symbol: Symbol,
    text: Sequence[str],
    wanted: Iterable[int],
    calls: dict[int, list[Call]],
    depth: int = 0,
    previous: int = 0,
) -> Iterator[OutlineLine]:
    for line in wanted:
        content = text[line - 1].rstrip("\r")
        skipped = line - previous - 1 if previous else 0
        yield OutlineLine(symbol.id, symbol.file, line, content, tuple(calls.get(line, ())), skipped, depth)
        previous = line
