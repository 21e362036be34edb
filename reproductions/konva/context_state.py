"""The state that ``save`` and ``restore`` keep, and colours as CSS writes them."""

from __future__ import annotations

import functools
import math
import re
from typing import Any, ClassVar

_DEFAULTS: dict[str, Any] = {
    "fillStyle": "#000000",
    "strokeStyle": "#000000",
    "lineWidth": 1,
    "lineJoin": "miter",
    "lineCap": "butt",
    "miterLimit": 10,
    "lineDashOffset": 0,
    "globalAlpha": 1,
    "_dash": (),
}


class ContextState:
    """Base of both back ends' contexts."""

    FIELDS: ClassVar = tuple(_DEFAULTS)
    fillStyle: str
    strokeStyle: str
    lineWidth: float
    lineJoin: str
    lineCap: str
    miterLimit: float
    lineDashOffset: float
    globalAlpha: float
    _dash: tuple[float, ...]

    def __init__(self) -> None:
        self._saved: list[tuple[Any, ...]] = []
        ContextState.reset(self)

    def reset(self) -> None:
        self._saved.clear()
        self.__dict__.update(_DEFAULTS)

    def save(self) -> None:
        state = self.__dict__
        self._saved.append(tuple(state[field] for field in self.FIELDS))

    def restore(self) -> None:
        if self._saved:
            self.__dict__.update(zip(self.FIELDS, self._saved.pop(), strict=True))

    def setLineDash(self, segments: list[float]) -> None:
        """An odd number of lengths is taken twice, as everywhere."""
        once = tuple(segments)
        self._dash = once * 2 if len(once) % 2 else once


_RGBA = re.compile(r"rgba\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*([\d.]+)(%?)\s*\)")
_BLACK = (0, 0, 0, 255)


@functools.lru_cache(maxsize=4096)
def rgba(style: str | None) -> tuple[int, int, int, int]:
    """A CSS colour (name, ``#rgb``, ``#rrggbb``, ``rgb()``, ``rgba()``, ``hsl()``) as four bytes.

    What is no colour paints black, as on a canvas, where it leaves the style of a new context as it is.
    """
    if style is None:
        return _BLACK
    if len(style) == 7 and style[0] == "#":
        return int(style[1:3], 16), int(style[3:5], 16), int(style[5:7], 16), 255
    if style == "transparent":
        return 0, 0, 0, 0
    if found := _RGBA.fullmatch(style.strip()):
        r, g, b = (min(255, int(channel)) for channel in found.groups()[:3])
        alpha = float(found[4]) / (100 if found[5] else 1)
        return r, g, b, math.floor(min(1.0, alpha) * 255 + 0.5)
    from PIL import ImageColor

    try:
        colour = ImageColor.getcolor(style, "RGBA")
    except ValueError:
        return _BLACK
    assert isinstance(colour, tuple)
    r, g, b, a = colour
    return r, g, b, a


def sweep(start: float, end: float, counterClockwise: bool) -> float:
    """The angle that an arc covers: at most one turn, in the direction asked for."""
    turn = 2 * math.pi
    if counterClockwise:
        return -turn if start - end >= turn else -((start - end) % turn)
    return turn if end - start >= turn else (end - start) % turn
