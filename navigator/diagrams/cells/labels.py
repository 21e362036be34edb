"""One-row labels: the end of a name, as much of it as tells it from all others, within a width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from navigator.callgraph.views import NodeKind, ViewNode
from navigator.diagrams.cells.drawing import width_of, width_of_character
from navigator.diagrams.cells.glyphs import Glyphs

NARROWEST = 6
_PART = re.compile(r"[.:/](?![^<]*>)")


def labels(nodes: Sequence[ViewNode], widths: Mapping[str, int], glyphs: Glyphs) -> dict[str, str]:
    """A label for each node's id, all different, none wider than ``widths`` allows the node (at least six cells)."""
    limits = {node.id: max(widths[node.id], NARROWEST) for node in nodes}
    chosen: dict[str, str] = {}
    for ending in range(_most_parts(nodes)):
        taken: dict[str, int] = {}
        waiting = [node for node in nodes if node.id not in chosen]
        for node in waiting:
            text = _ending(node, ending)
            taken[text] = taken.get(text, 0) + 1
        used = set(chosen.values())
        for node in waiting:
            text = _ending(node, ending)
            if taken[text] == 1 and text not in used and width_of(text) <= limits[node.id]:
                chosen[node.id] = text
    used = set(chosen.values())
    for node in nodes:
        if node.id not in chosen:
            text, widest = _ending(node, 0), limits[node.id]
            last = _PART.split(text)[-1]
            if width_of(text) > widest > width_of(last):
                text = glyphs.ellipsis + last
            chosen[node.id] = _different(text, used, widest, glyphs)
            used.add(chosen[node.id])
    return chosen


def _most_parts(nodes: Sequence[ViewNode]) -> int:
    return max((len(_PART.findall(node.name)) for node in nodes), default=0) + 1


def _ending(node: ViewNode, more: int) -> str:
    """The last part of a name, of a method or group the one before too, and ``more`` parts before."""
    name = printable(node.name)
    if node.kind in (NodeKind.MORE, NodeKind.UNRESOLVED):
        return name
    cuts = [match.end() for match in _PART.finditer(name)]
    method = node.symbol is not None and node.symbol.kind == "method"
    kept = 1 + more + (method or node.kind is NodeKind.GROUP)
    return name[cuts[-kept] :] if kept <= len(cuts) else name


def _different(text: str, used: set[str], widest: int, glyphs: Glyphs) -> str:
    candidate = shortened(text, widest, glyphs)
    number = 1
    while candidate in used:
        number += 1
        mark = f"~{number}"
        candidate = shortened(text, max(1, widest - len(mark)), glyphs) + mark
    return candidate


def shortened(text: str, widest: int, glyphs: Glyphs) -> str:
    """The end of a text that fits, after an ellipsis where something was cut."""
    if width_of(text) <= widest:
        return text
    room = widest - 1
    kept: list[str] = []
    for character in reversed(text):
        room -= width_of_character(character)
        if room < 0:
            break
        kept.append(character)
    while kept and not width_of_character(kept[-1]):
        kept.pop()
    return glyphs.ellipsis + "".join(reversed(kept))


def printable(text: str) -> str:
    """Text in which nothing moves the cursor or turns the direction of writing, and no mark stands alone."""
    plain = "".join(
        " " if character.isspace() else "\ufffd" if unicodedata.category(character)[0] == "C" else character
        for character in text
    )
    return plain.strip().lstrip("".join(c for c in set(plain) if not width_of_character(c))) or "\ufffd"
