"""What ``ast`` and ``symtable`` say about a file, in the shape in which it is compared with the facts."""

from __future__ import annotations

import ast
import symtable
import warnings
from collections import Counter
from collections.abc import Iterator

from navigator.facts import DefinitionKind, FileFacts
from navigator.facts.python.scopes import Scope, ScopeKind
from navigator.facts.vocabulary import Request

Position = tuple[int, int, int, int]
Row = tuple[str, str, Position]


def parsed(source: bytes) -> ast.Module | None:
    """The file's syntax tree, or ``None`` when this interpreter does not accept the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class CodePoints:
    """Turns the UTF-8 byte columns of ``ast`` into code points."""

    def __init__(self, text: str) -> None:
        self.lines = [line if line.isascii() else line.encode() for line in text.split("\n")]

    def column(self, line: int, column: int) -> int:
        encoded = self.lines[line - 1]
        return column if isinstance(encoded, str) else len(encoded[:column].decode())

    def span(self, node: ast.expr | ast.stmt) -> Position:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return (
            node.lineno,
            self.column(node.lineno, node.col_offset),
            node.end_lineno,
            self.column(node.end_lineno, node.end_col_offset),
        )


def outside_f_strings(tree: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """Every node, and whether its position can be trusted: before 3.12 those inside f-strings are off."""
    pending: list[tuple[ast.AST, bool]] = [(tree, True)]
    while pending:
        node, trusted = pending.pop()
        yield node, trusted
        inside = trusted and not isinstance(node, ast.JoinedStr)
        pending += [(child, inside) for child in ast.iter_child_nodes(node)]


def definitions_of_ast(tree: ast.Module, text: str) -> tuple[Counter[Row], int]:
    """Kind, name and span of each definition; and how many stand inside f-strings."""
    points = CodePoints(text)
    rows: Counter[Row] = Counter()
    untrusted = 0
    for node, trusted in outside_f_strings(tree):
        if isinstance(node, ast.ClassDef):
            row = ("CLASS", node.name, points.span(node))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            row = ("FUNCTION", node.name, points.span(node))
        elif isinstance(node, ast.Lambda):
            if not trusted:
                untrusted += 1
                continue
            row = ("LAMBDA", "", points.span(node))
        else:
            continue
        rows[row] += 1
    return rows, untrusted


def calls_of_ast(tree: ast.Module, text: str) -> tuple[Counter[Position], int]:
    """The span of each call expression; and how many stand inside f-strings."""
    points = CodePoints(text)
    rows: Counter[Position] = Counter()
    untrusted = 0
    for node, trusted in outside_f_strings(tree):
        if isinstance(node, ast.Call):
            if trusted:
                rows[points.span(node)] += 1
            else:
                untrusted += 1
    return rows, untrusted


def definitions_of_facts(facts: FileFacts) -> Counter[Row]:
    """Kind, name and span of each definition but the module."""
    return Counter(
        (definition.kind.name, definition.name, _position(definition.span))
        for definition in facts.definitions
        if definition.kind is not DefinitionKind.MODULE
    )


def _position(span: object) -> Position:
    return (span.line, span.column, span.end_line, span.end_column)  # type: ignore[attr-defined]


def calls_of_facts(facts: FileFacts) -> Counter[Position]:
    """The span of each call expression. Sites of decorators start with an at sign; parameters that ask for fixtures are
    sites too, and no call expressions."""
    requests = {each.site for one in facts.definitions for each in one.body if isinstance(each, Request)}
    rows: Counter[Position] = Counter()
    for number, text in enumerate(facts.texts):
        if text and not text.startswith("@") and number not in requests:
            line, column, end_line, end_column = facts.sites[4 * number : 4 * number + 4]
            rows[line, column, end_line, end_column] += 1
    return rows


Names = tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def scopes_of_symtable(source: str) -> Counter[Names]:
    """For each scope its type, its name, and its local, free and global names."""
    source = source.replace("from __future__ import", "from __past__ import")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = symtable.symtable(source, "file.py", "exec")
    rows: Counter[Names] = Counter()
    pending = [table]
    while pending:
        scope = pending.pop()
        pending += scope.get_children()
        local, free, other = [], [], []
        for symbol in scope.get_symbols():
            name = symbol.get_name()
            if name.startswith("."):
                continue
            if scope.get_type() == "module":
                (local if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace() else other).append(name)
            elif symbol.is_free():
                free.append(name)
            elif symbol.is_global():
                other.append(name)
            elif symbol.is_local():
                local.append(name)
        if scope.get_name() == "top" and scope.get_type() != "module":
            continue  # ``symtable`` takes every scope of that name for the module.
        rows[scope.get_type(), scope.get_name(), tuple(sorted(local)), tuple(sorted(free)), tuple(sorted(other))] += 1
    return rows


_TYPES = {
    ScopeKind.MODULE: "module",
    ScopeKind.CLASS: "class",
    ScopeKind.TYPE_PARAMETERS: "type parameters",
}


def scopes_of_facts(scopes: list[Scope]) -> Counter[Names]:
    """The same from the front end's scopes."""
    rows: Counter[Names] = Counter()
    for scope in scopes:
        local, free, other = scope.tables()
        kind = _TYPES.get(scope.kind, "function")
        name = "top" if scope.kind is ScopeKind.MODULE else scope.name
        if scope.name == "top":
            continue
        rows[kind, name, tuple(sorted(local)), tuple(sorted(free)), tuple(sorted(other))] += 1
    return rows
