"""Draws what a view shows of an open workspace, with places, addresses and source."""

from __future__ import annotations

from navigator.callgraph.views import NodeKind, Subgraph, ViewNode
from navigator.diagrams.files import Look, draw_file
from navigator.diagrams.picture import Detail
from navigator.workspaces import Workspace


def draw_of(opened: Workspace, format: str, found: Subgraph, look: Look) -> bytes:
    """The bytes of a drawing in one of ``files.FORMATS``. Raises what ``draw_file`` raises."""

    def detail(node: ViewNode) -> Detail:
        symbol = node.symbol
        if symbol is None or not symbol.file:
            return Detail()
        return Detail(f"{opened.label(symbol)}:{symbol.line}", opened.permalink(symbol))

    def source(node: ViewNode) -> tuple[int, str]:
        if node.symbol is None or node.kind is not NodeKind.SYMBOL:
            return 0, ""
        text = opened.source(node.symbol)
        return text.line, "\n".join(text.lines)

    return draw_file(format, found, detail, look, source)
