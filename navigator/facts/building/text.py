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

SIZE = 16 << 20
"""Larger files are not read: none that people write comes near."""
CONTROL = bytes((*range(0x01, 0x09), *range(0x0E, 0x20)))
CONTROL_SHARE = 50
"""A file of which more than one byte in so many is a control character is no text."""


def refusal(source: bytes) -> str:
    """Why a file is not read at all; empty when it is."""
    if len(source) > SIZE:
        return f"not read: {len(source) >> 20} MB is more than {SIZE >> 20} MB"
    if b"\0" in source or (len(source) - len(source.translate(None, CONTROL))) * CONTROL_SHARE > len(source):
        return "not read: this is binary data, not text"
    return ""


def one_byte_per_character(text: str) -> bytes:
    """The text with each character beyond ASCII replaced by one byte of the same syntactic kind."""
    if not text.isascii():
        text = BEYOND_ASCII.sub(_stand_ins, text)
    return text.encode("ascii")


def _stand_ins(run: re.Match[str]) -> str:
    return "".join(LETTER if ("a" + character).isidentifier() else OTHER for character in run[0])
