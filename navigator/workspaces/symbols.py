"""From what a person types to symbols."""

from __future__ import annotations

import re
from collections.abc import Iterable

from navigator.callgraph import Symbol, SymbolKind
from navigator.index import StoredGraph
from navigator.index.symbol_search import at_line, ending, files_ending, nearest
from navigator.workspaces.errors import AmbiguousSymbol, UnknownSymbol

FILE_LINE = re.compile(r"(?P<file>[^:]+(?::[^:]+)?\.[A-Za-z]+):(?P<line>\d+)")
CONSTRUCTORS = ("__init__", "__new__", "constructor")
CANDIDATES = 8
LATER = re.compile(r"(?:~\d+)?")


def resolve(graph: StoredGraph, text: str) -> list[int]:
    """The symbol that ``text`` names: an id, a dotted name, the end of one, or ``file.py:LINE``.

    Several numbers come back when one name is defined several times (under ``if``, as a property and its setter).
    Raises UnknownSymbol or AmbiguousSymbol with the nearest candidates.
    """
    text = text.strip()
    place = FILE_LINE.fullmatch(text)
    if place:
        root, _, file = place["file"].rpartition(":")
        numbers = at_line(graph, file, int(place["line"]))
        numbers = [number for number in numbers if not root or graph.symbol(number).root == root]
    else:
        numbers = ending(graph, text) if text else []
        if not numbers and text.endswith((".py", ".pyi")):
            numbers = files_ending(graph, text)
    if not numbers:
        near = nearest(graph, text, CANDIDATES) if text and not place else []
        listed = ", ".join(symbol.name for symbol in near)
        raise UnknownSymbol(f"no symbol {text!r} in this workspace" + (f"; nearest: {listed}" if listed else ""))
    named = {(symbol.root, symbol.name) for symbol in graph.symbols(numbers)}
    if len(named) > 1:
        ranked = sorted(graph.symbols(numbers), key=lambda symbol: (symbol.role, len(symbol.name), symbol.id))
        names = dict.fromkeys(symbol.id for symbol in ranked)
        listed = ", ".join(list(names)[:CANDIDATES])
        more = f" and {len(names) - CANDIDATES} more" if len(names) > CANDIDATES else ""
        raise AmbiguousSymbol(f"{text!r} could be {listed}{more}; write more of the name")
    return numbers


def with_constructors(graph: StoredGraph, numbers: Iterable[int]) -> list[int]:
    """The symbols, and for each class its own constructors: calling the class means calling those."""
    result = list(numbers)
    for symbol in graph.symbols(result):
        if symbol.kind is SymbolKind.CLASS:
            for name in CONSTRUCTORS:
                result.extend(_definitions(graph, f"{symbol.id}.{name}"))
    return list(dict.fromkeys(result))


def _definitions(graph: StoredGraph, key: str) -> list[int]:
    """The symbol with this id, and the later definitions of the same name."""
    later = graph.where("symbols.key >= ? AND symbols.key < ?", (f"{key}~", f"{key}\x7f"))
    numbers = [*graph.where("symbols.key = ?", (key,)), *later]
    return [number for number in numbers if LATER.fullmatch(graph.symbol(number).id[len(key) :])]


def with_members(graph: StoredGraph, numbers: Iterable[int]) -> list[int]:
    """The symbols, and everything defined inside those that are classes or modules."""
    result = list(numbers)
    for symbol in graph.symbols(result):
        if symbol.kind in (SymbolKind.CLASS, SymbolKind.MODULE):
            result.extend(defined_in(graph, symbol))
    return list(dict.fromkeys(result))


def defined_in(graph: StoredGraph, symbol: Symbol) -> list[int]:
    """Everything defined inside a symbol, at any depth."""
    found: list[int] = []
    for mark in (".", ":"):
        condition = "symbols.key >= ? AND symbols.key < ? AND files.path = ?"
        bounds = (symbol.id + mark, symbol.id + chr(ord(mark) + 1))
        found.extend(graph.where(condition, (*bounds, symbol.file)))
    return found
