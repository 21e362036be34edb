"""Workspaces: the one Python API to indexing and asking.

    from navigator.workspaces import index, open_workspace

    index(["path/to/package"])
    with open_workspace() as workspace:
        for edge in workspace.callers("function").edges:
            print(edge.caller.name, edge.call.file, edge.call.line)

Asking imports nothing that only indexing needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from navigator.workspaces.answers import (
    Edge,
    Edges,
    Found,
    Health,
    Hop,
    Impact,
    Overview,
    Paths,
    Reached,
    Reason,
    SourceText,
    Why,
)
from navigator.workspaces.catalog import open_workspace, overviews
from navigator.workspaces.errors import (
    AmbiguousSymbol,
    BadImportRoot,
    MissingSource,
    NameTaken,
    NoSuchCall,
    NothingToIndex,
    UnknownSymbol,
    UnknownWorkspace,
)
from navigator.workspaces.progress import Progress
from navigator.workspaces.settings import Settings
from navigator.workspaces.workspace import Workspace

if TYPE_CHECKING:
    from navigator.workspaces.indexing import index
    from navigator.workspaces.refresh import Refreshed, refresh

__all__ = [
    "AmbiguousSymbol",
    "BadImportRoot",
    "Edge",
    "Edges",
    "Found",
    "Health",
    "Hop",
    "Impact",
    "MissingSource",
    "NameTaken",
    "NoSuchCall",
    "NothingToIndex",
    "Overview",
    "Paths",
    "Progress",
    "Reached",
    "Reason",
    "Refreshed",
    "Settings",
    "SourceText",
    "UnknownSymbol",
    "UnknownWorkspace",
    "Why",
    "Workspace",
    "index",
    "open_workspace",
    "overviews",
    "refresh",
]

_INDEXING = {
    "index": "navigator.workspaces.indexing",
    "refresh": "navigator.workspaces.refresh",
    "Refreshed": "navigator.workspaces.refresh",
}


def __getattr__(name: str) -> Any:
    if name not in _INDEXING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_INDEXING[name]), name)
