"""The names of the PyCG benchmark (Salis et al., "PyCG: Practical Call Graph Generation in Python", ICSE 2021)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from navigator.callgraph import Symbol, SymbolKind

BUILTIN = "<builtin>."
BUILTIN_TYPES = {
    "bool": "PyBool",
    "bytes": "PyBytes",
    "complex": "PyComplex",
    "dict": "PyDict",
    "float": "PyFloat",
    "frozenset": "PyFrozenSet",
    "int": "PyInt",
    "list": "PyList",
    "set": "PySet",
    "str": "PyStr",
    "tuple": "PyTuple",
}

_LATER_DEFINITION = re.compile(r"~\d+(?=\.|$)")
_SCRIPT_FILE = re.compile(r"\.(?:d\.)?[cm]?[jt]sx?(?=:|$)")


def pycg_name(symbol: Symbol) -> str:
    """``module.func``, ``module.<lambda1>``, ``<builtin>.len``, ``<**PyStr**>.join``.

    Later definitions of one name share it.
    """
    if symbol.kind is SymbolKind.EXTERNAL:
        if symbol.name.startswith(BUILTIN):
            owner, mark, member = symbol.name.removeprefix(BUILTIN).partition(".")
            if mark and owner in BUILTIN_TYPES:
                return f"<**{BUILTIN_TYPES[owner]}**>.{member}"
        return symbol.name
    local = _LATER_DEFINITION.sub("", symbol.id[len(symbol.root) + 1 :])
    if _SCRIPT_FILE.search(local):
        local = _SCRIPT_FILE.sub("", local).replace("/", ".").replace(":", ".")
    return local


def adjacency(symbols: Sequence[Symbol], pairs: Iterable[tuple[int, int]]) -> dict[str, list[str]]:
    """Callees by caller, both by name and sorted; ``pairs`` number ``symbols``.

    Classes are no nodes: code in a class body runs in the function or module around it, and constructing a class
    without a constructor of its own calls nothing. Every other symbol has a key.
    """
    names = [pycg_name(symbol) for symbol in symbols]
    by_id = {symbol.id: number for number, symbol in enumerate(symbols)}
    runs_in = [number if symbol.kind is not SymbolKind.CLASS else -1 for number, symbol in enumerate(symbols)]
    for number, symbol in enumerate(symbols):
        if symbol.kind is SymbolKind.CLASS:
            runs_in[number] = _owner(symbol, symbols, by_id)
    found: dict[str, set[str]] = {
        names[number]: set() for number, symbol in enumerate(symbols) if symbol.kind is not SymbolKind.CLASS
    }
    for caller, callee in pairs:
        owner = runs_in[caller]
        if owner >= 0 and symbols[callee].kind is not SymbolKind.CLASS:
            found[names[owner]].add(names[callee])
    return {caller: sorted(callees) for caller, callees in found.items()}


def _owner(symbol: Symbol, symbols: Sequence[Symbol], by_id: dict[str, int]) -> int:
    """The function or module whose code runs a class's body, or -1."""
    local = symbol.id
    while (end := max(local.rfind("."), local.rfind(":"))) > len(symbol.root):
        local = local[:end]
        number = by_id.get(local)
        if number is not None and symbols[number].kind is not SymbolKind.CLASS:
            return number
    return -1
