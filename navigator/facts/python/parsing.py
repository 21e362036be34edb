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

NAMES_LIKE_KEYWORDS = (b"type", b"print", b"exec")
"""These start statements in the grammar; before a bracket or a dot they are names, and another name does as well."""
NAME_ENDINGS = (b"(", b" (", b"[", b".")
COMMENTS = re.compile(rb"\n[ \t\f]*#[^\n]*(?:\n[ \t\f]*#[^\n]*){39,}")
"""Lines that hold comments, or else text inside a string. The parser's scanner looks at every comment of a block again
and again, in time that grows with the square of their number; blank lines cost it nothing."""
STRING_MARK = re.compile(rb"\"\"\"|'''|\{")
"""What a comment-like line inside a string could hold that matters to the parser."""
MANY_COMMENTS = 200
CONTINUATIONS = re.compile(rb"(?:\\\n[ \t\f]*){100,}")
"""More than anybody writes: the scanner's time grows with the square of such a run."""
STAR = re.compile(rb"(?:[,=\[(]|\b(?:return|yield|in))[ \t]*(\*)[ \t]*[(\[]")
"""A star before a bracket, which the grammar knows between a call's brackets only. Without the star such an expression
is read as itself, where its elements are meant."""
NOT_A_LINE_END = re.compile(rb"[^\n]")


def prepared(text: str) -> bytes:
    """What the parser is shown for a text."""
    shown = one_byte_per_character(text)
    for name in NAMES_LIKE_KEYWORDS:
        if name in shown:
            for ending in NAME_ENDINGS:
                shown = shown.replace(name + ending, b"z" + name[1:] + ending)
    shown = COMMENTS.sub(_blank_comments, shown)
    if shown.count(b"\\\n") > 100:
        shown = CONTINUATIONS.sub(_blank, shown)
    return shown


def _blank_comments(found: re.Match[bytes]) -> bytes:
    lines = found[0]
    if lines.count(b"\n") < MANY_COMMENTS:
        before = found.string[found.start() - 1 : found.start()]
        if before == b"\\" or STRING_MARK.search(lines):
            return lines
    return _blank(found)


def _blank(found: re.Match[bytes]) -> bytes:
    return NOT_A_LINE_END.sub(b" ", found[0])


def parse(text: str) -> tuple[Node, list[Problem]]:
    """The root of the text's tree; statements with syntax errors are left out of it and told about."""
    shown = prepared(text)
    root = Parser(LANGUAGE).parse(shown).root_node
    if root.has_error:
        without = _without_stars(shown, root)
        if without != shown:
            shown, root = without, Parser(LANGUAGE).parse(without).root_node
    if not root.has_error:
        return root, []
    return repaired(shown, text, Parser(LANGUAGE))


def _without_stars(shown: bytes, root: Node) -> bytes:
    """The text without the stars that the grammar does not know, on the lines of its errors."""
    lines = shown.split(b"\n")
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            for row in range(node.start_point[0], node.end_point[0] + 1):
                for found in reversed(list(STAR.finditer(lines[row]))):
                    lines[row] = lines[row][: found.start(1)] + b" " + lines[row][found.end(1) :]
        elif node.has_error:
            pending.extend(node.children)
    return b"\n".join(lines)
