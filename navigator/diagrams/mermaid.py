"""Mermaid's flowchart, within the limits that Mermaid sets itself by default: 500 edges, 50,000 characters."""

from __future__ import annotations

from navigator.callgraph import Certainty
from navigator.callgraph.views import Subgraph
from navigator.diagrams.cells import UNICODE, captions
from navigator.diagrams.cells.labels import labels, printable
from navigator.diagrams.errors import TooLarge
from navigator.diagrams.styles import LIGHT, LINES, Shape, shape_of

MOST_EDGES, MOST_CHARACTERS = 500, 50_000
"""Mermaid's defaults for ``maxEdges`` and ``maxTextSize``."""

_BRACKETS = {
    Shape.FUNCTION: ("(", ")"),
    Shape.METHOD: ("(", ")"),
    Shape.CLASS: ("[[", "]]"),
    Shape.MODULE: ("[", "]"),
    Shape.LAMBDA: ("([", "])"),
    Shape.EXTERNAL: ("[/", "/]"),
    Shape.GROUP: ("[(", ")]"),
    Shape.UNRESOLVED: ("{{", "}}"),
    Shape.MORE: ("([", "])"),
}
_ARROWS = {
    Certainty.EXACT: "-->",
    Certainty.INFERRED: "-.->",
    Certainty.RULE: "-.-o",
    Certainty.GUESS: "-.-x",
    Certainty.TRACED: "==>",
}


def mermaid(graph: Subgraph, *, title: str, sideways: bool) -> bytes:
    """Raises TooLarge where Mermaid would refuse the text."""
    if len(graph.edges) > MOST_EDGES:
        raise TooLarge(
            f"Mermaid draws at most {MOST_EDGES} edges, and this view has {len(graph.edges):,} between"
            f" {len(graph.nodes):,} nodes; draw groups as one node each (--group module --collapse '*'), or lower"
            " --limit or --siblings"
        )
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    texts = labels(graph.nodes, dict.fromkeys(names, 60), UNICODE)
    lines = ["---", f"title: {_yaml(title)}", "---", f"flowchart {'LR' if sideways else 'TD'}"]
    groups: dict[str, list[str]] = {}
    for node in graph.nodes:
        start, end = _BRACKETS[shape_of(node)]
        text = f'{names[node.id]}{start}"{_escaped(texts[node.id])}"{end}'
        groups.setdefault(node.group if not node.members else "", []).append(text)
    for number, (group, members) in enumerate(groups.items()):
        if group:
            lines.append(f'  subgraph g{number}["{_escaped(group)}"]')
            lines += [f"    {text}" for text in members]
            lines.append("  end")
        else:
            lines += [f"  {text}" for text in members]
    for edge in graph.edges:
        arrow = "==>" if edge.traced else _ARROWS[edge.certainty]
        lines.append(f"  {names[edge.caller]} {arrow} {names[edge.callee]}")
    lines += [f"  %% {LINES[each].meaning}: {_ARROWS[each]}" for each in Certainty if _shows(graph, each)]
    lines += [f"  %% {printable(text)}" for text in captions(graph)]
    focus = [names[node.id] for node in graph.nodes if node.focus]
    if focus:
        lines.append(
            f"  classDef focus fill:{LIGHT.focus_fill},stroke:{LIGHT.focus_border},stroke-width:3px,color:#000"
        )
        lines.append(f"  class {','.join(focus)} focus")
    text = "\n".join(lines) + "\n"
    if len(text) > MOST_CHARACTERS:
        raise TooLarge(
            f"Mermaid reads at most {MOST_CHARACTERS:,} characters, and this view's {len(graph.nodes):,} nodes and"
            f" {len(graph.edges):,} edges take {len(text):,}; draw groups as one node each (--group module"
            " --collapse '*'), or lower --limit"
        )
    return text.encode()


def _shows(graph: Subgraph, certainty: Certainty) -> bool:
    return any(edge.certainty is certainty for edge in graph.edges)


def _escaped(text: str) -> str:
    """Text inside quotes: what Mermaid or Markdown would read as its own is written by its number."""
    kept = printable(text)
    return "".join(each if each.isalnum() or each in " ._-+…" else f"#{ord(each)};" for each in kept)


def _yaml(text: str) -> str:
    return '"' + printable(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
