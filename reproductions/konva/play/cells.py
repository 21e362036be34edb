"""A picture as cells of a terminal: two pixels a cell as half blocks, or one character by brightness."""

from __future__ import annotations

from typing import Any

from PIL import Image

HALF = "▀"
RAMP = " .:-=+*#%@"

Colour = tuple[int, int, int]
Cell = tuple[str, Colour | None, Colour | None]
"""Character, foreground, background."""


def fitted(width: float, height: float, columns: int, rows: int) -> tuple[int, int]:
    """The largest columns and rows that show ``width`` × ``height`` undistorted; a cell is twice as high as wide."""
    scale = min(columns / width, rows * 2 / height)
    return max(1, int(width * scale)), max(1, int(height * scale / 2))


def cells(pixels: Any, columns: int, rows: int, ascii_only: bool = False) -> list[list[Cell]]:
    """``pixels`` (height, width, 4) in ``rows`` of ``columns`` cells, on black."""
    seen = Image.fromarray(pixels)
    ground = Image.new("RGBA", seen.size, (0, 0, 0, 255))
    ground.alpha_composite(seen)
    lines = rows if ascii_only else rows * 2
    small = ground.convert("RGB").resize((columns, lines), Image.Resampling.BOX)
    if ascii_only:
        grey = small.convert("L")
        return [[(_character(grey.getpixel((x, y))), None, None) for x in range(columns)] for y in range(rows)]

    def at(x: int, y: int) -> Colour:
        r, g, b = small.getpixel((x, y))  # type: ignore[misc]
        return r, g, b

    return [[(HALF, at(x, 2 * y), at(x, 2 * y + 1)) for x in range(columns)] for y in range(rows)]


def _character(brightness: Any) -> str:
    return RAMP[int(brightness) * len(RAMP) // 256]


def to_stage(column: int, row: int, columns: int, rows: int, width: float, height: float) -> tuple[float, float]:
    """The middle of a cell, in the coordinates of the stage."""
    return (column + 0.5) * width / columns, (row + 0.5) * height / rows
