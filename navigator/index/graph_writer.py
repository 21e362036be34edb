"""Writes a linked program to a graph file, in one go and atomically."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from navigator.callgraph import CallGraph, CallKind, Certainty, Role, SymbolKind
from navigator.index.database import failures_of, make_folder
from navigator.index.graph_file import BLOCK, FORMAT, INDEXES, TABLES, Header, StoredFile, tail_of

TEMPORARY = ".tmp"


class Interned(dict[str, int]):
    """Texts numbered in the order in which they are first asked for."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


def write_graph(path: Path, key: str, graph: CallGraph, files: Sequence[StoredFile]) -> None:
    """Writes ``path`` under another name first; it appears complete or not at all.

    Raises UnusableIndex where the disk refuses.
    """
    make_folder(path.parent)
    temporary = path.with_name(f"{path.stem}.{os.getpid()}{TEMPORARY}")
    with failures_of(temporary):
        temporary.unlink(missing_ok=True)
        try:
            connection = sqlite3.connect(temporary, isolation_level=None)
            try:
                _fill(connection, key, graph, files)
            finally:
                connection.close()
            _flush(temporary)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fill(connection: sqlite3.Connection, key: str, graph: CallGraph, files: Sequence[StoredFile]) -> None:
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "page_size = 8192", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    for statement in TABLES:
        connection.execute(statement)
    header = Header(
        FORMAT,
        key,
        graph.roots,
        graph.sites,
        graph.external_sites,
        graph.problems,
        tuple(SymbolKind),
        tuple(CallKind),
        tuple(Certainty),
        tuple(Role),
    )
    connection.execute("INSERT INTO header VALUES (?)", (msgspec.msgpack.encode(header),))
    connection.executemany(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((number, *msgspec.structs.astuple(file)) for number, file in enumerate(files)),
    )
    texts = Interned()
    _Rows(connection, graph, files, texts).write()
    connection.executemany("INSERT INTO texts VALUES (?, ?)", ((number, text) for text, number in texts.items()))
    for statement in INDEXES:
        connection.execute(statement)
    connection.execute("COMMIT")


class _Rows:
    """Turns the records of one graph into rows of numbers."""

    def __init__(
        self, connection: sqlite3.Connection, graph: CallGraph, files: Sequence[StoredFile], texts: Interned
    ) -> None:
        self.connection = connection
        self.graph = graph
        self.texts = texts
        self.files = {(file.root, file.path): number for number, file in enumerate(files)}
        self.symbols = sorted(graph.symbols, key=lambda symbol: symbol.id)
        self.numbers = {symbol.id: number for number, symbol in enumerate(self.symbols)}
        self.roots = [symbol.root for symbol in self.symbols]

    def write(self) -> None:
        self.connection.executemany("INSERT INTO symbols VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._symbol_rows())
        rows = sorted(self._call_rows())
        self.connection.executemany(
            "INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((number, row[0], row[4], *row[1:4], *row[5:10]) for number, row in enumerate(rows)),
        )
        if self.graph.evidence:
            self.connection.executemany("INSERT INTO evidence VALUES (?, ?)", self._blocks(row[-1] for row in rows))
        self.connection.executemany(
            "INSERT INTO unresolved VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", sorted(self._unresolved_rows())
        )

    def _symbol_rows(self) -> Iterator[tuple[object, ...]]:
        kinds = {kind: number for number, kind in enumerate(SymbolKind)}
        roles = {role: number for number, role in enumerate(Role)}
        for number, symbol in enumerate(self.symbols):
            yield (
                number,
                symbol.id,
                symbol.name,
                tail_of(symbol.name),
                kinds[symbol.kind],
                symbol.root,
                self.files.get((symbol.root, symbol.file)),
                symbol.line,
                symbol.end_line,
                roles[symbol.role],
            )

    def _call_rows(self) -> Iterator[tuple[int, ...]]:
        """Caller, file, line, column, callee, the rest, and last the place among the graph's calls."""
        kinds = {kind: number for number, kind in enumerate(CallKind)}
        certainties = {certainty: number for number, certainty in enumerate(Certainty)}
        numbers, files, roots, texts = self.numbers, self.files, self.roots, self.texts
        for place, call in enumerate(self.graph.calls):
            caller = numbers[call.caller]
            yield (
                caller,
                files[roots[caller], call.file],
                call.line,
                call.column,
                numbers[call.callee],
                call.end_line,
                call.end_column,
                kinds[call.kind],
                certainties[call.certainty],
                texts[call.rule],
                place,
            )

    def _unresolved_rows(self) -> Iterator[tuple[object, ...]]:
        for site in self.graph.unresolved:
            caller = self.numbers[site.caller]
            yield (
                caller,
                self.files[self.roots[caller], site.file],
                site.line,
                site.column,
                site.end_line,
                site.end_column,
                site.expression,
                self.texts[site.reason],
            )

    def _blocks(self, places: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        ordered = [self.graph.evidence[place] for place in places]
        for block, start in enumerate(range(0, len(ordered), BLOCK)):
            yield block, zlib.compress(msgspec.msgpack.encode(ordered[start : start + BLOCK]), 1)
