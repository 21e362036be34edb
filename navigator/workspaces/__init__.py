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
    ReproductionFolder,
    SourceText,
    Why,
)
from navigator.workspaces.catalog import open_workspace, overviews
from navigator.workspaces.errors import (
    AmbiguousSymbol,
    BadFile,
    BadImportRoot,
    MissingSource,
    NameTaken,
    NoLocalSource,
    NoSuchCall,
    NoSuchRevision,
    NothingToIndex,
    NotInCatalog,
    UnknownSymbol,
    UnknownWorkspace,
)
from navigator.workspaces.progress import Progress
from navigator.workspaces.settings import Settings
from navigator.workspaces.workspace import Workspace

if TYPE_CHECKING:
    from navigator.workspaces.comparing import Affected, Comparison, affected, compare
    from navigator.workspaces.indexing import index, open_entry
    from navigator.workspaces.logs import Log, LogEntry, log
    from navigator.workspaces.refresh import Refreshed, refresh
    from navigator.workspaces.removing import remove_workspaces
    from navigator.workspaces.revisions import ready
    from navigator.workspaces.shipped import CatalogEntry, catalog_entries
    from navigator.workspaces.user_settings import Trust, UntrustedFolder, UserSettings, user_settings
    from navigator.workspaces.workspace_file import read_workspace_file, workspace_file_in

__all__ = [
    "Affected",
    "AmbiguousSymbol",
    "BadFile",
    "BadImportRoot",
    "CatalogEntry",
    "Comparison",
    "Edge",
    "Edges",
    "Found",
    "Health",
    "Hop",
    "Impact",
    "Log",
    "LogEntry",
    "MissingSource",
    "NameTaken",
    "NoLocalSource",
    "NoSuchCall",
    "NoSuchRevision",
    "NotInCatalog",
    "NothingToIndex",
    "Overview",
    "Paths",
    "Progress",
    "Reached",
    "Reason",
    "Refreshed",
    "ReproductionFolder",
    "Settings",
    "SourceText",
    "Trust",
    "UnknownSymbol",
    "UnknownWorkspace",
    "UntrustedFolder",
    "UserSettings",
    "Why",
    "Workspace",
    "affected",
    "catalog_entries",
    "compare",
    "index",
    "log",
    "open_entry",
    "open_workspace",
    "overviews",
    "read_workspace_file",
    "ready",
    "refresh",
    "remove_workspaces",
    "user_settings",
    "workspace_file_in",
]

_ON_DEMAND = {
    "comparing": ("Affected", "Comparison", "affected", "compare"),
    "indexing": ("index", "open_entry"),
    "logs": ("Log", "LogEntry", "log"),
    "refresh": ("Refreshed", "refresh"),
    "removing": ("remove_workspaces",),
    "revisions": ("ready",),
    "shipped": ("CatalogEntry", "catalog_entries"),
    "user_settings": ("Trust", "UntrustedFolder", "UserSettings", "user_settings"),
    "workspace_file": ("read_workspace_file", "workspace_file_in"),
}
"""What asking does not need, by the module that has it."""
_HOMES = {name: f"{__name__}.{module}" for module, names in _ON_DEMAND.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
