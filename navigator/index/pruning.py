"""Removes what no workspace holds any more."""

from __future__ import annotations

from pathlib import Path

from navigator.index.graph_writer import TEMPORARY
from navigator.index.home import Home
from navigator.index.locks import exclusive_if_free
from navigator.index.store import Store


def prune_lock(home: Home) -> Path:
    """Held together by all who write graphs and contents, and alone by who removes them."""
    return home.locks / ".content.lock"


def prune(home: Home, store: Store) -> None:
    """Deletes graph files and contents that no workspace holds, unless somebody is writing: then the next one does."""
    with exclusive_if_free(prune_lock(home)) as alone:
        if not alone:
            return
        kept = {home.graph(key).name for key in store.graphs()}
        for file in home.graphs.iterdir() if home.graphs.is_dir() else ():
            if file.suffix == TEMPORARY or (file.suffix == ".sqlite" and file.name not in kept):
                # A file that another system will not delete while it is read goes next time.
                try:
                    file.unlink(missing_ok=True)
                except PermissionError:
                    continue
        store.forget_unused()
