"""The layout of a graph file: one SQLite file that holds one linked program and never changes.

Symbols are numbered in the order of their ids, calls in the order of their callers; files, reasons and rules are
interned. ``evidence`` holds blocks of ``BLOCK`` consecutive calls, encoded and compressed together, because the steps
of neighbouring calls share most of their text.
"""

from __future__ import annotations

import msgspec

from navigator.callgraph import Problem, Root

FORMAT = 1
BLOCK = 256

TABLES = (
    "CREATE TABLE header (data BLOB NOT NULL)",
    "CREATE TABLE files (id INTEGER PRIMARY KEY, root TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL,"
    " size INT NOT NULL, role TEXT NOT NULL, module TEXT NOT NULL, language TEXT NOT NULL)",
    "CREATE TABLE symbols (id INTEGER PRIMARY KEY, key TEXT NOT NULL, name TEXT NOT NULL, tail TEXT NOT NULL,"
    " kind INT NOT NULL, root TEXT NOT NULL, file INT, line INT NOT NULL, end_line INT NOT NULL, role INT NOT NULL)",
    "CREATE TABLE calls (id INTEGER PRIMARY KEY, caller INT NOT NULL, callee INT NOT NULL, file INT, line INT NOT NULL,"
    " column INT NOT NULL, end_line INT NOT NULL, end_column INT NOT NULL, kind INT NOT NULL, certainty INT NOT NULL,"
    " rule INT NOT NULL)",
    "CREATE TABLE unresolved (id INTEGER PRIMARY KEY, caller INT NOT NULL, file INT, line INT NOT NULL,"
    " column INT NOT NULL, end_line INT NOT NULL, end_column INT NOT NULL, expression TEXT NOT NULL,"
    " reason INT NOT NULL)",
    "CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    "CREATE TABLE evidence (block INTEGER PRIMARY KEY, data BLOB NOT NULL)",
)

INDEXES = (
    "CREATE INDEX symbols_by_key ON symbols (key)",
    "CREATE INDEX symbols_by_tail ON symbols (tail)",
    "CREATE INDEX symbols_by_file ON symbols (file)",
    "CREATE INDEX calls_by_caller ON calls (caller, callee, certainty)",
    "CREATE INDEX calls_by_callee ON calls (callee, caller, certainty)",
    "CREATE INDEX unresolved_by_caller ON unresolved (caller)",
    "CREATE VIRTUAL TABLE search USING fts5"
    " (name, content = 'symbols', content_rowid = 'id', tokenize = 'trigram', detail = none)",
    "INSERT INTO search (rowid, name) SELECT id, name FROM symbols",
)


class Header(msgspec.Struct, frozen=True):
    """What is said once about a graph. The enumerations tell what the small numbers in the rows stand for."""

    format: int
    key: str
    roots: tuple[Root, ...]
    sites: int
    external_sites: int
    problems: tuple[Problem, ...]
    symbol_kinds: tuple[str, ...]
    call_kinds: tuple[str, ...]
    certainties: tuple[str, ...]
    roles: tuple[str, ...]


class StoredFile(msgspec.Struct, frozen=True):
    """One file of a graph. ``module`` is the import name; ``digest`` finds its bytes in the main database."""

    root: str
    path: str
    digest: str
    size: int
    role: str
    module: str
    language: str


def tail_of(name: str) -> str:
    """The last segment of a name; an anonymous function's is its whole bracket."""
    end = name.rfind("<") if name.endswith(">") and "<" in name else len(name)
    return name[max(name.rfind(mark, 0, end) for mark in ".:/") + 1 :]
