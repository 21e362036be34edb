"""The records of a call graph and pure queries over them."""

from navigator.callgraph.records import (
    DERIVED,
    INLINE,
    SCHEMA,
    WRAPPER,
    Call,
    CallGraph,
    CallKind,
    Certainty,
    Problem,
    Role,
    Root,
    Span,
    Step,
    Symbol,
    SymbolKind,
    Unresolved,
)

__all__ = [
    "DERIVED",
    "INLINE",
    "SCHEMA",
    "WRAPPER",
    "Call",
    "CallGraph",
    "CallKind",
    "Certainty",
    "Problem",
    "Role",
    "Root",
    "Span",
    "Step",
    "Symbol",
    "SymbolKind",
    "Unresolved",
]
