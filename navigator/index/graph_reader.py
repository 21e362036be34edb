"""Reads a graph file lazily: each question is one small query by number."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from navigator.callgraph import Call, CallKind, Certainty, Problem, Role, Root, Step, Symbol, SymbolKind, Unresolved
from navigator.index.database import damaged, failures_of
from navigator.index.errors import DamagedIndex
from navigator.index.graph_file import BLOCK, FORMAT, Header, StoredFile

SYMBOL_COLUMNS = (
    "symbols.id, symbols.key, symbols.name, symbols.kind, symbols.root, files.path, symbols.line, symbols.end_line,"
    " symbols.role FROM symbols LEFT JOIN files ON files.id = symbols.file"
)
CALL_COLUMNS = (
    "calls.id, caller, callee, file, line, column, end_line, end_column, kind, certainty, texts.text"
    " FROM calls JOIN texts ON texts.id = calls.rule"
)
CHUNK = 500


class StoredCall(msgspec.Struct, frozen=True, gc=False):
    """A call as numbers: ``caller`` and ``callee`` number symbols, ``number`` the call itself."""

    number: int
    caller: int
    callee: int
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    kind: CallKind
    certainty: Certainty
    rule: str


class Totals(msgspec.Struct, frozen=True):
    """How much of what a graph holds, by kind, role, certainty and reason; files by role."""

    files: dict[str, int]
    symbols: dict[str, int]
    calls: dict[str, int]
    unresolved: dict[str, int]
    frequent: dict[str, tuple[tuple[str, int], ...]]
    """For each reason the most frequent expressions of its sites, most frequent first."""
    sites: int
    external_sites: int
    unresolved_sites: int


class StoredGraph:
    """An open graph file. Implements ``navigator.callgraph.queries.GraphReader`` without guesses; ``with_guesses``
    gives a reader that follows them too. Every method may raise DamagedIndex or UnusableIndex."""

    def __init__(self, path: Path, connection: sqlite3.Connection, header: Header) -> None:
        self.path = path
        self.key = header.key
        self.roots: tuple[Root, ...] = header.roots
        self.problems: tuple[Problem, ...] = header.problems
        self._header = header
        self._connection = connection
        self._kinds = [SymbolKind(kind) for kind in header.symbol_kinds]
        self._call_kinds = [CallKind(kind) for kind in header.call_kinds]
        self._certainties = [Certainty(certainty) for certainty in header.certainties]
        self._roles = [Role(role) for role in header.roles]
        self._symbols: dict[int, Symbol] = {}
        self._paths: list[str] | None = None
        self._certain = Adjacency(self, "certainty != " + str(self._certainties.index(Certainty.GUESS)))

    @classmethod
    def open(cls, path: Path) -> StoredGraph:
        """Raises DamagedIndex where the file is missing, torn, or of another format."""
        if not path.exists():
            raise DamagedIndex(f"the graph file {path} is missing; run `navigator index` again")
        with failures_of(path):
            connection = sqlite3.connect(
                path.absolute().as_uri() + "?mode=ro&immutable=1",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                (data,) = connection.execute("SELECT data FROM header").fetchone()
                header = msgspec.msgpack.decode(data, type=Header)
            except (TypeError, msgspec.MsgspecError) as error:
                connection.close()
                raise damaged(path, "no valid header") from error
            except BaseException:
                connection.close()
                raise
        if header.format != FORMAT:
            connection.close()
            raise DamagedIndex(f"the graph file {path} has another format; run `navigator index` again")
        return cls(path, connection, header)

    def close(self) -> None:
        self._connection.close()

    def sound(self) -> bool:
        """Whether SQLite finds the file's structure whole; reads all of it."""
        try:
            return self._rows("PRAGMA quick_check(1)") == [("ok",)]
        except DamagedIndex:
            return False

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with failures_of(self.path):
            return self._connection.execute(query, values).fetchall()

    def _stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        with failures_of(self.path):
            yield from self._connection.execute(query)

    # Neighbours

    def callees(self, symbol: int) -> Sequence[int]:
        return self._certain.callees(symbol)

    def callers(self, symbol: int) -> Sequence[int]:
        return self._certain.callers(symbol)

    def with_guesses(self) -> Adjacency:
        return Adjacency(self, "1")

    # Symbols

    def number(self, key: str) -> int | None:
        rows = self._rows("SELECT id FROM symbols WHERE key = ?", (key,))
        return rows[0][0] if rows else None

    def symbol(self, number: int) -> Symbol:
        return self.symbols((number,))[0]

    def symbols(self, numbers: Iterable[int]) -> list[Symbol]:
        """In the order asked for; kept for the next time."""
        wanted = list(numbers)
        missing = sorted({number for number in wanted if number not in self._symbols})
        for start in range(0, len(missing), CHUNK):
            chunk = missing[start : start + CHUNK]
            self._keep(f"SELECT {SYMBOL_COLUMNS} WHERE symbols.id IN ({','.join('?' * len(chunk))})", chunk)
        return [self._symbols[number] for number in wanted]

    def _keep(self, query: str, values: Sequence[object]) -> list[int]:
        numbers = []
        for row in self._rows(query, values):
            self._symbols[row[0]] = self._symbol(row)
            numbers.append(row[0])
        return numbers

    def _symbol(self, row: tuple[Any, ...]) -> Symbol:
        _, key, name, kind, root, path, line, end_line, role = row
        return Symbol(key, name, self._kinds[kind], root, path or "", line, end_line, self._roles[role])

    def where(self, condition: str, values: Sequence[object], limit: int = -1) -> list[int]:
        """Numbers of the symbols that satisfy an SQL condition over ``symbols`` and ``files``, ascending."""
        query = f"SELECT {SYMBOL_COLUMNS} WHERE {condition} ORDER BY symbols.id LIMIT {limit}"
        return self._keep(query, values)

    def kind_number(self, kind: SymbolKind) -> int:
        """How the column ``kind`` writes a kind."""
        return self._kinds.index(kind)

    def matching(self, expression: str, limit: int) -> list[int]:
        """Numbers of the symbols whose name holds the trigrams of a full-text ``expression``."""
        rows = self._rows("SELECT rowid FROM search WHERE search MATCH ? LIMIT ?", (expression, limit))
        return [row[0] for row in rows]

    def all_symbols(self) -> Iterator[Symbol]:
        for row in self._stream(f"SELECT {SYMBOL_COLUMNS} ORDER BY symbols.id"):
            yield self._symbol(row)

    def ids(self) -> list[str]:
        """The ids of all symbols, by number."""
        return [row[0] for row in self._rows("SELECT key FROM symbols ORDER BY id")]

    # Calls

    def calls_from(self, caller: int) -> list[StoredCall]:
        """Every call site's edges, in the order of the source."""
        return self._calls("caller = ? ORDER BY calls.id", (caller,))

    def calls_to(self, callee: int) -> list[StoredCall]:
        return self._calls("callee = ? ORDER BY calls.id", (callee,))

    def calls_between(self, caller: int, callee: int) -> list[StoredCall]:
        return self._calls("caller = ? AND callee = ? ORDER BY calls.id", (caller, callee))

    def all_calls(self) -> Iterator[StoredCall]:
        for row in self._stream(f"SELECT {CALL_COLUMNS} ORDER BY calls.id"):
            yield self._call(row)

    def _calls(self, condition: str, values: Sequence[object]) -> list[StoredCall]:
        return [self._call(row) for row in self._rows(f"SELECT {CALL_COLUMNS} WHERE {condition}", values)]

    def _call(self, row: tuple[Any, ...]) -> StoredCall:
        number, caller, callee, file, line, column, end_line, end_column, kind, certainty, rule = row
        return StoredCall(
            number,
            caller,
            callee,
            self._path(file),
            line,
            column,
            end_line,
            end_column,
            self._call_kinds[kind],
            self._certainties[certainty],
            rule,
        )

    def _path(self, file: int) -> str:
        if self._paths is None:
            self._paths = [row[0] for row in self._rows("SELECT path FROM files ORDER BY id")]
        return self._paths[file]

    def record(self, call: StoredCall) -> Call:
        caller, callee = self.symbols((call.caller, call.callee))
        return Call(
            caller.id,
            callee.id,
            call.path,
            call.line,
            call.column,
            call.end_line,
            call.end_column,
            call.kind,
            call.certainty,
            call.rule,
        )

    def evidence(self, call: StoredCall) -> tuple[Step, ...]:
        """The steps kept for one call; none where the call expression names its callee."""
        block, place = divmod(call.number, BLOCK)
        rows = self._rows("SELECT data FROM evidence WHERE block = ?", (block,))
        if not rows:
            return ()
        try:
            return msgspec.msgpack.decode(zlib.decompress(rows[0][0]), type=tuple[tuple[Step, ...], ...])[place]
        except (zlib.error, msgspec.MsgspecError, IndexError) as error:
            raise damaged(self.path, "evidence cannot be read") from error

    # Unresolved sites

    def unresolved_in(self, caller: int) -> list[Unresolved]:
        return list(self._unresolved(f"WHERE caller = {caller:d} ORDER BY unresolved.id"))

    def all_unresolved(self) -> Iterator[Unresolved]:
        return self._unresolved("ORDER BY unresolved.id")

    def _unresolved(self, clause: str) -> Iterator[Unresolved]:
        query = (
            "SELECT symbols.key, unresolved.file, unresolved.line, column, unresolved.end_line, end_column, expression,"
            " texts.text FROM unresolved JOIN symbols ON symbols.id = caller JOIN texts ON texts.id = reason " + clause
        )
        for key, file, line, column, end_line, end_column, expression, reason in self._stream(query):
            yield Unresolved(key, self._path(file), line, column, end_line, end_column, expression, reason)

    def called(self) -> dict[str, int]:
        """How many symbols call each symbol that is called at all, by id."""
        query = (
            "SELECT symbols.key, count(DISTINCT calls.caller) FROM calls JOIN symbols ON symbols.id = calls.callee"
            " GROUP BY calls.callee"
        )
        return dict(self._rows(query))

    def numbered(self) -> dict[int, Symbol]:
        """All symbols by number."""
        return {row[0]: self._symbol(row) for row in self._stream(f"SELECT {SYMBOL_COLUMNS} ORDER BY symbols.id")}

    def pairs(self) -> list[tuple[int, int]]:
        """Caller and callee of every call that is not guessed, once each."""
        guess = self._certainties.index(Certainty.GUESS)
        return self._rows("SELECT DISTINCT caller, callee FROM calls WHERE certainty != ? ORDER BY 1, 2", (guess,))

    # Files and totals

    def files(self) -> list[StoredFile]:
        return [
            StoredFile(*row)
            for row in self._rows("SELECT root, path, digest, size, role, module, language FROM files ORDER BY id")
        ]

    def digest(self, root: str, path: str) -> str | None:
        rows = self._rows("SELECT digest FROM files WHERE root = ? AND path = ?", (root, path))
        return rows[0][0] if rows else None

    def sizes(self) -> tuple[int, int, int]:
        """How many files, symbols and calls there are."""
        query = "SELECT (SELECT count(*) FROM files), (SELECT count(*) FROM symbols), (SELECT count(*) FROM calls)"
        files, symbols, calls = self._rows(query)[0]
        return files, symbols, calls

    def totals(self, most: int = 5) -> Totals:
        """Counts over the whole graph; ``most`` bounds the expressions listed for each reason."""
        frequent: dict[str, list[tuple[str, int]]] = {}
        query = (
            "SELECT texts.text, expression, count(*) FROM unresolved JOIN texts ON texts.id = reason"
            " GROUP BY reason, expression ORDER BY count(*) DESC, expression"
        )
        for reason, expression, count in self._rows(query):
            listed = frequent.setdefault(reason, [])
            if len(listed) < most:
                listed.append((expression, count))
        unresolved = dict(
            self._rows(
                "SELECT texts.text, count(*) FROM unresolved JOIN texts ON texts.id = reason"
                " GROUP BY reason ORDER BY count(*) DESC, texts.text"
            )
        )
        return Totals(
            files=dict(self._rows("SELECT role, count(*) FROM files GROUP BY role ORDER BY role")),
            symbols=self._counts("symbols", "kind", self._kinds),
            calls=self._counts("calls", "certainty", self._certainties),
            unresolved=unresolved,
            frequent={reason: tuple(frequent[reason]) for reason in unresolved},
            sites=self._header.sites,
            external_sites=self._header.external_sites,
            unresolved_sites=sum(unresolved.values()),
        )

    def _counts(self, table: str, column: str, names: Sequence[str]) -> dict[str, int]:
        rows = self._rows(f"SELECT {column}, count(*) FROM {table} GROUP BY {column} ORDER BY {column}")
        return {str(names[number]): count for number, count in rows}


class Adjacency:
    """Neighbours by number under a condition on calls, each list read once."""

    def __init__(self, graph: StoredGraph, condition: str) -> None:
        self._graph = graph
        self._callees: dict[int, tuple[int, ...]] = {}
        self._callers: dict[int, tuple[int, ...]] = {}
        self._callees_query = f"SELECT DISTINCT callee FROM calls WHERE caller = ? AND {condition} ORDER BY callee"
        self._callers_query = f"SELECT DISTINCT caller FROM calls WHERE callee = ? AND {condition} ORDER BY caller"

    def callees(self, symbol: int) -> Sequence[int]:
        return self._read(self._callees, self._callees_query, symbol)

    def callers(self, symbol: int) -> Sequence[int]:
        return self._read(self._callers, self._callers_query, symbol)

    def _read(self, known: dict[int, tuple[int, ...]], query: str, symbol: int) -> tuple[int, ...]:
        near = known.get(symbol)
        if near is None:
            near = known[symbol] = tuple(row[0] for row in self._graph._rows(query, (symbol,)))
        return near
