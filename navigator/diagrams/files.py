"""One file of a view in any format that draws: ``draw_file`` gives its bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

import msgspec

from navigator.callgraph.views import Subgraph, ViewNode
from navigator.diagrams.cells import captions
from navigator.diagrams.errors import TooLarge
from navigator.diagrams.picture import Detail, Direction, Kept, Picture, compose
from navigator.diagrams.styles import Theme

FORMATS = ("svg", "html", "png", "pdf", "dot", "mermaid", "text")
SUFFIXES = {
    ".svg": "svg",
    ".html": "html",
    ".htm": "html",
    ".png": "png",
    ".pdf": "pdf",
    ".dot": "dot",
    ".gv": "dot",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".txt": "text",
    ".json": "json",
    ".graphml": "graphml",
    ".csv": "csv",
}
"""The format that a file's name says, data formats included."""
BINARY = frozenset({"png", "pdf"})
MOST_NODES = 2000
"""What a picture can hold before it is of no use to anybody, whatever a view's limit is."""
TEXT_WIDTH = 120


class Look(msgspec.Struct, frozen=True):
    """How a view is drawn. ``engine`` is ``own`` or ``dot``, for Graphviz's layout in svg, png and pdf; ``kept`` are
    places in an earlier picture, which nodes keep in the own layout."""

    theme: Theme = Theme.AUTO
    direction: Direction = Direction.AUTO
    legend: bool = True
    title: str = ""
    engine: str = "own"
    width: int = TEXT_WIDTH
    ascii_only: bool = False
    kept: Kept | None = None


def format_of(target: str) -> str | None:
    """The format that the end of a file's name stands for."""
    return SUFFIXES.get(PurePath(target).suffix.lower())


def draw_file(
    format: str,
    graph: Subgraph,
    detail: Callable[[ViewNode], Detail],
    look: Look,
    source: Callable[[ViewNode], tuple[int, str]] = lambda node: (0, ""),
) -> bytes:
    """The bytes of a drawing; the same arguments give the same bytes. ``detail`` and ``source`` tell where a symbol
    stands and, for html, its first line and its text. Raises TooLarge, NoRenderer and RenderingFailed."""
    if format == "text":
        return _text(graph, look)
    if len(graph.nodes) > MOST_NODES:
        raise TooLarge(
            f"a picture of {len(graph.nodes):,} nodes and {len(graph.edges):,} edges cannot be read (at most"
            f" {MOST_NODES:,}): lower --limit, name fewer modules, or draw groups as one node each"
            " (--group package --collapse '*')"
        )
    picture = compose(graph, detail, direction=look.direction, legend=look.legend, title=look.title, kept=look.kept)
    if format == "mermaid":
        from navigator.diagrams.mermaid import mermaid

        return mermaid(graph, title=picture.title, sideways=picture.sideways)
    if format == "svg" and look.engine == "own":
        from navigator.diagrams.svg import svg

        return svg(picture, look.theme)
    if format == "html":
        from navigator.diagrams.page import page

        return page(picture, graph, look.theme, source)
    return _graphviz(format, graph, detail, picture, look)


def _graphviz(
    format: str, graph: Subgraph, detail: Callable[[ViewNode], Detail], picture: Picture, look: Look
) -> bytes:
    from navigator.diagrams.dot import dot, placed_dot
    from navigator.diagrams.graphviz_programs import draw_placed, lay_out

    if format in BINARY and look.engine == "own":
        return draw_placed(placed_dot(picture, look.theme), format)
    text = dot(graph, detail, title=picture.title, sideways=picture.sideways, theme=look.theme)
    return text if format == "dot" else lay_out(text, format)


def _text(graph: Subgraph, look: Look) -> bytes:
    from navigator.diagrams.cells import ASCII, UNICODE, draw

    frames = {Direction.AUTO: "auto", Direction.RIGHT: "sideways", Direction.DOWN: "top-down"}
    drawing = draw(graph, look.width, glyphs=ASCII if look.ascii_only else UNICODE, frame=frames[look.direction])
    return "".join(f"{line}\n" for line in (*drawing.lines(), *captions(graph))).encode()
