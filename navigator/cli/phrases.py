"""How records read in a line of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from navigator.callgraph import Call, Symbol, SymbolKind
from navigator.cli.exits import say
from navigator.workspaces import Workspace


def defined_at(workspace: Workspace, symbol: Symbol, stale: Sequence[str] = ()) -> str:
    """Where a symbol's definition begins."""
    if symbol.kind is SymbolKind.EXTERNAL:
        return "external"
    return located(workspace, symbol, symbol.file, symbol.line, stale)


def located(workspace: Workspace, owner: Symbol, file: str, line: int, stale: Sequence[str] = ()) -> str:
    """A line of a file in ``owner``'s root, with a word where the file has changed since it was indexed."""
    label = workspace.label(owner, file)
    return f"{label}:{line}{' (stale)' if label in stale else ''}"


def manner(call: Call) -> str:
    """Kind and certainty of a call, and the rule it rests on."""
    words = f"{call.kind}, {call.certainty}"
    return f"{words} ({call.rule})" if call.rule else words


def short(revision: str) -> str:
    """A revision as people write it: of a commit's id the first digits."""
    return revision[:12] if re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", revision) else revision


def named(symbols: Iterable[Symbol]) -> str:
    """The name that one or several definitions share."""
    return next(iter(symbols)).name


def tell_staleness(workspace: Workspace, stale: Sequence[str]) -> None:
    """Says which shown files have changed since they were indexed, and what to do."""
    renew = f"run `navigator index -w {workspace.name}`"
    for folder in workspace.gone():
        say(f"{folder} is no longer there: answers come from the index alone")
    if stale:
        listed = ", ".join(stale[:3]) + (f" and {len(stale) - 3} more" if len(stale) > 3 else "")
        say(f"stale: {listed} changed after indexing; lines and text are the indexed ones; {renew}")
