"""Keeps what sources and file names hold from acting on the terminal."""

from __future__ import annotations

import re

# Controls but not the line feed, invisible marks, bidirectional overrides, lone surrogates, tag characters.
_ACTIVE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def plain(text: str) -> str:
    """The text with everything that does not simply print written as an escape; tabs become spaces."""
    if "\t" in text:
        text = text.expandtabs(4)
    return _ACTIVE.sub(_escape, text)


def plain_json(text: str) -> str:
    """The same JSON, in which such characters stand as JSON escapes."""
    return _ACTIVE.sub(_json_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code >= 0x10000:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"
