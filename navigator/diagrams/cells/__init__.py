"""Call graphs drawn with characters: ``draw`` gives rows of styled text, and where each node and edge lies.

An ego graph is drawn left to right; a path, or what is deeper than five layers or too wide, top-down.
"""

from navigator.diagrams.cells.draw import FRAMES, captions, draw
from navigator.diagrams.cells.drawing import Box, Drawing, Run, Style
from navigator.diagrams.cells.glyphs import ASCII, UNICODE, Glyphs

__all__ = ["ASCII", "FRAMES", "UNICODE", "Box", "Drawing", "Glyphs", "Run", "Style", "captions", "draw"]
