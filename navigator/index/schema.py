"""The schema of the main database, and how one of another version is met."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from navigator.index.database import transaction
from navigator.index.errors import NewerIndex

SCHEMA = 1

TABLES = (
    "CREATE TABLE sources (digest TEXT PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE facts (digest TEXT NOT NULL, language TEXT NOT NULL, version TEXT NOT NULL, summary BLOB NOT NULL,"
    " data BLOB NOT NULL, PRIMARY KEY (digest, language))",
    "CREATE TABLE workspaces (name TEXT PRIMARY KEY, settings BLOB NOT NULL, graph TEXT, previous TEXT,"
    " indexed REAL NOT NULL)",
    "CREATE TABLE members (graph TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (graph, digest)) WITHOUT ROWID",
    "CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
)

REBUILT = (
    "the index was written by an older version and has been emptied; run `navigator index -w W` for each workspace"
)


def version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def prepare(connection: sqlite3.Connection, path: Path) -> str:
    """Brings a database to the current schema and tells what the user should know about it, mostly nothing.

    Everything in an older database can be made again except the list of workspaces, which is carried over without
    graphs. Raises NewerIndex.
    """
    if version_of(connection) == SCHEMA:
        connection.execute("PRAGMA synchronous = NORMAL")
        return ""
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    with transaction(connection):
        version = version_of(connection)
        if version == SCHEMA:
            return ""
        if version > SCHEMA:
            raise NewerIndex(
                f"the index {path} was written by a newer navigator (schema {version}, this one reads {SCHEMA}); "
                "update navigator, or set NAVIGATOR_HOME to another folder"
            )
        tables = [str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        carried = _carried(connection, "workspaces", ("name", "settings"))
        state = _carried(connection, "state", ("name", "value"))
        for table in tables:
            if not table.startswith("sqlite_"):
                connection.execute(f'DROP TABLE "{table}"')
        for statement in TABLES:
            connection.execute(statement)
        connection.executemany("INSERT INTO workspaces VALUES (?, ?, NULL, NULL, 0)", carried)
        connection.executemany("INSERT INTO state VALUES (?, ?)", state)
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
    return REBUILT if tables else ""


def _carried(connection: sqlite3.Connection, table: str, columns: tuple[str, str]) -> list[tuple[object, object]]:
    """The rows of a table that survive, where the older schema has them."""
    known = {str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")}
    if not known.issuperset(columns):
        return []
    return connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
