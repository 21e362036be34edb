"""Finds symbols by what people type: part of a name, the end of a name, a file and line, or something near."""

from __future__ import annotations

from collections.abc import Iterable

from navigator.callgraph import Symbol, SymbolKind
from navigator.index.graph_file import tail_of
from navigator.index.graph_reader import StoredGraph

TRIGRAM = 3
NEAR_CANDIDATES = 400
NEAR_RATIO = 0.6
BOUNDARIES = (".", ":", "/")


def containing(graph: StoredGraph, text: str, limit: int) -> tuple[list[int], int]:
    """The symbols whose name holds ``text`` in any case, best first, and how many there are in all.

    Best is a last segment that equals the text, then begins with it, then holds it; then code before externals, and
    short names before long ones.
    """
    condition = "symbols.name LIKE ? ESCAPE '\\'"
    values: list[object] = ["%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"]
    if len(text) >= TRIGRAM:
        condition = f"symbols.id IN (SELECT rowid FROM search WHERE search MATCH ?) AND {condition}"
        values.insert(0, " AND ".join(_trigrams(text)))
    numbers = graph.where(condition, values)
    lowered = text.lower()

    def rank(number: int) -> tuple[object, ...]:
        symbol = graph.symbol(number)
        tail = tail_of(symbol.name).lower()
        return (
            0 if tail == lowered else 1 if tail.startswith(lowered) else 2 if lowered in tail else 3,
            symbol.kind is SymbolKind.EXTERNAL,
            symbol.role,
            len(symbol.name),
            symbol.id,
        )

    return sorted(numbers, key=rank)[:limit], len(numbers)


def ending(graph: StoredGraph, text: str) -> list[int]:
    """The symbols whose id or dotted name is ``text`` or ends with it at a boundary.

    Where a whole id or name matches, shorter agreements do not count; where code matches, externals do not.
    """
    exact = graph.number(text)
    if exact is not None:
        return [exact]
    numbers = [n for n in graph.where("symbols.tail = ?", (tail_of(text),)) if _ends(graph.symbol(n), text)]
    whole = [n for n in numbers if graph.symbol(n).name == text]
    if whole:
        numbers = whole
    inside = [n for n in numbers if graph.symbol(n).kind is not SymbolKind.EXTERNAL]
    return inside or numbers


def _ends(symbol: Symbol, text: str) -> bool:
    return any(
        full == text or (full.endswith(text) and full[-len(text) - 1] in BOUNDARIES)
        for full in (symbol.name, symbol.id)
    )


def at_line(graph: StoredGraph, file: str, line: int) -> list[int]:
    """The innermost definition around a line, for each file whose path is ``file`` or ends with it."""
    numbers = graph.where(
        "(files.path = ?1 OR substr(files.path, -length(?1) - 1) = '/' || ?1)"
        " AND (symbols.line <= ?2 AND symbols.end_line >= ?2 OR symbols.kind = ?3)",
        (file, line, graph.kind_number(SymbolKind.MODULE)),
    )
    innermost: dict[tuple[str, str], tuple[tuple[bool, int, int], int]] = {}
    for number in numbers:
        symbol = graph.symbol(number)
        place = (symbol.root, symbol.file)
        inner = (symbol.kind is not SymbolKind.MODULE, symbol.line, -symbol.end_line)
        if place not in innermost or inner > innermost[place][0]:
            innermost[place] = (inner, number)
    return sorted(number for _, number in innermost.values())


def files_ending(graph: StoredGraph, file: str) -> list[int]:
    """The modules whose file's path is ``file`` or ends with it."""
    return graph.where(
        "(files.path = ?1 OR substr(files.path, -length(?1) - 1) = '/' || ?1) AND symbols.kind = ?2",
        (file, graph.kind_number(SymbolKind.MODULE)),
    )


def nearest(graph: StoredGraph, text: str, limit: int) -> list[Symbol]:
    """Symbols whose last segment looks like the text's, or that hold it, most alike first."""
    tail = tail_of(text)
    held = containing(graph, tail, NEAR_CANDIDATES)[0] if tail else []
    ranked = _alike(graph, text, held)
    for part in (tail, text):
        if len(ranked) < limit:
            ranked = _alike(graph, text, [*ranked, *_most_shared(graph, _trigrams(part))])
    return graph.symbols(ranked[:limit])


def _alike(graph: StoredGraph, text: str, numbers: Iterable[int]) -> list[int]:
    """The symbols whose last segment is similar to the text's, most alike first."""
    import difflib

    tail, whole = tail_of(text).lower(), text.lower()
    best: dict[int, float] = {}
    for number in dict.fromkeys(numbers):
        symbol = graph.symbol(number)
        name = tail_of(symbol.name).lower()
        likeness = 1.0 if tail in name else difflib.SequenceMatcher(None, tail, name).ratio()
        if likeness >= NEAR_RATIO:
            all_of_it = difflib.SequenceMatcher(None, whole, symbol.name.lower()).ratio()
            best[number] = likeness * 2 + all_of_it - (symbol.kind is SymbolKind.EXTERNAL) * 0.5
    return sorted(best, key=lambda number: (-best[number], number))


def _most_shared(graph: StoredGraph, grams: Iterable[str]) -> list[int]:
    """Symbols by how many of the trigrams they hold, the most first."""
    shared: dict[int, int] = {}
    for gram in grams:
        for number in graph.matching(gram, 100 * NEAR_CANDIDATES):
            shared[number] = shared.get(number, 0) + 1
    return sorted(shared, key=lambda number: (-shared[number], number))[:NEAR_CANDIDATES]


def _trigrams(text: str) -> list[str]:
    """The text's trigrams as full-text terms, each once."""
    terms = dict.fromkeys(text[start : start + TRIGRAM] for start in range(len(text) - TRIGRAM + 1))
    return ['"' + term.replace('"', '""') + '"' for term in terms]
