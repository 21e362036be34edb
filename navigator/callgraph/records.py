"""The records that everything above speaks: symbols, call sites, edges, unresolved sites.

They mirror the schema ``navigator.callgraph/1`` (docs/reference/schema.md). Lines count from 1, columns from 0 in
code points, and ``end_column`` is exclusive.
"""

from __future__ import annotations

import enum

import msgspec

SCHEMA = "navigator.callgraph/1"

WRAPPER = "wrapper"
"""The ``rule`` of edges to a function behind a wrapper that hands ``*args, **kwargs`` on: the call site names the
function, a decorator's closure stands in between, and both are callees."""

INLINE = "inline"
"""The ``rule`` of edges from the code around a function without a name that is called where it is written, to what that
function calls."""

DERIVED = frozenset({WRAPPER, INLINE})
"""Rules of edges that say what other edges imply; the call itself has an edge of its own."""


class SymbolKind(enum.StrEnum):
    """What a symbol is. A ``method`` is a function defined in a class body."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    METHOD = "method"
    LAMBDA = "lambda"
    EXTERNAL = "external"


class CallKind(enum.StrEnum):
    """How a call comes about."""

    CALL = "call"
    CONSTRUCT = "construct"
    DISPATCH = "dispatch"
    IMPLICIT = "implicit"
    CALLBACK = "callback"
    DECORATE = "decorate"
    SPAWN = "spawn"


class Certainty(enum.StrEnum):
    """How much the analysis knows about an edge, most certain first."""

    EXACT = "exact"
    INFERRED = "inferred"
    RULE = "rule"
    GUESS = "guess"
    TRACED = "traced"


class Role(enum.StrEnum):
    """What a file is for; ``vendored`` is a copy of somebody else's package."""

    SOURCE = "source"
    TEST = "test"
    VENDORED = "vendored"


class Span(msgspec.Struct, frozen=True, array_like=True, order=True, gc=False):
    """A stretch of one file's text."""

    line: int
    column: int
    end_line: int
    end_column: int


class Symbol(msgspec.Struct, frozen=True):
    """A definition, or a name outside the workspace (kind ``external``: no file, lines 0)."""

    id: str
    name: str
    kind: SymbolKind
    root: str
    file: str
    line: int
    end_line: int
    role: Role = Role.SOURCE


class Call(msgspec.Struct, frozen=True):
    """One edge: the call site in ``caller`` may run ``callee``. ``rule`` names the library fact, or is empty."""

    caller: str
    callee: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    kind: CallKind
    certainty: Certainty
    rule: str = ""


class Unresolved(msgspec.Struct, frozen=True):
    """A call site for which no callee is known, and why not."""

    caller: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    expression: str
    reason: str


class Root(msgspec.Struct, frozen=True):
    """One source tree of a workspace, pinned at a revision (empty for a plain folder)."""

    name: str
    source: str
    revision: str = ""


class Step(msgspec.Struct, frozen=True, array_like=True):
    """One step of an edge's evidence: what happened, where."""

    text: str
    file: str
    line: int


class Problem(msgspec.Struct, frozen=True):
    """Something that kept a file, or part of it, out of the graph."""

    file: str
    line: int
    message: str


class CallGraph(msgspec.Struct, frozen=True):
    """The answer: sorted, complete, and the same bytes for the same input.

    ``evidence`` runs parallel to ``calls``; an empty tuple stands for an edge whose call expression names its callee.
    """

    roots: tuple[Root, ...]
    symbols: tuple[Symbol, ...]
    calls: tuple[Call, ...]
    unresolved: tuple[Unresolved, ...]
    problems: tuple[Problem, ...] = ()
    evidence: tuple[tuple[Step, ...], ...] = ()
    sites: int = 0
    """Call expressions seen, resolved or not."""
    external_sites: int = 0
    """Call expressions all of whose callees lie outside the workspace."""
