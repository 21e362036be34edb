"""Text to tree: what the parser is shown in place of the text, and what is said about syntax errors.

The parser sees one byte per code point. Offsets, rows and columns are those of the text, and the text of a node is
always cut from the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from navigator.facts.building.record import shortened
from navigator.facts.building.text import one_byte_per_character
from navigator.facts.typescript.grammars import JAVASCRIPT, TSX, Grammar, grammar
from navigator.facts.typescript.shown import as_known, awaited, untagged, without_modules

if TYPE_CHECKING:
    from tree_sitter import Node

Problem = tuple[int, str]
"""Line and message."""

PROBLEMS = 50
"""Syntax errors of one file that are told one by one."""
ERRORS_SEEN = 100_000
"""Nodes looked at for errors."""
NOT_NULL = re.compile(rb"(?<=[\w$)\]])!(?=\s*(?:\?\.|\.(?!\.)|\[|\())")
"""``x!.y``: the grammar binds the mark looser than operators and takes ``a + b!.c()`` for a call of ``(a + b).c``."""
KEYWORD = re.compile(rb"(?<![.\w$])(?:return|typeof|void|case|in|of|delete|throw|new|await|yield|else|do|instanceof)\Z")


def parse(text: str, language: str) -> tuple[Node, Grammar, list[Problem]]:
    """The root of the text's tree, the grammar that read it, and the errors in it.

    A JavaScript file that only parses with types in it is read so.
    """
    shown = one_byte_per_character(text)
    chosen = grammar(language)
    root = chosen.parse(awaited(shown) if language == JAVASCRIPT else _typed(shown))
    if root.has_error and language == JAVASCRIPT:
        typed = grammar(TSX).parse(_typed(shown))
        if not typed.has_error:
            chosen, root = grammar(TSX), typed
    if root.has_error and language != JAVASCRIPT:
        known = as_known(shown)
        for another in dict.fromkeys((known, without_modules(known))):
            tree = chosen.parse(_typed(another))
            if root.has_error and _extent(tree) < _extent(root):
                root = tree
    return root, chosen, _errors(root, text) if root.has_error else []


def _typed(shown: bytes) -> bytes:
    return NOT_NULL.sub(_blank, untagged(shown))


def _blank(found: re.Match[bytes]) -> bytes:
    return b"!" if KEYWORD.search(found.string, max(found.start() - 12, 0), found.start()) else b" "


def _extent(root: Node) -> int:
    """How much of a tree's text is in errors, or missing."""
    return sum(max(node.end_byte - node.start_byte, 1) for node in _broken(root))


def _broken(root: Node) -> Iterator[Node]:
    """The errors in a tree, and what is missing there, the outermost of each place."""
    pending = [root]
    for _ in range(ERRORS_SEEN):
        if not pending:
            return
        node = pending.pop()
        if node.is_missing or node.is_error:
            yield node
        elif node.has_error:
            pending.extend(reversed(node.children))


def _errors(root: Node, text: str) -> list[Problem]:
    """Line and message of the errors in a tree, the outermost of each place."""
    found: dict[Problem, None] = {}
    for node in _broken(root):
        line = node.start_point[0] + 1
        if node.is_missing:
            found[line, f"syntax error: expected {node.type!r}"] = None
        else:
            excerpt = shortened(text[node.start_byte : node.end_byte][:400].strip())
            found[line, f"syntax error near {excerpt!r}" if excerpt else "syntax error"] = None
        if len(found) == PROBLEMS:
            break
    return list(found) or [(1, "syntax error")]
