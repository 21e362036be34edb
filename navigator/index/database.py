"""Opening SQLite files, and telling their failures in one line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from navigator.index.errors import DamagedIndex, UnusableIndex

BUSY_SECONDS = 30.0


def make_folder(folder: Path) -> None:
    """Raises UnusableIndex."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnusableIndex(
            f"cannot create the index folder {folder}: {error.strerror}; "
            "free it, or set NAVIGATOR_HOME to a folder that can be written"
        ) from error


@contextmanager
def failures_of(path: Path) -> Iterator[None]:
    """Turns SQLite's and the system's errors about ``path`` into UnusableIndex and DamagedIndex."""
    try:
        yield
    except sqlite3.OperationalError as error:
        reason = str(error)
        if "malformed" in reason or "no such table" in reason or "no such column" in reason:
            raise damaged(path, reason) from error
        advice = "free space or set NAVIGATOR_HOME to another folder"
        if "locked" in reason:
            advice = "another process holds it; try again"
        raise UnusableIndex(f"cannot use the index {path}: {reason}; {advice}") from error
    except sqlite3.DatabaseError as error:
        raise damaged(path, str(error)) from error
    except OSError as error:
        raise UnusableIndex(
            f"cannot write {path}: {error.strerror}; free space or set NAVIGATOR_HOME to another folder"
        ) from error


def damaged(path: Path, reason: str) -> DamagedIndex:
    return DamagedIndex(f"the index file {path} is damaged ({reason}); delete it and run `navigator index` again")


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are begun and ended by hand."""
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commits at the end, rolls back on any exception, an interrupt included."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
