"""How wide text is, without asking a font: names are set in fixed-width type, whose characters are 0.602 em wide in all
of the fonts that ``styles.FONTS`` names, or narrower; Chinese characters are one em."""

from __future__ import annotations

from navigator.diagrams.cells.drawing import width_of_character

NARROW, WIDE = 0.602, 1.0
NAME, REMARK, TITLE = 12.0, 9.5, 15.0
"""Font sizes, in points."""


def width_of(text: str, size: float) -> float:
    """The width of a line of text, in points."""
    if text.isascii():
        return len(text) * NARROW * size
    return size * sum((0.0, NARROW, WIDE)[width_of_character(character)] for character in text)
