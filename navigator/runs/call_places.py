"""Where calls stand in the text of a workspace."""

from __future__ import annotations

import msgspec

from navigator.callgraph import Certainty
from navigator.workspaces import MissingSource, Workspace


class CallPlace(msgspec.Struct, frozen=True):
    """The line, from 1, on which a call begins, and its text as indexed, without the space around it; empty where the
    index does not hold the file. ``line`` is 0 where the graph has no such call."""

    file: str
    line: int
    text: str = ""


class CallPlaces:
    """Answers from one open workspace, and remembers the files that it read."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._files: dict[tuple[str, str], list[str]] = {}

    def between(self, caller: int, callee: int) -> CallPlace:
        """The first call site, guesses left out, by which one symbol, by number, calls another."""
        graph = self._workspace.graph
        symbol = graph.symbol(caller)
        found = (
            call for call in graph.calls_from(caller) if call.callee == callee and call.certainty is not Certainty.GUESS
        )
        first = min(found, key=lambda call: (call.line, call.column), default=None)
        return self.at(symbol.root, first.path, first.line) if first else CallPlace(symbol.file, 0)

    def at(self, root: str, file: str, line: int) -> CallPlace:
        lines = self._lines(root, file)
        return CallPlace(file, line, lines[line - 1].strip() if 0 < line <= len(lines) else "")

    def _lines(self, root: str, file: str) -> list[str]:
        key = root, file
        if key not in self._files:
            try:
                self._files[key] = self._workspace.text(root, file).split("\n")
            except MissingSource:
                self._files[key] = []
        return self._files[key]
