"""Files and folders that appear in a cache whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from navigator.sources.errors import UnreachableError
from navigator.sources.names import printable

_PARTIAL = ".partial-"
_ABANDONED_AFTER = 24 * 3600
"""Seconds after which a partial folder has no owner any more: what a killed process left."""


@contextlib.contextmanager
def partial_folder(shelf: Path) -> Iterator[Path]:
    """A folder on ``shelf`` to work in, gone afterwards; rename out of it what is complete."""
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        _sweep(shelf)
        folder = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=shelf))
    except OSError as error:
        raise UnreachableError(f"cannot write to the cache {printable(str(shelf))}: {error.strerror}") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settle(complete: Path, place: Path) -> None:
    """Moves what is complete to its place, unless another process was first: what lies there is as good."""
    try:
        os.rename(complete, place)
    except OSError:
        if not place.exists():
            raise


def _sweep(shelf: Path) -> None:
    for folder in shelf.glob(_PARTIAL + "*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > _ABANDONED_AFTER:
                shutil.rmtree(folder, ignore_errors=True)
