"""Text to tree: what the parser is shown in place of the text, and what is done about syntax errors.

The parser sees one byte per code point, and bytes that stand for others in places where that is easier to parse.
Offsets, rows and columns are those of the text, and the text of a node is always cut from the text itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Parser

from navigator.facts.building.text import one_byte_per_character
from navigator.facts.python.kinds import LANGUAGE
from navigator.facts.python.recovery import repaired

if TYPE_CHECKING:
    from tree_sitter import Node

Problem = tuple[int, str]
"""Line and message."""

NAMES_LIKE_KEYWORDS = re.compile(rb"\b[tpe](?=(?:ype|rint|xec)[ \t]*[(\[.])")
"""``type``, ``print`` and ``exec`` start statements in the grammar; before a bracket or a dot they are names."""
COMMENT_LINE = re.compile(rb"(?m)(?<!\\\n)^[ \t\f]*#(?![^\n]*(?:\"\"\"|'''|\{))[^\n]*")
"""A line that holds a comment, or else text inside a string that ends elsewhere. The parser's scanner looks at every
comment of a block again and again; blank lines cost it nothing."""
MANY_COMMENTS = re.compile(rb"(?m)(?:^[ \t\f]*#[^\n]*\n){200,}")
MANY_CONTINUATIONS = re.compile(rb"(?:\\\n[ \t\f]*){100,}")
"""More than anybody writes: the scanner's time grows with the square of such a run."""
NOT_BLANK = re.compile(rb"[^\n]")


def prepared(text: str) -> bytes:
    """What the parser is shown for a text."""
    shown = one_byte_per_character(text)
    shown = NAMES_LIKE_KEYWORDS.sub(b"z", shown)
    shown = COMMENT_LINE.sub(_blank_line, shown)
    shown = MANY_COMMENTS.sub(_blank, shown)
    return MANY_CONTINUATIONS.sub(_blank, shown)


def _blank_line(found: re.Match[bytes]) -> bytes:
    return b" " * (found.end() - found.start())


def _blank(found: re.Match[bytes]) -> bytes:
    return NOT_BLANK.sub(b" ", found[0])


def parse(text: str) -> tuple[Node, list[Problem]]:
    """The root of the text's tree; statements with syntax errors are left out of it and told about."""
    shown = prepared(text)
    root = Parser(LANGUAGE).parse(shown).root_node
    if not root.has_error:
        return root, []
    return repaired(shown, text, Parser(LANGUAGE))
