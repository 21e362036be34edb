"""Searches the source text of a workspace, as it was indexed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from navigator.callgraph import Symbol
from navigator.errors import NavigatorError
from navigator.index.symbol_search import at_line
from navigator.workspaces.workspace import decode_source

if TYPE_CHECKING:
    from navigator.tui.search.matching import Query
    from navigator.workspaces import Workspace


class Hit(msgspec.Struct, frozen=True):
    """A line that holds the text, and the innermost definition around it."""

    symbol: Symbol
    line: int
    text: str


def lines_with(workspace: Workspace, query: Query, limit: int) -> list[Hit]:
    """Lines that hold ``query.text``, in the order of the files; in any case unless the text has a capital."""
    wanted = query.text
    exact = wanted != wanted.lower()
    if not exact:
        wanted = wanted.lower()
    raw = wanted.encode()
    found: list[Hit] = []
    for file in workspace.graph.files():
        if (query.root and query.root not in file.root) or (query.file and query.file not in file.path):
            continue
        try:
            content = workspace.content(file.root, file.path)
        except NavigatorError:
            continue
        if raw not in (content if exact else content.lower()):
            continue
        for number, line in enumerate(decode_source(content).split("\n"), 1):
            if wanted in (line if exact else line.lower()):
                symbol = _around(workspace, file.root, file.path, number)
                if symbol is not None:
                    found.append(Hit(symbol, number, line))
                    if len(found) >= limit:
                        return found
    return found


def _around(workspace: Workspace, root: str, path: str, line: int) -> Symbol | None:
    symbols = workspace.graph.symbols(at_line(workspace.graph, path, line))
    return next((each for each in symbols if each.root == root and each.file == path), None)
