"""SVG from our own layout: one file, no script, no font and no picture from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from navigator.callgraph import Certainty
from navigator.diagrams.picture import Area, Picture, PlacedCluster, PlacedEdge, PlacedNode, Point, Words
from navigator.diagrams.picture.curves import HEAD
from navigator.diagrams.picture.measure import NAME, REMARK
from navigator.diagrams.styles import DARK, FONTS, LIGHT, LINES, Head, Palette, Shape, Theme

# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HALF = 4.0
"""Half the width of an arrow head."""


def svg(picture: Picture, theme: Theme = Theme.AUTO) -> bytes:
    """The picture as a file; the same picture gives the same bytes."""
    width, height = _number(picture.width), _number(picture.height)
    start = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img" aria-label={quoted(picture.title)}>\n'
        f"<title>{text(picture.title)}</title>\n"
        f"<style>\n{styles(theme)}</style>\n"
        f'<rect class="paper" width="{width}" height="{height}"/>\n'
    )
    return (start + "".join(content(picture)) + "</svg>\n").encode()


def content(picture: Picture) -> Iterator[str]:
    """Everything inside the ``svg`` element, the groups below first."""
    yield f'<g class="graph" {direction_of(picture)}>\n'
    yield from graph(picture)
    yield "</g>\n"
    yield from surroundings(picture)


def direction_of(picture: Picture) -> str:
    """Says where calls lead, beside the places of the nodes, for who draws the view again."""
    return f'data-direction="{"right" if picture.sideways else "down"}"'


def graph(picture: Picture) -> Iterator[str]:
    for cluster in picture.clusters:
        yield _cluster(cluster)
    for edge in picture.edges:
        yield _edge(edge)
    for node in picture.nodes:
        yield _node(node)


def surroundings(picture: Picture, *, legend_only: bool = False) -> Iterator[str]:
    """Title, captions and legend, or of those the legend."""
    yield '<g class="legend">\n'
    for edge in picture.legend_edges:
        yield _edge(edge)
    for node in picture.legend_nodes:
        yield _node(node)
    for words in picture.words:
        if words.legend or not legend_only:
            yield _words(words)
    yield "</g>\n"


def text(value: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", value))


def quoted(value: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", value))


def fonts() -> str:
    return ", ".join(f'"{name}"' if " " in name else name for name in FONTS)


def styles(theme: Theme) -> str:
    """Style sheet of a picture, with colours as variables."""
    light, dark = variables(LIGHT), variables(DARK)
    rules = f"svg {{ {dark if theme is Theme.DARK else light} }}\n"
    if theme is Theme.AUTO:
        rules += f"@media (prefers-color-scheme: dark) {{ svg {{ {dark} }} }}\n"
        rules += f"@media print {{ svg {{ {light} }} }}\n"
    return rules + drawing_styles()


def drawing_styles() -> str:
    """The rules that do not depend on the theme."""
    rules = f"""text {{ font-family: {fonts()}; font-size: {_number(NAME)}px; fill: var(--ink); }}
