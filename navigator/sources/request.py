"""What somebody asks of a source."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import msgspec

from navigator.sources.selection import Selection


class Progress(Protocol):
    """Called now and then with what is done, of how much (``None``: unknown), in bytes or files.

    An exception that it raises stops the work and leaves nothing half-written; a worker is cancelled that way.
    """

    def __call__(self, label: str, done: int, total: int | None) -> None: ...


class Request(msgspec.Struct, frozen=True):
    """``cache_dir`` is where downloads and clones are kept; it is made when it is needed.

    ``folder`` is the sub-folder of the source that is wanted, without slashes at its ends; empty for all of it.
    """

    selection: Selection
    cache_dir: Path
    progress: Progress | None = None
    folder: str = ""

    def report(self, label: str, done: int, total: int | None = None) -> None:
        if self.progress is not None:
            self.progress(label, done, total)
