"""How symbols and calls are written in rows: marks that do not need colour, and short names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from navigator.callgraph import Call, CallKind, Certainty, Symbol, SymbolKind
from navigator.callgraph.marks import ASCII_MARKS, MARKS

CYCLE, ASCII_CYCLE = "↺", "@"
UNRESOLVED = "·"
GONE, ASCII_GONE = "✗", "x"

NAMES = {
    SymbolKind.MODULE: "module",
    SymbolKind.CLASS: "class",
    SymbolKind.FUNCTION: "def",
    SymbolKind.METHOD: "def",
    SymbolKind.LAMBDA: "lambda",
    SymbolKind.EXTERNAL: "external",
}


_STOP = re.compile(r"[.:](?![^<]*>)")
"""Between the parts of a name; an anonymous function's line lies in angle brackets."""


def short(symbol: Symbol) -> str:
    """The last part of a name; what it is defined in before it, where that is no module."""
    if symbol.kind is SymbolKind.EXTERNAL:
        return symbol.name
    name = symbol.name
    if symbol.file and not symbol.file.endswith((".py", ".pyi")):
        name = name.removeprefix(f"{symbol.file}:")
    cuts = [match.end() for match in _STOP.finditer(name)]
    kept = 2 if symbol.kind in (SymbolKind.METHOD, SymbolKind.LAMBDA) or _is_nested(symbol, name, cuts) else 1
    return name[cuts[-kept] :] if kept <= len(cuts) else name


def _is_nested(symbol: Symbol, name: str, cuts: list[int]) -> bool:
    """Whether a function or class stands in another one; a module's name ends as its file's does."""
    if symbol.kind is SymbolKind.MODULE or not cuts:
        return False
    path = PurePosixPath(symbol.file)
    if path.suffix not in (".py", ".pyi"):
        return True
    module = path.parent.name if path.stem == "__init__" else path.stem
    start = cuts[-2] if len(cuts) > 1 else 0
    return name[start : cuts[-1] - 1] != module


def manner(call: Call) -> str:
    """What is not plain about a call: its kind where it is no ordinary call, the library rule it rests on."""
    words = [] if call.kind is CallKind.CALL else [str(call.kind)]
    if call.rule:
        words.append(call.rule)
    return " ".join(words)


def signs(ascii_only: bool) -> Mapping[Certainty, str]:
    """The marks of certainty, as far as the terminal has the characters."""
    return ASCII_MARKS if ascii_only else MARKS
