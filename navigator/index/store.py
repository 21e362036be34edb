"""The main database: facts and source bytes by content hash, and the list of workspaces."""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from navigator.index.database import connect, failures_of, make_folder, transaction
from navigator.index.errors import UnusableIndex
from navigator.index.home import Home
from navigator.index.schema import SCHEMA, prepare, version_of

CHUNK = 500
COMPRESSION = 1


class StoredFacts(msgspec.Struct, frozen=True):
    """The encoded facts of one content in one language, and a small encoded summary that is read without them."""

    digest: str
    language: str
    summary: bytes
    data: bytes


class WorkspaceRecord(msgspec.Struct, frozen=True):
    """A workspace as kept: ``settings`` is encoded by the layer above, ``graph`` the key of its current graph."""

    name: str
    settings: bytes
    graph: str | None
    previous: str | None
    indexed: float
    """Seconds since the epoch."""


class Store:
    """An open main database. Every method may raise UnusableIndex or DamagedIndex."""

    def __init__(self, home: Home, connection: sqlite3.Connection, message: str) -> None:
        self.home = home
        self.message = message
        """What the user should know about the opening; empty, or that an older index was emptied."""
        self._connection = connection

    @classmethod
    def open(cls, home: Home) -> Store:
        """Opens for reading and writing; creates the database, or renews one of an older schema.

        Raises NewerIndex where a newer program wrote it.
        """
        make_folder(home.folder)
        with failures_of(home.database):
            connection = connect(home.database)
            try:
                message = prepare(connection, home.database)
            except BaseException:
                connection.close()
                raise
        return cls(home, connection, message)

    @classmethod
    def open_existing(cls, home: Home) -> Store | None:
        """As ``open``, but ``None`` where nothing was ever indexed; a folder that cannot be written is only read."""
        if not home.database.exists():
            return None
        if os.access(home.folder, os.W_OK) and os.access(home.database, os.W_OK):
            return cls.open(home)
        with failures_of(home.database):
            uri = home.database.as_uri() + "?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
            if version_of(connection) != SCHEMA:
                connection.close()
                raise UnusableIndex(f"the index {home.database} is of another version and cannot be renewed in place")
        return cls(home, connection, "")

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with failures_of(self.home.database), transaction(self._connection):
            yield self._connection

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with failures_of(self.home.database):
            return self._connection.execute(query, values).fetchall()

    def facts(self, wanted: Iterable[tuple[str, str]], version: str) -> Iterator[StoredFacts]:
        """The facts there are for ``wanted`` (digest, language), as the front end ``version`` wrote them."""
        for language, digests in _chunks(wanted):
            query = (
                "SELECT facts.digest, summary, facts.data FROM facts JOIN sources USING (digest)"
                f" WHERE language = ? AND version = ? AND digest IN ({','.join('?' * len(digests))})"
            )
            for digest, summary, data in self._rows(query, (language, version, *digests)):
                yield StoredFacts(digest, language, summary, data)

    def known(self, wanted: Iterable[tuple[str, str]], version: str) -> set[tuple[str, str]]:
        """Those of ``wanted`` that ``facts`` has something for."""
        found: set[tuple[str, str]] = set()
        for language, digests in _chunks(wanted):
            query = (
                "SELECT digest FROM facts WHERE language = ? AND version = ?"
                f" AND digest IN ({','.join('?' * len(digests))})"
            )
            found.update((digest, language) for (digest,) in self._rows(query, (language, version, *digests)))
        return found

    def put(self, facts: Iterable[StoredFacts], sources: Iterable[tuple[str, bytes]], version: str) -> None:
        """Keeps facts and the bytes they came from, in one transaction."""
        with self._writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO sources VALUES (?, ?)",
                ((digest, zlib.compress(data, COMPRESSION)) for digest, data in sources),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?, ?)",
                ((row.digest, row.language, version, row.summary, row.data) for row in facts),
            )

    def source(self, digest: str) -> bytes | None:
        rows = self._rows("SELECT data FROM sources WHERE digest = ?", (digest,))
        if not rows:
            return None
        with failures_of(self.home.database):
            try:
                return zlib.decompress(rows[0][0])
            except zlib.error as error:
                raise sqlite3.DatabaseError(f"source {digest}: {error}") from error

    def workspaces(self) -> list[WorkspaceRecord]:
        """All workspaces, by name."""
        rows = self._rows("SELECT name, settings, graph, previous, indexed FROM workspaces ORDER BY name")
        return [WorkspaceRecord(*row) for row in rows]

    def workspace(self, name: str) -> WorkspaceRecord | None:
        rows = self._rows("SELECT name, settings, graph, previous, indexed FROM workspaces WHERE name = ?", (name,))
        return WorkspaceRecord(*rows[0]) if rows else None

    def register(self, name: str, settings: bytes, graph: str, digests: Iterable[str]) -> None:
        """Makes ``graph``, which holds the contents ``digests``, the current graph of a workspace."""
        with self._writing() as connection:
            connection.executemany("INSERT OR IGNORE INTO members VALUES (?, ?)", ((graph, each) for each in digests))
            connection.execute(
                "INSERT INTO workspaces VALUES (?1, ?2, ?3, NULL, ?4) ON CONFLICT (name) DO UPDATE SET settings = ?2,"
                " previous = CASE WHEN graph = ?3 THEN previous ELSE graph END, graph = ?3, indexed = ?4",
                (name, settings, graph, time.time()),
            )

    def forget(self, name: str) -> None:
        """Takes a workspace off the list; where it was the current one, the one indexed last takes its place."""
        with self._writing() as connection:
            connection.execute("DELETE FROM workspaces WHERE name = ?", (name,))
            connection.execute(
                "UPDATE state SET value = (SELECT name FROM workspaces ORDER BY indexed DESC, name LIMIT 1)"
                " WHERE name = 'current' AND value = ? AND EXISTS (SELECT 1 FROM workspaces)",
                (name,),
            )

    def current(self) -> str | None:
        """The name of the workspace used last."""
        rows = self._rows("SELECT name FROM workspaces WHERE name = (SELECT value FROM state WHERE name = 'current')")
        return rows[0][0] if rows else None

    def make_current(self, name: str) -> None:
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO state VALUES ('current', ?)", (name,))

    def graphs(self) -> set[str]:
        """The keys of all graphs that workspaces hold: the current ones and the ones before."""
        return {key for record in self.workspaces() for key in (record.graph, record.previous) if key}

    def forget_unused(self) -> int:
        """Deletes contents that no held graph contains, and tells how many there were."""
        kept = sorted(self.graphs())
        marks = ",".join("?" * len(kept))
        with self._writing() as connection:
            connection.execute(f"DELETE FROM members WHERE graph NOT IN ({marks})", kept)
            connection.execute("DELETE FROM facts WHERE digest NOT IN (SELECT digest FROM members)")
            cursor = connection.execute("DELETE FROM sources WHERE digest NOT IN (SELECT digest FROM members)")
        self._rows("PRAGMA incremental_vacuum")
        return cursor.rowcount


def _chunks(contents: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Languages with so many digests of ``contents`` (digest, language) as one query takes."""
    by_language: dict[str, list[str]] = {}
    for digest, language in sorted(set(contents)):
        by_language.setdefault(language, []).append(digest)
    for language, digests in by_language.items():
        for start in range(0, len(digests), CHUNK):
            yield language, digests[start : start + CHUNK]
