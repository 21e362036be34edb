"""Prints callers and callees: one line for each call site."""

from __future__ import annotations

from navigator.callgraph import Symbol, Unresolved
from navigator.callgraph.marks import MARKS
from navigator.callgraph.queries import Direction
from navigator.cli import output
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.output import Cell
from navigator.cli.phrases import located, manner, named, tell_staleness
from navigator.wording import counted
from navigator.workspaces import Edge, Edges, Workspace


def answer(workspace: Workspace, found: Edges, as_json: bool) -> int:
    """Prints an answer and gives the exit status: 0 where there is any call or unresolved site."""
    if as_json:
        output.answer(workspace.name, found)
    else:
        output.rows(row for _, row in _lines(workspace, found))
        say(_summary(found))
        tell_staleness(workspace, found.stale)
    return FOUND if found.edges or found.unresolved else NOTHING


def _lines(workspace: Workspace, found: Edges) -> list[tuple[tuple[int, int], list[Cell]]]:
    lines = [((edge.call.line, edge.call.column), _edge_row(workspace, found, edge)) for edge in found.edges]
    if found.unresolved:
        owner = found.of[0]
        sites = [((s.line, s.column), _unresolved_row(workspace, owner, s, found)) for s in found.unresolved]
        lines.extend(sites)
        if all(edge.depth == 1 for edge in found.edges):
            lines.sort(key=lambda line: line[0])
    return lines


def _edge_row(workspace: Workspace, found: Edges, edge: Edge) -> list[Cell]:
    end = edge.caller if found.direction is Direction.CALLERS else edge.callee
    indent = "  " * (edge.depth - 1)
    again = "  (expanded elsewhere)" if edge.repeated and edge.depth > 1 else ""
    return [
        output.place(located(workspace, edge.caller, edge.call.file, edge.call.line, found.stale)),
        output.name(f"{indent}{MARKS[edge.call.certainty]} {end.name}"),
        output.remark(manner(edge.call) + again),
    ]


def _unresolved_row(workspace: Workspace, owner: Symbol, site: Unresolved, found: Edges) -> list[Cell]:
    return [
        output.place(located(workspace, owner, site.file, site.line, found.stale)),
        output.warning(f"· {site.expression}"),
        output.warning(f"unresolved: {site.reason}"),
    ]


def _summary(found: Edges) -> str:
    callers = found.direction is Direction.CALLERS
    ends = {edge.caller.id if callers else edge.callee.id for edge in found.edges}
    sites = {(edge.caller.id, edge.call.line, edge.call.column, edge.call.end_column) for edge in found.edges}
    what = "caller" if callers else "callee"
    text = f"{named(found.of)}: {counted(len(ends), what)} at {counted(len(sites), 'call site')}"
    if found.unresolved:
        text += f", {counted(len(found.unresolved), 'unresolved site')}"
    return text
