"""How symbols and calls are written in rows: marks that do not need colour, and short names."""

from __future__ import annotations

from navigator.callgraph import Call, CallKind, Certainty, Symbol, SymbolKind

MARKS = {
    Certainty.EXACT: "▶",
    Certainty.INFERRED: "▷",
    Certainty.RULE: "◆",
    Certainty.GUESS: "?",
    Certainty.TRACED: "━",
}
ASCII_MARKS = {
    Certainty.EXACT: ">",
    Certainty.INFERRED: "~",
    Certainty.RULE: "*",
    Certainty.GUESS: "?",
    Certainty.TRACED: "=",
}
CYCLE, ASCII_CYCLE = "↺", "@"
UNRESOLVED = "·"

NAMES = {
    SymbolKind.MODULE: "module",
    SymbolKind.CLASS: "class",
    SymbolKind.FUNCTION: "def",
    SymbolKind.METHOD: "def",
    SymbolKind.LAMBDA: "lambda",
    SymbolKind.EXTERNAL: "external",
}


def short(symbol: Symbol) -> str:
    """The last part of a name; for a method the class's name before it."""
    name = symbol.name.rpartition(":")[2] if symbol.file and not symbol.file.endswith((".py", ".pyi")) else symbol.name
    parts = name.split(".")
    if symbol.kind is SymbolKind.METHOD and len(parts) > 1:
        return ".".join(parts[-2:])
    if symbol.kind is SymbolKind.EXTERNAL:
        return name
    return parts[-1] or symbol.name


def manner(call: Call) -> str:
    """What is not plain about a call: its kind where it is no ordinary call, the library rule it rests on."""
    words = [] if call.kind is CallKind.CALL else [str(call.kind)]
    if call.rule:
        words.append(call.rule)
    return " ".join(words)
