"""Which workspaces there are, and how one is opened."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from navigator.index import DamagedIndex, Home, Store, StoredGraph, UnusableIndex, WorkspaceRecord
from navigator.workspaces.answers import Overview
from navigator.workspaces.errors import UnknownWorkspace
from navigator.workspaces.settings import Kept, decode_kept
from navigator.workspaces.workspace import Workspace

NOTHING = "nothing is indexed yet; run `navigator index SOURCE`"


def open_workspace(name: str | None = None, *, home: Home | None = None, make_current: bool = True) -> Workspace:
    """Opens the workspace ``name``, which becomes the current one unless told otherwise, or the current one.

    Raises UnknownWorkspace with the nearest names, and the errors of ``navigator.index``.
    """
    home = home or Home.default()
    store = Store.open_existing(home)
    if store is None:
        raise unknown(name, ()) if name is not None else UnknownWorkspace(NOTHING)
    try:
        record = find_record(store, name)
        if record.graph is None and store.message:
            raise UnknownWorkspace(store.message)
        try:
            graph = _graph(home, record)
        except DamagedIndex:
            # Another process may have indexed the workspace anew since its record was read.
            record = find_record(store, record.name)
            graph = _graph(home, record)
        if make_current and name is not None and store.current() != record.name:
            # An index that cannot be written still answers.
            with suppress(UnusableIndex):
                store.make_current(record.name)
    except BaseException:
        store.close()
        raise
    return Workspace(record.name, kept_of(record), record.indexed, store, graph)


def overviews(*, home: Home | None = None) -> list[Overview]:
    """All workspaces by name; those without a readable graph have no roots and counts of 0."""
    home = home or Home.default()
    store = Store.open_existing(home)
    if store is None:
        return []
    with store:
        current = store.current()
        return [_overview(home, record, record.name == current) for record in store.workspaces()]


def find_record(store: Store, name: str | None) -> WorkspaceRecord:
    """The record of ``name`` or of the current workspace; raises UnknownWorkspace."""
    if name is None:
        name = store.current()
        if name is None:
            raise UnknownWorkspace(NOTHING)
    record = store.workspace(name)
    if record is None:
        raise unknown(name, [each.name for each in store.workspaces()])
    return record


def unknown(name: str, names: Sequence[str]) -> UnknownWorkspace:
    """That there is no workspace of this name, with what opens it or with those of the others that are like it."""
    import difflib

    from navigator.workspaces.shipped import catalog_entries

    if any(entry.name == name for entry in catalog_entries()):
        return UnknownWorkspace(f"{name} is not indexed yet; run `navigator open {name}`")
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or names
    return UnknownWorkspace(
        f"no workspace {name!r}; there is: {', '.join(near)}" if near else f"no workspace {name!r}: {NOTHING}"
    )


def kept_of(record: WorkspaceRecord) -> Kept:
    """Raises UnknownWorkspace where the settings are of a version that cannot be read."""
    try:
        return decode_kept(record.settings)
    except msgspec.MsgspecError as error:
        raise UnknownWorkspace(
            f"how workspace {record.name!r} was made cannot be read; run `navigator index SOURCE --name {record.name}`"
        ) from error


def _graph(home: Home, record: WorkspaceRecord) -> StoredGraph:
    if record.graph is None:
        raise UnknownWorkspace(f"workspace {record.name!r} has no graph yet; run `navigator index -w {record.name}`")
    try:
        return StoredGraph.open(home.graph(record.graph))
    except DamagedIndex as error:
        raise DamagedIndex(f"{error} (workspace {record.name!r}: `navigator index -w {record.name}`)") from error


def _overview(home: Home, record: WorkspaceRecord, current: bool) -> Overview:
    sources: tuple[str, ...] = ()
    try:
        sources = kept_of(record).settings.sources
        graph = _graph(home, record)
    except (DamagedIndex, UnknownWorkspace):
        return Overview(record.name, sources, (), 0, current, 0, 0, 0)
    try:
        return Overview(record.name, sources, graph.roots, record.indexed, current, *graph.sizes())
    finally:
        graph.close()
