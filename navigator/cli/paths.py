"""Prints a path of calls: a line for each symbol, with the place of the call that leads to it."""

from __future__ import annotations

from collections.abc import Sequence

from navigator.callgraph.marks import MARKS
from navigator.cli import output
from navigator.cli.phrases import defined_at, located, manner
from navigator.workspaces import Hop, Workspace


def print_path(workspace: Workspace, path: Sequence[Hop], stale: Sequence[str]) -> None:
    """The first line gives where the path's start is defined, the others where the call stands."""
    rows: list[list[str | output.Cell]] = []
    for place, hop in enumerate(path):
        if not hop.calls:
            rows.append(
                [" ", output.name(hop.symbol.name), output.place(defined_at(workspace, hop.symbol, stale)), "defined"]
            )
            continue
        call = min(hop.calls, key=lambda each: (list(MARKS).index(each.certainty), each.line, each.column))
        more = f", {len(hop.calls) - 1} more" if len(hop.calls) > 1 else ""
        if hop.symbol.root != path[place - 1].symbol.root:
            more += f", into {hop.symbol.root}"
        rows.append(
            [
                MARKS[call.certainty],
                output.name(hop.symbol.name),
                output.place(located(workspace, path[place - 1].symbol, call.file, call.line, stale)),
                output.remark(manner(call) + more),
            ]
        )
    output.rows(rows)
