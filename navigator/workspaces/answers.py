"""What a workspace answers: frozen records that people's and programs' edges only have to format.

``stale`` names the files, among those that an answer shows, that have changed or gone since they were indexed; their
lines and text are those of the index.
"""

from __future__ import annotations

import msgspec

from navigator.callgraph import Call, Problem, Root, Step, Symbol, Unresolved
from navigator.callgraph.queries import Direction
from navigator.index import Totals


class Overview(msgspec.Struct, frozen=True):
    """One workspace in a list."""

    name: str
    sources: tuple[str, ...]
    roots: tuple[Root, ...]
    indexed: float
    """Seconds since the epoch; 0 where there is no graph yet."""
    current: bool
    files: int
    symbols: int
    calls: int


class Found(msgspec.Struct, frozen=True):
    """Symbols that match a text, best first; ``total`` counts those left out as well."""

    text: str
    symbols: tuple[Symbol, ...]
    total: int


class SourceText(msgspec.Struct, frozen=True):
    """The lines of one symbol as they were indexed; the first has the number ``line``."""

    symbol: Symbol
    line: int
    lines: tuple[str, ...]
    stale: tuple[str, ...]


class Edge(msgspec.Struct, frozen=True):
    """One call site's edge in a tree of calls. ``depth`` counts from 1; a ``repeated`` end is expanded elsewhere."""

    depth: int
    caller: Symbol
    callee: Symbol
    call: Call
    repeated: bool


class Edges(msgspec.Struct, frozen=True):
    """Callers or callees of symbols, as a tree in reading order, and the sites without a callee."""

    of: tuple[Symbol, ...]
    direction: Direction
    edges: tuple[Edge, ...]
    unresolved: tuple[Unresolved, ...]
    stale: tuple[str, ...]


class Hop(msgspec.Struct, frozen=True):
    """One symbol of a path, and the calls that lead to it from the symbol before (none for the first)."""

    symbol: Symbol
    calls: tuple[Call, ...]


class Paths(msgspec.Struct, frozen=True):
    """Paths between symbols, shortest first. ``complete`` tells that there are no others."""

    sources: tuple[Symbol, ...]
    targets: tuple[Symbol, ...]
    paths: tuple[tuple[Hop, ...], ...]
    complete: bool
    stale: tuple[str, ...]


class Reached(msgspec.Struct, frozen=True):
    """A symbol that a change may touch, and over how many calls."""

    symbol: Symbol
    depth: int


class Impact(msgspec.Struct, frozen=True):
    """All direct and indirect callers, nearest first; those in test files apart."""

    of: tuple[Symbol, ...]
    callers: tuple[Reached, ...]
    tests: tuple[Reached, ...]
    stale: tuple[str, ...]


class Reason(msgspec.Struct, frozen=True):
    """Why one call is in the graph; no steps where the call expression itself names the callee."""

    call: Call
    steps: tuple[Step, ...]


class Why(msgspec.Struct, frozen=True):
    caller: Symbol
    callee: Symbol
    reasons: tuple[Reason, ...]
    stale: tuple[str, ...]


class ReproductionFolder(msgspec.Struct, frozen=True):
    """A folder in which a workspace file says that reproductions are; one that is not ``trusted`` must not run any."""

    folder: str
    trusted: bool


class Health(msgspec.Struct, frozen=True):
    """How much of the code the graph covers, and what it leaves out."""

    workspace: str
    roots: tuple[Root, ...]
    totals: Totals
    problems: tuple[Problem, ...]
    stale: tuple[str, ...]

    @property
    def resolved_sites(self) -> int:
        """Call expressions with at least one callee inside the workspace."""
        return self.totals.sites - self.totals.external_sites - self.totals.unresolved_sites
