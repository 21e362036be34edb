"""Source text made ready for a parser that counts bytes: one ASCII byte for each code point.

Positions then count code points, and the text of a node is a slice of the original string at the parser's offsets.
"""

from __future__ import annotations

import re

BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
LETTER = "z"
"""Stands for what may occur in an identifier; no keyword of a supported language contains it."""
OTHER = "\x01"
"""Stands for everything else: harmless in strings and comments, an error elsewhere."""


def one_byte_per_character(text: str) -> bytes:
    """The text with each character beyond ASCII replaced by one byte of the same syntactic kind."""
    if not text.isascii():
        text = BEYOND_ASCII.sub(_stand_ins, text)
    return text.encode("ascii")


def _stand_ins(run: re.Match[str]) -> str:
    return "".join(LETTER if ("a" + character).isidentifier() else OTHER for character in run[0])
