"""DOT, Graphviz's language: as a file for others to lay out, or with our own layout's coordinates for drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from graphviz import Digraph, escape

from navigator.callgraph.views import Subgraph, ViewEdge, ViewNode
from navigator.diagrams.cells import captions
from navigator.diagrams.picture import Area, Detail, Picture, PlacedEdge, PlacedNode, Point
from navigator.diagrams.picture.compose import node_words
from navigator.diagrams.picture.measure import NAME, REMARK, width_of
from navigator.diagrams.picture.records import Anchor
from navigator.diagrams.styles import DARK, LIGHT, LINES, Palette, Shape, Theme, shape_of

SHAPES = {
    Shape.FUNCTION: {"shape": "box", "style": "rounded,filled"},
    Shape.METHOD: {"shape": "box", "style": "filled"},
    Shape.CLASS: {"shape": "box", "style": "filled", "peripheries": "2"},
    Shape.MODULE: {"shape": "tab", "style": "filled"},
    Shape.LAMBDA: {"shape": "box", "style": "rounded,filled"},
    Shape.EXTERNAL: {"shape": "box", "style": "dashed"},
    Shape.GROUP: {"shape": "box3d", "style": "filled"},
    Shape.UNRESOLVED: {"shape": "hexagon", "style": "dashed"},
    Shape.MORE: {"shape": "box", "style": "rounded,dotted"},
}
FONT = "DejaVu Sans Mono,Noto Sans Mono CJK SC,Noto Sans CJK SC,monospace"
"""As pango reads it: what the first does not cover is taken from the next."""
INCH = 72.0


def dot(graph: Subgraph, detail: Callable[[ViewNode], Detail], *, title: str, sideways: bool, theme: Theme) -> bytes:
    """The view for Graphviz to lay out: clusters by group, tooltips, links."""
    palette = DARK if theme is Theme.DARK else LIGHT
    drawing = _document(palette)
    drawing.attr("graph", rankdir="LR" if sideways else "TB", newrank="true", ranksep="0.55", nodesep="0.22")
    drawing.attr("graph", label=escape("\n".join([title, *captions(graph)])), labelloc="t", labeljust="l")
    words = node_words(graph, detail)
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    clusters: dict[str, list[str]] = {}
    for node in graph.nodes:
        label, remark, tip, link = words[node.id]
        colours = _colours(palette, shape_of(node), node.focus)
        shown = escape(f"{label}\n{remark}" if remark else label)
        extra = {"URL": escape(link)} if link else {}
        drawing.node(names[node.id], shown, tooltip=escape(tip), **SHAPES[shape_of(node)], **colours, **extra)
        if node.group and not node.members:
            clusters.setdefault(node.group, []).append(names[node.id])
    for number, (group, members) in enumerate(clusters.items()):
        with drawing.subgraph(name=f"cluster_{number}") as cluster:
            cluster.attr(label=escape(group), **_cluster(palette))
            for name in members:
                cluster.node(name)
    for edge in graph.edges:
        drawing.edge(names[edge.caller], names[edge.callee], tooltip=escape(_tip(edge)), **_line(palette, edge))
    return str(drawing.source).encode()


def placed_dot(picture: Picture, theme: Theme) -> bytes:
    """The picture with every coordinate given, for ``neato -n2``, which only draws."""
    palette = DARK if theme is Theme.DARK else LIGHT
    drawing = _document(palette)
    drawing.attr("graph", splines="true", pad="0.1", notranslate="true")
    height = picture.height
    drawing.node("corner0", "", shape="point", style="invis", width="0.01", pos=f"0,{height:.2f}!")
    drawing.node("corner1", "", shape="point", style="invis", width="0.01", pos=f"{picture.width:.2f},0!")
    for number, cluster in enumerate(picture.clusters):
        area = cluster.area
        box = f"{area.x:.2f},{height - area.y - area.height:.2f},{area.x + area.width:.2f},{height - area.y:.2f}"
        with drawing.subgraph(name=f"cluster_{number}") as inner:
            inner.attr(bb=box, label="", **_cluster(palette))
            inner.node(f"c{number}", "", shape="point", style="invis", width="0.01", pos=_pos(area.centre, height))
        _text(drawing, f"cl{number}", (area.x + 8, area.y + 14), cluster.label, REMARK, palette.dim, height)
    names: dict[str, str] = {}
    for number, node in enumerate((*picture.nodes, *picture.legend_nodes)):
        names.setdefault(node.node.id, f"n{number}")
        _node(drawing, f"n{number}", node, palette, height)
    for number, edge in enumerate((*picture.edges, *picture.legend_edges)):
        ends = names.get(edge.edge.caller, "corner0"), names.get(edge.edge.callee, "corner1")
        for attributes in _strokes(palette, edge):
            drawing.edge(*ends, pos=_curve(edge, height), key=f"{number}", **attributes)
    for number, words in enumerate(picture.words):
        colour = palette.dim if words.dim else palette.ink
        x = words.at[0] - (width_of(words.text, words.size) / 2 if words.anchor is Anchor.MIDDLE else 0)
        _text(drawing, f"w{number}", (x, words.at[1]), words.text, words.size, colour, height, words.bold)
    return str(drawing.source).encode()


def _document(palette: Palette) -> Digraph:
    drawing = Digraph("calls")
    drawing.attr("graph", bgcolor=palette.paper, fontname=FONT, fontsize=f"{NAME:g}", fontcolor=palette.ink)
    drawing.attr("node", fontname=FONT, fontsize=f"{NAME - 1:g}", fontcolor=palette.ink, margin="0.12,0.06")
    drawing.attr("edge", arrowsize="0.8")
    return drawing


def _colours(palette: Palette, shape: Shape, focus: bool) -> dict[str, str]:
    if focus:
        return {"fillcolor": palette.focus_fill, "color": palette.focus_border, "penwidth": "2.2"}
    if shape in (Shape.CLASS, Shape.MODULE):
        return {"fillcolor": palette.class_fill, "color": palette.class_border}
    if shape in (Shape.EXTERNAL, Shape.MORE):
        return {"fillcolor": "transparent", "color": palette.border, "fontcolor": palette.dim}
    return {"fillcolor": palette.fill, "color": palette.border}


def _cluster(palette: Palette) -> dict[str, str]:
    colours = {"fillcolor": palette.cluster_fill, "color": palette.cluster_border, "fontcolor": palette.dim}
    return {"style": "rounded,filled", "fontname": FONT, "fontsize": f"{REMARK:g}", **colours}


def _line(palette: Palette, edge: ViewEdge) -> dict[str, str]:
    style = LINES[edge.certainty]
    colour = palette.traced if edge.traced else palette.lines[edge.certainty]
    width = {"penwidth": "3"} if edge.traced else {}
    return {"style": style.dot, "arrowhead": style.head_dot, "color": colour, **width}


def _strokes(palette: Palette, edge: PlacedEdge) -> Iterator[dict[str, str]]:
    plain = ViewEdge("", "", edge.certainty, edge.edge.kind)
    if edge.edge.traced:
        yield {"style": "solid", "arrowhead": "none", "color": f"{palette.traced}90", "penwidth": "4.5"}
    yield _line(palette, plain)


def _tip(edge: ViewEdge) -> str:
    place = f", {edge.file}:{edge.line}" if edge.file else ""
    return f"{edge.kind}, {edge.certainty}{place}"


def _node(drawing: Digraph, name: str, node: PlacedNode, palette: Palette, height: float) -> None:
    size = {"width": f"{node.area.width / INCH:.4f}", "height": f"{node.area.height / INCH:.4f}", "fixedsize": "true"}
    colours = _colours(palette, node.shape, node.node.focus)
    drawing.node(
        name,
        "",
        tooltip=escape(node.tip),
        pos=_pos(node.area.centre, height),
        **SHAPES[node.shape],
        **size,
        **colours,
        **({"URL": escape(node.link)} if node.link else {}),
    )
    x, y = node.area.centre
    ink = palette.dim if node.shape in (Shape.EXTERNAL, Shape.MORE) else palette.ink
    if node.label:
        baseline = y - 2.5 if node.remark else y + 4
        at = (x - width_of(node.label, NAME) / 2, baseline)
        _text(drawing, f"{name}l", at, node.label, NAME, ink, height, node.node.focus)
    if node.remark:
        at = (x - width_of(node.remark, REMARK) / 2, y + 11)
        _text(drawing, f"{name}r", at, node.remark, REMARK, palette.dim, height)


def _text(
    drawing: Digraph, name: str, at: Point, text: str, size: float, colour: str, height: float, bold: bool = False
) -> None:
    """A line of text whose baseline begins at a point: a node without an outline, as wide as the text."""
    width = width_of(text, size)
    area = Area(at[0], at[1] - 0.8 * size, max(1.0, width), size * 1.1)
    drawing.node(
        name,
        escape(text),
        shape="plaintext",
        style="",
        margin="0",
        fixedsize="true",
        width=f"{area.width / INCH:.4f}",
        height=f"{area.height / INCH:.4f}",
        fontsize=f"{size:g}",
        fontcolor=colour,
        fontname=",".join(f"{each} Bold" for each in FONT.split(",")) if bold else FONT,
        pos=_pos(area.centre, height),
    )


def _pos(at: Point, height: float) -> str:
    return f"{at[0]:.2f},{height - at[1]:.2f}!"


def _curve(edge: PlacedEdge, height: float) -> str:
    points = " ".join(f"{x:.2f},{height - y:.2f}" for x, y in edge.curve)
    return f"e,{edge.tip[0]:.2f},{height - edge.tip[1]:.2f} {points}"