.paper {{ fill: var(--paper); }}
.node text {{ text-anchor: middle; }}
.remark, .dim {{ fill: var(--dim); font-size: {_number(REMARK)}px; }}
.box {{ fill: var(--fill); stroke: var(--border); stroke-width: 1.2; }}
.class .box, .module .box {{ fill: var(--class-fill); stroke: var(--class-border); }}
.external .box {{ fill: none; stroke-dasharray: 4 3; }}
.external text {{ fill: var(--dim); }}
.more .box {{ fill: none; stroke-dasharray: 1.5 3; }}
.more text {{ fill: var(--dim); font-style: italic; }}
.unresolved .box {{ stroke: var(--line-guess); stroke-dasharray: 2 2; }}
.focus .box {{ fill: var(--focus-fill); stroke: var(--focus-border); stroke-width: 2.4; stroke-dasharray: none; }}
.focus text {{ font-weight: bold; }}
.cluster rect {{ fill: var(--cluster-fill); stroke: var(--cluster-border); }}
.cluster text {{ fill: var(--dim); font-size: {_number(REMARK)}px; }}
.edge path {{ fill: none; stroke-width: 1.3; }}
.edge .under {{ stroke: var(--traced); stroke-width: 4.5; opacity: 0.55; stroke-linecap: round; }}
.edge .reach {{ stroke: transparent; stroke-width: 9; }}
a {{ cursor: pointer; }}
"""
    for certainty in Certainty:
        style, colour = LINES[certainty], f"var(--line-{certainty})"
        dash = f" stroke-dasharray: {' '.join(map(_number, style.dash))};" if style.dash else ""
        rules += f".edge.{certainty} .line {{ stroke: {colour};{dash} }}\n"
        fill = "var(--paper)" if style.head is Head.HOLLOW else "none" if style.head is Head.OPEN else colour
        rules += f".edge.{certainty} .head {{ stroke: {colour}; fill: {fill}; }}\n"
    return rules


def variables(palette: Palette) -> str:
    names = (
        "paper ink dim fill border class_fill class_border focus_fill focus_border cluster_fill cluster_border traced"
    )
    found = {name.replace("_", "-"): getattr(palette, name) for name in names.split()}
    found |= {f"line-{certainty}": colour for certainty, colour in palette.lines.items()}
    return " ".join(f"--{name}: {colour};" for name, colour in found.items())


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _pair(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _words(words: Words) -> str:
    x, y = words.at
    weight = ' font-weight="bold"' if words.bold else ""
    dim = ' class="dim"' if words.dim else ""
    size = f' style="font-size: {_number(words.size)}px"'
    anchor = f' text-anchor="{words.anchor}"' if words.anchor != "start" else ""
    return f'<text x="{_number(x)}" y="{_number(y)}"{dim}{weight}{size}{anchor}>{text(words.text)}</text>\n'


def _cluster(cluster: PlacedCluster) -> str:
    area = cluster.area
    label = f'<text x="{_number(area.x + 8)}" y="{_number(area.y + 14)}">{text(cluster.label)}</text>'
    return (
        f'<g class="cluster" data-group={quoted(cluster.group)}><title>{text(cluster.group)}</title>'
        f"{_rectangle(area, 8, '')}{label}</g>\n"
    )


def _rectangle(area: Area, radius: float, kind: str) -> str:
    mark = f' class="{kind}"' if kind else ""
    return (
        f'<rect{mark} x="{_number(area.x)}" y="{_number(area.y)}" width="{_number(area.width)}"'
        f' height="{_number(area.height)}" rx="{_number(radius)}"/>'
    )


def _node(node: PlacedNode) -> str:
    focus = " focus" if node.node.focus else ""
    x, y = node.area.centre
    lines = ""
    if node.label:
        baseline = y - 2.5 if node.remark else y + 4
        lines = f'<text x="{_number(x)}" y="{_number(baseline)}">{text(node.label)}</text>'
    if node.remark:
        lines += f'<text class="remark" x="{_number(x)}" y="{_number(y + 11)}">{text(node.remark)}</text>'
    body = f"<title>{text(node.tip)}</title>{''.join(_outline(node.shape, node.area))}{lines}"
    if node.link:
        body = f'<a href={quoted(node.link)} target="_blank" rel="noopener">{body}</a>'
    place = f'data-id={quoted(node.node.id)} data-at="{_pair((x, y))},{node.rank}"'
    return f'<g class="node {node.shape}{focus}" {place}>{body}</g>\n'


def _outline(shape: Shape, area: Area) -> Iterator[str]:
    x, y, width, height = area.x, area.y, area.width, area.height
    if shape is Shape.GROUP:
        yield _rectangle(Area(x + 4, y - 4, width, height), 3, "box")
        yield _rectangle(area, 3, "box")
    elif shape is Shape.CLASS:
        yield _rectangle(area, 0, "box")
        inner = f"M{_number(x + 4)},{_number(y)}v{_number(height)}M{_number(x + width - 4)},{_number(y)}"
        yield f'<path class="box" d="{inner}v{_number(height)}"/>'
    elif shape is Shape.MODULE:
        yield f'<path class="box" d="{_closed(_tab(area))}"/>'
    elif shape is Shape.UNRESOLVED:
        side = min(10.0, width / 4)
        middle = y + height / 2
        corners = [(x, middle), (x + side, y), (x + width - side, y), (x + width, middle)]
        corners += [(x + width - side, y + height), (x + side, y + height)]
        yield f'<path class="box" d="{_closed(corners)}"/>'
    else:
        radius = {Shape.FUNCTION: 7.0, Shape.METHOD: 2.0, Shape.EXTERNAL: 2.0}.get(shape, height / 2)
        yield _rectangle(area, min(radius, height / 2), "box")
        if shape is Shape.METHOD:
            inner = f"M{_number(x + 4)},{_number(y + min(6, height / 3))}V{_number(y + height - min(6, height / 3))}"
            yield f'<path class="box" d="{inner}"/>'


def _tab(area: Area) -> list[Point]:
    x, y, width, height = area.x, area.y, area.width, area.height
    tab = min(22.0, width / 2)
    return [(x, y - 5), (x + tab, y - 5), (x + tab + 4, y), (x + width, y), (x + width, y + height), (x, y + height)]


def _closed(corners: Sequence[Point]) -> str:
    return f"M{'L'.join(map(_pair, corners))}Z"


def _edge(edge: PlacedEdge) -> str:
    first, *rest = edge.curve
    way = f"M{_pair(first)}C{' '.join(map(_pair, rest))}"
    traced = f'<path class="under" d="{way}"/>' if edge.edge.traced else ""
    ends = f" data-caller={quoted(edge.edge.caller)} data-callee={quoted(edge.edge.callee)}" if edge.edge.caller else ""
    heavy = " traced" if edge.edge.traced else ""
    return (
        f'<g class="edge {edge.certainty}{heavy}"{ends}><title>{text(edge.words)}</title>{traced}'
        f'<path class="reach" d="{way}"/><path class="line" d="{way}"/>'
        f'<path class="head" d="{_head(edge)}"/></g>\n'
    )


def _head(edge: PlacedEdge) -> str:
    (x, y), (right, down) = edge.tip, edge.heading
    base = (x - HEAD * right, y - HEAD * down)
    side = (down * HALF, right * HALF)
    one, other = (base[0] + side[0], base[1] + side[1]), (base[0] - side[0], base[1] - side[1])
    head = LINES[edge.certainty].head
    if head is Head.DIAMOND:
        middle = (x - HEAD / 2 * right, y - HEAD / 2 * down)
        sides = [(middle[0] + side[0], middle[1] + side[1]), (middle[0] - side[0], middle[1] - side[1])]
        return _closed([edge.tip, sides[0], base, sides[1]])
    if head is Head.OPEN:
        return f"M{_pair(one)}L{_pair(edge.tip)}L{_pair(other)}M{_pair(base)}L{_pair(edge.tip)}"
    return _closed([edge.tip, one, other])
