"""Reads a call graph from a file: the navigator's own export, or any tool's adjacency object."""

from __future__ import annotations

from pathlib import Path

import msgspec

NOT_CLAIMED = frozenset({"guess", "traced"})
"""Certainties that say nothing about what the analysis claims."""


class GraphError(Exception):
    """The file does not hold a call graph; the text names it and what is wrong."""


class ExportedSymbol(msgspec.Struct, frozen=True):
    id: str
    name: str
    kind: str = ""
    root: str = ""
    file: str = ""
    line: int = 0
    end_line: int = 0


class ExportedRoot(msgspec.Struct, frozen=True):
    name: str
    source: str


class ExportedCall(msgspec.Struct, frozen=True):
    caller: str
    callee: str
    line: int = 0
    certainty: str = ""


class ExportedUnresolved(msgspec.Struct, frozen=True):
    caller: str
    file: str
    line: int
    reason: str


class Export(msgspec.Struct, frozen=True):
    """The part of ``navigator.callgraph/1`` that the benchmarks need."""

    schema: str
    symbols: tuple[ExportedSymbol, ...]
    calls: tuple[ExportedCall, ...]
    roots: tuple[ExportedRoot, ...] = ()
    unresolved: tuple[ExportedUnresolved, ...] = ()


def read(file: Path) -> set[tuple[str, str]]:
    """All (caller name, callee name) that the graph in ``file`` claims; raises ``GraphError``."""
    try:
        return decode(file.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise GraphError(f"{file}: {error}") from error


def decode(content: bytes) -> set[tuple[str, str]]:
    """The same for a graph in memory; raises ``msgspec.DecodeError``."""
    try:
        adjacency = msgspec.json.decode(content, type=dict[str, list[str]])
    except msgspec.ValidationError:
        export = msgspec.json.decode(content, type=Export)
        names = {symbol.id: symbol.name for symbol in export.symbols}
        return {
            (names.get(call.caller, call.caller), names.get(call.callee, call.callee))
            for call in export.calls
            if call.certainty not in NOT_CLAIMED
        }
    return {(caller, callee) for caller, callees in adjacency.items() for callee in callees}
