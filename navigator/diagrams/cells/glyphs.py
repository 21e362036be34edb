"""The characters of a drawing: lines, joins, crossings, arrow heads."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from navigator.callgraph import Certainty
from navigator.callgraph.marks import ASCII_MARKS, MARKS
from navigator.callgraph.views import ViewEdge

NORTH, EAST, SOUTH, WEST = 1, 2, 4, 8
_CORNERS = (NORTH | EAST, SOUTH | EAST, NORTH | WEST, SOUTH | WEST)


class Glyphs(msgspec.Struct, frozen=True):
    """``lines`` is indexed by the sum of the directions that a line leaves a cell in; ``heavy`` likewise, with straight
    lines and corners of what ran, and ``dashed`` with straight lines of what went; ``gone`` is the latter's head.
    ``frame`` is top left, top right, bottom left, bottom right, horizontal, vertical. Certainties index heads to the
    right, left and down."""

    lines: str
    cross: str
    heavy: dict[int, str]
    dashed: dict[int, str]
    frame: str
    right: dict[Certainty, str]
    left: dict[Certainty, str]
    down: dict[Certainty, str]
    start: str
    again: str
    back: str
    ellipsis: str
    gone: str


def head(heads: Mapping[Certainty, str], edge: ViewEdge, glyphs: Glyphs) -> str:
    """The arrow head of a call, in one direction."""
    return glyphs.gone if edge.gone else heads[edge.certainty]


def _heads(marks: str) -> dict[Certainty, str]:
    order = (Certainty.EXACT, Certainty.INFERRED, Certainty.RULE, Certainty.GUESS, Certainty.TRACED)
    return dict(zip(order, marks, strict=True))


def _arriving(marks: Mapping[Certainty, str]) -> dict[Certainty, str]:
    """The signs of lists; what was only seen at run time has the head of a plain arrow on its heavy line."""
    return {**marks, Certainty.TRACED: marks[Certainty.EXACT]}


UNICODE = Glyphs(
    lines=" ╵╶└╷│┌├╴┘─┴┐┤┬╋",
    cross="┼",
    heavy=dict(zip((EAST | WEST, NORTH | SOUTH, *_CORNERS), "━┃┗┏┛┓", strict=True)),
    dashed={EAST | WEST: "╌", NORTH | SOUTH: "╎"},
    frame="╭╮╰╯─│",
    right=_arriving(MARKS),
    left=_heads("◀◁◆?◀"),
    down=_heads("▼▽◆?▼"),
    start="●",
    again="↺",
    back="↩",
    ellipsis="…",
    gone="✗",
)
ASCII = Glyphs(
    lines=" |-+||++-+-++++#",
    cross="|",
    heavy=dict(zip((EAST | WEST, NORTH | SOUTH, *_CORNERS), "=!++++", strict=True)),
    dashed={EAST | WEST: ".", NORTH | SOUTH: ":"},
    frame="++++-|",
    right=_arriving(ASCII_MARKS),
    left=_heads("<{*?<"),
    down=_heads("Vv*?V"),
    start="o",
    again="@",
    back="^",
    ellipsis="~",
    gone="x",
)
