"""One HTML file that works from disk: the picture, its data, style sheet and script; it loads nothing else."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

import msgspec

from navigator.callgraph.views import Subgraph, ViewNode
from navigator.diagrams.cells import captions
from navigator.diagrams.picture import Picture
from navigator.diagrams.picture.measure import width_of
from navigator.diagrams.styles import DARK, LIGHT, Theme
from navigator.diagrams.svg import direction_of, drawing_styles, graph, quoted, surroundings, text, variables

MOST_LINES = 400
"""Of one symbol's source; a class may be longer."""


class PageNode(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the page's script knows of a node; ``area`` is x, y, width, height."""

    id: str
    label: str
    name: str
    kind: str
    area: tuple[float, float, float, float]
    place: str = ""
    link: str = ""
    group: str = ""
    line: int = 0
    source: str = ""
    cut: int = 0
    """Lines of source left out at the end."""
    focus: bool = False
    members: tuple[str, ...] = ()


class PageEdge(msgspec.Struct, frozen=True, omit_defaults=True):
    caller: str
    callee: str
    certainty: str
    words: str


class PageData(msgspec.Struct, frozen=True):
    nodes: list[PageNode]
    edges: list[PageEdge]
    groups: dict[str, tuple[float, float, float, float]]
    sideways: bool


def page(picture: Picture, view: Subgraph, theme: Theme, source: Callable[[ViewNode], tuple[int, str]]) -> bytes:
    """The file. ``source`` gives the first line and the text of a symbol; both may be empty."""
    here = files(__name__)
    style = (here / "page.css").read_text(encoding="utf-8")
    script = (here / "page.js").read_text(encoding="utf-8")
    area = picture.graph
    box = f"{area.x - 20:.2f} {area.y - 20:.2f} {area.width + 40:.2f} {area.height + 40:.2f}"
    top = area.y + area.height + 10
    ends = [words.at[0] + width_of(words.text, words.size) for words in picture.words if words.legend]
    wide = max(ends, default=0.0) + 20
    legend = f"0 {top:.2f} {wide:.2f} {max(1.0, picture.height - top):.2f}"
    dark = f"{variables(DARK)} color-scheme: dark;"
    colours = (
        f":root {{ {variables(LIGHT)} color-scheme: light; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root[data-theme=auto] {{ {dark} }} }}\n"
        f":root[data-theme=dark] {{ {dark} }}\n"
        f"@media print {{ :root[data-theme] {{ {variables(LIGHT)} }} }}\n"
    )
    left_out = "".join(f"<p>{text(each)}</p>" for each in captions(view))
    return f"""<!doctype html>
<html lang="en" data-theme="{theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="navigator">
<title>{text(picture.title)}</title>
<style>
{colours}{drawing_styles()}{style}</style>
</head>
<body>
<header>
<h1>{text(picture.title)}</h1>
<input id="search" type="search" placeholder="Search ( / )" aria-label="Search for a symbol" autocomplete="off">
<span id="found" role="status"></span>
<span class="buttons">
<button id="smaller" title="Zoom out ( - )">−</button>
<button id="larger" title="Zoom in ( + )">+</button>
<button id="fit" title="Show all ( 0 )">Fit</button>
<button id="fold" title="Fold or unfold all groups ( g )">Fold</button>
<button id="theme" title="Light or dark ( d )">◐</button>
<button id="help" title="Keys ( ? )">?</button>
</span>
</header>
<main>
<svg id="drawing" xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label={quoted(picture.title)}>
<g id="canvas" {direction_of(picture)}>
{"".join(graph(picture))}<g id="folded"></g>
</g>
</svg>
<aside id="panel" aria-label="Symbol" hidden></aside>
<div id="keys" hidden></div>
</main>
<footer>
<div class="omitted">{left_out}</div>
<svg class="legend" xmlns="http://www.w3.org/2000/svg" viewBox="{legend}" width="{wide:.0f}">
{"".join(surroundings(picture, legend_only=True))}</svg>
</footer>
<script type="application/json" id="data">{_embedded(_data(picture, source))}</script>
<script>
{script}</script>
</body>
</html>
""".encode()


def _data(picture: Picture, source: Callable[[ViewNode], tuple[int, str]]) -> PageData:
    nodes = []
    for placed in picture.nodes:
        node = placed.node
        line, code = source(node)
        lines = code.split("\n") if code else []
        area = placed.area
        kind, place = "", ""
        if node.symbol is not None:
            kind = node.symbol.kind
            place = f"{node.symbol.file}:{node.symbol.line}" if node.symbol.file else "outside the workspace"
        nodes.append(
            PageNode(
                node.id,
                placed.label,
                node.name,
                kind or node.kind,
                (area.x, area.y, area.width, area.height),
                place,
                placed.link,
                "" if node.members else node.group,
                line,
                "\n".join(lines[:MOST_LINES]),
                max(0, len(lines) - MOST_LINES),
                node.focus,
                node.members,
            )
        )
    edges = [PageEdge(e.edge.caller, e.edge.callee, e.certainty, e.words) for e in picture.edges]
    groups = {c.group: (c.area.x, c.area.y, c.area.width, c.area.height) for c in picture.clusters}
    return PageData(nodes, edges, groups, picture.sideways)


def _embedded(data: PageData) -> str:
    """JSON that no HTML parser takes for markup."""
    encoded = msgspec.json.encode(data).decode()
    for character in "<>&\u2028\u2029":
        encoded = encoded.replace(character, f"\\u{ord(character):04x}")
    return encoded
