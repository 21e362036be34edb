"""Locks between processes.

A lock is a transaction on a small SQLite file: that works alike on every platform, and the system gives it back when
its owner dies.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from navigator.index.database import failures_of, make_folder
from navigator.index.errors import Busy

POLL_SECONDS = 0.05


def lock_file(folder: Path, name: str) -> Path:
    """A file name of its own for any ``name``, legible where the name is plain."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:40]
    if plain != name:
        plain += "-" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return folder / f"{plain}.lock"


@contextmanager
def exclusive(path: Path, *, seconds: float, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Holds the lock alone. Calls ``waiting`` once if somebody else has it; raises Busy after ``seconds``."""
    connection = _open(path)
    try:
        deadline = time.monotonic() + seconds
        told = False
        while not _begin(connection, path, "BEGIN EXCLUSIVE"):
            if time.monotonic() >= deadline:
                raise Busy(f"{path.stem} is being indexed by another process; try again when it has finished")
            if not told:
                told = True
                waiting()
            time.sleep(POLL_SECONDS)
        yield
    finally:
        connection.close()


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """Holds the lock together with other sharers, waiting while somebody has it alone."""
    connection = _open(path)
    try:
        while not _begin(connection, path, "BEGIN", "SELECT count(*) FROM sqlite_master"):
            time.sleep(POLL_SECONDS)
        yield
    finally:
        connection.close()


@contextmanager
def exclusive_if_free(path: Path) -> Iterator[bool]:
    """Yields whether the lock could be taken alone at once."""
    connection = _open(path)
    try:
        yield _begin(connection, path, "BEGIN EXCLUSIVE")
    finally:
        connection.close()


def _open(path: Path) -> sqlite3.Connection:
    make_folder(path.parent)
    with failures_of(path):
        return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)


def _begin(connection: sqlite3.Connection, path: Path, *statements: str) -> bool:
    with failures_of(path):
        try:
            for statement in statements:
                connection.execute(statement).fetchall()
        except sqlite3.OperationalError as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if "locked" in str(error) or "busy" in str(error):
                return False
            raise
    return True
