"""A module's text with some statements replaced; every character outside of these stays what it was."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from navigator.slicing.sources import ModuleSource


class EditedText:
    """Lines keep their numbers, whatever is put in their place."""

    def __init__(self, source: ModuleSource) -> None:
        self._newline = source.newline
        self._original = source.lines
        self._lines = list(source.lines)

    def slice(self, start: int, end: int) -> str:
        """The lines ``start`` to ``end``, both included, as they are now."""
        return "".join(self._lines[start - 1 : end])

    def put(self, start: int, end: int, text: str) -> None:
        """Puts ``text`` in place of whole lines."""
        self._lines[start - 1 : end] = [text, *[""] * (end - start)]

    def of(self, node: ast.stmt) -> str:
        """The original text of a statement, without what stands around it on its lines."""
        start, end = self._columns(node)
        lines = self._original[node.lineno - 1 : node.end_lineno]
        if len(lines) == 1:
            return lines[0][start:end]
        return "".join([lines[0][start:], *lines[1:-1], lines[-1][:end]])

    def replace(self, node: ast.stmt, statements: Sequence[str]) -> None:
        """Puts simple statements in place of one, each on a line of its own where it had one of its own."""
        if list(statements) == [self.of(node)]:
            return
        start, end = self._columns(node)
        first, last = node.lineno, node.end_lineno or node.lineno
        before, after = self._lines[first - 1][:start], self._original[last - 1][end:]
        alone = not before.strip() and not after.split("#")[0].strip()
        if not statements and alone and not before:
            text = ""
        else:
            separator = self._newline + before if alone else "; "
            text = before + separator.join(statements or ["pass"]) + after
        self.put(first, last, text)

    def _columns(self, node: ast.stmt) -> tuple[int, int]:
        """Where a statement begins on its first line and ends on its last, in characters."""
        last = node.end_lineno or node.lineno
        start = len(self._original[node.lineno - 1].encode()[: node.col_offset].decode())
        return start, len(self._original[last - 1].encode()[: node.end_col_offset].decode())
