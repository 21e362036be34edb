"""How every format shows what a node is and how certain a call is: shapes, line styles, colours, words of the legend.

Line style and arrow head differ for every certainty, so that nothing rests on colour alone.
"""

from __future__ import annotations

import enum

import msgspec

from navigator.callgraph import Certainty, SymbolKind
from navigator.callgraph.views import NodeKind, ViewNode

FONTS = (
    "ui-monospace",
    "DejaVu Sans Mono",
    "Menlo",
    "Consolas",
    "Liberation Mono",
    "Noto Sans Mono CJK SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "monospace",
)
"""Fonts in the order in which they are tried; those for Chinese stand after the Latin ones."""


class Shape(enum.StrEnum):
    """What a node looks like."""

    FUNCTION = "function"
    METHOD = "method"
    CLASS = "class"
    MODULE = "module"
    LAMBDA = "lambda"
    EXTERNAL = "external"
    GROUP = "group"
    UNRESOLVED = "unresolved"
    MORE = "more"


class Head(enum.StrEnum):
    FILLED = "filled"
    HOLLOW = "hollow"
    DIAMOND = "diamond"
    OPEN = "open"


class LineStyle(msgspec.Struct, frozen=True):
    """``dash`` is a dash array in points, empty for a solid line; ``dot`` and ``head_dot`` are Graphviz's words."""

    dash: tuple[float, ...]
    head: Head
    meaning: str
    dot: str
    head_dot: str


LINES = {
    Certainty.EXACT: LineStyle((), Head.FILLED, "exact", "solid", "normal"),
    Certainty.INFERRED: LineStyle((7, 3), Head.HOLLOW, "inferred by value flow", "dashed", "onormal"),
    Certainty.RULE: LineStyle((9, 3, 2, 3), Head.DIAMOND, "by a library rule", "dashed", "diamond"),
    Certainty.GUESS: LineStyle((2, 3), Head.OPEN, "guessed by name", "dotted", "vee"),
    Certainty.TRACED: LineStyle((), Head.FILLED, "seen at run time only", "bold", "normal"),
}
TRACED = "seen at run time"

SHAPES = {
    Shape.FUNCTION: "function",
    Shape.METHOD: "method",
    Shape.CLASS: "class",
    Shape.MODULE: "module",
    Shape.LAMBDA: "function without a name",
    Shape.EXTERNAL: "outside the workspace",
    Shape.GROUP: "group, drawn as one",
    Shape.UNRESOLVED: "unresolved call sites",
    Shape.MORE: "more, not shown",
}
"""What a shape means, in the legend's order."""

_BY_SYMBOL = {
    SymbolKind.MODULE: Shape.MODULE,
    SymbolKind.CLASS: Shape.CLASS,
    SymbolKind.FUNCTION: Shape.FUNCTION,
    SymbolKind.METHOD: Shape.METHOD,
    SymbolKind.LAMBDA: Shape.LAMBDA,
    SymbolKind.EXTERNAL: Shape.EXTERNAL,
}
_BY_NODE = {
    NodeKind.EXTERNAL: Shape.EXTERNAL,
    NodeKind.GROUP: Shape.GROUP,
    NodeKind.UNRESOLVED: Shape.UNRESOLVED,
    NodeKind.MORE: Shape.MORE,
}


def shape_of(node: ViewNode) -> Shape:
    if node.kind is NodeKind.SYMBOL:
        return _BY_SYMBOL[node.symbol.kind] if node.symbol is not None else Shape.FUNCTION
    return _BY_NODE[node.kind]


class Theme(enum.StrEnum):
    """``auto`` follows the reader's screen where a format can."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Palette(msgspec.Struct, frozen=True):
    """Colours as ``#rrggbb``. ``lines`` is by certainty."""

    paper: str
    ink: str
    dim: str
    fill: str
    border: str
    class_fill: str
    class_border: str
    focus_fill: str
    focus_border: str
    cluster_fill: str
    cluster_border: str
    traced: str
    lines: dict[Certainty, str]


def _lines(*colours: str) -> dict[Certainty, str]:
    return dict(zip(Certainty, colours, strict=True))


LIGHT = Palette(
    paper="#ffffff",
    ink="#1f2328",
    dim="#59636e",
    fill="#f6f8fa",
    border="#8c959f",
    class_fill="#fff8e6",
    class_border="#b08800",
    focus_fill="#ddf4ff",
    focus_border="#0969da",
    cluster_fill="#f3f4f8",
    cluster_border="#d0d4dc",
    traced="#1a7f37",
    lines=_lines("#57606a", "#0969da", "#8250df", "#9a6700", "#1a7f37"),
)
DARK = Palette(
    paper="#0d1117",
    ink="#e6edf3",
    dim="#9198a1",
    fill="#1c2128",
    border="#6e7681",
    class_fill="#2b2412",
    class_border="#bb8009",
    focus_fill="#0c2d6b",
    focus_border="#58a6ff",
    cluster_fill="#13181f",
    cluster_border="#343b44",
    traced="#3fb950",
    lines=_lines("#9ea7b3", "#58a6ff", "#bc8cff", "#d29922", "#3fb950"),
)
