"""Forgetting workspaces."""

from __future__ import annotations

from collections.abc import Sequence

from navigator.index import Home, Store
from navigator.index.locks import exclusive, lock_file
from navigator.index.pruning import prune
from navigator.workspaces.catalog import NOTHING, find_record
from navigator.workspaces.errors import UnknownWorkspace

BUSY_SECONDS = 1.0


def remove_workspaces(names: Sequence[str], *, home: Home | None = None) -> None:
    """Forgets these workspaces, all or, if one of them is not there, none; deletes what only they held.

    What was indexed stays where it is, and so do bookmarks and saved views. Raises UnknownWorkspace with the nearest
    names, and Busy where one is just being indexed; those before it are gone then.
    """
    home = home or Home.default()
    store = Store.open_existing(home)
    if store is None:
        raise UnknownWorkspace(NOTHING)
    with store:
        for name in names:
            find_record(store, name)
        try:
            for name in names:
                with exclusive(lock_file(home.locks, name), seconds=BUSY_SECONDS):
                    store.forget(name)
        finally:
            prune(home, store)
