"""Finds the symbols of a workspace for the functions of a trace, by file, name and position."""

from __future__ import annotations

import os
import re
from collections import defaultdict

from navigator.callgraph import Symbol, SymbolKind
from navigator.runs.trace import TracedFunction
from navigator.workspaces import Workspace

_ANONYMOUS_LINE = re.compile(r"<(\w+):\d+>")


class Joining:
    """Answers from one open workspace, and remembers."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folders = [
            (root, os.path.join(os.path.realpath(folder), "")) for root, folder in workspace.folders().items()
        ]
        self._by_last: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for stored in workspace.graph.files():
            self._by_last[stored.path.rpartition("/")[2]].append((stored.root, stored.path))
        self._files: dict[str, tuple[str, str] | None] = {}
        self._definitions: dict[tuple[str, str], dict[str, list[int]]] = {}
        self._functions: dict[TracedFunction, tuple[int, ...]] = {}

    def numbers(self, function: TracedFunction) -> tuple[int, ...]:
        """The symbols, by number, that a traced function is; several only for anonymous functions of one line."""
        known = self._functions.get(function)
        if known is None:
            known = self._functions[function] = self._find(function)
        return known

    def file(self, path: str) -> tuple[str, str] | None:
        """The root and path under which the graph has a file: in a root's folder, or else, for code that was installed
        elsewhere, the longest path of the graph that the file's own ends with."""
        if path not in self._files:
            self._files[path] = self._file(path)
        return self._files[path]

    def _file(self, path: str) -> tuple[str, str] | None:
        parts = path.split("/")
        candidates = self._by_last.get(parts[-1], ())
        for root, folder in self._folders:
            if path.startswith(folder) and (root, path.removeprefix(folder)) in candidates:
                return root, path.removeprefix(folder)
        found = [each for each in candidates if f"/{path}".endswith(f"/{_importable(each[1])}")]
        lengths = {each: _importable(each[1]).count("/") for each in found}
        best = max(lengths.values(), default=0)
        longest = [each for each in found if lengths[each] == best]
        # A name alone says too little: every project has an __init__.py.
        return longest[0] if len(longest) == 1 and best else None

    def _find(self, function: TracedFunction) -> tuple[int, ...]:
        place = self.file(function.file)
        if place is None:
            return ()
        named = self._named(place).get(function.name, [])
        if len(named) < 2:
            return tuple(named)
        # Recorded lines are those of the first decorator, those of symbols of ``def``.
        symbols = list(zip(named, self._workspace.graph.symbols(named), strict=True))
        symbols.sort(key=lambda each: each[1].line)
        around = [symbol for _, symbol in symbols if symbol.line <= function.line <= symbol.end_line]
        below = [symbol for _, symbol in symbols if symbol.line >= function.line]
        chosen = (around[-1:] or below[:1] or [symbols[-1][1]])[0]
        return tuple(number for number, symbol in symbols if symbol.line == chosen.line)

    def _named(self, place: tuple[str, str]) -> dict[str, list[int]]:
        known = self._definitions.get(place)
        if known is None:
            graph = self._workspace.graph
            numbers = graph.where("symbols.root = ? AND files.path = ?", place)
            symbols = graph.symbols(numbers)
            module = next((symbol.name for symbol in symbols if symbol.kind is SymbolKind.MODULE), "")
            known = defaultdict(list)
            for number, symbol in zip(numbers, symbols, strict=True):
                known[_local(symbol, module)].append(number)
            self._definitions[place] = known
        return known


def _local(symbol: Symbol, module: str) -> str:
    name = symbol.name.removeprefix(module).lstrip(".:")
    return _ANONYMOUS_LINE.sub(r"<\1>", name)


def _importable(path: str) -> str:
    """A path as it is below an import root: sources often stand in ``src`` and are installed without it."""
    return path.removeprefix("src/")
