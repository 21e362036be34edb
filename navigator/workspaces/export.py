"""The graph as data: ``navigator.callgraph/1`` and the PyCG benchmark's adjacency."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import msgspec

from navigator.callgraph import DERIVED, SCHEMA, Call, CallKind, Certainty, Symbol, SymbolKind, Unresolved
from navigator.errors import NavigatorError
from navigator.index import StoredGraph
from navigator.workspaces.pycg_names import adjacency

ROWS = 2000

FORMATS = ("json", "pycg")


class UnknownFormat(NavigatorError):
    """The graph cannot be exported in a format of that name."""


class ExportedSymbol(msgspec.Struct, frozen=True, gc=False):
    """A symbol as the schema has it."""

    id: str
    name: str
    kind: str
    root: str
    file: str
    line: int
    end_line: int


class ExportedUnresolved(msgspec.Struct, frozen=True, gc=False):
    """A call site without a callee as the schema has it."""

    caller: str
    file: str
    line: int
    column: int
    expression: str
    reason: str


def export(graph: StoredGraph, workspace: str, format: str, *, guesses: bool) -> Iterator[bytes]:
    """The pieces of one file; raises UnknownFormat at once."""
    if format == "json":
        return _json(graph, workspace, guesses)
    if format == "pycg":
        return _pycg(graph, guesses)
    raise UnknownFormat(f"no format {format!r}; there is: {', '.join(FORMATS)}")


def _json(graph: StoredGraph, workspace: str, guesses: bool) -> Iterator[bytes]:
    """One record a line, so that two exports compare line by line."""
    encode = msgspec.json.Encoder().encode
    yield b'{"schema": %s,\n"workspace": %s,\n' % (encode(SCHEMA), encode(workspace))
    yield from _list(b"roots", graph.roots, encode)
    yield b",\n"
    yield from _list(b"symbols", (_symbol(symbol) for symbol in graph.all_symbols()), encode)
    yield b",\n"
    yield from _list(b"calls", _calls(graph, guesses), encode)
    yield b",\n"
    yield from _list(b"unresolved", (_unresolved(site) for site in graph.all_unresolved()), encode)
    yield b"}\n"


def _list(name: bytes, records: Iterable[object], encode: Callable[[object], bytes]) -> Iterator[bytes]:
    yield b'"%s": [' % name
    lines = (encode(record) for record in records)
    start = b"\n"
    while chunk := list(islice(lines, ROWS)):
        yield start + b",\n".join(chunk)
        start = b",\n"
    yield b"]"


def _symbol(symbol: Symbol) -> ExportedSymbol:
    return ExportedSymbol(symbol.id, symbol.name, symbol.kind, symbol.root, symbol.file, symbol.line, symbol.end_line)


def _unresolved(site: Unresolved) -> ExportedUnresolved:
    return ExportedUnresolved(site.caller, site.file, site.line, site.column, site.expression, site.reason)


def _calls(graph: StoredGraph, guesses: bool) -> Iterator[Call]:
    ids = graph.ids()
    for call in graph.all_calls():
        if guesses or call.certainty is not Certainty.GUESS:
            yield Call(
                ids[call.caller],
                ids[call.callee],
                call.path,
                call.line,
                call.column,
                call.end_line,
                call.end_column,
                call.kind,
                call.certainty,
                call.rule,
            )


def _pycg(graph: StoredGraph, guesses: bool) -> Iterator[bytes]:
    symbols = list(graph.all_symbols())
    pairs = (
        (call.caller, call.callee)
        for call in graph.all_calls()
        if (guesses or call.certainty is not Certainty.GUESS)
        and call.rule not in DERIVED
        and not (call.kind is CallKind.DECORATE and symbols[call.callee].kind is SymbolKind.EXTERNAL)
    )
    encode = msgspec.json.Encoder().encode
    callees = adjacency(symbols, pairs)
    lines = (encode(caller) + b": " + encode(callees[caller]) for caller in sorted(callees))
    yield b"{"
    start = b"\n"
    while chunk := list(islice(lines, ROWS)):
        yield start + b",\n".join(chunk)
        start = b",\n"
    yield b"\n}\n"
