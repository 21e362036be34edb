"""The schema ``navigator.callgraph/1``, one record a line, so that two exports compare line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from navigator.callgraph import SCHEMA, Symbol, Unresolved
from navigator.workspaces.export.extract import Extract, joined


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


def pieces(extract: Extract) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    yield b'{"schema": %s,\n"workspace": %s,\n' % (encode(SCHEMA), encode(extract.workspace))
    yield from _list(b"roots", extract.roots, encode)
    yield b",\n"
    yield from _list(b"symbols", (_symbol(symbol) for symbol in extract.symbols()), encode)
    yield b",\n"
    yield from _list(b"calls", extract.calls(), encode)
    yield b",\n"
    yield from _list(b"unresolved", (_unresolved(site) for site in extract.unresolved()), encode)
    yield b"}\n"


def _list(name: bytes, records: Iterable[object], encode: Callable[[object], bytes]) -> Iterator[bytes]:
    yield b'"%s": [' % name
    start = b"\n"
    for piece in joined((encode(record) for record in records), b",\n"):
        yield start + piece
        start = b""
    yield b"]"


def _symbol(symbol: Symbol) -> ExportedSymbol:
    return ExportedSymbol(symbol.id, symbol.name, symbol.kind, symbol.root, symbol.file, symbol.line, symbol.end_line)


def _unresolved(site: Unresolved) -> ExportedUnresolved:
    return ExportedUnresolved(site.caller, site.file, site.line, site.column, site.expression, site.reason)
