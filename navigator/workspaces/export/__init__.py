"""The graph as data, whole or as much of it as a view shows: ``navigator.callgraph/1``, the PyCG benchmark's adjacency,
GraphML and CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from navigator.callgraph.views import View
from navigator.errors import NavigatorError
from navigator.index import StoredGraph
from navigator.workspaces.export.extract import Extract

FORMATS = ("json", "pycg", "graphml", "csv")
_WRITERS = {"json": "callgraph_json", "pycg": "pycg", "graphml": "graphml", "csv": "table"}


class UnknownFormat(NavigatorError):
    """The graph cannot be exported in a format of that name."""


def export(
    graph: StoredGraph, workspace: str, format: str, *, guesses: bool = False, view: View | None = None
) -> Iterator[bytes]:
    """The pieces of one file; raises UnknownFormat at once. A view limits what is written to the symbols that it shows,
    those in folded groups included, and to the calls between them; it says itself whether guesses count."""
    if format not in _WRITERS:
        raise UnknownFormat(f"no format {format!r}; there is: {', '.join(FORMATS)}")
    writer: Callable[[Extract], Iterator[bytes]] = import_module(f"{__name__}.{_WRITERS[format]}").pieces
    return writer(Extract(graph, workspace, guesses, view))
